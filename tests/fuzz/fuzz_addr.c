/* Addresses, domains, servers: whatever is accepted reads the same again. */
#include <stdlib.h>
#include <string.h>

#include "common/addr.h"
#include "common/arena.h"
#include "common/err.h"

int LLVMFuzzerTestOneInput(const unsigned char *p, size_t n);

int
LLVMFuzzerTestOneInput(const unsigned char *p, size_t n)
{
    struct arena *a = arena_new();
    const char *text = arena_strndup(a, (const char *)p, n);
    struct addr x, again;
    struct hostport h;
    struct err e;
    char *domain, *twice;
    if (addr_parse(a, text, &x, &e) == 0) {
        if (addr_parse(a, x.key, &again, &e) || strcmp(x.key, again.key))
            abort();
        if (strpbrk(x.key, "\r\n"))
            abort();
    }
    addr_envelope(a, text, &x);
    if (strpbrk(x.key, "\r\n"))
        abort();
    if (addr_domain(a, text, &domain, &e) == 0 && (addr_domain(a, domain, &twice, &e) || strcmp(domain, twice)))
        abort();
    (void)addr_hostport(a, text, 25, &h, &e);
    arena_free(&a);
    return 0;
}
