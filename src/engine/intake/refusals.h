/*
 * Blocked traffic on its way to the database: what the gate refused is queued here and written in
 * batches by the gate's writer (gate_writer.h), so that a flood costs no commit for each refusal. The
 * queue is bounded, and so is each client's part of it (refusal_rate.h): what finds no place is counted and
 * logged, the refusal itself stands.
 */
#ifndef SEKISHO_REFUSALS_H
#define SEKISHO_REFUSALS_H

#include <stdbool.h>

struct db;
struct err;
struct refusals;

#define REFUSALS_WAITING 10000
#define REFUSALS_BATCH 500

/* Copied. Text as it came; made storable here. */
struct refusal {
    const char *org; /* not "" */
    bool outbound;
    const char *client_ip, *client_name, *helo, *sender, *recipient;
    int code;
    const char *enhanced, *reason, *slot;
};

/* node: this machine's name; must outlive it. */
struct refusals *refusals_new(const char *node);
void refusals_free(struct refusals **r);
/* Any thread; never waits for the database. */
void refusals_add(struct refusals *r, const struct refusal *what);
/* Writes one batch. 1: there is more, 0: done, -1: *e, and nothing is lost. One thread. */
int refusals_flush(struct refusals *r, struct db *db, struct err *e);

#endif
