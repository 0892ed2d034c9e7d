/*
 * Features of a message as bytes, to be kept with what somebody said of it: some 2 bytes a feature.
 * A number of the version (STATS_VERSION), then for each group a count and steps from one index to the
 * next, all as varints. Words cannot be read from it.
 */
#ifndef SEKISHO_STATS_PACK_H
#define SEKISHO_STATS_PACK_H

#include <stdbool.h>
#include <stddef.h>

#include "features.h"

struct arena;
struct train_sample;

#define STATS_PACK_BYTES 40000 /* the longest there can be */

/* Belongs to the arena. */
unsigned char *stats_pack(struct arena *a, const struct stats_features *f, size_t *n);
/* Fills index, n and count of a sample. false: not one, or of another version. */
bool stats_unpack(struct arena *a, const unsigned char *p, size_t n, struct train_sample *out);

#endif
