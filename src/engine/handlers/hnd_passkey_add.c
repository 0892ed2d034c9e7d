/* A new passkey for the account behind a session, made for a challenge of that session. */
#include "../../common/arena.h"
#include "../../common/err.h"
#include "../../common/evlog.h"
#include "../../common/jsonx.h"
#include "../../store/store_passkey.h"
#include "../second/passkey.h"
#include "hnd_ctx.h"
#include "hnd_passkey.h"
#include "hnd_self.h"

#include <string.h>

/* 0, or -1: ERR_INPUT and ERR_DENIED are the browser's fault. */
static int
add(const struct hnd_self *s, json_t *params, struct err *e)
{
    struct passkey_bytes client = hnd_bytes(s->a, params, "client_data"),
                         auth = hnd_bytes(s->a, params, "auth_data");
    unsigned char challenge[32];
    const char *origin, *rp, *name = jsonx_str(params, "name");
    struct passkey_new k;
    if (passkey_site(s->a, s->by.surface, &origin, &rp))
        return err_set(e, ERR_INPUT, "passkey", "no passkeys at this address");
    if (passkey_client(s->a, client, "webauthn.create", origin, challenge, e) ||
        store_passkey_challenge_use(s->x->db, s->a, "add", s->session, challenge, e) ||
        passkey_register(s->a, rp, auth, &k, e))
        return -1;
    struct store_passkey p = {.algorithm = k.algorithm,
                              .key = k.key.p,
                              .key_n = k.key.n,
                              .id = k.id.p,
                              .id_n = k.id.n,
                              .sign_count = k.sign_count};
    return store_passkey_add(s->x->db, s->a, &s->who, &s->by, rp, &p, name, s->session, e);
}

int
hnd_passkey_add(struct arena *a, const struct rpc_caller *c, json_t *params, json_t **reply,
                struct err *e)
{
    struct hnd_self s;
    if (hnd_self(a, c, params, &s, e))
        return -1;
    int rc = add(&s, params, e);
    if (rc && e->cls != ERR_INPUT && e->cls != ERR_DENIED)
        return -1;
    if (rc)
        evlog(EVLOG_WARN, "passkey.refused", "account", s.who.account_id, "why", e->text, NULL);
    *reply = hnd_result(rc ? "wrong" : "ok", 0);
    return 0;
}
