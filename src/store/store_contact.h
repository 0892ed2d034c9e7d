/* Who has written to whom (sql/migrations/0019-correspondents.sql). */
#ifndef SEKISHO_STORE_CONTACT_H
#define SEKISHO_STORE_CONTACT_H

#include <stdbool.h>

#include "store.h"

/* What recipients of one organisation know of a sender. */
struct store_contact {
    const char *org_id;
    int here, proven,
        sent;          /* days: it wrote to them; so, and was authenticated; they wrote to it */
    bool elsewhere;    /* others in the organisation know it */
    const char *other; /* another address with its name that they know well; "" = none */
};

/* list: JSON array, see correspondent_note() in sql/migrations. Any number of times. */
int store_contact_note(struct db *db, struct arena *a, const char *list, struct err *e);
/* n pairs of organisation and mailbox; one row for each organisation. name: folded (people_key()), or "". */
int store_contact_known(struct db *db, struct arena *a, const char *const *orgs,
                        const char *const *mailboxes, int n, const char *address, const char *name,
                        struct store_contact **rows, int *nrows, struct err *e);
/* Those of whom nothing was heard for so many days (or for as long as an organisation keeps mail) go, at most limit;
 * *n: how many. */
int store_contact_forget(struct db *db, struct arena *a, int days, int limit, int64_t *n,
                         struct err *e);

#endif
