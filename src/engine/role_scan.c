/*
 * The scan worker: message bytes in, facts as JSON out. Everything it will ever need is loaded
 * before it locks itself in; after that it can open neither a file nor a socket.
 */
#include "role.h"
#include "scan_job.h"
#include "msg/charset.h"
#include "msg/msg.h"
#include "../common/arena.h"
#include "../common/confine.h"
#include "../common/err.h"
#include "../common/evlog.h"
#include "../common/settings.h"

#include <gmime/gmime.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

/* Things that load something at first use: done once with a small message. */
static void
warm_up(void)
{
    static const char sample[] =
        "From: =?iso-2022-jp?B?GyRCRnxLXBsoQg==?= <a@example.com>\r\nSubject: =?utf-8?Q?x?=\r\n"
        "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
        "--b\r\nContent-Type: text/html; charset=shift_jis\r\n\r\n<p>\x93\xfa</p>\r\n--b--\r\n";
    struct arena *a = arena_new();
    g_mime_init();
    charset_preload();
    msg_to_json(msg_scan(a, (const unsigned char *)sample, sizeof sample - 1, NULL));
    msg_preview(a, (const unsigned char *)sample, sizeof sample - 1);
    arena_free(&a);
}

/* A job that does not end kills the worker (SIGALRM's default); the supervisor starts another. */
static void
alarm_after(int64_t seconds)
{
    struct itimerval t = {.it_value = {.tv_sec = seconds}};
    setitimer(ITIMER_REAL, &t, NULL);
}

/* Profile "test" only: a message can ask for the faults that a parser might have. */
static void
test_fault(const struct scan_job *job, int slot)
{
    static const char abort_me[] = "X-Sekisho-Test-Crash: abort",
                      once[] = "X-Sekisho-Test-Crash: slot0", hang[] = "X-Sekisho-Test-Crash: hang";
    size_t n = job->raw_len > 4096 ? 4096 : job->raw_len;
    if (memmem(job->raw, n, abort_me, sizeof abort_me - 1) ||
        (slot == 0 && memmem(job->raw, n, once, sizeof once - 1)))
        abort();
    while (memmem(job->raw, n, hang, sizeof hang - 1))
        ;
}

static void
work(const struct role_ctx *c, const struct scan_job *job, struct arena *a, bool test)
{
    json_t *reply;
    alarm_after(settings_int(SET_scan_seconds) + 5);
    if (test)
        test_fault(job, c->slot);
    if (job->kind == SCAN_JOB_PREVIEW) {
        reply = msg_preview(a, job->raw, job->raw_len);
    } else {
        reply = msg_to_json(msg_scan(a, job->raw, job->raw_len, job->env));
    }
    alarm_after(0);
    scan_job_reply(c->scan_fd, job->id, reply);
    if (job->kind == SCAN_JOB_SCAN)
        json_decref(reply);
}

int
role_scan(struct role_ctx *c)
{
    struct err e;
    bool test = strcmp(settings_text(SET_profile), "test") == 0;
    evlog_init("engine.scan");
    warm_up();
    role_die_with_parent();
    signal(SIGALRM, SIG_DFL);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGTERM, SIG_DFL);
    signal(SIGINT, SIG_IGN);
    if (confine(CONFINE_SCAN, c->user, &e) < 0) {
        evlog(EVLOG_ERROR, "scan.start", "reason", e.text, NULL);
        return 1;
    }
    for (;;) {
        struct arena *a = arena_new();
        struct scan_job job = {0};
        int got = scan_job_recv(c->scan_fd, a, &job, &e);
        if (got > 0)
            work(c, &job, a, test);
        arena_free(&a);
        if (got == 0)
            return 0;
    }
}
