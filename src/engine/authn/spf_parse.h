/*
 * An SPF record as terms (RFC 7208 4.5, 4.6.1, 5, 6, 12). The whole record is checked before any
 * of it is used: an error anywhere spoils it (4.6).
 */
#ifndef SEKISHO_SPF_PARSE_H
#define SEKISHO_SPF_PARSE_H

#include <stdbool.h>
#include <stddef.h>

#include "spf.h"

struct arena;

enum spf_kind {
    SPF_ALL,
    SPF_INCLUDE,
    SPF_A,
    SPF_MX,
    SPF_PTR,
    SPF_IP4,
    SPF_IP6,
    SPF_EXISTS,
};

struct spf_term {
    enum spf_kind kind;
    enum spf_status qualifier; /* the result when it matches */
    const char *text;          /* as written */
    const char *target;        /* domain-spec with its macros; NULL: the current domain */
    unsigned char net[16];     /* ip4: 4 bytes, ip6: 16 */
    int prefix4, prefix6;      /* bits that count; 32 and 128 when not said */
};

struct spf_record {
    int n;
    struct spf_term *terms;     /* in the arena */
    const char *redirect, *exp; /* domain-specs; NULL: not there */
    const char *problem;        /* why it is none, printable */
};

/* Begins with the version section, in any case, followed by a space or the end (4.5)? */
bool spf_is_record(const void *text, size_t len);
/* false: syntax error, out->problem says where. The text may hold any bytes. */
bool spf_parse(struct arena *a, const void *text, size_t len, struct spf_record *out);
/* At most max bytes of text for a log: what is not printable ASCII becomes '?'. */
const char *spf_printable(struct arena *a, const void *text, size_t len, size_t max);

#endif
