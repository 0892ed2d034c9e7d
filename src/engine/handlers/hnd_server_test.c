/*
 * "Test connection" of an inbound server. It is named by its id: whoever takes the console over cannot
 * make us connect to anything that is not set up as a server.
 */
#include "../../common/arena.h"
#include "../../common/err.h"
#include "../../common/jsonx.h"
#include "../../common/settings.h"
#include "../../common/token.h"
#include "../../common/when.h"
#include "../../rpc/rpc_server.h"
#include "../../store/store_domain.h"
#include "../deliver/smtp_probe.h"
#include "../role.h"
#include "hnd_ctx.h"

#include <stdatomic.h>

#define PROBE_MS 8000 /* below the deadline of rpc.def */
#define PROBES_MAX 4  /* at once: they wait for others, and places are needed for sign-ins */

static atomic_int probes;

int
hnd_server_test(struct arena *a, const struct rpc_caller *c, json_t *params, json_t **reply,
                struct err *e)
{
    const struct hnd_ctx *x = c->ctx;
    const char *org = jsonx_str(params, "org_id"), *id = jsonx_str(params, "server_id");
    struct store_server s;
    struct smtp_probe p;
    char helo[256];

    if (!token_is_uuid(org) || !token_is_uuid(id))
        return err_set(e, ERR_INPUT, "id", "not an id");
    if (store_domain_server_get(x->db, a, org, id, &s, e) < 0)
        return -1;
    if (atomic_fetch_add(&probes, 1) >= PROBES_MAX) {
        atomic_fetch_sub(&probes, 1);
        return err_set(e, ERR_ENV, "probe-busy", "other servers are being tested, try again");
    }
    role_node(helo, sizeof helo);
    smtp_probe(a, s.host, s.port, helo, settings_text(SET_resolver), settings_int(SET_dnssec),
               when_mono() + PROBE_MS, &p);
    atomic_fetch_sub(&probes, 1);
    *reply =
        json_pack("{ss ss sb si}", "result", p.result, "reply", p.reply, "tls", p.tls, "ms", p.ms);
    return 0;
}
