/* End of message: scan, judge, store, answer. */
#ifndef SEKISHO_INTAKE_EOM_H
#define SEKISHO_INTAKE_EOM_H

#include <libmilter/mfapi.h>

struct conn;
struct gate;

/* Whatever goes wrong is a temporary refusal: the sender keeps the mail. */
sfsistat intake_end(struct gate *g, SMFICTX *ctx, struct conn *c);

#endif
