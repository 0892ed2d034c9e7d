/*
 * How many refusals of one client are written down: any computer may be refused as often as it likes, but it does not
 * fill the database with that. What is over is counted and logged when the minute is over.
 */
#ifndef SEKISHO_REFUSAL_RATE_H
#define SEKISHO_REFUSAL_RATE_H

#include <stdbool.h>
#include <stdint.h>

struct refusal_rate;

#define REFUSAL_RATE 100           /* of a client (an IPv4 address, an IPv6 /64) in a minute */
#define REFUSAL_RATE_CLIENTS 50000 /* at once; of more than these none is written down */

struct refusal_rate *refusal_rate_new(void);
void refusal_rate_free(struct refusal_rate **r);
/* Is one more of that client written down? now: monotonic ms. Any thread. */
bool refusal_rate_take(struct refusal_rate *r, const char *client_ip, int64_t now);
/* Begins a new minute when it is time: logs what the last one left out. How many refusals that were. Any thread. */
int64_t refusal_rate_turn(struct refusal_rate *r, int64_t now);

#endif
