#include "store_dkim.h"

#include "../common/arena.h"
#include "../common/err.h"
#include "../common/token.h"

static void
read_key(const struct db_rows *r, int i, struct store_dkim_key *k)
{
    *k = (struct store_dkim_key){.key_id = row_text(r, i, 0),
                                 .selector = row_text(r, i, 1),
                                 .algorithm = row_text(r, i, 2),
                                 .bits = (int)row_int(r, i, 3),
                                 .record = row_text(r, i, 4),
                                 .state = row_text(r, i, 5),
                                 .created_at = row_int(r, i, 6),
                                 .seen_at = row_int(r, i, 7),
                                 .missing_since = row_int(r, i, 8),
                                 .signing_since = row_int(r, i, 9),
                                 .retiring_since = row_int(r, i, 10),
                                 .signs_at = row_int(r, i, 11),
                                 .needed_until = row_int(r, i, 12),
                                 .domain_id = row_text(r, i, 13)};
}

int
store_dkim_keys(struct db *db, const struct scope *sc, struct arena *a, const char *domain_id,
                struct store_dkim_key **rows, int *n, struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, sc, a, STMT_DKIM_KEYS, &r, e, store_opt(domain_id), P_TEXT(NULL)))
        return -1;
    *n = r.n;
    *rows = arena_calloc(a, (size_t)r.n, sizeof **rows);
    for (int i = 0; i < r.n; i++)
        read_key(&r, i, &(*rows)[i]);
    return 0;
}

int
store_dkim_key(struct db *db, const struct scope *sc, struct arena *a, const char *key_id,
               struct store_dkim_key *out, struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, sc, a, STMT_DKIM_KEYS, &r, e, P_TEXT(NULL), P_TEXT(key_id)))
        return -1;
    if (!r.n)
        return err_set(e, ERR_NOTFOUND, "key", "no such key");
    read_key(&r, 0, out);
    return 0;
}

static int
found(const struct db_rows *r, const char *what, struct err *e)
{
    return r->n ? 0 : err_set(e, ERR_NOTFOUND, what, "no such %s", what);
}

int
store_dkim_add(struct db *db, const struct scope *sc, struct arena *a, const struct store_actor *by,
               const struct store_dkim_new *k, char key_id[37], struct err *e)
{
    struct db_rows r;

    token_uuid7(key_id);
    if (DB_QUERY(db, sc, a, STMT_DKIM_KEY_ADD, &r, e, P_TEXT(k->domain_id), P_TEXT(key_id),
                 P_TEXT(k->selector), P_TEXT(k->algorithm), p_int(a, k->bits),
                 P_BYTES(k->sealed, k->sealed_len), P_TEXT(k->record), store_opt(by->account_id),
                 P_TEXT(by->name), P_TEXT(by->surface), P_TEXT(by->client_ip)))
        return -1;
    if (r.n)
        return 0;
    if (DB_QUERY(db, sc, a, STMT_DKIM_SETTING_GET, &r, e, P_TEXT(k->domain_id)))
        return -1;
    if (r.n)
        return err_set(e, ERR_CONFLICT, "dkim_many", "a domain has at most %d keys: delete one",
                       STORE_DKIM_KEYS_MAX);
    return found(&r, "domain", e);
}

int
store_dkim_start(struct db *db, const struct scope *sc, struct arena *a,
                 const struct store_actor *by, const char *domain_id, const char *key_id,
                 struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, sc, a, STMT_DKIM_KEY_START, &r, e, P_TEXT(domain_id), P_TEXT(key_id),
                 store_opt(by->account_id), P_TEXT(by->name), P_TEXT(by->surface),
                 P_TEXT(by->client_ip)))
        return -1;
    return found(&r, "key", e);
}

int
store_dkim_delete(struct db *db, const struct scope *sc, struct arena *a,
                  const struct store_actor *by, const char *domain_id, const char *key_id,
                  struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, sc, a, STMT_DKIM_KEY_DELETE, &r, e, P_TEXT(domain_id), P_TEXT(key_id),
                 store_opt(by->account_id), P_TEXT(by->name), P_TEXT(by->surface),
                 P_TEXT(by->client_ip)))
        return -1;
    return found(&r, "key", e);
}

int
store_dkim_setting(struct db *db, const struct scope *sc, struct arena *a, const char *domain_id,
                   struct store_dkim_setting *out, struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, sc, a, STMT_DKIM_SETTING_GET, &r, e, P_TEXT(domain_id)))
        return -1;
    if (!r.n)
        return found(&r, "domain", e);
    *out = (struct store_dkim_setting){
        row_bool(&r, 0, 0),     row_bool(&r, 0, 1),     row_text(&r, 0, 2),
        row_text(&r, 0, 3),     row_text(&r, 0, 4),     row_text(&r, 0, 5),
        (int)row_int(&r, 0, 6), (int)row_int(&r, 0, 7), row_text(&r, 0, 8)};
    return 0;
}

int
store_dkim_setting_change(struct db *db, const struct scope *sc, struct arena *a,
                          const struct store_actor *by, const char *domain_id,
                          const struct store_dkim_setting *s, struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, sc, a, STMT_DKIM_SETTING_CHANGE, &r, e, P_TEXT(domain_id), p_bool(s->enabled),
                 p_bool(s->null_sender), P_TEXT(s->header_canon), P_TEXT(s->body_canon),
                 P_TEXT(s->headers), P_TEXT(s->oversign), p_int(a, s->wait_hours),
                 p_int(a, s->expire_days), store_opt(by->account_id), P_TEXT(by->name),
                 P_TEXT(by->surface), P_TEXT(by->client_ip), P_TEXT(s->version)))
        return -1;
    if (!r.n && s->version)
        return store_changed(e);
    return found(&r, "domain", e);
}
