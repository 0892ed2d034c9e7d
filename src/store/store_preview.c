#include "store_preview.h"
#include "../common/err.h"

int
store_preview_position(struct db *db, const struct scope *sc, struct arena *a,
                       const struct store_held_filter *f, const struct store_held *m,
                       int64_t *place, struct err *e)
{
    struct db_param p[STORE_OWN_PARAMS + 4];
    struct db_rows r;
    store_own_params(a, f, p);
    p[6] = P_TEXT(f->order && *f->order ? f->order : "received");
    p[7] = p_int(a, m->received_at);
    p[8] = P_TEXT(m->recipient_id);
    p[9] = p_int(a, STORE_COUNT_MAX);
    if (db_query(db, sc, a, STMT_PREVIEW_POSITION, p, STORE_OWN_PARAMS + 4, &r, e))
        return -1;
    *place = row_int(&r, 0, 0) + 1;
    return 0;
}

int
store_preview_downloaded(struct db *db, const struct scope *sc, struct arena *a,
                         const struct store_actor *by, const char *id, struct err *e)
{
    struct db_rows r;
    if (DB_QUERY(db, sc, a, STMT_PREVIEW_DOWNLOADED, &r, e, P_TEXT(id), store_opt(by->account_id),
                 P_TEXT(by->name), P_TEXT(by->surface), P_TEXT(by->client_ip)))
        return -1;
    return r.n ? 0 : err_set(e, ERR_NOTFOUND, "message", "no such message");
}
