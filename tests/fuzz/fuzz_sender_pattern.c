/* Sender patterns: what is accepted reads the same again, and stands for what its form says. */
#include <stdlib.h>
#include <string.h>

#include "common/addr.h"
#include "common/arena.h"
#include "common/sender_pattern.h"

int LLVMFuzzerTestOneInput(const unsigned char *p, size_t n);

int
LLVMFuzzerTestOneInput(const unsigned char *p, size_t n)
{
    struct arena *a = arena_new();
    const char *text = arena_strndup(a, (const char *)p, n), *pattern, *again;
    const char *const *list;
    struct addr x;
    int count;

    addr_envelope(a, text, &x);
    count = sender_candidates(a, &x, &list);
    if (count < 0 || count > SENDER_CANDIDATES)
        abort();
    if (sender_pattern_parse(a, text, &pattern) == SENDER_FINE) {
        if (sender_pattern_parse(a, pattern, &again) != SENDER_FINE || strcmp(pattern, again) != 0)
            abort();
        if (strlen(pattern) > ADDR_MAX || strcmp(pattern, "*@*") == 0 || strpbrk(pattern, "\r\n "))
            abort();
        addr_envelope(a, pattern, &x);
        if (!strchr(pattern, '*') && *x.domain && !sender_pattern_matches(a, pattern, &x))
            abort();
    }
    arena_free(&a);
    return 0;
}
