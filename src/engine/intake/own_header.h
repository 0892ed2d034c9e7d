/*
 * Fields whose names begin with X-Sekisho- are ours, and Authentication-Results in the name of this
 * host (RFC 8601 5). Copies that come from outside are removed from what is delivered, never from
 * the kept original (T-S7).
 */
#ifndef SEKISHO_OWN_HEADER_H
#define SEKISHO_OWN_HEADER_H

#include <stdbool.h>
#include <stddef.h>

struct arena;

#define OWN_HEADER_PREFIX "X-Sekisho-"
#define OWN_HEADERS_MAX 1000 /* more of them in one message: refused */

/* name: n bytes before the colon, perhaps with spaces behind the name. Any letter case. */
bool own_header_is(const char *name, size_t n);

/* The forged fields of one message in the order they came. */
struct own_headers {
    struct own_header {
        char *name;  /* without spaces behind it */
        int ordinal; /* 1.. among the fields of this name, as the milter protocol counts */
    } * list;
    int n, cap;
    bool too_many;
    const char *host; /* our authserv-id; NULL: none */
    int results;      /* Authentication-Results seen, of whomever */
};

/* To be called for each field of the message, from the first to the last. */
void own_headers_see(struct arena *a, struct own_headers *h, const char *name, const char *value);
/* Calls remove for each from the last to the first: removing one shifts the ordinals of those that
 * follow it (OpenDKIM CVE-2022-48521). Stops at the first error and returns it. */
int own_headers_remove(const struct own_headers *h,
                       int (*remove)(void *ctx, char *name, int ordinal), void *ctx);

/* The message without fields of ours in its header block; everything else byte for byte. Returns
 * raw itself when there are none. *out_n gets the length. host as above. */
const unsigned char *own_headers_cut(struct arena *a, const unsigned char *raw, size_t n,
                                     const char *host, size_t *out_n);

#endif
