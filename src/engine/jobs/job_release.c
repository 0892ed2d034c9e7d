/*
 * Sends what people pressed Deliver on: the original bytes, the original envelope, once. Outbound
 * mail is signed with the keys of this moment.
 *
 * No lock is held over the conversation with Postfix. What protects against sending twice is the
 * claim (store_release.h): a row that was claimed before and not unclaimed may have been sent, so
 * the log of the Postfix that would have it is asked first. Proof of acceptance ends the release;
 * no proof after that log was read far enough means it is sent (again) and marked as a possible
 * duplicate.
 *
 * Before that it is scanned once more (rescan.h): what turned out to be dangerous since is held again.
 *
 * Between claim and sending any time may pass: the database does not answer, the machine sleeps. So
 * the claim is made anew just before, on the condition that it still is the one we took, and what
 * was armed too long ago is not sent. And the log counts only where it was read after the
 * conversation in question was over.
 */
#include <stdio.h>
#include <string.h>

#include "../../common/arena.h"
#include "../../common/err.h"
#include "../../common/evlog.h"
#include "../../common/jsonx.h"
#include "../../common/settings.h"
#include "../../common/when.h"
#include "../../store/store_body.h"
#include "../../store/store_release.h"
#include "../act/outbound_sign.h"
#include "../deliver/reinject.h"
#include "../intake/own_header.h"
#include "../orgconf/orgconf_dkim.h"
#include "job.h"
#include "rescan.h"
#include "sent_proof.h"

#define BATCH 20
#define SEND_MS 30000  /* one conversation; shorter than the lease of a claim */
#define BATCH_MS 10000 /* what is not begun by then is given back */
#define ARM_MS 10000   /* from arming to the first word; with SEND_MS less than the lease */
#define LOOK_AGAIN_MS 1000

/* ---------------------------------------------------------------- after a crash */

/* 0: send it, as a possible duplicate; 1: it is settled for now (sent already, or too early to
 * know); -1: error. */
static int
look_for_proof(struct jobs *j, struct arena *a, const struct store_release *r, struct err *e)
{
    struct store_release_proof p;

    if (store_release_proof(j->db, a, r, &p, e) < 0)
        return -1;
    if (p.accepted) {
        evlog(EVLOG_INFO, "release.proved", "release_id", r->release_id, "queue_id", p.queue_id,
              NULL);
        return store_release_done(j->db, a, r, p.queue_id, e) < 0 ? -1 : 1;
    }
    if (!sent_known(j->node, j->quiet_since, r->node, r->claimed_before, &p))
        return store_release_unclaim(j->db, a, r, true, LOOK_AGAIN_MS, e) < 0 ? -1 : 1;
    evlog(EVLOG_WARN, "release.again", "release_id", r->release_id, NULL);
    return 0;
}

/* ---------------------------------------------------------------- sending */

static int
get_original(struct jobs *j, struct arena *a, const struct store_release *r, unsigned char **raw,
             size_t *n, struct err *e)
{
    if (store_body_get(j->db, a, r->org_id, r->message_id, j->master_key, raw, n, e) == 0)
        return 0;
    if (e->cls != ERR_NOTFOUND && strcmp(e->code, "body-damaged") != 0)
        return -1;
    evlog(EVLOG_ERROR, "release.no-bytes", "release_id", r->release_id, "reason", e->text, NULL);
    return store_release_failed(j->db, a, r, e->text, e) < 0 ? -1 : 1; /* F-32 */
}

/* It was not sent now, for a reason of ours. What an earlier one may have sent stays so. */
static int
put_off(struct jobs *j, struct arena *a, const struct store_release *r, const char *reason,
        struct err *e)
{
    evlog(EVLOG_WARN, "release.later", "release_id", r->release_id, "reply", reason, NULL);
    if (r->claimed_before)
        return store_release_unclaim(j->db, a, r, true, sent_backoff_ms(r->tries), e);
    return store_release_later(j->db, a, r, sent_backoff_ms(r->tries), reason, e);
}

/* Reading and scanning take their time: the lease goes on. 0: ours; 1: not any more; -1: error. */
static int
extend(struct jobs *j, struct arena *a, const struct store_release *r, struct err *e)
{
    int scan = (int)settings_int(SET_scan_seconds), clamd = (int)settings_int(SET_clamd_seconds);

    return store_release_extend(j->db, a, r, 2 * scan + 2 * clamd + SEND_MS / 1000 + 15, e);
}

/* 0: it may go; 1: held again or put off; -1: error. */
static int
look_again(struct jobs *j, struct arena *a, const struct store_release *r, const unsigned char *raw,
           size_t n, struct err *e)
{
    struct rescan_outcome o;

    if (!j->rescan)
        return put_off(j, a, r, "it cannot be scanned", e) < 0 ? -1 : 1;
    if (rescan_look(j->rescan, a, r, raw, n, &o, e) < 0)
        return -1;
    if (o.result == RESCAN_LATER)
        return put_off(j, a, r, o.reason, e) < 0 ? -1 : 1;
    if (o.result == RESCAN_FINE)
        return 0;
    evlog(EVLOG_WARN, "release.turned", "release_id", r->release_id, "kind", o.kind, NULL);
    return store_release_turned(j->db, a, r, o.kind, jsonx_dump(a, o.why, NULL), e) < 0 ? -1 : 1;
}

/* As intake_sign() does it for mail that passes. 0: m->fields; 1: a key cannot sign, so it is put
 * off; -1: error. */
static int
sign(struct jobs *j, struct arena *a, const struct store_release *r, struct reinject_mail *m,
     struct err *e)
{
    struct outbound_mail mail = {
        .org = r->org_id, .sender = r->sender, .id_name = "release_id", .id = r->release_id};
    const struct orgconf_dkim *keys;
    struct outbound_signatures s;
    struct err why = {0};

    if (orgconf_dkim_read(j->db, a, r->org_id, &keys, e) < 0)
        return -1;
    m->raw = reinject_lines(a, m->raw, m->n, &m->n);
    mail.raw = m->raw;
    mail.n = m->n;
    if (outbound_sign(a, keys, &mail, &s, &why) < 0)
        return put_off(j, a, r, why.text, e) < 0 ? -1 : 1;
    m->fields = "";
    for (int i = 0; i < s.n; i++)
        m->fields = arena_printf(a, "%s%s", m->fields, s.fields[i]);
    return 0;
}

static int
note_answer(struct jobs *j, struct arena *a, const struct store_release *r,
            const struct reinject_answer *answer, struct err *e)
{
    switch (answer->outcome) {
    case REINJECT_DONE:
        evlog(EVLOG_INFO, "release.sent", "release_id", r->release_id, "queue_id", answer->queue_id,
              NULL);
        return store_release_done(j->db, a, r, answer->queue_id, e);
    case REINJECT_REFUSED:
        evlog(EVLOG_ERROR, "release.refused", "release_id", r->release_id, "reply", answer->text,
              NULL);
        return store_release_failed(j->db, a, r, answer->text, e);
    case REINJECT_UNKNOWN:
        evlog(EVLOG_WARN, "release.unknown", "release_id", r->release_id, NULL);
        return store_release_unknown(j->db, a, r, SENT_HALF_PROOF_MS, e);
    case REINJECT_LATER:
        break;
    }
    evlog(EVLOG_WARN, "release.later", "release_id", r->release_id, "reply", answer->text, NULL);
    return store_release_later(j->db, a, r, sent_backoff_ms(r->tries), answer->text, e);
}

/* As it was before the claim. */
static int
give_back(struct jobs *j, struct arena *a, const struct store_release *r, struct err *e)
{
    return store_release_unclaim(j->db, a, r, r->claimed_before != 0, 0, e);
}

/* 0: send it now; 1: do not; -1: error. */
static int
arm(struct jobs *j, struct arena *a, struct store_release *r, struct err *e)
{
    int64_t began = sent_clock_ms(), most = j->arm_ms ? j->arm_ms : ARM_MS;
    int rc = store_release_arm(j->db, a, r, j->node, r->claimed_before != 0, e);

    if (rc == 0 && sent_clock_ms() - began > most)
        return give_back(j, a, r, e) < 0 ? -1 : 1;
    if (rc > 0)
        evlog(EVLOG_WARN, "release.not-ours", "release_id", r->release_id, NULL);
    return rc;
}

static int
release_one(struct jobs *j, struct reinject *port, struct store_release *r, struct err *e)
{
    struct arena *a = arena_new();
    struct reinject_mail m = {.sender = r->sender, .recipient = r->recipient};
    struct reinject_answer answer;
    unsigned char *raw = NULL;
    size_t n = 0;
    int rc = r->claimed_before ? look_for_proof(j, a, r, e) : 0;

    if (rc == 0)
        rc = extend(j, a, r, e);
    if (rc == 0)
        rc = get_original(j, a, r, &raw, &n, e);
    if (rc == 0)
        rc = look_again(j, a, r, raw, n, e);
    if (rc == 0) {
        m.header = arena_printf(a, "X-Sekisho-Release: %s", r->release_id);
        m.raw = own_headers_cut(a, raw, n, j->node, &m.n);
        rc = r->outbound ? sign(j, a, r, &m, e) : 0;
    }
    if (rc == 0)
        rc = arm(j, a, r, e);
    if (rc == 0) {
        reinject_send(port, a, &m, &answer);
        rc = note_answer(j, a, r, &answer, e);
        if (rc < 0) /* its row says less than we know */
            j->quiet_since = when_now();
    }
    arena_free(&a);
    return rc < 0 ? -1 : 0;
}

int
job_release(struct jobs *j, struct arena *a, struct err *e)
{
    static struct reinject *port;
    struct store_release *rows;
    int64_t until = when_mono() + BATCH_MS;
    int n = 0, rc = 0;

    if (!port)
        port = reinject_new(settings_run("reinject.sock"), SEND_MS);
    if (store_release_claim(j->db, a, j->node, BATCH, &rows, &n, e) < 0)
        return -1;
    /* One that fails does not keep the others; its claim is found again. */
    for (int i = 0; i < n; i++) {
        bool late = jobs_stopping() || when_mono() > until;
        if ((late ? give_back(j, a, &rows[i], e) : release_one(j, port, &rows[i], e)) < 0)
            rc = -1;
    }
    return rc < 0 ? -1 : n == BATCH;
}
