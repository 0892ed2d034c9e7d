/*
 * Links that are mailed to somebody who is not signed in: asked for on a page (account_ask), turned into
 * mails by the job, used once (mail_proof). Pages bring the SHA-256 of the token in the link.
 */
#ifndef SEKISHO_STORE_PROOF_H
#define SEKISHO_STORE_PROOF_H

#include "store.h"

/* Does the same work whoever the address belongs to (T-W9). kind: register, reset, link. browser: 32 bytes, the
 * SHA-256 of what its cookie holds, or NULL. *wait: 0, or seconds until this client may ask again. */
int store_proof_ask(struct db *db, struct arena *a, const char *kind, const char *address,
                    const char *lang, const unsigned char *browser, const char *client_ip,
                    int per_hour, int *wait, struct err *e);
/* The job: what was asked becomes mails, cap an hour at most. *n: how many were looked at. */
int store_proof_asks(struct db *db, struct arena *a, int limit, int64_t cap, int *n, struct err *e);
/* The job: the mail is made, from now on the token counts. ERR_NOTFOUND: the proof is used or too old. */
int store_proof_arm(struct db *db, struct arena *a, const char *org_id, const char *proof_id,
                    const unsigned char hash[32], struct err *e);
int store_proof_forget(struct db *db, struct arena *a, struct err *e);

/* Ways of signing in, by domain. */
struct store_ways {
    bool link, may_register;
};
int store_proof_ways(struct db *db, struct arena *a, const char *domain, struct store_ways *out,
                     struct err *e);

struct store_proof {
    const char *address, *org_name;
    const char *account; /* address of the account that it is about, "": there is none yet */
    bool same_browser;   /* it was asked for in this one */
};
/* Changes nothing. ERR_NOTFOUND: used, too old, or none of ours. browser may be NULL. */
int store_proof_look(struct db *db, struct arena *a, const unsigned char hash[32],
                     const char *purpose, const unsigned char *browser, struct store_proof *out,
                     struct err *e);
/* mcf: the hash of the new password. Both use the proof up; ERR_NOTFOUND as above. */
int store_proof_register(struct db *db, struct arena *a, const unsigned char hash[32],
                         const char *mcf, const char *lang, const char *client_ip, struct err *e);
int store_proof_reset(struct db *db, struct arena *a, const unsigned char hash[32], const char *mcf,
                      const char *client_ip, struct err *e);

/* The engine: whose link it is, used up. browser: NULL or 32 bytes; one of browser and address has to be
 * right. ERR_NOTFOUND. */
struct store_credentials;
int store_proof_sign_in(struct db *db, struct arena *a, const unsigned char hash[32],
                        const unsigned char *browser, const char *address,
                        struct store_credentials *out, struct err *e);

/* What people may do without an administrator. */
struct store_portal {
    bool may_register, link;
};
int store_portal_get(struct db *db, struct arena *a, const char *org_id, struct store_portal *out,
                     struct err *e);
/* NULL: stays. */
int store_portal_set(struct db *db, struct arena *a, const char *org_id, const bool *may_register,
                     const bool *link, const char *by, struct err *e);

#endif
