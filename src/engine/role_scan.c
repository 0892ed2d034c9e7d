/*
 * The scan worker: message bytes in, facts out. Everything it will ever need is loaded
 * before it locks itself in; after that it can open neither a file nor a socket.
 */
#include "role.h"
#include "scan_job.h"
#include "authn/auth_check.h"
#include "authn/auth_key.h"
#include "authn/dns_known.h"
#include "authn/dns_shared.h"
#include "content/candidates.h"
#include "content/opened_files.h"
#include "msg/charset.h"
#include "msg/msg.h"
#include "stats/pack.h"
#include "../common/arena.h"
#include "../common/confine.h"
#include "../common/err.h"
#include "../common/evlog.h"
#include "../common/jsonx.h"
#include "../common/settings.h"
#include "../common/suffixes.h"
#include "../common/token.h"
#include "../common/when.h"

#include <errno.h>
#include <gmime/gmime.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

/* OpenSSL fetches what it needs for a kind of key at first use (these are those of RFC 8463 A). */
static void
warm_up_keys(struct arena *a)
{
    static const char *const records[] = {
        "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=",
        "v=DKIM1; k=rsa; "
        "p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDkHlOQoBTzWRiGs5V6NpP3idY6Wk08a5qhdR6wy5"
        "bdOKb2jLQiY/J16JYi0Qvx/byYzCNb3W91y3FutACDfzwQ/BC/e/"
        "8uBsCR+yz1Lxj+PL6lHvqMKrM3rG4hstT5QjvHO9Pzo"
        "xZyVYLzBfO2EeC3Ip3G+2kryOTIKT+l/K4w3QIDAQAB"};
    uint8_t digest[32] = {0}, sig[128] = {0};
    for (size_t i = 0; i < sizeof records / sizeof *records; i++) {
        struct auth_key k;
        auth_key_parse(a, records[i], strlen(records[i]), &k);
        BUG_IF(k.status != AUTH_KEY_OK);
        (void)auth_key_verify(&k, digest, sig, i == 0 ? 64 : sizeof sig);
    }
    (void)suffixes();
}

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
    msg_formatted(a, (const unsigned char *)sample, sizeof sample - 1);
    warm_up_keys(a);
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
                      midway[] = "X-Sekisho-Test-Crash: midway",
                      once[] = "X-Sekisho-Test-Crash: slot0", hang[] = "X-Sekisho-Test-Crash: hang";
    size_t n = job->raw_len > 4096 ? 4096 : job->raw_len;
    if (memmem(job->raw, n, abort_me, sizeof abort_me - 1) ||
        (slot == 0 && memmem(job->raw, n, once, sizeof once - 1)))
        abort();
    if (memmem(job->raw, n, midway, sizeof midway - 1)) { /* wherever 20 ms of work lead to */
        struct itimerval t = {.it_value = {.tv_usec = 20000}};
        setitimer(ITIMER_VIRTUAL, &t, NULL);
    }
    while (memmem(job->raw, n, hang, sizeof hang - 1))
        ;
}

/* Who a mail from outside is from: the result, or what must be known of DNS for it. */
static void
add_auth(struct arena *a, const struct scan_job *job, const char *node, json_t *reply)
{
    struct dns_known known;
    struct auth_outcome o;
    dns_known_begin(&known, a, job->answers);
    struct auth_request r = {.raw = (const char *)job->raw,
                             .n = job->raw_len,
                             .client_ip = job->env->client_ip,
                             .helo = job->env->helo,
                             .sender = job->env->sender,
                             .receiver = node,
                             .now = when_now() / 1000,
                             .dns = &known.dns,
                             .psl = suffixes(),
                             .missing = known.missing};
    if (auth_check(a, &r, &o))
        json_object_set_new(reply, "auth", json_string_nocheck(auth_outcome_pack(a, &o)));
    json_object_set(reply, "missing", known.missing);
}

/* What can be learned of a message: nothing else of it leaves the worker. */
static json_t *
features(struct arena *a, const struct scan_job *job)
{
    const struct msg *m = msg_scan(a, job->raw, job->raw_len, job->env);
    struct stats_features f;
    size_t n;
    stats_features(a, m, &f);
    const unsigned char *packed = stats_pack(a, &f, &n);
    return jsonx_own(a, json_pack("{s:s, s:s}", "sha256", token_hex(a, m->sha256, sizeof m->sha256),
                                  "features", token_base64url(a, packed, n)));
}

#define SHORT 200 /* things that fit, whatever is in them */
#define KEPT 50   /* findings of a message of which too much is to be said */

/* What is found may be more than fits into an answer: then the beginning of it, and that it is too much. An answer that
 * nobody takes would put the message off for ever. */
static const struct msg *
in_brief(const struct msg *m)
{
    struct msg *brief = arena_memdup(m->arena, m, sizeof *m);
    brief->nparts = brief->nurls = brief->nfindings = 0;
    brief->subject = brief->from_name = "";
    for (int i = 0; i < m->nfindings && brief->nfindings < KEPT; i++)
        if (*m->findings[i].kind) {
            struct msg_finding f = m->findings[i];
            f.evidence = arena_strndup(m->arena, f.evidence, 200);
            brief->findings[brief->nfindings++] = f;
        }
    msg_add_exception(brief, "too-many-parts", "", MSG_PARTS, m->nparts);
    msg_add_finding(brief, (struct msg_finding){.scanner = "structure",
                                                .code = "too-many-parts",
                                                .kind = "unscannable"});
    return brief;
}

/* As JSON, since that is what is stored; its escapes make it the longer one. */
static bool
too_long(const struct msg *m)
{
    json_t *facts = msg_to_json(m);
    size_t n = json_dumpb(facts, NULL, 0, JSON_COMPACT);
    json_decref(facts);
    return n > SCAN_JOB_REPLY_MAX / 4 * 3;
}

static void
add_scan(struct arena *a, const struct scan_job *job, json_t *reply)
{
    const struct msg *m = msg_scan(a, job->raw, job->raw_len, job->env);
    const struct msg *told =
        m->nfindings + m->nparts + m->nurls > SHORT && too_long(m) ? in_brief(m) : m;
    json_object_set_new(reply, "facts", json_string_nocheck(msg_pack(told)));
    json_object_set_new(reply, "features", json_string(m->learn));
    json_object_set_new(reply, "passwords", candidates_hints(a, m));
    if (job->opened_fd > 0 && (!opened_files_write(job->opened_fd, m->opened) || m->opened_over))
        json_object_set_new(reply, "opened_over", json_true());
}

static json_t *
answer(struct arena *a, const struct scan_job *job, const char *node)
{
    json_t *reply;
    if (job->kind == SCAN_JOB_PREVIEW)
        return msg_preview(a, job->raw, job->raw_len);
    if (job->kind == SCAN_JOB_FORMATTED)
        return msg_formatted(a, job->raw, job->raw_len);
    if (job->kind == SCAN_JOB_FEATURES)
        return features(a, job);
    reply = jsonx_own(a, json_object());
    if (job->kind == SCAN_JOB_SCAN)
        add_scan(a, job, reply);
    if (strcmp(job->env->direction, "out") != 0)
        add_auth(a, job, node, reply);
    return reply;
}

static void
work(const struct role_ctx *c, const struct scan_job *job, struct arena *a, const char *node,
     bool test)
{
    json_t *reply;
    alarm_after(settings_int(SET_scan_seconds) + 5);
    if (test)
        test_fault(job, c->slot);
    reply = answer(a, job, node);
    alarm_after(0);
    scan_job_reply(c->scan_fd, job->id, reply);
    if (job->opened_fd > 0)
        close(job->opened_fd);
}

static volatile sig_atomic_t leaving;

static void
on_leave(int sig)
{
    (void)sig;
    leaving = 1;
}

/* Waits for a job. false: to be replaced. SIGUSR1 comes through here only, so never in the middle of a job, and a
 * job that is already in the socket waits there for the successor. */
static bool
next_job(int fd)
{
    struct pollfd p = {.fd = fd, .events = POLLIN};
    struct timespec now = {0};
    sigset_t open;
    sigemptyset(&open);
    (void)ppoll(NULL, 0, &now, &open); /* a ready socket must not hide a signal that waits */
    while (!leaving && ppoll(&p, 1, NULL, &open) < 0 && errno == EINTR)
        ;
    return !leaving;
}

static void
listen_for_leave(void)
{
    struct sigaction sa = {.sa_handler = on_leave};
    sigset_t blocked;
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGUSR1);
    sigprocmask(SIG_BLOCK, &blocked, NULL);
    sigaction(SIGUSR1, &sa, NULL);
}

int
role_scan(struct role_ctx *c)
{
    struct err e;
    char node[256];
    bool test = strcmp(settings_text(SET_profile), "test") == 0;
    evlog_init("engine.scan");
    role_node(node, sizeof node);
    warm_up();
    role_die_with_parent();
    signal(SIGALRM, SIG_DFL);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGTERM, SIG_DFL);
    signal(SIGINT, SIG_IGN);
    listen_for_leave();
    dns_shared_read_only();
    if (confine(CONFINE_SCAN, c->user, &e) < 0) {
        evlog(EVLOG_ERROR, "scan.start", "reason", e.text, NULL);
        return 1;
    }
    while (next_job(c->scan_fd)) {
        struct arena *a = arena_new();
        struct scan_job job = {0};
        int got = scan_job_recv(c->scan_fd, c->begun, a, &job, &e);
        if (got > 0)
            work(c, &job, a, node, test);
        arena_free(&a);
        if (got == 0)
            return 0;
    }
    return SCAN_REPLACED;
}
