/*
 * A message with no more header fields than say what its parts are.
 *
 * GMime makes several objects of each field, and reads addresses and dates, before it comes to the body; what we know of
 * those fields we have read ourselves (rawhead.h, fields.h). It gets Content-* and MIME-Version, and the first field,
 * because a message without any is something else. Only of a header that all programs read alike: whatever is odd in it,
 * GMime sees all of it.
 */
#ifndef SEKISHO_MIMEHEAD_H
#define SEKISHO_MIMEHEAD_H

#include <stddef.h>

struct arena;

#define MIMEHEAD_BYTES (1024 * 1024) /* longer messages are not copied for it */

/* Such a copy of the message, the arena's, and its length; or raw itself, when there is nothing to gain. */
const unsigned char *mimehead(struct arena *a, const unsigned char *raw, size_t n, size_t *out_n);

#endif
