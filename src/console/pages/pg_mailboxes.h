/* The mailboxes of an account (U12). */
#ifndef SEKISHO_PG_MAILBOXES_H
#define SEKISHO_PG_MAILBOXES_H

#include <stdbool.h>

#include "../../store/store_mailbox.h"
#include "../../store/store_proof.h"

struct pg_mailboxes_view {
    const struct store_mailbox *rows;
    const bool *digest; /* whether digests are sent for that row */
    int n;
    const struct store_mailbox_pending *pending;
    int npending;
    const char *address, *how; /* of the form, kept after an error */
};
struct pg_mailbox_confirm_view {
    const char *token;
    struct store_proof proof;
    bool other_account; /* it was asked for by another account than the reader's */
};

#endif
