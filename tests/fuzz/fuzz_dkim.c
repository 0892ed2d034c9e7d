/*
 * DKIM: the first line is the key record that DNS gives for every name, the rest is the message.
 * Nothing but a right signature passes (the key of the corpus is public, a fuzzer does not sign);
 * relaxed is a fixed point of itself; what our signer signs our verifier passes.
 */
#include <stdlib.h>
#include <string.h>

#include "common/arena.h"
#include "common/buf.h"
#include "common/err.h"
#include "engine/authn/auth_canon.h"
#include "engine/authn/auth_key.h"
#include "engine/authn/auth_private.h"
#include "engine/authn/dkim_sign.h"
#include "engine/authn/dkim_verify.h"
#include "engine/authn/dns.h"

int LLVMFuzzerTestOneInput(const unsigned char *p, size_t n);

static void
one_record(struct dns *d, struct arena *a, const char *name, enum dns_type type,
           struct dns_answer *out)
{
    (void)a, (void)name, (void)type;
    *out = (struct dns_answer){.status = DNS_OK, .n = 1, .records = d->arg};
}

static void
to_buf(void *arg, const void *p, size_t n)
{
    buf_add(arg, p, n);
}

static struct buf *
relaxed_body(struct arena *a, const char *p, size_t n)
{
    struct buf *b = buf_new(a, 0);
    struct auth_sink to = {to_buf, b};
    struct auth_body *body = auth_body_new(a);
    auth_body_copy(body, AUTH_RELAXED, &to);
    auth_body_add(body, p, n / 2);
    auth_body_add(body, p + n / 2, n - n / 2);
    auth_body_end(body);
    return b;
}

static void
canonical(struct arena *a, const struct auth_message *m)
{
    struct buf *once = relaxed_body(a, m->body, m->body_len);
    struct buf *twice = relaxed_body(a, buf_cstr(once), once->len);
    if (once->len != twice->len || memcmp(buf_cstr(once), buf_cstr(twice), once->len) != 0)
        abort();
    for (int i = 0; i < m->n; i++) {
        struct buf *x = buf_new(a, 0), *y = buf_new(a, 0);
        struct auth_sink to_x = {to_buf, x}, to_y = {to_buf, y};
        auth_canon_field(AUTH_RELAXED, m->fields[i].raw, m->fields[i].len, false, &to_x);
        auth_canon_field(AUTH_RELAXED, buf_cstr(x), x->len, false, &to_y);
        if (x->len != y->len || memcmp(buf_cstr(x), buf_cstr(y), x->len) != 0)
            abort();
    }
}

static void
sign_and_verify(struct arena *a, const struct auth_message *m, const char *raw, size_t n)
{
    static const uint8_t seed[32] = {7};
    static const char *const headers[] = {"To", "Subject", "DKIM-Signature", NULL};
    struct auth_private key;
    struct auth_message again;
    struct dkim_verdict v;
    struct err e;
    if (auth_private_ed25519(a, seed, &key, &e))
        abort();
    struct dkim_sign_options o = {.domain = "example.com",
                                  .selector = "s",
                                  .header = n & 1 ? AUTH_RELAXED : AUTH_SIMPLE,
                                  .body = n & 2 ? AUTH_RELAXED : AUTH_SIMPLE,
                                  .headers = headers,
                                  .oversign = n & 4,
                                  .time = 1,
                                  .key = &key};
    char *field = dkim_sign(a, m, &o, &e);
    if (!field)
        return;
    const char *record = auth_private_record(a, &key);
    struct dns_record r = {0, (const unsigned char *)record, strlen(record)};
    struct dns d = {one_record, &r, DNS_QUESTIONS};
    struct buf *b = buf_new(a, 0);
    buf_str(b, field);
    buf_add(b, raw, n);
    auth_split(a, b->data, b->len, &again);
    if (again.too_many || again.n != m->n + 1)
        return; /* one field too many, or the first line was the end of a fold */
    dkim_verify(a, &again, auth_keys_new(a, &d), 1, "example.com", &v);
    if (v.results[0].status != DKIM_PASS)
        abort();
}

int
LLVMFuzzerTestOneInput(const unsigned char *p, size_t n)
{
    struct arena *a = arena_new();
    const unsigned char *nl = n ? memchr(p, '\n', n) : NULL;
    size_t key = nl ? (size_t)(nl - p) : n;
    struct dns_record r = {0, (const unsigned char *)arena_memdup(a, p, key), key};
    struct dns d = {one_record, &r, DNS_QUESTIONS};
    const char *raw = nl ? (const char *)nl + 1 : "";
    struct auth_message m;
    struct dkim_verdict v;
    auth_split(a, raw, nl ? n - key - 1 : 0, &m);
    dkim_verify(a, &m, auth_keys_new(a, &d), 1700000000, "example.com", &v);
    if (v.n > DKIM_FIELDS)
        abort();
    for (int i = 0; i < v.n; i++)
        if ((v.results[i].status == DKIM_PASS) != !v.results[i].code)
            abort();
    canonical(a, &m);
    sign_and_verify(a, &m, raw, nl ? n - key - 1 : 0);
    arena_free(&a);
    return 0;
}
