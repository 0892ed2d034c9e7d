/* Phishing, impersonation and graymail: each deception is found, its benign twin is not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <ctype.h>
#include <string.h>

#include <cmocka.h>
#include <gmime/gmime.h>

#include "common/arena.h"
#include "common/jsonx.h"
#include "engine/msg/msg.h"
#include "engine/scan/lists.h"
#include "engine/scan/cousin.h"
#include "engine/scan/phrases.h"
#include "engine/scan/scan.h"

static const char lists[] =
    "{\"spam\":{\"org1\":{\"own\":[\"sekisho-test.co.jp\"],\"domains\":[\"paypal.com\","
    "\"contoso.example\"],\"exceptions\":[\"paypol.com\"],\"closeness\":1,\"people\":["
    "{\"first\":\"Taro\",\"middle\":\"\",\"last\":\"Yamada\",\"addresses\":[\"taro@home.example\"]}"
    ","
    "{\"first\":\"太郎\",\"middle\":\"\",\"last\":\"山田\",\"addresses\":[]},"
    "{\"first\":\"Anna\",\"middle\":\"Maria\",\"last\":\"van der Berg\",\"addresses\":[]}]}}}";

struct expected {
    const char *name;
    const char *mail;
    const char *code, *kind; /* code NULL: no finding of the scanner */
    const char *evidence;    /* NULL: any */
};

static bool folded;

static struct msg *
scan(struct arena *a, const char *mail)
{
    static const char *const recipients[] = {"hanako@sekisho-test.co.jp"};
    struct envelope *env = arena_alloc(a, sizeof *env);
    json_t *j;

    assert_int_equal(jsonx_load(a, lists, sizeof lists - 1, 10000, &j, NULL), 0);
    if (folded) /* as the gate sends them */
        lists_fold(a, json_object_get(json_object_get(j, "spam"), "org1"));
    *env = (struct envelope){.client_ip = "192.0.2.1",
                             .client_name = "",
                             .helo = "",
                             .tls = "",
                             .sender = "x@sender.example",
                             .recipients = recipients,
                             .nrecipients = 1,
                             .direction = "in",
                             .lists = j};
    return msg_scan(a, (const unsigned char *)mail, strlen(mail), env);
}

static const struct msg_finding *
find(const struct msg *m, const char *scanner, const char *code)
{
    for (int i = 0; i < m->nfindings; i++)
        if (strcmp(m->findings[i].scanner, scanner) == 0 &&
            (!code || strcmp(m->findings[i].code, code) == 0))
            return &m->findings[i];
    return NULL;
}

static void
check(const char *scanner, const struct expected *cases, size_t n)
{
    for (size_t i = 0; i < 2 * n; i++) {
        struct arena *a = arena_new();
        const struct expected *x = &cases[i % n];
        folded = i >= n;
        struct msg *m = scan(a, x->mail);
        const struct msg_finding *f = find(m, scanner, x->code);
        if ((!f) != (!x->code))
            fail_msg("%s: %s", x->name, f ? f->code : "not found");
        if (f && strcmp(f->kind, x->kind) != 0)
            fail_msg("%s: kind is \"%s\"", x->name, f->kind);
        if (f && x->evidence && strcmp(f->evidence, x->evidence) != 0)
            fail_msg("%s: evidence is %s", x->name, f->evidence);
        arena_free(&a);
    }
}
#define CHECK(scanner, cases) check(scanner, cases, sizeof(cases) / sizeof *(cases))

#define HTML(from, body)                                                                      \
    "From: " from "\nSubject: x\nContent-Type: text/html; charset=utf-8\n\n<html><body>" body \
    "</body></html>\n"
#define TEXT(from, subject, body) \
    "From: " from "\nSubject: " subject "\nContent-Type: text/plain; charset=utf-8\n\n" body "\n"

/* ------------------------------------------------------------------ links */

static void
links(void **state)
{
    static const struct expected cases[] = {
        {"a bank's name over another host",
         HTML("a@b.example", "<a href='https://evil.example/x'>https://www.paypal.com/login</a>"),
         "link-elsewhere", "phishing", "www.paypal.com → evil.example"},
        {"any other host", HTML("a@b.example", "<a href='http://evil.example'>www.kitchen.com</a>"),
         "link-elsewhere", "", "www.kitchen.com → evil.example"},
        {"with invisible characters in it",
         HTML("a@b.example", "<a href='https://evil.example/'>pay&#8203;pal.com</a>"),
         "link-elsewhere", "phishing", "paypal.com → evil.example"},
        {"full-width letters",
         HTML("a@b.example", "<a href='https://evil.example/'>ｐａｙｐａｌ.com</a>"),
         "link-elsewhere", "phishing", "paypal.com → evil.example"},
        {"twin: the same host",
         HTML("a@b.example", "<a href='https://www.paypal.com/x'>paypal.com</a>"), NULL, NULL,
         NULL},
        {"twin: text that is no address",
         HTML("a@b.example", "<a href='https://x.example/'>Node.js 2.0</a>"), NULL, NULL, NULL},
        {"twin: a sentence",
         HTML("a@b.example", "<a href='https://x.example/'>See paypal.com today</a>"), NULL, NULL,
         NULL},
        {"twin: clicks of the author's own newsletter",
         HTML("news@kitchen.com", "<a href='https://u1.ct.sendgrid.net/ls'>www.kitchen.com</a>"),
         "link-elsewhere-tracked", "", NULL},
        {"twin: another domain of the same brand",
         HTML("a@b.example", "<a href='https://outlook.com/x'>microsoft.com</a>"),
         "link-elsewhere-tracked", "", NULL},
        {"a name before the @",
         HTML("a@b.example", "<a href='https://paypal.com@evil.example/'>x</a>"), "link-userinfo",
         "phishing", "paypal.com → evil.example"},
        {"twin: a user's name",
         HTML("a@b.example", "<a href='ftp://anonymous@files.example/'>x</a>"), "link-userinfo", "",
         NULL},
        {"a bare address", HTML("a@b.example", "<a href='http://192.0.2.9/x'>x</a>"), "link-ip", "",
         "192.0.2.9"},
        {"an odd port", HTML("a@b.example", "<a href='http://x.example:8088/x'>x</a>"), "link-port",
         "", "x.example:8088"},
        {"twin: the usual port", HTML("a@b.example", "<a href='https://x.example:443/x'>x</a>"),
         NULL, NULL, NULL},
        {"a page in the link",
         HTML("a@b.example", "<a href='data:text/html;base64,PGh0bWw+'>x</a>"), "link-data", "",
         NULL},
        {"a form for a password",
         HTML("a@b.example",
              "<form action='https://evil.example'><INPUT name=p type=Password></form>"),
         "form-password", "phishing", NULL},
        {"twin: a form for a search",
         HTML("a@b.example", "<form action='https://x.example'><input name=q></form>"), "form", "",
         NULL},
        {"a shortened link", TEXT("a@b.example", "x", "see https://bit.ly/abc"), "link-shortener",
         "", "bit.ly"},
    };
    (void)state;
    CHECK("links", cases);
}

/* ------------------------------------------------------------------ look-alikes */

static void
distances(void **state)
{
    static const struct {
        const char *host, *domain;
        enum lookalike conservative, normal, aggressive;
    } cases[] = {
        {"paypa1.com", "paypal.com", LOOKALIKE_SAME_LOOK, LOOKALIKE_SAME_LOOK, LOOKALIKE_SAME_LOOK},
        {"xn--pypal-4ve.com", "paypal.com", LOOKALIKE_SAME_LOOK, LOOKALIKE_SAME_LOOK,
         LOOKALIKE_SAME_LOOK}, /* Cyrillic a */
        {"rnicrosoft.com", "microsoft.com", LOOKALIKE_SAME_LOOK, LOOKALIKE_SAME_LOOK,
         LOOKALIKE_SAME_LOOK},
        {"vvindows.com", "windows.com", LOOKALIKE_SAME_LOOK, LOOKALIKE_SAME_LOOK,
         LOOKALIKE_SAME_LOOK},
        {"paypal.com.evil.example", "paypal.com", LOOKALIKE_IN_FRONT, LOOKALIKE_IN_FRONT,
         LOOKALIKE_IN_FRONT},
        {"paypal-com.evil.example", "paypal.com", LOOKALIKE_IN_FRONT, LOOKALIKE_IN_FRONT,
         LOOKALIKE_IN_FRONT},
        {"paypal.com-login.example", "paypal.com", LOOKALIKE_IN_FRONT, LOOKALIKE_IN_FRONT,
         LOOKALIKE_IN_FRONT},
        {"paypal-login.example", "paypal.com", LOOKALIKE_WORD, LOOKALIKE_WORD, LOOKALIKE_WORD},
        {"secure-paypal.example", "paypal.com", LOOKALIKE_WORD, LOOKALIKE_WORD, LOOKALIKE_WORD},
        {"paypallogin.example", "paypal.com", LOOKALIKE_NO, LOOKALIKE_WORD, LOOKALIKE_WORD},
        {"paypal.example", "paypal.com", LOOKALIKE_NO, LOOKALIKE_SUFFIX, LOOKALIKE_SUFFIX},
        {"paypol.com", "paypal.com", LOOKALIKE_NO, LOOKALIKE_SLIP, LOOKALIKE_SLIP},
        {"papyal.com", "paypal.com", LOOKALIKE_NO, LOOKALIKE_SLIP, LOOKALIKE_SLIP},
        {"paypall.com", "paypal.com", LOOKALIKE_NO, LOOKALIKE_SLIP, LOOKALIKE_SLIP},
        {"pay-pal.com", "paypal.com", LOOKALIKE_NO, LOOKALIKE_SLIP, LOOKALIKE_SLIP},
        {"micrasaft.com", "microsoft.com", LOOKALIKE_NO, LOOKALIKE_NO, LOOKALIKE_SLIP},
        {"paypal.evil.example", "paypal.com", LOOKALIKE_NO, LOOKALIKE_NO, LOOKALIKE_IN_FRONT},
        {"paypal-kitchen.example", "paypal.com", LOOKALIKE_NO, LOOKALIKE_NO, LOOKALIKE_WORD},
        /* twins */
        {"www.paypal.com", "paypal.com", LOOKALIKE_NO, LOOKALIKE_NO, LOOKALIKE_NO},
        {"paypal.com", "paypal.com", LOOKALIKE_NO, LOOKALIKE_NO, LOOKALIKE_NO},
        {"payroll.com", "paypal.com", LOOKALIKE_NO, LOOKALIKE_NO, LOOKALIKE_NO},
        {"kitchen.example", "paypal.com", LOOKALIKE_NO, LOOKALIKE_NO, LOOKALIKE_NO},
        {"ibm.example", "hbm.com", LOOKALIKE_NO, LOOKALIKE_NO, LOOKALIKE_NO},
        {"192.0.2.1", "paypal.com", LOOKALIKE_NO, LOOKALIKE_NO, LOOKALIKE_NO},
        {"", "paypal.com", LOOKALIKE_NO, LOOKALIKE_NO, LOOKALIKE_NO},
    };
    struct arena *a = arena_new();

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const enum lookalike want[] = {cases[i].aggressive, cases[i].normal, cases[i].conservative};
        for (int c = 0; c < SPAM_CLOSES; c++) {
            enum lookalike got = lookalike(a, cases[i].host, cases[i].domain, (enum spam_close)c);
            if (got != want[c])
                fail_msg("%s %s at %s: %d, not %d", cases[i].host, cases[i].domain,
                         spam_closes[c].id, (int)got, (int)want[c]);
        }
    }
    arena_free(&a);
}

static void
lookalikes(void **state)
{
    static const struct expected cases[] = {
        {"From of a high-profile domain", TEXT("a@paypa1.com", "x", "x"), "lookalike-from",
         "impersonation", "paypa1.com → paypal.com"},
        {"From of the own domain", TEXT("a@sekish0-test.co.jp", "x", "x"), "lookalike-from",
         "impersonation", "sekish0-test.co.jp → sekisho-test.co.jp"},
        {"Reply-To",
         "From: a@kitchen.example\nReply-To: Boss <b@sekisho-test-login.com>\nSubject: x\n\nx\n",
         "lookalike-reply-to", "impersonation", "sekisho-test-login.com → sekisho-test.co.jp"},
        {"a link with the whole name in front",
         HTML("a@kitchen.example", "<a href='https://paypal.com.evil.example/'>x</a>"),
         "lookalike-link", "phishing", "paypal.com.evil.example → paypal.com"},
        {"a link a little alike is a note",
         HTML("a@kitchen.example", "<a href='https://paypall.com/'>x</a>"), "lookalike-link", "",
         NULL},
        {"twin: an exception", TEXT("a@paypol.com", "x", "x"), NULL, NULL, NULL},
        {"twin: the domain itself", TEXT("a@mail.paypal.com", "x", "x"), NULL, NULL, NULL},
        {"twin: the own name under another suffix", TEXT("a@sekisho-test.com", "x", "x"), NULL,
         NULL, NULL},
        {"twin: something else", TEXT("a@kitchen.example", "x", "x"), NULL, NULL, NULL},
    };
    (void)state;
    CHECK("lookalike", cases);
}

/* ------------------------------------------------------------------ people */

static void
people(void **state)
{
    static const struct expected cases[] = {
        {"the name", TEXT("Taro Yamada <x@evil.example>", "x", "x"), "person-foreign",
         "impersonation", "Taro Yamada → x@evil.example"},
        {"the other way round", TEXT("\"Yamada, Taro\" <x@evil.example>", "x", "x"),
         "person-foreign", "impersonation", NULL},
        {"capitals and a title", TEXT("\"TARO YAMADA (CEO)\" <x@evil.example>", "x", "x"),
         "person-foreign", "impersonation", NULL},
        {"with a middle name", TEXT("\"Taro K. Yamada\" <x@evil.example>", "x", "x"),
         "person-foreign", "impersonation", NULL},
        {"in one word", TEXT("TaroYamada <x@evil.example>", "x", "x"), "person-foreign",
         "impersonation", NULL},
        {"Cyrillic a", TEXT("=?utf-8?B?VNCwcm8gWWFtYWRh?= <x@evil.example>", "x", "x"),
         "person-foreign", "impersonation", NULL},
        {"full-width", TEXT("=?utf-8?B?77y077yh77yy77yvIFlhbWFkYQ==?= <x@evil.example>", "x", "x"),
         "person-foreign", "impersonation", NULL},
        {"Japanese without a blank",
         TEXT("=?utf-8?B?5bGx55Sw5aSq6YOO?= <x@evil.example>", "x", "x"), "person-foreign",
         "impersonation", NULL},
        {"a name of several words", TEXT("\"Anna van der Berg\" <x@evil.example>", "x", "x"),
         "person-foreign", "impersonation", NULL},
        {"his initial is a note", TEXT("\"T. Yamada\" <x@evil.example>", "x", "x"),
         "person-initials", "", NULL},
        {"an address of his own is a note", TEXT("Taro Yamada <Taro@home.example>", "x", "x"),
         "person-own-address", "", NULL},
        {"by way of a list is a note",
         "From: Taro Yamada via Dev <dev@lists.example>\nList-Id: <dev.lists.example>\nSubject: "
         "x\n\nx\n",
         "person-via", "", NULL},
        {"twin: from the own domain", TEXT("Taro Yamada <taro@sekisho-test.co.jp>", "x", "x"), NULL,
         NULL, NULL},
        {"twin: the same last name", TEXT("Jiro Yamada <jiro@x.example>", "x", "x"), NULL, NULL,
         NULL},
        {"twin: the same first name", TEXT("Taro <taro@x.example>", "x", "x"), NULL, NULL, NULL},
        {"twin: parts of other words", TEXT("Taron Yamadas <taro@x.example>", "x", "x"), NULL, NULL,
         NULL},
        {"an address of ours as name",
         TEXT("\"ceo@sekisho-test.co.jp\" <x@evil.example>", "x", "x"), "name-own-address",
         "impersonation", "ceo@sekisho-test.co.jp → x@evil.example"},
        {"an address of others as name", TEXT("\"ceo@kitchen.example\" <x@evil.example>", "x", "x"),
         "name-other-address", "", NULL},
        {"twin: the same address as name", TEXT("\"x@evil.example\" <x@evil.example>", "x", "x"),
         NULL, NULL, NULL},
        {"our domain as name", TEXT("\"sekisho-test.co.jp IT\" <x@evil.example>", "x", "x"),
         "name-own-domain", "", NULL},
        {"another domain as name",
         HTML("\"webmail.kitchen.com support\" <x@evil.example>",
              "<a href='https://evil.test/'>x</a>"),
         "name-other-domain", "", "webmail.kitchen.com support → x@evil.example"},
        {"twin: the domain as name", TEXT("\"Kitchen.com\" <news@mail.kitchen.com>", "x", "x"),
         NULL, NULL, NULL},
        {"twin: another domain of the same brand",
         TEXT("\"Amazon.com\" <ship@amazon.co.jp>", "x", "x"), NULL, NULL, NULL},
        {"twin: a name with dots", TEXT("\"Node.js St.George\" <x@evil.example>", "x", "x"), NULL,
         NULL, NULL},
        {"twin: a person whose name ends like a domain",
         TEXT("\"Weilang.Li\" <weilang.li@kitchen.example>", "x", "x"), NULL, NULL, NULL},
        {"twin: by way of a list",
         "From: \"Kitchen.com via Dev\" <dev@lists.example>\nList-Id: "
         "<dev.lists.example>\nSubject: "
         "x\n\nx\n",
         NULL, NULL, NULL},
        {"the recipient's own name", TEXT("hanako <x@evil.example>", "x", "x"), "name-of-recipient",
         "", NULL},
    };
    (void)state;
    CHECK("people", cases);
}

/* ------------------------------------------------------------------ the others */

static void
reply_to(void **state)
{
    static const struct expected cases[] = {
        {"to a free mailbox",
         "From: a@kitchen.example\nReply-To: <boss.office@gmail.com>\nSubject: x\n\nx\n",
         "reply-to-free", "", "a@kitchen.example → boss.office@gmail.com"},
        {"to another free mailbox", "From: a@gmail.com\nReply-To: b@yahoo.com\nSubject: x\n\nx\n",
         "reply-to-other-box", "", NULL},
        {"twin: to the same address",
         "From: a@gmail.com\nReply-To: A <A@gmail.com>\nSubject: x\n\nx\n", NULL, NULL, NULL},
        {"twin: within the organisation",
         "From: a@news.kitchen.com\nReply-To: help@kitchen.com\nSubject: x\n\nx\n", NULL, NULL,
         NULL},
        {"twin: none", "From: a@kitchen.example\nSubject: x\n\nx\n", NULL, NULL, NULL},
    };
    (void)state;
    CHECK("replyto", cases);
}

static void
brands(void **state)
{
    static const struct expected cases[] = {
        {"the name, a lure and a foreign link",
         HTML("PayPal Support <x@evil.example>",
              "Please verify your account. <a href='https://evil.example/'>Here</a>"),
         "brand-name", "phishing", "PayPal → x@evil.example"},
        {"look-alike letters",
         HTML("=?utf-8?B?0KBheVBhbA==?= <x@evil.example>",
              "Please verify your account. <a href='https://evil.example/'>Here</a>"),
         "brand-name", "phishing", NULL},
        {"Japanese",
         HTML("=?utf-8?B?5LiJ5LqV5L2P5Y+L6YqA6KGM?= <x@evil.example>",
              "ご利用を制限しました。<a href='https://evil.example/'>本人確認</a>"),
         "brand-name", "phishing", "SMBC → x@evil.example"},
        {"the name without a lure is a note",
         HTML("PayPal <x@evil.example>", "Hello. <a href='https://evil.example/'>Here</a>"),
         "brand-name", "", NULL},
        {"a name of several words",
         HTML("Trust Wallet Support <x@evil.example>",
              "Please verify your account. <a href='https://evil.example/'>Here</a>"),
         "brand-name", "phishing", "Trust Wallet → x@evil.example"},
        {"T-E2 capital I for l",
         HTML("Trust WaIIet <x@evil.example>",
              "Please verify your account. <a href='https://evil.example/'>Here</a>"),
         "brand-name", "phishing", NULL},
        {"T-E2 marks of another script on each letter",
         HTML("=?utf-8?B?Qdy/bdy/Ydy/ety/b9y/bg==?= <x@evil.example>",
              "Please verify your account. <a href='https://evil.example/'>Here</a>"),
         "brand-name", "phishing", "Amazon → x@evil.example"},
        {"an everyday word that is the whole name",
         HTML("Apple Support <x@evil.example>", "<a href='https://evil.example/'>Here</a>"),
         "brand-name", "", "Apple → x@evil.example"},
        {"twin: the everyday word in a name of more words",
         HTML("Apple Orchard Farm <x@orchard.example>",
              "Please verify your account. <a href='https://orchard.example/'>Here</a>"),
         NULL, NULL, NULL},
        {"twin: from the brand's own suffix",
         HTML("Apple <x@post.applecard.apple>", "<a href='https://evil.example/'>Here</a>"), NULL,
         NULL, NULL},
        {"F28 a domain with the brand and a lure",
         HTML("Notice <x@paypal-security.example>", "Hello"), "brand-domain", "",
         "PayPal → paypal-security.example"},
        {"F28 a link with the lure in front",
         HTML("Notice <x@evil.example>", "<a href='https://login-my-netflix.example/'>Here</a>"),
         "brand-domain", "", "Netflix → login-my-netflix.example"},
        {"F28 a brand's domain in front of another",
         HTML("Notice <x@evil.example>", "<a href='https://www.paypal.com.evil.example/'>Here</a>"),
         "brand-domain", "", "PayPal → www.paypal.com.evil.example"},
        {"twin: a domain with the brand and another word",
         HTML("Notice <x@apple-orchard.example>", "<a href='https://my-garden.example/'>x</a>"),
         NULL, NULL, NULL},
        {"twin: from there",
         HTML("PayPal <service@mail.paypal.com>",
              "Please verify your account. <a href='https://evil.example/'>Here</a>"),
         NULL, NULL, NULL},
        {"twin: the name among others is a note",
         HTML("\"Kitchen Shop - now with PayPal\" <x@kitchen.example>",
              "Please verify your account. <a href='https://kitchen.example/'>Here</a>"),
         "brand-name", "", NULL},
        {"twin: the text names it",
         HTML("Kitchen <x@kitchen.example>",
              "Pay with PayPal. <a href='https://kitchen.example/'>x</a>"),
         NULL, NULL, NULL},
    };
    (void)state;
    CHECK("brand", cases);
}

static void
callbacks(void **state)
{
    static const struct expected cases[] = {
        {"an invoice, a number, no link",
         TEXT("Geek <g33k@gmail.com>", "Invoice 4711",
              "Your subscription renewal of $399 has been charged. To cancel call our helpline at "
              "+1 (808) 555-0147."),
         "callback", "", "+1 (808) 555-0147"},
        {"twin: with a link",
         TEXT("Shop <s@gmail.com>", "Invoice 4711",
              "Your subscription renewal has been charged. To cancel call our helpline at +1 (808) "
              "555-0147 or see https://shop.example"),
         NULL, NULL, NULL},
        {"twin: a signature",
         TEXT("Bob <bob@kitchen.example>", "Lunch", "See you at one.\nBob\n+1 (808) 555-0147"),
         NULL, NULL, NULL},
        {"twin: no number",
         TEXT(
             "Shop <s@gmail.com>", "Invoice 4711",
             "Your subscription renewal has been charged, order 123456789 of 2026-01-02. To cancel "
             "write to us."),
         NULL, NULL, NULL},
    };
    (void)state;
    CHECK("callback", cases);
}

static void
social(void **state)
{
    static const struct expected cases[] = {
        {"gift cards",
         TEXT("a@b.example", "x", "I need gift cards, scratch the back and send me the codes"),
         "social-gift-card", "", NULL},
        {"urgent and secret",
         TEXT("a@b.example", "Quick task", "Are you available? I am in a meeting."),
         "social-transfer", "", NULL},
        {"bank details", TEXT("a@b.example", "x", "Please note our new bank details."),
         "social-bank-change", "", "\"new bank details\""},
        {"Japanese", TEXT("a@b.example", "x", "振込先の変更をお知らせします"), "social-bank-change",
         "", NULL},
        {"German", TEXT("a@b.example", "x", "unsere neue Bankverbindung"), "social-bank-change", "",
         NULL},
        {"French", TEXT("a@b.example", "x", "nos nouvelles coordonnées\r\n bancaires"),
         "social-bank-change", "", NULL},
        {"wages", TEXT("a@b.example", "x", "I want to change my direct deposit"), "social-payroll",
         "", NULL},
        {"an account", TEXT("a@b.example", "x", "Verify your account within 24 hours."),
         "social-account", "", "\"verify your account\", \"within 24 hours\""},
        {"an inheritance", TEXT("a@b.example", "x", "You are the next of kin of an inheritance"),
         "social-prize", "", NULL},
        {"extortion",
         TEXT("a@b.example", "x",
              "I recorded you through your camera on adult sites. Send 1 BTC to my bitcoin wallet "
              "1BoatSLRHtKNngkdXEeobR76b53LETtpyT within 48 hours."),
         "extortion", "phishing", "1BoatSLRHtKNngkdXEeobR76b53LETtpyT"},
        {"twin: one phrase alone", TEXT("a@b.example", "x", "Thanks for the gift card!"), NULL,
         NULL, NULL},
        {"twin: part of a word", TEXT("a@b.example", "x", "our new bank detailsman"), NULL, NULL,
         NULL},
        {"twin: a long token",
         TEXT("a@b.example", "x", "https://x.example/1BoatSLRHtKNngkdXEeobR76b53LETtpyT"), NULL,
         NULL, NULL},
        {"twin: ordinary mail", TEXT("a@b.example", "Minutes", "Please find the minutes attached."),
         NULL, NULL, NULL},
    };
    (void)state;
    CHECK("social", cases);
}

static void
graymail(void **state)
{
    static const struct expected cases[] = {
        {"a newsletter",
         "From: a@news.example\nList-Unsubscribe: <https://x.example>\nList-Unsubscribe-Post: "
         "List-Unsubscribe=One-Click\nSubject: x\n\nx\n",
         "newsletter", "", NULL},
        {"another",
         "From: a@news.example\nList-Unsubscribe: <https://x.example>\nPrecedence: bulk\nSubject: "
         "x\n\nx\n",
         "newsletter", "", NULL},
        {"a social network",
         "From: LinkedIn <messages@e.linkedin.com>\nList-Unsubscribe: "
         "<https://x.example>\nSubject: x\n\nx\n",
         "social", "", "linkedin.com"},
        {"a mailing list",
         "From: a@b.example\nList-Id: <dev.x.example>\nList-Post: <mailto:dev@x.example>\nSubject: "
         "x\n\nx\n",
         "forum", "", "List-Post"},
        {"other bulk mail", "From: a@b.example\nPrecedence: bulk\nSubject: x\n\nx\n", "bulk", "",
         "Precedence"},
        {"twin: a person", "From: a@b.example\nSubject: unsubscribe\n\nPlease unsubscribe me\n",
         NULL, NULL, NULL},
        {"twin: a bill from a service",
         "From: a@b.example\nFeedback-ID: 1.eu:AmazonSES\nSubject: Your order\n\nx\n", NULL, NULL,
         NULL},
    };
    (void)state;
    CHECK("graymail", cases);
}

/* ------------------------------------------------------------------ limits */

static void
count(void *ctx, int phrase, size_t at)
{
    (void)phrase;
    (void)at;
    ++*(int *)ctx;
}

/* Overlapping phrases, the same one twice, ends of words. */
static void
phrases(void **state)
{
    static const char *const list[] = {"gift card", "card", "gift cards", "card", "カード"};
    struct phrases *p = phrases_new(list, 5);
    int n = 0;

    (void)state;
    phrases_find(p, "gift cards", 10, count, &n);
    assert_int_equal(n, 1); /* "gift card" and "card" do not end there */
    n = 0;
    phrases_find(p, "gift card", 9, count, &n);
    assert_int_equal(n, 3);
    n = 0;
    phrases_find(p, "ギフトカード券", strlen("ギフトカード券"), count, &n);
    assert_int_equal(n, 1);
    phrases_free(&p);
    assert_null(p);
}

/* Everything that begins and ends as a word does, looked for the simple way. */
static int
count_simply(const char *const *list, int n, const char *text)
{
    size_t len = strlen(text);
    int found = 0;

    for (int k = 0; k < n; k++)
        for (const char *p = text; (p = strstr(p, list[k])); p++) {
            const char *end = p + strlen(list[k]);
            bool begins =
                p == text || !isalnum((unsigned char)p[0]) || !isalnum((unsigned char)p[-1]);
            bool ends = end == text + len || !isalnum((unsigned char)end[-1]) ||
                        !isalnum((unsigned char)end[0]);
            found += begins && ends;
        }
    return found;
}

static void
phrases_at_random(void **state)
{
    static const char bytes[] = "aab1 -$\xe3z";
    unsigned r = 1, all = 0;

    (void)state;
    for (int round = 0; round < 300; round++) {
        char text[401] = "", words[12][6] = {""};
        const char *list[12];
        struct phrases *p;
        int n = 0;
        for (int i = 0; i < 400; i++, r = r * 1103515245u + 12345u)
            text[i] = bytes[(r >> 16) % (sizeof bytes - 1)];
        for (int k = 0; k < 12; k++, r = r * 1103515245u + 12345u) {
            memcpy(words[k], text + (r >> 16) % 390, 1 + (r >> 24) % 5);
            list[k] = words[k];
        }
        p = phrases_new(list, 12);
        phrases_find(p, text, 400, count, &n);
        assert_int_equal(n, count_simply(list, 12, text));
        all += (unsigned)n;
        phrases_free(&p);
    }
    assert_true(all > 10000);
}

/* The longest names, texts and lists that there may be end soon. */
static void
limits(void **state)
{
    struct arena *a = arena_new();
    char *mail = arena_alloc(a, 3 << 20), *to = mail;
    struct msg *m;

    (void)state;
    to += snprintf(to, 200, "From: \"");
    for (int i = 0; i < 2000; i++)
        to += snprintf(to, 200, "@Taro.");
    to += snprintf(to, 200, "\" <a@b.example>\nSubject: x\nContent-Type: text/html\n\n");
    for (int i = 0; i < 2000; i++)
        to += snprintf(
            to, 200, "<a href='https://%04d.paypa1.com:81/@@@'>https://%04d.paypal.com</a>", i, i);
    for (int i = 0; i < 20000; i++)
        to += snprintf(to, 200, "1 1 1 +1 verify your account <input ");
    m = scan(a, mail);
    assert_true(m->microseconds < 2000000);
    assert_non_null(find(m, "links", "link-elsewhere"));
    arena_free(&a);
}

static int
prepare(void **state)
{
    (void)state;
    g_mime_init();
    scanners_prepare();
    return 0;
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        {"T-E5 links that lead elsewhere, and their twins", links, NULL, NULL, NULL},
        {"F28 look-alike domains at each closeness", distances, NULL, NULL, NULL},
        {"F28 in From, Reply-To and links; exceptions", lookalikes, NULL, NULL, NULL},
        {"F27 names of high-profile users", people, NULL, NULL, NULL},
        {"F26 answers that go elsewhere", reply_to, NULL, NULL, NULL},
        {"N5 brands that it is not from", brands, NULL, NULL, NULL},
        {"T-E7 call-back invoices", callbacks, NULL, NULL, NULL},
        {"F26 social engineering in several languages", social, NULL, NULL, NULL},
        {"F29 categories of graymail", graymail, NULL, NULL, NULL},
        {"phrases overlap, and end where words do", phrases, NULL, NULL, NULL},
        {"phrases at random", phrases_at_random, NULL, NULL, NULL},
        {"T-M2 large mail ends soon", limits, NULL, NULL, NULL},
    };
    return cmocka_run_group_tests(tests, prepare, NULL);
}
