/*
 * The RFC 7208 test suite of openspf and the SPF cases of mail-auth (tests/corpus/auth/spf, made by
 * convert.py there): one TAP line per case, named by suite, scenario and id.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <arpa/inet.h>

#include "../fake_dns.h"
#include "common/arena.h"
#include "common/err.h"
#include "common/jsonx.h"
#include "engine/authn/spf.h"

#define DIR "tests/corpus/auth/spf/"

/* Cases that ask for something else than we do. The result we give is part of it: any other is a
 * failure. */
static const struct {
    const char *name, *result, *why;
} differ[] = {
    {"mail-auth/all.yml: All test/1", "permerror",
     "\"ip\" is no mechanism, and errors count behind \"all\", too (4.6, openspf "
     "detect-errors-anywhere)"},
    {"mail-auth/basic.yml: DNS Lookup Limits/1", "permerror",
     "none of its ten names exists: two void look-ups are the limit (4.6.4, openspf "
     "void-over-limit)"},
    {"mail-auth/exists.yml: Exists/2", "fail", "exists asks for A only, never AAAA (5.7)"},
    {"mail-auth/macro.yml: Macro expansion 2/2", "fail",
     "exists asks for A only, never AAAA (5.7)"},
    {"mail-auth/ip.yml: IPv6 match/4", "fail",
     "an IPv4 peer is compared with ip4 only (5, 5.6), not with an IPv4-mapped ip6 network"},
};

static int number, failed, differing;

static const struct {
    const char *name;
    enum dns_type type;
} types[] = {{"A", DNS_A},     {"AAAA", DNS_AAAA},   {"MX", DNS_MX},           {"PTR", DNS_PTR},
             {"TXT", DNS_TXT}, {"CNAME", DNS_CNAME}, {"TIMEOUT", FAKE_TIMEOUT}};

static void
read_record(struct arena *a, const json_t *j, struct fake_record *out)
{
    const char *type = json_string_value(json_array_get(j, 1));
    const char *data = json_string_value(json_array_get(j, 2));
    size_t i = 0;

    while (i < sizeof types / sizeof *types && strcmp(types[i].name, type))
        i++;
    BUG_IF(i == sizeof types / sizeof *types);
    *out = (struct fake_record){
        .name = json_string_value(json_array_get(j, 0)),
        .type = types[i].type,
        .data = data,
        .len = json_string_length(json_array_get(j, 2)),
        .preference = (unsigned)json_integer_value(json_array_get(j, 3)),
    };
    if (out->type == DNS_A || out->type == DNS_AAAA) {
        out->len = out->type == DNS_A ? 4 : 16;
        out->data = arena_alloc(a, 16);
        BUG_IF(inet_pton(out->type == DNS_A ? AF_INET : AF_INET6, data, (char *)out->data) != 1);
    }
}

static bool
is_among(const json_t *list, const char *s)
{
    for (size_t i = 0; i < json_array_size(list); i++)
        if (strcmp(json_string_value(json_array_get(list, i)), s) == 0)
            return true;
    return false;
}

static const char *
known_difference(const char *name, const char *status)
{
    for (size_t i = 0; i < sizeof differ / sizeof *differ; i++)
        if (strcmp(differ[i].name, name) == 0 && strcmp(differ[i].result, status) == 0)
            return differ[i].why;
    return NULL;
}

/* mail-auth's driver checks HELO first, and MAIL FROM only when that passed. */
static void
check(struct fake_zone *zone, struct arena *a, const struct spf_request *req, bool helo_first,
      struct spf_result *out)
{
    struct dns d = fake_dns(zone);

    if (helo_first) {
        spf_check_helo(&d, a, req, out);
        if (out->status != SPF_PASS)
            return;
        d.left = DNS_QUESTIONS;
    }
    spf_check(&d, a, req, out);
}

static void
run_case(struct arena *a, const char *name, struct fake_zone *zone, const json_t *t,
         bool helo_first)
{
    const struct spf_request req = {.ip = jsonx_str(t, "ip"),
                                    .helo = jsonx_str(t, "helo"),
                                    .sender = jsonx_str(t, "sender"),
                                    .explain = true};
    const char *want = jsonx_str(t, "explanation"), *status, *got, *why;
    const json_t *expect = json_object_get(t, "expect");
    struct spf_result r;
    bool ok;

    check(zone, a, &req, helo_first, &r);
    status = spf_status_name(r.status);
    got = r.explanation ? r.explanation : "DEFAULT"; /* the suite's word for none */
    ok = is_among(expect, status) && (!want || strcasecmp(want, got) == 0);
    why = ok ? NULL : known_difference(name, status);
    differing += why != NULL;
    if (why)
        printf("# differs: %s\n", why);
    else if (!ok)
        printf("# want %s \"%s\"\n# got  %s \"%s\" (%s)\n", jsonx_dump(a, expect, NULL),
               want ? want : "", status, got, r.problem ? r.problem : "no problem");
    failed += !ok && !why;
    printf("%sok %d - %s\n", ok || why ? "" : "not ", ++number, name);
}

static void
run_suite(const char *suite, bool helo_first)
{
    struct arena *a = arena_new();
    json_error_t e;
    json_t *all = json_load_file(arena_printf(a, DIR "%s.json", suite), JSON_ALLOW_NUL, &e), *s, *t;
    size_t i, k;

    if (!all) {
        printf("Bail out! %s: %s\n", suite, e.text);
        exit(1);
    }
    jsonx_own(a, all);
    json_array_foreach(all, i, s)
    {
        const json_t *zone = json_object_get(s, "zone");
        struct fake_zone z = {.n = (int)json_array_size(zone)};
        struct fake_record *records = arena_calloc(a, (size_t)z.n, sizeof *records);
        for (k = 0; k < (size_t)z.n; k++)
            read_record(a, json_array_get(zone, k), &records[k]);
        z.records = records;
        json_array_foreach(json_object_get(s, "tests"), k, t) run_case(
            a, arena_printf(a, "%s/%s/%s", suite, jsonx_str(s, "name"), jsonx_str(t, "id")), &z, t,
            helo_first);
    }
    arena_free(&a);
}

int
main(void)
{
    bool ok;

    run_suite("openspf", false);
    run_suite("mail-auth", true);
    ok = differing == sizeof differ / sizeof *differ;
    printf("%sok %d - every known difference is still one\n1..%d\n", ok ? "" : "not ", number + 1,
           number + 1);
    return failed || !ok;
}
