/*
 * A list of addresses of one domain as people have it: a line each, or a CSV file whose first column
 * with an @ is the address. Nothing is thrown away silently: what is not taken is named with its line.
 */
#ifndef SEKISHO_ADDRESS_LIST_H
#define SEKISHO_ADDRESS_LIST_H

#include <stdbool.h>
#include <stddef.h>

struct arena;
struct buf;

#define ADDRESS_LIST_BAD 100 /* so many are kept; the others are counted */

enum address_line_why { LINE_INVALID, LINE_OTHER_DOMAIN, LINE_TWICE };
struct address_line {
    int line;         /* from 1 */
    const char *text; /* UTF-8, cut */
    enum address_line_why why;
};
struct address_list {
    const char **valid; /* normal form (addr.key), sorted, each once */
    int nvalid;
    struct address_line *bad;
    int nbad;                     /* in bad[] */
    int ninvalid, nother, ntwice; /* all of them */
    bool too_many;                /* more than max: none of it should be taken */
};

/* domain: A-labels, lower case. Any bytes; the result is in the arena. Empty lines and a first line
 * without @ (names of columns) are left out. */
void address_list_read(struct arena *a, const char *p, size_t n, const char *domain, int max,
                       struct address_list *out);
/* The address as such a file has it, without the end of the line; address_list_read() reads it back the same. */
void address_list_cell(struct buf *b, const char *address);

#endif
