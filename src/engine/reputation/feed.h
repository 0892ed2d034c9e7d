/*
 * A feed: a list of dangerous (or safe) things from somebody else, imported by whoever runs this gateway with
 * `sekisho feed` and compiled into one file under var/feeds. There is no download: cron or a systemd timer puts the
 * list on disk and calls `sekisho feed update`.
 *
 * The compiled file holds a hash of 8 bytes for each entry, sorted, with an index of the first bits: a look-up is one
 * hash and two or three cache lines. It is mapped read-only, and replaced by renaming a new one over it: whoever has
 * the old one mapped keeps it. The key of the hash is random in each file.
 */
#ifndef SEKISHO_FEED_H
#define SEKISHO_FEED_H

#include <stdbool.h>
#include <stdint.h>

#include "../../common/threat.h"
#include "../../common/risk.h"

struct err;

#define FEED_NAME 40 /* a-z 0-9 - */
#define FEED_SOURCE 1024
#define FEED_COLUMN 64
#define FEED_SUFFIX ".feed"
#define FEED_ENTRIES 20000000

enum feed_format {
    FEED_LIST,
    FEED_DOMAINS,
    FEED_URLS,
    FEED_HOSTS,
    FEED_CSV,
    FEED_RPZ,
    FEED_FORMATS
};
/* "list", "domains" ... */
const char *feed_format_name(enum feed_format f);
/* FEED_FORMATS: no such name. */
enum feed_format feed_format_named(const char *name);

/* What stands at the beginning of the file; native byte order: it is made where it is used. */
struct feed_head {
    char magic[8];    /* FEED_MAGIC */
    uint32_t bits;    /* of the hash that the index goes by */
    uint32_t level;   /* enum risk_level */
    uint32_t malware; /* what it lists spreads malware; else it is phishing and the like */
    uint32_t types;   /* bit 1 << enum threat_type for those that occur */
    uint32_t format;
    uint32_t unused;
    uint64_t count;
    uint64_t bad, skipped; /* lines that could not be read; lines of kinds that we do not use */
    int64_t made_at;       /* ms since 1970 */
    unsigned char key[16];
    char name[FEED_NAME + 1];
    char column[FEED_COLUMN];
    char source[FEED_SOURCE]; /* file that `feed update` reads again */
};
#define FEED_MAGIC "SKFEED01"

struct feed {
    const struct feed_head *head;
    const uint32_t *index;  /* 2^bits + 1 positions in hashes */
    const uint64_t *hashes; /* sorted */
    void *map;
    uint64_t bytes;
};

bool feed_name_ok(const char *name);
/* Maps and checks a compiled file. -1 and ERR_ENV "feed". */
int feed_open(const char *path, struct feed *out, struct err *e);
void feed_close(struct feed *f);
bool feed_has(const struct feed *f, const struct threat *t);

#endif
