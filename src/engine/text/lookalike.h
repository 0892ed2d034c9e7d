/* Letters that look like Latin ones (UTS #39 by ICU's tables, and styles of letters that it leaves out). */
#ifndef SEKISHO_TEXT_LOOKALIKE_H
#define SEKISHO_TEXT_LOOKALIKE_H

#include <stdbool.h>
#include <unicode/utypes.h>

void lookalike_prepare(void);
/* The ASCII letter that a letter of another script looks like, 0 when it looks like none. loose: also those that are only
 * alike to somebody who expects Latin letters (Cyrillic "т"). */
char lookalike_latin(UChar32 c, bool loose);
/* The letter of a small capital or squared one, 0 when it is none. */
char lookalike_styled(UChar32 c);
/* The Katakana that a Chinese character looks like, 0 when it looks like none. */
UChar32 lookalike_katakana(UChar32 c);

#endif
