/* Keys, a mail, and verifying with a table for DNS: what the tests of DKIM begin with. */
#ifndef SEKISHO_TEST_DKIM_FIXTURE_H
#define SEKISHO_TEST_DKIM_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>
#include <openssl/evp.h>

#include "../dkim_keys.h"
#include "../dns_table.h"
#include "common/arena.h"
#include "common/buf.h"
#include "common/err.h"
#include "engine/authn/auth_canon.h"
#include "engine/authn/auth_key.h"
#include "engine/authn/auth_private.h"
#include "engine/authn/auth_sig.h"
#include "engine/authn/dkim_sign.h"
#include "engine/authn/dkim_verify.h"

#define NOW 1700000000
#define DOMAIN "example.com"

static struct arena *a;
static struct dns_table table;
static struct dns dns;
static struct auth_private rsa, ed;

static inline int
begin(void **state)
{
    (void)state;
    a = arena_new();
    memset(&table, 0, sizeof table);
    dns = dns_table_dns(&table);
    return 0;
}

static inline int
end(void **state)
{
    (void)state;
    arena_free(&a);
    return 0;
}

static const char *const usual[]
    __attribute__((unused)) = {"From", "To", "Subject", "Date", "Message-ID", NULL};
static const char mail[] __attribute__((unused)) =
    "Received: by mx; Fri, 1 Jan 2021 00:00:00 +0000\r\n"
    "From: Alice <alice@example.com>\r\n"
    "To: Bob <bob@example.net>,\r\n\tCarol <carol@example.org>\r\n"
    "Subject: Lunch  today\r\n"
    "Date: Fri, 1 Jan 2021 00:00:00 +0000\r\n"
    "Message-ID: <1@example.com>\r\n"
    "\r\n"
    "Hi Bob,\r\n\r\nwhere  shall we meet?\t\r\n-- \r\nAlice\r\n\r\n";

static inline void
make_keys(void)
{
    struct err e;
    static const uint8_t seed[32] = {1, 2, 3};
    assert_int_equal(auth_private_make(a, AUTH_RSA, 1024, &rsa, &e), 0);
    assert_int_equal(auth_private_ed25519(a, seed, &ed, &e), 0);
    dns_table_add(&table, "r._domainkey." DOMAIN, auth_private_record(a, &rsa));
    dns_table_add(&table, "e._domainkey." DOMAIN, auth_private_record(a, &ed));
}

static inline struct dkim_sign_options
options(const struct auth_private *k)
{
    return (struct dkim_sign_options){.domain = DOMAIN,
                                      .selector = k == &rsa ? "r" : "e",
                                      .header = AUTH_RELAXED,
                                      .body = AUTH_RELAXED,
                                      .headers = usual,
                                      .oversign = true,
                                      .time = NOW,
                                      .key = k};
}

static inline const char *
signed_mail(const char *text, const struct dkim_sign_options *o)
{
    struct auth_message m;
    struct err e = {0};
    auth_split(a, text, strlen(text), &m);
    char *field = dkim_sign(a, &m, o, &e);
    if (!field)
        fail_msg("not signed: %s", e.text);
    for (const char *p = field; *p;) {
        const char *nl = strstr(p, "\r\n");
        assert_non_null(nl);
        assert_true(nl - p <= 78);
        p = nl + 2;
    }
    return arena_printf(a, "%s%s", field, text);
}

static inline struct dkim_verdict
verify_n(const char *text, size_t n, const char *from_domain)
{
    struct auth_message m;
    struct dkim_verdict v;
    dns.left = DNS_QUESTIONS;
    auth_split(a, text, n, &m);
    dkim_verify(a, &m, auth_keys_new(a, &dns), NOW, from_domain, &v);
    return v;
}

static inline struct dkim_verdict
verify(const char *text)
{
    return verify_n(text, strlen(text), DOMAIN);
}

static inline void
expect(const char *text, enum dkim_status status, const char *code)
{
    struct dkim_verdict v = verify(text);
    assert_true(v.n >= 1);
    const struct dkim_result *r = v.results;
    if (r->status != status || !r->code != !code || (code && strcmp(r->code, code) != 0))
        fail_msg("%s (%s) instead of %s (%s) for\n%s", dkim_status_name(r->status),
                 r->code ? r->code : "-", dkim_status_name(status), code ? code : "-", text);
}

#endif
