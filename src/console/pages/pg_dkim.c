/* How a domain signs its outgoing mail: keys, records, settings (E08). */
#include "pg_dkim.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "../../common/jsonx.h"
#include "../../common/token.h"
#include "../../common/when.h"
#include "../../rpc/rpc.h"
#include "../ui.h"
#include "../view.h"
#include "../web_reply.h"
#include "pages.h"
#include "pg_actor.h"
#include "pg_dkim_view.h"
#include "pg_version.h"
#include "templates.h"

const struct field dkim_fields[] = {
    {"enabled", FIELD_BOOL, 0, false, NULL},
    {"null_sender", FIELD_BOOL, 0, false, NULL},
    {"canon", FIELD_CHOICE, 0, true, "relaxed/relaxed|relaxed/simple|simple/relaxed|simple/simple"},
    {"headers", FIELD_TEXT, 1000, false, NULL},
    {"oversign", FIELD_BOOL, 0, false, NULL},
    {"wait", FIELD_TEXT, 10, false, NULL},
    {"expire", FIELD_TEXT, 10, false, NULL},
    FIELD_VERSION,
    FIELDS_END,
};
const struct field dkim_new_fields[] = {
    {"selector", FIELD_TEXT, 63, false, NULL},
    {"kind", FIELD_CHOICE, 0, true, "rsa2048|ed25519|rsa1024"},
    FIELDS_END,
};

/* ------------------------------------------------------------------ the page */

static const struct ui_option *
canons(struct web_req *r)
{
    const struct ui_option all[] = {
        {"relaxed/relaxed", T("Relaxed header, relaxed body (recommended)"), NULL},
        {"relaxed/simple", T("Relaxed header, simple body"), NULL},
        {"simple/relaxed", T("Simple header, relaxed body"), NULL},
        {"simple/simple", T("Simple header, simple body"), NULL},
        {NULL, NULL, NULL},
    };
    return arena_memdup(r->a, all, sizeof all);
}

static int
load_keys(struct web_req *r, struct pg_dkim *v)
{
    struct store_dkim_key *rows;
    struct pg_dkim_key *keys;

    if (store_dkim_keys(r->db, &r->scope, r->a, v->d->id, &rows, &v->n, &r->err))
        return -1;
    keys = arena_calloc(r->a, (size_t)v->n + 1, sizeof *keys);
    for (int i = 0; i < v->n; i++)
        pg_dkim_key_view(r, v->d->name, &rows[i], &keys[i]);
    v->keys = keys;
    return 0;
}

static int
page(struct web_req *r, int status, struct pg_dkim *v)
{
    struct store_dkim_setting now;

    if (store_dkim_setting(r->db, &r->scope, r->a, r->id, &now, &r->err))
        return -1;
    v->version = now.version;
    v->d = pg_domain_load(r, r->id);
    v->may_change = pg_may(r, ROLES_CHANGE);
    v->canons = canons(r);
    if (!v->d || load_keys(r, v))
        return -1;
    t_dkim(r, v);
    return reply_page(r, status);
}

int
pg_dkim(struct web_req *r)
{
    struct pg_dkim v = {0};

    if (store_dkim_setting(r->db, &r->scope, r->a, r->id, &v.s, &r->err))
        return -1;
    v.canon = arena_printf(r->a, "%s/%s", v.s.header_canon, v.s.body_canon);
    v.wait = arena_printf(r->a, "%d", v.s.wait_hours);
    v.expire = arena_printf(r->a, "%d", v.s.expire_days);
    return page(r, 200, &v);
}

/* ------------------------------------------------------------------ settings */

static int
number(struct web_req *r, const char *field, int max, const char *msgid)
{
    const char *text = in_text(r, field);
    size_t n = strlen(text);
    int v = 0;

    for (size_t i = 0; i < n && i < 4 && text[i] >= '0' && text[i] <= '9'; i++)
        v = v * 10 + text[i] - '0';
    if (n == 0 || n > 3 || strspn(text, "0123456789") != n || v > max)
        in_error(r, field, msgid);
    return v;
}

/* Fields that change on the way, or are written by gateways, would spoil the signature. */
static bool
signable(const char *name)
{
    static const char *const not [] = {"Received", "Return-Path", "DKIM-Signature",
                                       "Authentication-Results", "Bcc"};

    for (const char *p = name; *p; p++)
        if (*p <= ' ' || *p > '~' || *p == ':' || *p == ';')
            return false;
    for (size_t i = 0; i < sizeof not / sizeof *not ; i++)
        if (!strcasecmp(name, not [i]))
            return false;
    return strncasecmp(name, "X-Sekisho-", 10) && strncasecmp(name, "ARC-", 4);
}

/* Names with a space between; commas are taken for spaces. */
static const char *
check_headers(struct web_req *r)
{
    char *text = arena_strdup(r->a, in_text(r, "headers")), *save = NULL;
    const char *out = "";

    for (char *w = strtok_r(text, " ,\t", &save); w; w = strtok_r(NULL, " ,\t", &save)) {
        if (!signable(w))
            in_error(r, "headers",
                     N_("Enter names of header fields that nobody changes on the way, such as "
                        "Subject"));
        out = *out ? arena_printf(r->a, "%s %s", out, w) : w;
    }
    return *out ? out : "From";
}

int
pg_dkim_change(struct web_req *r)
{
    struct store_actor by = pg_actor(r);
    const char *canon = in_text(r, "canon"), *slash = strchr(canon, '/');
    struct pg_dkim v = {.canon = canon, .wait = in_text(r, "wait"), .expire = in_text(r, "expire")};

    v.s = (struct store_dkim_setting){
        .enabled = in_bool(r, "enabled"),
        .null_sender = in_bool(r, "null_sender"),
        .header_canon = slash ? arena_strndup(r->a, canon, (size_t)(slash - canon)) : "relaxed",
        .body_canon = slash ? slash + 1 : "relaxed",
        .headers = check_headers(r),
        .oversign = in_bool(r, "oversign") ? "all" : "from",
        .wait_hours = number(r, "wait", 168, N_("Enter a number of hours from 0 to 168")),
        .expire_days = number(r, "expire", 365, N_("Enter a number of days from 0 to 365")),
        .version = in_text(r, "version"),
    };
    if (in_ok(r) && store_dkim_setting_change(r->db, &r->scope, r->a, &by, r->id, &v.s, &r->err) &&
        !pg_version_stale(r))
        return -1;
    if (!in_ok(r)) {
        v.s.headers = in_text(r, "headers");
        return page(r, 422, &v);
    }
    return reply_flash(r, arena_printf(r->a, "/domains/%s/dkim", r->id),
                       &(struct flash){"ok", N_("Saved."), NULL, -1, NULL, NULL}, NULL);
}

/* ------------------------------------------------------------------ a new key */

static const struct ui_option *
kinds(struct web_req *r)
{
    const struct ui_option all[] = {
        {"rsa2048", T("RSA, 2048 bits (recommended)"), NULL},
        {"ed25519", T("Ed25519: short, but not every server knows it; use it beside RSA"), NULL},
        {"rsa1024", T("RSA, 1024 bits: weak, only if your DNS takes no longer record"), NULL},
        {NULL, NULL, NULL},
    };
    return arena_memdup(r->a, all, sizeof all);
}

/* sk20261127, and a letter behind it when there is one already. */
static const char *
free_selector(struct web_req *r, const struct store_dkim_key *keys, int n)
{
    const char *now = when_rfc3339(r->a, when_now()), *day, *s;

    day = s = arena_printf(r->a, "sk%.4s%.2s%.2s", now, now + 5, now + 8);
    for (char letter = 'b'; letter <= 'z'; letter++) {
        bool taken = false;
        for (int i = 0; i < n; i++)
            taken = taken || !strcmp(keys[i].selector, s);
        if (!taken)
            break;
        s = arena_printf(r->a, "%s%c", day, letter);
    }
    return s;
}

/* status 503: the engine did not answer. */
static int
new_form(struct web_req *r, int status, const char *selector, const char *kind)
{
    struct pg_dkim_new v = {
        .d = pg_domain_load(r, r->id), .kind = kind, .kinds = kinds(r), .no_engine = status == 503};
    struct store_dkim_key *keys;
    int n;

    if (!v.d || store_dkim_keys(r->db, &r->scope, r->a, r->id, &keys, &n, &r->err))
        return -1;
    v.selector = selector ? selector : free_selector(r, keys, n);
    t_dkim_new(r, &v);
    return reply_page(r, status);
}

int
pg_dkim_new_form(struct web_req *r)
{
    return new_form(r, 200, NULL, "rsa2048");
}

/* Made and sealed in the engine; we never see the key itself. */
static int
make_key(struct web_req *r, const struct pg_domain *d, struct store_dkim_new *k)
{
    bool ed = !strcmp(in_text(r, "kind"), "ed25519");
    int bits = !strcmp(in_text(r, "kind"), "rsa1024") ? 1024 : 2048;
    json_t *reply;

    k->domain_id = d->id;
    k->algorithm = ed ? "ed25519-sha256" : "rsa-sha256";
    if (rpc_call(
            r->a, RPC_dkim_key_new,
            jsonx_own(r->a, json_pack("{ss ss ss si}", "domain", d->name, "selector", k->selector,
                                      "algorithm", k->algorithm, "bits", ed ? 0 : bits)),
            &reply, &r->err))
        return -1;
    k->sealed = token_unbase64url(r->a, jsonx_str(reply, "sealed"), &k->sealed_len);
    k->record = jsonx_str(reply, "record");
    k->bits = (int)jsonx_int(reply, "bits", 0);
    return k->sealed ? 0 : err_set(&r->err, ERR_ENV, "engine-garbled", "no key");
}

static const char *
check_selector(struct web_req *r)
{
    char *s = arena_strdup(r->a, in_text(r, "selector"));
    size_t n = strlen(s);

    for (char *p = s; *p; p++)
        if (*p >= 'A' && *p <= 'Z')
            *p = (char)(*p - 'A' + 'a');
    if (n == 0 || strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789-") != n || s[0] == '-' ||
        s[n - 1] == '-')
        in_error(r, "selector", N_("Enter a name of letters, digits and hyphens, such as sk1"));
    return s;
}

int
pg_dkim_new(struct web_req *r)
{
    struct store_actor by = pg_actor(r);
    const struct pg_domain *d = pg_domain_load(r, r->id);
    struct store_dkim_new k = {.selector = check_selector(r)};
    char id[37];

    if (!d)
        return -1;
    if (!in_ok(r))
        return new_form(r, 422, in_text(r, "selector"), in_text(r, "kind"));
    if (make_key(r, d, &k)) {
        if (!pg_engine_silent(r))
            return -1;
        return new_form(r, 503, in_text(r, "selector"), in_text(r, "kind"));
    }
    if (store_dkim_add(r->db, &r->scope, r->a, &by, &k, id, &r->err)) {
        if (!strcmp(r->err.code, "selector_taken"))
            in_error(r, "selector", N_("This domain has a key with this name already"));
        else if (!strcmp(r->err.code, "dkim_many"))
            in_error(r, "selector", N_("A domain has at most 10 keys. Delete one first."));
        else
            return -1;
        return new_form(r, 422, in_text(r, "selector"), in_text(r, "kind"));
    }
    return reply_flash(r, arena_printf(r->a, "/domains/%s/dkim", r->id),
                       &(struct flash){"ok",
                                       N_("Key {selector} made. Publish its record in DNS now."),
                                       NULL, -1, NULL, NULL},
                       "selector", k.selector, NULL);
}

/* ------------------------------------------------------------------ one key */

static int
find_key(struct web_req *r, struct store_dkim_key *k)
{
    return store_dkim_key(r->db, &r->scope, r->a, r->id, k, &r->err);
}

int
pg_dkim_start(struct web_req *r)
{
    struct store_actor by = pg_actor(r);
    struct store_dkim_key k;
    const char *path;

    if (find_key(r, &k))
        return -1;
    path = arena_printf(r->a, "/domains/%s/dkim", k.domain_id);
    if (store_dkim_start(r->db, &r->scope, r->a, &by, k.domain_id, k.key_id, &r->err)) {
        if (r->err.cls != ERR_NOTFOUND)
            return -1;
        r->err.cls = ERR_NONE;
        return reply_flash(
            r, path,
            &(struct flash){"error", N_("This key does not wait any more. Look at its state."),
                            NULL, -1, NULL, NULL},
            NULL);
    }
    return reply_flash(r, path,
                       &(struct flash){"ok", N_("Key {selector} signs now."), NULL, -1, NULL, NULL},
                       "selector", k.selector, NULL);
}

int
pg_dkim_delete_form(struct web_req *r)
{
    struct pg_dkim_delete v;
    struct pg_dkim_key view;
    struct store_dkim_key k;

    if (find_key(r, &k))
        return -1;
    v.d = pg_domain_load(r, k.domain_id);
    if (!v.d)
        return -1;
    pg_dkim_key_view(r, v.d->name, &k, &view);
    v.k = &view;
    t_dkim_delete(r, &v);
    return reply_page(r, 200);
}

int
pg_dkim_delete(struct web_req *r)
{
    struct store_actor by = pg_actor(r);
    struct store_dkim_key k;

    if (find_key(r, &k) ||
        store_dkim_delete(r->db, &r->scope, r->a, &by, k.domain_id, k.key_id, &r->err))
        return -1;
    return reply_flash(r, arena_printf(r->a, "/domains/%s/dkim", k.domain_id),
                       &(struct flash){"ok", N_("Key {selector} deleted."), NULL, -1, NULL, NULL},
                       "selector", k.selector, NULL);
}
