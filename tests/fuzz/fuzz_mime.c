/*
 * A whole message: facts, findings, preview, and the way of the facts to the gate. What the worker
 * writes must be accepted by the strict reader, or no mail like it could ever be delivered.
 */
#include <stdlib.h>
#include <string.h>

#include <gmime/gmime.h>

#include "common/arena.h"
#include "common/err.h"
#include "common/jsonx.h"
#include "engine/msg/charset.h"
#include "engine/msg/msg.h"
#include "engine/policy/policy.h"
#include "engine/scan_job.h"

int LLVMFuzzerTestOneInput(const unsigned char *p, size_t n);

static void
start(void)
{
    static int done;
    if (done++)
        return;
    g_mime_init();
    charset_preload();
    g_log_set_always_fatal(G_LOG_LEVEL_CRITICAL);
}

int
LLVMFuzzerTestOneInput(const unsigned char *p, size_t n)
{
    start();
    struct arena *a = arena_new();
    struct err e;
    struct msg *back;
    struct msg *m = msg_scan(a, p, n, NULL);
    json_t *j = msg_to_json(m);
    char *text = json_dumps(j, JSON_COMPACT);
    json_t *reply =
        jsonx_own(a, json_pack("{s:s}", "facts", msg_pack(m))); /* UTF-8, or it is no reply */
    if (!text || strlen(text) > SCAN_JOB_REPLY_MAX || msg_unpack(a, reply, &back, &e) < 0)
        abort();
    if (strcmp(policy_verdict(m), policy_verdict(back)) != 0)
        abort();
    free(text);
    json_decref(j);
    text = json_dumps(msg_preview(a, p, n), JSON_COMPACT);
    if (!text || strlen(text) > SCAN_JOB_REPLY_MAX)
        abort();
    free(text);
    arena_free(&a);
    return 0;
}
