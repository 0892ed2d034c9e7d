/*
 * Rates: message-recipients since a window began. Counted in memory, so that a mail waits for nobody; the gate's
 * writer brings the counts to the database and gets those of the other gates back, and what was counted before a
 * restart. A window begins with its first message-recipient.
 */
#ifndef SEKISHO_RATES_H
#define SEKISHO_RATES_H

#include <stdbool.h>
#include <stdint.h>

struct db;
struct err;
struct rates;

#define RATES_MAX 200000 /* windows at once; more are not counted */

struct rate {
    const char *key; /* what is counted; "" = not */
    int seconds;     /* of its window */
    int limit;       /* 0: none */
};

struct rates *rates_new(void);
void rates_free(struct rates **r);

/* One more of each, unless one of them is at its limit: then nothing is counted and its index is returned, else -1.
 * now: monotonic ms. Any thread. */
int rates_take(struct rates *r, const struct rate *list, int n, int64_t now);

/* To and from the database. 0, or -1 and *e: then the next call brings all. One thread. */
int rates_flush(struct rates *r, struct db *db, struct err *e);

#endif
