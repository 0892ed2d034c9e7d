/* The formatted preview: HTML rebuilt from an allow-list in the sandboxed worker (T-W2). */
#include "../../rpc/rpc_server.h"
#include "hnd_preview.h"

int
hnd_message_formatted(struct arena *a, const struct rpc_caller *c, json_t *params, json_t **reply,
                      struct err *e)
{
    return preview_answer(a, c, RPC_message_formatted, SCAN_JOB_FORMATTED, params, reply, e);
}
