#include "pg_second_rule.h"

#include <string.h>

#include "../../common/when.h"
#include "../view.h"
#include "../web_reply.h"
#include "pages.h"
#include "pg_actor.h"
#include "pg_version.h"
#include "templates.h"

const struct field second_rule_fields[] = {
    FIELD_VERSION,
    {"required", FIELD_CHOICE, 0, true, "optional|admins|everyone"},
    {"from", FIELD_TEXT, 20, false, NULL},
    {"kinds", FIELD_CHOICE, 0, true, "app|any"},
    {"trust", FIELD_BOOL, 0, false, NULL},
    FIELDS_END,
};

static int
page(struct web_req *r, int status, const struct store_second_rule *typed)
{
    struct pg_second_rule_view v = {.may_change = pg_may(r, ROLES_CHANGE)};
    if (store_second_rule(r->db, &r->scope, r->a, r->scope.org, &v.rule, &r->err) ||
        store_second_missing(r->db, &r->scope, r->a, &v.admins, &v.users, &r->err))
        return -1;
    if (typed) {
        const char *version = v.rule.version;
        v.rule = *typed;
        v.rule.version = version;
    }
    t_second_rule(r, &v);
    return reply_page(r, status);
}

int
pg_second_rule_form(struct web_req *r)
{
    return page(r, 200, NULL);
}

static void
check_day(struct web_req *r, const char *day)
{
    int64_t ms;
    /* There is no year 0 in the database. */
    if (*day && (strlen(day) != 10 || !strncmp(day, "0000", 4) ||
                 when_parse(arena_printf(r->a, "%sT00:00:00Z", day), &ms)))
        in_error(r, "from", N_("Enter a day such as 2026-12-01"));
}

int
pg_second_rule(struct web_req *r)
{
    struct store_actor by = pg_actor(r);
    struct store_second_rule x = {.required = in_text(r, "required"),
                                  .trust = in_bool(r, "trust"),
                                  .from = in_text(r, "from"),
                                  .kinds = in_text(r, "kinds")};
    check_day(r, x.from);
    struct store_second_change change = {.required = x.required,
                                         .from = x.from,
                                         .kinds = x.kinds,
                                         .version = in_text(r, "version"),
                                         .trust = &x.trust};
    if (in_ok(r) &&
        store_second_rule_set(r->db, &r->scope, r->a, r->scope.org, &change, &by, &r->err) &&
        !pg_version_stale(r))
        return -1;
    if (!in_ok(r))
        return page(r, 422, &x);
    return reply_flash(r, "/users/second-step",
                       &(struct flash){"ok", N_("Settings saved."), NULL, -1, NULL, NULL}, NULL);
}
