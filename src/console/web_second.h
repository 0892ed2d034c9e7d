/*
 * Between password and second step (U3): the half ticket and the mark of a trusted device are
 * cookies of this browser, HttpOnly and SameSite=Strict like the session's. Neither is a session:
 * what they are worth is decided by engine and database.
 */
#ifndef SEKISHO_WEB_SECOND_H
#define SEKISHO_WEB_SECOND_H

#include "web_req.h"

/* may_trust: the organisation allows to trust this browser; app: there are codes, else the second step is a passkey. */
struct web_half {
    bool may_trust, app;
};
void web_half_set(struct web_req *r, const char *ticket, struct web_half half);
void web_half_forget(struct web_req *r);
/* The ticket, NULL = none. */
const char *web_half_get(struct web_req *r, struct web_half *half);
/* For 30 days. */
void web_device_set(struct web_req *r, const char *token);
const char *web_device_get(struct web_req *r); /* "" = none */

/* A new session's browser: whoever it belongs to is told by mail when it is a new one. In the session's transaction. */
int web_known_browser(struct web_req *r, struct db_tx *tx, const unsigned char session_hash[32]);

/* The session goes on under a new id, because its rights changed (A-55, T-W11). */
int web_session_rotate(struct web_req *r);

/* The session's hash as RPC methods want it, and what a page without a session is bound to: SHA-256 of the secret of
 * this browser's forms. base64url in the arena. */
const char *web_session_name(struct web_req *r);
const char *web_browser_name(struct web_req *r);

#endif
