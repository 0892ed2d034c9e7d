/* The token in a mailed link. It is made from the proof's id with a key of the engine's, so that a mail that
 * is made again after a crash has the same one, and no table has it. */
#ifndef SEKISHO_USERMAIL_PROOF_H
#define SEKISHO_USERMAIL_PROOF_H

struct err;
struct usermail;

/* Of params "proof"; from now on it counts. ERR_NOTFOUND: it is used or too old; ERR_INPUT "mail-params". */
int usermail_proof(struct usermail *m, const char **token, struct err *e);

#endif
