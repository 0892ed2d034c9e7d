/*
 * "You bought something; call to cancel it": an invoice, a telephone number, and nothing else to do, from a free
 * mailbox. The number is the trap, so there are no links to find.
 */
#include "scan.h"

#include <string.h>

#include "../../common/arena.h"
#include "../msg/msg.h"
#include "cues.h"
#include "hosts.h"

#define LONGEST 6000 /* such mails are short */

/* A telephone number as people write it: 9 to 15 digits with blanks, dots, hyphens or brackets between, in at
 * least three groups or with + in front. NULL: none. */
static const char *
phone_number(struct arena *a, const char *text, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        size_t end = i, last = i;
        int digits = 0, groups = 0;
        bool plus = text[i] == '+', in_group = false;

        if (!plus && text[i] != '(' && !(text[i] >= '0' && text[i] <= '9'))
            continue;
        if (plus)
            end++;
        for (; end < n && end - i < 30 && strchr("0123456789 .-()", text[end]) && text[end];
             end++) {
            bool digit = text[end] >= '0' && text[end] <= '9';
            groups += digit && !in_group;
            digits += digit;
            in_group = digit;
            last = digit ? end : last;
            if (end + 1 < n && strncmp(text + end, "  ", 2) == 0)
                break;
        }
        if (digits >= 9 && digits <= 15 && (groups >= 3 || plus) && groups <= 6)
            return arena_strndup(a, text + i, last + 1 - i);
        i = end > i ? end - 1 : i;
    }
    return NULL;
}

static bool
has_links(const struct msg *m)
{
    for (int i = 0; i < m->nlinks; i++)
        if (strncmp(m->links[i].href, "http", 4) == 0)
            return true;
    for (int i = 0; i < m->nurls; i++)
        if (strcmp(m->urls[i].source, "text") == 0)
            return true;
    return false;
}

static void
run(struct scan_ctx *c)
{
    struct msg *m = c->msg;
    const struct cues *cues = cues_of(m);
    bool freemail = host_known(host_of_from(m)) & HOST_FREEMAIL;
    const char *number;

    if (cues->n[CUE_purchase] < 3 || m->text_len > LONGEST || has_links(m) ||
        msg_field(m, "List-Unsubscribe") || msg_field(m, "In-Reply-To"))
        return;
    number = phone_number(m->arena, m->text, m->text_len);
    if (!number)
        return;
    msg_add_finding(m, (struct msg_finding){.scanner = "callback",
                                            .code = "callback",
                                            .kind = "",
                                            .score = (freemail ? 3.5 : 1.0) +
                                                     (cues->n[CUE_purchase] >= 5 ? 1.0 : 0),
                                            .evidence = number,
                                            .part = "",
                                            .org = ""});
}

const struct scanner scan_callback = {.name = "callback",
                                      .help = "Invoices that want to be called about",
                                      .prepare = cues_prepare,
                                      .run = run};
