/* T-E2: one word in very many forms gives one normal text; and what is not to be changed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <gmime/gmime.h>
#include <string.h>

#include "common/arena.h"
#include "engine/msg/charset.h"
#include "engine/msg/msg.h"
#include "engine/text/normal.h"

static struct arena *a;

static struct msg *
scan_html(const char *html)
{
    const char *raw = arena_printf(a,
                                   "From: x@sender.example\r\nSubject: s\r\nMIME-Version: 1.0\r\n"
                                   "Content-Type: text/html; charset=utf-8\r\n\r\n%s\r\n",
                                   html);
    return msg_scan(a, (const unsigned char *)raw, strlen(raw), NULL);
}

static const char *const paypal[] = {
    "PayPal",
    /* markup inside */
    "P<!-- -->ay<x>P</x>al",
    "Pay<!-->Pal",
    "Pay<!--->Pal",
    "Pay<!-- x --!>Pal",
    "Pay<!-- <!-- -->Pal",
    "Pay<!x>Pal",
    "Pay<?x?>Pal",
    "Pay</ x>Pal",
    "Pay</>Pal",
    "P<b>a</b>yP<i>al</i>",
    "Pay<wbr>Pal",
    "Pay<span>Pal</span>",
    "<unknown>Pay</unknown>Pal",
    "Pay<x y=\"<z>\">Pal",
    "Pay<x y='>'>Pal",
    "Pay<x y=>Pal",
    "Pay<o:p></o:p>Pal",
    "Pay<script>x</script>Pal",
    "Pay<style>x</style>Pal",
    "Pay<template>x</template>Pal",
    "Pay<![CDATA[x]]>Pal",
    "<svg><text><![CDATA[PayPal]]></text></svg>",
    "Pay<span style=display:none>x</span>Pal",
    "Pay<b\n>Pal</b\t>",
    /* references */
    "&#80;&#97;&#121;&#80;&#97;&#108;",
    "&#x50;&#x61;&#x79;&#x50;&#x61;&#x6c;",
    "&#x50&#x61&#x79&#x50&#x61&#x6c",
    "&#0000080ayPal",
    "Pay&shy;Pal",
    "Pay&zwnj;Pal",
    "Pay&ZeroWidthSpace;Pal",
    "Pay&NoBreak;Pal",
    "Pay&#8203;Pal",
    "Pay&#xFEFF;Pal",
    "P&afr;yPal",
    /* characters that nobody sees */
    "P\xe2\x80\x8b"
    "a\xe2\x80\x8cy\xe2\x80\x8dP\xe2\x81\xa0"
    "al",
    "Pay\xc2\xadPal",
    "Pay\xcd\x8fPal",
    "Pay\xef\xb8\x8fPal",
    "P\xe2\x80\x8e"
    "ay\xe2\x80\x8fPal",
    "P\xf3\xa0\x81\xa1"
    "ayPal",
    "\xe2\x80\xaelaPyaP\xe2\x80\xac",
    "P\xcc\xb6"
    "a\xcc\xb6y\xcc\xb6P\xcc\xb6"
    "a\xcc\xb6l\xcc\xb6",
    /* letters that look the same */
    "P\xd0\xb0yPal",
    "\xd0\xa0\xd0\xb0\xd1\x83\xd0\xa0\xd0\xb0l",
    "\xce\xa1"
    "ayPal",
    "Pay\xd0\xa0"
    "al",
    "P\xc9\x91yPal",
    "P\xce\xb1yP\xce\xb1l",
    /* styles */
    "ＰａｙＰａｌ",
    "𝐏𝐚𝐲𝐏𝐚𝐥",
    "𝓟𝓪𝔂𝓟𝓪𝓵",
    "𝙿𝚊𝚢𝙿𝚊𝚕",
    "𝕻𝖆𝖞𝕻𝖆𝖑",
    "Ⓟⓐⓨⓟⓐⓛ",
    "🅟ⓐⓨ🅟ⓐⓛ",
    "Pᴀʏᴘᴀʟ",
    /* gaps */
    "P a y P a l",
    "P.a.y.P.a.l",
    "P-a-y-P-a-l",
    "P_a_y_P_a_l",
    "P&nbsp;a&nbsp;y&nbsp;P&nbsp;a&nbsp;l",
    "P * a * y * P * a * l",
};

static const char *const login[] = {
    "ログイン",
    "ロ<!-- -->グ<x>イ</x>ン",
    "ロ\xe2\x80\x8bグ\xe2\x80\x8bイ\xe2\x80\x8bン",
    "ﾛｸﾞｲﾝ",
    "口グイン",
    "ロ グ イ ン",
    "ロ　グ　イ　ン",
    "&#12525;&#12464;&#12452;&#12531;",
    "ロク\xe3\x82\x99イン",
    "ロ<span style='font-size:0'>x</span>グイン",
    "ロ・グ・イ・ン",
    "ロ<wbr>グイン",
};

static int
not_alike(const char *const *forms, size_t n, const char *want)
{
    int wrong = 0;
    for (size_t i = 0; i < n; i++) {
        struct msg *m = scan_html(forms[i]);
        const char *text = strchr(m->normal, '\n');
        /* Small letters in circles have no capitals: case is not what this is about. */
        if (!text || strcasecmp(arena_strndup(a, text + 1, strlen(want)), want) != 0 ||
            strlen(text + 1) > strlen(want) + 1) {
            print_error("%s is read as %s\n", forms[i], m->normal);
            wrong++;
        }
    }
    return wrong;
}

static void
one_word_in_many_forms(void **state)
{
    (void)state;
    assert_true(sizeof paypal / sizeof *paypal + sizeof login / sizeof *login >= 40);
    assert_int_equal(not_alike(paypal, sizeof paypal / sizeof *paypal, "PayPal"), 0);
    assert_int_equal(not_alike(login, sizeof login / sizeof *login, "ログイン"), 0);
}

static const char *
normal(const char *text, struct text_tricks *tricks)
{
    size_t n;
    *tricks = (struct text_tricks){0};
    return text_normal(a, text, strlen(text), &n, tricks);
}

/* Languages stay what they are, and nothing is counted as a trick. */
static void
ordinary_text_stays(void **state)
{
    static const char *const texts[] = {
        "Hello Anna, the meeting is moved to Thursday 10:30. I am in room B 2.",
        "Привет, Анна! Встреча перенесена на четверг. Москва, улица Сорок.",
        "Καλημέρα, η συνάντηση μεταφέρθηκε για την Πέμπτη.",
        "お世話になっております。会議は木曜日に変更になりました。出口は二階、力を入れて。",
        "您好，会议改到星期四。",
        "안녕하세요. 회의가 목요일로 변경되었습니다.",
        "Schöne Grüße aus Köln, garçon, señor, Dvořák, İstanbul, Việt Nam.",
        "مرحبا، تم تأجيل الاجتماع",
        "สวัสดีครับ การประชุมเลื่อนไป",
        "J. R. R. Tolkien, U.S.A., e.g. this, A/B test, x + y = z, 1 2 3 4 5 6",
        "LinkedIn, McIntyre, OpenAI, WiFi, BMI, Henry VIII, xAI, LLP, HCl, KCl and CheckIn",
        "Iyàwó mi ọ̀rẹ́, ãɓa, Tiếng Việt, ŕ́ and s̈",
        "iPhone 15, B2B, H2O, mp3, COVID19, user1@example.com",
        "👨‍👩‍👧‍👦 family, ❤️ love, 🇯🇵 Japan",
    };
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct text_tricks t;
        const char *got = normal(texts[i], &t);
        if (i != 4 && i != 13 && i != 11 &&
            i != 3) /* wide punctuation becomes plain there, emoji lose their joiners */
            assert_string_equal(got, texts[i]);
        if (t.swapped || t.marks)
            fail_msg("%s: %d swapped, %d marks", texts[i], t.swapped, t.marks);
        if (t.invisible || t.bidi || t.folded || t.spaced || t.styled)
            fail_msg("%s: %d %d %d %d %d", texts[i], t.invisible, t.bidi, t.folded, t.spaced,
                     t.styled);
    }
}

static void
tricks_are_counted(void **state)
{
    struct text_tricks t;
    (void)state;
    normal("P\xe2\x80\x8b"
           "a\xe2\x80\x8by",
           &t);
    assert_int_equal(t.invisible, 2);
    normal("Your P\xd0\xb0yPal and Micr\xd0\xbesoft", &t);
    assert_int_equal(t.folded, 2);
    normal("V i a g r a and C.i.a.l.i.s", &t);
    assert_int_equal(t.spaced, 2);
    normal("V1agra c1alis m0rtgage", &t);
    assert_int_equal(t.leet, 3);
    normal("\xe2\x80\xaetxet\xe2\x80\xac", &t);
    assert_int_equal(t.bidi, 1);
    assert_string_equal(normal("Trust WaIIet, PayPaI and lRS", &t), "Trust Wallet, PayPal and IRS");
    assert_int_equal(t.swapped, 3);
    assert_string_equal(normal("A\xdc\xbf"
                               "m\xdc\xbf"
                               "a\xcc\xbf"
                               "zon",
                               &t),
                        "Amazon");
    assert_int_equal(t.marks, 3);
    normal("𝐅𝐫𝐞𝐞 offer", &t);
    assert_int_equal(t.styled, 1);
    /* Persian and German use the same characters for what they are made for. */
    normal("می\xe2\x80\x8cخواهم Donau\xc2\xad"
           "dampfschiff",
           &t);
    assert_int_equal(t.invisible, 0);
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
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(one_word_in_many_forms),
        T(ordinary_text_stays),
        T(tricks_are_counted),
    };
    g_mime_init();
    charset_preload();
    return cmocka_run_group_tests_name("normal", tests, NULL, NULL);
}
