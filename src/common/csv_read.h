/* Reading CSV (RFC 4180) cell by cell: any bytes, quoted cells with line ends in them. */
#ifndef SEKISHO_CSV_READ_H
#define SEKISHO_CSV_READ_H

#include <stddef.h>

struct arena;
struct buf;

struct csv_at {
    const char *p, *end;
    int line; /* of p, from 1 */
};
/* Appends one cell (its first 4,096 bytes), and returns what ended it: ',' or '\n'; '\0' at the end of all. */
char csv_cell(struct csv_at *c, struct buf *b);
/* Without blanks and control characters around it, valid UTF-8. */
char *csv_trimmed(struct arena *a, const struct buf *b);
/* Control characters become spaces, in place. */
const char *csv_one_line(char *s);

#endif
