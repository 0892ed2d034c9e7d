/*
 * Text to words (inside of stats/ only). Words are letters in lower case; scripts without spaces
 * between words (Han, kana, Hangul, Thai ...) give pairs of characters. What differs from copy to
 * copy becomes a class: <url>, <addr>, <id>, numbers by their length. Characters that nobody sees
 * are skipped, full-width letters are narrow ones.
 */
#ifndef SEKISHO_STATS_TEXT_H
#define SEKISHO_STATS_TEXT_H

#include <stddef.h>

struct stream;

/* Linear in n; stops when the stream takes no more. */
void text_words(struct stream *s, const char *p, size_t n);

#endif
