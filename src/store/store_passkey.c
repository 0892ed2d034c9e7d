#include "store_passkey.h"
#include "../common/arena.h"
#include "../common/err.h"
#include "../common/token.h"
#include "store_second.h"

int
store_passkey_challenge(struct db *db, struct arena *a, const char *purpose,
                        const unsigned char bound[32], unsigned char challenge[32], struct err *e)
{
    token_random(challenge, 32);
    return DB_QUERY(db, NULL, a, STMT_PASSKEY_CHALLENGE, NULL, e, P_BYTES(challenge, 32),
                    P_TEXT(purpose), P_BYTES(bound, 32));
}

int
store_passkey_challenge_use(struct db *db, struct arena *a, const char *purpose,
                            const unsigned char bound[32], const unsigned char challenge[32],
                            struct err *e)
{
    struct db_rows r;
    if (DB_QUERY(db, NULL, a, STMT_PASSKEY_CHALLENGE_USE, &r, e, P_BYTES(challenge, 32),
                 P_TEXT(purpose), P_BYTES(bound, 32)))
        return -1;
    return r.n ? 0 : err_set(e, ERR_DENIED, "challenge", "this challenge is none any more");
}

int
store_passkey_ids(struct db *db, struct arena *a, const struct store_self *who,
                  struct store_passkey **rows, int *n, struct err *e)
{
    struct db_rows r;
    if (DB_QUERY(db, NULL, a, STMT_PASSKEY_IDS, &r, e, P_TEXT(who->org_id),
                 P_TEXT(who->account_id)))
        return -1;
    *n = r.n;
    *rows = arena_calloc(a, (size_t)r.n + 1, sizeof **rows);
    for (int i = 0; i < r.n; i++)
        (*rows)[i].id = row_bytes(a, &r, i, 0, &(*rows)[i].id_n);
    return 0;
}

int
store_passkey_add(struct db *db, struct arena *a, const struct store_self *who,
                  const struct store_actor *by, const char *rp, const struct store_passkey *p,
                  const char *name, const unsigned char *session, struct err *e)
{
    struct db_rows r;
    if (DB_QUERY(db, NULL, a, STMT_PASSKEY_ADD, &r, e, P_TEXT(who->org_id), P_TEXT(who->account_id),
                 P_TEXT(rp), P_BYTES(p->id, p->id_n), p_int(a, p->algorithm),
                 P_BYTES(p->key, p->key_n), p_int(a, p->sign_count), P_TEXT(name), P_TEXT(by->name),
                 P_TEXT(by->surface), P_TEXT(by->client_ip), P_BYTES(session, 32)))
        return -1;
    return r.n ? 0 : err_set(e, ERR_CONFLICT, "passkey-limit", "there are 20 passkeys already");
}

int
store_passkey_find(struct db *db, struct arena *a, const char *rp, const unsigned char *id,
                   size_t n, struct store_passkey *out, struct err *e)
{
    struct db_rows r;
    if (DB_QUERY(db, NULL, a, STMT_PASSKEY_FIND, &r, e, P_BYTES(id, n), P_TEXT(rp)))
        return -1;
    if (!r.n)
        return err_set(e, ERR_NOTFOUND, "passkey", "no such passkey");
    *out = (struct store_passkey){.org_id = row_text(&r, 0, 0),
                                  .account_id = row_text(&r, 0, 1),
                                  .passkey_id = row_text(&r, 0, 2),
                                  .address = row_text(&r, 0, 3),
                                  .role = row_text(&r, 0, 4),
                                  .state = row_text(&r, 0, 5),
                                  .algorithm = (int)row_int(&r, 0, 6),
                                  .sign_count = row_int(&r, 0, 8),
                                  .id = id,
                                  .id_n = n};
    out->key = row_bytes(a, &r, 0, 7, &out->key_n);
    return 0;
}

int
store_passkey_used(struct db *db, struct arena *a, const struct store_passkey *p,
                   int64_t sign_count, struct err *e)
{
    struct db_rows r;
    if (DB_QUERY(db, NULL, a, STMT_PASSKEY_USED, &r, e, P_TEXT(p->org_id), P_TEXT(p->account_id),
                 p_int(a, sign_count), P_TEXT(p->passkey_id)))
        return -1;
    return r.n > 0;
}

int
store_passkey_list(struct db *db, const struct scope *sc, struct arena *a,
                   struct store_passkey_name **rows, int *n, struct err *e)
{
    struct db_rows r;
    if (db_query(db, sc, a, STMT_PASSKEY_LIST, NULL, 0, &r, e))
        return -1;
    *n = r.n;
    *rows = arena_calloc(a, (size_t)r.n + 1, sizeof **rows);
    for (int i = 0; i < r.n; i++)
        (*rows)[i] = (struct store_passkey_name){row_text(&r, i, 0), row_text(&r, i, 1),
                                                 row_int(&r, i, 2), row_int(&r, i, 3)};
    return 0;
}

int
store_passkey_delete(struct db *db, struct arena *a, const struct store_self *who,
                     const struct store_actor *by, const char *passkey_id,
                     const unsigned char *session, struct err *e)
{
    struct db_rows r;
    if (DB_QUERY(db, NULL, a, STMT_PASSKEY_DELETE, &r, e, P_TEXT(who->org_id),
                 P_TEXT(who->account_id), P_TEXT(passkey_id), P_TEXT(by->name), P_TEXT(by->surface),
                 P_TEXT(by->client_ip), P_BYTES(session, 32)))
        return -1;
    return r.n ? 0 : err_set(e, ERR_NOTFOUND, "passkey", "no such passkey");
}
