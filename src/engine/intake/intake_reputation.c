#include "intake_reputation.h"

#include <string.h>

#include "../../common/arena.h"
#include "../../common/when.h"
#include "../orgconf/orgconf.h"
#include "../orgconf/orgconf_reputation.h"
#include "../reputation/feeds.h"
#include "../reputation/look.h"
#include "ending.h"
#include "gate.h"
#include "intake_conn.h"

#define ORGS \
    20 /* of one message whose lists are asked; the others have the answers to the same zones */
/* What authentication usually asks stays free of the questions that a message may ask. */
#define AUTHENTICATION_QUESTIONS 14

/* The organisations of the recipients, once each, at most `room`. */
static int
organisations(const struct ending *x, const char **orgs, int room)
{
    int n = 0;

    for (int i = 0; i < x->m->nrecipients && n < room; i++) {
        const char *org = x->m->recipients[i].org;
        bool there = !*org;
        for (int k = 0; k < n && !there; k++)
            there = strcmp(orgs[k], org) == 0;
        if (!there)
            orgs[n++] = org;
    }
    return n;
}

int
intake_reputation_questions(struct ending *x, struct dns_query **list)
{
    const struct rep_rules *rules[ORGS];
    const char *orgs[ORGS];
    int n;

    x->look = arena_alloc(x->m->arena, sizeof *x->look);
    look_begin(x->look, x->m->arena, x->msg, feeds_get(x->g->feeds, x->m->arena));
    *list = NULL;
    if (!x->m->conf || !x->g->resolver)
        return 0;
    n = organisations(x, orgs, ORGS);
    for (int i = 0; i < n; i++)
        rules[i] = orgconf_reputation(x->m->conf->reputation, orgs[i]);
    look_questions(x->look, rules, n,
                   DNS_QUESTIONS - x->m->dns_asked -
                       (x->c->outbound ? 0 : AUTHENTICATION_QUESTIONS));
    *list = x->look->queries;
    x->m->dns_asked += x->look->nqueries;
    return x->look->nqueries;
}

void
intake_reputation(struct ending *x)
{
    int n = x->m->nrecipients;
    const char **orgs = arena_calloc(x->m->arena, (size_t)n, sizeof *orgs);

    if (!x->look || !x->m->conf)
        return;
    n = organisations(x, orgs, n);
    for (int i = 0; i < n; i++) {
        const struct look_about w = {.rules = orgconf_reputation(x->m->conf->reputation, orgs[i]),
                                     .org = n > 1 ? orgs[i] : "", /* everybody's */
                                     .client_ip = x->c->client_ip,
                                     .sender = x->m->sender,
                                     .now = when_now()};
        look_judge(x->look, x->msg, &w);
    }
}
