/*
 * The second step of signing in (RFC 6238 codes and recovery codes), trusted devices, and one's own
 * sessions. The first half is for the engine, which alone reads secrets; the second for the pages.
 */
#ifndef SEKISHO_STORE_SECOND_H
#define SEKISHO_STORE_SECOND_H

#include "store.h"

struct store_session; /* store_body.h */

/* ------------------------------------------------------------------ the engine */

/* Whose session it is. password "" = none; step: "" (no second step), "new", "on"; fresh: signed in
 * less than 10 minutes ago. */
struct store_self {
    const char *org_id, *account_id, *address, *password, *name, *org_name, *step;
    bool fresh;
};
/* ERR_DENIED when there is no such live session. */
int store_second_session(struct db *db, struct arena *a, const struct store_session *s,
                         struct store_self *out, struct err *e);

/* How much the account must prove before it gets a session: 1 or 2. */
int store_second_factors(struct db *db, struct arena *a, const char *org, const char *account,
                         int *factors, struct err *e);

/* A new sealed secret, not yet in use. ERR_CONFLICT "second-on" when one is. */
int store_second_begin(struct db *db, struct arena *a, const struct store_self *who,
                       const void *sealed, size_t n, struct err *e);
/* The sealed secret. ERR_NOTFOUND: none, or one that waited for its first code for more than an
 * hour. */
int store_second_secret(struct db *db, struct arena *a, const char *org, const char *account,
                        const unsigned char **sealed, size_t *n, bool *on, struct err *e);
/* Takes the code of a period (seconds since 1970 / 30): 1, or 0 when it or a later one was taken
 * before; -1. */
int store_second_used(struct db *db, struct arena *a, const char *org, const char *account,
                      int64_t period, struct err *e);

/* hashes: n digests in hex. Turns it on, ends the account's other sessions (keep: 32 bytes). */
int store_second_on(struct db *db, struct arena *a, const struct store_self *who,
                    const struct store_actor *by, int64_t period, const char *const *hashes, int n,
                    const unsigned char *keep, struct err *e);
/* session, here and below: 32 bytes, the hash of the session that does it; the owner is told from where. */
int store_second_off(struct db *db, struct arena *a, const struct store_self *who,
                     const struct store_actor *by, const unsigned char *session, struct err *e);
/* Replaces the recovery codes. ERR_NOTFOUND without a second step. */
int store_second_codes(struct db *db, struct arena *a, const struct store_self *who,
                       const struct store_actor *by, const char *const *hashes, int n,
                       const unsigned char *session, struct err *e);
/* 1: it was a code and is none any more; 0: it is none; -1. by->account_id is the account. */
int store_second_code_use(struct db *db, struct arena *a, const char *org,
                          const struct store_actor *by, const unsigned char hash[32],
                          struct err *e);

/* A ticket for one session. factors 1: the password was right; it is whole when the account asks
 * for no more, else good for store_second_upgrade() only, for 10 minutes. Only its SHA-256 is stored.
 * password: the stored hash that a password was found to fit, NULL without one. ERR_CONFLICT "account": the
 * account has another password by now, or is suspended. passkey: the id of the one that proved it, or NULL; the
 * ticket goes when it goes. */
int store_second_ticket_add(struct db *db, struct arena *a, const char *org, const char *account,
                            const char *surface, int factors, const char *password,
                            const char *passkey, const char **ticket, struct err *e);
/* Counts one try. ERR_NOTFOUND: none, too old, or tried ten times. */
struct store_half {
    const char *org_id, *account_id, *address;
};
int store_second_ticket(struct db *db, struct arena *a, const char *ticket, const char *surface,
                        struct store_half *out, struct err *e);
/* After the second step: a whole ticket for the half one, which is used up. */
int store_second_upgrade(struct db *db, struct arena *a, const char *half, const char *surface,
                         const char **ticket, struct err *e);

/* For 30 days; *token "" when the organisation does not allow it. */
int store_second_trust(struct db *db, struct arena *a, const char *org, const char *account,
                       const char **token, struct err *e);
/* 1 trusted, 0 not, -1. */
int store_second_trusted(struct db *db, struct arena *a, const char *org, const char *account,
                         const char *token, struct err *e);
/* may_trust: a device may be trusted; app: there is an app with codes. Without one the second step is a passkey. */
struct store_half_ways {
    bool may_trust, app;
};
int store_second_ways(struct db *db, struct arena *a, const struct store_half *who,
                      struct store_half_ways *out, struct err *e);

/* mcf from password_hash(). Ends all other sessions and trusted devices. */
int store_second_password(struct db *db, struct arena *a, const struct store_self *who,
                          const struct store_actor *by, const char *mcf, const unsigned char *keep,
                          struct err *e);

/* ------------------------------------------------------------------ what the organisation wants */

/* required: "optional", "admins", "everyone"; from: the day ("2026-12-01"), "" = at once; kinds: "app", or "any": a
 * passkey counts, too. */
struct store_second_rule {
    const char *required;
    bool trust;
    const char *from, *kinds;
    const char *version; /* as read; see STORE_CHANGED */
};
int store_second_rule(struct db *db, const struct scope *sc, struct arena *a, const char *org,
                      struct store_second_rule *out, struct err *e);
/* What is NULL stays as it is. */
struct store_second_change {
    const char *required, *from, *kinds, *version;
    const bool *trust;
};
int store_second_rule_set(struct db *db, const struct scope *sc, struct arena *a, const char *org,
                          const struct store_second_change *x, const struct store_actor *by,
                          struct err *e);
/* How many active accounts of the scope's organisation have nothing that counts. */
int store_second_missing(struct db *db, const struct scope *sc, struct arena *a, int64_t *admins,
                         int64_t *users, struct err *e);
/* Takes away second step and passkeys, ends its sessions. ERR_NOTFOUND: no such account, or it has none. */
int store_second_reset(struct db *db, struct arena *a, const char *address,
                       const struct store_actor *by, struct err *e);

/* ------------------------------------------------------------------ the pages */

struct store_second {
    int64_t since; /* 0: off */
    int codes_left;
    bool has_password;
    int64_t day; /* ms: from when on the organisation asks for one that is not there; 0: it does not */
};
int store_second_state(struct db *db, const struct scope *sc, struct arena *a,
                       struct store_second *out, struct err *e);

/* Of somebody else, for administrators: since when (ms, 0: off), how many passkeys. ERR_NOTFOUND. */
struct store_account_second {
    int64_t since;
    int passkeys;
};
int store_account_second(struct db *db, const struct scope *sc, struct arena *a,
                         const char *account, struct store_account_second *out, struct err *e);
/* Takes both away and ends the account's sessions; its owner is told. ERR_CONFLICT "second": there is nothing to take
 * away; ERR_DENIED: one's own, or of somebody above. */
int store_account_second_remove(struct db *db, const struct scope *sc, struct arena *a,
                                const struct store_actor *by, const char *account, struct err *e);

struct store_own_session {
    const char *session_id, *surface, *client_ip, *agent;
    int64_t created_at, seen_at;
    bool current;
};
/* The 100 used last, the current one first. */
int store_session_list(struct db *db, const struct scope *sc, struct arena *a,
                       const unsigned char *current, int64_t idle, int64_t absolute,
                       struct store_own_session **rows, int *n, struct err *e);
/* session_id NULL: all but the current one. *ended: how many. */
int store_session_end_own(struct db *db, const struct scope *sc, struct arena *a,
                          const struct store_actor *by, const char *session_id,
                          const unsigned char *current, int *ended, struct err *e);

#endif
