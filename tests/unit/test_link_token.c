/* Links in mails that act (T-L2, T-L3): nothing but what the engine made for this purpose is a link. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "common/arena.h"
#include "common/token.h"
#include "engine/link/link_token.h"

#define ALPHABET "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

static const unsigned char master[32] = "the master key of a test 32 by.";
static const unsigned char other[32] = "the master key of someone else.";
static const struct link_token sample = {
    .purpose = LINK_MESSAGE,
    .actions = LINK_DELIVER | LINK_ALLOW | LINK_READ,
    .kid = 258,
    .expires = 1800000000,
    .org = "0193a5c2-7d5e-7c1a-8b7e-000000000001",
    .message = "0193a5c2-7d5e-7c1a-8b7e-000000000002",
    .recipient = "0193a5c2-7d5e-7c1a-8b7e-000000000003",
    .digest = "0193a5c2-7d5e-7c1a-8b7e-000000000004",
};
static struct arena *a;

static bool
good(const char *text)
{
    struct link_token t;
    return link_token_read(a, master, text, LINK_MESSAGE, &t);
}

static void
what_was_made_is_read(void **state)
{
    struct link_token t;
    char *text = link_token_make(a, master, &sample);
    (void)state;
    assert_int_equal(strlen(text), LINK_TEXT);
    assert_int_equal(strspn(text, ALPHABET), LINK_TEXT);
    assert_true(link_token_read(a, master, text, LINK_MESSAGE, &t));
    assert_memory_equal(&t, &sample, sizeof t);
}

/* Every bit of every byte, what is behind and before, shorter ones, and 10^5 random ones. */
static void
nothing_else_is(void **state)
{
    char *text = link_token_make(a, master, &sample), *bad;
    unsigned char *b;
    size_t n;
    (void)state;
    b = token_unbase64url(a, text, &n);
    for (size_t i = 0; i < n * 8; i++) {
        b[i / 8] ^= (unsigned char)(1 << i % 8);
        assert_false(good(token_base64url(a, b, n)));
        b[i / 8] ^= (unsigned char)(1 << i % 8);
    }
    for (size_t i = 0; i <= LINK_TEXT; i++)
        for (const char *c = ALPHABET "=+/ %"; *c; c++) {
            bad = arena_printf(a, "%.*s%c%s", (int)i, text, *c, text + i);
            assert_false(good(bad));
        }
    for (size_t i = 0; i < LINK_TEXT; i++) {
        assert_false(good(arena_strndup(a, text, i)));
        assert_false(good(text + i + 1));
    }
    assert_false(good(NULL));
    srandom(7);
    for (int i = 0; i < 100000; i++) {
        size_t at = (size_t)random() % n;
        unsigned char was = b[at];
        b[at] = (unsigned char)random();
        if (b[at] != was)
            assert_false(link_token_read(a, master, token_base64url(a, b, n), LINK_MESSAGE,
                                         &(struct link_token){0}));
        b[at] = was;
        if (i % 1000 == 0) {
            arena_free(&a);
            a = arena_new();
            text = link_token_make(a, master, &sample);
            b = token_unbase64url(a, text, &n);
        }
    }
}

static void
a_key_for_each_purpose(void **state)
{
    struct link_token t, u = sample;
    char *text = link_token_make(a, master, &sample);
    (void)state;
    assert_false(link_token_read(a, other, text, LINK_MESSAGE, &t));
    assert_false(link_token_read(a, master, text, LINK_UNSUBSCRIBE, &t));
    /* The MAC of the other purpose behind our payload, and the other way round. */
    u.purpose = LINK_UNSUBSCRIBE;
    size_t n;
    unsigned char *x = token_unbase64url(a, text, &n);
    unsigned char *y = token_unbase64url(a, link_token_make(a, master, &u), &n);
    memcpy(x + n - 32, y + n - 32, 32);
    assert_false(good(token_base64url(a, x, n)));
    /* The keys themselves are not the same: what signs links of one kind signs none of the other. */
    static const char *const names[] = {"message", "unsubscribe"};
    for (int i = 0; i < 2; i++) {
        unsigned char key[32], mac[32];
        u = sample;
        u.purpose = i ? LINK_UNSUBSCRIBE : LINK_MESSAGE;
        x = token_unbase64url(a, link_token_make(a, master, &u), &n);
        token_derive(master, 32, arena_printf(a, "sekisho link %s 258", names[i]), key);
        token_hmac(key, 32, x, n - 32, mac);
        assert_memory_equal(mac, x + n - 32, 32);
    }
    x = token_unbase64url(a, text, &n);
    /* Fields that change places. */
    u = sample;
    memcpy(u.message, sample.recipient, 37);
    memcpy(u.recipient, sample.message, 37);
    x = token_unbase64url(a, text, &n);
    y = token_unbase64url(a, link_token_make(a, master, &u), &n);
    memcpy(y + n - 32, x + n - 32, 32);
    assert_false(good(token_base64url(a, y, n)));
}

static void
forms_of_their_link(void **state)
{
    char *link = link_token_make(a, master, &sample), *form = link_form_make(a, master, link, 1000);
    (void)state;
    assert_true(link_form_good(a, master, link, form, 999));
    assert_false(link_form_good(a, master, link, form, 1000));
    assert_false(link_form_good(a, other, link, form, 999));
    assert_false(link_form_good(a, master, "another", form, 999));
    assert_false(link_form_good(a, master, link, NULL, 999));
    for (size_t i = 0; form[i]; i++) {
        char was = form[i];
        form[i] = was == 'A' ? 'B' : 'A';
        assert_false(link_form_good(a, master, link, form, 999));
        form[i] = was;
    }
}

static void
actions_have_names(void **state)
{
    (void)state;
    for (unsigned i = LINK_DELIVER; i <= LINK_ASK; i <<= 1)
        assert_int_equal(link_action_of(link_action_name(i)), i);
    assert_int_equal(link_action_of("release"), 0);
    assert_int_equal(link_action_of(""), 0);
    assert_int_equal(link_action_of(NULL), 0);
}

static int
setup(void **state)
{
    (void)state;
    a = arena_new();
    return 0;
}
static int
teardown(void **state)
{
    (void)state;
    arena_free(&a);
    return 0;
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        {"T-L2 what was made is read", what_was_made_is_read, setup, teardown, NULL},
        {"T-L3 no other bytes are a link", nothing_else_is, setup, teardown, NULL},
        {"T-L3 a key for each purpose, fields stay in their places", a_key_for_each_purpose, setup,
         teardown, NULL},
        {"T-L1 a form belongs to its link and has an end", forms_of_their_link, setup, teardown,
         NULL},
        {"T-L2 actions have names", actions_have_names, setup, teardown, NULL},
    };
    return cmocka_run_group_tests_name("link_token", tests, NULL, NULL);
}
