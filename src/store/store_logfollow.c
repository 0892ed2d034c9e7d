#include "store_logfollow.h"
#include "../common/arena.h"
#include "../common/err.h"
#include "../common/jsonx.h"

int
store_logfollow_position(struct db *db, struct arena *a, const char *node, struct store_logpos *out,
                         struct err *e)
{
    struct db_rows r;
    *out = (struct store_logpos){0};
    if (DB_QUERY(db, NULL, a, STMT_LOGFOLLOW_POSITION, &r, e, P_TEXT(node)))
        return -1;
    if (r.n)
        *out = (struct store_logpos){row_int(&r, 0, 0), row_int(&r, 0, 1), row_int(&r, 0, 2)};
    return 0;
}

static void
set_text(json_t *o, const char *key, const char *text)
{
    if (text && *text && json_object_set_new(o, key, json_string(text)))
        bug("log line: %s is not UTF-8", key);
}

static json_t *
line_json(const struct store_logline *l)
{
    json_t *o = json_pack("{si sI si}", "kind", (int)l->kind, "at", (json_int_t)l->at, "nrcpt", l->nrcpt);
    set_text(o, "queue_id", l->queue_id);
    set_text(o, "to", l->to);
    set_text(o, "orig_to", l->orig_to);
    set_text(o, "status", l->status);
    set_text(o, "dsn", l->dsn);
    set_text(o, "relay", l->relay);
    set_text(o, "reply", l->reply);
    set_text(o, "release_id", l->release_id);
    return o;
}

int
store_logfollow_apply(struct db *db, struct arena *a, const char *node, const struct store_logpos *pos,
                      const struct store_logline *lines, int n, struct err *e)
{
    json_t *list = jsonx_own(a, json_array());
    for (int i = 0; i < n; i++)
        json_array_append_new(list, line_json(&lines[i]));
    return DB_QUERY(db, NULL, a, STMT_LOGFOLLOW_APPLY, NULL, e, P_TEXT(node), p_int(a, pos->device),
                    p_int(a, pos->inode), p_int(a, pos->read_to), P_TEXT(jsonx_dump(a, list, NULL)));
}

int
store_logfollow_unaccepted(struct db *db, struct arena *a, const char *node, int64_t read_ms, int *changed,
                           struct err *e)
{
    struct db_rows r;
    if (DB_QUERY(db, NULL, a, STMT_LOGFOLLOW_UNACCEPTED, &r, e, P_TEXT(node), p_int(a, read_ms)))
        return -1;
    *changed = (int)row_int(&r, 0, 0);
    return 0;
}
