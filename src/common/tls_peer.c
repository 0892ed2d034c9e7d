#include "tls_peer.h"

#include <stddef.h>
#include <string.h>

#include "addr.h"

const char *const tls_levels[] = {"none",      "may",    "encrypt", "dane",
                                  "dane-only", "verify", "secure",  NULL};

bool
tls_level_ok(const char *level, bool inbound)
{
    if (inbound)
        return strcmp(level, "may") == 0 || strcmp(level, "encrypt") == 0;
    for (size_t i = 0; tls_levels[i]; i++)
        if (strcmp(level, tls_levels[i]) == 0)
            return true;
    return false;
}

bool
tls_version_ok(const char *version)
{
    return strcmp(version, "1.2") == 0 || strcmp(version, "1.3") == 0;
}

int
tls_peer_name(struct arena *a, const char *text, const char **out, struct err *e)
{
    char *name;

    if (strcmp(text, "*") == 0) {
        *out = "*";
        return 0;
    }
    if (addr_domain(a, text, &name, e) < 0)
        return -1;
    *out = name;
    return 0;
}
