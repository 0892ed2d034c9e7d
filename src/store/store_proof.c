#include "store_proof.h"

#include <string.h>

#include "../common/arena.h"
#include "../common/err.h"
#include "../common/token.h"
#include "store_account.h"

static struct db_param
digest(const unsigned char *p)
{
    return p ? P_BYTES(p, 32) : P_TEXT(NULL);
}

static int
gone(struct err *e)
{
    return err_set(e, ERR_NOTFOUND, "proof", "the link is used, too old, or none of ours");
}

int
store_proof_ask(struct db *db, struct arena *a, const char *kind, const char *address,
                const char *lang, const unsigned char *browser, const char *client_ip, int per_hour,
                int *wait, struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, NULL, a, STMT_ACCOUNT_ASK, &r, e, P_TEXT(kind), P_TEXT(address), P_TEXT(lang),
                 digest(browser), P_TEXT(client_ip), p_int(a, per_hour)))
        return -1;
    *wait = (int)row_int(&r, 0, 0);
    return 0;
}

int
store_proof_asks(struct db *db, struct arena *a, int limit, int64_t cap, int *n, struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, NULL, a, STMT_ACCOUNT_ASKS, &r, e, p_int(a, limit), p_int(a, cap)))
        return -1;
    *n = (int)row_int(&r, 0, 0);
    return 0;
}

int
store_proof_arm(struct db *db, struct arena *a, const char *org_id, const char *proof_id,
                const unsigned char hash[32], struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, NULL, a, STMT_PROOF_ARM, &r, e, P_TEXT(org_id), P_TEXT(proof_id),
                 P_BYTES(hash, 32)))
        return -1;
    return r.n ? 0 : gone(e);
}

int
store_proof_forget(struct db *db, struct arena *a, struct err *e)
{
    return db_query(db, NULL, a, STMT_PROOF_FORGET, NULL, 0, NULL, e);
}

int
store_proof_ways(struct db *db, struct arena *a, const char *domain, struct store_ways *out,
                 struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, NULL, a, STMT_SIGN_IN_WAYS, &r, e, P_TEXT(domain)))
        return -1;
    *out = (struct store_ways){.link = row_bool(&r, 0, 0), .may_register = row_bool(&r, 0, 1)};
    return 0;
}

int
store_proof_look(struct db *db, struct arena *a, const unsigned char hash[32], const char *purpose,
                 const unsigned char *browser, struct store_proof *out, struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, NULL, a, STMT_PROOF_LOOK, &r, e, P_BYTES(hash, 32), P_TEXT(purpose),
                 digest(browser)))
        return -1;
    if (!r.n)
        return gone(e);
    *out = (struct store_proof){row_text(&r, 0, 0), row_text(&r, 0, 1), row_text(&r, 0, 2),
                                row_bool(&r, 0, 3)};
    return 0;
}

int
store_proof_register(struct db *db, struct arena *a, const unsigned char hash[32], const char *mcf,
                     const char *lang, const char *client_ip, struct err *e)
{
    struct db_rows r;
    char id[UUID_LEN + 1];

    token_uuid7(id);
    if (DB_QUERY(db, NULL, a, STMT_PROOF_REGISTER, &r, e, P_BYTES(hash, 32), P_TEXT(id),
                 P_TEXT(mcf), P_TEXT(lang), P_TEXT(client_ip)))
        return -1;
    return strcmp(row_text(&r, 0, 0), "ok") == 0 ? 0 : gone(e);
}

int
store_proof_reset(struct db *db, struct arena *a, const unsigned char hash[32], const char *mcf,
                  const char *client_ip, struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, NULL, a, STMT_PROOF_RESET, &r, e, P_BYTES(hash, 32), P_TEXT(mcf),
                 P_TEXT(client_ip)))
        return -1;
    return strcmp(row_text(&r, 0, 0), "ok") == 0 ? 0 : gone(e);
}

int
store_proof_sign_in(struct db *db, struct arena *a, const unsigned char hash[32],
                    const unsigned char *browser, const char *address,
                    struct store_credentials *out, struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, NULL, a, STMT_PROOF_SIGN_IN, &r, e, P_BYTES(hash, 32), digest(browser),
                 P_TEXT(address)))
        return -1;
    if (!r.n)
        return gone(e);
    *out = (struct store_credentials){.org_id = row_text(&r, 0, 0),
                                      .account_id = row_text(&r, 0, 1),
                                      .address = row_text(&r, 0, 2),
                                      .role = row_text(&r, 0, 3),
                                      .state = "active",
                                      .password = ""};
    return 0;
}

int
store_portal_get(struct db *db, struct arena *a, const char *org_id, struct store_portal *out,
                 struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, NULL, a, STMT_ORG_PORTAL, &r, e, P_TEXT(org_id)))
        return -1;
    *out = (struct store_portal){row_bool(&r, 0, 0), row_bool(&r, 0, 1)};
    return 0;
}

int
store_portal_set(struct db *db, struct arena *a, const char *org_id, const bool *may_register,
                 const bool *link, const char *by, struct err *e)
{
    return DB_QUERY(db, NULL, a, STMT_ORG_PORTAL_CHANGE, NULL, e, P_TEXT(org_id),
                    may_register ? p_bool(*may_register) : P_TEXT(NULL),
                    link ? p_bool(*link) : P_TEXT(NULL), P_TEXT(by));
}
