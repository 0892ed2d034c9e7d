/* Files that stand uuencoded inside text, as old programs send them and mail programs still show.
 */
#ifndef SEKISHO_UUENCODE_H
#define SEKISHO_UUENCODE_H

#include <stdbool.h>
#include <stddef.h>

struct msg;

/* Adds each as a part below part_id ("1/u1"). false: the text ended inside a file. */
bool uuencode_find(struct msg *m, const char *text, size_t n, const char *part_id);

#endif
