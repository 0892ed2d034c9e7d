/* What approved senders may skip (sender_skips.def), as a set of bits. */
#ifndef SEKISHO_SENDER_SKIPS_H
#define SEKISHO_SENDER_SKIPS_H

enum sender_skip {
#define SENDER_SKIP(id, checks, label) SENDER_SKIP_##id,
#include "sender_skips.def"
#undef SENDER_SKIP
    SENDER_SKIPS,
};

/* The bit of what a check or rule belongs to; 0: nobody skips it. */
unsigned sender_skip_bit(const char *check);
/* The bit of an id; 0: there is none of that name. */
unsigned sender_skip_named(const char *id);
/* All bits but those of the ids in a list with spaces; unknown ids are ignored. */
unsigned sender_skips_without(const char *ids);

#endif
