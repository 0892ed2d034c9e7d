/* "Read it safely first" on the page of a link: the preview, for the original recipient's link only. */
#include "../../common/arena.h"
#include "../../common/err.h"
#include "../../common/jsonx.h"
#include "../../common/token.h"
#include "../../rpc/rpc_server.h"
#include "../../store/store_link.h"
#include "../../store/store_rate.h"
#include "../link/link_check.h"
#include "hnd_ctx.h"
#include "hnd_preview.h"

#include <string.h>

/* Each read is work of the preview worker and a line in the message's history, and whoever has the link may ask for it: at most
 * 20 times in any hour, ten of them at once. */
#define READS_BURST 10
#define READS_REFILL 10

static int
too_often(const struct hnd_ctx *x, struct arena *a, const struct link_check *link, bool *yes,
          struct err *e)
{
    const char *key = arena_printf(a, "link-read:%s", token_hex(a, link->hash, sizeof link->hash));
    int wait;

    if (store_rate_take(x->db, a, key, READS_REFILL, READS_BURST, &wait, e))
        return -1;
    *yes = wait > 0;
    return 0;
}

static bool
may_read(const json_t *facts)
{
    size_t i;
    json_t *one;

    json_array_foreach(json_object_get(facts, "actions"), i,
                       one) if (strcmp(json_string_value(one), "read") ==
                                0) return !jsonx_bool(facts, "sign_in", true);
    return false;
}

int
hnd_link_read(struct arena *a, const struct rpc_caller *c, json_t *params, json_t **reply,
              struct err *e)
{
    const struct hnd_ctx *x = c->ctx;
    struct link_check link = {.text = jsonx_str(params, "token"),
                              .form = jsonx_str(params, "form"),
                              .ip = jsonx_str(params, "client_ip")};
    json_t *facts = json_null(), *preview = json_null();
    const char *result;
    bool often = false;

    if (link_check(x, a, &link, LINK_MESSAGE, &result, e))
        return -1;
    if (strcmp(result, "ok") == 0) {
        if (link_facts(x, a, &link, &facts, e))
            return -1;
        if (!may_read(facts)) {
            result = json_is_null(facts) ? "gone" : "denied";
            link_refused(x, a, &link, "read");
        } else if (too_often(x, a, &link, &often, e)) {
            return -1;
        } else if (often) {
            result = "limited";
        } else if (hnd_preview(x, a, link.token.org, link.token.message, &preview, e)) {
            if (e->cls != ERR_NOTFOUND)
                return -1;
            result = "gone";
        } else if (store_link_viewed(x->db, a, link.token.org, link.token.recipient, link.ip, e)) {
            return -1;
        }
    } else if (strcmp(result, "form") == 0 || strcmp(result, "expired") == 0) {
        if (link_facts(x, a, &link, &facts, e))
            return -1;
    }
    *reply = json_pack("{ss sO sO}", "result", result, "facts", facts, "preview", preview);
    return 0;
}
