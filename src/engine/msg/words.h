/*
 * Encoded words of header fields (RFC 2047) by ICU, so that all charsets work inside the sandbox,
 * and generously: words that were cut in the middle of a character, charsets by their odd names,
 * blanks inside. Linear in the length of the value.
 */
#ifndef SEKISHO_WORDS_H
#define SEKISHO_WORDS_H

struct arena;

/* A field's value as readable text: valid UTF-8, one line, no control bytes. */
char *words_text(struct arena *a, const char *value);
/* The same words, but again encoded, in UTF-8 and base64: for parsers, since decoded text may hold
 * commas, quotes and brackets. */
char *words_utf8(struct arena *a, const char *value);

#endif
