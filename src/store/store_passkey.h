/*
 * Passkeys of accounts and the challenges for them. The first half is for the engine; the web
 * programs see names and dates only.
 */
#ifndef SEKISHO_STORE_PASSKEY_H
#define SEKISHO_STORE_PASSKEY_H

#include "store.h"

struct store_self; /* store_second.h */

struct store_passkey {
    const char *org_id, *account_id, *passkey_id, *address, *role, *state;
    int algorithm;
    const unsigned char *key, *id;
    size_t key_n, id_n;
    int64_t sign_count;
};

/* purpose: "add", "sign-in"; bound: 32 bytes. A challenge is good for 5 minutes, once. */
int store_passkey_challenge(struct db *db, struct arena *a, const char *purpose,
                            const unsigned char bound[32], unsigned char challenge[32],
                            struct err *e);
/* ERR_DENIED: none, used, too old, or of somebody else. */
int store_passkey_challenge_use(struct db *db, struct arena *a, const char *purpose,
                                const unsigned char bound[32], const unsigned char challenge[32],
                                struct err *e);
/* Only id and id_n are filled in. */
int store_passkey_ids(struct db *db, struct arena *a, const struct store_self *who,
                      struct store_passkey **rows, int *n, struct err *e);
/* session: 32 bytes, the hash of the session that does it. ERR_CONFLICT "passkey_twice", "passkey-limit". */
int store_passkey_add(struct db *db, struct arena *a, const struct store_self *who,
                      const struct store_actor *by, const char *rp, const struct store_passkey *p,
                      const char *name, const unsigned char *session, struct err *e);
/* ERR_NOTFOUND. */
int store_passkey_find(struct db *db, struct arena *a, const char *rp, const unsigned char *id,
                       size_t n, struct store_passkey *out, struct err *e);
/* 1, or 0 when the authenticator has not counted on; -1. */
int store_passkey_used(struct db *db, struct arena *a, const struct store_passkey *p,
                       int64_t sign_count, struct err *e);

/* One's own, for pages. */
struct store_passkey_name {
    const char *passkey_id, *name;
    int64_t created_at, used_at; /* used_at 0: never */
};
int store_passkey_list(struct db *db, const struct scope *sc, struct arena *a,
                       struct store_passkey_name **rows, int *n, struct err *e);
/* ERR_NOTFOUND. */
int store_passkey_delete(struct db *db, struct arena *a, const struct store_self *who,
                         const struct store_actor *by, const char *passkey_id,
                         const unsigned char *session, struct err *e);

#endif
