/*
 * The search language of message tracking, the same in the console, in `sekisho track` and later in
 * the API:
 *
 *   from:*@partner.example to:misaki status:held after:2026-11-20 "second version" -subject:test
 *
 * A term is key:value or a word. Quotes keep spaces; * stands for any text; - in front excludes.
 * The same key twice means either, different keys mean all. Words without a key are looked for in
 * subject and addresses.
 *
 * Mistakes are pointed at, never fatal: the rest of the query still works, and every problem says
 * where it is and, if one is near, what was probably meant.
 */
#ifndef SEKISHO_TRACK_QUERY_H
#define SEKISHO_TRACK_QUERY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;

#define TRACK_QUERY_MAX 1000 /* bytes of a query; longer is a problem, its start is still used */
#define TRACK_TERMS 32
#define TRACK_PROBLEMS 8

enum track_key {
    TRACK_WORD, /* no key */
    TRACK_FROM,
    TRACK_TO,
    TRACK_SUBJECT,
    TRACK_ID, /* our id, Postfix's queue id or the Message-ID */
    TRACK_IP,
    TRACK_STATUS,
    TRACK_DOMAIN, /* of the recipient */
    TRACK_BEFORE,
    TRACK_AFTER,
    TRACK__KEYS,
};

struct track_term {
    enum track_key key;
    const char *value; /* not "" */
    bool exclude;
    int64_t at; /* TRACK_BEFORE, TRACK_AFTER: ms since 1970 */
};

enum track_problem_code {
    TRACK_UNKNOWN_KEY,
    TRACK_EMPTY_VALUE,
    TRACK_BAD_TIME,
    TRACK_BAD_STATUS,
    TRACK_NOT_EXCLUDABLE, /* -before: */
    TRACK_OPEN_QUOTE,
    TRACK_TOO_LONG,
    TRACK_TOO_MANY,
};

struct track_problem {
    enum track_problem_code code;
    const char *text;    /* the piece of the query that is wrong */
    size_t start, len;   /* where it stands, in bytes */
    const char *suggest; /* what to write instead, "" when nothing is near */
};

struct track_query {
    struct track_term terms[TRACK_TERMS];
    int nterms;
    struct track_problem problems[TRACK_PROBLEMS];
    int nproblems;
};

/* Clock of the reader: offset() gives the minutes that his zone is ahead of UTC at a moment; NULL
 * is UTC. */
struct track_clock {
    int64_t now;
    int (*offset)(void *ctx, int64_t utc_ms);
    void *ctx;
};

/* text is UTF-8 or anything else; never fails. */
struct track_query *track_query_parse(struct arena *a, const char *text,
                                      const struct track_clock *clock);

const char *track_key_name(enum track_key k); /* "from"; "" for words */
/* Times people type: 2026-11-24, "2026-11-24 09:00", 2026-11-24T09:00, today, yesterday, now,
 * -30m, -3h, -7d. false when it is none. */
bool track_time(const char *text, const struct track_clock *clock, int64_t *ms);
/* The words status: takes, NULL-terminated: the states of message_recipient, and "waiting",
 * "released" and "refused" for groups of them. */
extern const char *const track_statuses[];

#endif
