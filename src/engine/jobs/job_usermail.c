/*
 * Sends mails to people (user_mail): built anew from their row each time, signed with the organisation's keys,
 * handed to our Postfix once. What a process that died may have sent is looked for in Postfix's log first, as
 * the release job does it (sent_proof.h); a claim is made just before sending, and only while it is ours.
 * What people who are not signed in asked for becomes mails here, too (account_ask).
 */
#include <string.h>

#include "../../common/arena.h"
#include "../../common/err.h"
#include "../../common/evlog.h"
#include "../../common/settings.h"
#include "../../common/when.h"
#include "../../store/store_proof.h"
#include "../../store/store_release.h"
#include "../../store/store_user_mail.h"
#include "../act/outbound_sign.h"
#include "../deliver/reinject.h"
#include "../notices/usermail.h"
#include "../orgconf/orgconf_dkim.h"
#include "job.h"
#include "sent_proof.h"

#define BATCH 50
#define SEND_MS 30000  /* one conversation; with BATCH_MS less than the lease */
#define BATCH_MS 20000 /* what is not begun by then is given back */
#define ARM_MS 10000
#define LOOK_AGAIN_MS 1000
#define FORGET_MS 3600000

static int
end(struct jobs *j, struct arena *a, const struct store_user_mail *m, const char *state,
    const char *reply, struct err *e)
{
    evlog(strcmp(state, "failed") == 0 ? EVLOG_ERROR : EVLOG_INFO, "usermail.ended", "mail_id",
          m->mail_id, "kind", m->kind, "state", state, "reply", reply, NULL);
    return store_user_mail_end(j->db, a, m, state, reply, e);
}

/* 0: send it; 1: it is settled for now; -1: error. */
static int
look_for_proof(struct jobs *j, struct arena *a, const struct store_user_mail *m, struct err *e)
{
    struct store_release_proof p;
    const struct store_release as = {.release_id = m->mail_id, .node = m->node};

    if (store_release_proof(j->db, a, &as, &p, e) < 0)
        return -1;
    if (p.accepted)
        return end(j, a, m, "sent", p.queue_id, e) < 0 ? -1 : 1;
    if (!sent_known(j->node, j->mail_quiet_since, m->node, m->claimed_before, &p))
        return store_user_mail_later(j->db, a, m, true, LOOK_AGAIN_MS, "", e) < 0 ? -1 : 1;
    evlog(EVLOG_WARN, "usermail.again", "mail_id", m->mail_id, NULL);
    return 0;
}

static int
put_off(struct jobs *j, struct arena *a, const struct store_user_mail *m, const char *reply,
        struct err *e)
{
    evlog(EVLOG_WARN, "usermail.later", "mail_id", m->mail_id, "reply", reply, NULL);
    return store_user_mail_later(j->db, a, m, false, sent_backoff_ms(m->tries), reply, e);
}

/* Mail of ours that could be signed does not leave unsigned. 1: put off. */
static int
sign(struct jobs *j, struct arena *a, const struct store_user_mail *m, struct reinject_mail *mail,
     struct err *e)
{
    const struct outbound_mail out = {.org = m->org_id,
                                      .sender = "",
                                      .raw = mail->raw,
                                      .n = mail->n,
                                      .id_name = "mail_id",
                                      .id = m->mail_id};
    const struct orgconf_dkim *keys;
    struct outbound_signatures s;
    struct err why = {0};

    if (orgconf_dkim_read(j->db, a, m->org_id, &keys, e) < 0)
        return -1;
    if (outbound_sign(a, keys, &out, &s, &why) < 0)
        return put_off(j, a, m, why.text, e) < 0 ? -1 : 1;
    mail->fields = "";
    for (int i = 0; i < s.n; i++)
        mail->fields = arena_printf(a, "%s%s", mail->fields, s.fields[i]);
    return 0;
}

/* 0: *mail is to be sent; 1: it is settled; -1: error. */
static int
make(struct jobs *j, struct arena *a, const struct store_user_mail *m, struct reinject_mail *mail,
     struct err *e)
{
    const struct usermail_from from = {.db = j->db,
                                       .master_key = j->master_key,
                                       .host = j->node,
                                       .base = usermail_base(a),
                                       .now = when_now()};
    struct err why = {0};

    mail->header = arena_printf(a, "X-Sekisho-Release: %s", m->mail_id);
    mail->raw = (const unsigned char *)usermail_make(a, &from, m, &mail->n, &why);
    if (mail->raw)
        return sign(j, a, m, mail, e);
    if (why.cls == ERR_INPUT || why.cls == ERR_NOTFOUND)
        return end(j, a, m, why.cls == ERR_INPUT ? "failed" : "expired", why.text, e) < 0 ? -1 : 1;
    *e = why;
    return -1;
}

static int
arm(struct jobs *j, struct arena *a, struct store_user_mail *m, struct err *e)
{
    int64_t began = sent_clock_ms(), most = j->arm_ms ? j->arm_ms : ARM_MS;
    bool before = m->claimed_before != 0;
    int rc = store_user_mail_arm(j->db, a, m, j->node, e);

    if (rc == 0 && sent_clock_ms() - began > most)
        return store_user_mail_later(j->db, a, m, before, 0, "", e) < 0 ? -1 : 1;
    return rc;
}

static int
note_answer(struct jobs *j, struct arena *a, const struct store_user_mail *m,
            const struct reinject_answer *answer, struct err *e)
{
    switch (answer->outcome) {
    case REINJECT_DONE:
        return end(j, a, m, "sent", answer->queue_id, e);
    case REINJECT_REFUSED:
        return end(j, a, m, "failed", answer->text, e);
    case REINJECT_UNKNOWN:
        return store_user_mail_later(j->db, a, m, true, SENT_HALF_PROOF_MS, answer->text, e);
    case REINJECT_LATER:
        break;
    }
    return put_off(j, a, m, answer->text, e);
}

static int
send_one(struct jobs *j, struct reinject *port, struct store_user_mail *m, struct err *e)
{
    struct arena *a = arena_new();
    struct reinject_mail mail = {.sender = "", .recipient = m->recipient};
    struct reinject_answer answer;
    int rc = m->claimed_before ? look_for_proof(j, a, m, e) : 0;

    if (rc == 0 && m->expired)
        rc = end(j, a, m, "expired", m->claimed_before ? "perhaps sent" : "", e) < 0 ? -1 : 1;
    if (rc == 0)
        rc = make(j, a, m, &mail, e);
    if (rc == 0)
        rc = arm(j, a, m, e);
    if (rc == 0) {
        reinject_send(port, a, &mail, &answer);
        rc = note_answer(j, a, m, &answer, e);
        if (rc < 0) /* its row says less than we know */
            j->mail_quiet_since = when_now();
    }
    arena_free(&a);
    return rc < 0 ? -1 : 0;
}

static int
forget(struct jobs *j, struct arena *a, struct err *e)
{
    static int64_t next;

    if (when_mono() < next)
        return 0;
    next = when_mono() + FORGET_MS;
    return store_user_mail_forget(j->db, a, e) < 0 ? -1 : store_proof_forget(j->db, a, e);
}

int
job_usermail(struct jobs *j, struct arena *a, struct err *e)
{
    static struct reinject *port;
    struct store_user_mail *rows;
    int64_t until = when_mono() + BATCH_MS;
    struct err why = {0};
    int n = 0, asks = 0, rc = 0;

    if (!port)
        port = reinject_new(settings_run("reinject.sock"), SEND_MS);
    /* Whatever is wrong with what people ask for, mails that are queued are sent. */
    bool asked = store_proof_asks(j->db, a, BATCH, settings_int(SET_link_mails), &asks, &why) == 0;
    if (store_user_mail_claim(j->db, a, BATCH, &rows, &n, e) < 0)
        return -1;
    /* One that fails does not keep the others. */
    for (int i = 0; i < n; i++) {
        bool late = jobs_stopping() || when_mono() > until;
        if ((late ? store_user_mail_later(j->db, a, &rows[i], rows[i].claimed_before != 0, 0, "", e)
                  : send_one(j, port, &rows[i], e)) < 0)
            rc = -1;
    }
    if (rc == 0 && !asked) {
        *e = why;
        rc = -1;
    }
    if (rc < 0 || n == BATCH || asks == BATCH)
        return rc < 0 ? -1 : 1;
    return forget(j, a, e);
}
