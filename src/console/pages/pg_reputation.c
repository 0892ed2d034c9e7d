/* Web reputation: from which risk on mail is held, and the DNS lists that links are looked up in. */
#include "pg_reputation.h"

#include <string.h>

#include "../../common/urlbl_codes.h"
#include "../view.h"
#include "../web_reply.h"
#include "pages.h"
#include "pg_actor.h"
#include "pg_dns_list.h"
#include "pg_version.h"
#include "templates.h"

#define LIST_LEVELS "dangerous|highly-suspicious|suspicious|safe"

const struct field reputation_fields[] = {
    {"level", FIELD_CHOICE, 0, true, "0|1|2|3|4|5"},
    {"untested", FIELD_BOOL, 0, false, NULL},
    FIELD_VERSION,
    FIELDS_END,
};
const struct field reputation_list_fields[] = {
    {"zone", FIELD_TEXT, 255, false, NULL},    {"list_level", FIELD_CHOICE, 0, true, LIST_LEVELS},
    {"codes", FIELD_TEXT, 400, false, NULL},   {"hosts", FIELD_BOOL, 0, false, NULL},
    {"addresses", FIELD_BOOL, 0, false, NULL}, FIELDS_END,
};
const struct field reputation_switch_fields[] = {
    {"on", FIELD_BOOL, 0, false, NULL},
    FIELDS_END,
};

static const struct {
    const char *id, *word;
} risks[] = {
    {"dangerous", N_("Dangerous")},
    {"highly-suspicious", N_("Highly suspicious")},
    {"suspicious", N_("Suspicious")},
    {"safe", N_("Safe")},
};
#define RISKS (sizeof risks / sizeof *risks)

const char *
pg_risk_word(struct web_req *r, const char *level)
{
    for (size_t i = 0; i < RISKS; i++)
        if (!strcmp(level, risks[i].id))
            return T(risks[i].word);
    return level;
}

/* As risk.h has them. */
static const struct ui_option *
levels(struct web_req *r)
{
    struct ui_option *o = arena_calloc(r->a, RISK_CATCH_LEVELS + 1, sizeof *o);

    o[0] = (struct ui_option){"0", T("Lowest - dangerous pages that two lists name"), NULL};
    o[1] = (struct ui_option){"1", T("Low - dangerous pages"), NULL};
    o[2] = (struct ui_option){
        "2", T("Moderately low - also highly suspicious pages that two lists name"), NULL};
    o[3] = (struct ui_option){
        "3", T("Moderately high - also all highly suspicious pages (default)"), NULL};
    o[4] = (struct ui_option){"4", T("High - also suspicious pages"), NULL};
    o[5] = (struct ui_option){"5", T("Highest - also links that hide where they lead"), NULL};
    return o;
}

static const struct ui_option *
list_levels(struct web_req *r)
{
    struct ui_option *o = arena_calloc(r->a, RISKS + 1, sizeof *o);

    for (size_t i = 0; i < RISKS; i++)
        o[i] = (struct ui_option){risks[i].id, T(risks[i].word), NULL};
    return o;
}

/* form, list NULL: as it is stored, and an empty form. */
static int
page(struct web_req *r, int status, const struct store_reputation *form,
     const struct store_reputation_list *list)
{
    struct pg_reputation v = {.levels = levels(r),
                              .list_levels = list_levels(r),
                              .typed = {.zone = "", .codes = "", .level = "dangerous"},
                              .may_change = pg_may(r, ROLES_CHANGE)};
    struct store_reputation_list *lists;

    if (store_reputation(r->db, &r->scope, r->a, r->scope.org, &v.s, &r->err) ||
        store_reputation_lists(r->db, &r->scope, r->a, r->scope.org, &lists, &v.nlists, &r->err))
        return -1;
    v.lists = lists;
    v.version = v.s.version;
    if (form)
        v.s = *form;
    if (list)
        v.typed = *list;
    t_reputation(r, &v);
    return reply_page(r, status);
}

int
pg_reputation_form(struct web_req *r)
{
    return page(r, 200, NULL, NULL);
}

int
pg_reputation(struct web_req *r)
{
    const struct store_reputation s = {.level = *in_text(r, "level") - '0',
                                       .untested = in_bool(r, "untested"),
                                       .version = in_text(r, "version")};
    struct store_actor by = pg_actor(r);

    if (in_ok(r) && store_reputation_put(r->db, &r->scope, r->a, &by, r->scope.org, &s, &r->err) &&
        !pg_version_stale(r))
        return -1;
    if (!in_ok(r))
        return page(r, 422, in_error_of(r, "level") ? NULL : &s, NULL);
    return reply_flash(
        r, "/reputation",
        &(struct flash){"ok", N_("Saved. It works within a second."), NULL, -1, NULL, NULL}, NULL);
}

/* ---------------------------------------------------------------- DNS lists */

static int
zone_of(struct web_req *r, const char *id, const char **zone)
{
    struct store_reputation_list *rows;
    int n;

    if (store_reputation_lists(r->db, &r->scope, r->a, r->scope.org, &rows, &n, &r->err))
        return -1;
    for (int i = 0; i < n; i++)
        if (!strcmp(rows[i].list_id, id))
            *zone = rows[i].zone;
    return 0;
}

static const struct pg_dns_lists lists = {"/reputation", "reputation_list_twice", zone_of,
                                          store_reputation_list_switch,
                                          store_reputation_list_delete};

int
pg_reputation_list_add(struct web_req *r)
{
    struct store_reputation_list l = {.zone = in_text(r, "zone"),
                                      .codes = in_text(r, "codes"),
                                      .level = in_text(r, "list_level"),
                                      .hosts = in_bool(r, "hosts"),
                                      .addresses = in_bool(r, "addresses")};
    struct store_actor by = pg_actor(r);
    const char *zone = pg_dns_list_zone(r);
    struct urlbl_codes parsed;

    if (urlbl_codes_parse(l.codes, &parsed, NULL))
        in_error(r, "codes",
                 N_("Write answers as 127.0.0.2, 127.0.0.4-127.0.0.7 or &8, with spaces between"));
    if (in_ok(r)) {
        l.zone = zone;
        if (store_reputation_list_add(r->db, &r->scope, r->a, &by, r->scope.org, &l, &r->err) &&
            pg_dns_list_refused(r, &lists))
            return -1;
    }
    if (!in_ok(r))
        return page(r, 422, NULL, &l);
    return pg_dns_list_added(r, &lists, zone);
}

int
pg_reputation_list_switch(struct web_req *r)
{
    return pg_dns_list_switch(r, &lists);
}

int
pg_reputation_list_delete_form(struct web_req *r)
{
    return pg_dns_list_delete_form(r, &lists);
}

int
pg_reputation_list_delete(struct web_req *r)
{
    return pg_dns_list_delete(r, &lists);
}
