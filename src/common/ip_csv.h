/*
 * Lists of addresses as CSV (RFC 4180): network, note. A first line that names its columns is left out, and so
 * are empty lines. What is written here reads back the same; a note that a spreadsheet would take for a formula
 * gets an apostrophe in front (T-W16), which reading removes.
 */
#ifndef SEKISHO_IP_CSV_H
#define SEKISHO_IP_CSV_H

#include <stddef.h>

struct arena;
struct buf;

#define IP_CSV_BYTES (1024 * 1024)
#define IP_CSV_LINES 10000
#define IP_CSV_NOTE 200 /* characters, as in the table */

enum ip_csv_state {
    IP_CSV_OK,
    IP_CSV_NO_ADDRESS, /* cannot be read */
    IP_CSV_HOST_BITS,  /* bits behind the length */
    IP_CSV_LONG_NOTE,
    IP_CSV_TWICE,    /* the network stands in an earlier line */
    IP_CSV_TOO_MANY, /* behind IP_CSV_LINES: one such entry for all that follows */
};

struct ip_csv_entry {
    int line;            /* from 1 */
    const char *text;    /* what stands there for the network, cut, valid UTF-8 */
    const char *network; /* normal form; "" unless it could be read */
    const char *note;
    enum ip_csv_state state;
};

/* n bytes, anything. Returns how many entries; they are the arena's. */
int ip_csv_read(struct arena *a, const char *p, size_t n, struct ip_csv_entry **out);

/* The line with the names of the columns, and one entry. */
void ip_csv_head(struct buf *b);
void ip_csv_write(struct buf *b, const char *network, const char *note);

#endif
