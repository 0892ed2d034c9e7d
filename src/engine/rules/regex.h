/*
 * Regular expressions of rule files: written for Perl, run by PCRE2 on bytes, with a second form for the
 * prefilter (hyperscan), which reads no modifiers behind the expression.
 */
#ifndef SEKISHO_RULES_REGEX_H
#define SEKISHO_RULES_REGEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct regex; /* compiled; belongs to the arena that it was made in */

#define REGEX_BYTES 262144 /* of one expression, tags replaced */

struct regex_text {
    const char *pattern; /* without delimiters */
    const char *flags;   /* of i, m, s, x, n */
};

/* text: /.../i, m{...}x, qr!...!; bare: an expression without delimiters. NULL, or the reason in English. */
const char *regex_read(struct arena *a, const char *text, bool bare, struct regex_text *out);
/* Compiles with JIT. NULL, or the reason. */
const char *regex_compile(struct arena *a, const struct regex_text *t, struct regex **out);

/* Where a match must not take too long: one for all rules of a message. */
struct regex_run;
struct regex_run *regex_run_new(struct arena *a);
/* From byte at on. 1: found, and [*start, *end) is what matched; 0: not; -1: given up at a limit. */
int regex_find(struct regex_run *r, const struct regex *re, const char *p, size_t n, size_t at,
               size_t *start, size_t *end);
/* The bytes of a group of the last match; false: it took no part. */
bool regex_group(const struct regex_run *r, int group, size_t *start, size_t *end);
bool regex_matches(struct regex_run *r, const struct regex *re, const char *p, size_t n);
/* Matches that were given up. */
int regex_given_up(const struct regex_run *r);
/* A match begins at the begin of a line or with one certain byte: PCRE2 finds such places fast. */
bool regex_begins_rarely(const struct regex *re);
/* What the compiled form takes, with its machine code. */
size_t regex_size(const struct regex *re);

#endif
