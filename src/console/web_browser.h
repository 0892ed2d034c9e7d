/*
 * Which browser is this, for somebody who is not signed in: a random value in a cookie of its own, so that a
 * mailed link knows the browser that asked for it. The cookie is sent with a click in a mail program, too
 * (SameSite=Lax), so it proves nothing by itself.
 */
#ifndef SEKISHO_WEB_BROWSER_H
#define SEKISHO_WEB_BROWSER_H

#include "web_req.h"

/* SHA-256 of its value, 32 bytes in the arena. make: gives it a cookie if it has none; else NULL then. */
const unsigned char *web_browser(struct web_req *r, bool make);

#endif
