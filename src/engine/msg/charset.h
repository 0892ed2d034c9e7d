/*
 * Text of any charset as UTF-8. ICU, whose data is inside its library, because the sandbox cannot
 * open gconv modules. GMime decodes headers with iconv: charset_preload() opens what it will need
 * before the sandbox closes, and keeps it open.
 */
#ifndef SEKISHO_CHARSET_H
#define SEKISHO_CHARSET_H

#include <stdbool.h>
#include <stddef.h>

struct arena;

void charset_preload(void);

/* n bytes in that charset (NULL, "", ASCII or unknown: UTF-8 if it is, else a guess, charset_guess.h). Valid UTF-8
 * without NUL, in the arena; *out_n may be NULL. *known, if given: the charset's name was
 * understood. A
 * declared charset that the bytes speak against is not believed (T-M6). */
char *charset_utf8(struct arena *a, const char *charset, const char *p, size_t n, size_t *out_n,
                   bool *known);

/* A second reading of the same bytes, when mail programs may differ about it so that even markup comes out otherwise (UTF-7,
 * UTF-16, ISO-2022 against the declared one, or against what the HTML says inside). NULL: there is none. inside may be NULL. */
char *charset_second(struct arena *a, const char *declared, const char *inside, const char *p,
                     size_t n, size_t *out_n);

#endif
