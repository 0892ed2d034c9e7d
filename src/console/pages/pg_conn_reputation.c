/* Reputation of sending addresses: the dynamic list, DNS lists, and whether senders' domains must exist. */
#include <string.h>

#include "../../common/dnsbl_codes.h"
#include "../../common/settings.h"
#include "../view.h"
#include "../web_reply.h"
#include "pages.h"
#include "pg_actor.h"
#include "pg_connection.h"
#include "pg_dns_list.h"
#include "pg_version.h"
#include "templates.h"

const struct field conn_reputation_fields[] = {
    {"level", FIELD_CHOICE, 0, true, "0|1|2|3|4"},
    {"check_sender", FIELD_BOOL, 0, false, NULL},
    {"no_spam", FIELD_BOOL, 0, false, NULL},
    FIELD_VERSION,
    FIELDS_END,
};
const struct field conn_list_fields[] = {
    {"zone", FIELD_TEXT, 255, false, NULL},
    {"codes", FIELD_TEXT, 200, false, NULL},
    FIELDS_END,
};
const struct field conn_list_switch_fields[] = {
    {"on", FIELD_BOOL, 0, false, NULL},
    FIELDS_END,
};

int
pg_conn_counts(struct web_req *r, struct pg_conn_counts *out)
{
    struct store_refusal_count *rows;

    if (store_refusal_counts(r->db, &r->scope, r->a, r->scope.org, &rows, &out->n, &r->err))
        return -1;
    out->rows = rows;
    return 0;
}

int64_t
pg_conn_count(const struct pg_conn_counts *c, const char *reason)
{
    for (int i = 0; i < c->n; i++)
        if (!strcmp(c->rows[i].reason, reason))
            return c->rows[i].n;
    return 0;
}

static const struct ui_option *
levels(struct web_req *r)
{
    struct ui_option *o = arena_calloc(r->a, 6, sizeof *o);

    o[0] = (struct ui_option){"0", T("0 - off, only log"), NULL};
    o[1] = (struct ui_option){"1", T("1 - only sources of almost nothing but bad mail"), NULL};
    o[2] = (struct ui_option){"2", T("2 - sources of mostly bad mail (default)"), NULL};
    o[3] = (struct ui_option){"3", T("3 - sources of much bad mail"), NULL};
    o[4] = (struct ui_option){"4", T("4 - after a single bad message"), NULL};
    return o;
}

/* typed NULL: the settings as they are. */
static int
page(struct web_req *r, int status, const struct store_conn_setting *typed, const char *zone,
     const char *codes)
{
    struct pg_conn_reputation v = {.zone = zone,
                                   .codes = codes,
                                   .levels = levels(r),
                                   .sender_domain = settings_int(SET_sender_domain),
                                   .may_change = pg_may(r, ROLES_CHANGE)};
    struct store_conn_list *lists;

    if (store_conn_setting(r->db, &r->scope, r->a, r->scope.org, &v.s, &r->err) ||
        store_conn_lists(r->db, &r->scope, r->a, r->scope.org, &lists, &v.nlists, &r->err) ||
        pg_conn_counts(r, &v.counts))
        return -1;
    v.lists = lists;
    v.version = v.s.reputation_version;
    if (typed)
        v.s = *typed;
    t_conn_reputation(r, &v);
    return reply_page(r, status);
}

int
pg_connection(struct web_req *r)
{
    return page(r, 200, NULL, "", "");
}

int
pg_conn_reputation(struct web_req *r)
{
    struct store_actor by = pg_actor(r);
    const struct store_conn_setting s = {.dynamic_level = *in_text(r, "level") - '0',
                                         .check_sender = in_bool(r, "check_sender"),
                                         .approved_no_spam = in_bool(r, "no_spam"),
                                         .reputation_version = in_text(r, "version")};

    if (in_ok(r) &&
        store_conn_reputation_put(r->db, &r->scope, r->a, &by, r->scope.org, &s, &r->err) &&
        !pg_version_stale(r))
        return -1;
    if (!in_ok(r))
        return page(r, 422, in_error_of(r, "level") ? NULL : &s, "", "");
    return reply_flash(
        r, "/connection",
        &(struct flash){"ok", N_("Saved. It works within a second."), NULL, -1, NULL, NULL}, NULL);
}

/* ---------------------------------------------------------------- DNS lists */

static int
zone_of(struct web_req *r, const char *id, const char **zone)
{
    struct store_conn_list *rows;
    int n;

    if (store_conn_lists(r->db, &r->scope, r->a, r->scope.org, &rows, &n, &r->err))
        return -1;
    for (int i = 0; i < n; i++)
        if (!strcmp(rows[i].list_id, id))
            *zone = rows[i].zone;
    return 0;
}

static const struct pg_dns_lists lists = {"/connection", "list_twice", zone_of,
                                          store_conn_list_switch, store_conn_list_delete};

int
pg_conn_list_add(struct web_req *r)
{
    struct store_actor by = pg_actor(r);
    const char *codes = in_text(r, "codes"), *zone = pg_dns_list_zone(r);
    struct dnsbl_codes parsed;

    if (dnsbl_codes_parse(codes, &parsed, NULL))
        in_error(r, "codes",
                 N_("Write answers as 127.0.0.2 or 127.0.0.4-127.0.0.7, with spaces between"));
    if (in_ok(r) &&
        store_conn_list_add(r->db, &r->scope, r->a, &by, r->scope.org, zone, codes, &r->err) &&
        pg_dns_list_refused(r, &lists))
        return -1;
    if (!in_ok(r))
        return page(r, 422, NULL, in_text(r, "zone"), codes);
    return pg_dns_list_added(r, &lists, zone);
}

int
pg_conn_list_switch(struct web_req *r)
{
    return pg_dns_list_switch(r, &lists);
}

int
pg_conn_list_delete_form(struct web_req *r)
{
    return pg_dns_list_delete_form(r, &lists);
}

int
pg_conn_list_delete(struct web_req *r)
{
    return pg_dns_list_delete(r, &lists);
}
