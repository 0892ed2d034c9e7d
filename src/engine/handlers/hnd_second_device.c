/* A half ticket from a device that is trusted becomes a whole one; may_trust: the organisation allows that at all;
 * app: there are codes, else the second step is a passkey. */
#include "../../common/err.h"
#include "../../common/jsonx.h"
#include "hnd_ctx.h"
#include "hnd_self.h"

#include <string.h>

int
hnd_second_device(struct arena *a, const struct rpc_caller *c, json_t *params, json_t **reply,
                  struct err *e)
{
    const struct hnd_ctx *x = c->ctx;
    const char *surface = hnd_surface(c, params, e), *half = jsonx_str(params, "ticket");
    const char *device = jsonx_str(params, "device"), *ticket = "";
    struct store_half who;
    struct store_half_ways ways;
    int trusted = 0;
    if (!surface || store_second_ticket(x->db, a, half, surface, &who, e) ||
        store_second_ways(x->db, a, &who, &ways, e))
        return -1;
    if (ways.may_trust && *device)
        trusted = store_second_trusted(x->db, a, who.org_id, who.account_id, device, e);
    if (trusted < 0 || (trusted && store_second_upgrade(x->db, a, half, surface, &ticket, e)))
        return -1;
    *reply =
        json_pack("{ss sb sb}", "ticket", ticket, "may_trust", ways.may_trust, "app", ways.app);
    return 0;
}
