/* The sides of a message that features are made from (inside of stats/ only). */
#ifndef SEKISHO_STATS_SIDES_H
#define SEKISHO_STATS_SIDES_H

#include <stddef.h>

struct arena;
struct collect;
struct msg;

void side_sender(struct collect *c, const struct msg *m); /* who it is from and to */
void side_links(struct collect *c, const struct msg *m);
void side_shape(struct collect *c, const struct msg *m);

/* The organisational domain of a host, "" for "" and for IP addresses. */
const char *side_domain(struct arena *a, const char *host);
/* What stands behind the last dot, at most n bytes, in lower case; "". */
const char *side_ending(struct arena *a, const char *name, size_t n);

#endif
