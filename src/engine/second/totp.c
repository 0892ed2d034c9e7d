#include "totp.h"

#include "../../common/arena.h"
#include "../../common/buf.h"
#include "../../common/err.h"
#include "../../common/token.h"

#include <liboath/oath.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define DIGITS 6
#define TYPED_MAX 40
#define GROUP 4

_Static_assert(TOTP_SEALED == TOTP_SECRET + SEAL_OVERHEAD, "sealed size");

/* No 0, 1, I, O: they are taken for one another when read from paper. */
static const char recovery_letters[] = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

static pthread_once_t once = PTHREAD_ONCE_INIT;

static void
start(void)
{
    if (oath_init() != OATH_OK)
        bug("liboath does not start");
}

static const char *
purpose(struct arena *a, const char *account)
{
    return arena_printf(a, "totp:%s", account);
}

void
totp_new(struct arena *a, const unsigned char master[32], const char *account,
         unsigned char sealed[TOTP_SEALED], const char **base32)
{
    unsigned char secret[TOTP_SECRET];
    char *text = NULL;
    size_t n = 0;
    token_random(secret, sizeof secret);
    token_seal(master, purpose(a, account), secret, sizeof secret, sealed);
    if (oath_base32_encode((char *)secret, sizeof secret, &text, &n) != OATH_OK)
        bug("no base32");
    *base32 = arena_strndup(a, text, n);
    explicit_bzero(text, n);
    explicit_bzero(secret, sizeof secret);
    free(text);
}

static void
percent(struct buf *b, const char *s)
{
    static const char hex[] = "0123456789ABCDEF";
    for (; *s; s++) {
        unsigned char c = (unsigned char)*s;
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                     strchr("-._~", c);
        char coded[4] = {plain ? (char)c : '%', plain ? '\0' : hex[c >> 4],
                         plain ? '\0' : hex[c & 15], '\0'};
        buf_str(b, coded);
    }
}

const char *
totp_uri(struct arena *a, const char *issuer, const char *address, const char *base32)
{
    struct buf *b = buf_new(a, 0);
    buf_str(b, "otpauth://totp/");
    percent(b, issuer);
    buf_str(b, ":");
    percent(b, address);
    buf_str(b, "?secret=");
    buf_str(b, base32);
    buf_str(b, "&issuer=");
    percent(b, issuer);
    return buf_cstr(b);
}

/* One character of UTF-8 as ASCII letter or digit, 0 = neither. *p moves behind it. */
static char
ascii(const unsigned char **p)
{
    unsigned c = **p;
    (*p)++;
    if (c == 0xEF && (*p)[0] && (*p)[1]) { /* U+FF10 to U+FF5A: full width */
        unsigned u = 0xF000u | ((*p)[0] & 0x3Fu) << 6 | ((*p)[1] & 0x3Fu);
        *p += 2;
        c = u >= 0xFF01 && u <= 0xFF5E ? u - 0xFEE0 : 0;
    }
    if (c >= 'a' && c <= 'z')
        c -= 32;
    return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ? (char)c : 0;
}

const char *
totp_typed(struct arena *a, const char *typed)
{
    char *out = arena_alloc(a, TYPED_MAX + 1);
    size_t n = 0;
    for (const unsigned char *p = (const unsigned char *)typed; *p && n < TYPED_MAX;) {
        char c = ascii(&p);
        if (c)
            out[n++] = c;
    }
    out[n] = '\0';
    return out;
}

int64_t
totp_check(const unsigned char master[32], const char *account, const unsigned char *sealed,
           size_t n, const char *code, int64_t now)
{
    unsigned char secret[TOTP_SECRET];
    struct arena *a = arena_new();
    uint64_t period = 0;
    int rc = -1;
    pthread_once(&once, start);
    if (strlen(code) == DIGITS && strspn(code, "0123456789") == DIGITS && n == TOTP_SEALED &&
        token_open(master, purpose(a, account), sealed, n, secret))
        rc = oath_totp_validate4((char *)secret, sizeof secret, (time_t)now, TOTP_PERIOD, 0, 1,
                                 NULL, &period, 0, code);
    explicit_bzero(secret, sizeof secret);
    arena_free(&a);
    return rc < 0 ? -1 : (int64_t)period;
}

const char *
totp_recovery_new(struct arena *a)
{
    unsigned char random[3 * GROUP];
    char *out = arena_alloc(a, 3 * GROUP + 3);
    size_t n = 0;
    token_random(random, sizeof random);
    for (size_t i = 0; i < sizeof random; i++) {
        if (i && i % GROUP == 0)
            out[n++] = '-';
        out[n++] = recovery_letters[random[i] % 32];
    }
    out[n] = '\0';
    return out;
}

void
totp_recovery_hash(const unsigned char master[32], const char *account, const char *code,
                   unsigned char out[32])
{
    struct arena *a = arena_new();
    unsigned char key[32];
    const char *text = arena_printf(a, "%s:%s", account, code);
    token_derive(master, 32, "recovery-code", key);
    token_hmac(key, sizeof key, text, strlen(text), out);
    explicit_bzero(key, sizeof key);
    arena_free(&a);
}
