/* Why traffic was blocked, in the reader's language (block_reasons.def). */
#ifndef SEKISHO_BLOCK_REASONS_H
#define SEKISHO_BLOCK_REASONS_H

struct ui_option;
struct web_req;

/* One sentence. slot: what it names, "" = nothing. A code without a line is shown as it is. */
const char *block_reason(struct web_req *r, const char *code, const char *slot);
/* All, for a filter: the first, value "", is any. Ended by value NULL. */
const struct ui_option *block_reason_options(struct web_req *r);
/* The codes, separated by |, for struct field. */
extern const char block_reason_codes[];

#endif
