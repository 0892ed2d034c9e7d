/*
 * All of mail authentication: the first line is the one TXT record that DNS gives for every name, the
 * rest is the message. What the worker says of it the gate understands, and what goes into
 * Authentication-Results is one field that is ours.
 */
#include <stdlib.h>
#include <string.h>

#include "common/arena.h"
#include "common/err.h"
#include "common/jsonx.h"
#include "common/suffixes.h"
#include "engine/authn/arc_word.h"
#include "engine/authn/auth_check.h"
#include "engine/authn/auth_results.h"
#include "engine/authn/dns.h"

int LLVMFuzzerTestOneInput(const unsigned char *p, size_t n);

static void
one_record(struct dns *d, struct arena *a, const char *name, enum dns_type type,
           struct dns_answer *out)
{
    (void)a, (void)name;
    *out = (struct dns_answer){
        .status = type == DNS_TXT ? DNS_OK : DNS_NXDOMAIN, .n = type == DNS_TXT, .records = d->arg};
}

/* No line of the value begins another field. */
static void
one_field(const char *value)
{
    for (const char *lf = value; (lf = strchr(lf, '\n')); lf++)
        if (lf[1] != '\t')
            abort();
    if (strchr(value, '\r') || !auth_results_claims(value, strlen(value), "gw.example"))
        abort();
}

int
LLVMFuzzerTestOneInput(const unsigned char *p, size_t n)
{
    const unsigned char *lf = memchr(p, '\n', n);
    size_t line = lf ? (size_t)(lf - p) : n, skip = lf ? line + 1 : n;
    struct arena *a = arena_new();
    struct dns_record record = {.data = arena_memdup(a, p, line), .len = line};
    struct dns d = {.ask = one_record, .arg = &record, .left = DNS_QUESTIONS};
    struct auth_request r = {.raw = (const char *)p + skip,
                             .n = n - skip,
                             .client_ip = "192.0.2.1",
                             .helo = "h.example",
                             .sender = "a@example.com",
                             .receiver = "gw.example",
                             .now = 1700000000,
                             .dns = &d,
                             .psl = suffixes()};
    struct auth_outcome o, *back;
    struct err e;

    if (!auth_check(a, &r, &o) || d.left < 0)
        abort();
    (void)jsonx_own(a, auth_outcome_json(a, &o));
    if (auth_outcome_unpack(a, auth_outcome_pack(a, &o), &back, &e) < 0)
        abort();
    (void)auth_outcome_unpack(a, arena_strndup(a, (const char *)p, n), &back, &e);
    one_field(auth_results_value(a, "gw.example", &o));
    (void)auth_results_claims((const char *)p, n, "gw.example");
    (void)arc_word_vouches(a, (const char *)p, n, "author.example", suffixes());
    arena_free(&a);
    return 0;
}
