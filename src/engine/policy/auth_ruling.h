/*
 * What a rule of sender authentication makes of the results for one message (spec section 8): the
 * checks in their order, until one intercepts. A pure function.
 *
 * - Mail from one of the domain's own addresses (pairs) passes SPF, and DMARC's SPF part.
 * - DKIM looks only at signatures that belong to the author's organisational domain. An invalid one of
 *   a domain that only tries DKIM (t=y) is none (RFC 6376 3.6.1).
 * - DMARC: t=y makes the policy one step milder. With the seal of a believed ARC chain that is
 *   intact, mail that fails is treated as authenticated.
 * - Not known now (temperror) is neither pass nor fail; only SPF has an action of its own for it.
 */
#ifndef SEKISHO_AUTH_RULING_H
#define SEKISHO_AUTH_RULING_H

#include <stdbool.h>

#include "../../common/auth_rule.h"
#include "../authn/auth_check.h"

struct arena;

struct auth_facts {
    const struct auth_outcome *outcome;
    const char *client_ip;
    const char *sender;        /* envelope; "": null */
    const char *sender_domain; /* of the envelope */
    const char *helo;
};

enum auth_said {
    AUTH_SAID_NOTHING,
    AUTH_SAID_PASS,
    AUTH_SAID_FAIL
}; /* NOTHING: off, ignored, not known */

struct auth_ruling {
    enum auth_action action; /* of the check that intercepts; AUTH_ACCEPT: none does */
    enum auth_case why;      /* with an action other than AUTH_ACCEPT */
    const char *domain;      /* that it is about; "" */
    enum auth_said said[AUTH_METHODS];
    enum auth_case failed[AUTH_METHODS]; /* with AUTH_SAID_FAIL */
    bool by_ip, by_arc;                  /* DMARC passes because of the pairs, or of ARC */
    const char *tag;                     /* before the subject; "": none */
};

void auth_rule_apply(const struct auth_rule *rule, const struct auth_facts *f,
                     struct auth_ruling *out);

/* Fields that write down what was found, for the checks that want one; values folded as for
 * milter_add_header(). Calls add for each. */
void auth_ruling_headers(struct arena *a, const struct auth_rule *rule, const struct auth_facts *f,
                         const struct auth_ruling *r,
                         void (*add)(void *ctx, const char *name, const char *value), void *ctx);

#endif
