/* Reason sentences on pages (common/reason_text.h). */
#ifndef SEKISHO_REASONS_H
#define SEKISHO_REASONS_H

#include "../common/reason_text.h"

struct web_req;

/* reasons: the column message.reasons, JSON text. Returns how many; *out in the request's arena,
 * most severe first as the engine ordered them. */
int reasons_read(struct web_req *r, const char *reasons, const struct reason **out);
/* The sentence of a code when it names nothing; else NULL. */
const char *reasons_plain(struct web_req *r, const char *code);
/* The sentence for a row of a list: the first reason, or one for the kind. Never NULL. */
const char *reasons_first(struct web_req *r, const char *reasons, const char *kind);

#endif
