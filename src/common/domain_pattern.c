#include "domain_pattern.h"

#include <string.h>

#include "addr.h"
#include "arena.h"
#include "err.h"

int
domain_pattern(struct arena *a, const char *text, const char **out, struct err *e)
{
    bool below = strncmp(text, "*.", 2) == 0;
    char *domain;

    if (strchr(below ? text + 2 : text, '*'))
        return err_set(e, ERR_INPUT, "domain", "* stands only before the first dot");
    if (addr_domain(a, below ? text + 2 : text, &domain, e) < 0)
        return -1;
    *out = below ? arena_printf(a, "*.%s", domain) : domain;
    return 0;
}

bool
domain_pattern_matches(const char *pattern, const char *domain)
{
    size_t n = strlen(domain), m;

    if (strncmp(pattern, "*.", 2) != 0)
        return strcmp(pattern, domain) == 0;
    m = strlen(pattern + 1);
    return n > m && strcmp(domain + n - m, pattern + 1) == 0;
}
