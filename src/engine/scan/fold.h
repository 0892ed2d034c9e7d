/*
 * Text as it is compared: full-width and small letters, ligatures and marks that nobody sees made one
 * (Unicode NFKC_Casefold), and the skeleton of characters that look alike (UTS #39).
 */
#ifndef SEKISHO_FOLD_H
#define SEKISHO_FOLD_H

#include <stddef.h>

struct arena;

/* Loads what ICU reads at first use; before the sandbox closes. May be called again. */
void fold_prepare(void);
/* At most n bytes of s are read. Any UTF-8; in the arena. */
const char *fold_text(struct arena *a, const char *s, size_t n);
/* Two folded texts with the same skeleton look the same. */
const char *fold_skeleton(struct arena *a, const char *folded);
/* Words (letters and digits of any script) of folded text, at most max; returns how many. */
int fold_words(struct arena *a, const char *folded, const char **words, int max);
/* The text without everything that is no letter and no digit. */
const char *fold_letters(struct arena *a, const char *folded);

#endif
