/* Files that stand yEnc-encoded inside text (=ybegin ... =yend). */
#ifndef SEKISHO_YENC_H
#define SEKISHO_YENC_H

#include <stdbool.h>
#include <stddef.h>

struct msg;

/* Adds each as a part below part_id ("1/y1"). false: the text ended inside a file. */
bool yenc_find(struct msg *m, const char *text, size_t n, const char *part_id);

#endif
