/*
 * DNS by libunbound: one resolver and one cache a process, asked from any thread.
 *
 * A question that is not answered in the time of its message is given up: the message gets
 * DNS_TEMPERROR, the answer still goes to the cache when it comes. While the servers seem dead, the
 * time is short: mail does not wait for each of its questions to find out once more.
 */
#ifndef SEKISHO_DNS_UNBOUND_H
#define SEKISHO_DNS_UNBOUND_H

#include <stdint.h>

#include "dns.h"

struct err;
struct dns_unbound;

/* servers: "192.0.2.1 [2001:db8::1]:5353", as the setting has them; "" takes the system's. Their word
 * is trusted. dnssec: answers are validated here as well, which costs more questions; the servers
 * must pass signatures on. NULL and *e (ERR_INPUT: the servers; ERR_ENV). */
struct dns_unbound *dns_unbound_new(const char *servers, bool dnssec, struct err *e);
/* No question may be on its way from another thread. */
void dns_unbound_free(struct dns_unbound **u);

/* Its answers go to dns_shared.h, and what is there is not asked. For the gate and who stands for it; others want to see
 * what DNS says now. */
void dns_unbound_share(struct dns_unbound *u);

/* Several questions at once, answered together: until deadline (monotonic ms), or sooner when the
 * servers seem dead (dns_unbound.c). */
struct dns_query {
    const char *name; /* dns_is_name() */
    enum dns_type type;
    struct dns_answer answer; /* out */
};
void dns_unbound_ask(struct dns_unbound *u, struct arena *a, struct dns_query *queries, int n,
                     int64_t deadline);

/* Does DNS work here at all: was there an answer, be it "no such name", to any question (but PTR, which
 * libunbound sometimes answers by itself) within DNS_SILENCE_MS? When not, "not known now" says nothing
 * about the name. */
#define DNS_SILENCE_MS 30000
bool dns_unbound_works(struct dns_unbound *u);

/* What one message may ask: DNS_QUESTIONS, until deadline (monotonic ms, when.h). */
struct dns_message {
    struct dns dns; /* ask this one */
    struct dns_unbound *resolver;
    int64_t deadline;
};
void dns_message_begin(struct dns_message *m, struct dns_unbound *u, int64_t deadline);

#endif
