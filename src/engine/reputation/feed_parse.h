/*
 * The formats of public lists. Any bytes may come; time is linear.
 *
 *   list     one thing a line, whatever it is (threat.h); "# ..." and "; ..." are comments
 *   domains  the same, only domains and IP addresses; also "||example.com^"
 *   urls     the same, only URLs
 *   hosts    "0.0.0.0 name name ..." as /etc/hosts: exactly these hosts
 *   csv      the column with the number or the name `column` (RFC 4180; "," ";" or tab between)
 *   rpz      zone file of a response policy zone: names that get an answer of their own, "*.name", and
 *            addresses (32.7.2.0.192.rpz-ip). Names that pass, and triggers by name server or client, are skipped.
 */
#ifndef SEKISHO_FEED_PARSE_H
#define SEKISHO_FEED_PARSE_H

#include <stddef.h>
#include <stdint.h>

#include "feed.h"

#define FEED_LINE 16384 /* bytes; a longer line cannot be read */

struct feed_sink {
    void (*entry)(void *arg, const struct threat *t); /* t only during the call */
    void (*bad)(void *arg, uint64_t line, const char *text, size_t n, const char *why);
    void *arg;
    uint64_t lines, skipped; /* counted here */
};

/* column: for CSV. -1: there is no such column. */
int feed_parse(const char *p, size_t n, enum feed_format format, const char *column,
               struct feed_sink *sink);

#endif
