/*
 * Answers that go somewhere else: Reply-To at a free mailbox although From is not, or at another one. Companies
 * and lists have such fields for good reasons, too, so this is a note.
 */
#include "scan.h"

#include <string.h>
#include <strings.h>

#include "../../common/arena.h"
#include "../msg/msg.h"
#include "evidence.h"
#include "hosts.h"

static void
run(struct scan_ctx *c)
{
    struct msg *m = c->msg;
    const char *reply = host_field_address(m, "Reply-To"), *to = host_of_address(m->arena, reply),
               *from = host_of_from(m), *code;
    bool bulk = m->list_mail || msg_field(m, "List-Unsubscribe");
    double score;

    if (!*to || !*from || strcasecmp(reply, m->from) == 0 ||
        (host_same_org(to, from) && !(host_known(to) & HOST_FREEMAIL)))
        return;
    if ((host_known(to) & HOST_FREEMAIL) && !(host_known(from) & HOST_FREEMAIL)) {
        code = "reply-to-free";
        score = bulk ? 0.8 : 2.0;
    } else if (host_known(to) & HOST_FREEMAIL) {
        code = "reply-to-other-box";
        score = 1.5;
    } else {
        code = "reply-to-elsewhere";
        score = bulk ? 0 : 0.2;
    }
    msg_add_finding(m, (struct msg_finding){.scanner = "replyto",
                                            .code = code,
                                            .kind = "",
                                            .score = score,
                                            .evidence = evidence_pair(m, m->from, reply),
                                            .part = "",
                                            .org = ""});
}

const struct scanner scan_replyto = {
    .name = "replyto", .help = "Answers that go somewhere else", .run = run};
