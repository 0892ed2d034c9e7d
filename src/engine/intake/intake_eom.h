/* End of message: scan, judge, store, answer. */
#ifndef SEKISHO_INTAKE_EOM_H
#define SEKISHO_INTAKE_EOM_H

#include "milter.h"

struct conn;
struct gate;

/* Whatever goes wrong is a temporary refusal: the sender keeps the mail. */
enum milter_answer intake_end(struct gate *g, struct conn *c, const char *queue_id,
                              struct milter_out *o);

#endif
