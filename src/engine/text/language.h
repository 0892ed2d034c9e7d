/* In which language is a text? By its script, and by small words (the, und, que ...) where several share a script. Linear. */
#ifndef SEKISHO_TEXT_LANGUAGE_H
#define SEKISHO_TEXT_LANGUAGE_H

#include <stddef.h>

#define LANGUAGE_BYTES (16 * 1024) /* that are looked at */

/* n bytes of UTF-8. ISO 639-1 ("en", "ja"), "" when it cannot be told: too short, or several at once. Static text. */
const char *text_language(const char *p, size_t n);
void text_language_prepare(void);

#endif
