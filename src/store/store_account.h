/*
 * People who may sign in. An account whose address is in a managed domain sees that mailbox in the
 * portal.
 */
#ifndef SEKISHO_STORE_ACCOUNT_H
#define SEKISHO_STORE_ACCOUNT_H

#include "store.h"

struct store_account {
    const char *account_id, *org_id, *address, *name, *role;
    const char *lang, *tz; /* "" = the organisation's */
    const char *theme, *state;
    int page_size;
    bool shortcuts;
    int64_t created_at, last_sign_in;
    bool has_password;
    const char *date_style, *row_height; /* store_account_get() only */
};

/* By address, ascending; search in address and name ("" = all). Keyset: after the given address
 * (before it when back). limit 1 to 100. */
int store_account_list(struct db *db, const struct scope *sc, struct arena *a, const char *search,
                       const char *from, bool back, int limit, struct store_account **rows, int *n,
                       bool *more, struct err *e);
int store_account_get(struct db *db, const struct scope *sc, struct arena *a,
                      const char *account_id, struct store_account *out, struct err *e);

/* For the password check in the engine. password "" = none. ERR_NOTFOUND. */
struct store_credentials {
    const char *org_id, *account_id, *address, *role, *state, *password;
};
int store_account_credentials(struct db *db, struct arena *a, const char *address,
                              struct store_credentials *out, struct err *e);

/* After a right password: a ticket for one session on the surface, good for a minute. Only its
 * SHA-256 is stored. */
int store_account_ticket(struct db *db, struct arena *a, const struct store_credentials *who,
                         const char *surface, const char **ticket, struct err *e);

struct store_account_new {
    const char *org_id, *address, *name, *role;
    const char *lang, *tz; /* NULL or "" = the organisation's */
    const char *password;  /* MCF text or NULL */
};
/* ERR_CONFLICT code "address_taken". */
int store_account_add(struct db *db, const struct scope *sc, struct arena *a,
                      const struct store_actor *by, const struct store_account_new *n,
                      char account_id[37], struct err *e);
/* name, role, lang as an administrator changes them. ERR_CONFLICT "last_owner" when it would take
 * the last active owner's role. Ends the account's sessions when the role changes. */
int store_account_change(struct db *db, const struct scope *sc, struct arena *a,
                         const struct store_actor *by, const char *account_id, const char *name,
                         const char *role, const char *lang, struct err *e);
/* state "active" or "suspended"; suspending ends the sessions. ERR_CONFLICT "last_owner". */
int store_account_state(struct db *db, const struct scope *sc, struct arena *a,
                        const struct store_actor *by, const char *account_id, const char *state,
                        struct err *e);
int store_account_delete(struct db *db, const struct scope *sc, struct arena *a,
                         const struct store_actor *by, const char *account_id, struct err *e);
/* mcf from auth.hash. Ends all sessions of the account but keep_hash (32 bytes, NULL: all). */
int store_account_password(struct db *db, const struct scope *sc, struct arena *a,
                           const struct store_actor *by, const char *account_id, const char *mcf,
                           const unsigned char *keep_hash, struct err *e);
/* New parameters for the same password (engine, at sign-in): no audit, sessions stay. */
int store_account_rehash(struct db *db, struct arena *a, const char *org_id, const char *account_id,
                         const char *mcf, struct err *e);

/* One's own settings; lang and tz "" = the organisation's. NULL, 0 and -1: as they are. */
struct store_preferences {
    const char *lang, *tz, *theme, *date_style, *row_height;
    int page_size, shortcuts;
};
int store_account_preferences(struct db *db, const struct scope *sc, struct arena *a,
                              const struct store_preferences *p, struct err *e);
#endif
