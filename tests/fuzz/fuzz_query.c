/* A whole request head with its query: what passes has one Host, one length, no control bytes. */
#include <stdlib.h>
#include <string.h>

#include "console/web_head.h"
#include "console/web_input.h"

int LLVMFuzzerTestOneInput(const unsigned char *p, size_t n);
int
LLVMFuzzerTestOneInput(const unsigned char *p, size_t n)
{
    struct arena *a = arena_new();
    long end = web_head_end((const char *)p, n);
    if (end > 0) {
        struct web_head h;
        struct web_pairs pairs = {0};
        char host[256];
        int status = web_head_parse(arena_memdup(a, p, (size_t)end), (size_t)end, &h);
        if (status && (status < 400 || status > 505))
            abort();
        if (!status) {
            if (*h.path != '/' || !*h.host || strpbrk(h.path, " \r\n?#") ||
                (strcmp(h.method, "POST") && h.length))
                abort();
            if (web_head_host(h.host, host, sizeof host) && (!*host || strpbrk(host, "/@, ")))
                abort();
            web_form_parse(a, h.query, strlen(h.query), &pairs);
        }
    }
    arena_free(&a);
    return 0;
}
