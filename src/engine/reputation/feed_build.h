/* Compiling a feed (feed.h). */
#ifndef SEKISHO_FEED_BUILD_H
#define SEKISHO_FEED_BUILD_H

#include <stddef.h>
#include <stdint.h>

#include "feed.h"

struct err;

/* Where the parts of a file are. */
uint64_t feed_hashes_at(uint32_t bits);
uint64_t feed_bytes(uint32_t bits, uint64_t count);
/* As entries are stored in a file with that key. */
uint64_t feed_hash(const unsigned char key[16], const struct threat *t);

#define FEED_FILE_BYTES (1u << 30) /* of a list */
#define FEED_BAD_KEPT 20

/* A line that could not be read. */
struct feed_bad {
    uint64_t line;
    char text[80]; /* cut, any bytes but control characters */
    const char *why;
};
struct feed_report {
    uint64_t lines, entries; /* entries: different ones */
    uint64_t bad, skipped;
    int nbad; /* of the first ones */
    struct feed_bad first[FEED_BAD_KEPT];
};

/* What a feed is, besides its entries. */
struct feed_order {
    const char *name, *source, *column;
    enum feed_format format;
    enum risk_level level;
    bool malware;
};

/* Reads the list and puts dir/<name>.feed in place of the one before, which stays when this fails: ERR_INPUT "file",
 * "column", "no-entries" (nothing in it could be read: it is probably of another format); ERR_ENV. *report is filled in
 * any case. dir is made when it is not there. */
int feed_build(const char *dir, const struct feed_order *o, struct feed_report *report,
               struct err *e);

#endif
