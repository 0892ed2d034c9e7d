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
};

/* What is known about one recipient besides the message. */
struct policy_for {
    const char *recipient;
    bool unproven; /* nobody proved yet whose domain it is: only the rule about viruses applies */
    bool approved; /* the sender is approved for him: rules about spam do not apply */
    const struct sender_decision *sender; /* what his sender lists say; NULL: nothing */
    const struct auth_ruling *auth; /* of the rule for his domain (auth_ruling.h); NULL: none */
};

/* The rule of domains whose ownership nobody proved. */
#define POLICY_RULE_UNPROVEN "antivirus-unverified"

/* who: NULL when nothing is known. */
struct decision policy_decide(const struct msg *m, const struct policy_for *who);
/* Scores at or above this are spam (catch level "moderately low"). */
#define POLICY_THRESHOLD 5.0
/* Sum of the findings' scores. */
double policy_score(const struct msg *m);

/* Verdict of the whole message: "clean", "spam", "malware", "unscannable"... */
const char *policy_verdict(const struct msg *m);

#endif
