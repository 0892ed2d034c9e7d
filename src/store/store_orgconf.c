#include "store_orgconf.h"

#include "../common/arena.h"
#include "db.h"

int
store_orgconf_version(struct db *db, int64_t *version, struct err *e)
{
    struct arena *a = arena_new();
    struct db_rows r;
    int rc = db_query(db, NULL, a, STMT_ORGCONF_VERSION, NULL, 0, &r, e);

    if (rc == 0)
        *version = row_int(&r, 0, 0);
    arena_free(&a);
    return rc;
}

int
store_orgconf_domains(struct db *db, struct arena *a, struct db_rows *r, struct err *e)
{
    return db_query(db, NULL, a, STMT_ORGCONF_DOMAINS, NULL, 0, r, e);
}

int
store_orgconf_outbound(struct db *db, struct arena *a, struct db_rows *r, struct err *e)
{
    return db_query(db, NULL, a, STMT_ORGCONF_OUTBOUND, NULL, 0, r, e);
}

int
store_orgconf_suspended(struct db *db, struct arena *a, struct db_rows *r, struct err *e)
{
    return db_query(db, NULL, a, STMT_ORGCONF_SUSPENDED, NULL, 0, r, e);
}

int
store_orgconf_learned(struct db *db, struct arena *a, struct db_rows *r, struct err *e)
{
    return db_query(db, NULL, a, STMT_ORGCONF_LEARNED, NULL, 0, r, e);
}

int
store_orgconf_tls(struct db *db, struct arena *a, struct db_rows *r, struct err *e)
{
    return db_query(db, NULL, a, STMT_ORGCONF_TLS, NULL, 0, r, e);
}

int
store_orgconf_senders(struct db *db, struct arena *a, struct db_rows *r, struct err *e)
{
    return db_query(db, NULL, a, STMT_ORGCONF_SENDERS, NULL, 0, r, e);
}

int
store_orgconf_dkim(struct db *db, struct arena *a, struct db_rows *r, struct err *e)
{
    return db_query(db, NULL, a, STMT_ORGCONF_DKIM, NULL, 0, r, e);
}

int
store_orgconf_dkim_of(struct db *db, struct arena *a, const char *org, struct db_rows *r,
                      struct err *e)
{
    return DB_QUERY(db, NULL, a, STMT_ORGCONF_DKIM_OF, r, e, P_TEXT(org));
}

int
store_orgconf_conn_settings(struct db *db, struct arena *a, struct db_rows *r, struct err *e)
{
    return db_query(db, NULL, a, STMT_ORGCONF_CONN_SETTINGS, NULL, 0, r, e);
}

int
store_orgconf_conn_addresses(struct db *db, struct arena *a, struct db_rows *r, struct err *e)
{
    return db_query(db, NULL, a, STMT_ORGCONF_CONN_ADDRESSES, NULL, 0, r, e);
}

int
store_orgconf_conn_countries(struct db *db, struct arena *a, struct db_rows *r, struct err *e)
{
    return db_query(db, NULL, a, STMT_ORGCONF_CONN_COUNTRIES, NULL, 0, r, e);
}

int
store_orgconf_conn_lists(struct db *db, struct arena *a, struct db_rows *r, struct err *e)
{
    return db_query(db, NULL, a, STMT_ORGCONF_CONN_LISTS, NULL, 0, r, e);
}

int
store_orgconf_conn_rdns(struct db *db, struct arena *a, struct db_rows *r, struct err *e)
{
    return db_query(db, NULL, a, STMT_ORGCONF_CONN_RDNS, NULL, 0, r, e);
}

int
store_orgconf_reputation_settings(struct db *db, struct arena *a, struct db_rows *r, struct err *e)
{
    return db_query(db, NULL, a, STMT_ORGCONF_REPUTATION_SETTINGS, NULL, 0, r, e);
}

int
store_orgconf_reputation_lists(struct db *db, struct arena *a, struct db_rows *r, struct err *e)
{
    return db_query(db, NULL, a, STMT_ORGCONF_REPUTATION_LISTS, NULL, 0, r, e);
}

int
store_orgconf_reputation_entries(struct db *db, struct arena *a, struct db_rows *r, struct err *e)
{
    return db_query(db, NULL, a, STMT_ORGCONF_REPUTATION_ENTRIES, NULL, 0, r, e);
}
