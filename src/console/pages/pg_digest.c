/* Digests in the console: rules, what people may, words by language, tests. */
#include "pg_digest.h"

#include <string.h>

#include "../../common/addr.h"
#include "../view.h"
#include "../web_reply.h"
#include "pages.h"
#include "pg_actor.h"
#include "pg_version.h"
#include "templates.h"

#define TARGETS_MAX 500
#define TARGETS_BYTES 40000

const struct field digest_setting_fields[] = {
    FIELD_VERSION,
    {"users_may", FIELD_BOOL, 0, false, NULL},
    {"instant", FIELD_BOOL, 0, false, NULL},
    {"links", FIELD_CHOICE, 0, true, "act|signin"},
    {"link_days", FIELD_TEXT, 10, false, NULL},
    FIELDS_END,
};
const struct field digest_rule_fields[] = {
    FIELD_VERSION,
    {"name", FIELD_TEXT, 300, false, NULL},
    {"enabled", FIELD_BOOL, 0, false, NULL},
    {"priority", FIELD_TEXT, 10, false, NULL},
    {"targets", FIELD_LINES, TARGETS_BYTES, false, NULL},
    DIGEST_WHEN_FIELDS,
    {"format", FIELD_CHOICE, 0, true, "html|text"},
    {"deliver", FIELD_BOOL, 0, false, NULL},
    {"allow", FIELD_BOOL, 0, false, NULL},
    {"delete", FIELD_BOOL, 0, false, NULL},
    {"block", FIELD_BOOL, 0, false, NULL},
    FIELDS_END,
};
const struct field digest_text_fields[] = {
    {"lang", FIELD_TEXT, 15, true, NULL},
    {"subject", FIELD_TEXT, 600, false, NULL},
    {"intro", FIELD_LINES, 4000, false, NULL},
    FIELDS_END,
};

/* ------------------------------------------------------------------ list */

static bool
covers(const char *all, const char *one)
{
    const char *at = strchr(one, '@');
    return !strcmp(all, one) || (at && !strchr(all, '@') && !strcmp(at + 1, all));
}

/* How much of x goes by the other rule: 0 nothing, 1 some, 2 all. */
static int
taken(const struct store_digest_rule *x, const struct store_digest_rule *by)
{
    int n = 0;
    if (!by->ntargets)
        return 2;
    if (!x->ntargets)
        return 1;
    for (int i = 0; i < x->ntargets; i++) {
        bool some = false, all = false;
        for (int k = 0; k < by->ntargets; k++) {
            all |= covers(by->targets[k], x->targets[i]);
            some |= all || covers(x->targets[i], by->targets[k]);
        }
        if (some && !all)
            return 1;
        n += all;
    }
    return n == x->ntargets ? 2 : n ? 1 : 0;
}

/* rows are in the order of priority. */
static void
find_conflict(struct web_req *r, const struct store_digest_rule *rows, int n, int at,
              struct pg_digest_rule *out)
{
    const struct store_digest_rule *x = &rows[at];
    for (int i = 0; i < n && x->enabled && rows[i].priority <= x->priority; i++) {
        const struct store_digest_rule *y = &rows[i];
        int how = i != at && y->enabled ? taken(x, y) : 0;
        if (!how)
            continue;
        if (y->priority == x->priority) {
            out->severe = true;
            out->conflict =
                TF(T("Has the same priority as “{name}” and recipients in common. Give one of "
                     "them a smaller number."),
                   "name", y->name);
            return;
        }
        if (how == 2) {
            out->severe = true;
            out->conflict =
                TF(T("Is never used: “{name}” has a smaller number and all its recipients."),
                   "name", y->name);
            return;
        }
        if (!out->conflict)
            out->conflict =
                TF(T("For some of its recipients “{name}” comes first."), "name", y->name);
    }
}

static const char *
recipients(struct web_req *r, const struct store_digest_rule *x)
{
    if (!x->ntargets)
        return T("Everybody");
    if (x->ntargets == 1)
        return x->targets[0];
    return TF(TN("{first} and {n} more", "{first} and {n} more", x->ntargets - 1), "first",
              x->targets[0], "n", view_int(r, x->ntargets - 1));
}

static int
list_page(struct web_req *r, int status, const struct store_digest_setting *typed)
{
    struct pg_digest_rules v = {.may_change = pg_may(r, ROLES_CHANGE)};
    struct store_digest_rule *rows;
    if (store_digest_rules(r->db, &r->scope, r->a, r->scope.org, NULL, &rows, &v.n, &r->err) ||
        store_digest_setting(r->db, &r->scope, r->a, r->scope.org, &v.setting, &r->err))
        return -1;
    if (typed) {
        const char *version = v.setting.version;
        v.setting = *typed;
        v.setting.version = version;
    }
    v.link_days = typed ? in_text(r, "link_days") : arena_printf(r->a, "%d", v.setting.link_days);
    struct pg_digest_rule *list = arena_calloc(r->a, (size_t)v.n + 1, sizeof *list);
    for (int i = 0; i < v.n; i++) {
        list[i] = (struct pg_digest_rule){
            .rule = &rows[i],
            .recipients = recipients(r, &rows[i]),
            .when = pg_digest_when(r, rows[i].days, rows[i].times, rows[i].ntimes)};
        find_conflict(r, rows, v.n, i, &list[i]);
    }
    v.rows = list;
    t_digest(r, &v);
    return reply_page(r, status);
}

int
pg_digest(struct web_req *r)
{
    return list_page(r, 200, NULL);
}

int
pg_digest_setting(struct web_req *r)
{
    struct store_actor by = pg_actor(r);
    struct store_digest_setting x = {.users_may = in_bool(r, "users_may"),
                                     .instant = in_bool(r, "instant"),
                                     .links = in_text(r, "links"),
                                     .version = in_text(r, "version")};
    if (!in_number(r, "link_days", 1, 90, &x.link_days))
        in_error(r, "link_days", N_("Enter a number from 1 to 90"));
    if (in_ok(r) &&
        store_digest_setting_put(r->db, &r->scope, r->a, &by, r->scope.org, &x, &r->err) &&
        !pg_version_stale(r))
        return -1;
    if (!in_ok(r))
        return list_page(r, 422, &x);
    return reply_flash(r, "/digest",
                       &(struct flash){"ok", N_("Settings saved."), NULL, -1, NULL, NULL}, NULL);
}

/* ------------------------------------------------------------------ one rule */

static int
form_page(struct web_req *r, int status, struct pg_digest_form *v)
{
    v->id = r->id;
    v->may_change = pg_may(r, ROLES_CHANGE);
    t_digest_rule(r, v);
    return reply_page(r, status);
}

int
pg_digest_add_form(struct web_req *r)
{
    struct store_digest_rule x = {.name = "",
                                  .enabled = true,
                                  .days = 127,
                                  .tz = r->tz,
                                  .format = "html",
                                  .deliver = true,
                                  .allow = true,
                                  .remove = true,
                                  .block = true};
    return form_page(
        r, 200,
        &(struct pg_digest_form){.rule = &x, .priority = "100", .targets = "", .times = "09:00"});
}

static int
get_rule(struct web_req *r, struct store_digest_rule **x)
{
    int n;
    if (store_digest_rules(r->db, &r->scope, r->a, r->scope.org, r->id, x, &n, &r->err))
        return -1;
    return n ? 0 : err_set(&r->err, ERR_NOTFOUND, "rule", "no such rule");
}

int
pg_digest_form(struct web_req *r)
{
    struct store_digest_rule *x;
    struct buf *targets = buf_new(r->a, 0);
    if (get_rule(r, &x))
        return -1;
    for (int i = 0; i < x->ntargets; i++)
        buf_printf(targets, "%s\n", x->targets[i]);
    return form_page(r, 200,
                     &(struct pg_digest_form){.rule = x,
                                              .priority = arena_printf(r->a, "%d", x->priority),
                                              .targets = buf_cstr(targets),
                                              .times = pg_digest_times(r, x->times, x->ntimes)});
}

/* Domains and addresses, one a line, in the form that mailboxes have. */
static void
take_targets(struct web_req *r, struct store_digest_rule *x)
{
    const char **list = arena_calloc(r->a, TARGETS_MAX, sizeof *list);
    const char *s = in_text(r, "targets");
    while (*(s += strspn(s, " \n,;"))) {
        size_t n = strcspn(s, " \n,;");
        char *one = arena_strndup(r->a, s + (*s == '@'), n - (*s == '@'));
        struct addr address;
        struct err e = {0};
        char *domain;
        bool whole = strchr(one, '@') == NULL;
        s += n;
        if (whole ? addr_domain(r->a, one, &domain, &e) : addr_parse(r->a, one, &address, &e)) {
            in_error(r, "targets",
                     N_("Enter addresses such as name@example.com and domains such as example.com, "
                        "one a line"));
            return;
        }
        if (x->ntargets == TARGETS_MAX) {
            in_error(r, "targets", N_("Enter at most 500 of them"));
            return;
        }
        list[x->ntargets++] = whole ? domain : address.key;
    }
    x->targets = list;
}

static void
take_rule(struct web_req *r, struct store_digest_rule *x)
{
    *x = (struct store_digest_rule){.rule_id = r->id,
                                    .name = in_text(r, "name"),
                                    .enabled = in_bool(r, "enabled"),
                                    .format = in_text(r, "format"),
                                    .deliver = in_bool(r, "deliver"),
                                    .allow = in_bool(r, "allow"),
                                    .remove = in_bool(r, "delete"),
                                    .block = in_bool(r, "block"),
                                    .version = in_text(r, "version")};
    if (!*x->name || strlen(x->name) > 100)
        in_error(r, "name", N_("Enter a name of at most 100 letters"));
    if (!in_number(r, "priority", 1, 1000, &x->priority))
        in_error(r, "priority", N_("Enter a number from 1 to 1000"));
    take_targets(r, x);
    pg_digest_take_when(r, &x->days, x->times, &x->ntimes, &x->tz);
}

static const char *
conflict(const struct err *e)
{
    if (!strcmp(e->code, "digest_rule_twice"))
        return N_("There is a rule of this name already. Choose another name.");
    if (!strcmp(e->code, "too_many"))
        return N_("There is no room for more. Delete what is not needed first.");
    return NULL;
}

static int
save_rule(struct web_req *r, bool add)
{
    struct store_actor by = pg_actor(r);
    struct store_digest_rule x, *now = NULL;
    const char *why;
    take_rule(r, &x);
    if (!add && get_rule(r, &now))
        return -1;
    if (in_ok(r) &&
        (add ? store_digest_rule_add : store_digest_rule_change)(r->db, &r->scope, r->a, &by,
                                                                 r->scope.org, &x, &r->err) &&
        !pg_version_stale(r)) {
        if (!(why = conflict(&r->err)))
            return -1;
        in_error(r, "name", why);
        r->err.cls = ERR_NONE;
    }
    if (!in_ok(r)) {
        x.version = now ? now->version : "";
        return form_page(r, 422,
                         &(struct pg_digest_form){.rule = &x,
                                                  .priority = in_text(r, "priority"),
                                                  .targets = in_text(r, "targets"),
                                                  .times = in_text(r, "times")});
    }
    return reply_flash(
        r, "/digest",
        &(struct flash){"ok",
                        add ? N_("Digest rule {name} added.") : N_("Digest rule {name} changed."),
                        NULL, -1, NULL, NULL},
        "name", x.name, NULL);
}

int
pg_digest_add(struct web_req *r)
{
    return save_rule(r, true);
}

int
pg_digest_change(struct web_req *r)
{
    return save_rule(r, false);
}

int
pg_digest_delete_form(struct web_req *r)
{
    struct store_digest_rule *x;
    if (get_rule(r, &x))
        return -1;
    t_digest_delete(r, x);
    return reply_page(r, 200);
}

int
pg_digest_delete(struct web_req *r)
{
    struct store_actor by = pg_actor(r);
    struct store_digest_rule *x;
    if (get_rule(r, &x) ||
        store_digest_rule_delete(r->db, &r->scope, r->a, &by, r->scope.org, r->id, &r->err))
        return -1;
    return reply_flash(
        r, "/digest",
        &(struct flash){"ok", N_("Digest rule {name} deleted."), NULL, -1, NULL, NULL}, "name",
        x->name, NULL);
}

int
pg_digest_test(struct web_req *r)
{
    struct store_digest_rule *x;
    bool queued;
    if (get_rule(r, &x) || store_digest_test(r->db, &r->scope, r->a, r->scope.org,
                                             r->session.address, r->id, &queued, &r->err))
        return -1;
    return reply_flash(r, arena_printf(r->a, "/digest/%s", r->id),
                       &(struct flash){queued ? "ok" : "error",
                                       queued
                                           ? N_("A digest of examples is on its way to {address}.")
                                           : N_("There was one within this minute. Wait a little."),
                                       NULL, -1, NULL, NULL},
                       "address", r->session.address, NULL);
}

/* ------------------------------------------------------------------ words */

static int
texts_page(struct web_req *r, int status, const struct store_digest_text *typed)
{
    struct pg_digest_texts v = {.languages = ui_languages(r),
                                .may_change = pg_may(r, ROLES_CHANGE)};
    struct store_digest_text *have, *list;
    int n;
    if (store_digest_texts(r->db, &r->scope, r->a, r->scope.org, &have, &n, &r->err))
        return -1;
    while (v.languages[v.n].value)
        v.n++;
    list = arena_calloc(r->a, (size_t)v.n + 1, sizeof *list);
    for (int i = 0; i < v.n; i++) {
        list[i] = (struct store_digest_text){v.languages[i].value, "", ""};
        for (int k = 0; k < n; k++)
            if (!strcmp(have[k].lang, list[i].lang))
                list[i] = have[k];
        if (typed && !strcmp(typed->lang, list[i].lang))
            list[i] = *typed;
    }
    v.rows = list;
    t_digest_texts(r, &v);
    return reply_page(r, status);
}

int
pg_digest_texts(struct web_req *r)
{
    return texts_page(r, 200, NULL);
}

int
pg_digest_text(struct web_req *r)
{
    struct store_actor by = pg_actor(r);
    struct store_digest_text x = {in_text(r, "lang"), in_text(r, "subject"), in_text(r, "intro")};
    ui_check_language(r, "lang");
    if (strlen(x.subject) > 450)
        in_error(r, "subject", N_("This is too long"));
    if (strlen(x.intro) > 3000)
        in_error(r, "intro", N_("This is too long"));
    if (in_ok(r) && store_digest_text_put(r->db, &r->scope, r->a, &by, r->scope.org, &x, &r->err)) {
        if (r->err.cls != ERR_INPUT)
            return -1;
        in_error(r, "subject", N_("This is too long"));
        r->err.cls = ERR_NONE;
    }
    if (!in_ok(r))
        return texts_page(r, 422, &x);
    return reply_flash(r, "/digest/texts",
                       &(struct flash){"ok", N_("Settings saved."), NULL, -1, NULL, NULL}, NULL);
}
