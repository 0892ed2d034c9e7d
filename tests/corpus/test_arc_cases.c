/*
 * ARC chains of another project: one of a mailing list with Google's set on top, one with a set of each
 * algorithm. As they came they pass; with a byte of the body, of an inner seal or of the list of results
 * changed, they do not. tests/corpus/auth/arc, Apache-2.0 or MIT (../dkim/LICENSE).
 */
#include <stdbool.h>

#include "signed_case.h"
#include "engine/authn/arc.h"
#include "engine/authn/auth_canon.h"
#include "engine/authn/auth_key.h"

#define OWN "tests/corpus/auth/arc"

static int tests, failed;

static void
tell(bool ok, const char *file, const char *what, const struct arc_verdict *v)
{
    tests++;
    failed += !ok;
    printf("%sok %d - %s %s: %s (%s at %d, %d sets)\n", ok ? "" : "not ", tests, file, what,
           arc_status_name(v->status), v->code ? v->code : "-", v->at, v->sets);
}

static struct arc_verdict
verify(struct arena *a, struct dns_table *t, const char *mail)
{
    struct dns d = dns_table_dns(t);
    struct auth_message m;
    struct arc chain;
    struct arc_verdict v;
    struct auth_keys *keys = auth_keys_new(a, &d);

    auth_split(a, mail, strlen(mail), &m);
    arc_read(a, &m, &chain);
    arc_ask(&chain, keys);
    arc_verify(a, &m, &chain, keys, &v);
    return v;
}

/* The text with one byte behind `where` changed. */
static const char *
changed(struct arena *a, const char *mail, const char *where)
{
    char *copy = arena_strdup(a, mail), *at = strstr(copy, where);

    if (!at)
        return copy;
    at += strlen(where);
    *at = *at == 'x' ? 'y' : 'x';
    return copy;
}

static void
one_case(const char *file, int sets)
{
    static const char *const places[] = {
        "\r\n\r\n", "ARC-Authentication-Results: i=1; ",
        "ARC-Seal: i=1; a=rsa-sha256; t=", "ARC-Seal: i=1; a=ed25519-sha256; s="};
    struct arena *a = arena_new();
    struct dns_table t = {0};
    const char *mail = signed_case(a, arena_printf(a, OWN "/%s", file), &t);
    struct arc_verdict v = {.code = "cannot be read"};

    if (mail)
        v = verify(a, &t, mail);
    tell(mail && v.status == ARC_PASS && v.sets == sets, file, "as it came", &v);
    for (size_t i = 0; mail && i < sizeof places / sizeof *places; i++) {
        const char *other = changed(a, mail, places[i]);
        if (strcmp(other, mail) == 0)
            continue; /* this chain has no such place */
        v = verify(a, &t, other);
        tell(v.status == ARC_FAIL || v.status == ARC_TEMPERROR, file, i == 0 ? "body" : places[i],
             &v);
    }
    arena_free(&a);
}

int
main(void)
{
    one_case("001.txt", 1);
    one_case("002.txt", 2);
    printf("1..%d\n", tests);
    return failed != 0;
}
