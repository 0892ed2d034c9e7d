/* Filters of PDF streams (ISO 32000-1, 7.4), each with a limit. */
#ifndef SEKISHO_PDF_FILTER_H
#define SEKISHO_PDF_FILTER_H

#include <stdbool.h>
#include <stddef.h>

struct arena;

struct pdf_predictor {
    int kind, colors, bits, columns;
};

/* NULL: not a filter that is known here (pictures have theirs). *over: there was more than limit. */
const unsigned char *pdf_filter(struct arena *a, const char *name, const struct pdf_predictor *pr,
                                const unsigned char *p, size_t n, size_t limit, size_t *out,
                                bool *over);

#endif
