/*
 * What the classifier sees of a message: a set of hashed features in six groups.
 *
 * A feature is a number below STATS_SPACE, made from words, from pairs of words, from addresses of
 * links, from header fields and from the structure. What names the mailbox, the day or the way of one
 * message is taken out or made general, so that a model learns the mail and not the collection: the
 * recipient's name and domain, numbers, ids, dates, relays and their Received fields, fields that other
 * filters have added.
 */
#ifndef SEKISHO_STATS_FEATURES_H
#define SEKISHO_STATS_FEATURES_H

#include <stddef.h>
#include <stdint.h>

struct arena;
struct msg;

#define STATS_BITS 22
#define STATS_SPACE (1u << STATS_BITS)

/* Limits of one message: what comes behind them is not used. */
#define STATS_FEATURES 8000
#define STATS_TEXT_WORDS 1200
#define STATS_HIDDEN_WORDS 400
#define STATS_FILE_WORDS 500
#define STATS_URLS 60

/* Each group has a length of its own however many features it has (stats_share()): a long text cannot
 * drown the header. */
enum stats_group {
    STATS_TEXT,
    STATS_SUBJECT, /* subject and the name in From */
    STATS_SCRIPTS, /* words of text and subject in another script than Latin */
    STATS_SENDER,  /* addresses of the header */
    STATS_LINKS,
    STATS_SHAPE,  /* structure, fields, markup */
    STATS_UNSEEN, /* hidden text, text of attached documents */
    STATS_GROUPS
};

struct stats_feature {
    uint32_t index; /* below STATS_SPACE; no two are the same */
    uint32_t group;
    const char *word;   /* for people: "subject: invoice"; "" when there is no room for it */
    const char *before; /* the other word of a pair; NULL */
};

struct stats_features {
    struct stats_feature *v;
    size_t n;
    uint32_t count[STATS_GROUPS];
};

/* Memory of m's arena. The same message gives the same features in the same order. */
void stats_features(struct arena *a, const struct msg *m, struct stats_features *out);

#endif
