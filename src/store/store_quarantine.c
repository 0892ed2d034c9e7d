#include "store_quarantine.h"
#include "../common/arena.h"
#include "../common/err.h"
#include "../common/when.h"

#include <string.h>

#define PARAMS 10

static const char *
state_of(const struct store_held_filter *f)
{
    return f->state && *f->state ? f->state : "held";
}

/* $1 to $7 of the statements that are not about one person. Administrators find what was deleted for good among what was
 * deleted. */
static void
all_params(struct arena *a, const struct store_held_filter *f, struct db_param p[7])
{
    const char *const states[] = {state_of(f), "gone"};
    p[0] = store_array(a, states, strcmp(states[0], "deleted") ? 1 : 2);
    p[1] = store_opt(f->search);
    p[2] = store_opt(f->kind);
    p[3] = store_opt(f->domain);
    p[4] = store_opt(f->recipient);
    p[5] = p_int(a, f->since);
    p[6] = p_int(a, f->expires_before);
}

void
store_own_params(struct arena *a, const struct store_held_filter *f,
                 struct db_param p[STORE_OWN_PARAMS])
{
    p[0] = P_TEXT(state_of(f));
    p[1] = store_opt(f->search);
    p[2] = store_opt(f->kind);
    p[3] = store_opt(f->recipient);
    p[4] = p_int(a, f->since);
    p[5] = p_int(a, f->expires_before);
}

static void
read_row(const struct db_rows *r, int i, struct store_held *h)
{
    *h = (struct store_held){
        .recipient_id = row_text(r, i, 0),
        .message_id = row_text(r, i, 1),
        .recipient = row_text(r, i, 2),
        .envelope_sender = row_text(r, i, 3),
        .header_from = row_text(r, i, 4),
        .header_from_name = row_text(r, i, 5),
        .subject = row_text(r, i, 6),
        .kind = row_text(r, i, 7),
        .state = row_text(r, i, 8),
        .rule = row_text(r, i, 9),
        .reasons = row_text(r, i, 10),
        .received_at = row_int(r, i, 11),
        .expires_at = row_int(r, i, 12),
        .state_at = row_int(r, i, 13),
        .bytes = row_int(r, i, 14),
        .score = row_real(r, i, 15),
        .threshold = row_real(r, i, 16),
        .body_kept = row_bool(r, i, 17),
    };
}

static int
own_page(struct db *db, const struct scope *sc, struct arena *a, const struct store_held_filter *f,
         int limit, struct db_rows *r, struct err *e)
{
    struct db_param p[STORE_OWN_PARAMS + 5];
    store_own_params(a, f, p);
    p[6] = P_TEXT(f->order && *f->order ? f->order : "received");
    p[7] = p_bool(f->newer && *f->cursor.id);
    p[8] = p_int(a, f->cursor.at);
    p[9] = store_opt(f->cursor.id);
    p[10] = p_int(a, limit);
    return db_query(db, sc, a, STMT_QUARANTINE_OWN, p, STORE_OWN_PARAMS + 5, r, e);
}

static int
page(struct db *db, const struct scope *sc, struct arena *a, const struct store_held_filter *f,
     int limit, struct db_rows *r, struct err *e)
{
    struct db_param p[PARAMS];
    bool newer = f->newer && *f->cursor.id;
    if (f->own)
        return own_page(db, sc, a, f, limit, r, e);
    all_params(a, f, p);
    p[7] = p_int(a, f->cursor.at);
    p[8] = store_opt(f->cursor.id);
    p[9] = p_int(a, limit);
    return db_query(db, sc, a, newer ? STMT_QUARANTINE_NEWER : STMT_QUARANTINE_OLDER, p, PARAMS, r,
                    e);
}

int
store_quarantine_list(struct db *db, const struct scope *sc, struct arena *a,
                      const struct store_held_filter *f, struct store_held **rows, int *n,
                      bool *more, struct err *e)
{
    struct db_rows r;
    int limit = f->limit < 1 ? 1 : f->limit > 100 ? 100 : f->limit;
    if (page(db, sc, a, f, limit + 1, &r, e)) /* one more tells whether there is more */
        return -1;
    *more = r.n > limit;
    *n = *more ? limit : r.n;
    *rows = arena_calloc(a, (size_t)*n, sizeof **rows);
    bool newer = f->newer && *f->cursor.id; /* came oldest first */
    for (int i = 0; i < *n; i++) {
        int from = newer ? *n - 1 - i : i;
        read_row(&r, from, &(*rows)[i]);
        (*rows)[i].deleted_by = f->own ? "" : row_text(&r, from, 18);
    }
    return 0;
}

static bool
any(const char *s)
{
    return !s || !*s;
}

/* Nothing but a state is asked for: the totals say it. */
static bool
everything(const struct store_held_filter *f)
{
    return any(f->search) && any(f->kind) && any(f->recipient) && !f->since && !f->expires_before;
}

static int
own_counts(struct db *db, const struct scope *sc, struct arena *a,
           const struct store_held_filter *f, struct store_held_counts *out, struct err *e)
{
    struct db_param p[STORE_OWN_PARAMS + 1];
    struct db_rows r;
    if (DB_QUERY(db, sc, a, STMT_QUARANTINE_OWN_TOTALS, &r, e, p_int(a, when_now() + STORE_SOON_MS),
                 p_int(a, STORE_COUNT_MAX)))
        return -1;
    out->held = row_int(&r, 0, 0);
    out->deleted = row_int(&r, 0, 1);
    out->soon = row_int(&r, 0, 2);
    out->matches = strcmp(state_of(f), "held") ? out->deleted : out->held;
    if (everything(f))
        return 0;
    store_own_params(a, f, p);
    p[STORE_OWN_PARAMS] = p_int(a, STORE_COUNT_MAX);
    if (db_query(db, sc, a, STMT_QUARANTINE_OWN_MATCHES, p, STORE_OWN_PARAMS + 1, &r, e))
        return -1;
    out->matches = row_int(&r, 0, 0);
    return 0;
}

int
store_quarantine_counts(struct db *db, const struct scope *sc, struct arena *a,
                        const struct store_held_filter *f, struct store_held_counts *out,
                        struct err *e)
{
    struct db_param p[8];
    struct db_rows r;
    if (f->own)
        return own_counts(db, sc, a, f, out, e);
    all_params(a, f, p);
    p[7] = p_int(a, STORE_COUNT_MAX);
    if (db_query(db, sc, a, STMT_QUARANTINE_MATCHES, p, 8, &r, e))
        return -1;
    out->matches = row_int(&r, 0, 0);
    if (DB_QUERY(db, sc, a, STMT_QUARANTINE_TOTALS, &r, e, p_int(a, STORE_COUNT_MAX)))
        return -1;
    out->held = row_int(&r, 0, 0);
    out->deleted = row_int(&r, 0, 1);
    out->soon = row_int(&r, 0, 2);
    return 0;
}

int
store_quarantine_sorts(struct db *db, const struct scope *sc, struct arena *a, const char *search,
                       struct store_held_sort **rows, int *n, bool *all, struct err *e)
{
    struct db_rows r;
    int64_t sum = 0;
    if (DB_QUERY(db, sc, a, STMT_QUARANTINE_OWN_SORTS, &r, e, store_opt(search),
                 p_int(a, when_now() + STORE_SOON_MS), p_int(a, STORE_SORTS_MAX)))
        return -1;
    *n = r.n;
    *rows = arena_calloc(a, (size_t)r.n, sizeof **rows);
    for (int i = 0; i < r.n; i++) {
        (*rows)[i] = (struct store_held_sort){.state = row_text(&r, i, 0),
                                              .hit = row_bool(&r, i, 1),
                                              .kind = row_text(&r, i, 2),
                                              .mailbox = row_text(&r, i, 3),
                                              .age = (int)row_int(&r, i, 4),
                                              .soon = row_bool(&r, i, 5),
                                              .n = row_int(&r, i, 6)};
        sum += (*rows)[i].n;
    }
    *all = sum < STORE_SORTS_MAX;
    return 0;
}

static int
neighbour(struct db *db, const struct scope *sc, struct arena *a, const struct store_held_filter *f,
          const struct store_held *h, bool newer, const char **id, struct err *e)
{
    struct store_held_filter near = *f;
    struct db_rows r;
    near.newer = newer;
    near.cursor.at = h->received_at;
    memcpy(near.cursor.id, h->recipient_id, 37);
    if (page(db, sc, a, &near, 1, &r, e))
        return -1;
    *id = r.n ? row_text(&r, 0, 0) : "";
    return 0;
}

int
store_quarantine_get(struct db *db, const struct scope *sc, struct arena *a, const char *id,
                     const struct store_held_filter *f, struct store_held_page *out, struct err *e)
{
    struct db_rows r;
    *out = (struct store_held_page){.newer = "", .older = ""};
    if (DB_QUERY(db, sc, a, STMT_QUARANTINE_GET, &r, e, P_TEXT(id)))
        return -1;
    if (!r.n)
        return err_set(e, ERR_NOTFOUND, "message", "no such message");
    read_row(&r, 0, &out->m);
    out->scan = row_text(&r, 0, 18);
    out->state_by = row_text(&r, 0, 19);
    out->header_id = row_text(&r, 0, 20);
    if (!f)
        return 0;
    if (neighbour(db, sc, a, f, &out->m, true, &out->newer, e))
        return -1;
    return neighbour(db, sc, a, f, &out->m, false, &out->older, e);
}

static void
changed_ids(struct arena *a, const struct db_rows *r, const char ***ids, int *n)
{
    *n = r->n;
    *ids = arena_calloc(a, (size_t)r->n, sizeof **ids);
    for (int i = 0; i < r->n; i++)
        (*ids)[i] = row_text(r, i, 0);
}

int
store_quarantine_release(struct db *db, const struct scope *sc, struct arena *a,
                         const struct store_actor *by, const char *const *ids, int n,
                         bool user_kinds, const char ***changed, int *nchanged, struct err *e)
{
    struct db_rows r;
    if (DB_QUERY(db, sc, a, STMT_QUARANTINE_RELEASE, &r, e, store_array(a, ids, n),
                 store_opt(by->account_id), P_TEXT(by->name), P_TEXT(by->surface),
                 P_TEXT(by->client_ip), p_bool(user_kinds)))
        return -1;
    changed_ids(a, &r, changed, nchanged);
    return 0;
}

static int
simple_change(struct db *db, const struct scope *sc, struct arena *a, enum stmt id,
              const struct store_actor *by, const char *const *ids, int n, const char ***changed,
              int *nchanged, struct err *e)
{
    struct db_rows r;
    if (DB_QUERY(db, sc, a, id, &r, e, store_array(a, ids, n), store_opt(by->account_id),
                 P_TEXT(by->name), P_TEXT(by->surface), P_TEXT(by->client_ip)))
        return -1;
    changed_ids(a, &r, changed, nchanged);
    return 0;
}

int
store_quarantine_delete(struct db *db, const struct scope *sc, struct arena *a,
                        const struct store_actor *by, const char *const *ids, int n,
                        const char ***changed, int *nchanged, struct err *e)
{
    return simple_change(db, sc, a, STMT_QUARANTINE_DELETE, by, ids, n, changed, nchanged, e);
}

int
store_quarantine_undelete(struct db *db, const struct scope *sc, struct arena *a,
                          const struct store_actor *by, const char *const *ids, int n,
                          const char ***changed, int *nchanged, struct err *e)
{
    return simple_change(db, sc, a, STMT_QUARANTINE_UNDELETE, by, ids, n, changed, nchanged, e);
}

int
store_quarantine_viewed(struct db *db, const struct scope *sc, struct arena *a,
                        const struct store_actor *by, const char *id, struct err *e)
{
    return DB_QUERY(db, sc, a, STMT_QUARANTINE_VIEWED, NULL, e, P_TEXT(id),
                    store_opt(by->account_id), P_TEXT(by->name), P_TEXT(by->surface),
                    P_TEXT(by->client_ip));
}

int
store_quarantine_seen(struct db *db, const struct scope *sc, struct arena *a, const char *id,
                      struct store_seen **rows, int *n, struct err *e)
{
    struct db_rows r;
    if (DB_QUERY(db, sc, a, STMT_QUARANTINE_SEEN, &r, e, P_TEXT(id)))
        return -1;
    *n = r.n;
    *rows = arena_calloc(a, (size_t)r.n, sizeof **rows);
    for (int i = 0; i < r.n; i++)
        (*rows)[i] = (struct store_seen){row_text(&r, i, 0), row_int(&r, i, 1)};
    return 0;
}
