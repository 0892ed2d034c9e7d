/* What uuencode and yEnc share: lines, and a file that was found inside text. */
#ifndef SEKISHO_INTEXT_H
#define SEKISHO_INTEXT_H

#include <stddef.h>

struct buf;
struct content;
struct msg;

#define INTEXT_FILES 50 /* of each kind, in one part */

/* Behind the LF, or end. */
const char *intext_next(const char *p, const char *end);
/* Length without CR and LF. */
size_t intext_length(const char *p, const char *next);
/* Adds it as an attachment with the id part_id/<kind><number>, and has it looked at. c: NULL = not. */
void intext_add(struct msg *m, struct content *c, const char *name, size_t name_len,
                const struct buf *content, const char *part_id, char kind, int number);

#endif
