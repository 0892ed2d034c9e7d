/* The search language: any bytes give terms and problems that stay inside the query. */
#include <stdlib.h>
#include <string.h>

#include "common/arena.h"
#include "common/err.h"
#include "common/track_query.h"

int LLVMFuzzerTestOneInput(const unsigned char *p, size_t n);

static int
odd_zone(void *ctx, int64_t ms)
{
    (void)ctx;
    return ms % 7200000 < 3600000 ? 840 : -720;
}

int
LLVMFuzzerTestOneInput(const unsigned char *p, size_t n)
{
    const struct track_clock clock = {.now = 1795510505000, .offset = odd_zone};
    struct arena *a = arena_new();
    char *text = arena_memdup(a, p, n);
    size_t len = strlen(text);
    const struct track_query *q = track_query_parse(a, text, &clock);

    BUG_IF(q->nterms > TRACK_TERMS || q->nproblems > TRACK_PROBLEMS);
    for (int i = 0; i < q->nterms; i++)
        BUG_IF(!*q->terms[i].value || strlen(q->terms[i].value) > TRACK_QUERY_MAX);
    for (int i = 0; i < q->nproblems; i++)
        BUG_IF(q->problems[i].start + q->problems[i].len > len || !q->problems[i].suggest);
    arena_free(&a);
    return 0;
}
