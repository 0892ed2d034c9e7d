/* Setting up the second step, second half: a code shows that the app has the secret. From here on it is asked for. */
#include "../../common/err.h"
#include "../../common/jsonx.h"
#include "../../common/when.h"
#include "../login_rate.h"
#include "../second/totp.h"
#include "hnd_ctx.h"
#include "hnd_self.h"

/* The period of the code, -1 wrong, -2 failed. */
static int64_t
check(const struct hnd_self *s, json_t *params, struct err *e)
{
    const unsigned char *sealed;
    size_t n;
    bool on;
    if (store_second_secret(s->x->db, s->a, s->who.org_id, s->who.account_id, &sealed, &n, &on, e))
        return -2;
    if (on) {
        (void)err_set(e, ERR_CONFLICT, "second-on", "the second step is on already");
        return -2;
    }
    return totp_check(s->x->master_key, s->who.account_id, sealed, n,
                      totp_typed(s->a, jsonx_str(params, "code")), when_now() / 1000);
}

int
hnd_second_confirm(struct arena *a, const struct rpc_caller *c, json_t *params, json_t **reply,
                   struct err *e)
{
    struct hnd_self s;
    const char *hashes[TOTP_CODES];
    json_t *codes = NULL;
    int64_t period = -1;
    int wait;
    if (hnd_self(a, c, params, &s, e) ||
        login_rate_account(s.x->db, a, "second", s.who.account_id, &wait, e) ||
        (!wait && (period = check(&s, params, e)) == -2))
        return -1;
    if (period >= 0) {
        codes = hnd_self_codes(&s, hashes);
        if (store_second_on(s.x->db, a, &s.who, &s.by, period, hashes, TOTP_CODES, s.session, e)) {
            json_decref(codes);
            return -1;
        }
    }
    *reply = hnd_result(codes ? "ok" : wait ? "limited" : "wrong", wait);
    json_object_set_new(*reply, "codes", codes ? codes : json_array());
    return 0;
}
