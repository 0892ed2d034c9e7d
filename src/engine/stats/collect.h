/*
 * The set that features are collected in (inside of stats/ only). Two sides write to it: words in
 * sequence (a stream), and single facts.
 */
#ifndef SEKISHO_STATS_COLLECT_H
#define SEKISHO_STATS_COLLECT_H

#include "features.h"

#include <stdbool.h>

struct arena;

#define COLLECT_NAMES 16 /* words of the recipients */

struct collect {
    struct arena *a;
    struct stats_features *out;
    uint32_t *table;               /* open addressing over indices + 1 */
    size_t slots, room;            /* of table and of out->v, which grow together */
    char *words;                   /* readable forms: where the next one goes */
    size_t words_room, words_len;  /* bytes left there, bytes of all */
    uint64_t names[COLLECT_NAMES]; /* hashes of words that are the recipient's */
    int nnames;
};

void collect_begin(struct collect *c, struct arena *a, struct stats_features *out);
/* A fact such as ("html", "only"): one feature. */
void collect_fact(struct collect *c, enum stats_group g, const char *kind, const char *value);
/* The same with a number in place of the value, in steps of powers of two: 0, 1, 2, 4, 8 ... */
void collect_size(struct collect *c, enum stats_group g, const char *kind, uint64_t n);
/* With n as it is. */
void collect_number(struct collect *c, enum stats_group g, const char *kind, uint64_t n);

/* Words of the recipients' addresses: they become <you> wherever they stand. */
void collect_name(struct collect *c, const char *word, size_t n);

/* Words one after the other: each gives a feature of its own, and one with each of the words before
 * it, as far as reach goes, that knows the distance (orthogonal sparse bigrams). */
#define STREAM_REACH 4
struct stream {
    struct collect *c;
    enum stats_group group;
    const char *label; /* "subject: ", put before readable words; its hash tells streams apart */
    int reach;         /* at most STREAM_REACH */
    int left;          /* words that are still taken */
    /* inside */
    uint64_t seed, before[STREAM_REACH];
    const char *shown[STREAM_REACH];
    int filled;
};
void stream_begin(struct stream *s);
/* false: no more are taken. */
bool stream_word(struct stream *s, const char *p, size_t n);

#endif
