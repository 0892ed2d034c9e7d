/* Form bodies: names and values are valid UTF-8 within the limits, whatever comes. */
#include <stdlib.h>
#include <string.h>

#include "console/web_input.h"

int LLVMFuzzerTestOneInput(const unsigned char *p, size_t n);
int
LLVMFuzzerTestOneInput(const unsigned char *p, size_t n)
{
    struct arena *a = arena_new();
    struct web_pairs pairs = {0};
    if (web_form_parse(a, (const char *)p, n, &pairs) == 0)
        for (int i = 0; i < pairs.n; i++)
            if (!*pairs.v[i].name || strlen(pairs.v[i].name) > WEB_NAME_MAX ||
                strlen(pairs.v[i].value) != pairs.v[i].n || !web_utf8(pairs.v[i].value, pairs.v[i].n))
                abort();
    if (pairs.n > WEB_PAIRS_MAX)
        abort();
    arena_free(&a);
    return 0;
}
