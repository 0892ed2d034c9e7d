#include "hnd_self.h"

#include "../../common/arena.h"
#include "../../common/err.h"
#include "../../common/evlog.h"
#include "../../common/jsonx.h"
#include "../../common/settings.h"
#include "../../common/token.h"
#include "../../store/store_audit.h"
#include "../../store/store_body.h"
#include "../login_rate.h"
#include "../password.h"
#include "../second/totp.h"
#include "hnd_ctx.h"

#include <string.h>

int
hnd_self(struct arena *a, const struct rpc_caller *c, json_t *params, struct hnd_self *out,
         struct err *e)
{
    const struct hnd_ctx *x = c->ctx;
    size_t n = 0;
    struct store_session s = {.hash = token_unbase64url(a, jsonx_str(params, "session"), &n),
                              .surface = c->class == 'P' ? "portal" : "admin",
                              .idle = settings_int(SET_session_idle),
                              .absolute = settings_int(SET_session_absolute)};
    *out = (struct hnd_self){.x = x, .a = a, .session = s.hash};
    if (!s.hash || n != 32)
        return err_set(e, ERR_DENIED, "session", "there is no such session");
    if (store_second_session(x->db, a, &s, &out->who, e))
        return -1;
    out->by = (struct store_actor){out->who.account_id, out->who.address, s.surface,
                                   jsonx_str(params, "client_ip")};
    return 0;
}

/* A refusal stays one when it cannot be written. */
static void
audit_refusal(const struct hnd_self *s)
{
    struct err e;
    if (store_audit_add(s->x->db, NULL, s->a, s->who.org_id, &s->by, "session.refused",
                        s->who.address, "{\"reason\":\"present-password\"}", &e))
        evlog(EVLOG_ERROR, "auth.not-audited", "address", s->who.address, "reason", e.text, NULL);
}

int
hnd_self_password(const struct hnd_self *s, const char *password, int *wait, struct err *e)
{
    bool old;
    *wait = 0;
    if (!*s->who.password)
        return s->who.fresh;
    if (login_rate_client(s->x->db, s->a, s->by.client_ip, wait, e) ||
        (!*wait && login_rate_account(s->x->db, s->a, "account", s->who.address, wait, e)))
        return -1;
    if (*wait)
        return 0;
    int right = password_verify(s->a, password, s->who.password, &old, e);
    if (right == 0)
        audit_refusal(s);
    return right;
}

json_t *
hnd_result(const char *result, int wait)
{
    return json_pack("{ss si}", "result", result, "retry_after", wait > 86400 ? 86400 : wait);
}

json_t *
hnd_self_codes(const struct hnd_self *s, const char *hashes[TOTP_CODES])
{
    json_t *list = json_array();
    for (int i = 0; i < TOTP_CODES; i++) {
        unsigned char hash[32];
        const char *code = totp_recovery_new(s->a);
        totp_recovery_hash(s->x->master_key, s->who.account_id, totp_typed(s->a, code), hash);
        hashes[i] = token_hex(s->a, hash, sizeof hash);
        json_array_append_new(list, json_string(code));
    }
    return list;
}

const char *
hnd_surface(const struct rpc_caller *c, json_t *params, struct err *e)
{
    const char *surface = jsonx_str(params, "surface");
    if (strcmp(surface, "admin") && strcmp(surface, "portal"))
        (void)err_set(e, ERR_INPUT, "surface", "surface is admin or portal");
    else if (c->class == 'P' && strcmp(surface, "portal"))
        (void)err_set(e, ERR_DENIED, "surface", "the portal may not ask for administrators");
    else
        return surface;
    return NULL;
}
