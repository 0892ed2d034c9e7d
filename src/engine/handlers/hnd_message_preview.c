/*
 * Safe preview: the bytes are opened here and parsed in the sandboxed worker behind scan_fd.
 *
 * Console and portal show what they are told to, so whoever takes one over could ask for all held
 * mail: the reader's session is checked here, in the database. And one message at a time is in
 * memory, of limited size: what is opened before it is looked at is several times as large.
 */
#include "../../common/arena.h"
#include "../../common/err.h"
#include "../../common/evlog.h"
#include "../../common/jsonx.h"
#include "../../common/settings.h"
#include "../../common/token.h"
#include "../../common/when.h"
#include "../../rpc/rpc_codec.h"
#include "../../rpc/rpc_server.h"
#include "../../store/store_body.h"
#include "../role.h"
#include "../role_kill.h"
#include "../scan_job.h"
#include "hnd_ctx.h"
#include "hnd_preview.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* Twice (waiting for the place, then reading the message and the worker's work), and SCAN_JOB_KILL_MS, are below the deadline.
 * A beginning is read in half of it: a worker that got less time than that would be killed for what the database did. */
#define PREVIEW_MS 8000

/* Those who may wait for the worker. Fewer than the places the server has for the portal: a user
 * who opens many messages at once leaves places for sign-ins. */
#define WAITERS_MAX 8

static pthread_mutex_t worker = PTHREAD_MUTEX_INITIALIZER; /* one message at a time */
static atomic_int waiters;                                 /* with the one that has the worker */

static int
preview_ms(const struct hnd_ctx *x)
{
    return x->preview_ms ? x->preview_ms : PREVIEW_MS;
}

int
preview_reader(const struct hnd_ctx *x, struct arena *a, const struct rpc_caller *c, json_t *params,
               struct err *e)
{
    struct store_session s = {.surface = c->class == 'P' ? "portal" : "admin",
                              .idle = settings_int(SET_session_idle),
                              .absolute = settings_int(SET_session_absolute)};
    const char *id = jsonx_str(params, "message_id");
    size_t n = 0;
    int rc;
    if (c->class == 'L')
        return 0;
    s.hash = token_unbase64url(a, jsonx_str(params, "session"), &n);
    rc = !s.hash || n != 32 ? err_set(e, ERR_DENIED, "session", "there is no such session")
                            : store_body_may_see(x->db, a, jsonx_str(params, "org_id"), id, &s, e);
    if (rc < 0 && e->cls == ERR_DENIED)
        evlog(EVLOG_WARN, "preview.denied", "surface", s.surface, "message_id", id, "why", e->code,
              NULL);
    return rc;
}

/* What is wanted of the worker. */
struct wanted {
    enum rpc_method method;
    enum scan_job_kind kind;
    const char *org, *id;
};

/* What the worker sends is not trusted: an answer over the limit of rpc.def would be our bug. */
static bool
fits(enum rpc_method method, const json_t *preview)
{
    size_t max = 0;
    for (const struct rpc_field *f = rpc_methods[method].reply; f->name; f++)
        if (f->type == RPC_JSON)
            max = (size_t)f->max;
    return json_dumpb(preview, NULL, 0, JSON_COMPACT) <= max;
}

/* Of a message that is too large, its beginning: enough for its text, but not to show it as it was meant. */
static int
read_message(const struct hnd_ctx *x, struct arena *a, const struct wanted *w, int64_t until,
             unsigned char **raw, size_t *n, bool *partial, struct err *e)
{
    int64_t bytes, max = settings_int(SET_preview_size);
    if (store_body_size(x->db, a, w->org, w->id, &bytes, e))
        return -1;
    *partial = bytes > max;
    if (!*partial)
        return store_body_get(x->db, a, w->org, w->id, x->master_key, raw, n, e);
    if (w->kind != SCAN_JOB_PREVIEW)
        return err_set(e, ERR_ENV, "preview-too-large", "larger than preview_size");
    return store_body_begin(x->db, a, w->org, w->id, x->master_key, (size_t)max, until, raw, n,
                            e);
}

/* The original bytes in a memfd; all copies made on the way are gone when it returns. */
static int
open_message(const struct hnd_ctx *x, const struct wanted *w, int64_t until, bool *partial,
             struct err *e)
{
    struct arena *a = arena_new();
    unsigned char *raw;
    size_t n;
    int fd = -1;
    if (read_message(x, a, w, until, &raw, &n, partial, e) == 0)
        fd = scan_job_memfd(raw, n, e);
    arena_free(&a);
    return fd;
}

static int
ask_worker(const struct hnd_ctx *x, struct arena *a, const struct wanted *w, int mem_fd,
           int64_t until, json_t **out, struct err *e)
{
    static uint64_t next_id;
    struct scan_job job = {.kind = w->kind, .mem_fd = mem_fd};
    enum scan_job_news news = SCAN_JOB_BROKEN;
    int64_t seen = 0;
    if (!next_id) { /* answers to an earlier rpc role's questions have other ids */
        token_random(&next_id, sizeof next_id);
        next_id >>= 8;
    }
    job.id = ++next_id;
    if (scan_job_send(x->role->scan_fd, &job, e) == 0)
        news = scan_job_wait(x->role->scan_fd, job.id, until, a, out, &seen);
    if (news == SCAN_JOB_LATE) {
        role_kill_worker(x->role->control_fd, x->role->slot, job.id, seen);
        scan_job_wait_death(x->role->scan_fd);
    }
    if (news != SCAN_JOB_DONE || !json_is_object(*out) || !fits(w->method, *out))
        return err_set(e, ERR_ENV, "preview-failed", "this message cannot be shown safely");
    return 0;
}

static int
preview(const struct hnd_ctx *x, struct arena *a, const struct wanted *w, json_t **out, struct err *e)
{
    int64_t until = when_mono() + preview_ms(x);
    struct timespec turn = {until / 1000, until % 1000 * 1000000L};
    bool partial;
    int fd, rc = -1;
    if (pthread_mutex_clocklock(&worker, CLOCK_MONOTONIC, &turn))
        return err_set(e, ERR_ENV, "preview-busy", "other previews are being made, try again");
    until = when_mono() + preview_ms(x);
    fd = open_message(x, w, until - preview_ms(x) / 2, &partial, e);
    if (fd >= 0) {
        rc = ask_worker(x, a, w, fd, until, out, e);
        close(fd);
        if (rc == 0 && partial) {
            json_object_set_new(*out, "partial", json_true());
            if (!fits(w->method, *out)) /* with it, too */
                rc = err_set(e, ERR_ENV, "preview-failed", "this message cannot be shown safely");
        }
    }
    pthread_mutex_unlock(&worker);
    return rc;
}

/* 0, or -1 at once when enough are waiting. */
static int
preview_in_turn(const struct hnd_ctx *x, struct arena *a, const struct wanted *w, json_t **out,
                struct err *e)
{
    int rc = -1;
    if (atomic_fetch_add(&waiters, 1) >= WAITERS_MAX)
        (void)err_set(e, ERR_ENV, "preview-queue", "many previews are waiting, try again");
    else
        rc = preview(x, a, w, out, e);
    atomic_fetch_sub(&waiters, 1);
    return rc;
}

int
hnd_preview(const struct hnd_ctx *x, struct arena *a, const char *org, const char *id, json_t **out,
            struct err *e)
{
    struct wanted w = {RPC_message_preview, SCAN_JOB_PREVIEW, org, id};
    return preview_in_turn(x, a, &w, out, e);
}

int
preview_answer(struct arena *a, const struct rpc_caller *c, enum rpc_method method,
               enum scan_job_kind kind, json_t *params, json_t **reply, struct err *e)
{
    const struct hnd_ctx *x = c->ctx;
    struct wanted w = {method, kind, jsonx_str(params, "org_id"), jsonx_str(params, "message_id")};
    json_t *p;
    if (!token_is_uuid(w.org) || !token_is_uuid(w.id))
        return err_set(e, ERR_INPUT, "id", "not an id");
    if (preview_reader(x, a, c, params, e))
        return -1;
    if (preview_in_turn(x, a, &w, &p, e)) {
        if (e->cls != ERR_NOTFOUND)
            return -1;
        *reply = json_pack("{sb sn}", "found", 0, "preview");
        return 0;
    }
    *reply = json_pack("{sb sO}", "found", 1, "preview", p);
    return 0;
}

int
hnd_message_preview(struct arena *a, const struct rpc_caller *c, json_t *params, json_t **reply,
                    struct err *e)
{
    return preview_answer(a, c, RPC_message_preview, SCAN_JOB_PREVIEW, params, reply, e);
}
