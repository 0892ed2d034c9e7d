/* Evidence with two sides: "what → other", as pages read it (common/reasons.def: {what}, {other}). */
#ifndef SEKISHO_EVIDENCE_H
#define SEKISHO_EVIDENCE_H

struct msg;

/* Both cut to what a table has room for; other is a host or an address. In the message's arena. */
const char *evidence_pair(struct msg *m, const char *what, const char *other);

#endif
