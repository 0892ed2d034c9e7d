/*
 * The second step at sign-in: a half ticket and a code become a whole ticket. A code is taken once
 * a recovery code, too; codes are tried as seldom as passwords (T-W10).
 */
#include "../../common/arena.h"
#include "../../common/err.h"
#include "../../common/evlog.h"
#include "../../common/jsonx.h"
#include "../../common/when.h"
#include "../../store/store_audit.h"
#include "../login_rate.h"
#include "../second/totp.h"
#include "hnd_ctx.h"
#include "hnd_self.h"

#include <string.h>

struct
try {
    const struct hnd_ctx *x;
    struct arena *a;
    struct store_half who;
    struct store_actor by;
};

static void
audit_refusal(const struct try *t, const char *why)
{
    struct err e;
    const char *detail = arena_printf(t->a, "{\"reason\":\"%s\"}", why);
    if (store_audit_add(t->x->db, NULL, t->a, t->who.org_id, &t->by, "session.refused",
                        t->who.address, detail, &e))
        evlog(EVLOG_ERROR, "auth.not-audited", "address", t->who.address, "why", why, "reason",
              e.text, NULL);
}

/* 1 right, 0 wrong, -1. Codes of six digits are the app's, all others recovery codes. */
static int
check(const struct try *t, const char *code, struct err *e)
{
    const unsigned char *sealed;
    unsigned char hash[32];
    size_t n;
    bool on;
    if (strlen(code) != 6) {
        totp_recovery_hash(t->x->master_key, t->who.account_id, code, hash);
        return store_second_code_use(t->x->db, t->a, t->who.org_id, &t->by, hash, e);
    }
    if (store_second_secret(t->x->db, t->a, t->who.org_id, t->who.account_id, &sealed, &n, &on, e))
        return e->cls == ERR_NOTFOUND ? 0 : -1; /* its second step is a passkey */
    int64_t period =
        on ? totp_check(t->x->master_key, t->who.account_id, sealed, n, code, when_now() / 1000)
           : -1;
    if (period < 0)
        return 0;
    return store_second_used(t->x->db, t->a, t->who.org_id, t->who.account_id, period, e);
}

static int
rate(const struct try *t, int *wait, struct err *e)
{
    if (login_rate_client(t->x->db, t->a, t->by.client_ip, wait, e))
        return -1;
    return *wait ? 0 : login_rate_account(t->x->db, t->a, "second", t->who.account_id, wait, e);
}

static int
answer(json_t **reply, const char *result, int wait, const char *ticket, const char *device)
{
    *reply = hnd_result(result, wait);
    json_object_set_new(*reply, "ticket", json_string(ticket));
    json_object_set_new(*reply, "device", json_string(device));
    return 0;
}

/* The half ticket's account, with one try counted. 0, 1: it is none; -1. */
static int
find(struct try *t, json_t *params, const char *surface, struct err *e)
{
    if (store_second_ticket(t->x->db, t->a, jsonx_str(params, "ticket"), surface, &t->who, e))
        return e->cls == ERR_NOTFOUND ? 1 : -1;
    t->by = (struct store_actor){t->who.account_id, t->who.address, surface,
                                 jsonx_str(params, "client_ip")};
    return 0;
}

int
hnd_second_verify(struct arena *a, const struct rpc_caller *c, json_t *params, json_t **reply,
                  struct err *e)
{
    struct try t = {.x = c->ctx, .a = a};
    const char *surface = hnd_surface(c, params, e), *ticket, *device = "";
    int wait, right;
    if (!surface)
        return -1;
    int none = find(&t, params, surface, e);
    if (none)
        return none < 0 ? -1 : answer(reply, "gone", 0, "", "");
    if (rate(&t, &wait, e))
        return -1;
    if (wait) {
        if (login_rate_note(t.x->db, a, t.by.client_ip))
            audit_refusal(&t, "limited");
        return answer(reply, "limited", wait, "", "");
    }
    if ((right = check(&t, totp_typed(a, jsonx_str(params, "code")), e)) < 0)
        return -1;
    if (!right) {
        audit_refusal(&t, "second");
        return answer(reply, "wrong", 0, "", "");
    }
    if (store_second_upgrade(t.x->db, a, jsonx_str(params, "ticket"), surface, &ticket, e)) {
        if (e->cls != ERR_NOTFOUND)
            return -1;
        return answer(reply, "gone", 0, "", "");
    }
    if (json_is_true(json_object_get(params, "trust")) &&
        store_second_trust(t.x->db, a, t.who.org_id, t.who.account_id, &device, e))
        return -1;
    return answer(reply, "ok", 0, ticket, device);
}
