/* What the handlers of passkeys share. */
#ifndef SEKISHO_HND_PASSKEY_H
#define SEKISHO_HND_PASSKEY_H

#include <jansson.h>

#include "../../common/jsonx.h"
#include "../../common/token.h"
#include "../second/passkey.h"

/* A field in base64url; no bytes when it is none. */
static inline struct passkey_bytes
hnd_bytes(struct arena *a, json_t *params, const char *field)
{
    struct passkey_bytes b = {NULL, 0};
    b.p = token_unbase64url(a, jsonx_str(params, field), &b.n);
    return b.p ? b : (struct passkey_bytes){(const unsigned char *)"", 0};
}

#endif
