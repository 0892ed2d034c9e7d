/* Sources whose outbound mail is stopped because of possible spam. */
#ifndef SEKISHO_ORGCONF_SUSPENDED_H
#define SEKISHO_ORGCONF_SUSPENDED_H

#include <stdbool.h>

struct orgconf_source {
    const char *org, *source; /* "192.0.2.1" or "user@example.com" */
};
struct orgconf_suspended {
    int n;
    const struct orgconf_source *list; /* sorted by org, source */
};

bool orgconf_is_suspended(const struct orgconf_suspended *s, const char *org, const char *source);

#endif
