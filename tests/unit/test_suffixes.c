/* The public suffix list: pages, the command, the gate and the scanners go by the same one. That is one of this
 * test's own here, so that whoever goes by another one does not know its suffixes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <libpsl.h>

#include "common/addr.h"
#include "common/arena.h"
#include "common/suffixes.h"
#include "common/threat.h"
#include "engine/authn/dmarc.h"
#include "engine/scan/hosts.h"
#include "engine/url/url.h"

static const char list[] = "// ===BEGIN ICANN DOMAINS===\ncom\njp\nco.jp\nexample\nreg.example\n"
                           "// ===END ICANN DOMAINS===\n// ===BEGIN PRIVATE DOMAINS===\n"
                           "github.io\npages.example\n// ===END PRIVATE DOMAINS===\n";

/* In place of libpsl's: what suffixes.c loads. */
psl_ctx_t *
psl_latest(const char *file)
{
    char text[sizeof list];
    FILE *f;
    psl_ctx_t *psl;

    assert_string_equal(file, "/usr/share/publicsuffix/public_suffix_list.dafsa");
    memcpy(text, list, sizeof list);
    f = fmemopen(text, sizeof list - 1, "r");
    assert_non_null(f);
    psl = psl_load_fp(f);
    (void)fclose(f);
    return psl;
}

struct known {
    const char *domain, *registrable; /* NULL: there is none */
    bool is_public, listed, of_registry;
};

static void
kinds(void **state)
{
    static const struct known all[] = {
        {"example.com", "example.com", false, false, false},
        {"a.b.example.co.jp", "example.co.jp", false, false, false},
        {"co.jp", NULL, true, true, true},
        {"github.io", NULL, true, true, false},
        {"me.github.io", "me.github.io", false, false, false},
        {"lan", NULL, true, false, false},
        {"mail.lan", "mail.lan", false, false, false},
        {"", NULL, false, false, false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        const struct known *k = &all[i];
        const char *r = suffixes_registrable(suffixes(), k->domain);
        if (!r != !k->registrable || (r && strcmp(r, k->registrable) != 0) ||
            suffixes_is_listed(k->domain, false) != k->listed ||
            suffixes_is_listed(k->domain, true) != k->of_registry)
            fail_msg("%s: %s", k->domain, r ? r : "none");
        if (*k->domain)
            assert_int_equal(suffixes_is_public(k->domain), k->is_public);
    }
}

/* What each of them says of "x.SUFFIX": that it is the domain that somebody can register. */
static void
agree(struct arena *a, const char *suffix)
{
    const char *below = arena_printf(a, "x.%s", suffix), *host = arena_printf(a, "w.%s", below);
    struct threat t;
    struct url u;

    assert_true(url_parse(a, arena_printf(a, "http://%s/", host), &u));
    if (threat_parse(a, suffix, &t) != THREAT_SHARED || threat_parse(a, below, &t) != THREAT_FINE ||
        strcmp(dmarc_organisation(suffixes(), host), below) != 0 ||
        strcmp(host_org(host), below) != 0 || strcmp(u.domain, below) != 0 ||
        addr_bare_domain(below) != suffixes_is_listed(suffix, true))
        fail_msg("%s: suspicious objects %d, DMARC %s, links %s", suffix,
                 threat_parse(a, suffix, &t), dmarc_organisation(suffixes(), host), u.domain);
}

static void
same_for_all(void **state)
{
    static const char *const all[] = {"co.jp", "github.io", "reg.example", "pages.example"};

    (void)state;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        struct arena *a = arena_new();
        agree(a, all[i]);
        arena_free(&a);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kinds),
        {"F28 F30 DMARC, links, suspicious objects and domain pages go by one list", same_for_all,
         NULL, NULL, NULL},
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
