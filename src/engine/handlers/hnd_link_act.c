/* A button on the page of a link was pressed. */
#include "../../common/arena.h"
#include "../../common/err.h"
#include "../../common/evlog.h"
#include "../../common/jsonx.h"
#include "../../common/sender_pattern.h"
#include "../../rpc/rpc_server.h"
#include "../../store/store_link.h"
#include "../link/link_check.h"
#include "hnd_ctx.h"

#include <string.h>

/* The sender as lists have it, NULL when he has no address. */
static const char *
pattern(struct arena *a, const json_t *facts)
{
    const char *from = jsonx_str(facts, "header_from"), *out;

    if (!from || !*from)
        from = jsonx_str(facts, "envelope_sender");
    return from && *from && !strchr(from, '*') && sender_pattern_parse(a, from, &out) == SENDER_FINE
               ? out
               : NULL;
}

static int
act(const struct hnd_ctx *x, struct arena *a, const struct link_check *link, const char *action,
    const char **result, struct err *e)
{
    struct store_link_act what = {.org = link->token.org,
                                  .recipient = link->token.recipient,
                                  .hash = link->hash,
                                  .expires = link->token.expires,
                                  .action = action,
                                  .client_ip = link->ip};
    json_t *facts;

    if (strcmp(action, "undo") == 0)
        return store_link_undo(x->db, a, &what, result, e);
    if (!(link->token.actions & link_action_of(action))) {
        *result = "denied";
        link_refused(x, a, link, "action");
        return 0;
    }
    if (link_facts(x, a, link, &facts, e))
        return -1;
    what.pattern = pattern(a, facts);
    if (store_link_act(x->db, a, &what, result, e))
        return -1;
    if (strcmp(*result, "denied") == 0)
        link_refused(x, a, link, "kind");
    return 0;
}

int
hnd_link_act(struct arena *a, const struct rpc_caller *c, json_t *params, json_t **reply,
             struct err *e)
{
    const struct hnd_ctx *x = c->ctx;
    struct link_check link = {.text = jsonx_str(params, "token"),
                              .form = jsonx_str(params, "form"),
                              .ip = jsonx_str(params, "client_ip")};
    const char *action = jsonx_str(params, "action"), *result;
    json_t *facts = json_null();

    if (link_check(x, a, &link, LINK_MESSAGE, &result, e))
        return -1;
    if (strcmp(result, "ok") == 0) {
        if (act(x, a, &link, action, &result, e))
            return -1;
        evlog(EVLOG_INFO, "maillink.act", "action", action, "result", result, "recipient_id",
              link.token.recipient, "digest_id", link.token.digest, NULL);
    }
    if (strcmp(result, "bad") != 0 && strcmp(result, "revoked") != 0 &&
        link_facts(x, a, &link, &facts, e))
        return -1;
    *reply = json_pack("{ss sO}", "result", result, "facts", facts);
    return 0;
}
