/*
 * Sign-in by passkey. It proves both, the device and who holds it (UV), so its ticket is whole; and it
 * has no rate of the account, so that guesses at somebody's password do not keep him out (T-W10).
 */
#include "../../common/arena.h"
#include "../../common/err.h"
#include "../../common/evlog.h"
#include "../../common/jsonx.h"
#include "../../store/store_audit.h"
#include "../../store/store_passkey.h"
#include "../login_rate.h"
#include "hnd_ctx.h"
#include "hnd_passkey.h"
#include "hnd_self.h"

#include <string.h>

struct
try {
    const struct hnd_ctx *x;
    struct arena *a;
    const char *surface, *client_ip;
    struct store_passkey p;
    bool known;
};

static void
audit_refusal(const struct try *t, const char *why)
{
    struct err e;
    struct store_actor by = {t->p.account_id, t->p.address, t->surface, t->client_ip};
    const char *detail = arena_printf(t->a, "{\"reason\":\"%s\"}", why);
    if (!t->known)
        evlog(EVLOG_WARN, "passkey.refused", "client_ip", t->client_ip, "why", why, NULL);
    else if (store_audit_add(t->x->db, NULL, t->a, t->p.org_id, &by, "session.refused",
                             t->p.address, detail, &e))
        evlog(EVLOG_ERROR, "auth.not-audited", "address", t->p.address, "why", why, "reason",
              e.text, NULL);
}

/* The account that the authenticator names, if it names one, must be that of the key. */
static bool
same_user(const struct try *t, json_t *params)
{
    struct passkey_bytes user = hnd_bytes(t->a, params, "user");
    return !user.n ||
           (user.n == strlen(t->p.account_id) && token_equal(user.p, t->p.account_id, user.n));
}

/* 0; 1: refused, *why says what for; -1. */
static int
check(struct try *t, json_t *params, const char **why, struct err *e)
{
    struct passkey_bytes client = hnd_bytes(t->a, params, "client_data"),
                         auth = hnd_bytes(t->a, params, "auth_data"),
                         id = hnd_bytes(t->a, params, "credential"),
                         bound = hnd_bytes(t->a, params, "session");
    unsigned char challenge[32];
    const char *origin, *rp;
    int64_t count;
    *why = "passkey";
    if (passkey_site(t->a, t->surface, &origin, &rp) || bound.n != 32 || !id.n ||
        passkey_client(t->a, client, "webauthn.get", origin, challenge, e))
        return 1;
    if (store_passkey_challenge_use(t->x->db, t->a, "sign-in", bound.p, challenge, e))
        return e->cls == ERR_DENIED ? 1 : -1;
    if (store_passkey_find(t->x->db, t->a, rp, id.p, id.n, &t->p, e))
        return e->cls == ERR_NOTFOUND ? 1 : -1;
    t->known = true;
    struct passkey_bytes key = {t->p.key, t->p.key_n};
    if (!same_user(t, params) || passkey_assert(rp, t->p.algorithm, key, client, auth,
                                                hnd_bytes(t->a, params, "signature"), &count, e))
        return 1;
    if (!strcmp(t->surface, "admin") && !strcmp(t->p.role, "user"))
        return 1;
    int counted = store_passkey_used(t->x->db, t->a, &t->p, count, e);
    if (counted == 0)
        *why = "passkey-counter";
    return counted < 0 ? -1 : !counted;
}

int
hnd_passkey_verify(struct arena *a, const struct rpc_caller *c, json_t *params, json_t **reply,
                   struct err *e)
{
    struct try t = {.x = c->ctx, .a = a, .client_ip = jsonx_str(params, "client_ip")};
    const char *result = "ok", *ticket = "", *why;
    int wait = 0, rc = 0;
    if (!(t.surface = hnd_surface(c, params, e)) ||
        login_rate_client(t.x->db, a, t.client_ip, &wait, e) ||
        (!wait && (rc = check(&t, params, &why, e)) < 0))
        return -1;
    if (rc || wait) {
        if (!wait || login_rate_note(t.x->db, a, t.client_ip))
            audit_refusal(&t, wait ? "limited" : why);
        result = wait ? "limited" : "wrong";
    } else if (strcmp(t.p.state, "active")) {
        audit_refusal(&t, "suspended");
        result = "suspended";
    } else if (store_second_ticket_add(t.x->db, a, t.p.org_id, t.p.account_id, t.surface, 2, NULL,
                                       t.p.passkey_id, &ticket, e)) {
        return -1;
    }
    *reply = hnd_result(result, wait);
    json_object_set_new(*reply, "ticket", json_string(ticket));
    return 0;
}
