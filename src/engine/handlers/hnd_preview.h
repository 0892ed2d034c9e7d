/* The safe preview of a message, for the methods that show one. */
#ifndef SEKISHO_HND_PREVIEW_H
#define SEKISHO_HND_PREVIEW_H

#include <jansson.h>

struct arena;
struct err;
struct hnd_ctx;

/* Whether the reader may see it is the caller's question. -1: ERR_NOTFOUND when there are no bytes any more, and the errors of
 * message_preview in rpc.def. */
int hnd_preview(const struct hnd_ctx *x, struct arena *a, const char *org, const char *id,
                json_t **out, struct err *e);

#endif
