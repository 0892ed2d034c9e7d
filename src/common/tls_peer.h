/* The words of a TLS peer, as they are stored and as Postfix has them. */
#ifndef SEKISHO_TLS_PEER_H
#define SEKISHO_TLS_PEER_H

#include <stdbool.h>

struct arena;
struct err;

/* Weakest first; ended by NULL. */
extern const char *const tls_levels[];
/* Inbound there is only may and encrypt. */
bool tls_level_ok(const char *level, bool inbound);
/* 1.2 or 1.3. Older ones are not spoken here at all (RFC 8996). */
bool tls_version_ok(const char *version);
/* "*" or a domain; -1 and ERR_INPUT "domain". */
int tls_peer_name(struct arena *a, const char *text, const char **out, struct err *e);

#endif
