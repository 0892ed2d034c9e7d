/* What the people of each organisation taught the statistics (0015-learning.sql). */
#ifndef SEKISHO_ORGCONF_LEARNED_H
#define SEKISHO_ORGCONF_LEARNED_H

#include <jansson.h>

struct orgconf_learned_org {
    const char *org;
    const json_t *model; /* a string: stats/learned.h in base64url, as envelope.lists has it */
};
struct orgconf_learned {
    int n;
    const struct orgconf_learned_org *list; /* sorted by org */
};

/* NULL: nothing. Borrowed from the settings. */
const json_t *orgconf_learned(const struct orgconf_learned *c, const char *org);

#endif
