/*
 * Was it sent? What a process that died may have handed to Postfix under an id of ours is looked for in
 * Postfix's log: by the release job and by the one of mails to people (security.md 4.2).
 */
#ifndef SEKISHO_SENT_PROOF_H
#define SEKISHO_SENT_PROOF_H

#include <stdbool.h>
#include <stdint.h>

struct store_release_proof;

#define SENT_HALF_PROOF_MS 30000 /* cleanup saw it, the queue manager not yet */

/* Without proof: is it known that it was not sent? Only the log of the node that claimed it can tell, or
 * nobody ever will. A log that is read up to a moment in which that conversation may still have gone on
 * tells nothing: the follower may be behind as much as the claim is old.
 * here: this node; claimed: when, ms; node: who claimed it; quiet_since: see struct jobs. */
bool sent_known(const char *here, int64_t quiet_since, const char *node, int64_t claimed,
                const struct store_release_proof *p);

/* 1 s after the first try, then twice as long each time, up to 5 minutes. */
int64_t sent_backoff_ms(int64_t tries);

/* Runs while the machine sleeps, too: what was armed long ago is not sent. */
int64_t sent_clock_ms(void);

#endif
