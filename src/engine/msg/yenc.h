/* Files that stand yEnc-encoded inside text (=ybegin ... =yend). */
#ifndef SEKISHO_YENC_H
#define SEKISHO_YENC_H

#include <stdbool.h>
#include <stddef.h>

struct intext_place;

/* Adds each as a part below the text's ("1/y1"). false: the text ended inside a file. */
bool yenc_find(const struct intext_place *at, const char *text, size_t n);

#endif
