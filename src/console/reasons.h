/*
 * Reason sentences: the engine stores codes and facts, the pages write the sentence in the reader's
 * language (so list, message, tracking and API agree). A code that is not in reasons.def gets a
 * general sentence, never an empty one.
 */
#ifndef SEKISHO_REASONS_H
#define SEKISHO_REASONS_H

#include <jansson.h>

struct web_req;

struct reason {
    const char *code, *icon, *tone; /* tone: danger, warn, info, ok, violet */
    const char *text;               /* one sentence in the reader's language, no full stop */
    const char *what, *other;       /* a look-alike and the name that it imitates; NULL: it is about something else */
};

/* reasons: the column message.reasons, JSON text. Returns how many; *out in the request's arena,
 * most severe first as the engine ordered them. */
int reasons_read(struct web_req *r, const char *reasons, const struct reason **out);
/* The sentence of a code when it names nothing; else NULL. */
const char *reasons_plain(struct web_req *r, const char *code);
/* The sentence for a row of a list: the first reason, or one for the kind. Never NULL. */
const char *reasons_first(struct web_req *r, const char *reasons, const char *kind);

#endif
