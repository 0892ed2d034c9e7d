/*
 * The SPF record that we tell people to publish: the input is the TXT records of a domain, one a line.
 * Whatever they have: what we propose is a valid record, lets us send, and is not corrected again.
 */
#include <stdlib.h>
#include <string.h>

#include "common/arena.h"
#include "engine/authn/spf_parse.h"
#include "engine/domains/spf_merge.h"

#define OURS "include:_spf.gw.example"

int LLVMFuzzerTestOneInput(const unsigned char *p, size_t n);

int
LLVMFuzzerTestOneInput(const unsigned char *p, size_t n)
{
    struct arena *a = arena_new();
    struct spf_text texts[16], again;
    const char *wanted, *problem, *why, *end = (const char *)p + n;
    struct spf_record r;
    int count = 0;

    for (const char *s = (const char *)p; s < end && count < 16; count++) {
        const char *lf = memchr(s, '\n', (size_t)(end - s));
        texts[count] = (struct spf_text){s, (size_t)((lf ? lf : end) - s)};
        s = lf ? lf + 1 : end;
    }
    why = spf_merge(a, texts, count, OURS, &wanted, &problem);
    if (!!*problem != (why && strcmp(why, "spf-syntax") == 0))
        abort();
    if (!!*wanted != (why && !*problem))
        abort();
    if (*wanted) {
        again = (struct spf_text){wanted, strlen(wanted)};
        if (!spf_parse(a, again.p, again.n, &r) ||
            spf_merge(a, &again, 1, OURS, &wanted, &problem) != NULL)
            abort();
    }
    arena_free(&a);
    return 0;
}
