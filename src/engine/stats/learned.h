/*
 * What an organisation's own people teach: corrections of the model's weights.
 *
 * They are computed from the samples of the organisation as a whole, every time anew, so that they are
 * the same in whatever order people said something, and a sample that is deleted leaves no trace (T-E8).
 * Only what several people agree on counts:
 *   - a sample of an administrator counts;
 *   - another one counts when LEARNED_QUORUM different people called mail like it the same, or an
 *     administrator did. However much one person teaches, nothing changes for the others.
 *   - all samples of one person together weigh at most as much as LEARNED_WEIGHT.
 */
#ifndef SEKISHO_STATS_LEARNED_H
#define SEKISHO_STATS_LEARNED_H

#include <stdbool.h>

#include "model.h"
#include "train.h"

struct arena;

#define LEARNED_QUORUM 3
#define LEARNED_WEIGHT 5
#define LEARNED_SAMPLES 2000  /* the newest of an organisation; the caller sees to it */
#define LEARNED_ENTRIES 16384 /* corrections that are kept, the strongest */
#define LEARNED_BYTES (LEARNED_ENTRIES * 5 + 16)

struct learned_sample {
    struct train_sample s; /* source is not used */
    const char *who;       /* tells people apart */
    bool trusted;          /* an administrator said it, or agreed */
    bool counts;           /* learned_build() says so */
};

/* Bytes for learned_sum(); n 0 when there is nothing to correct. Belongs to the arena. Sorts samples. */
unsigned char *learned_build(struct arena *a, const struct stats_model *m,
                             struct learned_sample *samples, size_t nsamples, size_t *n);

/* What is to be added to stats_model_sum(). Bytes that are none, or of another version: 0. */
double learned_sum(const struct stats_model *m, const struct stats_features *f,
                   const unsigned char *p, size_t n);

#endif
