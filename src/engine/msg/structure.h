/*
 * The bytes of a message looked at without a MIME parser, to find what parsers disagree about
 * (T-M1): lines that are a delimiter for one program and text for another, fields that only some
 * read. What it finds are anomalies; scan/scan_structure.c says which of them make a message
 * unscannable. One pass over the lines.
 */
#ifndef SEKISHO_STRUCTURE_H
#define SEKISHO_STRUCTURE_H

#include <stddef.h>

struct msg;

/* boundaries: those that our parser used, in the order of the message. */
void structure_check(struct msg *m, const unsigned char *raw, size_t n,
                     const char *const *boundaries, int nboundaries);

#endif
