/* How people write, as numbers (F26). */
#include <math.h>
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
#include "engine/msg/charset.h"
#include "engine/msg/msg.h"
#include "engine/style/style.h"

#define HIS                                                                                        \
    "hi hanako, i looked at the numbers again... they seem fine to me - lets talk tomorrow, ok?\n" \
    "btw the printer is broken again, can you call them? i dont have the number...\n"              \
    "maybe we should just buy a new one, its not that dear. i saw one for half of it\n"            \
    "in the shop near the station, and it takes the same paper... see you later, taro\n"
#define OTHER                                                                                    \
    "Dear Ms. Hanako Sato,\n\nI am writing to inform you that an URGENT payment must be "        \
    "executed today. Please ensure that the transfer is completed before 15:00, and kindly "     \
    "confirm by return that the instruction has been processed!\n\nFurthermore, this matter is " \
    "strictly CONFIDENTIAL; do not discuss it with anybody.\n\nYours sincerely,\nTaro Yamada\n"
#define JAPANESE                                                                                                                                 \
    "お世話になっております。先日ご相談した件ですが、来週の火曜日に打ち合わせをお願いできますでし" \
    "ょうか。"                                                                                                                               \
    "資料は前日までにお送りいたします。なお、会場は本社三階の会議室を予定しております。"                \
    "ご不明な点がございましたら、いつでもご連絡ください。どうぞよろしくお願いいたします。"             \
    "また、参加される方のお名前と人数を、金曜日までにお知らせいただけますと幸いです。"                   \
    "当日は受付で入館証をお受け取りください。お忙しいところ恐れ入りますが、ご確認をお願いいたしま" \
    "す。"

static void
own_part_alone(void **state)
{
    double with[STYLE_FEATURES], without[STYLE_FEATURES];
    static const char quoted[] = HIS "On Monday Hanako wrote:\n> Dear TARO!!! THIS IS MINE?\n"
                                     "-- \nTaro Yamada, Chief!!!\nFrom: x\nWHAT OTHERS WROTE!\n";

    (void)state;
    assert_true(style_measure(HIS, strlen(HIS), without));
    assert_true(style_measure(quoted, strlen(quoted), with));
    for (int i = 0; i < STYLE_FEATURES; i++)
        assert_true(fabs(with[i] - without[i]) < 1e-9);
}

static void
short_and_strange_text(void **state)
{
    double x[STYLE_FEATURES];

    (void)state;
    assert_false(style_measure("", 0, x));
    assert_false(style_measure("ok, thanks", 10, x));
    assert_false(style_measure("\xff\xfe\n\n\n!!!", 8, x));
    assert_true(style_measure(JAPANESE, strlen(JAPANESE), x));
    for (int i = 0; i < STYLE_FEATURES; i++)
        assert_true(isfinite(x[i]));
}

/* The same text `n` times, with a little of another in each: no two mails are equal. */
static void
learn(struct style *s, const char *text, int n)
{
    struct arena *a = arena_new();

    for (int k = 0; k < n; k++) {
        double x[STYLE_FEATURES];
        const char *mail = arena_printf(a, "%s%.*s", text, k * 3, HIS);
        assert_true(style_measure(mail, strlen(mail), x));
        s->mails++;
        for (int i = 0; i < STYLE_FEATURES; i++) {
            double d = x[i] - s->mean[i];
            s->mean[i] += d / s->mails;
            s->m2[i] += d * (x[i] - s->mean[i]);
        }
    }
    arena_free(&a);
}

static void
another_hand(void **state)
{
    struct style his = {0}, everybody = {0};
    double own[STYLE_FEATURES], foreign[STYLE_FEATURES];

    (void)state;
    assert_true(style_measure(HIS HIS, strlen(HIS HIS), own));
    assert_true(style_measure(OTHER, strlen(OTHER), foreign));
    learn(&his, HIS, STYLE_MAILS - 1);
    learn(&everybody, OTHER, 15);
    learn(&everybody, HIS, 15);
    assert_true(style_differs(&his, &everybody, foreign) == 0); /* not enough is known */
    learn(&his, HIS, 1);
    assert_true(style_differs(&his, &everybody, foreign) >= STYLE_DIFFERS);
    assert_true(style_differs(&his, &everybody, own) < STYLE_DIFFERS);
    everybody.mails = STYLE_MAILS_ALL - 1;
    assert_true(style_differs(&his, &everybody, foreign) == 0);
}

static struct msg *
scan(struct arena *a, const char *direction, const char *from)
{
    static const char lists[] =
        "{\"spam\":{\"o\":{\"own\":[],\"domains\":[],\"exceptions\":[],\"people\":[{\"first\":"
        "\"Taro\",\"middle\":\"\",\"last\":\"Yamada\",\"addresses\":[]}]}}}";
    const char *mail = arena_printf(a, "From: %s\nSubject: x\n\n%s", from, HIS);
    struct envelope env = {.client_ip = "192.0.2.1",
                           .client_name = "",
                           .helo = "",
                           .tls = "",
                           .sender = "x@x.example",
                           .recipients = NULL,
                           .nrecipients = 0,
                           .direction = direction,
                           .lists = NULL};
    json_t *j;

    assert_int_equal(jsonx_load(a, lists, sizeof lists - 1, sizeof lists, &j, NULL), 0);
    env.lists = j;
    return msg_scan(a, (const unsigned char *)mail, strlen(mail), &env);
}

static int
unpack(struct arena *a, const char *facts, struct msg **out)
{
    struct err e;

    return msg_unpack(a, jsonx_own(a, json_pack("{s:s}", "facts", facts)), out, &e);
}

static void
whose_mail_is_measured(void **state)
{
    struct arena *a = arena_new();
    struct msg *m = scan(a, "in", "\"YAMADA, Taro\" <x@evil.example>"), *back;

    (void)state;
    assert_non_null(m->style);
    assert_int_equal(unpack(a, msg_pack(m), &back), 0);
    assert_memory_equal(back->style, m->style, STYLE_FEATURES * sizeof *m->style);
    assert_null(scan(a, "in", "Jiro Yamada <x@evil.example>")->style);
    assert_non_null(scan(a, "out", "Jiro Yamada <jiro@ours.example>")->style);
    assert_null(json_object_get(jsonx_own(a, msg_to_json(scan(a, "in", "x@y.example"))), "style"));
    arena_free(&a);
}

/* The numbers stand behind the header, which is the same in both. */
static void
a_forged_reply_is_refused(void **state)
{
    struct arena *a = arena_new();
    struct msg *m = scan(a, "in", "Taro Yamada <x@evil.example>"), *back;
    double x[STYLE_FEATURES];

    (void)state;
    assert_non_null(m->style);
    memcpy(x, m->style, sizeof x);
    m->style = x;
    assert_int_equal(unpack(a, msg_pack(m), &back), 0);
    x[STYLE_FEATURES - 1] = INFINITY;
    assert_int_equal(unpack(a, msg_pack(m), &back), -1);
    x[STYLE_FEATURES - 1] = 1e300; /* the sums of such ones fit into no number */
    assert_int_equal(unpack(a, msg_pack(m), &back), -1);
    x[STYLE_FEATURES - 1] = NAN;
    assert_int_equal(unpack(a, msg_pack(m), &back), -1);
    arena_free(&a);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        {"F26 what is quoted and signed is not his", own_part_alone, NULL, NULL, NULL},
        {"F26 text that says nothing", short_and_strange_text, NULL, NULL, NULL},
        {"F26 another hand is told from his", another_hand, NULL, NULL, NULL},
        {"F26 mail of high-profile users is measured", whose_mail_is_measured, NULL, NULL, NULL},
        {"T-M3 a worker's reply with another style is refused", a_forged_reply_is_refused, NULL,
         NULL, NULL},
    };

    g_mime_init();
    charset_preload();
    return cmocka_run_group_tests_name("style", tests, NULL, NULL);
}
