#include "intake_eom.h"

#include <stdio.h>
#include <string.h>

#include "../../common/addr.h"
#include "../../common/arena.h"
#include "../../common/err.h"
#include "../../common/evlog.h"
#include "../../common/settings.h"
#include "../../common/token.h"
#include "../../common/when.h"
#include "../act/dispose.h"
#include "../msg/msg.h"
#include "../policy/policy.h"
#include "clamd.h"
#include "gate.h"
#include "intake_conn.h"
#include "intake_room.h"
#include "org_cache.h"
#include "scan_pool.h"

#define NO_ROOM "No room for this message now, try again later"

/* One message on its way through this file. */
struct ending {
    struct gate *g;
    struct milter_out *out;
    struct conn *c;
    struct mail *m;
    int64_t deadline; /* of everything, monotonic ms */
    struct envelope env;
    struct judged j;
    struct msg *msg;
    /* the refusal, when a step failed */
    int code;
    const char *enhanced, *text;
};

static int
refuse(struct ending *x, int code, const char *enhanced, const char *text)
{
    x->code = code;
    x->enhanced = enhanced;
    x->text = text;
    return -1;
}

/* ---------------------------------------------------------------- before the scan */

static int
get_bytes(struct ending *x)
{
    x->j.raw = mail_bytes(x->m, &x->j.raw_len);
    if (x->m->forged.too_many)
        return refuse(x, 554, "5.6.0", "Too many X-Sekisho fields");
    if (x->m->trouble == MAIL_TOO_LARGE)
        return refuse(x, 552, "5.3.4", "Message too large");
    if (!x->j.raw)
        return refuse(x, 452, "4.3.1", NO_ROOM);
    return 0;
}

static void
fill_envelope(struct ending *x)
{
    const char **all = arena_calloc(x->m->arena, (size_t)x->m->nrecipients, sizeof *all);

    for (int i = 0; i < x->m->nrecipients; i++)
        all[i] = x->m->recipients[i].original;
    x->env = (struct envelope){
        .client_ip = x->c->client_ip,
        .client_name = x->c->client_name,
        .helo = x->c->helo,
        .tls = x->m->tls,
        .sender = x->m->sender,
        .recipients = all,
        .nrecipients = x->m->nrecipients,
        .direction = x->c->outbound ? "out" : "in",
    };
    x->j.env = &x->env;
}

/* ---------------------------------------------------------------- scanning */

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
        return refuse(x, 451, "4.3.2", "Too busy, try again later");
    return refuse(x, 451, "4.3.0", "Scan not finished, try again later");
}

/* One more try in another slot when the worker died; the second death is the message's fault. */
static int
wait_for_worker(struct ending *x, struct scan_ticket *t)
{
    int slot = t->slot, scan_ms = (int)settings_int(SET_scan_seconds) * 1000;
    enum scan_outcome o = scan_pool_finish(x->g->pool, t, x->m->arena, &x->msg);

    while (o == SCAN_DIED) {
        evlog(EVLOG_WARN, "scan.worker-died", "queue_id", x->j.queue_id, "attempt",
              x->j.deaths ? "2" : "1", NULL);
        if (++x->j.deaths == 2) {
            make_unscannable(x, "worker-died");
            return 0;
        }
        o = scan_pool_begin(x->g->pool, x->m->fd, &x->env, x->deadline, scan_ms, slot, t);
        if (o == SCAN_DONE)
            o = scan_pool_finish(x->g->pool, t, x->m->arena, &x->msg);
    }
    return o == SCAN_DONE ? 0 : not_scanned(x, o);
}

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
    return refuse(x, 451, "4.3.0", "Virus scan not possible now, try again later");
}

/* The worker and clamd look at the same time; the worker's slot is free as soon as it is done. */
static int
scan(struct ending *x)
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
    if (scan_pool_begin(x->g->pool, x->m->fd, &x->env, x->deadline,
                        (int)settings_int(SET_scan_seconds) * 1000, -1, &ticket) != SCAN_DONE)
        return refuse(x, 451, "4.3.2", "Too busy, try again later");
    if (with_clamd)
        clamd_begin(x->g->clamd, &session, x->j.raw, x->j.raw_len);
    rc = wait_for_worker(x, &ticket);
    if (with_clamd) {
        clamd_finish(&session, &answer);
        if (rc == 0)
            rc = add_clamd(x, &answer);
    }
    return rc;
}

/* ---------------------------------------------------------------- judging and answering */

/* Outbound mail with a null sender belongs to the organisation of its From field. */
static int
find_sender_org(struct ending *x)
{
    struct err e = {0};
    struct addr from;
    int found;

    if (!x->c->outbound || x->m->sender_org[0])
        return 0;
    addr_envelope(x->m->arena, x->msg->from, &from);
    found = org_cache_find(x->g->orgs, x->g->db, from.domain, x->m->sender_org, &e);
    if (found < 0)
        return refuse(x, 451, "4.3.0", "Temporary failure, try again later");
    if (found == 0)
        return refuse(x, 550, "5.7.1", "This gateway does not send mail for that sender");
    return 0;
}

static void
judge(struct ending *x)
{
    x->j.msg = x->msg;
    /* A worker is not trusted with what identifies the message. */
    x->msg->bytes = (int64_t)x->j.raw_len;
    token_sha256(x->j.raw, x->j.raw_len, x->msg->sha256);
    x->j.decisions = arena_calloc(x->m->arena, (size_t)x->m->nrecipients, sizeof *x->j.decisions);
    for (int i = 0; i < x->m->nrecipients; i++)
        x->j.decisions[i] = policy_decide(x->msg, &x->env, x->m->recipients[i].key);
}

static int
remove_header(void *ctx, char *name, int ordinal)
{
    milter_remove_header(ctx, name, ordinal);
    return 0;
}

static void
edit_passing(struct ending *x)
{
    char score[48];

    (void)own_headers_remove(&x->m->forged, remove_header, x->out);
    for (int i = 0; i < x->m->nrecipients; i++)
        if (x->j.decisions[i].disposition != DISP_DELIVER)
            milter_remove_recipient(x->out, x->m->recipients[i].original);
    (void)snprintf(score, sizeof score, "%.1f / %.1f", policy_score(x->msg), POLICY_THRESHOLD);
    milter_add_header(x->out, "X-Sekisho-Verdict", policy_verdict(x->msg));
    milter_add_header(x->out, "X-Sekisho-Score", score);
    milter_add_header(x->out, "X-Sekisho-Id", x->j.message_id);
}

static enum milter_answer
answer(struct ending *x)
{
    switch (dispose_answer(x->c, &x->j)) {
    case ANSWER_DISCARD:
        return MILTER_DISCARD;
    case ANSWER_REJECT:
        return milter_refuse(x->out, 550, "5.7.1", "Message refused by policy");
    case ANSWER_ACCEPT:
        break;
    }
    edit_passing(x);
    return MILTER_CONTINUE;
}

enum milter_answer
intake_end(struct gate *g, struct conn *c, const char *queue_id, struct milter_out *o)
{
    struct ending x = {.g = g, .out = o, .c = c, .m = c->mail};
    struct err e = {0};

    x.deadline = when_mono() + settings_int(SET_message_seconds) * 1000;
    x.j.queue_id = queue_id;
    if (atomic_load(&g->stopping))
        return milter_refuse(o, 451, "4.3.2", "Restarting, try again later");
    if (x.m->nrecipients == 0)
        return milter_refuse(o, 451, "4.3.0", "Internal error, try again later");
    fill_envelope(&x);
    if (get_bytes(&x) < 0 || scan(&x) < 0 || find_sender_org(&x) < 0)
        return milter_refuse(o, x.code, x.enhanced, x.text);
    judge(&x);
    if (dispose_store(g, c, &x.j, &e) < 0) {
        if (strcmp(e.code, DISPOSE_NO_ROOM) == 0) {
            turned_away(&room_full, "intake.memory-full");
            return milter_refuse(o, 452, "4.3.1", NO_ROOM);
        }
        evlog(EVLOG_ERROR, "store.failed", "queue_id", x.j.queue_id, "code", e.code, "reason",
              e.text, NULL);
        return milter_refuse(o, 451, "4.3.0", "Cannot store this message now, try again later");
    }
    return answer(&x);
}
