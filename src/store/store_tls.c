#include "store_tls.h"

#include "../common/arena.h"
#include "../common/err.h"
#include "../common/token.h"

static void
read_peer(struct arena *a, const struct db_rows *r, int i, struct store_tls_peer *p)
{
    *p = (struct store_tls_peer){.peer_id = row_text(r, i, 0),
                                 .org_id = row_text(r, i, 1),
                                 .domain_id = row_text(r, i, 2),
                                 .domain = row_text(r, i, 3),
                                 .direction = row_text(r, i, 4),
                                 .peer = row_text(r, i, 5),
                                 .min_version = row_text(r, i, 6),
                                 .level = row_text(r, i, 7),
                                 .active = row_bool(r, i, 8)};
    p->version = arena_printf(a, "%s,%s,%c", p->level, p->min_version, p->active ? 't' : 'f');
}

int
store_tls_list(struct db *db, const struct scope *sc, struct arena *a, const char *from, bool back,
               int limit, struct store_tls_peer **rows, int *n, bool *more, struct err *e)
{
    struct db_rows r;

    limit = limit < 1 ? 1 : limit > 100 ? 100 : limit;
    if (back
            ? DB_QUERY(db, sc, a, STMT_TLS_PEER_LIST_BACK, &r, e, P_TEXT(from), p_int(a, limit + 1))
            : DB_QUERY(db, sc, a, STMT_TLS_PEER_LIST, &r, e, P_TEXT(NULL), store_opt(from),
                       p_int(a, limit + 1)))
        return -1;
    *more = r.n > limit;
    *n = *more ? limit : r.n;
    *rows = arena_calloc(a, (size_t)*n + 1, sizeof **rows);
    for (int i = 0; i < *n; i++)
        read_peer(a, &r, back ? *n - 1 - i : i, &(*rows)[i]);
    return 0;
}

int
store_tls_get(struct db *db, const struct scope *sc, struct arena *a, const char *peer_id,
              struct store_tls_peer *out, struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, sc, a, STMT_TLS_PEER_LIST, &r, e, P_TEXT(peer_id), P_TEXT(NULL), p_int(a, 1)))
        return -1;
    if (!r.n)
        return err_set(e, ERR_NOTFOUND, "peer", "no such TLS peer");
    read_peer(a, &r, 0, out);
    return 0;
}

int
store_tls_add(struct db *db, const struct scope *sc, struct arena *a, const struct store_actor *by,
              const struct store_tls_peer *p, char peer_id[37], struct err *e)
{
    token_uuid7(peer_id);
    return DB_QUERY(db, sc, a, STMT_TLS_PEER_ADD, NULL, e, P_TEXT(p->org_id), P_TEXT(peer_id),
                    store_opt(p->domain_id), P_TEXT(p->direction), P_TEXT(p->peer),
                    P_TEXT(p->min_version), P_TEXT(p->level), p_bool(p->active),
                    store_opt(by->account_id), P_TEXT(by->name), P_TEXT(by->surface),
                    P_TEXT(by->client_ip));
}

int
store_tls_change(struct db *db, const struct scope *sc, struct arena *a,
                 const struct store_actor *by, const struct store_tls_peer *p, struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, sc, a, STMT_TLS_PEER_CHANGE, &r, e, P_TEXT(p->peer_id), P_TEXT(p->min_version),
                 P_TEXT(p->level), p_bool(p->active), store_opt(by->account_id), P_TEXT(by->name),
                 P_TEXT(by->surface), P_TEXT(by->client_ip), P_TEXT(p->version)))
        return -1;
    if (!r.n && p->version)
        return store_changed(e);
    return r.n ? 0 : err_set(e, ERR_NOTFOUND, "peer", "no such TLS peer");
}

int
store_tls_delete(struct db *db, const struct scope *sc, struct arena *a,
                 const struct store_actor *by, const char *peer_id, struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, sc, a, STMT_TLS_PEER_DELETE, &r, e, P_TEXT(peer_id), store_opt(by->account_id),
                 P_TEXT(by->name), P_TEXT(by->surface), P_TEXT(by->client_ip)))
        return -1;
    return r.n ? 0 : err_set(e, ERR_NOTFOUND, "peer", "no such TLS peer");
}
