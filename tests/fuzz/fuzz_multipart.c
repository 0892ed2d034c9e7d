/* Uploads. The first line of the input is the content type, the rest the body. */
#include <stdlib.h>
#include <string.h>

#include "console/web_input.h"

int LLVMFuzzerTestOneInput(const unsigned char *p, size_t n);
int
LLVMFuzzerTestOneInput(const unsigned char *p, size_t n)
{
    struct arena *a = arena_new();
    struct web_pairs pairs = {0};
    const unsigned char *nl = n ? memchr(p, '\n', n) : NULL;
    size_t type_n = nl ? (size_t)(nl - p) : 0;
    char *type = arena_strndup(a, (const char *)p, type_n);
    const unsigned char *body = nl ? nl + 1 : p;
    size_t body_n = n - (size_t)(body - p);
    if (web_body_parse(a, type, (const char *)body, body_n, &pairs) == 0)
        for (int i = 0; i < pairs.n; i++) {
            if (pairs.v[i].n > body_n * 6 + 1 || pairs.v[i].value[pairs.v[i].n] != '\0')
                abort();
            if (!pairs.v[i].filename && !web_utf8(pairs.v[i].value, pairs.v[i].n))
                abort();
        }
    if (pairs.n > WEB_PAIRS_MAX)
        abort();
    arena_free(&a);
    return 0;
}
