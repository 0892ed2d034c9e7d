#include "intake_scan.h"

#include "../../common/arena.h"
#include "../../common/err.h"
#include "../../common/evlog.h"
#include "../../common/jsonx.h"
#include "../../common/settings.h"
#include "../../common/when.h"
#include "../authn/auth_check.h"
#include "../authn/dns_known.h"
#include "../authn/dns_unbound.h"
#include "../policy/sender_agrees.h"
#include "../scan_job.h"
#include "../stats/pack.h"
#include "clamd.h"
#include "ending.h"
#include "gate.h"
#include "intake_conn.h"
#include "intake_passwords.h"
#include "intake_reputation.h"
#include "scan_pool.h"

#include <string.h>
#include <unistd.h>

/* What is known of a message that no worker survived: fields as they came, not decoded. */
static void
make_unscannable(struct ending *x, const char *code)
{
    struct msg *m = msg_new(x->m->arena);

    m->subject = x->m->subject;
    m->from = x->m->from;
    m->message_id = x->m->message_id;
    msg_add_finding(
        m, (struct msg_finding){
               .scanner = "gate", .code = code, .kind = "unscannable", .evidence = "", .part = ""});
    x->msg = m;
    x->j.auth = NULL;
}

static int
not_scanned(struct ending *x, enum scan_outcome o)
{
    evlog(EVLOG_ERROR, "scan.failed", "queue_id", x->j.queue_id, "reason",
          o == SCAN_LATE   ? "late"
          : o == SCAN_BUSY ? "busy"
                           : "broken",
          NULL);
    if (o == SCAN_BUSY)
        return ending_refuse(x, 451, "4.3.2", "Too busy, try again later");
    return ending_refuse(x, 451, "4.3.0", "Scan not finished, try again later");
}

/* ---------------------------------------------------------------- the worker */

static enum scan_outcome
begin(struct ending *x, const struct scan_job *job, struct scan_ticket *t)
{
    return scan_pool_begin(x->g->pool, job, x->deadline, (int)settings_int(SET_scan_seconds) * 1000,
                           x->avoid, t);
}

/* One more try in another slot when the worker died; the second death is the message's fault: then
 * x->msg says so, and *reply is NULL. */
static int
finish(struct ending *x, const struct scan_job *job, struct scan_ticket *t, json_t **reply)
{
    int slot = t->slot;
    enum scan_outcome o = scan_pool_finish(x->g->pool, t, x->m->arena, reply);

    while (o == SCAN_DIED) {
        *reply = NULL;
        x->avoid = slot;
        evlog(EVLOG_WARN, "scan.worker-died", "queue_id", x->j.queue_id, "attempt",
              x->j.deaths ? "2" : "1", NULL);
        if (++x->j.deaths == 2) {
            make_unscannable(x, "worker-died");
            return 0;
        }
        o = begin(x, job, t);
        if (o == SCAN_DONE)
            o = scan_pool_finish(x->g->pool, t, x->m->arena, reply);
    }
    return o == SCAN_DONE ? 0 : not_scanned(x, o);
}

/* They are kept as they are, and the database decodes them when somebody says something of the message:
 * nothing but base64 may get there. */
static const char *
checked_features(const json_t *reply)
{
    const char *s = jsonx_str(reply, "features");
    size_t n = s ? strlen(s) : 0,
           k = s ? strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
                 : 0;

    if (n == 0 || n % 4 || n > STATS_PACK_BYTES / 3 * 4 || n - k > 2 || strspn(s + k, "=") != n - k)
        return "";
    return s;
}

static int
read_facts(struct ending *x, const json_t *reply)
{
    struct err e;

    x->j.features = checked_features(reply);
    intake_passwords_read(x, reply);
    return msg_unpack(x->m->arena, reply, &x->msg, &e) == 0 ? 0 : not_scanned(x, SCAN_BROKEN);
}

/* Mail from inside is not authenticated; only the lists of links are asked. */
static void
ask_lists(struct ending *x, struct dns_query *list, int n, int64_t until)
{
    if (n > 0)
        dns_unbound_ask(x->g->resolver, x->m->arena, list, n, until);
}

/* The worker says what it would have to know of DNS; asked for it, the message goes round again. It
 * has no worker while it waits for DNS. Lists of links are asked along with the first round. */
static int
authenticate(struct ending *x, struct scan_job job, json_t *reply)
{
    int64_t until = when_mono() + DNS_SECONDS * 1000;
    struct scan_ticket ticket;
    struct auth_outcome *auth;
    struct dns_fetch f;
    enum scan_outcome o;
    struct dns_query *lists;
    int nlists = intake_reputation_questions(x, &lists);
    struct err e;

    until = until < x->deadline ? until : x->deadline;
    if (x->c->outbound) {
        ask_lists(x, lists, nlists, until);
        return 0;
    }
    dns_fetch_begin(&f, x->m->arena, x->g->resolver, until);
    f.left -= x->m->dns_asked;
    f.extra = lists;
    f.nextra = nlists;
    job.kind = SCAN_JOB_AUTH;
    while (dns_fetch_more(&f, json_object_get(reply, "missing"))) {
        job.answers = f.answers;
        if ((o = begin(x, &job, &ticket)) != SCAN_DONE)
            return not_scanned(x, o);
        if (finish(x, &job, &ticket, &reply) < 0)
            return -1;
        if (!reply)
            return 0;
    }
    if (auth_outcome_unpack(x->m->arena, jsonx_str(reply, "auth"), &auth, &e) < 0)
        return not_scanned(x, SCAN_BROKEN);
    x->j.auth = auth;
    sender_agrees(x->msg, auth);
    return 0;
}

/* ---------------------------------------------------------------- clamd */

static int
add_clamd(struct ending *x, const struct clamd_answer *a)
{
    struct clamd_meaning meaning;
    char *name;

    switch (a->result) {
    case CLAMD_CLEAN:
        return 0;
    case CLAMD_TOO_LARGE:
        msg_add_finding(x->msg, (struct msg_finding){.scanner = "clamd",
                                                     .code = "too-big",
                                                     .kind = "unscannable",
                                                     .evidence = "",
                                                     .part = ""});
        return 0;
    case CLAMD_FOUND:
        name = arena_strdup(x->m->arena, a->signature);
        meaning = clamd_meaning(name);
        msg_add_finding(x->msg, (struct msg_finding){.scanner = "clamd",
                                                     .code = meaning.code,
                                                     .kind = meaning.kind,
                                                     .evidence = name,
                                                     .part = ""});
        return 0;
    case CLAMD_ERROR:
        break;
    }
    evlog(EVLOG_ERROR, "clamd.failed", "queue_id", x->j.queue_id, "reason", a->reason, NULL);
    return ending_refuse(x, 451, "4.3.0", "Virus scan not possible now, try again later");
}

/* Files that the worker opened with a password: clamd could see them in the message only as they were. */
static int
add_opened(struct ending *x, int fd, const json_t *reply)
{
    struct clamd_session session;
    struct clamd_answer answer = {.result = CLAMD_CLEAN};
    const unsigned char *p;
    size_t n;

    if (jsonx_bool(reply, "opened_over", false))
        answer.result = CLAMD_TOO_LARGE;
    if (add_clamd(x, &answer) < 0)
        return -1;
    if (scan_job_map(fd, x->m->arena, &p, &n) < 0)
        return not_scanned(x, SCAN_BROKEN);
    if (!n)
        return 0;
    clamd_begin(x->g->clamd, &session, p, n, fd);
    clamd_finish(&session, &answer);
    return add_clamd(x, &answer);
}

/* ---------------------------------------------------------------- all */

/* The worker and clamd look at the same time; the worker's slot is free as soon as it is done. */
static int
scan_both(struct ending *x, struct scan_job *job, json_t **reply)
{
    struct clamd_session session;
    struct clamd_answer answer;
    struct scan_ticket ticket;
    bool with_clamd = x->g->clamd != NULL;
    int rc;

    if (with_clamd && !clamd_ready(x->g->clamd)) {
        answer = (struct clamd_answer){.result = CLAMD_ERROR, .reason = "down"};
        return add_clamd(x, &answer);
    }
    if (begin(x, job, &ticket) != SCAN_DONE)
        return ending_refuse(x, 451, "4.3.2", "Too busy, try again later");
    if (with_clamd)
        clamd_begin(x->g->clamd, &session, x->j.raw, x->j.raw_len, x->m->fd);
    rc = finish(x, job, &ticket, reply);
    if (rc == 0 && *reply)
        rc = read_facts(x, *reply);
    if (with_clamd) {
        clamd_finish(&session, &answer);
        if (rc == 0)
            rc = add_clamd(x, &answer);
    }
    if (rc == 0 && *reply && job->opened_fd > 0)
        rc = add_opened(x, job->opened_fd, *reply);
    return rc;
}

int
intake_scan(struct ending *x)
{
    struct scan_job job = {.kind = SCAN_JOB_SCAN, .mem_fd = x->m->fd, .env = &x->env};
    json_t *reply = NULL;
    struct err e;
    int rc;

    if (x->g->clamd && (job.opened_fd = scan_job_empty_memfd(&e)) < 0)
        return not_scanned(x, SCAN_BROKEN);
    rc = scan_both(x, &job, &reply);
    if (job.opened_fd > 0)
        close(job.opened_fd);
    job.opened_fd = 0;
    if (rc == 0 && reply)
        rc = authenticate(x, job, reply);
    return rc;
}
