/* Signals that need no training: who really sends, fields of kits, pictures, offers; each with its benign twin. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <gmime/gmime.h>

#include "common/arena.h"
#include "engine/authn/auth_check.h"
#include "engine/msg/msg.h"
#include "engine/policy/sender_agrees.h"
#include "engine/scan/hosts.h"
#include "engine/scan/origin.h"
#include "engine/scan/scan.h"
#include "found_in.h"

static double
score(const char *mail, const char *scanner, const char *code)
{
    struct arena *a = arena_new();
    const struct msg_finding *f = find(scan(a, mail), scanner, code);
    double s = f ? f->score : 0;

    arena_free(&a);
    return s;
}

/* ------------------------------------------------------------------ who sends */

static void
origin(void **state)
{
    static const struct expected cases[] = {
        {"unsigned, and leads elsewhere",
         MAIL("From: Parcels <k@bakery.example>\nSubject: x\n", LINK("https://evil.example/a")),
         "origin", "origin-elsewhere", "bakery.example → evil.example"},
        {"signed by somebody else only",
         MAIL(SIGNED("tenant.onmicrosoft.com") "From: Parcels <k@bakery.example>\nSubject: x\n",
              LINK("https://evil.example/a")),
         "origin", "origin-elsewhere", NULL},
        {"the name is not in the address",
         MAIL("From: Parcels <k@bakery.example>\nSubject: x\n", LINK("https://evil.example/a")),
         "origin", "origin-name", "Parcels → k@bakery.example"},
        {"twin: signed, by way of a service for newsletters",
         MAIL(SIGNED("bakery.example") "From: Bakery <news@bakery.example>\nSubject: x\n",
              LINK("https://u1.ct.sendgrid.net/ls")),
         "origin", NULL, NULL},
        {"twin: a small company that does not sign",
         MAIL("From: Anna <anna@bakery.example>\nSubject: x\n",
              LINK("https://www.bakery.example/") LINK("https://maps.example/")),
         "origin", NULL, NULL},
        {"twin: its name under another suffix",
         MAIL("From: Bakery <info@bakery.example>\nSubject: x\n", LINK("https://bakery.de/")),
         "origin", NULL, NULL},
        {"twin: links to social networks alone",
         MAIL("From: Bakery <info@bakery.example>\nSubject: x\n",
              LINK("https://www.facebook.com/bakery")),
         "origin", NULL, NULL},
        {"twin: a parcel service by way of a service that signs for it",
         MAIL(SIGNED("dhl.de") "From: DHL <noreply@dhl.de>\nSubject: x\n",
              LINK("https://click.parcels.example/t")),
         "origin", NULL, NULL},
        {"twin: a bank in Japan",
         MAIL(SIGNED(
                  "smbc.co.jp") "From: =?utf-8?B?5LiJ5LqV5L2P5Y+L6YqA6KGM?= <mail@msg.smbc.co.jp>\n"
                                "Subject: x\n",
              LINK("https://www.smbc.co.jp/") LINK("https://a24.hm-f.jp/c")),
         "origin", NULL, NULL},
        {"a free mailbox, and one page",
         MAIL(SIGNED("gmail.com") "From: Anna <anna@gmail.com>\nSubject: x\n",
              LINK("https://evil.example/a")),
         "origin", "origin-freemail-link", "anna@gmail.com → evil.example"},
        {"twin: an answer from a free mailbox",
         MAIL(SIGNED(
                  "gmail.com") "From: Anna <anna@gmail.com>\nSubject: Re: x\nIn-Reply-To: <1@b>\n",
              LINK("https://evil.example/a")),
         "origin", NULL, NULL},
        {"twin: the page of the free mailbox's owner is not his",
         MAIL(SIGNED("gmail.com") "From: Anna <anna@gmail.com>\nSubject: x\n",
              LINK("https://docs.google.com/forms/x")),
         "origin", "origin-freemail-link", NULL},
        {"a name for a day",
         MAIL(SIGNED("abc.icu") "From: A <a@abc.icu>\nSubject: x\n", LINK("https://abc.icu/")),
         "origin", "suffix-cheap", "abc.icu"},
        {"twin: where a parcel is",
         MAIL("From: Bakery <info@bakery.example>\nSubject: x\n",
              LINK("https://www.ups.com/track?tracknum=1Z9")),
         "origin", NULL, NULL},
        {"twin: a film, and a place on a map",
         MAIL("From: Bakery <info@bakery.example>\nSubject: x\n",
              LINK("https://youtu.be/abc") LINK("https://maps.app.goo.gl/abc")),
         "links", NULL, NULL},
        {"a brand's page that leads elsewhere",
         MAIL("From: Bakery <info@bakery.example>\nSubject: x\n",
              LINK("https://www.ups.com/go?u=https://evil.example/")),
         "origin", "origin-elsewhere", NULL},
        {"a brand's page that is a customer's",
         MAIL("From: Bakery <info@bakery.example>\nSubject: x\n",
              LINK("https://tenant.sharepoint.com/x")),
         "origin", "origin-elsewhere", NULL},
        {"twin: a card that leads to a social network",
         MAIL("From: Bakery <info@bakery.example>\nSubject: x\n",
              "<a href='https://www.facebook.com/bakery'><img src='cid:a'></a>"),
         "picture", NULL, NULL},
        {"no From at all", "Subject: x\n\nhttps://evil.example/\n", "origin", NULL, NULL},
    };

    (void)state;
    CHECK(cases);
}

/* What has an explanation counts less, but is not believed altogether. */
static void
mild(void **state)
{
    double full = score(
               MAIL("From: A <k@bakery.example>\nSubject: x\n", LINK("https://evil.example/a")),
               "origin", "origin-elsewhere"),
           answer = score(MAIL("From: A <k@bakery.example>\nSubject: Re: x\nReferences: <1@b>\n",
                               LINK("https://evil.example/a")),
                          "origin", "origin-elsewhere"),
           fields = score(MAIL("From: A <k@bakery.example>\nSubject: x\nReferences: <1@b>\n",
                               LINK("https://evil.example/a")),
                          "origin", "origin-elsewhere"),
           service = score(MAIL(SIGNED("sendgrid.net") "From: A <k@bakery.example>\nSubject: x\n",
                                LINK("https://evil.example/a")),
                           "origin", "origin-elsewhere");

    (void)state;
    assert_true(full >= 2);
    assert_true(answer < full / 2);
    assert_true(fields >= full); /* fields alone make no conversation */
    assert_true(service < full && service > 0);
}

/* Whoever signs does it behind the gateway. */
static void
outbound(void **state)
{
    const char *mail =
        MAIL("From: A <k@bakery.example>\nSubject: x\n", LINK("https://other.example/a"));
    struct arena *a = arena_new();

    (void)state;
    assert_null(find(scan_as(a, mail, "out"), "origin", NULL));
    arena_free(&a);
}

static void
weigh(const struct auth_outcome *auth, double *elsewhere, double *name)
{
    struct arena *a = arena_new();
    struct msg *m = scan(
        a, MAIL("From: Parcels <k@bakery.example>\nSubject: x\n", LINK("https://evil.example/a")));

    sender_agrees(m, auth);
    *elsewhere = find(m, "origin", "origin-elsewhere")->score;
    *name = find(m, "origin", "origin-name")->score;
    arena_free(&a);
}

/* A small company's server that signs nothing, but is in its domain's SPF record. */
static void
proven(void **state)
{
    struct auth_outcome spf = {.spf = {.status = SPF_PASS, .domain = "bakery.example"},
                               .dmarc = {.status = DMARC_NONE, .from_domain = "bakery.example"}},
                        other = spf;
    double elsewhere, name, x, y;

    (void)state;
    weigh(NULL, &elsewhere, &name);
    weigh(&spf, &x, &y);
    assert_true(x > 0 && x < elsewhere / 2 && y > 0 && y < name / 2);
    other.spf.domain = "rented.example"; /* somebody else's server */
    weigh(&other, &x, &y);
    assert_true(x >= elsewhere && y >= name);
}

/* d= is found however the field is written, and only as a tag. */
static void
signatures(void **state)
{
    static const struct {
        const char *field;
        bool own;
    } cases[] = {
        {"DKIM-Signature: v=1; d=bakery.example; s=a\n", true},
        {"dkim-signature: v=1;\n d = mail.Bakery.EXAMPLE ;\n s=a\n", true},
        {"DKIM-Signature: v=1; d=bakery.example\n", true},
        {"DKIM-Signature: v=1; bd=bakery.example; s=a\n", false},
        {"DKIM-Signature: v=1; s=d=bakery.example\n", false},
        {"DKIM-Signature: v=1; d=; s=a\n", false},
        {"DKIM-Signature: d\n", false},
        {"DKIM-Signature: \n", false},
        {"DKIM-Signature: v=1; d=bakery.example.evil.example; s=a\n", false},
        {"X: y\n", false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena *a = arena_new();
        struct msg *m =
            scan(a, arena_printf(a, "%sFrom: A <a@bakery.example>\n\nx\n", cases[i].field));
        if (origin_of(m)->signed_own != cases[i].own)
            fail_msg("%s", cases[i].field);
        arena_free(&a);
    }
}

/* ------------------------------------------------------------------ fields of kits */

#define PLAIN(head) head "\nWe meet at ten.\n"

static void
kits(void **state)
{
    static const struct expected cases[] = {
        {"a comma behind the name", PLAIN("From: Big Prize, <a@b.example>\nSubject: x\n"), "kit",
         "from-broken", NULL},
        {"twin: a comma in the name", PLAIN("From: \"Doe, Jane\" <a@b.example>\nSubject: x\n"),
         "kit", NULL, NULL},
        {"twin: a comma in a name without quotes",
         PLAIN("From: Doe, Jane <a@b.example>\nSubject: x\n"), "kit", NULL, NULL},
        {"a field's name in small letters", PLAIN("From: A <a@b.example>\nsender: a@b.example\n"),
         "kit", "field-name", "sender"},
        {"twin: other fields are written as people like",
         PLAIN("From: A <a@b.example>\nx-id: 1\nSubject: x\n"), "kit", NULL, NULL},
        {"unsubscribing leads nowhere",
         PLAIN("From: A <a@b.example>\nList-Unsubscribe: <abc.def@b.example>\n"), "kit",
         "unsubscribe-nowhere", NULL},
        {"twin: by mail", PLAIN("From: A <a@b.example>\nList-Unsubscribe: <mailto:u@b.example>\n"),
         "kit", NULL, NULL},
        {"letters in codes",
         PLAIN("From: A <a@b.example>\nSubject: =?UTF-8?Q?=46=72=65=65=20=67=69?=\n"), "kit",
         "coded-letters", "Free gi"},
        {"twin: umlauts in codes",
         PLAIN("From: A <a@b.example>\nSubject: =?UTF-8?Q?Gr=C3=BC=C3=9Fe_aus_K=C3=B6ln?=\n"),
         "kit", NULL, NULL},
        {"the recipient's address in the subject",
         PLAIN("From: A <a@b.example>\nTo: hanako@sekisho-test.co.jp\n"
               "Subject: hanako@sekisho-test.co.jp, you were chosen\n"),
         "kit", "recipient-in-subject", "hanako@sekisho-test.co.jp"},
        {"twin: his name in it",
         PLAIN("From: A <a@b.example>\nTo: hanako@sekisho-test.co.jp\nSubject: For Hanako\n"),
         "kit", NULL, NULL},
        {"in his own name from outside",
         PLAIN("From: <Hanako@sekisho-test.co.jp>\nTo: hanako@sekisho-test.co.jp\nSubject: x\n"),
         "kit", "to-self", NULL},
        {"twin: signed by his own domain",
         PLAIN(SIGNED("sekisho-test.co.jp") "From: hanako@sekisho-test.co.jp\n"
                                            "To: hanako@sekisho-test.co.jp\nSubject: x\n"),
         "kit", NULL, NULL},
        {"twin: a list that writes to itself",
         PLAIN("From: list@b.example\nTo: list@b.example\nSubject: x\n"), "kit", NULL, NULL},
        {"chance at the end", PLAIN("From: A <a@b.example>\nSubject: Your bill qWrUAngJaLJzBn\n"),
         "kit", "subject-tail", "qWrUAngJaLJzBn"},
        {"twin: names", PLAIN("From: A <a@b.example>\nSubject: The new iPhone15ProMax\n"), "kit",
         NULL, NULL},
        {"twin: a number of an order",
         PLAIN("From: A <a@b.example>\nSubject: Order AB12CD34EF56\n"), "kit", NULL, NULL},
        {"twin: a commit", PLAIN("From: A <a@b.example>\nSubject: Build 3f2a9c01bb74e1\n"), "kit",
         NULL, NULL},
        {"a host nobody can say", PLAIN("From: A <a@qsrrnhrb.b.example>\nSubject: x\n"), "kit",
         "from-chance", "qsrrnhrb.b.example"},
        {"twin: a host in German", PLAIN("From: A <a@schlossschmiede.example>\nSubject: x\n"),
         "kit", NULL, NULL},
        {"words without blanks", PLAIN("From: A <a@b.example>\nSubject: Your_payment_of_today\n"),
         "kit", "subject-joined", NULL},
        {"twin: a file's name", PLAIN("From: A <a@b.example>\nSubject: scan_2024.pdf\n"), "kit",
         NULL, NULL},
        {"twin: a backup's name",
         PLAIN("From: A <a@b.example>\nSubject: backup-db1-2026-11-28_03.00\n"), "kit", NULL, NULL},
        {"twin: Japanese has no blanks",
         PLAIN("From: A <a@b.example>\nSubject: 【議事録】2026.11.28-総務_営業-資料\n"), "kit",
         NULL, NULL},
        {"twin: no subject at all", PLAIN("From: A <a@b.example>\n"), "kit", NULL, NULL},
        {"to nobody", "From: A <a@b.example>\nSubject: x\n\nHello\n", "kit", "to-nobody", NULL},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena *a = arena_new();
        struct expected x = cases[i];
        /* all but those about To are to somebody */
        if (!strstr(x.mail, "To:") && (!x.code || strcmp(x.code, "to-nobody") != 0))
            x.mail = arena_printf(a, "To: hanako@sekisho-test.co.jp\n%s", x.mail);
        check(&x, 1);
        arena_free(&a);
    }
}

/* ------------------------------------------------------------------ pictures and files */

#define PDF(from, text)                                                                        \
    from "To: hanako@sekisho-test.co.jp\nSubject: x\nMIME-Version: 1.0\n"                      \
         "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\n" text \
         "\n--b\nContent-Type: application/pdf; name=a.pdf\n"                                  \
         "Content-Disposition: attachment; filename=a.pdf\n\n%PDF-1.4\n%%EOF\n--b--\n"

static void
pictures(void **state)
{
    static const struct expected cases[] = {
        {"a picture is all there is",
         MAIL("From: A <a@b.example>\nSubject: x\n",
              "<a href='https://evil.example/'><img src='https://evil.example/a.png'></a>"),
         "picture", "picture-only", "evil.example"},
        {"twin: a poster that leads to its sender",
         MAIL("From: A <a@b.example>\nSubject: x\n",
              "<a href='https://www.b.example/'><img src='https://www.b.example/a.png'></a>"),
         "picture", NULL, NULL},
        {"twin: a logo in front of text",
         MAIL(
             "From: A <a@b.example>\nSubject: x\n",
             "<a href='https://shop.example/'><img src='https://shop.example/a.png'></a>"
             "<p>Dear Hanako, the minutes of our meeting are below. We decided to paint the "
             "kitchen, to buy two chairs and a lamp for it, and to meet again in two weeks at the "
             "usual place. Anna brings cake, Taro the drinks. Please tell me what I forgot in this "
             "list, and whether the date is all right for you.</p>"),
         "picture", NULL, NULL},
        {"pictures from where anybody puts them",
         MAIL("From: A <a@b.example>\nSubject: x\n",
              "<p>Hello</p><img src='https://i.imgur.com/a.png'>"),
         "picture", "picture-host", "i.imgur.com"},
        {"a document and nothing to read", PDF("From: A <a1@gmail.com>\n", "see file"), "alone",
         "file-alone", "a.pdf"},
        {"twin: from a company", PDF("From: A <a@b.example>\n", "see file"), "alone", NULL, NULL},
        {"twin: with a letter",
         PDF("From: A <a1@gmail.com>\n",
             "Dear Hanako, here are the minutes of our meeting. Anna brings cake, Taro the drinks; "
             "please tell me what I forgot in this list."),
         "alone", NULL, NULL},
        {"a sum, and where to get it",
         MAIL("From: A <a1@gmail.com>\nSubject: x\n",
              "<p>Your balance of +$11,443 waits</p><a href='https://evil.example/'>here</a>"),
         "alone", "sum-freemail", "11,443"},
        {"twin: an answer",
         MAIL("From: A <a1@gmail.com>\nSubject: Re: x\nReferences: <1@b>\n",
              "<p>It costs 11,443 $</p><a href='https://evil.example/'>here</a>"),
         "alone", NULL, NULL},
        {"twin: a small sum, a year",
         MAIL("From: A <a1@gmail.com>\nSubject: x\n",
              "<p>It was 114.43 $ in 2023</p><a href='https://evil.example/'>here</a>"),
         "alone", NULL, NULL},
    };

    (void)state;
    CHECK(cases);
}

/* ------------------------------------------------------------------ offers, brands, hosts */

static void
offers(void **state)
{
    static const struct expected cases[] = {
        {"a parcel that waits, from a bakery",
         MAIL("From: Parcels <k@bakery.example>\nSubject: Ihr Paket\n",
              LINK("https://evil.example/")),
         "social", "offer-parcel", "\"ihr paket\""},
        {"twin: from the parcel service",
         MAIL(SIGNED("dhl.de") "From: DHL <noreply@dhl.de>\nSubject: Ihr Paket\n",
              LINK("https://www.dhl.de/x")),
         "social", NULL, NULL},
        {"a wallet to confirm",
         MAIL(SIGNED("bakery.example") "From: A <k@bakery.example>\nSubject: Verify your wallet\n",
              LINK("https://bakery.example/")),
         "social", "social-crypto", NULL},
        {"coins",
         MAIL(SIGNED("b.example") "From: A <k@b.example>\nSubject: BTC, ETH, USDT\n", "Hi"),
         "social", "social-coin", NULL},
        {"twin: from an exchange",
         MAIL(SIGNED("coinbase.com") "From: Coinbase <no-reply@coinbase.com>\nSubject: BTC, ETH, "
                                     "USDT\n",
              "Hi"),
         "social", NULL, NULL},
        {"a brand as part of a name, and nothing agrees",
         MAIL("From: Decathlon Gutschein <k@bakery.example>\nSubject: x\n",
              LINK("https://evil.example/")),
         "brand", "brand-name", NULL},
        {"a brand in the subject, and nothing agrees",
         MAIL("From: A <k@bakery.example>\nSubject: Lidl gift\n", LINK("https://evil.example/")),
         "brand", "brand-subject", "Lidl → evil.example"},
        {"a brand in the subject, from a free mailbox",
         MAIL("From: A <k@gmail.com>\nSubject: Nubank: account verification\n", "Call us"), "brand",
         "brand-subject", "Nubank → k@gmail.com"},
        {"twin: its customer writes",
         MAIL("From: A <k@gmail.com>\nSubject: My time at Nubank\n", "Hello"), "brand", NULL, NULL},
        {"signs of three kinds",
         MAIL("From: Parcels <k@bakery.example>\nsender: k@bakery.example\nSubject: Ihr Paket\n",
              LINK("https://evil.example/")),
         "signs", "many-signs", "3"},
        {"twin: of two",
         MAIL("From: Parcels <k@bakery.example>\nSubject: Ihr Paket\n",
              LINK("https://evil.example/")),
         "signs", NULL, NULL},
        {"twin: somebody who was there",
         MAIL("From: A <k@bakery.example>\nSubject: I was at Lidl\n",
              LINK("https://www.bakery.example/") LINK("https://www.bakery.example/2")),
         "brand", NULL, NULL},
        {"a page on a shared host, in a newsletter of nobody",
         MAIL("From: A <k@bakery.example>\nList-Unsubscribe: <mailto:a@b.example>\nSubject: x\n",
              LINK("https://x.vercel.app/")),
         "links", "link-shared-host", "x.vercel.app"},
    };

    (void)state;
    CHECK(cases);
    assert_true(
        score(MAIL("From: Decathlon Gutschein <k@bakery.example>\nSubject: x\n",
                   LINK("https://evil.example/")),
              "brand", "brand-name") >
        score(MAIL(SIGNED("sports.example") "From: Decathlon Fans <k@sports.example>\nSubject: x\n",
                   LINK("https://sports.example/")),
              "brand", "brand-name"));
}

/* Names under which anybody gets one are shared hosts, names that are bought are not. */
static void
shared(void **state)
{
    (void)state;
    assert_true(host_known("a.b.web.app") & HOST_SHARED);
    assert_true(host_known("shop.myshopify.com") & HOST_SHARED); /* of the list of suffixes */
    assert_true(host_known("i.imgur.com") & HOST_PICTURES);
    assert_false(host_known("shop.co.uk"));
    assert_false(host_known("shop.uk.com"));
    assert_false(host_known("shop.example"));
    assert_false(host_known("localhost"));
    assert_false(host_known(""));
    assert_false(host_known("192.0.2.1"));
}

/* The longest fields and most links that there may be end soon. */
static void
limits(void **state)
{
    struct arena *a = arena_new();
    char *mail = arena_alloc(a, 4 << 20), *to = mail;
    struct msg *m;

    (void)state;
    to += snprintf(to, 200, "From: A <a@b.example>\nDKIM-Signature: ");
    for (int i = 0; i < 50000; i++)
        to += snprintf(to, 200, "d ;");
    to += snprintf(to, 200, "\nSubject: =?utf-8?q?");
    for (int i = 0; i < 50000; i++)
        to += snprintf(to, 200, "=4");
    to += snprintf(to, 200, "?=\nContent-Type: text/html\n\n");
    for (int i = 0; i < 5000; i++)
        to += snprintf(to, 200,
                       "<a href='https://h%d.example/'><img src='https://i%d.example'></a>", i, i);
    m = scan(a, mail);
    assert_true(m->microseconds < 2000000);
    assert_non_null(find(m, "origin", "origin-elsewhere"));
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
        {"F26 nothing agrees with the sender, and twins", origin, NULL, NULL, NULL},
        {"F26 what has an explanation counts less", mild, NULL, NULL, NULL},
        {"F26 mail from inside", outbound, NULL, NULL, NULL},
        {"F26 a sender who is proven", proven, NULL, NULL, NULL},
        {"F26 domains that sign", signatures, NULL, NULL, NULL},
        {"F26 header fields as no mail program writes them", kits, NULL, NULL, NULL},
        {"F26 pictures and documents instead of text", pictures, NULL, NULL, NULL},
        {"F26 offers, brands and shared hosts", offers, NULL, NULL, NULL},
        {"F26 shared hosts by the list of suffixes", shared, NULL, NULL, NULL},
        {"T-M2 large mail ends soon", limits, NULL, NULL, NULL},
    };
    return cmocka_run_group_tests(tests, prepare, NULL);
}
