/*
 * The classifier: a linear model over the features of a message (features.h).
 *
 * Why this: logistic regression over hashed words and orthogonal sparse bigrams is, in the published
 * comparisons of online spam filters (TREC 2005-2007, and later work on them), as good as the best that
 * costs ten times as much; it weighs features together, so that a hundred words of one newsletter do
 * not count a hundred times as they do for a naive Bayes filter; and what it says of a message is a sum,
 * so that the strongest words can be shown to people. Weights are bytes: 300,000 of them are a file of
 * less than 1 MB, and the table in memory is 4 MB that all workers share.
 *
 * Deterministic: weights are integers; what is computed with them are additions, one division and one
 * square root a group, which IEEE 754 rounds exactly. No libm.
 */
#ifndef SEKISHO_STATS_MODEL_H
#define SEKISHO_STATS_MODEL_H

#include "features.h"

#include <stdbool.h>

struct arena;
struct err;

/* Goes up when the same message gives other features: a model of another version is refused. */
#define STATS_VERSION 1
#define STATS_MODEL_BYTES (4 * 1024 * 1024) /* of a file */
#define STATS_POINTS 8

/* From the sum to points of the score: straight lines between points, the ends go on level. */
struct stats_curve {
    int n;
    double sum[STATS_POINTS], score[STATS_POINTS]; /* both rising */
};

struct stats_model {
    const int8_t *weights; /* STATS_SPACE of them; what one means: stats_weight() */
    double scale;
    bool scripts; /* it learned of STATS_SCRIPTS; else that group says nothing */
    double bias;
    struct stats_curve curve;
};

/* Reads the text of a file. The weights are mapped memory that is read-only afterwards;
 * stats_model_free() gives it back. -1 and ERR_INPUT "model": not one, damaged, or of another
 * version. */
int stats_model_read(const unsigned char *p, size_t n, struct stats_model *out, struct err *e);
/* The same from a path; ERR_ENV "model-file" when it cannot be read. */
int stats_model_load(const char *path, struct stats_model *out, struct err *e);
void stats_model_free(struct stats_model *m);

/* The text of a file of a model, for stats_model_read(). Belongs to the arena. */
unsigned char *stats_model_write(struct arena *a, const struct stats_model *m, size_t *n);

/* A byte stands for its square (with its sign) in units of scale: most weights are far smaller than the
 * strongest, and in even steps they would all be 0. */
static inline int32_t
stats_weight(int8_t byte)
{
    return byte * (byte < 0 ? -byte : byte);
}
#define STATS_WEIGHT_MOST (127 * 127)

/* What one feature of a group of count counts: groups are as long as each other (the text twice as long),
 * however many features are in them. */
double stats_share(int group, uint32_t count);
/* Above 0: more like spam. Natural logarithm of the odds, as trained. */
double stats_model_sum(const struct stats_model *m, const struct stats_features *f);
/* Points for the score of a message: in hundredths, rounded. */
double stats_curve_score(const struct stats_curve *c, double sum);
/* The same, less when the links of the mail are mostly unknown to the model: by the share of them that are
 * known, but never less than half. */
double stats_model_score(const struct stats_model *m, const struct stats_features *f, double sum);

/* The words of the mail that say most for (or against) spam, strongest first, as one line of at most some
 * 200 bytes: "\"invoice\", \"verify your\"". "" without any. */
const char *stats_model_reasons(struct arena *a, const struct stats_model *m,
                                const struct stats_features *f, bool spam);

#endif
