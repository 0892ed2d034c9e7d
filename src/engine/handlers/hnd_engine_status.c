#include "../../common/arena.h"
#include "../../common/err.h"
#include "../../common/when.h"
#include "../../rpc/rpc_server.h"
#include "hnd_ctx.h"

int
hnd_engine_status(struct arena *a, const struct rpc_caller *c, json_t *params, json_t **reply,
                  struct err *e)
{
    const struct hnd_ctx *x = c->ctx;
    (void)a, (void)params, (void)e;
    *reply = json_pack("{ss s{sI}}", "version", "0.1.0", "detail", "uptime_ms",
                       (json_int_t)(when_now() - x->started_at));
    return 0;
}
