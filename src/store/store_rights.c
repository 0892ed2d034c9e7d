#include "store_rights.h"

#include "../common/arena.h"
#include "../common/err.h"

#include <string.h>

#define BY(b) \
    store_opt((b)->account_id), P_TEXT((b)->name), P_TEXT((b)->surface), P_TEXT((b)->client_ip)

int
store_rights(struct db *db, const struct scope *sc, struct arena *a, const char *org,
             struct store_right **rows, int *n, struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, sc, a, STMT_RIGHTS_GET, &r, e, P_TEXT(org)))
        return -1;
    *n = r.n;
    *rows = arena_calloc(a, (size_t)r.n, sizeof **rows);
    for (int i = 0; i < r.n; i++)
        (*rows)[i] = (struct store_right){row_text(&r, i, 0), row_text(&r, i, 1),
                                          row_text(&r, i, 2), row_bool(&r, i, 3)};
    return 0;
}

int
store_rights_set(struct db *db, struct arena *a, const struct store_actor *by, const char *org,
                 const char *kind, const char *rights, struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, NULL, a, STMT_RIGHTS_SET, &r, e, P_TEXT(org), P_TEXT(kind), P_TEXT(rights),
                 BY(by)))
        return -1;
    return r.n ? 0 : err_set(e, ERR_NOTFOUND, "kind", "there is no such kind of held mail");
}

int
store_rights_of_user(struct db *db, const struct scope *sc, struct arena *a,
                     struct store_user_right **rows, int *n, struct err *e)
{
    struct db_rows r;

    if (db_query(db, sc, a, STMT_RIGHTS_OF_USER, NULL, 0, &r, e))
        return -1;
    *n = r.n;
    *rows = arena_calloc(a, (size_t)r.n, sizeof **rows);
    for (int i = 0; i < r.n; i++)
        (*rows)[i] = (struct store_user_right){row_text(&r, i, 0), row_text(&r, i, 1)};
    return 0;
}

int
store_held_senders(struct db *db, const struct scope *sc, struct arena *a, const char *const *ids,
                   int nids, struct store_held_sender **rows, int *n, struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, sc, a, STMT_HELD_SENDERS, &r, e, store_array(a, ids, nids)))
        return -1;
    *n = r.n;
    *rows = arena_calloc(a, (size_t)r.n, sizeof **rows);
    for (int i = 0; i < r.n; i++)
        (*rows)[i] =
            (struct store_held_sender){row_text(&r, i, 0), row_text(&r, i, 1), row_text(&r, i, 2),
                                       row_text(&r, i, 3), row_text(&r, i, 4), row_text(&r, i, 5),
                                       row_text(&r, i, 6), row_text(&r, i, 7), row_text(&r, i, 8)};
    return 0;
}

/* Rows of: sort, id, name. What a list lost or got back by the way ("gone") is for the audit log only. */
static void
read_done(struct arena *a, const struct db_rows *r, struct store_done *out)
{
    size_t n = (size_t)r->n + 1;

    *out = (struct store_done){.mails = arena_calloc(a, n, sizeof(char *)),
                               .senders = arena_calloc(a, n, sizeof(char *)),
                               .reports = arena_calloc(a, n, sizeof(char *)),
                               .patterns = arena_calloc(a, n, sizeof(char *))};
    for (int i = 0; i < r->n; i++) {
        const char *sort = row_text(r, i, 0), *id = row_text(r, i, 1);
        if (strcmp(sort, "mail") == 0) {
            out->mails[out->nmails++] = id;
        } else if (strcmp(sort, "report") == 0) {
            out->reports[out->nreports++] = id;
        } else if (strcmp(sort, "sender") == 0) {
            out->patterns[out->nsenders] = row_text(r, i, 2);
            out->senders[out->nsenders++] = id;
        }
    }
}

int
store_deliver_allow(struct db *db, const struct scope *sc, struct arena *a,
                    const struct store_actor *by, const struct store_with_sender *w,
                    struct store_done *out, struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, sc, a, STMT_QUARANTINE_DELIVER_ALLOW, &r, e, store_array(a, w->ids, w->n),
                 BY(by), store_array(a, w->patterns, w->n), p_int(a, w->days), p_bool(w->domain)))
        return -1;
    read_done(a, &r, out);
    return 0;
}

int
store_delete_block(struct db *db, const struct scope *sc, struct arena *a,
                   const struct store_actor *by, const struct store_with_sender *w,
                   struct store_done *out, struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, sc, a, STMT_QUARANTINE_DELETE_BLOCK, &r, e, store_array(a, w->ids, w->n),
                 BY(by), store_array(a, w->patterns, w->n), p_int(a, w->days), p_bool(w->domain),
                 store_opt(w->report)))
        return -1;
    read_done(a, &r, out);
    return 0;
}

int
store_combined_undo(struct db *db, const struct scope *sc, struct arena *a,
                    const struct store_actor *by, const char *const *ids, int nids,
                    struct store_done *out, struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, sc, a, STMT_QUARANTINE_UNDO, &r, e, store_array(a, ids, nids), BY(by)))
        return -1;
    read_done(a, &r, out);
    return 0;
}

int
store_report_add(struct db *db, const struct scope *sc, struct arena *a,
                 const struct store_actor *by, const char *const *ids, int nids, const char *what,
                 struct store_done *out, struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, sc, a, STMT_REPORT_ADD, &r, e, store_array(a, ids, nids), BY(by),
                 P_TEXT(what)))
        return -1;
    read_done(a, &r, out);
    return 0;
}

static void
read_report(const struct db_rows *r, int i, struct store_report *out)
{
    *out = (struct store_report){.report_id = row_text(r, i, 0),
                                 .recipient_id = row_text(r, i, 1),
                                 .by = row_text(r, i, 2),
                                 .mailbox = row_text(r, i, 3),
                                 .what = row_text(r, i, 4),
                                 .kind = row_text(r, i, 5),
                                 .sender = row_text(r, i, 6),
                                 .subject = row_text(r, i, 7),
                                 .at = row_int(r, i, 8),
                                 .state = row_text(r, i, 9),
                                 .decided_by = row_text(r, i, 10),
                                 .others = (int)row_int(r, i, 11)};
}

int
store_report_list(struct db *db, const struct scope *sc, struct arena *a, const char *org,
                  const char *state, const struct store_cursor *from, int limit,
                  struct store_report **rows, int *n, bool *more, struct err *e)
{
    struct db_rows r;
    int most = limit < 1 ? 1 : limit > 100 ? 100 : limit;

    if (DB_QUERY(db, sc, a, STMT_REPORT_LIST, &r, e, P_TEXT(org), P_TEXT(state), p_int(a, from->at),
                 store_opt(from->id), p_int(a, most + 1)))
        return -1;
    *more = r.n > most;
    *n = *more ? most : r.n;
    *rows = arena_calloc(a, (size_t)*n, sizeof **rows);
    for (int i = 0; i < *n; i++)
        read_report(&r, i, &(*rows)[i]);
    return 0;
}

int
store_report_decide(struct db *db, const struct scope *sc, struct arena *a,
                    const struct store_actor *by, const char *org, bool agreed,
                    const char *const *ids, const char *const *patterns, int nids,
                    struct store_done *out, struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, sc, a, STMT_REPORT_DECIDE, &r, e, P_TEXT(org), BY(by),
                 P_TEXT(agreed ? "agreed" : "dismissed"), store_array(a, ids, nids),
                 store_array(a, patterns, nids)))
        return -1;
    read_done(a, &r, out);
    return 0;
}

int
store_report_senders(struct db *db, const struct scope *sc, struct arena *a, const char *const *ids,
                     int nids, struct store_report_sender **rows, int *n, struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, sc, a, STMT_REPORT_SENDERS, &r, e, store_array(a, ids, nids)))
        return -1;
    *n = r.n;
    *rows = arena_calloc(a, (size_t)r.n, sizeof **rows);
    for (int i = 0; i < r.n; i++)
        (*rows)[i] = (struct store_report_sender){row_text(&r, i, 0), row_text(&r, i, 1)};
    return 0;
}
