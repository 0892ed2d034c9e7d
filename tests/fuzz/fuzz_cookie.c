/* The cookie header: a value is part of the header, and only of the cookie with that very name. */
#include <stdlib.h>
#include <string.h>

#include "console/web_input.h"

int LLVMFuzzerTestOneInput(const unsigned char *p, size_t n);
int
LLVMFuzzerTestOneInput(const unsigned char *p, size_t n)
{
    struct arena *a = arena_new();
    char *header = arena_strndup(a, (const char *)p, n);
    static const char *const names[] = {"__Host-sekisho-admin", "a", "sekisho-lang"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *value = web_cookie(a, header, names[i]);
        if (value && (!strstr(header, arena_printf(a, "%s=%s", names[i], value)) || strchr(value, ';')))
            abort();
    }
    arena_free(&a);
    return 0;
}
