/* Files that stand yEnc-encoded inside text (=ybegin ... =yend). */
#ifndef SEKISHO_YENC_H
#define SEKISHO_YENC_H

#include <stdbool.h>
#include <stddef.h>

struct content;
struct msg;

/* Adds each as a part, looked at in c (NULL: not), below part_id ("1/y1"). false: the text ended inside a file. */
bool yenc_find(struct msg *m, struct content *c, const char *text, size_t n, const char *part_id);

#endif
