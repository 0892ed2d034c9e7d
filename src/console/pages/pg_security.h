/* How one signs in: password, second step, recovery codes, sessions (U13); the same pages in both programs. */
#ifndef SEKISHO_PG_SECURITY_H
#define SEKISHO_PG_SECURITY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../../store/store_passkey.h"
#include "../../store/store_second.h"

struct web_req;

#define PG_SECURITY "/settings/security"

struct pg_own_session {
    const struct store_own_session *s;
    const char *device; /* "Firefox on Windows" */
    const char *place;  /* country of the address, "" = not known */
};
struct pg_security_view {
    struct store_second second;
    struct pg_own_session *sessions;
    int nsessions, npasskeys;
    struct store_passkey_name *passkeys;
    int64_t held; /* for the portal's menu */
};

/* A question that wants the password before anything changes. */
struct pg_security_ask {
    const char *path, *title, *text, *button;
    bool danger;
    bool password; /* the account has one */
    int64_t held;
};
/* The key of a new authenticator, to be scanned or typed. */
struct pg_security_key {
    const char *secret, *uri;
    const char *qr; /* path of the picture or NULL, size modules wide */
    int size;
    int64_t held;
};
struct pg_security_codes {
    const char *codes[10];
    int64_t held;
};

/* Shows such a page. */
int pg_security_question(struct web_req *r, struct pg_security_ask v, int status);

/* Number beside "Quarantine" in the portal, -1 in the console. */
int pg_security_held(struct web_req *r, int64_t *held);
/* "Firefox on Windows", from what the browser says of itself. */
const char *pg_device(struct web_req *r, const char *agent);
/* A QR code: the d of an SVG path, *size modules wide and high. NULL: the text is too long. */
const char *pg_qr(struct web_req *r, const char *text, int *size);

#endif
