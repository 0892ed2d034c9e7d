#include "store_request.h"

#include "../common/arena.h"
#include "../common/err.h"

#define BY(b) \
    store_opt((b)->account_id), P_TEXT((b)->name), P_TEXT((b)->surface), P_TEXT((b)->client_ip)

static int
limit_of(int limit)
{
    return limit < 1 ? 1 : limit > 100 ? 100 : limit;
}

static void
read_request(const struct db_rows *r, int i, struct store_request *out)
{
    *out = (struct store_request){.request_id = row_text(r, i, 0),
                                  .recipient_id = row_text(r, i, 1),
                                  .account_id = row_text(r, i, 2),
                                  .by = row_text(r, i, 3),
                                  .mailbox = row_text(r, i, 4),
                                  .kind = row_text(r, i, 5),
                                  .sender = row_text(r, i, 6),
                                  .subject = row_text(r, i, 7),
                                  .note = row_text(r, i, 8),
                                  .state = row_text(r, i, 9),
                                  .answer = row_text(r, i, 10),
                                  .decided_by = row_text(r, i, 11),
                                  .asked_at = row_int(r, i, 12),
                                  .decided_at = row_int(r, i, 13),
                                  .may_decide = row_bool(r, i, 14)};
}

static void
read_page(struct arena *a, const struct db_rows *r, bool newer, int limit,
          struct store_request **rows, int *n, bool *more)
{
    *more = r->n > limit;
    *n = *more ? limit : r->n;
    *rows = arena_calloc(a, (size_t)*n, sizeof **rows);
    for (int i = 0; i < *n; i++)
        read_request(r, newer ? *n - 1 - i : i, &(*rows)[i]);
}

int
store_request_ask(struct db *db, const struct scope *sc, struct arena *a,
                  const struct store_actor *by, const char *const *recipients, int n,
                  const char *note, const char *const **made, int *nmade, struct err *e)
{
    struct db_rows r;
    const char **ids;

    if (DB_QUERY(db, sc, a, STMT_REQUEST_ASK, &r, e, store_array(a, recipients, n), BY(by),
                 P_TEXT(note)))
        return -1;
    ids = arena_calloc(a, (size_t)r.n, sizeof *ids);
    for (int i = 0; i < r.n; i++)
        ids[i] = row_text(&r, i, 0);
    *made = ids;
    *nmade = r.n;
    return 0;
}

int
store_request_withdraw(struct db *db, const struct scope *sc, struct arena *a,
                       const struct store_actor *by, const char *const *requests, int nrequests,
                       int *n, struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, sc, a, STMT_REQUEST_WITHDRAW, &r, e, store_array(a, requests, nrequests),
                 BY(by)))
        return -1;
    *n = r.n;
    return 0;
}

int
store_request_own(struct db *db, const struct scope *sc, struct arena *a,
                  const struct store_cursor *from, bool newer, int limit,
                  struct store_request **rows, int *n, bool *more, struct err *e)
{
    struct db_rows r;

    limit = limit_of(limit);
    newer = newer && *from->id;
    if (DB_QUERY(db, sc, a, newer ? STMT_REQUEST_OWN_NEWER : STMT_REQUEST_OWN_OLDER, &r, e,
                 p_int(a, from->at), store_opt(from->id), p_int(a, limit + 1)))
        return -1;
    read_page(a, &r, newer, limit, rows, n, more);
    return 0;
}

int
store_request_list(struct db *db, const struct scope *sc, struct arena *a, const char *org,
                   const char *account, bool waiting, const struct store_cursor *from, bool newer,
                   int limit, struct store_request **rows, int *n, bool *more, struct err *e)
{
    struct db_rows r;

    limit = limit_of(limit);
    newer = newer && *from->id;
    if (DB_QUERY(db, sc, a, newer ? STMT_REQUEST_LIST_NEWER : STMT_REQUEST_LIST_OLDER, &r, e,
                 P_TEXT(org), p_bool(waiting), p_int(a, from->at), store_opt(from->id), p_int(a, limit + 1), store_opt(account)))
        return -1;
    read_page(a, &r, newer, limit, rows, n, more);
    return 0;
}

int
store_request_get(struct db *db, const struct scope *sc, struct arena *a, const char *request,
                  const char *account, struct store_request *out, struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, sc, a, STMT_REQUEST_GET, &r, e, P_TEXT(request), P_TEXT(account)))
        return -1;
    if (!r.n)
        return err_set(e, ERR_NOTFOUND, "request", "no such request");
    read_request(&r, 0, out);
    return 0;
}

int
store_request_decide(struct db *db, const struct scope *sc, struct arena *a,
                     const struct store_actor *by, const char *request, bool approve,
                     const char *answer, const char **state, struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, sc, a, STMT_REQUEST_DECIDE, &r, e, P_TEXT(request), BY(by), p_bool(approve),
                 P_TEXT(answer)))
        return -1;
    if (!r.n)
        return err_set(e, ERR_CONFLICT, "decided", "it waits no longer, or another one decides");
    *state = row_text(&r, 0, 0);
    return 0;
}

int
store_approvers(struct db *db, const struct scope *sc, struct arena *a, const char *org,
                struct store_approver **rows, int *n, struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, sc, a, STMT_APPROVER_LIST, &r, e, P_TEXT(org)))
        return -1;
    *n = r.n;
    *rows = arena_calloc(a, (size_t)r.n, sizeof **rows);
    for (int i = 0; i < r.n; i++)
        (*rows)[i] = (struct store_approver){row_text(&r, i, 0), row_text(&r, i, 1)};
    return 0;
}

int
store_approver_set(struct db *db, struct arena *a, const struct store_actor *by, const char *org,
                   const char *address, const char *domain, bool add, struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, NULL, a, add ? STMT_APPROVER_ADD : STMT_APPROVER_REMOVE, &r, e, P_TEXT(org),
                 BY(by), P_TEXT(address), P_TEXT(domain)))
        return -1;
    return r.n ? 0 : err_set(e, ERR_NOTFOUND, "approver", "nothing to change");
}

int
store_request_tend(struct db *db, struct arena *a, int hours, int limit,
                   struct store_request_place *place, int64_t *over, int64_t *reminded,
                   struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, NULL, a, STMT_REQUEST_TEND, &r, e, p_int(a, hours), store_opt(place->at),
                 store_opt(place->id), p_int(a, limit)))
        return -1;
    *over = row_int(&r, 0, 0);
    *reminded = row_int(&r, 0, 1);
    *place = (struct store_request_place){row_text(&r, 0, 2), row_text(&r, 0, 3)};
    return 0;
}

int
store_request_forget(struct db *db, struct arena *a, struct err *e)
{
    return db_query(db, NULL, a, STMT_REQUEST_FORGET, NULL, 0, NULL, e);
}
