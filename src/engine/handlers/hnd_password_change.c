/* One's own new password, after the present one. The portal has no right to write it. */
#include "../../common/err.h"
#include "../../common/jsonx.h"
#include "../../common/password_rule.h"
#include "../password.h"
#include "hnd_ctx.h"
#include "hnd_self.h"

int
hnd_password_change(struct arena *a, const struct rpc_caller *c, json_t *params, json_t **reply,
                    struct err *e)
{
    struct hnd_self s;
    const char *password = jsonx_str(params, "password");
    char *mcf;
    int wait, right;
    if (hnd_self(a, c, params, &s, e))
        return -1;
    /* The page asks the same, with words for people: this is for a page that does not. */
    const char *const context[] = {s.who.address, s.who.name, s.who.org_name, NULL};
    if (password_rule(password, context))
        return err_set(e, ERR_INPUT, "password", "this password is refused");
    if ((right = hnd_self_password(&s, jsonx_str(params, "current"), &wait, e)) < 0)
        return -1;
    if (right && (password_hash(a, password, &mcf, e) ||
                  store_second_password(s.x->db, a, &s.who, &s.by, mcf, s.session, e)))
        return -1;
    *reply = hnd_result(right ? "ok" : wait ? "limited" : "wrong", wait);
    return 0;
}
