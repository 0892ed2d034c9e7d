/* New passwords: the rule beside the field, the hash from the engine. */
#ifndef SEKISHO_PG_PASSWORD_H
#define SEKISHO_PG_PASSWORD_H

#include <stdbool.h>

struct web_req;

/* Checks the field against password_rule(); words of the person are the context besides the
 * organisation and the reader. When it is refused, it says by which rules, all of them, and returns false. */
bool pg_password_check(struct web_req *r, const char *field, const char *address, const char *name,
                       const char *org);
/* Asks the engine for the hash of a new password (some 0.3 s). NULL with r->err set. */
const char *pg_password_hash(struct web_req *r, const char *password);

#endif
