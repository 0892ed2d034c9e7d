/* Files that stand uuencoded inside text, as old programs send them and mail programs still show.
 */
#ifndef SEKISHO_UUENCODE_H
#define SEKISHO_UUENCODE_H

#include <stdbool.h>
#include <stddef.h>

struct content;
struct msg;

/* Adds each as a part, looked at in c (NULL: not), below part_id ("1/u1"). false: the text ended inside a file. */
bool uuencode_find(struct msg *m, struct content *c, const char *text, size_t n,
                   const char *part_id);

#endif
