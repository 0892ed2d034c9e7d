/* F30, F32, M16: what lists name, how feeds are read and looked up, and what levels make of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "common/arena.h"
#include "common/err.h"
#include "common/threat.h"
#include "common/when.h"
#include "engine/reputation/feed_build.h"
#include "engine/reputation/feeds.h"
#include "common/risk.h"
#include "engine/reputation/siphash.h"

/* ---------------------------------------------------------------- normal forms */

static const struct {
    const char *text;
    enum threat_problem problem;
    enum threat_type type;
    const char *value;
} things[] = {
    {" Example.COM ", THREAT_FINE, THREAT_DOMAIN, "example.com"},
    {".example.com", THREAT_FINE, THREAT_DOMAIN, "example.com"},
    {"*.example.com", THREAT_FINE, THREAT_DOMAIN, "*.example.com"},
    {"evil[.]example", THREAT_FINE, THREAT_DOMAIN, "evil.example"},
    {"b\xc3\xbc"
     "cher.example",
     THREAT_FINE, THREAT_DOMAIN, "xn--bcher-kva.example"},
    {"a_b.example.com", THREAT_FINE, THREAT_DOMAIN, "a_b.example.com"},
    {"com", THREAT_SHARED, 0, ""},
    {"co.jp", THREAT_SHARED, 0, ""},
    {"github.io", THREAT_SHARED, 0, ""},
    {"*.github.io", THREAT_SHARED, 0, ""},
    {"x.github.io", THREAT_FINE, THREAT_DOMAIN, "x.github.io"},
    {"192.0.2.7", THREAT_FINE, THREAT_IP, "192.0.2.7"},
    {"2001:DB8::1", THREAT_FINE, THREAT_IP, "2001:db8::1"},
    {"192.0.2.0/24", THREAT_UNREADABLE, 0, ""},
    {"Bad@Example.com", THREAT_FINE, THREAT_SENDER, "bad@example.com"},
    {"mailto:bad@example.com", THREAT_FINE, THREAT_SENDER, "bad@example.com"},
    {"E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855", THREAT_FINE, THREAT_FILE,
     "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
    {"d41d8cd98f00b204e9800998ecf8427e", THREAT_OTHER_HASH, 0, ""},
    {"hxxp1.example/x", THREAT_FINE, THREAT_URL, "hxxp1.example/x"},
    {"hxxps://Evil[.]example/A/../B", THREAT_FINE, THREAT_URL, "evil.example/B"},
    {"evil.example/x?y=1#z", THREAT_FINE, THREAT_URL, "evil.example/x?y=1"},
    {"not a domain", THREAT_UNREADABLE, 0, ""},
    {"", THREAT_UNREADABLE, 0, ""},
    {"localhost", THREAT_UNREADABLE, 0, ""},
};

static void
normal_forms(void **state)
{
    struct arena *a = arena_new();

    (void)state;
    for (size_t i = 0; i < sizeof things / sizeof *things; i++) {
        struct threat t = {THREAT_TYPES, ""};
        enum threat_problem p = threat_parse(a, things[i].text, &t);
        if (p != things[i].problem || strcmp(t.value, things[i].value) != 0 ||
            (p == THREAT_FINE && t.type != things[i].type))
            fail_msg("%s: problem %d, type %d, %s", things[i].text, p, t.type, t.value);
    }
    arena_free(&a);
}

static const struct {
    const char *url, *key, *host;
} urls[] = {
    {"http://Example.com", "example.com/", "example.com"},
    {"https://example.com:443/", "example.com/", "example.com"},
    {"http://example.com:8080/a", "example.com:8080/a", "example.com"},
    {"http://example.com:080/a", "example.com/a", "example.com"},
    {"http://user:pw@example.com./a?b#c", "example.com/a?b", "example.com"},
    {"http://bank.example@evil.example/", "evil.example/", "evil.example"},
    {"http://example.com/%7ea/%2f/./x/../y%zz", "example.com/~a/%2F/y%25zz", "example.com"},
    {"http://example.com/%7e%41%?q=%7e", "example.com/~A%25?q=~", "example.com"},
    {"http:\\\\example.com\\a\\b", "example.com/a/b", "example.com"},
    {"ht\ntp://exam\tple.com/", "example.com/", "example.com"},
    {"http://%65xample.com/", "example.com/", "example.com"},
    {"http://0x7f.1/", "127.0.0.1/", "127.0.0.1"},
    {"http://2130706433/", "127.0.0.1/", "127.0.0.1"},
    {"http://[2001:DB8::1]:80/x", "[2001:db8::1]/x", "2001:db8::1"},
    {"http://example.com?a=1", "example.com/?a=1", "example.com"},
    {"http://example.com/a?", "example.com/a", "example.com"},
    {"http://example.com/../..", "example.com/", "example.com"},
    {"mailto:a@example.com", NULL, NULL},
    {"javascript:alert(1)", NULL, NULL},
    {"http://", NULL, NULL},
    {"http://a..b/", NULL, NULL},
    {"http://example.com:99x/", NULL, NULL},
};

static void
url_keys(void **state)
{
    struct arena *a = arena_new();
    const char *host;

    (void)state;
    for (size_t i = 0; i < sizeof urls / sizeof *urls; i++) {
        const char *key = threat_url(a, urls[i].url, &host);
        if (!key != !urls[i].key ||
            (key && (strcmp(key, urls[i].key) != 0 || strcmp(host, urls[i].host) != 0)))
            fail_msg("%s: %s", urls[i].url, key ? key : "none");
        if (key) /* a key is its own key */
            assert_string_equal(threat_url(a, arena_printf(a, "http://%s", key), NULL), key);
    }
    arena_free(&a);
}

/* ---------------------------------------------------------------- feeds */

struct bench {
    char dir[32];
    struct arena *a;
};

static int
begin(void **state)
{
    struct bench *b = calloc(1, sizeof *b);

    memcpy(b->dir, "/tmp/sekisho-feed-XXXXXX", 25);
    assert_non_null(mkdtemp(b->dir));
    b->a = arena_new();
    *state = b;
    return 0;
}

static int
end(void **state)
{
    struct bench *b = *state;

    for (const char *const *f = (const char *const[]){"x.feed", "y.feed", "list", NULL}; *f; f++)
        (void)unlink(arena_printf(b->a, "%s/%s", b->dir, *f));
    (void)rmdir(b->dir);
    arena_free(&b->a);
    free(b);
    return 0;
}

static const char *
put_file(struct bench *b, const char *text, size_t n)
{
    const char *path = arena_printf(b->a, "%s/list", b->dir);
    FILE *f = fopen(path, "wb");

    assert_non_null(f);
    assert_int_equal(fwrite(text, 1, n, f), n);
    fclose(f);
    return path;
}

static int
build(struct bench *b, const char *name, enum feed_format format, const char *column,
      const char *text, struct feed_report *r, struct err *e)
{
    const struct feed_order o = {.name = name,
                                 .source = put_file(b, text, strlen(text)),
                                 .column = column,
                                 .format = format,
                                 .level = RISK_HIGH};

    return feed_build(b->dir, &o, r, e);
}

static bool
names(const struct feed_set *set, struct arena *a, const char *url)
{
    struct threat t[THREAT_CANDIDATES];
    const char *host, *key = threat_url(a, url, &host);
    int n;

    assert_non_null(key);
    n = threat_candidates(a, key, host, t);
    assert_true(n <= THREAT_CANDIDATES);
    for (int i = 0; i < set->n; i++)
        for (int k = 0; k < n; k++)
            if (feed_has(&set->feed[i], &t[k]))
                return true;
    return false;
}

static const struct {
    enum feed_format format;
    const char *column, *text;
    int entries, bad, skipped;
    const char *yes[8], *no[8];
} formats[] = {
    {FEED_HOSTS,
     "",
     "# title\n127.0.0.1 localhost\n::1 ip6-localhost\n0.0.0.0 evil.example www.evil2.example # x\n"
     "evil3.example\n0.0.0.0 nodot\n0.0.0.0\tbad.example\r\n",
     3,
     2,
     0,
     {"http://evil.example/a", "https://www.evil2.example:8443/", "http://bad.example/"},
     {"http://sub.evil.example/", "http://evil2.example/", "http://evil3.example/"}},
    {FEED_DOMAINS,
     "",
     "evil.example\n*.wild.example\n||ad.example^\n; comment\n! comment\ncom\n192.0.2.9\n"
     "http://url.example/\nx y\n",
     4,
     3,
     0,
     {"http://evil.example/", "http://a.b.evil.example/", "http://x.wild.example/",
      "http://ad.example/", "http://192.0.2.9/x", "http://3221225993/"},
     {"http://wild.example/", "http://notevil.example/", "http://url.example/",
      "http://192.0.2.8/"}},
    {FEED_URLS,
     "",
     "http://evil.example/login.php\nhttps://evil2.example/kit/\nhttp://root.example\n"
     "http://q.example/?id=7\n#c\nplain.example\n",
     4,
     1,
     0,
     {"https://evil.example/login.php", "http://evil.example/login.php?victim=1#x",
      "http://evil2.example/kit/", "http://evil2.example/kit/a/b.html", "http://root.example/",
      "http://root.example/?x", "http://q.example/?id=7"},
     {"http://evil.example/", "http://evil.example/Login.php", "http://evil.example/login.php/x",
      "http://evil2.example/kit", "http://root.example/other", "http://q.example/?id=8",
      "http://plain.example/"}},
    {FEED_CSV,
     "url",
     "# made by somebody\n# "
     "id,\"url\",note\n1,\"http://a.example/x,y\",n\n2,http://b.example/q\n3\n",
     2,
     1,
     0,
     {"http://a.example/x,y", "http://b.example/q"},
     {"http://a.example/x"}},
    {FEED_CSV,
     "2",
     "id;host\n1;c.example\n2;\"d.example\"\n",
     2,
     0,
     0,
     {"http://c.example/", "http://x.d.example/"},
     {"http://e.example/"}},
    {FEED_RPZ,
     "",
     "$TTL 300\n@ IN SOA localhost. root.localhost. (1 2 3\n 4 5)\n  IN NS localhost.\n"
     "evil.example CNAME .\n*.evil.example 60 IN CNAME *.\nok.example CNAME rpz-passthru.\n"
     "*.w.example A 127.0.0.1\n32.9.2.0.192.rpz-ip CNAME .\n24.0.2.0.192.rpz-ip CNAME .\n"
     "ns.x.rpz-nsdname CNAME .\nalone\n",
     4,
     1,
     3,
     {"http://evil.example/", "http://a.evil.example/", "http://x.w.example/", "http://192.0.2.9/"},
     {"http://ok.example/", "http://w.example/"}},
    {FEED_RPZ,
     "",
     "rpz.list.test. 3600 IN SOA a. b. 1 2 3 4 5\nevil.example.rpz.list.test. 5 IN CNAME .\n"
     "other.example.elsewhere. IN CNAME .\n",
     1,
     1,
     0,
     {"http://evil.example/"},
     {"http://a.evil.example/", "http://other.example/"}},
    {FEED_LIST,
     "",
     "evil.example   # seen 2026-11\nhttp://u.example/x\n192.0.2.4\nMe@evil.example\n"
     "d41d8cd98f00b204e9800998ecf8427e\n",
     4,
     1,
     0,
     {"http://evil.example/", "http://u.example/x", "http://192.0.2.4/"},
     {"http://u.example/"}},
};

static void
feed_formats(void **state)
{
    struct bench *b = *state;
    const struct feed_set *set;
    struct feed_report r;
    struct err e;

    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        if (build(b, "x", formats[i].format, formats[i].column, formats[i].text, &r, &e) < 0)
            fail_msg("case %zu: %s", i, e.text);
        if ((int)r.entries != formats[i].entries || (int)r.bad != formats[i].bad ||
            (int)r.skipped != formats[i].skipped)
            fail_msg("case %zu: %d entries, %d bad (line %d: %s), %d skipped", i, (int)r.entries,
                     (int)r.bad, (int)r.first[0].line, r.first[0].why, (int)r.skipped);
        set = feeds_read(b->a, b->dir, NULL);
        assert_int_equal(set->n, 1);
        assert_int_equal(set->feed[0].head->level, RISK_HIGH);
        for (int k = 0; k < 8 && formats[i].yes[k]; k++)
            if (!names(set, b->a, formats[i].yes[k]))
                fail_msg("case %zu does not name %s", i, formats[i].yes[k]);
        for (int k = 0; k < 8 && formats[i].no[k]; k++)
            if (names(set, b->a, formats[i].no[k]))
                fail_msg("case %zu names %s", i, formats[i].no[k]);
    }
}

/* What cannot be read keeps what was there; bad lines come with their number. */
static void
feed_stays(void **state)
{
    struct bench *b = *state;
    struct feed_report r;
    struct err e;

    assert_int_equal(build(b, "x", FEED_LIST, "", "evil.example\n", &r, &e), 0);
    assert_int_equal(build(b, "x", FEED_HOSTS, "", "<html>\nno\n", &r, &e), -1);
    assert_string_equal(e.code, "no-entries");
    assert_int_equal(r.bad, 2);
    assert_int_equal(r.first[1].line, 2);
    assert_string_equal(r.first[1].text, "no");
    assert_int_equal(build(b, "x", FEED_CSV, "url", "a,b\nc,d\n", &r, &e), -1);
    assert_string_equal(e.code, "column");
    assert_int_equal(build(b, "../x", FEED_LIST, "", "a.example\n", &r, &e), -1);
    assert_string_equal(e.code, "name");
    assert_true(names(feeds_read(b->a, b->dir, NULL), b->a, "http://evil.example/"));
}

/* The gate sees a new file by itself, and goes on with what it has in hand. */
static void
feed_replaced(void **state)
{
    struct bench *b = *state;
    struct feeds *f = feeds_new(b->dir);
    const struct feed_set *old, *set;
    struct arena *a = arena_new();
    struct feed_report r;
    struct err e;
    int64_t until;

    assert_int_equal(feeds_get(f, a)->n, 0);
    assert_int_equal(build(b, "x", FEED_LIST, "", "one.example\n", &r, &e), 0);
    until = when_mono() + 20000;
    while ((old = feeds_get(f, a))->n == 0 && when_mono() < until)
        usleep(20000);
    assert_true(names(old, b->a, "http://one.example/"));
    assert_int_equal(build(b, "x", FEED_LIST, "", "two.example\n", &r, &e), 0);
    while (!names(set = feeds_get(f, a), b->a, "http://two.example/") && when_mono() < until)
        usleep(20000);
    assert_true(names(set, b->a, "http://two.example/"));
    assert_false(names(set, b->a, "http://one.example/"));
    assert_true(names(old, b->a, "http://one.example/"));
    arena_free(&a);
    feeds_free(&f);
}

/* Any byte of a compiled file may be wrong: it is refused, or answers without reading outside. */
static void
feed_damaged(void **state)
{
    struct bench *b = *state;
    const char *path = arena_printf(b->a, "%s/x.feed", b->dir);
    struct feed_report r;
    struct err e;
    unsigned char *p;
    struct feed f;
    FILE *file;
    size_t n;

    assert_int_equal(
        build(b, "x", FEED_LIST, "", "one.example\ntwo.example\nx@y.example\n", &r, &e), 0);
    file = fopen(path, "rb");
    p = arena_alloc(b->a, 65536);
    n = fread(p, 1, 65536, file);
    fclose(file);
    for (size_t i = 0; i <= n; i++) {
        unsigned char save = i < n ? p[i] : 0;
        if (i < n)
            p[i] ^= 0x41;
        file = fopen(path, "wb");
        fwrite(p, 1, i < n ? n : n - 1, file);
        fclose(file);
        if (i < n)
            p[i] = save;
        if (feed_open(path, &f, &e) < 0)
            continue;
        assert_true(i < n);
        (void)feed_has(&f, &(struct threat){THREAT_DOMAIN, "one.example"});
        feed_close(&f);
    }
}

static void
feed_speed(void **state)
{
    enum { N = 200000, ASK = 200000 };
    struct bench *b = *state;
    char *text = malloc(N * 32), *o = text;
    struct threat *t = arena_calloc(b->a, ASK, sizeof *t);
    const struct feed_set *set;
    struct feed_report r;
    int found = 0;
    struct err e;
    int64_t us;

    for (int i = 0; i < N; i++)
        o += snprintf(o, 32, "h%d.example\n", i);
    assert_int_equal(build(b, "x", FEED_DOMAINS, "", text, &r, &e), 0);
    free(text);
    assert_int_equal(r.entries, N);
    set = feeds_read(b->a, b->dir, NULL);
    assert_true(set->feed[0].bytes < N * 16);
    for (int i = 0; i < ASK; i++)
        t[i] = (struct threat){THREAT_DOMAIN,
                               arena_printf(b->a, "h%d.example", (int)((i * 7919LL) % (2 * N)))};
    us = when_mono_us();
    for (int i = 0; i < ASK; i++)
        found += feed_has(&set->feed[0], &t[i]);
    us = when_mono_us() - us;
    print_message("# %d entries are %llu bytes; a look-up takes %.3f us\n", N,
                  (unsigned long long)set->feed[0].bytes, (double)us / ASK);
    assert_true(found > ASK / 3 && found < ASK * 2 / 3);
}

/* From the paper: key 00 01 ... 0f, text 00 01 ... 0e. */
static void
siphash_known(void **state)
{
    unsigned char key[16], text[15];

    (void)state;
    for (int i = 0; i < 16; i++)
        key[i] = (unsigned char)i;
    memcpy(text, key, sizeof text);
    assert_true(siphash(key, text, sizeof text) == 0xa129ca6149be45e5u);
}

/* ---------------------------------------------------------------- levels */

static const struct {
    struct risk risk;
    int rank, from; /* the first level that acts; 6: none does */
} levels[] = {
    {{.lists = {0, 0, 0, 2}}, 6, 0},
    {{.lists = {0, 1, 0, 1}}, 6, 0},
    {{.lists = {0, 0, 0, 1}}, 5, 1},
    {{.lists = {0, 1, 1, 0}}, 4, 2},
    {{.lists = {0, 0, 1, 0}}, 3, 3},
    {{.lists = {0, 1, 0, 0}}, 2, 4},
    {{.lists = {0, 3, 0, 0}}, 2, 4},
    {{.deceptive = true}, 1, 5},
    {{.deceptive = false}, 0, 6},
    {{.lists = {1, 0, 0, 2}}, -1, 6},
    {{.lists = {1, 0, 0, 1}, .page = true}, 5, 1},
};

static void
level_table(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof levels / sizeof *levels; i++) {
        int rank = risk_rank(&levels[i].risk);
        assert_int_equal(rank, levels[i].rank);
        for (int level = 0; level < RISK_CATCH_LEVELS; level++)
            assert_int_equal(risk_acts(level, rank), level >= levels[i].from);
    }
    assert_string_equal(risk_catch_name(RISK_CATCH_DEFAULT), "moderately-high");
    assert_int_equal(risk_catch_named("lowest"), 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        {"M16 what lists name: normal forms", normal_forms, NULL, NULL, NULL},
        {"F30 URLs have one key", url_keys, NULL, NULL, NULL},
        {"F30 formats of feeds, with exact, wildcard and sub-domain entries", feed_formats, begin,
         end, NULL},
        {"F30 a list that cannot be read leaves the feed as it was", feed_stays, begin, end, NULL},
        {"F30 a feed is replaced while it is used", feed_replaced, begin, end, NULL},
        {"F30 a damaged feed is refused", feed_damaged, begin, end, NULL},
        {"F30 speed and size of a feed", feed_speed, begin, end, NULL},
        {"F30 hash of feeds", siphash_known, NULL, NULL, NULL},
        {"F30 six levels", level_table, NULL, NULL, NULL},
    };

    return cmocka_run_group_tests_name("feeds and web reputation", tests, NULL, NULL);
}
