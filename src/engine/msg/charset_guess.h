/*
 * In which charset are these bytes? For text that names none, or the wrong one. Each candidate reads the beginning strictly, and
 * what comes out is judged: how usual are its characters, and how usual beside one another. Linear.
 */
#ifndef SEKISHO_CHARSET_GUESS_H
#define SEKISHO_CHARSET_GUESS_H

#include <stdbool.h>
#include <stddef.h>

#define CHARSET_GUESS_BYTES 4096

/* ICU's name; "windows-1252" when nothing speaks for anything. Bytes that are UTF-8 or ASCII are not asked about here. */
const char *charset_guess(const char *p, size_t n);
/* How well text reads as that charset, for each byte above 127: 1 and more is good, below 0 it is another one. -100: it cannot
 * be read so. *high, if given: bytes above 127. */
double charset_score(const char *charset, const char *p, size_t n, int *high);
/* "UTF-16LE" by a mark or by its many NULs, "ISO-2022-JP" by its escapes ...; NULL: none of those that look like ASCII or
 * like no text. */
const char *charset_by_marks(const char *p, size_t n);

#endif
