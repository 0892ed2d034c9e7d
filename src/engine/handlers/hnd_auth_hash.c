#include "../../common/arena.h"
#include "../../common/err.h"
#include "../../common/jsonx.h"
#include "../../rpc/rpc_server.h"
#include "../password.h"

int
hnd_auth_hash(struct arena *a, const struct rpc_caller *c, json_t *params, json_t **reply,
              struct err *e)
{
    char *mcf;
    (void)c;
    if (password_hash(a, jsonx_str(params, "password"), &mcf, e))
        return -1;
    *reply = json_pack("{ss}", "mcf", mcf);
    return 0;
}
