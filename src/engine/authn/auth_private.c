#include "auth_private.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <string.h>

#include "common/arena.h"
#include "common/err.h"

static void
release(void *arg)
{
    EVP_PKEY_free(arg);
}

/* Takes the key over, or says why not. */
static int
keep(struct arena *a, EVP_PKEY *pkey, struct auth_private *out, struct err *e)
{
    ERR_clear_error();
    if (!pkey)
        return err_set(e, ERR_INPUT, "key-data", "this is no private key that can be read");
    arena_defer(a, release, pkey);
    int id = EVP_PKEY_get_base_id(pkey), bits = EVP_PKEY_get_bits(pkey);
    if (id != EVP_PKEY_RSA && id != EVP_PKEY_ED25519)
        return err_set(e, ERR_INPUT, "key-type", "a key is RSA or Ed25519");
    if (id == EVP_PKEY_RSA && (bits < AUTH_RSA_BITS_MIN || bits > AUTH_RSA_BITS_MAX))
        return err_set(e, ERR_INPUT, "key-size", "an RSA key has %d to %d bits, not %d",
                       AUTH_RSA_BITS_MIN, AUTH_RSA_BITS_MAX, bits);
    out->type = id == EVP_PKEY_RSA ? AUTH_RSA : AUTH_ED25519;
    out->bits = id == EVP_PKEY_RSA ? bits : 256;
    out->pkey = pkey;
    return 0;
}

/* Nobody is asked for a pass phrase on a terminal. */
static int
no_phrase(char *buf, int size, int rw, void *arg)
{
    (void)buf;
    (void)size;
    (void)rw;
    (void)arg;
    return -1;
}

int
auth_private_read(struct arena *a, const char *pem, size_t n, struct auth_private *out,
                  struct err *e)
{
    BIO *bio = n <= 65536 ? BIO_new_mem_buf(pem, (int)n) : NULL;
    EVP_PKEY *pkey = bio ? PEM_read_bio_PrivateKey(bio, NULL, no_phrase, NULL) : NULL;
    BIO_free(bio);
    return keep(a, pkey, out, e);
}

int
auth_private_ed25519(struct arena *a, const uint8_t seed[32], struct auth_private *out,
                     struct err *e)
{
    return keep(a, EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, seed, 32), out, e);
}

int
auth_private_make(struct arena *a, enum auth_key_type type, int bits, struct auth_private *out,
                  struct err *e)
{
    if (type == AUTH_RSA && (bits < AUTH_RSA_BITS_MIN || bits > AUTH_RSA_BITS_MAX))
        return err_set(e, ERR_INPUT, "key-size", "an RSA key has %d to %d bits, not %d",
                       AUTH_RSA_BITS_MIN, AUTH_RSA_BITS_MAX, bits);
    EVP_PKEY *pkey = type == AUTH_RSA ? EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)bits)
                                      : EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
    return keep(a, pkey, out, e);
}

char *
auth_private_pem(struct arena *a, const struct auth_private *k)
{
    char *p = NULL;
    BIO *bio = BIO_new(BIO_s_secmem());
    if (!bio || !PEM_write_bio_PKCS8PrivateKey(bio, k->pkey, NULL, NULL, 0, NULL, NULL))
        bug("a private key cannot be written");
    long n = BIO_get_mem_data(bio, &p);
    char *out = arena_strndup(a, p, (size_t)n);
    BIO_free(bio);
    return out;
}

char *
auth_private_record(struct arena *a, const struct auth_private *k)
{
    uint8_t raw[32], *der = raw;
    size_t n = sizeof raw;
    if (k->type == AUTH_RSA) {
        der = NULL;
        int len = i2d_PUBKEY(k->pkey, &der);
        BUG_IF(len <= 0);
        n = (size_t)len;
    } else if (!EVP_PKEY_get_raw_public_key(k->pkey, raw, &n)) {
        bug("a public key cannot be written");
    }
    char *text = arena_alloc(a, n / 3 * 4 + 5);
    EVP_EncodeBlock((unsigned char *)text, der, (int)n);
    if (der != raw)
        OPENSSL_free(der);
    return arena_printf(a, "v=DKIM1; k=%s; p=%s", k->type == AUTH_RSA ? "rsa" : "ed25519", text);
}

static bool
sign_rsa(EVP_PKEY *pkey, const uint8_t digest[32], uint8_t *sig, size_t *n)
{
    EVP_PKEY_CTX *c = EVP_PKEY_CTX_new(pkey, NULL);
    bool ok = c && EVP_PKEY_sign_init(c) > 0 &&
              EVP_PKEY_CTX_set_rsa_padding(c, RSA_PKCS1_PADDING) > 0 &&
              EVP_PKEY_CTX_set_signature_md(c, EVP_sha256()) > 0 &&
              EVP_PKEY_sign(c, sig, n, digest, 32) > 0;
    EVP_PKEY_CTX_free(c);
    return ok;
}

static bool
sign_ed25519(EVP_PKEY *pkey, const uint8_t digest[32], uint8_t *sig, size_t *n)
{
    EVP_MD_CTX *c = EVP_MD_CTX_new();
    bool ok = c && EVP_DigestSignInit(c, NULL, NULL, NULL, pkey) > 0 &&
              EVP_DigestSign(c, sig, n, digest, 32) > 0;
    EVP_MD_CTX_free(c);
    return ok;
}

int
auth_private_sign(struct arena *a, const struct auth_private *k, const uint8_t digest[32],
                  uint8_t **sig, size_t *n)
{
    *n = (size_t)EVP_PKEY_get_size(k->pkey);
    *sig = arena_alloc(a, *n);
    bool ok = k->type == AUTH_RSA ? sign_rsa(k->pkey, digest, *sig, n)
                                  : sign_ed25519(k->pkey, digest, *sig, n);
    ERR_clear_error();
    return ok ? 0 : -1;
}
