/* Corrections of the statistics for organisations whose people said something new (stats/learned.h). */
#include "job.h"
#include "../scan/statistics.h"
#include "../stats/learned.h"
#include "../stats/pack.h"
#include "../../common/arena.h"
#include "../../common/evlog.h"
#include "../../store/store_learn.h"

#include <string.h>

/* Samples of another version of the features say nothing any more; they are left alone. */
static size_t
unpack(struct arena *a, const struct store_learn_sample *rows, int n, struct learned_sample *out)
{
    size_t k = 0;
    for (int i = 0; i < n; i++) {
        struct learned_sample *s = &out[k];
        *s = (struct learned_sample){
            .s = {.spam = rows[i].spam}, .who = rows[i].who, .trusted = rows[i].trusted};
        if (rows[i].digest_len != sizeof s->s.digest ||
            !stats_unpack(a, rows[i].features, rows[i].features_len, &s->s))
            continue;
        memcpy(s->s.digest, rows[i].digest, sizeof s->s.digest);
        k++;
    }
    return k;
}

static int
build(struct jobs *j, struct arena *a, const struct store_learn_due *due, struct err *e)
{
    struct store_learn_sample *rows;
    size_t bytes = 0, samples;
    int n, counted = 0;
    if (store_learn_samples(j->db, a, due->org, LEARNED_SAMPLES, &rows, &n, e) < 0)
        return -1;
    struct learned_sample *list = arena_calloc(a, (size_t)n, sizeof *list);
    samples = unpack(a, rows, n, list);
    const unsigned char *model = learned_build(a, scan_statistics_model(), list, samples, &bytes);
    for (size_t i = 0; i < samples; i++)
        counted += list[i].counts;
    return store_learn_built(j->db, a, due, counted, bytes ? model : (const unsigned char *)"",
                             bytes, e);
}

int
job_learn(struct jobs *j, struct arena *a, struct err *e)
{
    struct store_learn_due *due;
    int n;
    if (store_learn_due(j->db, a, &due, &n, e) < 0)
        return -1;
    for (int i = 0; i < n && !jobs_stopping(); i++) {
        struct arena *once = arena_new();
        int rc = build(j, once, &due[i], e);
        arena_free(&once);
        if (rc < 0)
            return -1;
    }
    return n > 0;
}
