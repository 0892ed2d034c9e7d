/*
 * Safe preview: the bytes are opened here and parsed in the sandboxed worker behind scan_fd.
 */
#include "../../common/arena.h"
#include "../../common/err.h"
#include "../../common/jsonx.h"
#include "../../common/token.h"
#include "../../common/when.h"
#include "../../rpc/rpc_codec.h"
#include "../../rpc/rpc_server.h"
#include "../../store/store_body.h"
#include "../role.h"
#include "../scan_job.h"
#include "hnd_ctx.h"

#include <pthread.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* Twice (waiting for the worker, then its work), and SCAN_JOB_KILL_MS, are below the deadline. */
#define PREVIEW_MS 8000

static pthread_mutex_t worker = PTHREAD_MUTEX_INITIALIZER; /* one job at a time on the socket */

/* What the worker sends is not trusted: an answer over the limit of rpc.def would be our bug. */
static bool
fits(const json_t *preview)
{
    size_t max = 0;
    for (const struct rpc_field *f = rpc_methods[RPC_message_preview].reply; f->name; f++)
        if (f->type == RPC_JSON)
            max = (size_t)f->max;
    return json_dumpb(preview, NULL, 0, JSON_COMPACT) <= max;
}

static int
preview(const struct hnd_ctx *x, struct arena *a, const unsigned char *raw, size_t n, json_t **out,
        struct err *e)
{
    static uint64_t next_id;
    int fd = scan_job_memfd(raw, n, e);
    if (fd < 0)
        return -1;
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += PREVIEW_MS / 1000;
    if (pthread_mutex_clocklock(&worker, CLOCK_MONOTONIC, &until)) {
        close(fd);
        return err_set(e, ERR_ENV, "preview-busy", "other previews are being made, try again");
    }
    if (!next_id) { /* answers to an earlier rpc role's questions have other ids */
        token_random(&next_id, sizeof next_id);
        next_id >>= 8;
    }
    struct scan_job job = {.id = ++next_id, .kind = SCAN_JOB_PREVIEW, .mem_fd = fd};
    enum scan_job_news news = SCAN_JOB_BROKEN;
    if (scan_job_send(x->role->scan_fd, &job, e) == 0)
        news = scan_job_wait(x->role->scan_fd, job.id, when_mono() + PREVIEW_MS, a, out);
    if (news == SCAN_JOB_LATE) {
        role_kill_worker(x->role, x->role->slot);
        scan_job_wait_death(x->role->scan_fd);
    }
    pthread_mutex_unlock(&worker);
    close(fd);
    if (news != SCAN_JOB_DONE || !json_is_object(*out) || !fits(*out))
        return err_set(e, ERR_ENV, "preview-failed", "this message cannot be shown safely");
    return 0;
}

int
hnd_message_preview(struct arena *a, const struct rpc_caller *c, json_t *params, json_t **reply,
                    struct err *e)
{
    const struct hnd_ctx *x = c->ctx;
    const char *org = jsonx_str(params, "org_id"), *id = jsonx_str(params, "message_id");
    unsigned char *raw;
    size_t n;
    json_t *p;
    if (!token_is_uuid(org) || !token_is_uuid(id))
        return err_set(e, ERR_INPUT, "id", "not an id");
    if (store_body_get(x->db, a, org, id, x->master_key, &raw, &n, e)) {
        if (e->cls != ERR_NOTFOUND)
            return -1;
        *reply = json_pack("{sb sn}", "found", 0, "preview");
        return 0;
    }
    if (preview(x, a, raw, n, &p, e))
        return -1;
    *reply = json_pack("{sb sO}", "found", 1, "preview", p);
    return 0;
}
