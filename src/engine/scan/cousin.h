/*
 * Does a domain look like another one (F28)? Pure.
 *
 * What counts at which closeness (spam_close; "conservative" counts always):
 *   conservative  the same to the eye (UTS #39 skeleton, punycode, rn for m, 0 for o ...); the whole name in front of a
 *                 foreign domain (example.com.evil.test); with a word of lures beside it (example-login.test)
 *   normal        one slip of a key or of the eye in names of 5 characters or more; such words without a hyphen; the
 *                 same name under another suffix, for names of 5 characters or more
 *   aggressive    two slips in names of 8 or more, one in names of 4; any word beside it; the name as a subdomain
 */
#ifndef SEKISHO_COUSIN_H
#define SEKISHO_COUSIN_H

#include <stdbool.h>
#include <stddef.h>

#include "../../common/spam_rule.h"

struct arena;

enum lookalike {
    LOOKALIKE_NO,
    LOOKALIKE_SAME_LOOK, /* skeleton */
    LOOKALIKE_IN_FRONT,  /* the whole name before a foreign domain */
    LOOKALIKE_WORD,      /* with another word */
    LOOKALIKE_SLIP,      /* a few characters differ */
    LOOKALIKE_SUFFIX     /* other suffix */
};

/* A host or domain, prepared once for many comparisons. */
struct lookalike_name {
    const char *host;
    const char *org;   /* organisational domain; "" for an IP address: looks like nothing */
    const char *label; /* what was registered, as it is shown */
    const char *look;  /* its skeleton */
};
void lookalike_name(struct arena *a, const char *host, struct lookalike_name *out);
/* As below. */
enum lookalike lookalike_compare(const struct lookalike_name *host,
                                 const struct lookalike_name *domain, enum spam_close close);

/* A word of the list that makes a name look like an office of its owner: "login", "support" ... */
bool lookalike_is_lure(const char *word, size_t n);

/* Both in lower case, A-labels; domain is one to protect, host any name. NO also when host is of the same
 * organisational domain. */
enum lookalike lookalike(struct arena *a, const char *host, const char *domain,
                         enum spam_close close);

#endif
