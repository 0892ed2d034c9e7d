/*
 * What may be passwords in mail that came shortly before (9.4 of the specification): a file and its password often come in two mails.
 * Kept in the memory of the gate only, for as long as the organisation has set, and never written anywhere.
 *
 * Bounded: SEEN_ENTRIES of SEEN_WORDS; of one sender's domain at most SEEN_OF_DOMAIN in an organisation, so that nobody pushes out
 * the others' by many addresses. Keys are hashes under a secret of the process.
 */
#ifndef SEKISHO_PASSWORDS_SEEN_H
#define SEKISHO_PASSWORDS_SEEN_H

#include <jansson.h>
#include <stdint.h>

struct arena;
struct passwords_seen;

#define SEEN_ENTRIES 4096
#define SEEN_WORDS 10
#define SEEN_BYTES 64 /* of a word */
#define SEEN_OF_DOMAIN 32

struct seen_key {
    const char *org, *sender, *sender_domain, *recipient; /* lower case */
};

struct passwords_seen *passwords_seen_new(void);
void passwords_seen_free(struct passwords_seen **s);
/* words: array of strings; what is no string or too long is left out. They go in front of those that the same sender wrote the same
 * recipient before. now, until: monotonic ms. Any thread. */
void passwords_seen_add(struct passwords_seen *s, const struct seen_key *k, const json_t *words,
                        int64_t now, int64_t until);
/* Appends them to an array, latest first. Any thread. */
void passwords_seen_get(struct passwords_seen *s, const struct seen_key *k, int64_t now,
                        json_t *out);

#endif
