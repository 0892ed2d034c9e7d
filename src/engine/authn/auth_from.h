/*
 * Whose mail a message says it is: the domain of its From field (RFC 5322 3.6.2), as DMARC asks for
 * it (RFC 7489 6.6.1).
 *
 * Reads more strictly than mail programs do: when two of them could show different authors, there is
 * no author domain.
 */
#ifndef SEKISHO_AUTH_FROM_H
#define SEKISHO_AUTH_FROM_H

#include "auth_canon.h"

struct arena;

#define AUTH_FROM_BYTES 65536 /* one From field */
#define AUTH_FROM_COMMENTS 50 /* inside one another */

/* NULL and *domain (lower-case A-labels); or why there is none, and *domain is "": "from-missing",
 * "from-many-fields", "from-syntax", "from-many" (authors of different domains). */
const char *auth_from_domain(struct arena *a, const struct auth_message *m, const char **domain);

#endif
