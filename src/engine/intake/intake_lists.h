/*
 * What the organisations of the recipients have set, for the scanners in the worker (envelope.lists):
 * by topic, then by organisation:
 *     {"spam": {"<org_id>": {...}, ...}, ...}
 * A topic is one line in intake_lists.c, with a function that gives what one organisation has set.
 */
#ifndef SEKISHO_INTAKE_LISTS_H
#define SEKISHO_INTAKE_LISTS_H

#include <jansson.h>
#include <stdbool.h>

struct arena;
struct ending;
struct orgconf;

/* For these organisations (no repeats). In the arena, which must not outlive the settings; NULL:
 * nothing is set. A topic for which there is no room (SCAN_JOB_LISTS) is logged and left out for that
 * organisation, and LISTS_LEFT_OUT (msg/msg.h) says so: its copies are held, since who writes to very many organisations
 * at once must not be rid of what they have set. */
json_t *intake_lists_of(struct arena *a, const struct orgconf *conf, const char *const *orgs, int n,
                        bool outbound);
/* For the recipients of an inbound message, or the organisation whose outbound mail it is. */
json_t *intake_lists(const struct ending *x);

/* Organisations of the message, no repeats: of its recipients, or of the sender when it goes out. Returns how many. */
int intake_orgs(const struct ending *x, const char ***out);

#endif
