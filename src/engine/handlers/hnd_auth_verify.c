/*
 * Sign-in. What a caller can observe is the same for unknown addresses, accounts without password and
 * wrong passwords: same answer, same work (T-W9). Rates per account and per client address (T-W10);
 * no permanent lock. Anything that is not a clear yes is a no (T-I11).
 */
#include "../../common/addr.h"
#include "../../common/arena.h"
#include "../../common/err.h"
#include "../../common/jsonx.h"
#include "../../common/settings.h"
#include "../../rpc/rpc_server.h"
#include "../../store/store_account.h"
#include "../../store/store_audit.h"
#include "../../store/store_rate.h"
#include "../password.h"
#include "hnd_ctx.h"

#include <string.h>

struct attempt {
    struct db *db;
    struct arena *a;
    const char *address, *surface, *client_ip;
    struct store_credentials who;
    bool known;
};

static int
rate(struct attempt *t, int *wait, struct err *e)
{
    double account = (double)settings_int(SET_login_per_account), client = (double)settings_int(SET_login_per_address);
    const char *by_account = arena_printf(t->a, "login:account:%s", t->address);
    const char *by_client = arena_printf(t->a, "login:client:%s", t->client_ip);
    if (store_rate_take(t->db, t->a, by_client, client, client / 4 < 10 ? 10 : client / 4, wait, e) || *wait)
        return *wait ? 0 : -1;
    return store_rate_take(t->db, t->a, by_account, account, account / 2 < 5 ? 5 : account / 2, wait, e);
}

static void
audit(struct attempt *t, const char *event)
{
    struct err ignored;
    struct store_actor by = {t->known ? t->who.account_id : NULL, t->address, t->surface, t->client_ip};
    /* The attempt itself is decided; without the audit row it is answered as a failure below. */
    (void)store_audit_add(t->db, NULL, t->a, t->known ? t->who.org_id : STORE_NO_ORG, &by, event, t->address, NULL,
                          &ignored);
}

static int
answer(json_t **reply, const char *result, const struct store_credentials *who, int wait)
{
    *reply = json_pack("{ss ss ss si}", "result", result, "org_id", who ? who->org_id : "", "account_id",
                       who ? who->account_id : "", "retry_after", wait > 86400 ? 86400 : wait);
    return 0;
}

static int
find_account(struct attempt *t, const char *typed, struct err *e)
{
    struct addr address;
    if (addr_parse(t->a, typed, &address, NULL)) {
        t->address = jsonx_utf8(t->a, typed, strlen(typed));
        return 0;
    }
    t->address = address.key;
    if (store_account_credentials(t->db, t->a, t->address, &t->who, e) == 0)
        t->known = true;
    else if (e->cls != ERR_NOTFOUND)
        return -1;
    return 0;
}

int
hnd_auth_verify(struct arena *a, const struct rpc_caller *c, json_t *params, json_t **reply, struct err *e)
{
    const struct hnd_ctx *x = c->ctx;
    const char *password = jsonx_str(params, "password");
    struct attempt t = {.db = x->db, .a = a, .surface = jsonx_str(params, "surface"), .client_ip = jsonx_str(params, "client_ip")};
    bool old, admin = strcmp(t.surface, "admin") == 0;
    int wait;
    if (!admin && strcmp(t.surface, "portal") != 0)
        return err_set(e, ERR_INPUT, "surface", "surface is admin or portal");
    if (find_account(&t, jsonx_str(params, "address"), e) || rate(&t, &wait, e))
        return -1;
    if (wait) {
        audit(&t, "session.limited");
        return answer(reply, "limited", NULL, wait);
    }
    int right = password_verify(a, password, t.known ? t.who.password : NULL, &old, e);
    if (right < 0)
        return -1;
    bool may = t.known && (!admin || strcmp(t.who.role, "user") != 0);
    if (right != 1 || !may) {
        audit(&t, "session.refused");
        return answer(reply, "wrong", NULL, 0);
    }
    if (strcmp(t.who.state, "active") != 0) {
        audit(&t, "session.refused");
        return answer(reply, "suspended", NULL, 0);
    }
    char *mcf;
    struct err ignored;
    if (old && password_hash(a, password, &mcf, &ignored) == 0) /* a better hash can wait for the next time */
        (void)store_account_rehash(x->db, a, t.who.org_id, t.who.account_id, mcf, &ignored);
    audit(&t, "session.signed_in");
    return answer(reply, "ok", &t.who, 0);
}
