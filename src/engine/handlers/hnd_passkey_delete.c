/* A passkey of the account behind a session goes, after the present password: an open browser alone is not enough. */
#include "../../common/err.h"
#include "../../common/jsonx.h"
#include "../../common/token.h"
#include "../../store/store_passkey.h"
#include "hnd_ctx.h"
#include "hnd_self.h"

int
hnd_passkey_delete(struct arena *a, const struct rpc_caller *c, json_t *params, json_t **reply,
                   struct err *e)
{
    struct hnd_self s;
    const char *id = jsonx_str(params, "passkey");
    int wait, right;
    if (hnd_self(a, c, params, &s, e))
        return -1;
    if (!token_is_uuid(id))
        return err_set(e, ERR_INPUT, "passkey", "passkey is the id of one");
    if ((right = hnd_self_password(&s, jsonx_str(params, "password"), &wait, e)) < 0)
        return -1;
    if (right && store_passkey_delete(s.x->db, a, &s.who, &s.by, id, s.session, e))
        return -1;
    *reply = hnd_result(right ? "ok" : wait ? "limited" : "wrong", wait);
    return 0;
}
