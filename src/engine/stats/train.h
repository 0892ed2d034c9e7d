/*
 * Training of a model: logistic regression, weights found by AdaGrad over several rounds.
 *
 * Reproducible to the byte: samples are sorted by their digest, shuffled by a generator of its own, and
 * all arithmetic is +, -, *, / and sqrt of IEEE 754 doubles in a fixed order (the Makefile forbids fused
 * operations here); exp and log are computed from these (train_math.h).
 */
#ifndef SEKISHO_STATS_TRAIN_H
#define SEKISHO_STATS_TRAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model.h"

struct train_sample {
    unsigned char digest[32]; /* of the message */
    bool spam;
    uint32_t source; /* which collection it comes from: each has its say, however small it is */
    uint32_t n, count[STATS_GROUPS];
    const uint32_t
        *index; /* features in the order of groups: the first count[0] are of group 0 ... */
};

/* Features of a message as training wants them. Belongs to the arena. */
void train_sample(struct arena *a, const struct stats_features *f, struct train_sample *out);

/* Sorts samples. The model's weights are memory of the arena. At least one of each kind;
 * -1 and ERR_INPUT "samples" otherwise. */
int train_model(struct arena *a, struct train_sample *samples, size_t n, struct stats_model *out,
                struct err *e);

#endif
