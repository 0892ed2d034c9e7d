/*
 * Names of people as they are compared: the skeletons of their words, so that capitals, order, full-width and look-alike
 * letters make no difference (F27).
 */
#ifndef SEKISHO_PEOPLE_NAME_H
#define SEKISHO_PEOPLE_NAME_H

#include <jansson.h>
#include <stdbool.h>

struct arena;

#define PEOPLE_WORDS 12

struct people_name {
    const char *words[PEOPLE_WORDS];
    int n;
    const char *joined; /* all of them, without blanks */
};
void people_name(struct arena *a, const char *text, struct people_name *out);
/* The name of a person, the same in any order of its words: at least two words, or one that is not in Latin letters.
 * At most 200 bytes, in the arena; "": it is none, or an address. */
const char *people_key(struct arena *a, const char *text);
bool people_has_word(const struct people_name *n, const char *word);

/* A person of envelope.lists. */
struct people_person {
    struct people_name first, last;
    const char *first_last, *last_first; /* joined */
};
/* Adds to the object what people_read() would otherwise make for each message anew. */
void people_fold(struct arena *a, json_t *person);
/* In the arena; lent by the object where it was folded. */
void people_read(struct arena *a, const json_t *person, struct people_person *out);

enum people_match { PEOPLE_NO, PEOPLE_INITIALS, PEOPLE_NAME };
enum people_match people_compare(const struct people_name *shown,
                                 const struct people_person *person);

#endif
