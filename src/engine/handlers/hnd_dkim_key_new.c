#include "../../common/arena.h"
#include "../../common/err.h"
#include "../../common/jsonx.h"
#include "../../common/token.h"
#include "../../rpc/rpc_server.h"
#include "../domains/dkim_key.h"
#include "hnd_ctx.h"

int
hnd_dkim_key_new(struct arena *a, const struct rpc_caller *c, json_t *params, json_t **reply,
                 struct err *e)
{
    const struct hnd_ctx *x = c->ctx;
    struct dkim_new_key k;

    if (dkim_key_make(a, x->master_key, jsonx_str(params, "domain"), jsonx_str(params, "selector"),
                      jsonx_str(params, "algorithm"), (int)jsonx_int(params, "bits", 0), &k, e) < 0)
        return -1;
    *reply = json_pack("{ss ss si}", "sealed", token_base64url(a, k.sealed, k.n), "record",
                       k.record, "bits", k.bits);
    return 0;
}
