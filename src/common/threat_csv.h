/*
 * Lists of suspicious or approved things as CSV (RFC 4180): value, note, action, expires. Only the first column is
 * needed; action is block (or empty) or log, expires a date (2027-01-31) or a time (RFC 3339). A first line that
 * names its columns is left out, and so are empty lines. What is written here reads back the same (T-W16).
 */
#ifndef SEKISHO_THREAT_CSV_H
#define SEKISHO_THREAT_CSV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "threat.h"

struct arena;
struct buf;

#define THREAT_CSV_BYTES (4 * 1024 * 1024)
#define THREAT_CSV_LINES 20000
#define THREAT_NOTE 200 /* characters, as in the table */

enum threat_csv_state {
    THREAT_CSV_OK,
    THREAT_CSV_PROBLEM,  /* see `problem` */
    THREAT_CSV_NOT_LINK, /* what is approved is a link, a domain or an address */
    THREAT_CSV_LONG_NOTE,
    THREAT_CSV_ACTION,
    THREAT_CSV_EXPIRES, /* no date, or one that is over */
    THREAT_CSV_TWICE,   /* stands in an earlier line */
    THREAT_CSV_TOO_MANY /* behind THREAT_CSV_LINES: one such entry for all that follows */
};
/* For the CLI; pages have their own sentences. problem: of THREAT_CSV_PROBLEM. */
const char *threat_csv_text(enum threat_csv_state s, enum threat_problem problem);

struct threat_csv_entry {
    int line;         /* from 1 */
    const char *text; /* what stands there for the value, cut, valid UTF-8 */
    struct threat thing;
    const char *note;
    bool block;
    int64_t expires_at; /* ms; 0: never */
    enum threat_csv_state state;
    enum threat_problem problem;
};

/* What a list may have. */
bool threat_fits(bool approved, enum threat_type t);
/* A date or time; 0 for "". -1: neither, or not after `now`. */
int threat_expires(const char *text, int64_t now, int64_t *out);

/* n bytes, anything. approved: whose list it is for. Returns how many entries; they are the arena's. */
int threat_csv_read(struct arena *a, const char *p, size_t n, bool approved, int64_t now,
                    struct threat_csv_entry **out);

/* The line with the names of the columns, and one entry. */
void threat_csv_head(struct buf *b, bool approved);
void threat_csv_write(struct arena *a, struct buf *b, bool approved,
                      const struct threat_csv_entry *x);

#endif
