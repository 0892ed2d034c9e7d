/* Words made by chance, so that each copy of a mail is another one. */
#ifndef SEKISHO_CHANCE_H
#define SEKISHO_CHANCE_H

#include <stdbool.h>
#include <stddef.h>

/* ASCII letters and digits in an order that nobody writes; ten or more. */
bool chance_word(const char *word, size_t n);
/* The part of an address in small letters that nobody can say: few vowels, or many pairs of letters that words of languages
 * with Latin letters hardly have. Notes only: names of companies are made of initials. */
bool chance_unspeakable(const char *label, size_t n);

#endif
