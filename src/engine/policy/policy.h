/*
 * Policy: facts + findings + recipient -> disposition. A pure function: no clock, no database, no
 * network, so that it can also answer "why was this held" and replay old mail.
 * Rules are tried in the order of rules.def; the first whose criterion matches decides.
 */
#ifndef SEKISHO_POLICY_H
#define SEKISHO_POLICY_H

#include <stdbool.h>

struct auth_ruling;
struct msg;
struct sender_decision;
struct spam_rule;

enum disposition { DISP_DELIVER, DISP_QUARANTINE, DISP_REJECT, DISP_DELETE, DISP_HOLD };
const char *disposition_name(enum disposition d); /* "deliver", "quarantine", ... */

struct decision {
    enum disposition disposition;
    const char *kind; /* "malware", "spam", "unscannable"; "" for clean */
    const char *rule; /* name of the rule that decided, "" = none did */
    const char
        *reason;      /* code of the reason sentence: "malware-found", "gtube", "too-many-parts" */
    const char *slot; /* what the sentence names, e.g. the signature; "" if nothing */
    const char *note; /* code of one more sentence, about the sender; "" if there is none */
    const char *tag;  /* before the subject of what is delivered; "" none */
};

/* What is known about one recipient besides the message. */
struct policy_for {
    const char *recipient;
    bool unproven; /* nobody proved yet whose domain it is: only the rule about viruses applies */
    bool approved; /* the sender is approved for him: rules about spam do not apply */
    const struct sender_decision *sender; /* what his sender lists say; NULL: nothing */
    const struct auth_ruling *auth; /* of the rule for his domain (auth_ruling.h); NULL: none */
    const char *org; /* findings for one organisation count only there; NULL: for none */
    const struct spam_rule *spam; /* what that organisation has set; NULL: the defaults */
    bool no_graymail;             /* the sending server is exempt, or it is outbound mail */
    bool from_denied;             /* the From domain says that the mail is not its own (DMARC) */
};

/* The rule of domains whose ownership nobody proved. */
#define POLICY_RULE_UNPROVEN "antivirus-unverified"

/* who: NULL when nothing is known. */
struct decision policy_decide(const struct msg *m, const struct policy_for *who);
/* Scores at or above this are spam, at the catch level that holds when nothing is set. */
#define POLICY_THRESHOLD 5.0
/* Sum of the scores of findings that are for everybody; those of rules count a share beside the
 * statistics (policy.c says why). */
double policy_score(const struct msg *m);
/* The same for one recipient, with those that are for his organisation; and what its catch level
 * compares it with. */
double policy_score_for(const struct msg *m, const struct policy_for *who);
double policy_threshold(const struct policy_for *who);

/* Verdict of the whole message: "clean", "spam", "malware", "unscannable"... */
const char *policy_verdict(const struct msg *m);
const char *policy_verdict_for(const struct msg *m, const struct policy_for *who);

#endif
