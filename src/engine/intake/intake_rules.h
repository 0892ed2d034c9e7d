/* What is decided inside the envelope: whose mail this is. Every refusal has a code and a text. */
#ifndef SEKISHO_INTAKE_RULES_H
#define SEKISHO_INTAKE_RULES_H

#include "milter.h"

struct conn;
struct gate;
struct mail;
struct orgconf_domain;

/* Whose domain it is; *out NULL: nobody's. m->conf is set. -1: the database does not say. */
int intake_domain(struct gate *g, struct mail *m, const char *name,
                  const struct orgconf_domain **out);

/* RCPT TO: adds the recipient, or refuses it. */
enum milter_answer intake_recipient(struct gate *g, struct conn *c, const char *address,
                                    struct milter_out *o);

#endif
