#include "store_second.h"
#include "../common/arena.h"
#include "../common/err.h"
#include "../common/token.h"
#include "store_body.h"

#include <string.h>

#define HALF_SECONDS 600 /* to look for the phone */
#define WHOLE_SECONDS 60

int
store_second_session(struct db *db, struct arena *a, const struct store_session *s,
                     struct store_self *out, struct err *e)
{
    struct db_rows r;
    if (DB_QUERY(db, NULL, a, STMT_SECOND_SESSION, &r, e, P_BYTES(s->hash, 32), P_TEXT(s->surface),
                 p_int(a, s->idle), p_int(a, s->absolute)))
        return -1;
    if (!r.n)
        return err_set(e, ERR_DENIED, "session", "there is no such session");
    *out = (struct store_self){.org_id = row_text(&r, 0, 0),
                               .account_id = row_text(&r, 0, 1),
                               .address = row_text(&r, 0, 2),
                               .password = row_text(&r, 0, 3),
                               .name = row_text(&r, 0, 4),
                               .org_name = row_text(&r, 0, 5),
                               .step = row_text(&r, 0, 6),
                               .fresh = row_bool(&r, 0, 7)};
    return 0;
}

int
store_second_factors(struct db *db, struct arena *a, const char *org, const char *account,
                     int *factors, struct err *e)
{
    struct db_rows r;
    if (DB_QUERY(db, NULL, a, STMT_SECOND_FACTORS, &r, e, P_TEXT(org), P_TEXT(account)))
        return -1;
    *factors = (int)row_int(&r, 0, 0);
    return 0;
}

int
store_second_begin(struct db *db, struct arena *a, const struct store_self *who, const void *sealed,
                   size_t n, struct err *e)
{
    struct db_rows r;
    if (DB_QUERY(db, NULL, a, STMT_SECOND_BEGIN, &r, e, P_TEXT(who->org_id),
                 P_TEXT(who->account_id), P_BYTES(sealed, n)))
        return -1;
    return r.n ? 0 : err_set(e, ERR_CONFLICT, "second-on", "the second step is on already");
}

int
store_second_secret(struct db *db, struct arena *a, const char *org, const char *account,
                    const unsigned char **sealed, size_t *n, bool *on, struct err *e)
{
    struct db_rows r;
    if (DB_QUERY(db, NULL, a, STMT_SECOND_SECRET, &r, e, P_TEXT(org), P_TEXT(account)))
        return -1;
    *on = r.n && !strcmp(row_text(&r, 0, 1), "on");
    if (!r.n || (!*on && !row_bool(&r, 0, 2)))
        return err_set(e, ERR_NOTFOUND, "second", "there is no second step");
    *sealed = row_bytes(a, &r, 0, 0, n);
    return 0;
}

int
store_second_used(struct db *db, struct arena *a, const char *org, const char *account,
                  int64_t period, struct err *e)
{
    struct db_rows r;
    if (DB_QUERY(db, NULL, a, STMT_SECOND_USED, &r, e, P_TEXT(org), P_TEXT(account),
                 p_int(a, period)))
        return -1;
    return r.n > 0;
}

int
store_second_on(struct db *db, struct arena *a, const struct store_self *who,
                const struct store_actor *by, int64_t period, const char *const *hashes, int n,
                const unsigned char *keep, struct err *e)
{
    struct db_rows r;
    if (DB_QUERY(db, NULL, a, STMT_SECOND_ON, &r, e, P_TEXT(who->org_id), P_TEXT(who->account_id),
                 p_int(a, period), store_array(a, hashes, n), P_TEXT(by->name), P_TEXT(by->surface),
                 P_TEXT(by->client_ip), P_BYTES(keep, 32)))
        return -1;
    return r.n ? 0 : err_set(e, ERR_CONFLICT, "second-on", "the second step is on already");
}

int
store_second_off(struct db *db, struct arena *a, const struct store_self *who,
                 const struct store_actor *by, const unsigned char *session, struct err *e)
{
    return DB_QUERY(db, NULL, a, STMT_SECOND_OFF, NULL, e, P_TEXT(who->org_id),
                    P_TEXT(who->account_id), P_TEXT(by->name), P_TEXT(by->surface),
                    P_TEXT(by->client_ip), P_BYTES(session, 32));
}

int
store_second_codes(struct db *db, struct arena *a, const struct store_self *who,
                   const struct store_actor *by, const char *const *hashes, int n,
                   const unsigned char *session, struct err *e)
{
    struct db_rows r;
    if (DB_QUERY(db, NULL, a, STMT_SECOND_CODES, &r, e, P_TEXT(who->org_id),
                 P_TEXT(who->account_id), store_array(a, hashes, n), P_TEXT(by->name),
                 P_TEXT(by->surface), P_TEXT(by->client_ip), P_BYTES(session, 32)))
        return -1;
    return r.n ? 0 : err_set(e, ERR_NOTFOUND, "second", "there is no second step");
}

int
store_second_code_use(struct db *db, struct arena *a, const char *org, const struct store_actor *by,
                      const unsigned char hash[32], struct err *e)
{
    struct db_rows r;
    if (DB_QUERY(db, NULL, a, STMT_SECOND_CODE_USE, &r, e, P_TEXT(org), P_TEXT(by->account_id),
                 P_BYTES(hash, 32), P_TEXT(by->name), P_TEXT(by->surface), P_TEXT(by->client_ip)))
        return -1;
    return r.n > 0;
}

/* 256 random bits as text, and its SHA-256 for the table. */
static const char *
new_token(struct arena *a, unsigned char hash[32])
{
    char *text = token_text(a, 32);
    token_sha256(text, strlen(text), hash);
    return text;
}

int
store_second_ticket_add(struct db *db, struct arena *a, const char *org, const char *account,
                        const char *surface, int factors, const char *password, const char *passkey,
                        const char **ticket, struct err *e)
{
    unsigned char hash[32];
    struct db_rows r;
    int asked;
    if (store_second_factors(db, a, org, account, &asked, e))
        return -1;
    *ticket = new_token(a, hash);
    if (DB_QUERY(db, NULL, a, STMT_SECOND_TICKET_ADD, &r, e, P_BYTES(hash, 32), P_TEXT(org),
                 P_TEXT(account), P_TEXT(surface), p_int(a, factors),
                 p_int(a, factors < asked ? HALF_SECONDS : WHOLE_SECONDS), P_TEXT(password),
                 P_TEXT(passkey)))
        return -1;
    return r.n ? 0 : err_set(e, ERR_CONFLICT, "account", "the account has changed meanwhile");
}

int
store_second_ticket(struct db *db, struct arena *a, const char *ticket, const char *surface,
                    struct store_half *out, struct err *e)
{
    struct db_rows r;
    if (DB_QUERY(db, NULL, a, STMT_SECOND_TICKET, &r, e, P_TEXT(ticket), P_TEXT(surface)))
        return -1;
    if (!r.n)
        return err_set(e, ERR_NOTFOUND, "ticket", "the ticket is none, too old or used up");
    *out = (struct store_half){row_text(&r, 0, 0), row_text(&r, 0, 1), row_text(&r, 0, 2)};
    return 0;
}

int
store_second_upgrade(struct db *db, struct arena *a, const char *half, const char *surface,
                     const char **ticket, struct err *e)
{
    struct db_rows r;
    unsigned char hash[32];
    *ticket = new_token(a, hash);
    if (DB_QUERY(db, NULL, a, STMT_SECOND_TICKET_USED, &r, e, P_TEXT(half), P_TEXT(surface),
                 P_BYTES(hash, 32)))
        return -1;
    return r.n ? 0 : err_set(e, ERR_NOTFOUND, "ticket", "the ticket is none, too old or used up");
}

int
store_second_trust(struct db *db, struct arena *a, const char *org, const char *account,
                   const char **token, struct err *e)
{
    struct db_rows r;
    unsigned char hash[32];
    const char *text = new_token(a, hash);
    if (DB_QUERY(db, NULL, a, STMT_SECOND_TRUST, &r, e, P_TEXT(org), P_TEXT(account),
                 P_BYTES(hash, 32)))
        return -1;
    *token = r.n ? text : "";
    return 0;
}

int
store_second_trusted(struct db *db, struct arena *a, const char *org, const char *account,
                     const char *token, struct err *e)
{
    struct db_rows r;
    unsigned char hash[32];
    token_sha256(token, strlen(token), hash);
    if (DB_QUERY(db, NULL, a, STMT_SECOND_TRUSTED, &r, e, P_TEXT(org), P_TEXT(account),
                 P_BYTES(hash, 32)))
        return -1;
    return row_bool(&r, 0, 0);
}

int
store_second_ways(struct db *db, struct arena *a, const struct store_half *who,
                  struct store_half_ways *out, struct err *e)
{
    struct db_rows r;
    if (DB_QUERY(db, NULL, a, STMT_SECOND_WAYS, &r, e, P_TEXT(who->org_id),
                 P_TEXT(who->account_id)))
        return -1;
    *out = (struct store_half_ways){r.n && row_bool(&r, 0, 0), r.n && row_bool(&r, 0, 1)};
    return 0;
}

int
store_second_password(struct db *db, struct arena *a, const struct store_self *who,
                      const struct store_actor *by, const char *mcf, const unsigned char *keep,
                      struct err *e)
{
    return DB_QUERY(db, NULL, a, STMT_SECOND_PASSWORD, NULL, e, P_TEXT(who->org_id),
                    P_TEXT(who->account_id), P_TEXT(mcf), P_TEXT(by->name), P_TEXT(by->surface),
                    P_TEXT(by->client_ip), P_BYTES(keep, 32));
}

int
store_second_state(struct db *db, const struct scope *sc, struct arena *a, struct store_second *out,
                   struct err *e)
{
    struct db_rows r;
    if (db_query(db, sc, a, STMT_SECOND_STATE, NULL, 0, &r, e))
        return -1;
    if (!r.n)
        return err_set(e, ERR_NOTFOUND, "account", "no such user");
    *out = (struct store_second){row_int(&r, 0, 0), (int)row_int(&r, 0, 1), row_bool(&r, 0, 2),
                                 row_int(&r, 0, 3)};
    return 0;
}

int
store_session_list(struct db *db, const struct scope *sc, struct arena *a,
                   const unsigned char *current, int64_t idle, int64_t absolute,
                   struct store_own_session **rows, int *n, struct err *e)
{
    struct db_rows r;
    if (DB_QUERY(db, sc, a, STMT_SESSION_LIST, &r, e, P_BYTES(current, 32), p_int(a, idle),
                 p_int(a, absolute)))
        return -1;
    *n = r.n;
    *rows = arena_calloc(a, (size_t)r.n + 1, sizeof **rows);
    for (int i = 0; i < r.n; i++)
        (*rows)[i] = (struct store_own_session){.session_id = row_text(&r, i, 0),
                                                .surface = row_text(&r, i, 1),
                                                .created_at = row_int(&r, i, 2),
                                                .seen_at = row_int(&r, i, 3),
                                                .client_ip = row_text(&r, i, 4),
                                                .agent = row_text(&r, i, 5),
                                                .current = row_bool(&r, i, 6)};
    return 0;
}

int
store_session_end_own(struct db *db, const struct scope *sc, struct arena *a,
                      const struct store_actor *by, const char *session_id,
                      const unsigned char *current, int *ended, struct err *e)
{
    struct db_rows r;
    if (DB_QUERY(db, sc, a, STMT_SESSION_END_OWN, &r, e, store_opt(session_id),
                 P_BYTES(current, 32), P_TEXT(by->name), P_TEXT(by->surface),
                 P_TEXT(by->client_ip)))
        return -1;
    *ended = r.n ? (int)row_int(&r, 0, 0) : 0;
    return 0;
}

int
store_second_rule(struct db *db, const struct scope *sc, struct arena *a, const char *org,
                  struct store_second_rule *out, struct err *e)
{
    struct db_rows r;
    if (DB_QUERY(db, sc, a, STMT_SECOND_RULE, &r, e, P_TEXT(org)))
        return -1;
    if (!r.n)
        return err_set(e, ERR_NOTFOUND, "org", "no such organisation");
    *out = (struct store_second_rule){row_text(&r, 0, 0), row_bool(&r, 0, 1), row_text(&r, 0, 2),
                                      row_text(&r, 0, 3), row_text(&r, 0, 4)};
    return 0;
}

int
store_second_rule_set(struct db *db, const struct scope *sc, struct arena *a, const char *org,
                      const struct store_second_change *x, const struct store_actor *by,
                      struct err *e)
{
    struct db_rows r;
    if (DB_QUERY(db, sc, a, STMT_SECOND_RULE_SET, &r, e, P_TEXT(org), store_opt(x->required),
                 x->trust ? p_bool(*x->trust) : P_TEXT(NULL), P_TEXT(x->from), store_opt(x->kinds),
                 store_opt(by->account_id), P_TEXT(by->name), P_TEXT(by->surface),
                 P_TEXT(by->client_ip), P_TEXT(x->version)))
        return -1;
    return r.n ? 0 : store_changed(e);
}

int
store_second_missing(struct db *db, const struct scope *sc, struct arena *a, int64_t *admins,
                     int64_t *users, struct err *e)
{
    struct db_rows r;
    if (db_query(db, sc, a, STMT_SECOND_MISSING, NULL, 0, &r, e))
        return -1;
    *admins = row_int(&r, 0, 0);
    *users = row_int(&r, 0, 1);
    return 0;
}

int
store_second_reset(struct db *db, struct arena *a, const char *address,
                   const struct store_actor *by, struct err *e)
{
    struct db_rows r;
    if (DB_QUERY(db, NULL, a, STMT_SECOND_RESET, &r, e, P_TEXT(address), P_TEXT(by->name),
                 P_TEXT(by->surface), P_TEXT(by->client_ip)))
        return -1;
    return r.n && row_bool(&r, 0, 0) ? 0
                                     : err_set(e, ERR_NOTFOUND, "second",
                                               "%s has no second step and no passkey", address);
}

int
store_account_second(struct db *db, const struct scope *sc, struct arena *a, const char *account,
                     struct store_account_second *out, struct err *e)
{
    struct db_rows r;
    if (DB_QUERY(db, sc, a, STMT_ACCOUNT_SECOND, &r, e, P_TEXT(account)))
        return -1;
    if (!r.n)
        return err_set(e, ERR_NOTFOUND, "account", "no such user");
    *out = (struct store_account_second){row_int(&r, 0, 0), (int)row_int(&r, 0, 1)};
    return 0;
}

int
store_account_second_remove(struct db *db, const struct scope *sc, struct arena *a,
                            const struct store_actor *by, const char *account, struct err *e)
{
    struct db_rows r;
    if (DB_QUERY(db, sc, a, STMT_ACCOUNT_SECOND_REMOVE, &r, e, P_TEXT(account), P_TEXT(by->name),
                 P_TEXT(by->client_ip)))
        return -1;
    const char *result = row_text(&r, 0, 0);
    if (!strcmp(result, "ok"))
        return 0;
    if (!strcmp(result, "none"))
        return err_set(e, ERR_CONFLICT, "second", "there is nothing to take away");
    return strcmp(result, "denied")
               ? err_set(e, ERR_NOTFOUND, "account", "no such user")
               : err_set(e, ERR_DENIED, "role", "this role may not take it away");
}
