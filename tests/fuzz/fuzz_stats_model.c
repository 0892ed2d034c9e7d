/* The file of a model, packed features, and corrections that people taught: all bytes from outside. The
 * digest of the file is put right, else nothing behind it would be reached. */
#include <stdlib.h>
#include <string.h>

#include "common/arena.h"
#include "common/err.h"
#include "common/token.h"
#include "engine/stats/learned.h"
#include "engine/stats/model.h"
#include "engine/stats/pack.h"

int LLVMFuzzerTestOneInput(const unsigned char *p, size_t n);

static void
whole_model(struct arena *a, const unsigned char *p, size_t n)
{
    unsigned char *file = arena_alloc(a, n + 32);
    struct stats_feature v[2] = {{1, 0, "a", NULL}, {STATS_SPACE - 1, 4, "b", "a"}};
    struct stats_features f = {v, 2, {1, 0, 0, 0, 1, 0, 0}};
    struct stats_model m;
    struct err e;
    memcpy(file, p, n);
    token_sha256(file, n, file + n);
    if (stats_model_read(file, n + 32, &m, &e) == 0) {
        (void)stats_model_score(&m, &f, stats_model_sum(&m, &f));
        (void)stats_model_reasons(a, &m, &f, true);
        (void)learned_sum(&m, &f, p, n);
        stats_model_free(&m);
    }
}

int
LLVMFuzzerTestOneInput(const unsigned char *p, size_t n)
{
    struct arena *a = arena_new();
    struct train_sample s;
    unsigned char *exact = malloc(n ? n : 1);
    memcpy(exact, p, n);
    whole_model(a, exact, n);
    if (stats_unpack(a, exact, n, &s))
        for (uint32_t i = 0; i < s.n; i++)
            if (s.index[i] >= STATS_SPACE)
                abort();
    free(exact);
    arena_free(&a);
    return 0;
}
