#include "../../common/arena.h"
#include "../../common/err.h"
#include "../../common/token.h"
#include "../../rpc/rpc_server.h"
#include "hnd_ctx.h"

#include <string.h>

int
hnd_org_key(struct arena *a, const struct rpc_caller *c, json_t *params, json_t **reply,
            struct err *e)
{
    const struct hnd_ctx *x = c->ctx;
    unsigned char key[32], sealed[32 + SEAL_OVERHEAD];
    (void)params, (void)e;
    token_random(key, sizeof key);
    token_seal(x->master_key, "org-key", key, sizeof key, sealed);
    explicit_bzero(key, sizeof key);
    *reply = json_pack("{ss}", "sealed", token_base64url(a, sealed, sizeof sealed));
    return 0;
}
