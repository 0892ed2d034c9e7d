#include "usermail_waiting.h"

#include "../../common/arena.h"
#include "../../common/local_format.h"
#include "../../store/store_digest.h"
#include "../../store/store_user_mail.h"

#define LISTED 10
#define SUBJECT_CHARS 200

static const char *
number(const struct usermail *m, int64_t n)
{
    return local_int(m->a, i18n_lang(m->cat), n);
}

static void
add(struct usermail *m, const char *tz, const struct store_digest_request *q)
{
    struct letter_link link = {T("Look at the request"),
                               arena_printf(m->a, "/requests/%s", q->request_id),
                               usermail_admin_base(m->a)};
    const char *sender = *q->sender ? letter_quote(m->a, q->sender, 0) : T("(no sender)");
    const char *subject =
        *q->subject ? letter_quote(m->a, q->subject, SUBJECT_CHARS) : T("(no subject)");

    letter_item(
        m->letter,
        &(struct letter_item){
            .who = TF(T("{person} asks"), "person", letter_quote(m->a, q->by_name, 0)),
            .head = subject,
            .note = TF(T("From {sender} to {mailbox}"), "sender", sender, "mailbox", q->mailbox),
            .when = local_time_as(m->a, i18n_lang(m->cat), tz, m->row->date_style, q->asked_at,
                                  "yMMMEdHm"),
            .links = &link,
            .nlinks = 1,
        });
}

int
usermail_waiting(struct usermail *m, const char *tz, struct err *e)
{
    struct store_digest_request *list;
    int64_t all = 0;
    int n = 0;

    if (!m->db)
        return 0;
    if (store_digest_requests(m->db, m->a, m->row->org_id, m->row->recipient, LISTED, &list, &n,
                              &all, e) < 0)
        return -1;
    if (n == 0)
        return 0;
    letter_text(m->letter, TF(TN("{n} request waits for your decision.",
                                 "{n} requests wait for your decision.", all),
                              "n", number(m, all)));
    for (int i = 0; i < n; i++)
        add(m, tz, &list[i]);
    if (all > n)
        letter_text(m->letter,
                    TF(TN("And {n} more.", "And {n} more.", all - n), "n", number(m, all - n)));
    letter_small(m->letter, T("You sign in first. Opening the link decides nothing."));
    return 0;
}
