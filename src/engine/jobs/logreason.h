/* What Postfix's own refusals are called in blocked traffic (src/console/block_reasons.def). */
#ifndef SEKISHO_LOGREASON_H
#define SEKISHO_LOGREASON_H

#include <stdbool.h>

struct logline;

struct logreason {
    const char *reason; /* "": a temporary failure of ours, which is no refusal */
    const char *slot;
};

/* line: a LOGLINE_REJECT. */
struct logreason logreason(const struct logline *line, bool outbound);

#endif
