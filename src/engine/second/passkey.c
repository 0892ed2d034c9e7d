#include "passkey.h"

#include "../../common/arena.h"
#include "../../common/err.h"
#include "../../common/jsonx.h"
#include "../../common/settings.h"
#include "../../common/token.h"
#include "cbor_bounds.h"

#include <arpa/inet.h>
#include <fido.h>
#include <fido/eddsa.h>
#include <fido/es256.h>
#include <fido/rs256.h>
#include <stdbool.h>
#include <string.h>

/* Authenticator data (WebAuthn 6.1): hash of the rp, flags, counter; of a registration then AAGUID, length of the id, id,
 * key. */
#define HASH 32
#define HEAD (HASH + 1 + 4)
#define AAGUID 16
#define FLAG_UP 0x01
#define FLAG_UV 0x04
#define FLAG_AT 0x40
#define FLAG_ED 0x80

static int
refuse(struct err *e, const char *why)
{
    return err_set(e, ERR_INPUT, "passkey", "%s", why);
}

static bool
is_ip(const char *host)
{
    struct in6_addr v6;
    return *host == '[' || inet_pton(AF_INET, host, &v6) == 1;
}

int
passkey_site(struct arena *a, const char *surface, const char **origin, const char **rp)
{
    bool admin = strcmp(surface, "admin") == 0;
    const char *url = settings_text(admin ? SET_admin_url : SET_portal_url);
    if (!*url)
        url = arena_printf(a, "http%s://localhost:%lld",
                           *settings_text(SET_tls_certificate) ? "s" : "",
                           (long long)settings_int(admin ? SET_admin_port : SET_portal_port));
    const char *host = strstr(url, "://");
    if (!host)
        return -1;
    host += 3;
    size_t n = strcspn(host, "/");
    char *o = arena_strndup(a, url, (size_t)(host - url) + n);
    for (char *p = o; *p; p++)
        if (*p >= 'A' && *p <= 'Z')
            *p = (char)(*p + 32);
    *origin = o;
    host = o + (host - url);
    *rp = arena_strndup(a, host, *host == '[' ? strlen(host) : strcspn(host, ":"));
    return **rp && !is_ip(*rp) ? 0 : -1;
}

int
passkey_client(struct arena *a, struct passkey_bytes client, const char *type, const char *origin,
               unsigned char challenge[32], struct err *e)
{
    size_t n = 0;
    json_t *j;
    struct err why;
    if (!client.n ||
        jsonx_load(a, (const char *)client.p, client.n, PASSKEY_CLIENT_MAX, &j, &why) ||
        !json_is_object(j))
        return refuse(e, "client data is no JSON, or too long");
    const char *t = jsonx_str(j, "type"), *o = jsonx_str(j, "origin"),
               *c = jsonx_str(j, "challenge");
    if (!t || strcmp(t, type))
        return refuse(e, "client data is for something else");
    if (!o || strcmp(o, origin) || jsonx_bool(j, "crossOrigin", false))
        return refuse(e, "client data is of another page");
    unsigned char *bytes = c ? token_unbase64url(a, c, &n) : NULL;
    if (!bytes || n != 32)
        return refuse(e, "client data has no challenge of ours");
    memcpy(challenge, bytes, 32);
    return 0;
}

/* Of this rp, with somebody there who was verified. */
static int
check_head(const char *rp, struct passkey_bytes auth, unsigned also, struct err *e)
{
    unsigned char hash[HASH];
    if (auth.n < HEAD || auth.n > PASSKEY_AUTH_MAX)
        return refuse(e, "authenticator data is too short or too long");
    token_sha256(rp, strlen(rp), hash);
    if (!token_equal(hash, auth.p, HASH))
        return refuse(e, "authenticator data is for another site");
    unsigned want = FLAG_UP | FLAG_UV | also;
    if ((auth.p[HASH] & want) != want)
        return refuse(e, "the authenticator did not verify who is there");
    return 0;
}

/* Behind the head only what the flags announce: a key (key_at: where it begins; 0: there is none), extensions. */
static int
check_rest(struct passkey_bytes auth, size_t key_at, struct err *e)
{
    size_t at = HEAD, n;
    if (key_at) {
        if (!(n = cbor_item_bytes(auth.p + key_at, auth.n - key_at)))
            return refuse(e, "the key is broken");
        at = key_at + n;
    }
    if (auth.p[HASH] & FLAG_ED) {
        if (!(n = cbor_item_bytes(auth.p + at, auth.n - at)))
            return refuse(e, "the extensions are broken");
        at += n;
    }
    return at == auth.n ? 0 : refuse(e, "something stands behind the authenticator data");
}

static int64_t
counter(struct passkey_bytes auth)
{
    const unsigned char *p = auth.p + HASH + 1;
    return (int64_t)p[0] << 24 | p[1] << 16 | p[2] << 8 | p[3];
}

static struct passkey_bytes
copy(struct arena *a, const void *p, size_t n)
{
    unsigned char *out = arena_alloc(a, n ? n : 1);
    if (n)
        memcpy(out, p, n);
    return (struct passkey_bytes){out, n};
}

/* The key, when it is of this algorithm: libfido2 wants to be told. */
static bool
read_key(struct arena *a, struct passkey_bytes auth, int algorithm, struct passkey_new *out)
{
    fido_cred_t *c = fido_cred_new();
    bool ok = c && fido_cred_set_type(c, algorithm) == FIDO_OK &&
              fido_cred_set_authdata_raw(c, auth.p, auth.n) == FIDO_OK &&
              fido_cred_pubkey_len(c) > 0 && fido_cred_id_len(c) >= PASSKEY_ID_MIN &&
              fido_cred_id_len(c) <= PASSKEY_ID_MAX;
    if (ok) {
        out->id = copy(a, fido_cred_id_ptr(c), fido_cred_id_len(c));
        out->key = copy(a, fido_cred_pubkey_ptr(c), fido_cred_pubkey_len(c));
        out->algorithm = algorithm;
    }
    fido_cred_free(&c);
    return ok;
}

int
passkey_register(struct arena *a, const char *rp, struct passkey_bytes auth,
                 struct passkey_new *out, struct err *e)
{
    static const int algorithms[] = {COSE_ES256, COSE_EDDSA, COSE_RS256};
    if (check_head(rp, auth, FLAG_AT, e))
        return -1;
    if (auth.n < HEAD + AAGUID + 2)
        return refuse(e, "authenticator data holds no key");
    size_t id = (size_t)auth.p[HEAD + AAGUID] << 8 | auth.p[HEAD + AAGUID + 1];
    if (id < PASSKEY_ID_MIN || id > PASSKEY_ID_MAX || auth.n < HEAD + AAGUID + 2 + id)
        return refuse(e, "authenticator data holds no key");
    if (check_rest(auth, HEAD + AAGUID + 2 + id, e))
        return -1;
    out->sign_count = counter(auth);
    for (size_t i = 0; i < sizeof algorithms / sizeof *algorithms; i++)
        if (read_key(a, auth, algorithms[i], out))
            return 0;
    return refuse(e, "the key is of a kind that is not known here");
}

/* libfido2's form of the key; the caller frees it by its algorithm. */
static void *
open_key(int algorithm, struct passkey_bytes key)
{
    es256_pk_t *es;
    eddsa_pk_t *ed;
    rs256_pk_t *rs;
    switch (algorithm) {
    case COSE_ES256:
        if ((es = es256_pk_new()) && es256_pk_from_ptr(es, key.p, key.n) != FIDO_OK)
            es256_pk_free(&es);
        return es;
    case COSE_EDDSA:
        if ((ed = eddsa_pk_new()) && eddsa_pk_from_ptr(ed, key.p, key.n) != FIDO_OK)
            eddsa_pk_free(&ed);
        return ed;
    case COSE_RS256:
        if ((rs = rs256_pk_new()) && rs256_pk_from_ptr(rs, key.p, key.n) != FIDO_OK)
            rs256_pk_free(&rs);
        return rs;
    default:
        return NULL;
    }
}

static void
free_key(int algorithm, void *key)
{
    es256_pk_t *es = key;
    eddsa_pk_t *ed = key;
    rs256_pk_t *rs = key;
    if (algorithm == COSE_ES256)
        es256_pk_free(&es);
    else if (algorithm == COSE_EDDSA)
        eddsa_pk_free(&ed);
    else
        rs256_pk_free(&rs);
}

int
passkey_assert(const char *rp, int algorithm, struct passkey_bytes key, struct passkey_bytes client,
               struct passkey_bytes auth, struct passkey_bytes signature, int64_t *sign_count,
               struct err *e)
{
    unsigned char hash[HASH];
    if (check_head(rp, auth, 0, e))
        return -1;
    if (auth.p[HASH] & FLAG_AT) /* WebAuthn 6.1: of registrations only */
        return refuse(e, "authenticator data is of a registration");
    if (check_rest(auth, 0, e))
        return -1;
    if (!signature.n || signature.n > PASSKEY_SIGN_MAX)
        return refuse(e, "the signature is empty or too long");
    void *pk = open_key(algorithm, key);
    fido_assert_t *s = fido_assert_new();
    token_sha256(client.p, client.n, hash);
    bool ok = pk && s && fido_assert_set_rp(s, rp) == FIDO_OK &&
              fido_assert_set_clientdata_hash(s, hash, sizeof hash) == FIDO_OK &&
              fido_assert_set_count(s, 1) == FIDO_OK &&
              fido_assert_set_up(s, FIDO_OPT_TRUE) == FIDO_OK &&
              fido_assert_set_uv(s, FIDO_OPT_TRUE) == FIDO_OK &&
              fido_assert_set_authdata_raw(s, 0, auth.p, auth.n) == FIDO_OK &&
              fido_assert_set_sig(s, 0, signature.p, signature.n) == FIDO_OK &&
              fido_assert_verify(s, 0, algorithm, pk) == FIDO_OK;
    fido_assert_free(&s);
    if (pk)
        free_key(algorithm, pk);
    *sign_count = counter(auth);
    return ok ? 0 : refuse(e, "the signature is not of this key");
}
