/* Does mail come here first? */
#ifndef SEKISHO_DCHECK_MX_H
#define SEKISHO_DCHECK_MX_H

#include <stdbool.h>

struct mx_record {
    const char *host; /* any case, no final dot */
    unsigned preference;
    /* out */
    bool ours;
    bool rival; /* has mail that should come here: delete it, or give it a higher number */
};

/* NULL: ours come first. Else "mx-missing" (none of ours), "mx-not-first" (another has a lower
 * number), "mx-shared" (another has the same). ours: names in lower case, ended by NULL. *first: the
 * number that ours should have: the lowest there is. */
const char *mx_compare(struct mx_record *r, int n, const char *const *ours, unsigned *first);

#endif
