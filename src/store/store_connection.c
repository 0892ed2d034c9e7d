#include "store_connection.h"

#include <string.h>

#include "../common/arena.h"
#include "../common/err.h"
#include "../common/token.h"

#define BY(b) \
    store_opt((b)->account_id), P_TEXT((b)->name), P_TEXT((b)->surface), P_TEXT((b)->client_ip)

static int
found(const struct db_rows *r, const char *what, struct err *e)
{
    return r->n ? 0 : err_set(e, ERR_NOTFOUND, what, "no such %s", what);
}

/* ---------------------------------------------------------------- settings */

/* As the statements that save write it. */
static void
versions(struct arena *a, struct store_conn_setting *s)
{
    const int *t = s->rate;

    s->reputation_version = arena_printf(a, "%d,%c,%c", s->dynamic_level, "ft"[s->check_sender],
                                         "ft"[s->approved_no_spam]);
    s->rates_version = arena_printf(a, "%d,%d,%d,%d,%d,%d", t[0], t[1], t[2], t[3], t[4], t[5]);
}

int
store_conn_setting(struct db *db, const struct scope *sc, struct arena *a, const char *org,
                   struct store_conn_setting *out, struct err *e)
{
    struct db_rows r;

    *out = (struct store_conn_setting){
        .dynamic_level = 2, .check_sender = true, .rate = {2000, 200, 0, 1000, 500, 0}};
    if (DB_QUERY(db, sc, a, STMT_CONN_SETTING_GET, &r, e, P_TEXT(org)))
        return -1;
    if (r.n) {
        out->dynamic_level = (int)row_int(&r, 0, 0);
        out->check_sender = row_bool(&r, 0, 1);
        out->approved_no_spam = row_bool(&r, 0, 2);
        for (int i = 0; i < STORE_CONN_RATES; i++)
            out->rate[i] = (int)row_int(&r, 0, 3 + i);
    }
    versions(a, out);
    return 0;
}

static int
changed(const struct db_rows *r, struct err *e)
{
    return r->n ? 0 : store_changed(e);
}

int
store_conn_reputation_put(struct db *db, const struct scope *sc, struct arena *a,
                          const struct store_actor *by, const char *org,
                          const struct store_conn_setting *s, struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, sc, a, STMT_CONN_REPUTATION_PUT, &r, e, P_TEXT(org),
                 p_int(a, s->dynamic_level), p_bool(s->check_sender), p_bool(s->approved_no_spam),
                 BY(by), P_TEXT(s->reputation_version)))
        return -1;
    return changed(&r, e);
}

int
store_conn_rates_put(struct db *db, const struct scope *sc, struct arena *a,
                     const struct store_actor *by, const char *org,
                     const struct store_conn_setting *s, struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, sc, a, STMT_CONN_RATES_PUT, &r, e, P_TEXT(org), p_int(a, s->rate[0]),
                 p_int(a, s->rate[1]), p_int(a, s->rate[2]), p_int(a, s->rate[3]),
                 p_int(a, s->rate[4]), p_int(a, s->rate[5]), BY(by), P_TEXT(s->rates_version)))
        return -1;
    return changed(&r, e);
}

/* ---------------------------------------------------------------- addresses */

static struct store_conn_address
address(const struct db_rows *r, int i)
{
    return (struct store_conn_address){row_text(r, i, 0), row_text(r, i, 1), row_text(r, i, 2),
                                       row_text(r, i, 3), row_int(r, i, 4)};
}

/* Of a network its beginning is looked for, in a note anything. */
static struct db_param
search(struct arena *a, const char *text)
{
    const char *like = store_like(a, text);

    if (!like)
        return P_TEXT(NULL);
    return P_TEXT(*text >= '0' && *text <= '9' ? like + 1 : like);
}

int
store_conn_addresses(struct db *db, const struct scope *sc, struct arena *a, const char *org,
                     const struct store_conn_address_filter *f, struct store_conn_address **rows,
                     int *n, bool *more, struct err *e)
{
    int limit = f->limit < 1 ? 1 : f->limit > 10000 ? 10000 : f->limit;
    struct db_rows r;

    if (DB_QUERY(db, sc, a, f->back ? STMT_CONN_ADDRESS_LIST_BACK : STMT_CONN_ADDRESS_LIST, &r, e,
                 P_TEXT(org), P_TEXT(f->list), search(a, f->search), store_opt(f->network),
                 store_opt(f->address_id), p_int(a, limit + 1)))
        return -1;
    *more = r.n > limit;
    *n = *more ? limit : r.n;
    *rows = arena_calloc(a, (size_t)*n, sizeof **rows);
    for (int i = 0; i < *n; i++)
        (*rows)[i] = address(&r, f->back ? *n - 1 - i : i);
    return 0;
}

int
store_conn_address_get(struct db *db, const struct scope *sc, struct arena *a,
                       const char *address_id, struct store_conn_address *out, struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, sc, a, STMT_CONN_ADDRESS_GET, &r, e, P_TEXT(address_id)) ||
        found(&r, "address", e))
        return -1;
    *out = address(&r, 0);
    return 0;
}

int
store_conn_address_find(struct db *db, const struct scope *sc, struct arena *a, const char *org,
                        const char *network, struct store_conn_address *out, struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, sc, a, STMT_CONN_ADDRESS_FIND, &r, e, P_TEXT(org), P_TEXT(network)) ||
        found(&r, "address", e))
        return -1;
    *out = address(&r, 0);
    return 0;
}

int
store_conn_addresses_known(struct db *db, const struct scope *sc, struct arena *a, const char *org,
                           const char *const *networks, int nnetworks,
                           struct store_conn_address **rows, int *n, struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, sc, a, STMT_CONN_ADDRESS_KNOWN, &r, e, P_TEXT(org),
                 store_array(a, networks, nnetworks)))
        return -1;
    *n = r.n;
    *rows = arena_calloc(a, (size_t)r.n, sizeof **rows);
    for (int i = 0; i < r.n; i++)
        (*rows)[i] =
            (struct store_conn_address){.network = row_text(&r, i, 0), .list = row_text(&r, i, 1)};
    return 0;
}

int
store_conn_address_add(struct db *db, const struct scope *sc, struct arena *a,
                       const struct store_actor *by, const char *org, const char *list,
                       const char *network, const char *note, struct err *e)
{
    char id[UUID_LEN + 1];

    token_uuid7(id);
    return DB_QUERY(db, sc, a, STMT_CONN_ADDRESS_ADD, NULL, e, P_TEXT(org), P_TEXT(id),
                    P_TEXT(list), P_TEXT(network), P_TEXT(note), BY(by));
}

int
store_conn_address_delete(struct db *db, const struct scope *sc, struct arena *a,
                          const struct store_actor *by, const char *address_id, struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, sc, a, STMT_CONN_ADDRESS_DELETE, &r, e, P_TEXT(address_id), BY(by)))
        return -1;
    return found(&r, "address", e);
}

int
store_conn_addresses_import(struct db *db, const struct scope *sc, struct arena *a,
                            const struct store_actor *by, const char *org, const char *list,
                            const char *rows, int64_t *added, char import_id[37], struct err *e)
{
    struct db_rows r;

    token_uuid7(import_id);
    if (DB_QUERY(db, sc, a, STMT_CONN_ADDRESS_IMPORT, &r, e, P_TEXT(org), P_TEXT(list),
                 P_TEXT(rows), BY(by), P_TEXT(import_id)))
        return -1;
    *added = row_int(&r, 0, 0);
    return 0;
}

int
store_conn_addresses_import_undo(struct db *db, const struct scope *sc, struct arena *a,
                                 const struct store_actor *by, const char *org,
                                 const char *import_id, int64_t *removed, struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, sc, a, STMT_CONN_ADDRESS_IMPORT_UNDO, &r, e, P_TEXT(org), P_TEXT(import_id),
                 BY(by)))
        return -1;
    *removed = row_int(&r, 0, 0);
    return 0;
}

/* ---------------------------------------------------------------- countries */

int
store_conn_countries(struct db *db, const struct scope *sc, struct arena *a, const char *org,
                     struct store_conn_country **rows, int *n, struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, sc, a, STMT_CONN_COUNTRY_LIST, &r, e, P_TEXT(org)))
        return -1;
    *n = r.n;
    *rows = arena_calloc(a, (size_t)r.n, sizeof **rows);
    for (int i = 0; i < r.n; i++)
        (*rows)[i] = (struct store_conn_country){row_text(&r, i, 0), row_text(&r, i, 1)};
    return 0;
}

int
store_conn_country_put(struct db *db, const struct scope *sc, struct arena *a,
                       const struct store_actor *by, const char *org, const char *country,
                       const char *list, struct err *e)
{
    return DB_QUERY(db, sc, a, STMT_CONN_COUNTRY_PUT, NULL, e, P_TEXT(org), P_TEXT(country),
                    store_opt(list), BY(by));
}

/* ---------------------------------------------------------------- lists of DNS */

int
store_conn_lists(struct db *db, const struct scope *sc, struct arena *a, const char *org,
                 struct store_conn_list **rows, int *n, struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, sc, a, STMT_CONN_LIST_LIST, &r, e, P_TEXT(org)))
        return -1;
    *n = r.n;
    *rows = arena_calloc(a, (size_t)r.n, sizeof **rows);
    for (int i = 0; i < r.n; i++)
        (*rows)[i] = (struct store_conn_list){row_text(&r, i, 0), row_text(&r, i, 1),
                                              row_text(&r, i, 2), row_bool(&r, i, 3)};
    return 0;
}

int
store_conn_list_add(struct db *db, const struct scope *sc, struct arena *a,
                    const struct store_actor *by, const char *org, const char *zone,
                    const char *codes, struct err *e)
{
    char id[UUID_LEN + 1];

    token_uuid7(id);
    return DB_QUERY(db, sc, a, STMT_CONN_LIST_ADD, NULL, e, P_TEXT(org), P_TEXT(id), P_TEXT(zone),
                    P_TEXT(codes), BY(by));
}

int
store_conn_list_switch(struct db *db, const struct scope *sc, struct arena *a,
                       const struct store_actor *by, const char *list_id, bool on, struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, sc, a, STMT_CONN_LIST_SWITCH, &r, e, P_TEXT(list_id), p_bool(on), BY(by)))
        return -1;
    return found(&r, "list", e);
}

int
store_conn_list_delete(struct db *db, const struct scope *sc, struct arena *a,
                       const struct store_actor *by, const char *list_id, struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, sc, a, STMT_CONN_LIST_DELETE, &r, e, P_TEXT(list_id), BY(by)))
        return -1;
    return found(&r, "list", e);
}

/* ---------------------------------------------------------------- reverse DNS */

static struct store_conn_rdns
rdns(struct arena *a, const char *sender, bool missing, bool invalid)
{
    return (struct store_conn_rdns){sender, missing, invalid,
                                    arena_printf(a, "%c,%c", "ft"[missing], "ft"[invalid])};
}

int
store_conn_rdns_list(struct db *db, const struct scope *sc, struct arena *a, const char *org,
                     const char *from, bool back, int limit, struct store_conn_rdns **rows, int *n,
                     bool *more, struct err *e)
{
    struct db_rows r;

    limit = limit < 1 ? 1 : limit > 100 ? 100 : limit;
    if (DB_QUERY(db, sc, a, back ? STMT_CONN_RDNS_LIST_BACK : STMT_CONN_RDNS_LIST, &r, e,
                 P_TEXT(org), store_opt(from), p_int(a, limit + 1)))
        return -1;
    *more = r.n - STORE_CONN_RDNS_BASE > limit;
    *n = *more ? r.n - 1 : r.n;
    *rows = arena_calloc(a, (size_t)*n, sizeof **rows);
    for (int i = 0; i < *n; i++) {
        int k = back && i >= STORE_CONN_RDNS_BASE ? *n - 1 - i + STORE_CONN_RDNS_BASE : i;
        (*rows)[i] = rdns(a, row_text(&r, k, 0), row_bool(&r, k, 1), row_bool(&r, k, 2));
    }
    return 0;
}

int
store_conn_rdns_get(struct db *db, const struct scope *sc, struct arena *a, const char *org,
                    const char *sender, struct store_conn_rdns *out, struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, sc, a, STMT_CONN_RDNS_GET, &r, e, P_TEXT(org), P_TEXT(sender)))
        return -1;
    if (!r.n && *sender && strcmp(sender, "*") != 0)
        return found(&r, "rule", e);
    *out = rdns(a, sender, r.n && row_bool(&r, 0, 1), r.n && row_bool(&r, 0, 2));
    return 0;
}

int
store_conn_rdns_put(struct db *db, const struct scope *sc, struct arena *a,
                    const struct store_actor *by, const char *org,
                    const struct store_conn_rdns *rule, struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, sc, a, STMT_CONN_RDNS_PUT, &r, e, P_TEXT(org), P_TEXT(rule->sender),
                 p_bool(rule->missing), p_bool(rule->invalid), BY(by), P_TEXT(rule->version)))
        return -1;
    return changed(&r, e);
}

int
store_conn_rdns_delete(struct db *db, const struct scope *sc, struct arena *a,
                       const struct store_actor *by, const char *org, const char *sender,
                       struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, sc, a, STMT_CONN_RDNS_DELETE, &r, e, P_TEXT(org), P_TEXT(sender), BY(by)))
        return -1;
    return found(&r, "rule", e);
}

/* ---------------------------------------------------------------- what they refused */

int
store_refusal_counts(struct db *db, const struct scope *sc, struct arena *a, const char *org,
                     struct store_refusal_count **rows, int *n, struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, sc, a, STMT_REFUSAL_COUNTS, &r, e, P_TEXT(org)))
        return -1;
    *n = r.n;
    *rows = arena_calloc(a, (size_t)r.n, sizeof **rows);
    for (int i = 0; i < r.n; i++)
        (*rows)[i] = (struct store_refusal_count){row_text(&r, i, 0), row_int(&r, i, 1)};
    return 0;
}
