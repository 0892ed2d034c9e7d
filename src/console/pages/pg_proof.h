/* Pages behind mailed links: a password for a new account, a new password, signing in. */
#ifndef SEKISHO_PG_PROOF_H
#define SEKISHO_PG_PROOF_H

#include <stdbool.h>

#include "../../store/store_proof.h"

struct web_req;

enum pg_proof_kind { PROOF_ACTIVATE, PROOF_RESET, PROOF_LINK, PROOF_MAILBOX };

struct pg_proof_view {
    enum pg_proof_kind kind;
    const char *token;
    struct store_proof proof;
    const char *typed; /* address, when it must be typed */
};

/* What the token of the request ("t") is worth. 0: *out; 1: it is worth nothing, and the page that says so was
 * made (410); -1. */
int pg_proof_look(struct web_req *r, enum pg_proof_kind kind, unsigned char hash[32],
                  struct store_proof *out);
int pg_proof_gone(struct web_req *r, enum pg_proof_kind kind);

#endif
