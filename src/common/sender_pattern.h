/*
 * Patterns of sender lists. Valid: a whole address, or one of these wildcard forms
 *
 *   name@example.com     that address          *@example.com      everybody there
 *   name@*.example.com   its sub-domains       *@*.example.com    everybody in its sub-domains
 *   name@*               that name anywhere
 *
 * *.example.com are the sub-domains at any depth, not example.com itself: who means both lists both.
 * No other wildcards: a pattern must name somebody, and must be found by an index (below).
 */
#ifndef SEKISHO_SENDER_PATTERN_H
#define SEKISHO_SENDER_PATTERN_H

#include <stdbool.h>

struct addr;
struct arena;

enum sender_problem {
    SENDER_FINE,
    SENDER_EMPTY,
    SENDER_NO_AT,       /* no @: neither an address nor a pattern */
    SENDER_EVERYBODY,   /* *@* */
    SENDER_NAME_STAR,   /* *name@..., na*me@...: before the @ stands a name or only * */
    SENDER_DOMAIN_STAR, /* name@info.*.example.com, name@example.com.*, name@*example.com */
    SENDER_TOP_LEVEL,   /* *@*.com: everybody below a top-level domain */
    SENDER_NAME,        /* not what can stand before an @ */
    SENDER_DOMAIN,      /* not a domain name */
    SENDER_COLUMN,      /* of a file (sender_file.h): a second column that is not understood */
    SENDER_PROBLEMS,    /* how many there are */
};

/* As people type it (addr_parse()). SENDER_FINE: *out is the normal form, lower case and A-labels, at
 * most ADDR_MAX bytes; else it is untouched. */
enum sender_problem sender_pattern_parse(struct arena *a, const char *text, const char **out);
/* The sender of a mail as an entry: this address, or (whole) all of its domain. "": there is none to be made. */
const char *sender_pattern_of(struct arena *a, const char *sender, bool whole);
/* For logs and the CLI; pages have their own sentences. */
const char *sender_problem_code(enum sender_problem p); /* "everybody" */
const char *sender_problem_text(enum sender_problem p);

/* Every pattern that stands for this address, at most SENDER_CANDIDATES of them; a list is asked for
 * pattern = ANY(these). Returns how many: 0 when it has no domain (null sender, not an address). */
#define SENDER_CANDIDATES 256
int sender_candidates(struct arena *a, const struct addr *address, const char *const **out);
/* pattern in normal form. */
bool sender_pattern_matches(struct arena *a, const char *pattern, const struct addr *address);

#endif
