/* F30-F32, M16: what becomes of a message whose links, files or senders are on lists. */
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
#include "common/urlbl_codes.h"
#include "common/when.h"
#include "engine/msg/msg.h"
#include "engine/msg/urls.h"
#include "engine/orgconf/orgconf_reputation.h"
#include "engine/policy/policy.h"
#include "engine/reputation/feed_build.h"
#include "engine/reputation/feeds.h"
#include "engine/reputation/look.h"

#define SHA "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
#define NOW 1800000000000

struct bench {
    char dir[32];
    struct arena *a;
    const struct feed_set *feeds;
};

static void
feed(struct bench *b, const char *name, enum risk_level level, bool malware, const char *text)
{
    const char *path = arena_printf(b->a, "%s/list", b->dir);
    const struct feed_order o = {.name = name,
                                 .source = path,
                                 .column = "",
                                 .format = FEED_LIST,
                                 .level = level,
                                 .malware = malware};
    struct feed_report r;
    struct err e;
    FILE *f = fopen(path, "w");

    assert_non_null(f);
    fputs(text, f);
    fclose(f);
    if (feed_build(b->dir, &o, &r, &e) < 0)
        fail_msg("%s", e.text);
    (void)unlink(path);
}

static const char *const names[] = {"danger", "danger2", "high", "suspect", "safe", "virus"};

static int
begin(void **state)
{
    struct bench *b = calloc(1, sizeof *b);

    memcpy(b->dir, "/tmp/sekisho-look-XXXXXX", 25);
    assert_non_null(mkdtemp(b->dir));
    b->a = arena_new();
    feed(b, "danger", RISK_DANGEROUS, false,
         "evil.example\nboth.example\nhttp://shared.example/phish\nshared2.example\n" SHA
         "\nbad@sender.example\n203.0.113.9\n");
    feed(b, "danger2", RISK_DANGEROUS, false, "both.example\n");
    feed(b, "high", RISK_HIGH, false, "high.example\nhigh2.example\n");
    feed(b, "suspect", RISK_SUSPICIOUS, false, "suspect.example\nhigh2.example\n");
    feed(b, "safe", RISK_SAFE, false, "shared.example\nshared2.example\n");
    feed(b, "virus", RISK_DANGEROUS, true, "http://virus.example/a.exe\n");
    b->feeds = feeds_read(b->a, b->dir, NULL);
    assert_int_equal(b->feeds->n, 6);
    *state = b;
    return 0;
}

static int
end(void **state)
{
    struct bench *b = *state;

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        (void)unlink(arena_printf(b->a, "%s/%s.feed", b->dir, names[i]));
    (void)rmdir(b->dir);
    arena_free(&b->a);
    free(b);
    return 0;
}

static struct msg *
mail(struct bench *b, const char *url)
{
    struct msg *m = msg_new(b->a);

    if (url)
        msg_add_url(m, (struct msg_url){url, url_host(b->a, url), "text", "1", 0});
    return m;
}

/* The finding that decides, else the last one; "" when there is none. */
static const char *
judged(struct bench *b, struct msg *m, const struct rep_rules *r, const char **kind)
{
    const struct look_about w = {
        .rules = r, .org = "", .client_ip = "192.0.2.1", .sender = "x@ok.example", .now = NOW};
    const char *code = "";
    struct look l;

    *kind = "";
    look_begin(&l, b->a, m, b->feeds);
    look_judge(&l, m, &w);
    for (int i = 0; i < m->nfindings; i++) {
        if (!*m->findings[i].kind && *code)
            continue;
        code = m->findings[i].code;
        *kind = m->findings[i].kind;
        if (**kind)
            break;
    }
    return code;
}

/* ---------------------------------------------------------------- F30 */

static const struct {
    const char *url;
    int from; /* the first level that holds it; 6: none does */
    const char *code, *kind;
} level_cases[] = {
    {"http://both.example/", 0, "link-listed", "phishing"},
    {"http://www.evil.example/x", 1, "link-listed", "phishing"},
    {"http://high2.example/", 2, "link-listed", "phishing"},
    {"http://high.example/", 3, "link-listed", "phishing"},
    {"http://suspect.example/", 4, "link-listed", "phishing"},
    {"http://198.51.100.7/login", 5, "link-deceptive", "phishing"},
    {"http://www.bank.example@unknown.example/", 5, "link-deceptive", "phishing"},
    {"http://unknown.example/", 6, "", ""},
    {"http://shared2.example/", 6, "", ""},
    {"http://shared.example/ok", 6, "", ""},
    {"https://shared.example/phish?x", 1, "link-listed", "phishing"},
    {"http://virus.example/a.exe", 1, "link-malware", "malware"},
    {"http://virus.example/", 6, "", ""},
};

static void
levels(void **state)
{
    struct bench *b = *state;
    const char *kind;

    for (size_t i = 0; i < sizeof level_cases / sizeof *level_cases; i++)
        for (int level = 0; level < RISK_CATCH_LEVELS; level++) {
            const struct rep_rules r = {.org = "", .level = level};
            struct msg *m = mail(b, level_cases[i].url);
            const char *code = judged(b, m, &r, &kind);
            bool held = level >= level_cases[i].from;
            if (held ? strcmp(code, level_cases[i].code) || strcmp(kind, level_cases[i].kind)
                     : *kind)
                fail_msg("%s at level %d: %s %s", level_cases[i].url, level, code, kind);
            assert_int_equal(policy_decide(m, NULL).disposition == DISP_QUARANTINE, held);
        }
}

/* Named, but not held: it still counts, and people see why. */
static void
named_below(void **state)
{
    struct bench *b = *state;
    const struct rep_rules r = {.org = "", .level = 0};
    struct msg *m = mail(b, "http://evil.example/");
    const char *kind, *code = judged(b, m, &r, &kind);

    assert_string_equal(code, "link-named");
    assert_string_equal(m->findings[0].evidence, "evil.example (danger)");
    assert_true(policy_score(m) > 0 && policy_score(m) < 5);
}

/* ---------------------------------------------------------------- F30 untested, F32 approved */

static void
untested(void **state)
{
    struct bench *b = *state;
    const struct rep_rules r = {.org = "", .level = 3, .untested = true};
    const char *kind;

    assert_string_equal(judged(b, mail(b, "http://unknown.example/"), &r, &kind), "link-untested");
    assert_string_equal(kind, "phishing");
    assert_string_equal(judged(b, mail(b, "http://shared2.example/"), &r, &kind), "");
    assert_string_equal(judged(b, mail(b, "http://evil.example/"), &r, &kind), "link-listed");
    assert_string_equal(judged(b, mail(b, NULL), &r, &kind), "");
}

static void
approved(void **state)
{
    static const struct rep_entry list[] = {
        {.value = "*.wild.example", .type = THREAT_DOMAIN, .approved = true, .block = true},
        {.value = "evil.example", .type = THREAT_DOMAIN, .approved = true, .block = true},
        {.value = "high.example/ok/", .type = THREAT_URL, .approved = true, .block = true},
    };
    static const struct {
        const char *url;
        bool held;
    } cases[] = {
        {"http://evil.example/", false},     {"http://a.b.evil.example/x", false},
        {"http://high.example/ok/a", false}, {"http://high.example/other", true},
        {"http://x.wild.example/", false},   {"http://wild.example/", true},
        {"http://notevil.example/", true},
    };
    struct bench *b = *state;
    const struct rep_rules r = {
        .org = "", .level = 5, .untested = true, .entries = list, .nentries = 3};
    const char *kind;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        (void)judged(b, mail(b, cases[i].url), &r, &kind);
        if ((*kind != '\0') != cases[i].held)
            fail_msg("%s", cases[i].url);
    }
}

/* ---------------------------------------------------------------- M16 */

static const struct rep_entry objects[] = {
    /* sorted */
    {.value = SHA, .type = THREAT_FILE, .block = true},
    {.value = "192.0.2.1", .type = THREAT_IP, .block = true},
    {.value = "198.51.100.9", .type = THREAT_IP, .block = true},
    {.value = "bad@out.example", .type = THREAT_SENDER, .block = true},
    {.value = "gone.example", .type = THREAT_DOMAIN, .block = true, .expires_at = NOW - 1},
    {.value = "seen.example", .type = THREAT_DOMAIN, .block = false},
    {.value = "senders.example", .type = THREAT_DOMAIN, .block = true},
    {.value = "target.example/x", .type = THREAT_URL, .block = true},
};

static const struct {
    const char *url, *client, *sender, *from, *file, *code, *kind;
} object_cases[] = {
    {"http://target.example/x?y=1", "", "", "", "", "object-link", "phishing"},
    {"http://target.example/y", "", "", "", "", "", ""},
    {"http://198.51.100.9/", "", "", "", "", "object-link", "phishing"},
    {"http://www.seen.example/", "", "", "", "", "object-link-seen", ""},
    {"http://gone.example/", "", "", "", "", "", ""},
    {NULL, "192.0.2.1", "", "", "", "object-client", "phishing"},
    {NULL, "192.0.2.2", "", "", "", "", ""},
    {NULL, "", "BAD@out.example", "", "", "object-sender", "phishing"},
    {NULL, "", "", "bad@out.example", "", "object-sender", "phishing"},
    {NULL, "", "any@sub.senders.example", "", "", "object-sender", "phishing"},
    {NULL, "", "good@out.example", "", "", "", ""},
    {NULL, "", "", "", SHA, "object-file", "malware"},
    {NULL, "", "a@seen.example", "bad@out.example", "", "object-sender-seen", ""},
};

static void
suspicious(void **state)
{
    struct bench *b = *state;
    const struct feed_set none = {.n = 0};
    const struct rep_rules r = {.org = "",
                                .level = 3,
                                .entries = objects,
                                .nentries = sizeof objects / sizeof *objects,
                                .has_files = true,
                                .has_senders = true,
                                .has_ips = true,
                                .has_links = true};

    for (size_t i = 0; i < sizeof object_cases / sizeof *object_cases; i++) {
        const struct look_about w = {.rules = &r,
                                     .org = "o",
                                     .client_ip = object_cases[i].client,
                                     .sender = object_cases[i].sender,
                                     .now = NOW};
        struct msg *m = mail(b, object_cases[i].url);
        struct msg_part p = {.id = "2", .name = "invoice.pdf"};
        struct look l;
        m->from = object_cases[i].from;
        memcpy(p.sha256, object_cases[i].file, strlen(object_cases[i].file) + 1);
        msg_add_part(m, p);
        look_begin(&l, b->a, m, &none);
        look_judge(&l, m, &w);
        if ((*object_cases[i].code != '\0') != (m->nfindings > 0))
            fail_msg("case %zu: %s", i, m->nfindings ? m->findings[0].code : "nothing");
        if (!*object_cases[i].code)
            continue;
        assert_string_equal(m->findings[0].code, object_cases[i].code);
        assert_string_equal(m->findings[0].kind, object_cases[i].kind);
        assert_string_equal(m->findings[0].org, "o");
        assert_string_equal(m->findings[0].scanner, "reputation");
        if (*object_cases[i].sender && *object_cases[i].from) /* both have their word */
            assert_string_equal(m->findings[1].code, "object-sender");
    }
}

/* What holds for all organisations is found beside one's own, says so, and is nobody's own to have approved but links. */
static void
everywhere(void **state)
{
    static const struct rep_entry theirs[] = {
        {.value = "own.example", .type = THREAT_DOMAIN, .block = true, .everywhere = true},
        {.value = "seen.example", .type = THREAT_DOMAIN, .everywhere = true},
        {.value = "wanted.example", .type = THREAT_DOMAIN, .block = true, .everywhere = true},
    };
    static const struct rep_entry own[] = {
        {.value = "own.example", .type = THREAT_DOMAIN},
        {.value = "wanted.example", .type = THREAT_DOMAIN, .approved = true, .block = true},
    };
    static const struct {
        const char *url, *code;
        bool without; /* the organisation has set nothing */
    } links[] = {
        {"http://wanted.example/", "operator-link", true},
        {"http://wanted.example/", "", false},
        {"http://seen.example/", "operator-link-seen", false},
        {"http://own.example/", "operator-link", false}, /* only watched here */
        {"http://own.example/", "operator-link", true},
    };
    const struct rep_rules all = {
        .org = "0", .level = 3, .entries = theirs, .nentries = 3, .has_links = true};
    const struct rep_rules with = {.org = "o",
                                   .level = 3,
                                   .entries = own,
                                   .nentries = 2,
                                   .has_links = true,
                                   .everywhere = &all};
    const struct rep_rules without = {.org = "", .level = 3, .has_links = true, .everywhere = &all};
    const struct feed_set none = {.n = 0};
    struct bench *b = *state;

    for (size_t i = 0; i < sizeof links / sizeof *links; i++) {
        const struct look_about w = {.rules = links[i].without ? &without : &with,
                                     .org = "o",
                                     .client_ip = "",
                                     .sender = "any@wanted.example",
                                     .now = NOW};
        struct msg *m = mail(b, links[i].url);
        struct look l;
        look_begin(&l, b->a, m, &none);
        look_judge(&l, m, &w);
        assert_string_equal(m->findings[m->nfindings - 1].code, "operator-sender");
        assert_int_equal(m->nfindings, *links[i].code ? 2 : 1);
        if (*links[i].code)
            assert_string_equal(m->findings[0].code, links[i].code);
    }
}

/* A feed's word on senders and clients only counts; of files it decides. */
static void
feeds_of_others(void **state)
{
    struct bench *b = *state;
    const struct rep_rules r = {.org = "", .level = 3};
    const struct look_about w = {.rules = &r,
                                 .org = "",
                                 .client_ip = "203.0.113.9",
                                 .sender = "bad@sender.example",
                                 .now = NOW};
    struct msg *m = mail(b, NULL);
    struct msg_part p = {.id = "2", .name = "a.doc", .sha256 = SHA};
    struct look l;

    look_begin(&l, b->a, m, b->feeds);
    look_judge(&l, m, &w);
    assert_int_equal(m->nfindings, 2);
    assert_string_equal(m->findings[0].code, "sender-listed");
    assert_string_equal(m->findings[1].code, "client-listed");
    msg_add_part(m, p);
    look_judge(&l, m, &w);
    assert_string_equal(m->findings[2].code, "file-listed");
    assert_string_equal(policy_decide(m, NULL).reason, "file-listed");
    assert_string_equal(policy_decide(m, NULL).slot, "a.doc (danger)");
}

static bool
has(const struct msg *m, const char *code)
{
    for (int i = 0; i < m->nfindings; i++)
        if (strcmp(m->findings[i].code, code) == 0)
            return true;
    return false;
}

/* What is said of the first links and files hides nothing about the last. */
static void
many(void **state)
{
    static const struct rep_entry seen[] = {
        {.value = SHA, .type = THREAT_FILE},
        {.value = "evil.example", .type = THREAT_DOMAIN},
        {.value = "seen.example", .type = THREAT_DOMAIN},
        {.value = "virus.example", .type = THREAT_DOMAIN},
    };
    struct bench *b = *state;
    const struct rep_rules r = {.org = "",
                                .level = 1,
                                .entries = seen,
                                .nentries = 4,
                                .has_links = true,
                                .has_files = true};
    struct msg *m = msg_new(b->a);
    const char *kind;

    for (int i = 0; i < 10; i++) {
        const char *url = arena_printf(b->a, "http://seen.example/%d", i);
        msg_add_url(m, (struct msg_url){url, "seen.example", "text", "1", 0});
        url = arena_printf(b->a, "http://both.example/%d", i);
        msg_add_url(m, (struct msg_url){url, "both.example", "text", "1", 0});
    }
    msg_add_url(m, (struct msg_url){"http://virus.example/a.exe", "virus.example", "text", "1", 0});
    struct msg_part p = {.id = "2", .name = "a.doc", .sha256 = SHA};
    msg_add_part(m, p);
    (void)judged(b, m, &r, &kind);
    assert_true(has(m, "link-malware") && has(m, "link-listed"));
    assert_true(has(m, "object-link-seen"));
    /* an object that is only watched takes nothing from what feeds say */
    assert_true(has(m, "file-listed") && has(m, "object-file-seen"));
    assert_true(m->nfindings < 20);
    (void)judged(b, mail(b, "http://www.evil.example/"), &r, &kind);
    assert_string_equal(kind, "phishing");
}

/* ---------------------------------------------------------------- DNS lists */

static const struct {
    const char *codes, *answer;
    int level; /* of a list that is dangerous; -1: says nothing */
} code_cases[] = {
    {"", "127.0.0.2", RISK_DANGEROUS},
    {"", "127.0.1.2", RISK_DANGEROUS},
    {"", "127.0.0.1", -1},
    {"", "127.255.255.254", -1},
    {"", "127.0.1.255", -1},
    {"", "192.0.2.1", -1},
    {"127.0.0.2", "127.0.0.3", -1},
    {"127.0.1.4-127.0.1.6=suspicious 127.0.1.5", "127.0.1.4", RISK_SUSPICIOUS},
    {"127.0.1.4-127.0.1.6=suspicious 127.0.1.5", "127.0.1.5", RISK_DANGEROUS},
    {"&8=highly-suspicious,&16", "127.0.0.8", RISK_HIGH},
    {"&8=highly-suspicious,&16", "127.0.0.24", RISK_DANGEROUS},
    {"&8=highly-suspicious,&16", "127.0.0.4", -1},
    {"&8", "127.0.1.8", -1},
    {"127.0.0.2=safe", "127.0.0.2", RISK_SAFE},
};

static void
answer_codes(void **state)
{
    static const char *const bad[] = {"1.2.3.4", "127.0.0.2=evil",      "&0",    "&256",
                                      "&x",      "127.0.0.9-127.0.0.2", "=safe", "127.0.0.2-",
                                      "&8-&9"};
    struct urlbl_codes c;
    unsigned a[4];

    (void)state;
    for (size_t i = 0; i < sizeof code_cases / sizeof *code_cases; i++) {
        unsigned char bytes[4];
        assert_int_equal(sscanf(code_cases[i].answer, "%u.%u.%u.%u", a, a + 1, a + 2, a + 3), 4);
        for (int k = 0; k < 4; k++)
            bytes[k] = (unsigned char)a[k];
        assert_int_equal(urlbl_codes_parse(code_cases[i].codes, &c, NULL), 0);
        if (urlbl_codes_level(&c, RISK_DANGEROUS, bytes) != code_cases[i].level)
            fail_msg("%s with %s", code_cases[i].answer, code_cases[i].codes);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (urlbl_codes_parse(bad[i], &c, NULL) == 0)
            fail_msg("%s is taken", bad[i]);
}

static const char *
asked(const struct look *l, const char *name)
{
    for (int i = 0; i < l->nqueries; i++)
        if (strcmp(l->queries[i].name, name) == 0)
            return name;
    return NULL;
}

/* Who is asked for what, and what the answers do: the registered domain or the host, addresses backwards, no more than
 * there is room for, and not for what is known already. */
static void
dns_lists(void **state)
{
    static const struct rep_list lists[] = {
        {.zone = "multi.test", .level = RISK_HIGH, .addresses = true},
        {.zone = "dbl.test", .level = RISK_DANGEROUS, .hosts = true},
    };
    static const unsigned char listed[] = {127, 0, 0, 2};
    static const struct dns_record record = {.data = listed, .len = 4};
    const struct rep_rules r = {.org = "", .level = 2, .lists = lists, .nlists = 2};
    const struct rep_rules *all[] = {&r, &r};
    const struct look_about w = {.rules = &r, .org = "", .client_ip = "", .sender = "", .now = NOW};
    struct bench *b = *state;
    struct msg *m = mail(b, "http://a.b.plain.co.uk/x");
    struct look l;

    msg_add_url(m, (struct msg_url){"http://198.51.100.7/", "198.51.100.7", "text", "1", 0});
    msg_add_url(m, (struct msg_url){"http://evil.example/", "evil.example", "text", "1", 0});
    msg_add_url(m, (struct msg_url){"http://a.b.plain.co.uk/y", "a.b.plain.co.uk", "html", "1", 0});
    look_begin(&l, b->a, m, b->feeds);
    look_questions(&l, all, 2, 10);
    assert_int_equal(l.nqueries, 3);
    assert_string_equal(l.queries[0].name, "7.100.51.198.multi.test"); /* the deceptive one first */
    assert_non_null(asked(&l, "plain.co.uk.multi.test"));
    assert_non_null(asked(&l, "a.b.plain.co.uk.dbl.test"));
    assert_int_equal(l.unasked, 0);
    for (int i = 0; i < l.nqueries; i++)
        l.queries[i].answer = (struct dns_answer){.status = DNS_NXDOMAIN};
    l.queries[1].answer = (struct dns_answer){.status = DNS_OK, .n = 1, .records = &record};
    l.queries[2].answer.status = DNS_TEMPERROR;
    look_judge(&l, m, &w);
    /* named by one of two lists, the other one silent: below this level, but noted */
    assert_string_equal(policy_decide(m, NULL).kind, "phishing"); /* evil.example */
    assert_int_equal(policy_decide(m, &(struct policy_for){.recipient = ""}).disposition,
                     DISP_QUARANTINE);
    {
        bool silent = false, named = false;
        for (int i = 0; i < m->nfindings; i++) {
            silent |= strcmp(m->findings[i].code, "link-list-silent") == 0 &&
                      strcmp(m->findings[i].evidence, "a.b.plain.co.uk (dbl.test)") == 0;
            named |= strcmp(m->findings[i].code, "link-named") == 0 &&
                     strcmp(m->findings[i].evidence, "a.b.plain.co.uk (multi.test)") == 0;
        }
        assert_true(silent && named);
    }
    look_begin(&l, b->a, m, b->feeds);
    look_questions(&l, all, 1, 1);
    assert_int_equal(l.nqueries, 1);
    assert_true(l.unasked > 0);
    look_begin(&l, b->a, m, b->feeds);
    look_questions(&l, all, 1, -3);
    assert_int_equal(l.nqueries, 0);
}

/* ---------------------------------------------------------------- cost */

static void
cost(void **state)
{
    struct bench *b = *state;
    const struct rep_rules r = {.org = "", .level = 3, .entries = objects, .nentries = 8};
    const struct look_about w = {
        .rules = &r, .org = "", .client_ip = "192.0.2.9", .sender = "a@b.example", .now = NOW};
    static const int counts[] = {10, MSG_URLS};

    for (size_t k = 0; k < 2; k++) {
        struct msg *m = msg_new(b->a);
        struct look l;
        int64_t us;
        for (int i = 0; i < counts[k]; i++)
            msg_add_url(m, (struct msg_url){
                               arena_printf(b->a, "http://www.h%d.shop.example/a/b/c?d=%d", i, i),
                               "", "text", "1", 0});
        us = when_mono_us();
        look_begin(&l, b->a, m, b->feeds);
        look_judge(&l, m, &w);
        us = when_mono_us() - us;
        print_message("# %d links against %d feeds: %lld us\n", m->nurls, b->feeds->n,
                      (long long)us);
        assert_int_equal(m->nfindings, 0);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        {"F30 six levels hold what their table says", levels, begin, end, NULL},
        {"F30 named below the level is a note with a score", named_below, begin, end, NULL},
        {"F30 links that no list knows are held when that is wanted", untested, begin, end, NULL},
        {"F32 approved domains and pages are never acted on", approved, begin, end, NULL},
        {"M16 suspicious objects", suspicious, begin, end, NULL},
        {"M16 objects of all organisations", everywhere, begin, end, NULL},
        {"M16 feeds of files, senders and clients", feeds_of_others, begin, end, NULL},
        {"F30 many links and files, and the bad one last", many, begin, end, NULL},
        {"F30 meaning of answers of DNS lists", answer_codes, NULL, NULL, NULL},
        {"F30 questions to DNS lists", dns_lists, begin, end, NULL},
        {"F30 cost of looking up", cost, begin, end, NULL},
    };

    return cmocka_run_group_tests_name("web reputation and suspicious objects", tests, NULL, NULL);
}
