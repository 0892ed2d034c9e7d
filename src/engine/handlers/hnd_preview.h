/* What the two previews of a held message share: who may read it, one at a time, in the sandbox. */
#ifndef SEKISHO_HND_PREVIEW_H
#define SEKISHO_HND_PREVIEW_H

#include <jansson.h>

#include "../../rpc/rpc.h"
#include "../scan_job.h"

struct arena;
struct err;
struct hnd_ctx;
struct rpc_caller;

/* May the reader, whose session is in params, see the message? Those of the local root may. -1: ERR_DENIED. */
int preview_reader(const struct hnd_ctx *x, struct arena *a, const struct rpc_caller *c,
                   json_t *params, struct err *e);

/* kind: which preview the worker makes; method: whose limit of rpc.def holds for it. *reply as in rpc.def. -1: errors of
 * message_preview there. */
int preview_answer(struct arena *a, const struct rpc_caller *c, enum rpc_method method,
                   enum scan_job_kind kind, json_t *params, json_t **reply, struct err *e);

/* The safe preview alone. Whether the reader may see it is the caller's question. -1: ERR_NOTFOUND when there are no bytes any more, and the errors of
 * message_preview in rpc.def. */
int hnd_preview(const struct hnd_ctx *x, struct arena *a, const char *org, const char *id,
                json_t **out, struct err *e);

#endif
