/* What the RPC methods of links share: is this link good, and what does its page show. */
#ifndef SEKISHO_LINK_CHECK_H
#define SEKISHO_LINK_CHECK_H

#include <jansson.h>

#include "link_token.h"

struct err;
struct hnd_ctx;

struct link_check {
    const char *text; /* the link */
    const char *form; /* of its page; NULL: only looked at */
    const char *ip;   /* of who brings it; NULL: looking is not written down */
    struct link_token token;
    unsigned char hash[32]; /* of the text */
};

/* *result: "ok", or why it is none: "bad", "revoked", "expired", and with a form "form" (its time is over). Refusals of who
 * wants to act are written to the audit log. -1: *e. */
int link_check(const struct hnd_ctx *x, struct arena *a, struct link_check *c,
               enum link_purpose purpose, const char **result, struct err *e);
/* Writes such a refusal down; the answer does not depend on whether that worked. */
void link_refused(const struct hnd_ctx *x, struct arena *a, const struct link_check *c,
                  const char *why);
/* What the page shows, as JSON (rpc.def): of a message that is there, or null. */
int link_facts(const struct hnd_ctx *x, struct arena *a, const struct link_check *c, json_t **facts,
               struct err *e);

#endif
