/* One's own digest (ux.md U11), for each mailbox of the account. */
#include "pg_digest.h"

#include <string.h>

#include "../../store/store_quarantine.h"
#include "../view.h"
#include "../web_reply.h"
#include "pages.h"
#include "pg_actor.h"
#include "pg_held_query.h"
#include "templates.h"

const struct field digest_own_query[] = {
    {"mailbox", FIELD_TEXT, 320, false, NULL},
    FIELDS_END,
};
const struct field digest_own_fields[] = {
    {"mailbox", FIELD_TEXT, 320, true, NULL},
    {"enabled", FIELD_BOOL, 0, false, NULL},
    {"own", FIELD_CHOICE, 0, true, "rule|own"},
    DIGEST_WHEN_FIELDS,
    {"kind-spam", FIELD_BOOL, 0, false, NULL},
    {"kind-graymail", FIELD_BOOL, 0, false, NULL},
    {"kind-phishing", FIELD_BOOL, 0, false, NULL},
    {"kind-impersonation", FIELD_BOOL, 0, false, NULL},
    {"kind-unverified", FIELD_BOOL, 0, false, NULL},
    {"kind-blocked", FIELD_BOOL, 0, false, NULL},
    {"kind-content", FIELD_BOOL, 0, false, NULL},
    {"kind-unscannable", FIELD_BOOL, 0, false, NULL},
    {"format", FIELD_CHOICE, 0, true, "rule|html|text"},
    {"lang", FIELD_TEXT, 15, false, NULL},
    {"together", FIELD_BOOL, 0, false, NULL},
    {"instant", FIELD_BOOL, 0, false, NULL},
    {"quiet_from", FIELD_TEXT, 10, false, NULL},
    {"quiet_to", FIELD_TEXT, 10, false, NULL},
    FIELDS_END,
};
const struct field digest_now_fields[] = {
    {"mailbox", FIELD_TEXT, 320, true, NULL},
    FIELDS_END,
};

static const char *
page_path(struct web_req *r, const char *mailbox)
{
    return view_path(r, "/settings/digest", "mailbox",
                     strcmp(mailbox, r->session.address) ? mailbox : NULL, NULL);
}

static const struct ui_option *
mailboxes(struct web_req *r, const struct store_digest_own *rows, int n)
{
    struct ui_option *o = arena_calloc(r->a, (size_t)n + 1, sizeof *o);
    for (int i = 0; i < n; i++)
        o[i] = (struct ui_option){rows[i].address, rows[i].address, NULL};
    return n > 1 ? o : NULL;
}

static void
fill(struct web_req *r, const struct store_digest_own *x, struct pg_digest_own_box *b)
{
    int i = 0;
    b->own = x;
    b->when = x->ntimes ? pg_digest_when(r, x->days, x->times, x->ntimes)
                        : pg_digest_when(r, x->rule_days, x->rule_times, x->nrule_times);
    if (!b->times)
        b->times = x->ntimes        ? pg_digest_times(r, x->times, x->ntimes)
                   : x->nrule_times ? pg_digest_times(r, x->rule_times, x->nrule_times)
                                    : "09:00";
    for (const struct ui_kind *k = ui_kinds(); k->id && i < 16; k++, i++) {
        b->kinds[i] = x->nkinds == 0;
        for (int n = 0; n < x->nkinds; n++)
            b->kinds[i] |= !strcmp(x->kinds[n], k->id);
    }
}

/* The mailbox that is meant, else the account's own, else the first; NULL: the account has none. */
static const struct store_digest_own *
choose(struct web_req *r, const struct store_digest_own *rows, int n, const char *wanted)
{
    for (int i = 0; i < n; i++)
        if (!strcmp(rows[i].address, wanted))
            return &rows[i];
    for (int i = 0; i < n; i++)
        if (!*wanted && !strcmp(rows[i].address, r->session.address))
            return &rows[i];
    return n && !*wanted ? &rows[0] : NULL;
}

bool
pg_digest_sent(const struct store_digest_own *x, bool may)
{
    return may ? x->enabled && (x->ntimes || x->nrule_times) : x->nrule_times > 0;
}

/* typed NULL: what is stored. */
static int
show(struct web_req *r, int status, const struct store_digest_own *typed)
{
    struct store_held_counts counts;
    struct store_held_filter f = held_filter_all("held", 1);
    struct store_digest_setting s;
    struct store_digest_own *rows;
    struct pg_digest_own_box box = {.times = typed ? in_text(r, "times") : NULL};
    struct pg_digest_own v = {.box = NULL};
    int n;
    if (store_quarantine_counts(r->db, &r->scope, r->a, &f, &counts, &r->err) ||
        store_digest_setting(r->db, &r->scope, r->a, r->scope.org, &s, &r->err) ||
        store_digest_own(r->db, &r->scope, r->a, &rows, &n, &r->err))
        return -1;
    const struct store_digest_own *x = choose(r, rows, n, in_text(r, "mailbox"));
    if (!x && n)
        return err_set(&r->err, ERR_NOTFOUND, "mailbox", "no such mailbox");
    if (x) {
        fill(r, typed ? typed : x, &box);
        v.box = &box;
        v.other = strcmp(x->address, r->session.address) != 0;
    }
    v.mailboxes = mailboxes(r, rows, n);
    v.may = s.users_may;
    v.instant = s.instant;
    v.held = counts.held;
    t_digest_own(r, &v);
    return reply_page(r, status);
}

int
pg_digest_own(struct web_req *r)
{
    return show(r, 200, NULL);
}

static void
take_kinds(struct web_req *r, struct store_digest_own *x)
{
    const char **list = arena_calloc(r->a, 16, sizeof *list);
    int all = 0;
    for (const struct ui_kind *k = ui_kinds(); k->id; k++) {
        if (!strcmp(k->id, "malware"))
            continue;
        all++;
        if (in_bool(r, arena_printf(r->a, "kind-%s", k->id)))
            list[x->nkinds++] = k->id;
    }
    if (!x->nkinds)
        in_error(r, "kind-spam", N_("Choose at least one kind, or turn the digest off"));
    if (x->nkinds == all)
        x->nkinds = 0; /* kinds that come later, too */
    x->kinds = list;
}

static int
quiet_time(struct web_req *r, const char *name)
{
    const char *s = in_text(r, name), *end = "";
    if (!*s)
        return -1;
    int at = pg_digest_minute(s, &end);
    if (at < 0 || *end)
        in_error(r, name, N_("Enter a time such as 22:00, or nothing"));
    return at;
}

/* notices: they are on the page; where they are not, what was set stays for the day that they are again. */
static void
take(struct web_req *r, const struct store_digest_own *now, bool notices, struct store_digest_own *x)
{
    *x = *now;
    x->enabled = in_bool(r, "enabled");
    x->together = in_bool(r, "together");
    x->ntimes = x->nkinds = 0;
    x->format = strcmp(in_text(r, "format"), "rule") ? in_text(r, "format") : "";
    x->lang = in_text(r, "lang");
    if (*x->lang)
        ui_check_language(r, "lang");
    /* The page shows the reader's language until another one is chosen: left as it is, it goes on following him. */
    if (!*now->lang && !strcmp(x->lang, r->lang) && !strcmp(now->address, r->session.address))
        x->lang = "";
    if (!strcmp(in_text(r, "own"), "own"))
        pg_digest_take_when(r, &x->days, x->times, &x->ntimes, &x->tz);
    take_kinds(r, x);
    if (!notices)
        return;
    x->instant = in_bool(r, "instant");
    x->quiet_from = quiet_time(r, "quiet_from");
    x->quiet_to = quiet_time(r, "quiet_to");
    if (in_ok(r) && (x->quiet_from < 0) != (x->quiet_to < 0))
        in_error(r, x->quiet_from < 0 ? "quiet_from" : "quiet_to", N_("Enter both times, or none"));
}

int
pg_digest_own_save(struct web_req *r)
{
    struct store_actor by = pg_actor(r);
    struct store_digest_setting s;
    struct store_digest_own *rows, x;
    int n;
    if (store_digest_setting(r->db, &r->scope, r->a, r->scope.org, &s, &r->err) ||
        store_digest_own(r->db, &r->scope, r->a, &rows, &n, &r->err))
        return -1;
    const struct store_digest_own *now = choose(r, rows, n, in_text(r, "mailbox"));
    if (!now)
        return err_set(&r->err, ERR_NOTFOUND, "mailbox", "no such mailbox");
    if (!s.users_may)
        return err_set(&r->err, ERR_DENIED, "digest", "the organisation decides about digests");
    take(r, now, s.instant, &x);
    if (!in_ok(r))
        return show(r, 422, &x);
    if (store_digest_own_put(r->db, &r->scope, r->a, &by, &x, &r->err))
        return -1;
    return reply_flash(r, page_path(r, x.address),
                       &(struct flash){"ok", N_("Settings saved."), NULL, -1, NULL, NULL}, NULL);
}

int
pg_digest_now(struct web_req *r)
{
    struct store_digest_own *rows;
    const char *result;
    int n;
    if (store_digest_own(r->db, &r->scope, r->a, &rows, &n, &r->err))
        return -1;
    const struct store_digest_own *x = choose(r, rows, n, in_text(r, "mailbox"));
    if (!x)
        return err_set(&r->err, ERR_NOTFOUND, "mailbox", "no such mailbox");
    if (store_digest_ask(r->db, &r->scope, r->a, x->address, &result, &r->err))
        return -1;
    bool soon = !strcmp(result, "soon"), empty = !strcmp(result, "empty");
    return reply_flash(
        r, page_path(r, x->address),
        &(struct flash){soon ? "error" : "ok",
                        soon    ? N_("You asked for one within this hour. Wait a little.")
                        : empty ? N_("Nothing is held for {address}, so no digest was sent.")
                                : N_("A digest is on its way to {address}."),
                        NULL, -1, NULL, NULL},
        "address", x->address, NULL);
}
