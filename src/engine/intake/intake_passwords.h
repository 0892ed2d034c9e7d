/* Passwords of files that come in another mail of the same sender than the file (passwords_seen.h). */
#ifndef SEKISHO_INTAKE_PASSWORDS_H
#define SEKISHO_INTAKE_PASSWORDS_H

#include <jansson.h>

struct ending;

/* Topic "recent_passwords" of the lists for the scanners: {"<org_id>": [word...]}. */
void intake_passwords_recall(const struct ending *x, json_t *lists);
/* What the worker said may be passwords, out of its reply: x->passwords. Nothing of it is trusted. */
void intake_passwords_read(struct ending *x, const json_t *reply);
/* Keeps them for later mails, when the sender is proven; the message is judged and stored. */
void intake_passwords_keep(const struct ending *x);

#endif
