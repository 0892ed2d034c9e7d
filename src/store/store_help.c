#include "store_help.h"

#include "../common/err.h"

static void
read_row(const struct db_rows *r, struct store_help *out)
{
    *out = (struct store_help){"", "", "", "", "", ""};
    if (r->n)
        *out = (struct store_help){row_text(r, 0, 0), row_text(r, 0, 1), row_text(r, 0, 2),
                                   row_text(r, 0, 3), row_text(r, 0, 4), ""};
}

int
store_help_get(struct db *db, const struct scope *sc, struct arena *a, const char *org,
               struct store_help *out, struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, sc, a, STMT_HELP_CONTACT_GET, &r, e, P_TEXT(org)))
        return -1;
    read_row(&r, out);
    if (r.n)
        out->version = row_text(&r, 0, 5);
    return 0;
}

int
store_help_put(struct db *db, const struct scope *sc, struct arena *a, const struct store_actor *by,
               const char *org, const struct store_help *x, struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, sc, a, STMT_HELP_CONTACT_PUT, &r, e, P_TEXT(org), P_TEXT(x->name),
                 P_TEXT(x->note), P_TEXT(x->email), P_TEXT(x->phone), P_TEXT(x->link),
                 store_opt(by->account_id), P_TEXT(by->name), P_TEXT(by->surface),
                 P_TEXT(by->client_ip), P_TEXT(x->version)))
        return -1;
    return r.n ? 0 : store_changed(e);
}

int
store_help_mine(struct db *db, const struct scope *sc, struct arena *a, struct store_help *out,
                struct err *e)
{
    struct db_rows r;

    if (db_query(db, sc, a, STMT_HELP_CONTACT_MINE, NULL, 0, &r, e))
        return -1;
    read_row(&r, out);
    return 0;
}
