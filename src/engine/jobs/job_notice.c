/*
 * Sends notices to administrators, each address at most once an hour. A notice may come twice after a
 * crash between sending and writing that down; it is never lost before it was sent.
 */
#include "../../common/arena.h"
#include "../../common/err.h"
#include "../../common/evlog.h"
#include "../../common/i18n.h"
#include "../../common/settings.h"
#include "../../common/token.h"
#include "../../common/when.h"
#include "../../store/store_notice.h"
#include "../deliver/reinject.h"
#include "../notices/notice_mail.h"
#include "job.h"

#define BATCH 20
#define SEND_MS 30000
#define HOUR 3600
#define LATER 60
#define TRIES_MAX 60

static int
tell(struct jobs *j, struct arena *a, struct reinject *port, const struct store_notice *x,
     struct err *e)
{
    char id[UUID_LEN + 1];
    struct reinject_answer answer;
    struct reinject_mail mail = {.sender = "", .recipient = x->recipient};

    token_uuid7(id);
    /* This field ties the queue id to us in Postfix's log: it is no mail that came in (the ledger). */
    mail.header = arena_printf(a, "X-Sekisho-Release: %s", id);
    mail.raw = (const unsigned char *)notice_mail(
        a,
        &(struct notice_mail){.cat = i18n_find(x->lang),
                              .host = j->node,
                              .id = id,
                              .to = x->recipient,
                              .org = x->org_name,
                              .admin_url = settings_text(SET_admin_url),
                              .now = when_now(),
                              .n = x->n,
                              .samples = x->samples},
        &mail.n, e);
    if (!mail.raw) { /* an address that cannot stand in a header: nobody can be told */
        evlog(EVLOG_ERROR, "notice.refused", "recipient", x->recipient, "reply", e->text, NULL);
        return store_notice_told(j->db, a, x, HOUR, e);
    }
    reinject_send(port, a, &mail, &answer);
    if (answer.outcome == REINJECT_LATER && x->tries < TRIES_MAX)
        return store_notice_later(j->db, a, x, LATER, e);
    if (answer.outcome == REINJECT_REFUSED || answer.outcome == REINJECT_LATER)
        evlog(EVLOG_ERROR, "notice.refused", "recipient", x->recipient, "reply", answer.text, NULL);
    return store_notice_told(j->db, a, x, HOUR, e);
}

int
job_notice(struct jobs *j, struct arena *a, struct err *e)
{
    static struct reinject *port;
    struct store_notice *rows;
    int n;

    if (!port)
        port = reinject_new(settings_run("reinject.sock"), SEND_MS);
    if (store_notice_due(j->db, a, BATCH, &rows, &n, e) < 0)
        return -1;
    for (int i = 0; i < n && !jobs_stopping(); i++)
        if (tell(j, a, port, &rows[i], e) < 0)
            return -1;
    if (n == BATCH)
        return 1;
    return store_notice_forget(j->db, a, e);
}
