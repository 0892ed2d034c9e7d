/*
 * The field Authentication-Results (RFC 8601): writing ours, and telling those that others wrote in
 * our name.
 */
#ifndef SEKISHO_AUTH_RESULTS_H
#define SEKISHO_AUTH_RESULTS_H

#include <stdbool.h>
#include <stddef.h>

struct arena;
struct auth_outcome;

#define AUTH_RESULTS_FIELD "Authentication-Results"

/* The field's value (2.2), folded with LF and a tab as the milter protocol wants it. id: our
 * authserv-id (2.5), a host name. */
char *auth_results_value(struct arena *a, const char *id, const struct auth_outcome *o);

/* Whether a value of n bytes that came from outside claims to be ours (5), or cannot be read, so that
 * some reader may take it for ours. Any folding, comments, letter case. */
bool auth_results_claims(const char *value, size_t n, const char *id);

#endif
