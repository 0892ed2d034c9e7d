/*
 * Numbers and texts one behind the other, for what is written and read once, in the same order, between a scan worker
 * and those who ask it. To read it as JSON costs more than all the rest.
 *   number  digits and ';', at most 19 of them
 *   text    the number of its bytes, ':' instead of ';', its bytes: UTF-8 without NUL
 *   real    the number that has the same bits as the double, in two halves
 *   list    the number of its members, and they
 * Reading is strict: the worker may be in an attacker's hands.
 */
#ifndef SEKISHO_PACKED_H
#define SEKISHO_PACKED_H

#include <stdbool.h>
#include <stdint.h>

struct arena;
struct buf;

#define PACKED_TEXT \
    64000 /* bytes of any one text; what is no UTF-8 may become three times as long */

/* Below 0: as 0. */
void packed_number(struct buf *b, int64_t v);
void packed_real(struct buf *b, double v);
/* NULL: as "". */
void packed_text(struct buf *b, struct arena *a, const char *s);

struct packed_reader {
    struct arena *a; /* texts are copied into it */
    const char *p, *end;
    bool bad; /* from then on everything is 0 and "" */
};
int64_t packed_get_number(struct packed_reader *r);
/* 0 to most, else it is bad. */
int packed_get_count(struct packed_reader *r, int most);
/* Finite, else it is bad. */
double packed_get_real(struct packed_reader *r);
const char *packed_get_text(struct packed_reader *r);

#endif
