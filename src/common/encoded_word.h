/* Text in header fields: RFC 2047 encoded words. */
#ifndef SEKISHO_ENCODED_WORD_H
#define SEKISHO_ENCODED_WORD_H

struct arena;

/* Printable ASCII stays as it is, unless it could be taken for an encoded word; everything else becomes
 * UTF-8 words of at most 75 characters, folded with LF and a space. No line is longer than 76 (RFC 2047 2) when at
 * most 12 characters stand before the first: "Subject: ". text: UTF-8, one line; control bytes become spaces. */
char *encoded_words(struct arena *a, const char *text);

#endif
