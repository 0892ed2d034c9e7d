/* The end of digests by the link in one: asked for on a page, or by a mail program without one (RFC 8058). */
#include "../../common/arena.h"
#include "../../common/err.h"
#include "../../common/jsonx.h"
#include "../../rpc/rpc_server.h"
#include "../../store/store_digest.h"
#include "../link/link_check.h"
#include "hnd_ctx.h"

#include <string.h>

int
hnd_link_unsubscribe(struct arena *a, const struct rpc_caller *c, json_t *params, json_t **reply,
                     struct err *e)
{
    const struct hnd_ctx *x = c->ctx;
    const char *ip = jsonx_str(params, "client_ip"), *result, *address = NULL, *lang = "";
    bool act = jsonx_bool(params, "act", false), done = false;
    struct link_check link = {.text = jsonx_str(params, "token"), .ip = act ? ip : NULL};

    if (link_check(x, a, &link, LINK_UNSUBSCRIBE, &result, e))
        return -1;
    if (strcmp(result, "ok") == 0) {
        if (store_digest_off(x->db, a, link.token.org, link.token.digest, ip, act, &address, &lang,
                             &done, e))
            return -1;
        result = !address ? "denied" : act || done ? "done" : "ok";
    }
    *reply =
        json_pack("{ss ss ss}", "result", result, "address", address ? address : "", "lang", lang);
    return 0;
}
