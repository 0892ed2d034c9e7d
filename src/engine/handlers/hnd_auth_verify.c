/*
 * Sign-in. What a caller can observe is the same for unknown addresses, accounts without password
 * and wrong passwords: same answer, same work (T-W9). Rates per account and per client address
 * (T-W10); no permanent lock. Anything that is not a clear yes is a no (T-I11).
 */
#include "../../common/addr.h"
#include "../../common/arena.h"
#include "../../common/err.h"
#include "../../common/evlog.h"
#include "../../common/jsonx.h"
#include "../../common/settings.h"
#include "../../rpc/rpc_server.h"
#include "../../store/store_account.h"
#include "../../store/store_audit.h"
#include "../../store/store_rate.h"
#include "../password.h"
#include "hnd_ctx.h"

#include <arpa/inet.h>
#include <string.h>

#define SUBNET 8 /* bytes of a /64 */
#define SITE 6   /* ... of a /48 */
#define SITE_SHARE 4

struct attempt {
    struct db *db;
    struct arena *a;
    const char *address, *surface, *client_ip;
    struct store_credentials who;
    bool known;
};

/* A bucket that lets at most per_hour through in any hour, half of them at once. */
static int
take(struct attempt *t, const char *kind, const char *who, int64_t per_hour, int *wait,
     struct err *e)
{
    double burst = per_hour < 2 ? 1 : (double)(per_hour / 2), refill = (double)per_hour - burst;
    const char *key = arena_printf(t->a, "login:%s:%s", kind, who);
    return store_rate_take(t->db, t->a, key, refill < 1 ? 1 : refill, burst, wait, e);
}

/* The address, of IPv6 its network of so many bytes; NULL: an IPv4 address has no site. */
static const char *
network(struct arena *a, const char *ip, size_t bytes)
{
    unsigned char raw[16] = {0};
    char text[INET6_ADDRSTRLEN];
    bool site = bytes == SITE;
    if (inet_pton(AF_INET6, ip, raw) != 1)
        return site ? NULL : ip;
    if (IN6_IS_ADDR_V4MAPPED((struct in6_addr *)raw))
        return site ? NULL : strrchr(ip, ':') + 1;
    memset(raw + bytes, 0, sizeof raw - bytes);
    return arena_printf(a, "%s/%zu", inet_ntop(AF_INET6, raw, text, sizeof text), bytes * 8);
}

/* Who has one IPv6 address usually has a whole /64 of them: one bucket for it. Who has many of those
 * has them from one /48, which has a larger one. */
static int
rate(struct attempt *t, int *wait, struct err *e)
{
    int64_t per_address = settings_int(SET_login_per_address);
    const char *site = network(t->a, t->client_ip, SITE);
    if (take(t, "client", network(t->a, t->client_ip, SUBNET), per_address, wait, e) ||
        (!*wait && site && take(t, "site", site, SITE_SHARE * per_address, wait, e)))
        return -1;
    return *wait ? 0 : take(t, "account", t->address, settings_int(SET_login_per_account), wait, e);
}

/* A refusal is written down here; a success by who makes the session, in the same transaction. A
 * refusal stays one when it cannot be written. */
static void
audit_refusal(struct attempt *t, const char *why)
{
    struct err e;
    struct store_actor by = {t->known ? t->who.account_id : NULL, t->address, t->surface,
                             t->client_ip};
    const char *detail = arena_printf(t->a, "{\"reason\":\"%s\"}", why);
    if (store_audit_add(t->db, NULL, t->a, t->known ? t->who.org_id : STORE_NO_ORG, &by,
                        "session.refused", t->address, detail, &e))
        evlog(EVLOG_ERROR, "auth.not-audited", "address", t->address, "client_ip", t->client_ip,
              "why", why, "reason", e.text, NULL);
}

static int
answer(json_t **reply, const char *result, const struct store_credentials *who, const char *ticket,
       int wait)
{
    *reply = json_pack("{ss ss ss si ss}", "result", result, "org_id", who ? who->org_id : "",
                       "account_id", who ? who->account_id : "", "retry_after",
                       wait > 86400 ? 86400 : wait, "ticket", ticket);
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
hnd_auth_verify(struct arena *a, const struct rpc_caller *c, json_t *params, json_t **reply,
                struct err *e)
{
    const struct hnd_ctx *x = c->ctx;
    const char *password = jsonx_str(params, "password");
    struct attempt t = {.db = x->db,
                        .a = a,
                        .surface = jsonx_str(params, "surface"),
                        .client_ip = jsonx_str(params, "client_ip")};
    bool old, admin = strcmp(t.surface, "admin") == 0;
    int wait;
    if (!admin && strcmp(t.surface, "portal") != 0)
        return err_set(e, ERR_INPUT, "surface", "surface is admin or portal");
    if (admin && c->class == 'P')
        return err_set(e, ERR_DENIED, "surface", "the portal may not ask for administrators");
    if (find_account(&t, jsonx_str(params, "address"), e) || rate(&t, &wait, e))
        return -1;
    if (wait) {
        audit_refusal(&t, "limited");
        return answer(reply, "limited", NULL, "", wait);
    }
    int right = password_verify(a, password, t.known ? t.who.password : NULL, &old, e);
    if (right < 0)
        return -1;
    if (right != 1 || !t.known || (admin && strcmp(t.who.role, "user") == 0)) {
        audit_refusal(&t, "wrong");
        return answer(reply, "wrong", NULL, "", 0);
    }
    if (strcmp(t.who.state, "active") != 0) {
        audit_refusal(&t, "suspended");
        return answer(reply, "suspended", NULL, "", 0);
    }
    char *mcf;
    const char *ticket;
    struct err ignored;
    /* A better hash can wait for the next time. */
    if (old && password_hash(a, password, &mcf, &ignored) == 0)
        (void)store_account_rehash(x->db, a, t.who.org_id, t.who.account_id, mcf, &ignored);
    if (store_account_ticket(x->db, a, &t.who, t.surface, &ticket, e))
        return -1;
    return answer(reply, "ok", &t.who, ticket, 0);
}
