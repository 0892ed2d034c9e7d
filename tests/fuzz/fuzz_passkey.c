/*
 * What a browser sends for a passkey, as the engine gets it: client data, authenticator data and a
 * signature, each behind its length. Any bytes are refused or give a key within the limits.
 */
#include <string.h>

#include "common/arena.h"
#include "common/err.h"
#include "engine/second/passkey.h"
#include "engine/second/totp.h"

int LLVMFuzzerTestOneInput(const unsigned char *p, size_t n);

static struct passkey_bytes
take(const unsigned char **p, size_t *n)
{
    size_t want = *n < 2 ? 0 : (size_t)(*p)[0] << 8 | (*p)[1];
    if (*n >= 2)
        *p += 2, *n -= 2;
    struct passkey_bytes b = {*p, want < *n ? want : *n};
    *p += b.n, *n -= b.n;
    return b;
}

int
LLVMFuzzerTestOneInput(const unsigned char *p, size_t n)
{
    struct arena *a = arena_new();
    struct err e;
    unsigned char challenge[32];
    struct passkey_new k;
    int64_t count;
    struct passkey_bytes client = take(&p, &n), auth = take(&p, &n), signature = take(&p, &n);

    (void)passkey_client(a, client, "webauthn.get", "https://a.example", challenge, &e);
    if (passkey_register(a, "a.example", auth, &k, &e) == 0) {
        BUG_IF(k.id.n < PASSKEY_ID_MIN || k.id.n > PASSKEY_ID_MAX || !k.key.n);
        (void)passkey_assert("a.example", k.algorithm, k.key, client, auth, signature, &count, &e);
    }
    struct passkey_bytes key = {signature.p, signature.n};
    for (int i = 0; i < 3; i++)
        (void)passkey_assert("a.example", (const int[]){-7, -8, -257}[i], key, client, auth,
                             signature, &count, &e);
    BUG_IF(strlen(totp_typed(a, arena_strndup(a, (const char *)client.p, client.n))) > 40);
    arena_free(&a);
    return 0;
}
