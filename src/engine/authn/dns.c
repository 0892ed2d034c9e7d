#include "dns.h"

#include <string.h>

/* Any bytes are allowed in a label (RFC 2181 11), but for the dot that would end it. */
bool
dns_is_name(const char *name)
{
    size_t n = strlen(name), label = 0;

    if (n > 0 && name[n - 1] == '.')
        n--;
    if (n == 0 || n > 253)
        return false;
    for (size_t i = 0; i < n; i++) {
        label = name[i] == '.' ? 0 : label + 1;
        if (label > 63 || (name[i] == '.' && (i == 0 || name[i - 1] == '.')))
            return false;
    }
    return label > 0;
}

void
dns_ask(struct dns *d, struct arena *a, const char *name, enum dns_type type,
        struct dns_answer *out)
{
    *out = (struct dns_answer){.status = DNS_NXDOMAIN};
    if (!dns_is_name(name))
        return;
    out->status = DNS_TEMPERROR;
    if (d->left <= 0)
        return;
    d->left--;
    d->ask(d, a, name, type, out);
}
