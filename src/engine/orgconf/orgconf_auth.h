/* Rules of sender authentication. */
#ifndef SEKISHO_ORGCONF_AUTH_H
#define SEKISHO_ORGCONF_AUTH_H

#include "../../common/auth_rule.h"

struct orgconf_auth;

/* The rule for a domain of an organisation: its own, the organisation's, or the program's defaults. NULL:
 * the document in the database cannot be read, so nobody knows what to do. */
const struct auth_rule *orgconf_auth_rule(const struct orgconf_auth *c, const char *org,
                                          const char *domain_id);

#endif
