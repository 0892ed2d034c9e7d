/* What view_format.c and view_when.c share. */
#ifndef SEKISHO_VIEW_ICU_H
#define SEKISHO_VIEW_ICU_H

#include <unicode/utypes.h>

struct arena;

const char *view_locale(const char *lang); /* ICU locale for a language of ours */
char *view_utf8(struct arena *a, const UChar *s, int32_t n);

#endif
