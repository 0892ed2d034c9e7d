/* What is decided inside the envelope: whose mail this is. Every refusal has a code and a text. */
#ifndef SEKISHO_INTAKE_RULES_H
#define SEKISHO_INTAKE_RULES_H

#include "milter.h"

struct conn;
struct gate;

/* RCPT TO: adds the recipient, or refuses it. */
enum milter_answer intake_recipient(struct gate *g, struct conn *c, const char *address,
                                    struct milter_out *o);

#endif
