/*
 * Text as it is meant to be read (T-E2): without invisible characters, with look-alike letters as the letters that they
 * stand for, with spaced words put together. For rules and statistics; people are shown the original.
 *
 * Letters of another script are replaced in words that mix scripts, and in words of such letters alone when the text around
 * is Latin; so that Russian stays Russian. Linear.
 */
#ifndef SEKISHO_TEXT_NORMAL_H
#define SEKISHO_TEXT_NORMAL_H

#include <stddef.h>

struct arena;

/* How often something was done to the text. */
struct text_tricks {
    int invisible; /* characters without width inside words, where the script has no use for them */
    int bidi;      /* texts in forced direction */
    int folded;    /* words with letters of another script */
    int styled;    /* words of mathematical, circled or small capital letters */
    int spaced;    /* words with a gap behind each letter */
    int swapped;   /* words with I for l, or l for I; a message has those of subject and name alone */
    int marks;     /* marks on Latin letters that no language puts there */
    int leet;      /* words with digits for letters */
};

/* n bytes of valid UTF-8; the result is, too. Adds to tricks. White space becomes single blanks and line ends. */
char *text_normal(struct arena *a, const char *p, size_t n, size_t *out_n,
                  struct text_tricks *tricks);
/* Opens what the library needs; before the sandbox closes. */
void text_normal_prepare(void);

#endif
