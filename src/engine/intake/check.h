/*
 * Checks of connection and envelope (checks.def). They run at RCPT TO, so that a refusal names its
 * recipient and its organisation (spec section 6; Postfix has accepted the recipient's domain).
 */
#ifndef SEKISHO_CHECK_H
#define SEKISHO_CHECK_H

#include <stdbool.h>

#include "../orgconf/orgconf.h"
#include "../policy/sender_decide.h"

struct conn;
struct gate;
struct mail;
struct mail_recipient;
struct orgconf_domain;

struct check {
    struct gate *g;
    struct conn *c;
    struct mail *m;
    const struct mail_recipient *r; /* is in m already, as the last one */
    const struct orgconf *conf;
    const struct orgconf_domain
        *domain;     /* ours: of the recipient, outbound of the sender; NULL: outbound with
                                          * null sender */
    const char *org; /* "" as for domain */
    /* What the checks found out for those behind them. */
    bool approved_source;          /* its address or country is approved: no list refuses it */
    bool no_spam_rules;            /* rules about spam do not apply */
    struct sender_decision sender; /* by the envelope, without proofs (intake_senders.h) */
    unsigned skips; /* sender_skips.h: checks that are not asked since the sender is approved */
    /* the refusal */
    int code;
    const char *enhanced, *text;
    const char *reason; /* code of the block reason */
    const char *slot;   /* what its sentence names, "" */
};

/* true: refused, with check_refuse(). */
typedef bool check_fn(struct check *k);

/* Always true. Texts as for reply_make(). */
static inline bool
check_refuse(struct check *k, int code, const char *enhanced, const char *text, const char *reason,
             const char *slot)
{
    k->code = code;
    k->enhanced = enhanced;
    k->text = text;
    k->reason = reason;
    k->slot = slot;
    return true;
}

#define CHECK(id, ports) check_fn check_##id;
#include "checks.def"
#undef CHECK

#endif
