/* Setting up the second step, first half: a new secret, shown once, not in use before a code of it was seen. */
#include "../../common/err.h"
#include "../../common/jsonx.h"
#include "../second/totp.h"
#include "hnd_ctx.h"
#include "hnd_self.h"

int
hnd_second_begin(struct arena *a, const struct rpc_caller *c, json_t *params, json_t **reply,
                 struct err *e)
{
    struct hnd_self s;
    unsigned char sealed[TOTP_SEALED];
    const char *secret = "", *uri = "";
    int wait, right;
    if (hnd_self(a, c, params, &s, e) ||
        (right = hnd_self_password(&s, jsonx_str(params, "password"), &wait, e)) < 0)
        return -1;
    if (right) {
        totp_new(a, s.x->master_key, s.who.account_id, sealed, &secret);
        uri = totp_uri(a, s.who.org_name, s.who.address, secret);
        if (store_second_begin(s.x->db, a, &s.who, sealed, sizeof sealed, e))
            return -1;
    }
    *reply = hnd_result(right ? "ok" : wait ? "limited" : "wrong", wait);
    json_object_set_new(*reply, "secret", json_string(secret));
    json_object_set_new(*reply, "uri", json_string(uri));
    return 0;
}
