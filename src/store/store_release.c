#include "store_release.h"

#include "../common/arena.h"
#include "../common/err.h"
#include "../common/jsonx.h"

#include <string.h>

#define FINDINGS_BYTES (8 * 1024 * 1024)

int
store_release_claim(struct db *db, struct arena *a, const char *node, int limit,
                    struct store_release **rows, int *n, struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, NULL, a, STMT_RELEASE_CLAIM, &r, e, p_int(a, limit), P_TEXT(node)))
        return -1;
    *n = r.n;
    *rows = arena_calloc(a, (size_t)r.n, sizeof **rows);
    for (int i = 0; i < r.n; i++)
        (*rows)[i] = (struct store_release){
            .org_id = row_text(&r, i, 0),
            .message_id = row_text(&r, i, 1),
            .recipient_id = row_text(&r, i, 2),
            .release_id = row_text(&r, i, 3),
            .recipient = row_text(&r, i, 4),
            .sender = row_text(&r, i, 5),
            .claimed_before = row_int(&r, i, 6),
            .tries = row_int(&r, i, 7),
            .node = row_text(&r, i, 8),
            .claim = row_int(&r, i, 9),
            .outbound = row_bool(&r, i, 10),
        };
    return 0;
}

int
store_release_arm(struct db *db, struct arena *a, struct store_release *r, const char *node,
                  bool again, struct err *e)
{
    struct db_rows rows;

    if (DB_QUERY(db, NULL, a, STMT_RELEASE_ARM, &rows, e, P_TEXT(r->recipient_id),
                 P_TEXT(r->release_id), P_TEXT(r->node), p_int(a, r->claim), P_TEXT(node),
                 p_bool(again)))
        return -1;
    if (rows.n == 0)
        return 1;
    r->claim = row_int(&rows, 0, 0);
    r->node = node;
    return 0;
}

int
store_release_unclaim(struct db *db, struct arena *a, const struct store_release *r,
                      bool sent_perhaps, int64_t wait_ms, struct err *e)
{
    return DB_QUERY(db, NULL, a, STMT_RELEASE_UNCLAIM, NULL, e, P_TEXT(r->recipient_id),
                    P_TEXT(r->release_id), p_int(a, r->claim), p_bool(sent_perhaps),
                    P_TEXT(arena_printf(a, "%.3f", (double)wait_ms / 1000)));
}

int
store_release_unknown(struct db *db, struct arena *a, const struct store_release *r,
                      int64_t wait_ms, struct err *e)
{
    return DB_QUERY(db, NULL, a, STMT_RELEASE_UNKNOWN, NULL, e, P_TEXT(r->recipient_id),
                    P_TEXT(r->release_id), p_int(a, r->claim),
                    P_TEXT(arena_printf(a, "%.3f", (double)wait_ms / 1000)));
}

int
store_release_proof(struct db *db, struct arena *a, const struct store_release *release,
                    struct store_release_proof *out, struct err *e)
{
    struct db_rows r;

    *out = (struct store_release_proof){.queue_id = ""};
    if (DB_QUERY(db, NULL, a, STMT_RELEASE_PROOF, &r, e, P_TEXT(release->release_id),
                 P_TEXT(release->node)))
        return -1;
    if (r.n > 0)
        *out =
            (struct store_release_proof){row_text(&r, 0, 0), row_bool(&r, 0, 1), row_int(&r, 0, 2)};
    return 0;
}

int
store_release_done(struct db *db, struct arena *a, const struct store_release *r,
                   const char *queue_id, struct err *e)
{
    return DB_QUERY(db, NULL, a, STMT_RELEASE_DONE, NULL, e, P_TEXT(r->recipient_id),
                    P_TEXT(r->release_id), P_TEXT(queue_id));
}

int
store_release_later(struct db *db, struct arena *a, const struct store_release *r, int64_t wait_ms,
                    const char *reply, struct err *e)
{
    return DB_QUERY(db, NULL, a, STMT_RELEASE_LATER, NULL, e, P_TEXT(r->recipient_id),
                    P_TEXT(r->release_id), p_int(a, r->claim),
                    P_TEXT(arena_printf(a, "%.3f", (double)wait_ms / 1000)), P_TEXT(reply));
}

int
store_release_failed(struct db *db, struct arena *a, const struct store_release *r,
                     const char *reply, struct err *e)
{
    return DB_QUERY(db, NULL, a, STMT_RELEASE_FAILED, NULL, e, P_TEXT(r->recipient_id),
                    P_TEXT(r->release_id), p_int(a, r->claim), P_TEXT(reply));
}

int
store_release_extend(struct db *db, struct arena *a, const struct store_release *r, int seconds,
                     struct err *e)
{
    struct db_rows rows;

    if (DB_QUERY(db, NULL, a, STMT_RELEASE_EXTEND, &rows, e, P_TEXT(r->recipient_id),
                 P_TEXT(r->release_id), P_TEXT(r->node), p_int(a, r->claim), p_int(a, seconds)))
        return -1;
    return rows.n == 0;
}

int
store_release_facts(struct db *db, struct arena *a, const struct store_release *r,
                    struct store_release_facts *out, struct err *e)
{
    struct db_rows rows;
    json_t *findings = NULL;

    if (DB_QUERY(db, NULL, a, STMT_RELEASE_FACTS, &rows, e, P_TEXT(r->org_id),
                 P_TEXT(r->message_id), P_TEXT(r->recipient_id)))
        return -1;
    if (!rows.n)
        return err_set(e, ERR_NOTFOUND, "message", "no such message");
    if (jsonx_load(a, row_text(&rows, 0, 5), strlen(row_text(&rows, 0, 5)), FINDINGS_BYTES,
                   &findings, e) < 0)
        return -1;
    *out = (struct store_release_facts){row_text(&rows, 0, 0), row_text(&rows, 0, 1),
                                        row_text(&rows, 0, 2), row_text(&rows, 0, 3),
                                        row_text(&rows, 0, 4), findings};
    return 0;
}

int
store_release_turned(struct db *db, struct arena *a, const struct store_release *r,
                     const char *kind, const char *why, struct err *e)
{
    return DB_QUERY(db, NULL, a, STMT_RELEASE_TURNED, NULL, e, P_TEXT(r->recipient_id),
                    P_TEXT(r->release_id), p_int(a, r->claim), P_TEXT(kind), P_TEXT(why));
}
