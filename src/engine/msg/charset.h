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

/* n bytes in that charset (NULL, "", ASCII or unknown: UTF-8 if it is, else a guess). Valid UTF-8
 * without NUL, in the arena; *out_n may be NULL. *known, if given: the charset's name was
 * understood. */
char *charset_utf8(struct arena *a, const char *charset, const char *p, size_t n, size_t *out_n,
                   bool *known);

#endif
