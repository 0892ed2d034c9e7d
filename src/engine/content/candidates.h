/*
 * Which words of a mail may be passwords of encrypted files: what stands behind words like "password" in the languages that we know, then what is in
 * subject, names of files and text. What stands in parts behind a file is not known yet when the file is looked at.
 */
#ifndef SEKISHO_CANDIDATES_H
#define SEKISHO_CANDIDATES_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

struct arena;
struct msg;

#define CANDIDATES 100      /* of one mail */
#define CANDIDATES_HINTS 10 /* that are kept for later mails of the sender */

struct candidate {
    const char *text;
    bool strong; /* behind a word that speaks of passwords */
};

/* In the order in which they are worth a try; returns how many. text: of the mail, as far as it was read. */
int candidates(struct arena *a, const struct msg *m, const char *text, size_t n,
               struct candidate *out, int most);
/* What may open files in later mails of the same sender: an array of strings, the caller's. */
json_t *candidates_hints(struct arena *a, const struct msg *m);

#endif
