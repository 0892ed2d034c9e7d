/* The second step is turned off, or gets new recovery codes: after the password. */
#include "../../common/err.h"
#include "../../common/jsonx.h"
#include "../second/totp.h"
#include "hnd_ctx.h"
#include "hnd_self.h"

#include <string.h>

static int
change(const struct hnd_self *s, const char *action, json_t *codes, struct err *e)
{
    const char *hashes[TOTP_CODES];
    if (!strcmp(action, "off"))
        return store_second_off(s->x->db, s->a, &s->who, &s->by, s->session, e);
    if (strcmp(action, "codes"))
        return err_set(e, ERR_INPUT, "action", "action is off or codes");
    json_t *list = hnd_self_codes(s, hashes);
    int rc = store_second_codes(s->x->db, s->a, &s->who, &s->by, hashes, TOTP_CODES, s->session, e);
    if (!rc)
        json_array_extend(codes, list);
    json_decref(list);
    return rc;
}

int
hnd_second_change(struct arena *a, const struct rpc_caller *c, json_t *params, json_t **reply,
                  struct err *e)
{
    struct hnd_self s;
    int wait, right;
    if (hnd_self(a, c, params, &s, e) ||
        (right = hnd_self_password(&s, jsonx_str(params, "password"), &wait, e)) < 0)
        return -1;
    json_t *codes = json_array();
    if (right && change(&s, jsonx_str(params, "action"), codes, e)) {
        json_decref(codes);
        return -1;
    }
    *reply = hnd_result(right ? "ok" : wait ? "limited" : "wrong", wait);
    json_object_set_new(*reply, "codes", codes);
    return 0;
}
