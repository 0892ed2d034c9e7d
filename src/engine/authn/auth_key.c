#include "auth_key.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <string.h>

#include "common/arena.h"
#include "dns.h"

#define RECORD_BYTES 8192    /* a key of 4096 bits has some 800 */
#define DER_BYTES 1024       /* ... and 550 as DER */
#define EXPONENT_BITS_MAX 64 /* a longer one only makes verifying slow */

struct entry {
    struct entry *next;
    const char *name;
    struct auth_key key;
};

struct auth_keys {
    struct arena *a;
    struct dns *dns;
    struct entry *first;
};

/* ------------------------------------------------------------------ key material */

static void
release(void *arg)
{
    EVP_PKEY_free(arg);
}

static void
refuse(struct auth_key *k, enum auth_key_status status, const char *code)
{
    k->status = status;
    k->code = code;
}

/* SubjectPublicKeyInfo, which everybody publishes, or RSAPublicKey, which the text of RFC 6376
 * says. Nothing may follow. */
static EVP_PKEY *
rsa_from_der(const uint8_t *der, size_t n)
{
    const uint8_t *p = der;
    EVP_PKEY *pkey = d2i_PUBKEY(NULL, &p, (long)n);
    if (!pkey) {
        p = der;
        pkey = d2i_PublicKey(EVP_PKEY_RSA, NULL, &p, (long)n);
    }
    ERR_clear_error();
    if (pkey && (p != der + n || EVP_PKEY_get_base_id(pkey) != EVP_PKEY_RSA)) {
        EVP_PKEY_free(pkey);
        return NULL;
    }
    return pkey;
}

static int
exponent_bits(EVP_PKEY *pkey)
{
    BIGNUM *e = NULL;
    int bits = EVP_PKEY_get_bn_param(pkey, OSSL_PKEY_PARAM_RSA_E, &e) ? BN_num_bits(e) : 0;
    BN_free(e);
    return bits;
}

static void
load_rsa(struct arena *a, const uint8_t *der, size_t n, struct auth_key *k)
{
    if (n > DER_BYTES) {
        refuse(k, AUTH_KEY_POLICY, "key-size");
        return;
    }
    k->pkey = rsa_from_der(der, n);
    if (!k->pkey) {
        refuse(k, AUTH_KEY_PERMERROR, "key-data");
        return;
    }
    arena_defer(a, release, k->pkey);
    k->bits = EVP_PKEY_get_bits(k->pkey);
    int e = exponent_bits(k->pkey);
    if (k->bits < AUTH_RSA_BITS_MIN)
        refuse(k, AUTH_KEY_POLICY, "key-weak");
    else if (k->bits > AUTH_RSA_BITS_MAX)
        refuse(k, AUTH_KEY_POLICY, "key-size");
    else if (e < 2 || e > EXPONENT_BITS_MAX)
        refuse(k, AUTH_KEY_POLICY, "key-exponent");
}

static void
load_ed25519(struct arena *a, const uint8_t *raw, size_t n, struct auth_key *k)
{
    if (n == 32)
        k->pkey = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, raw, n);
    if (!k->pkey) {
        refuse(k, AUTH_KEY_PERMERROR, "key-data");
        return;
    }
    arena_defer(a, release, k->pkey);
    k->bits = 256;
}

/* ------------------------------------------------------------------ the record */

static bool
has_item(const struct auth_tag *t, const char *one, const char *other)
{
    struct auth_text rest = t->value, item;
    while (auth_list_next(&rest, ':', &item))
        if (auth_text_is_any(item, one) || (other && auth_text_is_any(item, other)))
            return true;
    return false;
}

/* All tags but p=. */
static const char *
read_tags(const struct auth_tags *tags, struct auth_key *k)
{
    const struct auth_tag *t = auth_tags_get(tags, "v");
    if (t && (t != &tags->tag[0] || !auth_text_is(t->value, "DKIM1")))
        return "key-version";
    t = auth_tags_get(tags, "t");
    if (t) {
        k->testing = has_item(t, "y", NULL);
        k->strict = has_item(t, "s", NULL);
    }
    t = auth_tags_get(tags, "k");
    if (t && auth_text_is_any(t->value, "ed25519"))
        k->type = AUTH_ED25519;
    else if (t && !auth_text_is_any(t->value, "rsa"))
        return "key-type";
    t = auth_tags_get(tags, "h");
    if (t && !has_item(t, "sha256", NULL))
        return "key-hash";
    t = auth_tags_get(tags, "s");
    if (t && !has_item(t, "*", "email"))
        return "key-service";
    return NULL;
}

void
auth_key_parse(struct arena *a, const char *text, size_t n, struct auth_key *out)
{
    struct auth_tags tags;
    uint8_t *data;
    size_t len;
    *out = (struct auth_key){.status = AUTH_KEY_OK, .type = AUTH_RSA};
    if (n > RECORD_BYTES || auth_tags_parse(text, n, &tags)) {
        refuse(out, AUTH_KEY_PERMERROR, "key-syntax");
        return;
    }
    const char *why = read_tags(&tags, out);
    const struct auth_tag *p = auth_tags_get(&tags, "p");
    if (!why && !p)
        why = "key-syntax";
    else if (!why && p->value.n == 0)
        why = "key-revoked";
    else if (!why && !auth_base64(a, p->value, &data, &len))
        why = "key-data";
    if (why)
        refuse(out, AUTH_KEY_PERMERROR, why);
    else if (out->type == AUTH_RSA)
        load_rsa(a, data, len, out);
    else
        load_ed25519(a, data, len, out);
}

/* ------------------------------------------------------------------ by name */

struct auth_keys *
auth_keys_new(struct arena *a, struct dns *dns)
{
    struct auth_keys *k = arena_alloc(a, sizeof *k);
    k->a = a;
    k->dns = dns;
    return k;
}

/* There should be one record. Of several (RFC 6376 3.6.2.2: undefined) the first that can be used
 * counts, or else the first that is about keys at all. */
static void
look_up(struct auth_keys *k, const char *name, struct auth_key *out)
{
    struct dns_answer ans;
    dns_ask(k->dns, k->a, name, DNS_TXT, &ans);
    if (ans.status == DNS_TEMPERROR) {
        refuse(out, AUTH_KEY_TEMPERROR, "key-dns");
        return;
    }
    refuse(out, AUTH_KEY_PERMERROR, "key-missing");
    for (int i = 0; ans.status == DNS_OK && i < ans.n && i < AUTH_KEY_RECORDS; i++) {
        struct auth_key key;
        auth_key_parse(k->a, (const char *)ans.records[i].data, ans.records[i].len, &key);
        key.secure = ans.secure;
        if (i == 0 || key.status == AUTH_KEY_OK)
            *out = key;
        if (key.status == AUTH_KEY_OK)
            return;
    }
}

const struct auth_key *
auth_keys_get(struct auth_keys *k, const char *selector, const char *domain)
{
    const char *name = arena_printf(k->a, "%s._domainkey.%s", selector, domain);
    for (struct entry *e = k->first; e; e = e->next)
        if (strcmp(e->name, name) == 0)
            return &e->key;
    struct entry *e = arena_alloc(k->a, sizeof *e);
    e->name = name;
    look_up(k, name, &e->key);
    e->next = k->first;
    k->first = e;
    return &e->key;
}

static bool
verify_rsa(EVP_PKEY *pkey, const uint8_t digest[32], const uint8_t *sig, size_t n)
{
    EVP_PKEY_CTX *c = EVP_PKEY_CTX_new(pkey, NULL);
    bool ok = c && EVP_PKEY_verify_init(c) > 0 &&
              EVP_PKEY_CTX_set_rsa_padding(c, RSA_PKCS1_PADDING) > 0 &&
              EVP_PKEY_CTX_set_signature_md(c, EVP_sha256()) > 0 &&
              EVP_PKEY_verify(c, sig, n, digest, 32) == 1;
    EVP_PKEY_CTX_free(c);
    return ok;
}

static bool
verify_ed25519(EVP_PKEY *pkey, const uint8_t digest[32], const uint8_t *sig, size_t n)
{
    EVP_MD_CTX *c = EVP_MD_CTX_new();
    bool ok = n == 64 && c && EVP_DigestVerifyInit(c, NULL, NULL, NULL, pkey) > 0 &&
              EVP_DigestVerify(c, sig, n, digest, 32) == 1;
    EVP_MD_CTX_free(c);
    return ok;
}

bool
auth_key_verify(const struct auth_key *k, const uint8_t digest[32], const uint8_t *sig, size_t n)
{
    bool ok = k->type == AUTH_RSA ? verify_rsa(k->pkey, digest, sig, n)
                                  : verify_ed25519(k->pkey, digest, sig, n);
    ERR_clear_error();
    return ok;
}
