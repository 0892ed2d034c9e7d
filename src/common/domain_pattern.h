/*
 * Domains as rules name them: example.com (exactly this one) or *.example.com (everything below it, at any
 * depth, but not example.com itself).
 */
#ifndef SEKISHO_DOMAIN_PATTERN_H
#define SEKISHO_DOMAIN_PATTERN_H

#include <stdbool.h>

struct arena;
struct err;

/* As a person types it; the normal form is lower case A-labels. -1 and ERR_INPUT "domain". */
int domain_pattern(struct arena *a, const char *text, const char **out, struct err *e);
/* pattern: a normal form. domain: lower case A-labels. */
bool domain_pattern_matches(const char *pattern, const char *domain);

#endif
