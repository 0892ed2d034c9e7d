/* How much may come and go in a time. */
#include <string.h>

#include "../../common/settings.h"
#include "../view.h"
#include "../web_reply.h"
#include "pages.h"
#include "pg_actor.h"
#include "pg_connection.h"
#include "pg_version.h"
#include "templates.h"

#define RATE_MAX 10000000

const struct field conn_rates_fields[] = {
    {"in_ip", FIELD_TEXT, 20, false, NULL},
    {"in_recipient", FIELD_TEXT, 20, false, NULL},
    {"in_domain", FIELD_TEXT, 20, false, NULL},
    {"out_ip", FIELD_TEXT, 20, false, NULL},
    {"out_sender", FIELD_TEXT, 20, false, NULL},
    {"out_domain", FIELD_TEXT, 20, false, NULL},
    FIELD_VERSION,
    FIELDS_END,
};

static int
page(struct web_req *r, int status)
{
    struct store_conn_setting s;
    struct pg_conn_rates v = {.on = settings_int(SET_rates), .may_change = pg_may(r, ROLES_CHANGE)};

    if (store_conn_setting(r->db, &r->scope, r->a, r->scope.org, &s, &r->err) ||
        pg_conn_counts(r, &v.counts))
        return -1;
    v.version = s.rates_version;
    for (int i = 0; i < STORE_CONN_RATES; i++)
        v.value[i] = r->method == M_GET ? arena_printf(r->a, "%d", s.rate[i])
                                        : in_text(r, conn_rates_fields[i].name);
    t_conn_rates(r, &v);
    return reply_page(r, status);
}

int
pg_conn_rates_form(struct web_req *r)
{
    return page(r, 200);
}

static int
number(struct web_req *r, const char *field)
{
    int n = 0;

    if (!in_number(r, field, 0, RATE_MAX, &n))
        in_error(r, field, N_("Enter a number from 0 to 10,000,000"));
    return n;
}

int
pg_conn_rates(struct web_req *r)
{
    struct store_actor by = pg_actor(r);
    struct store_conn_setting s = {.rates_version = in_text(r, "version")};

    for (int i = 0; i < STORE_CONN_RATES; i++)
        s.rate[i] = number(r, conn_rates_fields[i].name);
    if (in_ok(r) && store_conn_rates_put(r->db, &r->scope, r->a, &by, r->scope.org, &s, &r->err) &&
        !pg_version_stale(r))
        return -1;
    if (!in_ok(r))
        return page(r, 422);
    return reply_flash(
        r, "/connection/rates",
        &(struct flash){"ok", N_("Saved. It works within a second."), NULL, -1, NULL, NULL}, NULL);
}
