/*
 * What feeds, DNS lists, lists of suspicious objects and the form of its links say of a message. Used by the gate
 * (intake/intake_reputation.h) and `sekisho scan`: the scan worker has neither files nor DNS.
 *
 *   1. look_begin()      the links, once each, and what the feeds say of them
 *   2. look_questions()  what DNS lists should be asked; the caller asks
 *   3. look_judge()      for each organisation: its findings, by its level, its approved and its suspicious list
 */
#ifndef SEKISHO_LOOK_H
#define SEKISHO_LOOK_H

#include "../../common/risk.h"
#include "../../common/threat.h"
#include "../authn/dns_unbound.h"

struct arena;
struct feed_set;
struct msg;
struct rep_rules;

#define LOOK_QUESTIONS 10 /* to DNS lists, of one message */
#define LOOK_HOSTS 8      /* of one message that DNS lists are asked for */
#define LOOK_FINDINGS 5   /* links of one organisation that are written down, of each kind */

struct look_link {
    const char *key, *host, *part;
    bool is_ip;
    const char *domain; /* that somebody registered; "" of an address */
    int ncandidates;
    const struct threat *candidates;
    struct risk risk; /* from the feeds */
    bool malware;     /* the worst of them is about malware */
    const char *list; /* the worst of them; "" */
    int host_no;      /* of those that DNS lists are asked for; -1: it is none */
};
struct look {
    struct arena *arena;
    const struct msg *msg;
    const struct feed_set *feeds;
    struct look_link *links;
    int nlinks;
    struct dns_query *queries;
    int nqueries;
    int unasked; /* for which there was no room */
};

/* msg, feeds and the arena must outlive it. */
void look_begin(struct look *l, struct arena *a, const struct msg *m, const struct feed_set *feeds);
/* Fills l->queries, at most `room`, the most suspicious hosts first. */
void look_questions(struct look *l, const struct rep_rules *const *rules, int nrules, int room);
/* org: for the findings; "" everybody. client_ip, sender: of the envelope. now: ms since 1970. */
struct look_about {
    const struct rep_rules *rules;
    const char *org, *client_ip, *sender;
    int64_t now;
};
void look_judge(const struct look *l, struct msg *m, const struct look_about *w);

#endif
