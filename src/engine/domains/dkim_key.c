#include "dkim_key.h"

#include <stdbool.h>
#include <string.h>
#include <openssl/crypto.h>

#include "../../common/arena.h"
#include "../../common/err.h"
#include "../../common/token.h"
#include "../authn/dns.h"

#define SEALED_MAX 8192 /* the PEM of 4096 bits has 3,272 bytes */

/* What the sealed bytes belong to. */
static const char *
bound_to(struct arena *a, const char *domain, const char *selector)
{
    return arena_printf(a, "dkim-key:%s._domainkey.%s", selector, domain);
}

static bool
is_label(const char *s)
{
    size_t n = strlen(s);

    return n > 0 && n <= 63 && strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789-") == n &&
           s[0] != '-' && s[n - 1] != '-';
}

static int
make(struct arena *a, const char *algorithm, int bits, struct auth_private *out, struct err *e)
{
    if (strcmp(algorithm, "ed25519-sha256") == 0)
        return auth_private_make(a, AUTH_ED25519, 0, out, e);
    if (strcmp(algorithm, "rsa-sha256") != 0)
        return err_set(e, ERR_INPUT, "algorithm", "rsa-sha256 or ed25519-sha256");
    if (bits != 1024 && bits != 2048 && bits != 3072 && bits != 4096)
        return err_set(e, ERR_INPUT, "bits", "1024, 2048, 3072 or 4096 bits");
    return auth_private_make(a, AUTH_RSA, bits, out, e);
}

int
dkim_key_make(struct arena *a, const unsigned char master[32], const char *domain,
              const char *selector, const char *algorithm, int bits, struct dkim_new_key *out,
              struct err *e)
{
    struct auth_private key;
    char *pem;
    size_t n;

    if (!dns_is_name(domain))
        return err_set(e, ERR_INPUT, "domain", "not a domain");
    if (!is_label(selector) || strlen(selector) + strlen("._domainkey.") + strlen(domain) > 253)
        return err_set(e, ERR_INPUT, "selector", "small letters, digits and hyphens, up to 63");
    if (make(a, algorithm, bits, &key, e) < 0)
        return -1;
    pem = auth_private_pem(a, &key);
    n = strlen(pem);
    out->n = n + SEAL_OVERHEAD;
    out->sealed = arena_alloc(a, out->n);
    token_seal(master, bound_to(a, domain, selector), pem, n, out->sealed);
    OPENSSL_cleanse(pem, n);
    out->record = auth_private_record(a, &key);
    out->bits = key.bits;
    return 0;
}

int
dkim_key_open(struct arena *a, const unsigned char master[32], const char *domain,
              const char *selector, const unsigned char *sealed, size_t n, struct auth_private *out,
              struct err *e)
{
    unsigned char *pem;
    int rc;

    if (n <= SEAL_OVERHEAD || n > SEALED_MAX)
        return err_set(e, ERR_ENV, "dkim-key", "not a sealed key");
    pem = arena_alloc(a, n - SEAL_OVERHEAD);
    if (!token_open(master, bound_to(a, domain, selector), sealed, n, pem))
        return err_set(e, ERR_ENV, "dkim-key", "the key does not open with this master key");
    rc = auth_private_read(a, (const char *)pem, n - SEAL_OVERHEAD, out, e);
    OPENSSL_cleanse(pem, n - SEAL_OVERHEAD);
    return rc;
}
