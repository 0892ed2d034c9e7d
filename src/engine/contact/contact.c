#include "contact.h"

#include <string.h>
#include <strings.h>

#include "../../store/store_contact.h"
#include "../msg/msg.h"
#include "../scan/evidence.h"
#include "../scan/hosts.h"

/* All small, but for the name with what it asks: that is a decision (F27). A compromised mailbox of somebody known
 * must not gain from it, so what asks for something is never made lighter. */
#define FIRST_LINK 0.2
#define FIRST_ASKS 0.8
#define NAME 1.5
#define NAME_ASKS 3.0
#define KNOWN (-0.5)
#define WROTE_TO (-1.0)
#define KNOWN_DAYS 3

static void
add(struct msg *m, const char *org, const char *code, const char *kind, double score,
    const char *evidence)
{
    msg_add_finding(m, (struct msg_finding){.scanner = "contact",
                                            .code = code,
                                            .kind = kind,
                                            .score = score,
                                            .evidence = evidence,
                                            .part = "",
                                            .org = org});
}

/* Do answers reach this address? Services that write for people have them go to their own mailbox. */
static bool
answers_reach(const struct msg_finding *reply_to, const char *address)
{
    size_t n = strlen(reply_to->evidence), k = strlen(address);

    return k && n > k && reply_to->evidence[n - k - 1] == ' ' &&
           strcasecmp(reply_to->evidence + n - k, address) == 0;
}

/* Scanners of words and of fields say what it is after. known: an address whose own mailbox may get the answers. */
static bool
asks(const struct msg *m, const char *known)
{
    for (int i = 0; i < m->nfindings; i++) {
        const struct msg_finding *f = &m->findings[i];
        if (strcmp(f->scanner, "social") == 0 || strcmp(f->scanner, "callback") == 0)
            return true;
        if ((strcmp(f->code, "reply-to-free") == 0 || strcmp(f->code, "reply-to-other-box") == 0) &&
            !answers_reach(f, known))
            return true;
    }
    return false;
}

static bool
leads_elsewhere(const struct msg *m)
{
    const char *from = host_of_from(m);

    for (int i = 0; i < m->nurls; i++)
        if (*m->urls[i].host && !host_same_org(m->urls[i].host, from))
            return true;
    return false;
}

static void
judge_first(struct msg *m, const struct store_contact *k, const char *org)
{
    double score = 0;

    if (k->elsewhere) {
        add(m, org, "first-contact-here", "", 0, m->from);
        return;
    }
    if (!m->list_mail)
        score = asks(m, k->other) ? FIRST_ASKS : leads_elsewhere(m) ? FIRST_LINK : 0;
    add(m, org, "first-contact", "", score, m->from);
}

/* "via" services and lists write other people's names; so do people of one company from several addresses. */
static void
judge_name(struct msg *m, const struct store_contact *k, const char *org)
{
    bool asking = asks(m, k->other);

    if (!*k->other || m->list_mail ||
        host_same_org(host_of_address(m->arena, k->other), host_of_from(m)))
        return;
    add(m, org, asking ? "contact-name-asks" : "contact-name", asking ? "impersonation" : "",
        asking ? NAME_ASKS : NAME, evidence_pair(m, k->other, m->from));
}

static void
judge_known(struct msg *m, const struct store_contact *k, const char *org)
{
    if (!k->proven || asks(m, ""))
        return;
    if (k->sent > 0)
        add(m, org, "contact-known", "", WROTE_TO, m->from);
    else if (k->proven >= KNOWN_DAYS)
        add(m, org, "contact-known", "", KNOWN, m->from);
}

void
contact_judge(struct msg *m, const struct store_contact *k, const char *org, bool proven)
{
    if (!*m->from)
        return;
    if (!k->here && !k->sent) {
        judge_first(m, k, org);
        if (!k->elsewhere)
            judge_name(m, k, org);
    } else if (proven) {
        judge_known(m, k, org);
    }
}
