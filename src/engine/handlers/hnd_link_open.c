/* The page of a link: looked at, nothing changes (T-L1). */
#include "../../common/jsonx.h"
#include "../../rpc/rpc_server.h"
#include "../link/link_check.h"
#include "hnd_ctx.h"

#include <string.h>

int
hnd_link_open(struct arena *a, const struct rpc_caller *c, json_t *params, json_t **reply,
              struct err *e)
{
    const struct hnd_ctx *x = c->ctx;
    struct link_check link = {.text = jsonx_str(params, "token")};
    json_t *facts = json_null();
    const char *result;

    if (link_check(x, a, &link, LINK_MESSAGE, &result, e))
        return -1;
    if (strcmp(result, "bad") != 0 && strcmp(result, "revoked") != 0 &&
        link_facts(x, a, &link, &facts, e))
        return -1;
    *reply = json_pack("{ss sO}", "result", result, "facts", facts);
    return 0;
}
