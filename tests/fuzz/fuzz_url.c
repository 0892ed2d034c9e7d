/* Addresses: as they are, and beside a base. What comes out is short, and reading it again changes nothing. */
#include <stdlib.h>
#include <string.h>

#include "common/arena.h"
#include "engine/url/url.h"
#include "engine/url/url_unwrap.h"

int LLVMFuzzerTestOneInput(const unsigned char *p, size_t n);

int
LLVMFuzzerTestOneInput(const unsigned char *p, size_t n)
{
    struct arena *a = arena_new();
    const char *nul = memchr(p, 0, n);
    const char *text = arena_strndup(a, (const char *)p, n);
    const char *second =
        nul ? arena_strndup(a, nul + 1, n - (size_t)(nul + 1 - (const char *)p)) : "x/y";
    struct url u, again, joined;
    const char *inner;

    if (url_parse(a, text, &u)) {
        if (strlen(u.host) > URL_HOST_BYTES * 4 || strlen(u.text) > URL_BYTES * 8)
            abort();
        if (*u.host && !u.broken &&
            (!url_parse(a, u.text, &again) || strcmp(u.host, again.host) != 0))
            abort();
    }
    for (int i = 0; i < URL_WRAPS && *(inner = url_unwrap(a, &u)) && url_parse(a, inner, &u); i++)
        if (strlen(inner) > URL_BYTES * 4)
            abort();
    url_join(a, &u, second, &joined);
    arena_free(&a);
    return 0;
}
