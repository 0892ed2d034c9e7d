/*
 * DNS between who understands mail and who may ask.
 *
 * The sandboxed worker has no network, and must not wait for one: the servers of a sender would
 * decide how long. So it checks a message with the answers that it was given (dns_known), and tells
 * which ones it lacked. The gate asks for those, all at once, and hands the message out once more
 * with the answers (dns_fetch), until nothing is missing. Two or three rounds are usual, none when all was asked
 * for another message a short time ago (dns_shared.h).
 *
 * Answers and questions travel as JSON:
 *   question  {"name": base64url, "type": 16}
 *   answer    the same and {"status": 0, "secure": false, "ttl": 300, "records": [[preference, base64url]...]}
 */
#ifndef SEKISHO_DNS_KNOWN_H
#define SEKISHO_DNS_KNOWN_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "dns.h"

struct arena;
struct dns_query;
struct dns_unbound;

#define DNS_ANSWERS_BYTES (1024 * 1024) /* all answers of one message, as JSON text */

/* The worker's side. */
struct dns_known {
    struct dns dns; /* ask this one: DNS_TEMPERROR for what is not known */
    struct arena *arena;
    const json_t *answers; /* NULL: none */
    json_t *missing;       /* questions without an answer; the arena's */
};
void dns_known_begin(struct dns_known *k, struct arena *a, const json_t *answers);

/* The gate's side. */
struct dns_fetch {
    struct arena *arena;
    struct dns_unbound *resolver; /* NULL: every answer is DNS_TEMPERROR */
    int64_t deadline;             /* monotonic ms */
    int left;                     /* questions that the message may still ask */
    json_t *answers;              /* all so far; the arena's */
    struct dns_query *extra;      /* questions of somebody else, asked along with the first ones */
    int nextra;
};
void dns_fetch_begin(struct dns_fetch *f, struct arena *a, struct dns_unbound *resolver,
                     int64_t deadline);
/* Asks what is missing (by a worker, who is not trusted); what the message may not ask any more gets
 * DNS_TEMPERROR. extra is answered in the first call, whatever is missing; it is not counted here. true: there are new answers, so the message is worth another round. */
bool dns_fetch_more(struct dns_fetch *f, const json_t *missing);

#endif
