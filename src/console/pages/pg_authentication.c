/* Rules of sender authentication: one for all domains, and one for each domain that wants another. */
#include "pg_authentication.h"

#include <string.h>

#include "../../common/arena.h"
#include "../../common/jsonx.h"
#include "../../store/store_auth_rule.h"
#include "../view.h"
#include "../web_reply.h"
#include "pages.h"
#include "pg_actor.h"
#include "pg_version.h"
#include "templates.h"

#define LIST_BYTES 65536

const struct field authentication_list_fields[] = {
    {"after", FIELD_TEXT, 255, false, NULL},
    {"before", FIELD_TEXT, 255, false, NULL},
    FIELDS_END,
};
const struct field authentication_fields[] = {
#define AUTH_METHOD(id)                                                                           \
    {#id "-on", FIELD_BOOL, 0, false, NULL}, {#id "-skip_null", FIELD_BOOL, 0, false, NULL},      \
        {#id "-notify", FIELD_BOOL, 0, false, NULL}, {#id "-header", FIELD_BOOL, 0, false, NULL}, \
        {#id "-spare_signed", FIELD_BOOL, 0, false, NULL},                                        \
        {#id "-tag", FIELD_TEXT, AUTH_TAG_MAX, false, NULL},                                      \
        {#id "-ignored", FIELD_LINES, LIST_BYTES, false, NULL},                                   \
        {#id "-enforced", FIELD_LINES, LIST_BYTES, false, NULL},
#define AUTH_CASE(method, id, act, enhanced, words) \
    {#method "-" #id, FIELD_CHOICE, 0, false, "accept|quarantine|reject|delete"},
#include "../../common/auth_cases.def"
    {"notices", FIELD_LINES, 4000, false, NULL},
    {"pairs", FIELD_LINES, LIST_BYTES, false, NULL},
    {"arc", FIELD_CHOICE, 0, false, "off|listed|any"},
    {"sealers", FIELD_LINES, LIST_BYTES, false, NULL},
    FIELD_VERSION,
    FIELDS_END,
};

/* ------------------------------------------------------------------ words */

static const struct {
    const char *title, *about;
} words[AUTH_METHODS] = {
    [AUTH_M_ip] = {N_("Own addresses"),
                   N_("Says from which addresses the mail of a domain comes. Mail with that domain "
                      "in its From field from any other address fails; mail from one of them "
                      "passes SPF and DMARC.")},
    [AUTH_M_spf] = {N_("SPF"),
                    N_("Asks the domain of the envelope sender from where its mail comes.")},
    [AUTH_M_dkim] = {N_("DKIM"), N_("Checks the signatures of the author's domain. Mail without "
                                    "any does not fail, unless the domain is on the list below.")},
    [AUTH_M_dmarc] =
        {N_("DMARC"),
         N_("Mail fails when neither SPF nor DKIM speaks for the domain in its From field. What is "
            "done then is what that domain asks for, unless you choose otherwise.")},
};

const char *
pg_auth_title(struct web_req *r, enum auth_method m)
{
    return T(words[m].title);
}

const char *
pg_auth_action_word(struct web_req *r, enum auth_action a)
{
    return a == AUTH_QUARANTINE ? T("Hold")
           : a == AUTH_REJECT   ? T("Refuse")
           : a == AUTH_DELETE   ? T("Delete")
                                : T("Accept");
}

const struct ui_option *
pg_auth_actions(struct web_req *r, enum auth_case c)
{
    struct ui_option *o = arena_calloc(r->a, 5, sizeof *o);
    int n = 0;

    /* For a domain's own addresses the whole point is to stop the others (spec 8.1). */
    for (int a = auth_cases[c].method == AUTH_M_ip ? AUTH_QUARANTINE : AUTH_ACCEPT;
         a <= AUTH_DELETE; a++)
        o[n++] = (struct ui_option){auth_action_ids[a], pg_auth_action_word(r, (enum auth_action)a),
                                    NULL};
    return o;
}

const char *
pg_auth_field(struct web_req *r, int method, const char *what)
{
    return arena_printf(r->a, "%s-%s", auth_method_ids[method], what);
}

/* ------------------------------------------------------------------ reading */

static int
read_settings(struct web_req *r, const char *settings, struct auth_rule *out)
{
    json_t *j;

    auth_rule_default(out);
    if (!settings)
        return 0;
    if (jsonx_load(r->a, settings, strlen(settings), AUTH_RULE_BYTES * 4, &j, &r->err))
        return -1;
    return auth_rule_from_json(r->a, j, out, &r->err);
}

int
pg_authentication(struct web_req *r)
{
    struct pg_auth_list v = {.may_change = pg_may(r, ROLES_CHANGE)};
    bool back = *in_text(r, "before") != '\0', more;
    const char *from = in_text(r, back ? "before" : "after");
    struct store_auth_rule *rows;
    struct pg_auth_row *list;
    struct ui_pages pages;

    if (store_auth_rule_list(r->db, &r->scope, r->a, r->scope.org, from, back, r->session.page_size,
                             &rows, &v.n, &more, &r->err))
        return -1;
    list = arena_calloc(r->a, (size_t)v.n, sizeof *list);
    for (int i = 0; i < v.n; i++) {
        list[i] = (struct pg_auth_row){
            .id = rows[i].domain_id, .name = rows[i].domain, .own = rows[i].settings != NULL};
        if (read_settings(r, rows[i].settings ? rows[i].settings : rows[0].settings, &list[i].rule))
            return -1;
    }
    v.rows = list;
    pages = ui_pages(v.n - 1, *from, back, more);
    if (pages.newer)
        v.pager.newer = view_path(r, "/authentication", "before", list[1].name, NULL);
    if (pages.older)
        v.pager.older = view_path(r, "/authentication", "after", list[v.n - 1].name, NULL);
    t_authentication(r, &v);
    return reply_page(r, 200);
}

/* The rule that holds for a domain ("": for all) now. */
static int
load(struct web_req *r, const char *id, struct pg_auth_page *v, struct auth_rule *rule)
{
    struct store_auth_rule row, all;

    if (store_auth_rule_get(r->db, &r->scope, r->a, r->scope.org, id, &row, &r->err))
        return -1;
    *v = (struct pg_auth_page){.id = id,
                               .name = row.domain,
                               .own = row.settings != NULL,
                               .version = row.version,
                               .may_change = pg_may(r, ROLES_CHANGE)};
    if (!row.settings && *id) {
        if (store_auth_rule_get(r->db, &r->scope, r->a, r->scope.org, "", &all, &r->err))
            return -1;
        row.settings = all.settings;
    }
    return read_settings(r, row.settings, rule);
}

static void
fill(struct web_req *r, struct pg_auth_page *v, const struct auth_rule *rule)
{
    v->rule = rule;
    for (int m = 0; m < AUTH_METHODS; m++)
        v->methods[m] = (struct pg_auth_method){
            T(words[m].title), T(words[m].about), auth_peers_text(r->a, &rule->method[m].ignored),
            auth_peers_text(r->a, &rule->method[m].enforced), false};
    v->pairs = auth_pairs_text(r->a, rule->pairs, rule->npairs);
    v->sealers = auth_peers_text(r->a, &rule->sealers);
    v->notices = auth_notices_text(r->a, rule->notices, rule->nnotices);
}

static int
show(struct web_req *r, const char *id)
{
    struct auth_rule rule;
    struct pg_auth_page v;

    if (load(r, id, &v, &rule))
        return -1;
    fill(r, &v, &rule);
    t_authentication_rule(r, &v);
    return reply_page(r, 200);
}

int
pg_authentication_default(struct web_req *r)
{
    return show(r, "");
}

int
pg_authentication_domain(struct web_req *r)
{
    return show(r, r->id);
}

/* ------------------------------------------------------------------ saving */

static void
list_error(struct web_req *r, const char *name, int line, const struct err *e)
{
    char *n = view_int(r, line);

    if (!strcmp(e->code, "list-long"))
        in_error(r, name,
                 TF(T("A list has {n} entries at most."), "n", view_int(r, AUTH_PEERS_MAX)));
    else if (!strcmp(e->code, "pair"))
        in_error(r, name,
                 TF(T("Line {n}: write a domain, a space and an address, such as example.com "
                      "192.0.2.0/24"),
                    "n", n));
    else if (!strcmp(e->code, "ip-host-bits"))
        in_error(r, name,
                 TF(T("Line {n}: the address does not fit the length of the network. Write its "
                      "first address."),
                    "n", n));
    else if (!strncmp(e->code, "ip", 2))
        in_error(
            r, name,
            TF(T("Line {n}: this is not an IP address or network, such as 192.0.2.0/24"), "n", n));
    else
        in_error(
            r, name,
            TF(T("Line {n}: this is not a domain, such as example.com or *.example.com"), "n", n));
}

static void
notices_error(struct web_req *r, int line, const struct err *e)
{
    if (!strcmp(e->code, "list-long"))
        in_error(r, "notices",
                 TF(T("Notices go to {n} addresses at most."), "n", view_int(r, AUTH_NOTICES_MAX)));
    else
        in_error(r, "notices",
                 TF(T("Line {n}: this is not an address, such as name@example.com"), "n",
                    view_int(r, line)));
}

static void
take_peers(struct web_req *r, const char *name, bool domains_only, struct auth_peers *out)
{
    struct err e;
    int line;

    if (auth_peers_read(r->a, in_text(r, name), domains_only, out, &line, &e))
        list_error(r, name, line, &e);
}

static enum auth_action
take_action(struct web_req *r, enum auth_case c)
{
    for (int a = 0; a <= AUTH_DELETE; a++)
        if (!strcmp(in_text(r, auth_cases[c].key), auth_action_ids[a]))
            return (enum auth_action)a;
    return auth_cases[c].action;
}

static void
take_form(struct web_req *r, struct auth_rule *rule)
{
    struct err e;
    int line;

    for (int m = 0; m < AUTH_METHODS; m++) {
        struct auth_method_rule *x = &rule->method[m];
        x->on = in_bool(r, pg_auth_field(r, m, "on"));
        x->skip_null = in_bool(r, pg_auth_field(r, m, "skip_null"));
        x->notify = in_bool(r, pg_auth_field(r, m, "notify"));
        x->header = in_bool(r, pg_auth_field(r, m, "header"));
        x->spare_signed = in_bool(r, pg_auth_field(r, m, "spare_signed"));
        x->tag = in_text(r, pg_auth_field(r, m, "tag"));
        take_peers(r, pg_auth_field(r, m, "ignored"), false, &x->ignored);
        take_peers(r, pg_auth_field(r, m, "enforced"), false, &x->enforced);
    }
    for (int c = 0; c < AUTH_CASES; c++)
        rule->action[c] = take_action(r, (enum auth_case)c);
    for (int i = 0; i < 3; i++)
        if (!strcmp(in_text(r, "arc"), auth_arc_ids[i]))
            rule->arc = (enum auth_arc)i;
    take_peers(r, "sealers", true, &rule->sealers);
    if (auth_pairs_read(r->a, in_text(r, "pairs"), &rule->pairs, &rule->npairs, &line, &e))
        list_error(r, "pairs", line, &e);
    if (auth_notices_read(r->a, in_text(r, "notices"), &rule->notices, &rule->nnotices, &line, &e))
        notices_error(r, line, &e);
    if (rule->action[AUTH_C_ip_mismatch] == AUTH_ACCEPT)
        in_error(r, "ip-mismatch", N_("Choose what is done with such mail."));
}

static bool
has_error(struct web_req *r, int m)
{
    bool any = in_error_of(r, pg_auth_field(r, m, "ignored")) ||
               in_error_of(r, pg_auth_field(r, m, "enforced")) ||
               in_error_of(r, pg_auth_field(r, m, "tag"));

    if (m == AUTH_M_ip)
        any |= in_error_of(r, "pairs") || in_error_of(r, "ip-mismatch");
    return any || (m == AUTH_M_dmarc && in_error_of(r, "sealers"));
}

/* The form as it was typed. */
static void
keep_typed(struct web_req *r, struct pg_auth_page *v)
{
    for (int m = 0; m < AUTH_METHODS; m++) {
        v->methods[m].wrong = has_error(r, m);
        v->methods[m].ignored = in_text(r, pg_auth_field(r, m, "ignored"));
        v->methods[m].enforced = in_text(r, pg_auth_field(r, m, "enforced"));
    }
    v->pairs = in_text(r, "pairs");
    v->sealers = in_text(r, "sealers");
    v->notices = in_text(r, "notices");
}

static int
show_typed(struct web_req *r, const char *id, const struct auth_rule *rule)
{
    struct auth_rule now;
    struct pg_auth_page v;

    if (load(r, id, &v, &now))
        return -1;
    fill(r, &v, rule);
    keep_typed(r, &v);
    t_authentication_rule(r, &v);
    return reply_page(r, 422);
}

static int
save(struct web_req *r, const char *id)
{
    struct store_actor by = pg_actor(r);
    struct auth_rule rule;
    struct pg_auth_page v;

    if (load(r, id, &v, &rule))
        return -1;
    auth_rule_default(&rule);
    take_form(r, &rule);
    if (in_ok(r) &&
        store_auth_rule_put(r->db, &r->scope, r->a, &by, r->scope.org, id,
                            jsonx_dump(r->a, auth_rule_to_json(r->a, &rule), NULL),
                            in_text(r, "version"), &r->err) &&
        !pg_version_stale(r))
        return -1;
    if (!in_ok(r))
        return show_typed(r, id, &rule);
    return reply_flash(
        r, "/authentication",
        &(struct flash){"ok",
                        *id ? N_("Rule for {domain} saved.") : N_("Rule for all domains saved."),
                        NULL, -1, NULL, NULL},
        "domain", v.name, NULL);
}

int
pg_authentication_default_save(struct web_req *r)
{
    return save(r, "");
}

int
pg_authentication_domain_save(struct web_req *r)
{
    return save(r, r->id);
}

/* ------------------------------------------------------------------ back to the rule for all */

int
pg_authentication_reset_form(struct web_req *r)
{
    struct auth_rule rule;
    struct pg_auth_page v;

    if (load(r, r->id, &v, &rule))
        return -1;
    t_authentication_reset(r, &v);
    return reply_page(r, 200);
}

int
pg_authentication_reset(struct web_req *r)
{
    struct store_actor by = pg_actor(r);
    struct auth_rule rule;
    struct pg_auth_page v;

    if (load(r, r->id, &v, &rule) ||
        store_auth_rule_delete(r->db, &r->scope, r->a, &by, r->scope.org, r->id, &r->err))
        return -1;
    return reply_flash(r, "/authentication",
                       &(struct flash){"ok", N_("{domain} goes by the rule for all domains again."),
                                       NULL, -1, NULL, NULL},
                       "domain", v.name, NULL);
}
