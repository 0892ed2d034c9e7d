/*
 * What the sets of an ARC chain say about the author (RFC 8617 7.2.1): whether the one who sealed had
 * seen mail that was really from the domain in its From field.
 */
#ifndef SEKISHO_ARC_WORD_H
#define SEKISHO_ARC_WORD_H

#include <stdbool.h>
#include <stddef.h>

struct arc;
struct arena;
struct psl;

#define ARC_RESULTS_BYTES 16384 /* of one ARC-Authentication-Results; longer says nothing */

/* Does an ARC-Authentication-Results (value of n bytes, "i=" first) say that DMARC passed for this author,
 * or that a DKIM signature or SPF passed that is aligned with him? Comments do not count, nor does what
 * cannot be read. */
bool arc_word_vouches(struct arena *a, const char *value, size_t n, const char *author,
                      const struct psl *psl);

/* One for each set of a chain without faults, the oldest first. */
struct arc_word {
    const char *sealer; /* d= of its seal */
    bool author;        /* it vouches for the author */
};
const struct arc_word *arc_words(struct arena *a, const struct arc *c, const char *author,
                                 const struct psl *psl);

#endif
