/*
 * Reason sentences: the engine stores codes and facts, the sentence is written in the reader's language, here for pages and mails
 * (so list, message, digest, tracking and API agree). A code that is not in reasons.def gets a general sentence, never an
 * empty one.
 */
#ifndef SEKISHO_REASON_TEXT_H
#define SEKISHO_REASON_TEXT_H

#include <jansson.h>
#include <stdbool.h>

struct arena;
struct catalog;

struct reason {
    const char *code, *icon, *tone; /* tone: danger, warn, info, ok, violet */
    const char *text;               /* one sentence in the reader's language, no full stop */
    const char *what, *other;       /* a look-alike and the name that it imitates; NULL: it is about something else */
};

/* One of the column message.reasons, in the arena. */
struct reason reason_read(struct arena *a, const struct catalog *cat, const json_t *j);
bool reason_known(const char *code);
/* The msgid of a code's sentence, NULL for an unknown code. */
const char *reason_msgid(const char *code);
/* The sentence for mail whose reason is not known. */
const char *reason_of_kind(const struct catalog *cat, const char *kind);

/* A kind of held mail in words (kinds.def), translated; general ones for kinds that are not known. */
const char *kind_word(const struct catalog *cat, const char *kind);

#endif
