#include "store_audit.h"
#include "../common/arena.h"
#include "../common/err.h"
#include "../common/token.h"

#include <string.h>

int
store_audit_add(struct db *db, const struct scope *sc, struct arena *a, const char *org,
                const struct store_actor *by, const char *event, const char *object,
                const char *detail, struct err *e)
{
    return DB_QUERY(db, sc, a, STMT_AUDIT_ADD, NULL, e, P_TEXT(org), store_opt(by->account_id),
                    P_TEXT(by->name), P_TEXT(by->surface), P_TEXT(by->client_ip), P_TEXT(event),
                    P_TEXT(object), store_opt(detail));
}

static void
read_audit(const struct db_rows *r, int i, struct store_audit *x)
{
    *x = (struct store_audit){
        .seq = row_int(r, i, 0),
        .at = row_int(r, i, 1),
        .org_id = row_text(r, i, 2),
        .account_id = row_text(r, i, 3),
        .actor = row_text(r, i, 4),
        .surface = row_text(r, i, 5),
        .client_ip = row_text(r, i, 6),
        .event = row_text(r, i, 7),
        .object = row_text(r, i, 8),
        .detail = row_text(r, i, 9),
        .prev = row_text(r, i, 10),
        .hash = row_text(r, i, 11),
    };
}

int
store_audit_list(struct db *db, const struct scope *sc, struct arena *a,
                 const struct store_audit_filter *f, struct store_audit **rows, int *n, bool *more,
                 struct err *e)
{
    struct db_rows r;
    bool back = f->after_seq > 0;
    int limit = f->limit < 1 ? 1 : f->limit > 100 ? 100 : f->limit;
    if (DB_QUERY(db, sc, a, back ? STMT_AUDIT_LIST_BACK : STMT_AUDIT_LIST, &r, e,
                 store_opt(f->event), P_TEXT(store_like(a, f->actor)), p_int(a, f->since),
                 p_int(a, back ? f->after_seq : f->before_seq), p_int(a, limit + 1)))
        return -1;
    *more = r.n > limit;
    *n = *more ? limit : r.n;
    *rows = arena_calloc(a, (size_t)*n, sizeof **rows);
    for (int i = 0; i < *n; i++)
        read_audit(&r, back ? *n - 1 - i : i, &(*rows)[i]);
    return 0;
}

int
store_audit_get(struct db *db, const struct scope *sc, struct arena *a, int64_t seq,
                struct store_audit *out, struct err *e)
{
    struct db_rows r;
    if (DB_QUERY(db, sc, a, STMT_AUDIT_GET, &r, e, p_int(a, seq)))
        return -1;
    if (!r.n)
        return err_set(e, ERR_NOTFOUND, "audit", "no such entry");
    read_audit(&r, 0, out);
    return 0;
}

/* Checks rows r against the chain so far; true when all are right. */
static bool
check_rows(struct arena *a, const struct db_rows *r, int64_t *seq, unsigned char last[32],
           struct store_audit_check *out)
{
    for (int i = 0; i < r->n; i++) {
        size_t pn, hn, tn = strlen(row_text(r, i, 1));
        const unsigned char *prev = row_bytes(a, r, i, 2, &pn), *hash = row_bytes(a, r, i, 3, &hn);
        unsigned char want[32], *text = arena_alloc(a, 32 + tn);
        out->bad = row_int(r, i, 0);
        if (out->bad != *seq + 1) {
            out->why = out->bad > *seq + 1 ? "it is missing" : "the number is used twice";
            if (out->bad > *seq + 1)
                out->bad = *seq + 1;
            return false;
        }
        if (pn != 32 || memcmp(prev, last, 32) != 0) {
            out->why = "it does not follow the row before it";
            return false;
        }
        memcpy(text, last, 32);
        memcpy(text + 32, row_text(r, i, 1), tn);
        token_sha256(text, 32 + tn, want);
        if (hn != 32 || memcmp(hash, want, 32) != 0) {
            out->why = "its content was altered";
            return false;
        }
        memcpy(last, hash, 32);
        *seq = out->bad;
        out->rows++;
    }
    out->bad = 0;
    return true;
}

int
store_audit_verify(struct db *db, struct arena *a, const char *org, struct store_audit_check *out,
                   struct err *e)
{
    struct db_rows head, r;
    unsigned char last[32];
    size_t n;
    *out = (struct store_audit_check){.why = ""};
    if (DB_QUERY(db, NULL, a, STMT_AUDIT_HEAD, &head, e, P_TEXT(org)))
        return -1;
    if (!head.n)
        return 0;
    int64_t seq = row_int(&head, 0, 2) - 1;
    const unsigned char *start = row_bytes(a, &head, 0, 3, &n);
    if (n != 32)
        return err_set(e, ERR_ENV, "audit-head", "the chain's start is damaged");
    memcpy(last, start, 32);
    do {
        struct arena *chunk = arena_new();
        int rc = DB_QUERY(db, NULL, chunk, STMT_AUDIT_CHAIN, &r, e, P_TEXT(org), p_int(chunk, seq));
        bool right = rc == 0 && check_rows(chunk, &r, &seq, last, out);
        arena_free(&chunk);
        if (rc || !right)
            return rc;
    } while (r.n == 5000);
    if (seq != row_int(&head, 0, 0) || memcmp(last, row_bytes(a, &head, 0, 1, &n), 32) != 0) {
        out->bad = seq + 1;
        out->why = seq < row_int(&head, 0, 0) ? "it and what followed are missing"
                                              : "the head of the chain was altered";
    }
    return 0;
}
