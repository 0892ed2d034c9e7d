/* Files that stand uuencoded inside text, as old programs send them and mail programs still show.
 */
#ifndef SEKISHO_UUENCODE_H
#define SEKISHO_UUENCODE_H

#include <stdbool.h>
#include <stddef.h>

struct intext_place;

/* Adds each as a part below the text's ("1/u1"). false: the text ended inside a file. */
bool uuencode_find(const struct intext_place *at, const char *text, size_t n);

#endif
