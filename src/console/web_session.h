/*
 * Sessions: 256 random bits in a cookie, only their SHA-256 in the database, a new
 * one at each sign-in, ended on the server. Everything here awaits.
 */
#ifndef SEKISHO_WEB_SESSION_H
#define SEKISHO_WEB_SESSION_H

#include "web_req.h"

/* With the ticket that the engine gave out because address and password fit: makes a session, writes it to
 * the audit log and sets the cookie; an older session of this browser ends. r->session and r->scope are
 * filled in, so the handler may go on (audit, redirect). -1: ERR_DENIED when the ticket is none, used or
 * too old, or the account is suspended or may not use this surface. */
int web_sign_in(struct web_req *r, const char *ticket);
/* Ends this session; the browser forgets cookies, cache and storage. */
int web_sign_out(struct web_req *r);

/* SHA-256 of this session's id, to keep it when the others end; NULL without a session. */
const unsigned char *web_session_hash(const struct web_req *r);

/* The reader's choice of language: kept by the browser and, when signed in, by the account. */
int web_set_language(struct web_req *r, const char *lang);

/* web_entry.c: fills r->session from the cookie. 0 also when there is no valid session. */
int web_session_load(struct web_req *r);
/* web_entry.c: writes the message bar that reply_flash() left, or clears the one just shown. What the
 * handler did is done by then: a failure costs the message only. */
void web_session_flash(struct web_req *r);

#endif
