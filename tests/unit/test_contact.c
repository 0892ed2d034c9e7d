/* First contact: what it says of a mail whether its recipients know the sender (F27, N5). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <gmime/gmime.h>

#include "common/arena.h"
#include "common/err.h"
#include "common/jsonx.h"
#include "engine/contact/contact.h"
#include "engine/msg/msg.h"
#include "engine/policy/policy.h"
#include "engine/scan/people_name.h"
#include "engine/scan/scan.h"
#include "store/store_contact.h"

static const char plain[] =
    "From: Taro Yamada <x@stranger.example>\nSubject: a\n\nHello, see you\n";
static const char linked[] =
    "From: Taro Yamada <x@stranger.example>\nSubject: a\n\nHello http://other.example/a\n";
static const char asks[] = "From: Taro Yamada <x@stranger.example>\nSubject: a\n"
                           "Reply-To: <taro.office@gmail.com>\n\nHello, are you there?\n";
static const char docs[] = "From: Taro Yamada <no-reply@sign.example>\nSubject: a\n"
                           "Reply-To: <Taro@gmail.com>\n\nSee http://sign.example/a\n";
static const char listed[] =
    "From: Taro Yamada <x@stranger.example>\nList-Id: <l.stranger.example>\nSubject: a\n"
    "Reply-To: <taro.office@gmail.com>\n\nHello http://other.example/a\n";
static const char nobody[] = "Subject: a\n\nHello\n";

struct a_case {
    const char *name, *mail;
    struct store_contact known;
    bool proven;
    const char *code, *kind; /* of the finding that matters; code NULL: there is none */
    double score;            /* of all of them */
    const char *evidence;
};

static const struct a_case cases[] = {
    {"a stranger is a note",
     plain,
     {.org_id = "o", .other = ""},
     true,
     "first-contact",
     "",
     0,
     "x@stranger.example"},
    {"with a link", linked, {.org_id = "o", .other = ""}, true, "first-contact", "", 0.2, NULL},
    {"who asks", asks, {.org_id = "o", .other = ""}, true, "first-contact", "", 0.8, NULL},
    {"by way of a list",
     listed,
     {.org_id = "o", .other = "t@p.example"},
     true,
     "first-contact",
     "",
     0,
     NULL},
    {"whom colleagues know",
     asks,
     {.org_id = "o", .elsewhere = true, .other = "t@p.example"},
     true,
     "first-contact-here",
     "",
     0,
     NULL},
    {"second mail", asks, {.org_id = "o", .here = 1, .other = ""}, true, NULL, "", 0, NULL},
    {"second mail, other name",
     plain,
     {.org_id = "o", .here = 1, .other = "t@p.example"},
     true,
     NULL,
     "",
     0,
     NULL},
    {"known for days",
     plain,
     {.org_id = "o", .here = 9, .proven = 3, .other = ""},
     true,
     "contact-known",
     "",
     -0.5,
     NULL},
    {"known for days, but not by proof",
     plain,
     {.org_id = "o", .here = 9, .other = ""},
     true,
     NULL,
     "",
     0,
     NULL},
    {"known for days, not proven now",
     plain,
     {.org_id = "o", .here = 9, .proven = 9, .other = ""},
     false,
     NULL,
     "",
     0,
     NULL},
    {"known for two days",
     plain,
     {.org_id = "o", .here = 2, .proven = 2, .other = ""},
     true,
     NULL,
     "",
     0,
     NULL},
    {"written to",
     plain,
     {.org_id = "o", .here = 1, .proven = 1, .sent = 1, .other = ""},
     true,
     "contact-known",
     "",
     -1,
     NULL},
    {"written to, first answer",
     plain,
     {.org_id = "o", .sent = 1, .other = ""},
     true,
     NULL,
     "",
     0,
     NULL},
    {"a known mailbox that asks gains nothing",
     asks,
     {.org_id = "o", .here = 9, .proven = 9, .sent = 9, .other = ""},
     true,
     NULL,
     "",
     0,
     NULL},
    {"a known name",
     plain,
     {.org_id = "o", .other = "t@p.example"},
     true,
     "contact-name",
     "",
     1.5,
     "t@p.example \xe2\x86\x92 x@stranger.example"},
    {"a known name that asks",
     asks,
     {.org_id = "o", .other = "t@p.example"},
     true,
     "contact-name-asks",
     "impersonation",
     3.8,
     NULL},
    {"a known name of the same company",
     asks,
     {.org_id = "o", .other = "t@mail.stranger.example"},
     true,
     "first-contact",
     "",
     0.8,
     NULL},
    {"a service that writes for him",
     docs,
     {.org_id = "o", .other = "taro@gmail.com"},
     true,
     "contact-name",
     "",
     1.5,
     NULL},
    {"a service that does not",
     docs,
     {.org_id = "o", .other = "taro@p.example"},
     true,
     "contact-name-asks",
     "impersonation",
     3.8,
     NULL},
    {"no sender", nobody, {.org_id = "o", .other = "t@p.example"}, false, NULL, "", 0, NULL},
};

static struct msg *
scan(struct arena *a, const char *mail)
{
    return msg_scan(a, (const unsigned char *)mail, strlen(mail), NULL);
}

static void
one(const struct a_case *x)
{
    struct arena *a = arena_new();
    struct msg *m = scan(a, x->mail);
    const struct msg_finding *f = NULL;
    int before = m->nfindings;
    double sum = 0;

    contact_judge(m, &x->known, "org", x->proven);
    for (int i = before; i < m->nfindings; i++) {
        assert_string_equal(m->findings[i].scanner, "contact");
        assert_string_equal(m->findings[i].org, "org");
        sum += m->findings[i].score;
        f = &m->findings[i]; /* the worse one comes last */
    }
    if (!x->code && f)
        fail_msg("%s: %s", x->name, f->code);
    if (x->code && (!f || strcmp(f->code, x->code) != 0 || strcmp(f->kind, x->kind) != 0 ||
                    (x->evidence && strcmp(f->evidence, x->evidence) != 0)))
        fail_msg("%s: %s %s", x->name, f ? f->code : "nothing", f ? f->evidence : "");
    if (sum < x->score - 0.001 || sum > x->score + 0.001)
        fail_msg("%s: %f", x->name, sum);
    arena_free(&a);
}

static void
judged(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        one(&cases[i]);
}

/* What it makes of the mail is the rule about impersonation. */
static void
decided(void **state)
{
    struct arena *a = arena_new();
    struct msg *m = scan(a, asks);
    const struct store_contact known = {.org_id = "o", .other = "t@p.example"};
    struct policy_for ours = {.recipient = "r", .org = "o"},
                      others = {.recipient = "r", .org = "p"};

    (void)state;
    contact_judge(m, &known, "o", false);
    assert_string_equal(policy_decide(m, &ours).kind, "impersonation");
    assert_string_equal(policy_decide(m, &ours).reason, "contact-name-asks");
    assert_string_not_equal(policy_decide(m, &others).kind, "impersonation");
    arena_free(&a);
}

static void
names(void **state)
{
    static const char *const all[][2] = {
        {"Taro Yamada", "taro yamada"},
        {"YAMADA, Taro", "taro yamada"},
        {"\xef\xbc\xb4\xef\xbd\x81\xef\xbd\x92\xef\xbd\x8f Yamada", "taro yamada"}, /* full-width */
        {"\xe5\xb1\xb1\xe7\x94\xb0 \xe5\xa4\xaa\xe9\x83\x8e",
         "\xe5\xb1\xb1\xe7\x94\xb0\xe5\xa4\xaa\xe9\x83\x8e"},
        {"\xe5\xb1\xb1\xe7\x94\xb0\xe5\xa4\xaa\xe9\x83\x8e",
         "\xe5\xb1\xb1\xe7\x94\xb0\xe5\xa4\xaa\xe9\x83\x8e"},
        {"Support", ""},
        {"", ""},
        {"taro yamada@p.example", ""},
        {"Your order at the shop of Example", ""},
    };
    struct arena *a = arena_new();
    char *big = arena_calloc(a, 5000, 1);

    (void)state;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        const char *key = people_key(a, all[i][0]), *want = people_key(a, all[i][1]);
        /* Skeletons are not for reading: m stands as rn in them. */
        if (strcmp(key, want) != 0 || !*key != !*all[i][1])
            fail_msg("%s: %s", all[i][0], key);
    }
    memset(big, 'a', 4999);
    big[2000] = ' ';
    assert_true(strlen(people_key(a, big)) <= 200);
    arena_free(&a);
}

static int
sent(struct arena *a, const struct msg *m, struct msg **there)
{
    struct err e;

    return msg_unpack(a, jsonx_own(a, json_pack("{s:s}", "facts", msg_pack(m))), there, &e);
}

/* The key is made in the worker and travels with the facts. */
static void
travels(void **state)
{
    struct arena *a = arena_new();
    struct msg *m = scan(a, plain), *there;

    (void)state;
    assert_string_equal(m->from_key, people_key(a, "Yamada Taro"));
    assert_int_equal(sent(a, m, &there), 0);
    assert_string_equal(there->from_key, m->from_key);
    arena_free(&a);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        {"F27 N5 strangers and correspondents", judged, NULL, NULL, NULL},
        {"F27 a known name that asks for something is impersonation", decided, NULL, NULL, NULL},
        {"F27 names as they are compared", names, NULL, NULL, NULL},
        {"F27 the name travels from the worker to the gate", travels, NULL, NULL, NULL},
    };

    g_mime_init();
    scanners_prepare();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
