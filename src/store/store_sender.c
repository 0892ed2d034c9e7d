#include "store_sender.h"

#include <string.h>

#include "../common/arena.h"
#include "../common/err.h"
#include "../common/token.h"

/* ---------------------------------------------------------------- lists */

static struct store_sender
read_entry(const struct db_rows *r, int i)
{
    return (struct store_sender){.entry_id = row_text(r, i, 0),
                                 .level = row_text(r, i, 1),
                                 .target = row_text(r, i, 2),
                                 .list = row_text(r, i, 3),
                                 .pattern = row_text(r, i, 4),
                                 .only_verified = row_bool(r, i, 5),
                                 .added_at = row_int(r, i, 6),
                                 .added_by = row_text(r, i, 7),
                                 .enabled = row_bool(r, i, 8),
                                 .expires_at = row_int(r, i, 9)};
}

int
store_sender_list(struct db *db, const struct scope *sc, struct arena *a, const char *org,
                  const struct store_sender_query *q, struct store_sender **rows, int *n,
                  bool *more, struct err *e)
{
    int limit = q->limit < 1 ? 1 : q->limit > 100 ? 100 : q->limit;
    bool back = q->back && *q->from.id;
    struct db_rows r;

    *n = 0;
    *more = false;
    *rows = NULL;
    if (q->own && q->ids && q->nids == 0)
        return 0;
    if (q->own) {
        if (DB_QUERY(db, sc, a, back ? STMT_SENDER_OWN_NEWER : STMT_SENDER_OWN_OLDER, &r, e,
                     P_TEXT(q->list), P_TEXT(store_like(a, q->search)), store_opt(q->from.id),
                     q->ids ? store_array(a, q->ids, q->nids) : P_TEXT(NULL), P_TEXT(q->target),
                     p_bool(q->company), p_int(a, q->from.at), p_int(a, limit + 1)))
            return -1;
    } else if (DB_QUERY(db, sc, a, back ? STMT_SENDER_NEWER : STMT_SENDER_OLDER, &r, e, P_TEXT(org),
                        P_TEXT(q->list), P_TEXT(store_like(a, q->search)), store_opt(q->levels),
                        P_TEXT(q->target), store_opt(q->from.id), p_int(a, q->from.at),
                        p_int(a, limit + 1)))
        return -1;
    *more = r.n > limit;
    *n = *more ? limit : r.n;
    *rows = arena_calloc(a, (size_t)*n, sizeof **rows);
    for (int i = 0; i < *n; i++)
        (*rows)[i] = read_entry(&r, back ? *n - 1 - i : i);
    return 0;
}

int
store_sender_lists(struct db *db, const struct scope *sc, struct arena *a, const char *org,
                   const char *target, const char *search, const char *from, bool back, int limit,
                   struct store_sender_lists **rows, int *n, bool *more, struct err *e)
{
    struct db_rows r;

    limit = limit < 1 ? 1 : limit > 1000 ? 1000 : limit;
    if (DB_QUERY(db, sc, a, back ? STMT_SENDER_LISTS_BACK : STMT_SENDER_LISTS, &r, e, P_TEXT(org),
                 P_TEXT(target), P_TEXT(store_like(a, search)), P_TEXT(from), p_int(a, limit + 1)))
        return -1;
    *more = r.n > limit;
    *n = *more ? limit : r.n;
    *rows = arena_calloc(a, (size_t)*n, sizeof **rows);
    for (int i = 0; i < *n; i++) {
        int k = back ? *n - 1 - i : i;
        (*rows)[i] = (struct store_sender_lists){row_text(&r, k, 0), row_bool(&r, k, 1),
                                                 (int)row_int(&r, k, 2), (int)row_int(&r, k, 3)};
    }
    return 0;
}

int
store_sender_mailboxes(struct db *db, const struct scope *sc, struct arena *a,
                       const char *const **addresses, int *n, struct err *e)
{
    struct db_rows r;
    const char **list;

    if (db_query(db, sc, a, STMT_SENDER_MAILBOXES, NULL, 0, &r, e) < 0)
        return -1;
    list = arena_calloc(a, (size_t)r.n, sizeof *list);
    for (int i = 0; i < r.n; i++)
        list[i] = row_text(&r, i, 0);
    *n = r.n;
    *addresses = list;
    return 0;
}

int
store_sender_totals(struct db *db, const struct scope *sc, struct arena *a, const char *org,
                    int64_t *approved, int64_t *blocked, struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, sc, a, STMT_SENDER_TOTALS, &r, e, P_TEXT(org)))
        return -1;
    *approved = row_int(&r, 0, 0);
    *blocked = row_int(&r, 0, 1);
    return 0;
}

int
store_sender_all(struct db *db, const struct scope *sc, struct arena *a, const char *org,
                 const char *target, struct store_sender **rows, int *n, struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, sc, a, STMT_SENDER_ALL, &r, e, P_TEXT(org), P_TEXT(target)))
        return -1;
    *n = r.n;
    *rows = arena_calloc(a, (size_t)r.n, sizeof **rows);
    for (int i = 0; i < r.n; i++)
        (*rows)[i] = (struct store_sender){.list = row_text(&r, i, 0),
                                           .pattern = row_text(&r, i, 1),
                                           .only_verified = row_bool(&r, i, 2),
                                           .entry_id = row_text(&r, i, 3),
                                           .target = target};
    return 0;
}

/* ---------------------------------------------------------------- changes */

int
store_sender_add(struct db *db, const struct scope *sc, struct arena *a,
                 const struct store_actor *by, const char *org, const struct store_sender *s,
                 char entry_id[37], struct err *e)
{
    struct db_rows r;

    token_uuid7(entry_id);
    if (DB_QUERY(db, sc, a, STMT_SENDER_ADD, &r, e, P_TEXT(org), P_TEXT(entry_id),
                 P_TEXT(s->target), P_TEXT(s->list), P_TEXT(s->pattern), p_bool(s->only_verified),
                 store_opt(by->account_id), P_TEXT(by->name), P_TEXT(by->surface),
                 P_TEXT(by->client_ip)))
        return -1;
    return r.n ? 0 : err_set(e, ERR_NOTFOUND, "target", "no such domain");
}

int
store_sender_move(struct db *db, const struct scope *sc, struct arena *a,
                  const struct store_actor *by, const char *org, const struct store_sender *s,
                  char entry_id[37], struct err *e)
{
    struct db_rows r;

    token_uuid7(entry_id);
    if (DB_QUERY(db, sc, a, STMT_SENDER_MOVE, &r, e, P_TEXT(org), P_TEXT(entry_id),
                 P_TEXT(s->target), P_TEXT(s->list), P_TEXT(s->pattern), p_bool(s->only_verified),
                 store_opt(by->account_id), P_TEXT(by->name), P_TEXT(by->surface),
                 P_TEXT(by->client_ip)))
        return -1;
    return r.n ? 0 : err_set(e, ERR_NOTFOUND, "moved", "not on the other list");
}

int
store_sender_unmove(struct db *db, const struct scope *sc, struct arena *a,
                    const struct store_actor *by, const char *org, const char *entry_id,
                    const char **list, const char **pattern, struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, sc, a, STMT_SENDER_UNMOVE, &r, e, P_TEXT(org), P_TEXT(entry_id),
                 store_opt(by->account_id), P_TEXT(by->name), P_TEXT(by->surface),
                 P_TEXT(by->client_ip)))
        return -1;
    *list = r.n ? row_text(&r, 0, 0) : "";
    *pattern = r.n ? row_text(&r, 0, 1) : "";
    return 0;
}

int
store_sender_target_ours(struct db *db, const struct scope *sc, struct arena *a, const char *org,
                         const char *target, bool *ours, struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, sc, a, STMT_SENDER_TARGET_OURS, &r, e, P_TEXT(org), P_TEXT(target)))
        return -1;
    *ours = row_bool(&r, 0, 0);
    return 0;
}

struct import {
    const char *org, *target, *list, *id;
    struct db_param patterns, only_verified;
};

static int
clear(struct db_tx *tx, struct arena *a, const struct store_actor *by, const struct import *m,
      int *removed, struct err *e)
{
    struct db_param p[] = {P_TEXT(m->org),      P_TEXT(m->target),         P_TEXT(m->list),
                           m->patterns,         store_opt(by->account_id), P_TEXT(by->name),
                           P_TEXT(by->surface), P_TEXT(by->client_ip),     P_TEXT(m->id),
                           m->only_verified};
    struct db_rows r;

    if (db_tx_query(tx, a, STMT_SENDER_CLEAR, p, sizeof p / sizeof *p, &r, e) < 0)
        return -1;
    *removed = (int)row_int(&r, 0, 0);
    return 0;
}

static int
insert(struct db_tx *tx, struct arena *a, const struct store_actor *by, const struct import *m,
       int *added, struct err *e)
{
    struct db_param p[] = {P_TEXT(m->org),   P_TEXT(m->target),   P_TEXT(m->list),
                           m->patterns,      m->only_verified,    store_opt(by->account_id),
                           P_TEXT(by->name), P_TEXT(by->surface), P_TEXT(by->client_ip),
                           P_TEXT(m->id)};
    struct db_rows r;

    if (db_tx_query(tx, a, STMT_SENDER_IMPORT, p, sizeof p / sizeof *p, &r, e) < 0)
        return -1;
    *added = (int)row_int(&r, 0, 0);
    return 0;
}

int
store_sender_import(struct db *db, const struct scope *sc, struct arena *a,
                    const struct store_actor *by, const char *org, const char *target,
                    const char *list, const struct store_sender *rows, int n, bool replace,
                    struct store_sender_imported *out, struct err *e)
{
    const char **patterns = arena_calloc(a, (size_t)n, sizeof *patterns);
    const char **verified = arena_calloc(a, (size_t)n, sizeof *verified);
    struct import m = {.org = org, .target = target, .list = list, .id = out->import_id};
    struct db_tx *tx;

    *out = (struct store_sender_imported){0};
    token_uuid7(out->import_id);
    for (int i = 0; i < n; i++) {
        patterns[i] = rows[i].pattern;
        verified[i] = rows[i].only_verified ? "t" : "f";
    }
    m.patterns = store_array(a, patterns, n);
    m.only_verified = store_array(a, verified, n);
    if (db_begin(db, sc, &tx, e) < 0)
        return -1;
    if ((replace && clear(tx, a, by, &m, &out->removed, e) < 0) ||
        insert(tx, a, by, &m, &out->added, e) < 0) {
        db_rollback(&tx);
        return -1;
    }
    return db_commit(&tx, e);
}

int
store_sender_import_undo(struct db *db, const struct scope *sc, struct arena *a,
                         const struct store_actor *by, const char *org, const char *import_id,
                         struct store_sender_imported *out, struct err *e)
{
    struct db_param p[] = {P_TEXT(org),      P_TEXT(import_id),   store_opt(by->account_id),
                           P_TEXT(by->name), P_TEXT(by->surface), P_TEXT(by->client_ip)};
    const int n = sizeof p / sizeof *p;
    struct db_rows gone, back;
    struct db_tx *tx;

    if (db_begin(db, sc, &tx, e) < 0)
        return -1;
    if (db_tx_query(tx, a, STMT_SENDER_IMPORT_TAKEBACK, p, n, &gone, e) < 0 ||
        db_tx_query(tx, a, STMT_SENDER_IMPORT_PUTBACK, p, n, &back, e) < 0) {
        db_rollback(&tx);
        return -1;
    }
    out->removed = (int)row_int(&gone, 0, 0);
    out->added = (int)row_int(&back, 0, 0);
    return db_commit(&tx, e);
}

static int
by_ids(struct db *db, const struct scope *sc, struct arena *a, enum stmt id,
       const struct store_actor *by, const char *org, struct db_param ids, const char *const **done,
       int *n, const char **pattern, struct err *e)
{
    struct db_rows r;
    const char **list;

    if (DB_QUERY(db, sc, a, id, &r, e, P_TEXT(org), ids, store_opt(by->account_id),
                 P_TEXT(by->name), P_TEXT(by->surface), P_TEXT(by->client_ip)))
        return -1;
    *done = list = arena_calloc(a, (size_t)r.n + 1, sizeof *list);
    for (int i = 0; i < r.n; i++)
        list[i] = row_text(&r, i, 0);
    *n = r.n;
    *pattern = r.n ? row_text(&r, 0, 1) : "";
    return 0;
}

int
store_sender_remove(struct db *db, const struct scope *sc, struct arena *a,
                    const struct store_actor *by, const char *org, const char *const *ids, int nids,
                    const char *const **gone, int *n, const char **pattern, struct err *e)
{
    return by_ids(db, sc, a, STMT_SENDER_REMOVE, by, org, store_array(a, ids, nids), gone, n,
                  pattern, e);
}

int
store_sender_restore(struct db *db, const struct scope *sc, struct arena *a,
                     const struct store_actor *by, const char *org, const char *const *ids,
                     int nids, int *n, const char **pattern, struct err *e)
{
    const char *const *back;

    return by_ids(db, sc, a, STMT_SENDER_RESTORE, by, org, store_array(a, ids, nids), &back, n,
                  pattern, e);
}

int
store_sender_enable(struct db *db, const struct scope *sc, struct arena *a,
                    const struct store_actor *by, const char *org, const char *target, bool on,
                    bool *changed, struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, sc, a, STMT_SENDER_ENABLE, &r, e, P_TEXT(org), P_TEXT(target), p_bool(on),
                 store_opt(by->account_id), P_TEXT(by->name), P_TEXT(by->surface),
                 P_TEXT(by->client_ip)))
        return -1;
    if (!r.n)
        return err_set(e, ERR_NOTFOUND, "target", "nobody has lists for that");
    *changed = row_int(&r, 0, 0) > 0;
    return 0;
}

/* ---------------------------------------------------------------- settings */

int
store_sender_settings(struct db *db, const struct scope *sc, struct arena *a, const char *org,
                      struct store_sender_settings *out, struct err *e)
{
    struct db_rows r;

    *out = (struct store_sender_settings){.header_match = true, .still_checked = ""};
    if (DB_QUERY(db, sc, a, STMT_SENDER_SETTINGS, &r, e, P_TEXT(org)))
        return -1;
    if (r.n)
        *out = (struct store_sender_settings){row_bool(&r, 0, 0), row_bool(&r, 0, 1),
                                              row_text(&r, 0, 2), NULL};
    out->version = arena_printf(a, "%c,%c,%s", "ft"[out->header_match], "ft"[out->insert_header],
                                out -> still_checked);
    return 0;
}

int
store_sender_settings_set(struct db *db, const struct scope *sc, struct arena *a,
                          const struct store_actor *by, const char *org,
                          const struct store_sender_settings *s, struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, sc, a, STMT_SENDER_SETTINGS_SET, &r, e, P_TEXT(org), p_bool(s->header_match),
                 p_bool(s->insert_header), P_TEXT(s->still_checked), store_opt(by->account_id),
                 P_TEXT(by->name), P_TEXT(by->surface), P_TEXT(by->client_ip), P_TEXT(s->version)))
        return -1;
    return r.n ? 0 : store_changed(e);
}

/* ---------------------------------------------------------------- what entries meet */

int
store_sender_seen(struct db *db, const struct scope *sc, struct arena *a, const char *org,
                  const struct store_sender *entries, int nentries, int look,
                  struct store_sender_seen **rows, int *n, struct err *e)
{
    const char **ids = arena_calloc(a, (size_t)nentries + 1, sizeof *ids);
    const char **targets = arena_calloc(a, (size_t)nentries + 1, sizeof *targets);
    const char **patterns = arena_calloc(a, (size_t)nentries + 1, sizeof *patterns);
    struct db_rows r;

    *n = 0;
    if (nentries == 0)
        return 0;
    for (int i = 0; i < nentries; i++) {
        ids[i] = entries[i].entry_id;
        targets[i] = entries[i].target;
        patterns[i] = entries[i].pattern;
    }
    if (DB_QUERY(db, sc, a, STMT_SENDER_SEEN, &r, e, P_TEXT(org), p_int(a, look),
                 store_array(a, ids, nentries), store_array(a, targets, nentries),
                 store_array(a, patterns, nentries)))
        return -1;
    *n = r.n;
    *rows = arena_calloc(a, (size_t)r.n, sizeof **rows);
    for (int i = 0; i < r.n; i++)
        (*rows)[i] = (struct store_sender_seen){.entry_id = row_text(&r, i, 0),
                                                .messages = (int)row_int(&r, i, 1),
                                                .unproven = (int)row_int(&r, i, 2),
                                                .name = row_text(&r, i, 3)};
    return 0;
}

int
store_sender_often(struct db *db, const struct scope *sc, struct arena *a, int look, int most,
                   struct store_sender_often **rows, int *n, struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, sc, a, STMT_SENDER_OFTEN, &r, e, p_int(a, look), p_int(a, most)))
        return -1;
    *n = r.n;
    *rows = arena_calloc(a, (size_t)r.n, sizeof **rows);
    for (int i = 0; i < r.n; i++)
        (*rows)[i] = (struct store_sender_often){.address = row_text(&r, i, 0),
                                                 .name = row_text(&r, i, 1),
                                                 .messages = (int)row_int(&r, i, 2),
                                                 .mailbox = row_text(&r, i, 3)};
    return 0;
}

int
store_sender_overruled(struct db *db, const struct scope *sc, struct arena *a, const char *org,
                       const char *const *ids, int nids, const char *const **out, int *n,
                       struct err *e)
{
    const char **list;
    struct db_rows r;

    *n = 0;
    if (nids == 0)
        return 0;
    if (DB_QUERY(db, sc, a, STMT_SENDER_OVERRULED, &r, e, P_TEXT(org), store_array(a, ids, nids)))
        return -1;
    list = arena_calloc(a, (size_t)r.n, sizeof *list);
    for (int i = 0; i < r.n; i++)
        list[i] = row_text(&r, i, 0);
    *n = r.n;
    *out = list;
    return 0;
}

int
store_sender_match(struct db *db, struct arena *a, const char *org, const char *const *addresses,
                   int naddresses, const char *const *candidates, int ncandidates,
                   struct store_sender_match **rows, int *n, struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, NULL, a, STMT_SENDER_MATCH, &r, e, P_TEXT(org),
                 store_array(a, addresses, naddresses), store_array(a, candidates, ncandidates)))
        return -1;
    *n = r.n;
    *rows = arena_calloc(a, (size_t)r.n, sizeof **rows);
    for (int i = 0; i < r.n; i++)
        (*rows)[i] =
            (struct store_sender_match){.recipient = (int)row_int(&r, i, 0),
                                        .of_address = strcmp(row_text(&r, i, 1), "address") == 0,
                                        .blocked = strcmp(row_text(&r, i, 2), "blocked") == 0,
                                        .pattern = row_text(&r, i, 3),
                                        .only_verified = row_bool(&r, i, 4)};
    return 0;
}
