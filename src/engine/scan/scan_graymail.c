/*
 * Graymail (F29): mail to many that some want: newsletters, notices of social networks, lists and forums, other bulk
 * mail. One category a mail; no score: what is done with it is the organisation's choice (rule_graymail).
 *
 * Only the header says so (RFC 2369, RFC 2919, RFC 8058, Precedence): bills and confirmations speak of unsubscribing
 * in their text, too.
 */
#include "scan.h"

#include <string.h>
#include <strings.h>

#include "../msg/msg.h"
#include "hosts.h"

/* Fields that programs for newsletters write. */
static const char *const marks[] = {
    "List-Unsubscribe-Post",
    "Feedback-ID",
    "X-Campaign",
    "X-CampaignID",
    "X-Campaign-Id",
    "X-Mailgun-Tag",
    "X-SG-EID",
    "X-MC-User",
    "X-Mailer-LID",
    "X-SFMC-Stack",
    "X-rpcampaign",
    "X-CSA-Complaints",
    "X-Report-Abuse",
    "X-job",
    "X-250ok-CID",
    "X-Mailer-RecptId",
    "X-EBS",
    "X-Roving-ID",
    "X-HubSpot-Message-Source",
    "X-Cuenote",
    "X-BM-ID",
};
/* Fields of list servers and forums. */
static const char *const forums[] = {
    "List-Post",         "X-Mailman-Version",    "X-Mailing-List",      "Mailing-List",
    "X-Google-Group-Id", "X-Discourse-Topic-Id", "X-Discourse-Post-Id", "Sympa-Id",
    "X-ML-Name",         "X-MLServer",           "X-GitHub-Reason",     "X-phpBB3-Mail-To"};

static const char *
any_of(const struct msg *m, const char *const *names, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (msg_field(m, names[i]))
            return names[i];
    return NULL;
}

static bool
precedence_bulk(const struct msg *m)
{
    const struct msg_field *f = msg_field(m, "Precedence");

    return f && (strcasestr(f->text, "bulk") || strcasestr(f->text, "junk") ||
                 strcasestr(f->text, "list"));
}

static void
add(struct msg *m, const char *code, const char *evidence)
{
    msg_add_finding(m, (struct msg_finding){.scanner = "graymail",
                                            .code = code,
                                            .kind = "",
                                            .score = 0,
                                            .evidence = evidence,
                                            .part = "",
                                            .org = ""});
}

static void
run(struct scan_ctx *c)
{
    struct msg *m = c->msg;
    const char *from = host_of_from(m), *field;
    bool unsubscribe = msg_field(m, "List-Unsubscribe") != NULL,
         id = msg_field(m, "List-Id") != NULL;

    if ((host_known(from) & HOST_SOCIAL) && (unsubscribe || id || precedence_bulk(m)))
        add(m, "social", host_org(from));
    else if ((field = any_of(m, forums, sizeof forums / sizeof *forums)) &&
             !msg_field(m, "List-Unsubscribe-Post"))
        add(m, "forum", field);
    else if (unsubscribe &&
             (id || precedence_bulk(m) || any_of(m, marks, sizeof marks / sizeof *marks)))
        add(m, "newsletter", "List-Unsubscribe");
    else if (unsubscribe || id)
        add(m, "bulk", unsubscribe ? "List-Unsubscribe" : "List-Id");
    else if (precedence_bulk(m) && !m->auto_submitted)
        add(m, "bulk", "Precedence");
}

const struct scanner scan_graymail = {
    .name = "graymail", .help = "Newsletters, notices, lists and other bulk mail", .run = run};
