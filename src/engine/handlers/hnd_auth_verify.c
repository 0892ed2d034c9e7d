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
#include "../../rpc/rpc_server.h"
#include "../../store/store_account.h"
#include "../../store/store_audit.h"
#include "../../store/store_second.h"
#include "../login_rate.h"
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
    if (login_rate_client(t->db, t->a, t->client_ip, wait, e))
        return -1;
    return *wait ? 0 : login_rate_account(t->db, t->a, "account", t->address, wait, e);
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

/* Checking took seconds: the ticket is for who still has that password. 0; 1: he has another one by now; -1. */
static int
ticket_for(struct attempt *t, const char *password, bool old, int *factors, const char **ticket,
           struct err *e)
{
    const char *hash = t->who.password;
    char *mcf;
    struct err ignored;
    /* A better hash can wait for the next time. */
    if (old && password_hash(t->a, password, &mcf, &ignored) == 0 &&
        store_account_rehash(t->db, t->a, t->who.org_id, t->who.account_id, hash, mcf, &ignored) ==
            0)
        hash = mcf;
    if (store_second_factors(t->db, t->a, t->who.org_id, t->who.account_id, factors, e))
        return -1;
    if (store_second_ticket_add(t->db, t->a, t->who.org_id, t->who.account_id, t->surface, 1, hash,
                                NULL, ticket, e))
        return e->cls == ERR_CONFLICT ? 1 : -1;
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
        if (login_rate_note(x->db, a, t.client_ip))
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
    const char *ticket;
    int factors, changed = ticket_for(&t, password, old, &factors, &ticket, e);
    if (changed < 0)
        return -1;
    if (changed) {
        audit_refusal(&t, "wrong");
        return answer(reply, "wrong", NULL, "", 0);
    }
    return factors > 1 ? answer(reply, "second", NULL, ticket, 0)
                       : answer(reply, "ok", &t.who, ticket, 0);
}
