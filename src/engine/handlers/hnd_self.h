/*
 * What people change about how they sign in: the engine finds out itself whose session it is, and
 * asks for the password again. Console and portal only pass on what was typed.
 */
#ifndef SEKISHO_HND_SELF_H
#define SEKISHO_HND_SELF_H

#include <jansson.h>

#include "../../store/store_second.h"
#include "../../rpc/rpc_server.h"

struct hnd_ctx;

struct hnd_self {
    const struct hnd_ctx *x;
    struct arena *a;
    struct store_self who;
    struct store_actor by;
    const unsigned char *session; /* 32 bytes */
};
/* From the fields session (base64url of the SHA-256 of the session's id) and client_ip. ERR_DENIED. */
int hnd_self(struct arena *a, const struct rpc_caller *c, json_t *params, struct hnd_self *out,
             struct err *e);

/* The present password: 1 right; 0 wrong, or *wait seconds to wait; -1. Of an account without a password a
 * session of less than 10 minutes counts. */
int hnd_self_password(const struct hnd_self *s, const char *password, int *wait, struct err *e);

/* {"result": ..., "retry_after": ...}; more fields are added by the caller. */
json_t *hnd_result(const char *result, int wait);

/* Ten new recovery codes: what is shown, and the digests that are stored. */
json_t *hnd_self_codes(const struct hnd_self *s, const char *hashes[10]);

/* "admin" or "portal" as the caller may say it; NULL and ERR_DENIED or ERR_INPUT. */
const char *hnd_surface(const struct rpc_caller *c, json_t *params, struct err *e);

#endif
