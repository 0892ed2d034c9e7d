/*
 * Where bad mail comes from, as we have seen it ourselves: the dynamic list (row C02). A source is an IPv4 address or
 * an IPv6 /64. Bad mail is malware, phishing, spam, and recipients that do not exist; both counts halve in three
 * hours. This machine itself is no source. Kept in memory; the gate's writer shares it with the other gates through the database.
 */
#ifndef SEKISHO_SOURCES_H
#define SEKISHO_SOURCES_H

#include <stdbool.h>
#include <stdint.h>

struct db;
struct err;
struct sources;

#define SOURCES_MAX 200000
#define SOURCE_LEVELS 4
#define SOURCE_TEXT 64

struct source_record {
    double good, bad;
    int64_t last_bad; /* wall clock, ms; 0: never */
};

/* Is a source with this record listed at that level (1 to 4) now (wall clock, ms)? Listed for 5 minutes to 12 hours
 * since the last bad mail, the longer the more of it there was. A pure function. */
bool source_listed(const struct source_record *s, int level, int64_t now);

struct sources *sources_new(void);
void sources_free(struct sources **s);
/* Any thread. ip: text; what is no address is nobody. */
void sources_note(struct sources *s, const char *ip, bool bad);
/* Recipients that do not exist: half a bad mail, however many of them one mail has. A list that is out of date
 * must not shut a source out of all organisations. */
void sources_note_guess(struct sources *s, const char *ip);
bool sources_listed(struct sources *s, const char *ip, int level);
/* As rates_flush(). */
int sources_flush(struct sources *s, struct db *db, struct err *e);

#endif
