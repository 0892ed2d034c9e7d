/* What anybody may borrow to speak or to lead in somebody else's name; each sign with its benign twin. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <gmime/gmime.h>

#include "common/arena.h"
#include "engine/msg/msg.h"
#include "engine/scan/money.h"
#include "engine/scan/scan.h"
#include "found_in.h"

#define ANSWER "Subject: Re: x\nIn-Reply-To: <1@b>\n"

/* ------------------------------------------------------------------ senders */

static void
senders(void **state)
{
    static const struct expected cases[] = {
        {"a name that a service gave for a start",
         MAIL(SIGNED("abc123.onmicrosoft.com") "From: HR <hr@abc123.onmicrosoft.com>\nSubject: x\n",
              TEXT),
         "borrowed", "borrowed-tenant", "abc123.onmicrosoft.com"},
        {"twin: the service itself, and a name of one's own",
         MAIL(SIGNED("bakery.example") SIGNED("bakery.onmicrosoft.com") "From: Bakery <hr@"
                                                                        "bakery.example>\n"
                                                                        "Subject: x\n",
              TEXT),
         "borrowed", NULL, NULL},
        {"a free mailbox that only its address knows",
         MAIL(SIGNED("rented.example") "From: Anna <anna@gmail.com>\nSubject: x\n", TEXT),
         "borrowed", "borrowed-mailbox", "anna@gmail.com → rented.example"},
        {"... without any signature", MAIL("From: Anna <anna@gmx.de>\nSubject: x\n", TEXT),
         "borrowed", "borrowed-mailbox", "anna@gmx.de"},
        {"twin: signed by its provider",
         MAIL(SIGNED("gmail.com") "From: Anna <anna@gmail.com>\nSubject: x\n", TEXT), "borrowed",
         NULL, NULL},
        {"twin: by way of a list, which changes what is signed",
         MAIL(
             "From: Anna <anna@gmail.com>\nSubject: [list] x\nList-Post: <mailto:l@list.example>\n",
             TEXT),
         "borrowed", NULL, NULL},
        {"twin: forwarded by others, who sealed it",
         MAIL("ARC-Seal: i=2; a=rsa-sha256; d=x.example; s=a; cv=pass; b=x\nFrom: Anna "
              "<anna@gmail.com>\nSubject: x\n",
              TEXT),
         "borrowed", NULL, NULL},
        {"twin: of days when nobody signed",
         "From: Anna <anna@hotmail.com>\nTo: hanako@sekisho-test.co.jp\nSubject: x\n\nHello, see "
         "http://bakery.example/ please.\n",
         "borrowed", NULL, NULL},
    };

    (void)state;
    CHECK(cases);
}

/* ------------------------------------------------------------------ links */

static void
links(void **state)
{
    static const struct expected cases[] = {
        {"T-E6 a result of a search",
         MAIL(SIGNED("bakery.example") "From: A <a@bakery.example>\n"
                                       "Subject: x\n",
              LINK("https://www.bing.com/ck/a?!&&p=1&u="
                   "a1aHR0cHM6Ly9ldmlsLmV4YW1wbGUv&ntb=1")),
         "borrowed", "borrowed-search", "www.bing.com"},
        {"T-E6 ... of another",
         MAIL(SIGNED("bakery.example") "From: A <a@bakery.example>\nSubject: x\n",
              LINK("https://www.google.com/url?q=https://evil.example/&amp;sa=D")),
         "borrowed", "borrowed-search", "www.google.com"},
        {"twin: a search, a place on a map",
         MAIL(SIGNED("bakery.example") "From: A <a@bakery.example>\nSubject: x\n",
              LINK("https://www.google.com/search?q=bread")
                  LINK("https://www.google.com/maps/place/x")),
         "borrowed", NULL, NULL},
        {"twin: the search engine's own mail",
         MAIL(SIGNED("google.com") "From: Calendar <calendar-notification@google.com>\nSubject: "
                                   "x\n",
              LINK("https://www.google.com/url?q=https://meet.example/&amp;sa=D")),
         "borrowed", NULL, NULL},
        {"twin: an answer with what somebody found",
         MAIL(SIGNED("bakery.example") "From: A <a@bakery.example>\n" ANSWER,
              LINK("https://www.google.com/url?q=https://evil.example/&amp;sa=D")),
         "borrowed", NULL, NULL},
        {"a sum in the subject, and a form",
         MAIL(SIGNED("shop.example") "From: Shop <n@shop.example>\nSubject: Confirm +$1,500\n",
              LINK("https://docs.google.com/forms/d/e/1/viewform")),
         "borrowed", "borrowed-form", "1,500 → docs.google.com"},
        {"a name that is a message of its own",
         MAIL(SIGNED("shop.example") "From: Shop <n@shop.example>\nSubject: Welcome\n",
              "<p>Hi +$1,733 https://forms.yandex.com/cloud/65, thanks for joining.</p>"),
         "borrowed", "borrowed-form", "1,733 → forms.yandex.com"},
        {"twin: a form alone",
         MAIL(SIGNED("school.example") "From: School <n@school.example>\nSubject: Trip in May\n",
              LINK("https://forms.gle/abc")),
         "borrowed", NULL, NULL},
        {"twin: a sum alone, and a document",
         MAIL(SIGNED("shop.example") "From: Shop <n@shop.example>\nSubject: Your order, 50 EUR\n",
              LINK("https://docs.google.com/document/d/1")),
         "borrowed", NULL, NULL},
        {"a sum in the subject, from a free mailbox",
         MAIL(SIGNED("gmail.com") "From: A <a@gmail.com>\nSubject: Released: +$189\n",
              LINK("https://evil.example/")),
         "alone", "sum-subject", "189"},
        {"twin: ... to somebody who asked",
         MAIL(SIGNED("gmail.com") "From: A <a@gmail.com>\nSubject: Re: the bicycle for 150 EUR\n"
                                  "In-Reply-To: <1@b>\n",
              LINK("https://bikes.example/")),
         "alone", NULL, NULL},
    };

    (void)state;
    CHECK(cases);
}

static void
copies(void **state)
{
    static const struct expected cases[] = {
        {"pictures by way of a mail program in the web",
         MAIL(SIGNED("bakery.example") "From: A <a@bakery.example>\nSubject: x\n",
              TEXT "<img src='https://ci3.googleusercontent.com/meips/ADKq=s0-d-e1-ft#"
                   "https://brand.example/logo.png'>"),
         "borrowed", "copied-mail", "ci3.googleusercontent.com"},
        {"twin: in an answer",
         MAIL(SIGNED("bakery.example") "From: A <a@bakery.example>\n" ANSWER,
              TEXT "<img src='https://ci3.googleusercontent.com/meips/ADKq=s0-d-e1-ft#x'>"),
         "borrowed", NULL, NULL},
        {"twin: a signature's picture, as the mail program keeps it",
         MAIL(SIGNED("bakery.example") "From: A <a@bakery.example>\nSubject: x\n",
              TEXT "<img src='https://ci3.googleusercontent.com/mail-sig/AIorK4x'>"),
         "borrowed", NULL, NULL},
        {"twin: a picture of a document",
         MAIL(SIGNED("bakery.example") "From: A <a@bakery.example>\nSubject: x\n",
              TEXT "<img src='https://lh3.googleusercontent.com/d/abc'>"),
         "borrowed", NULL, NULL},
    };

    (void)state;
    CHECK(cases);
}

/* ------------------------------------------------------------------ what is not shown */

#define ALTERNATIVES_AS(kind, words, page)                                                         \
    SIGNED("bakery.example")                                                                       \
    "From: A <a@bakery.example>\nTo: hanako@sekisho-test.co.jp\nSubject: x\nMIME-Version: "        \
    "1.0\nContent-Type: multipart/" kind "; boundary=b\n\n--b\nContent-Type: text/plain\n\n" words \
    "\n--b\n" page "\n<p>Bread of today, and cakes of tomorrow, fresh from the oven.</p>\n--b--\n"
#define PAGE "Content-Type: text/html; charset=utf-8\n"
#define ALTERNATIVES(kind, words) ALTERNATIVES_AS(kind, words, PAGE)
#define FILLER                                                                                    \
    "Flour, water and salt are all that a loaf needs, and a night of rest. What is baked before " \
    "six is on the shelves by seven, and what is left at noon goes to those who need it more. "
#define ASKS                                                                       \
    FILLER FILLER FILLER                                                           \
        "There was suspicious activity: verify your account. A suspicious login! " \
        "Confirm your identity." FILLER FILLER

static void
unseen(void **state)
{
    static const struct expected cases[] = {
        {"T-E1 long plain text instead of which a page is shown asks nobody",
         ALTERNATIVES("alternative", ASKS), "social", NULL, NULL},
        {"T-E1 twin: beside a page, as programs show both", ALTERNATIVES("mixed", ASKS), "social",
         "social-account", NULL},
        {"T-E1 the only page is one for watches, so the plain text is shown",
         ALTERNATIVES_AS("alternative", ASKS, "Content-Type: text/watch-html\n"), "social",
         "social-account", NULL},
        {"T-E1 ... or one of the few that open AMP",
         ALTERNATIVES_AS("alternative", ASKS, "Content-Type: text/x-amp-html\n"), "social",
         "social-account", NULL},
        {"T-E1 ... or in a message beside it",
         ALTERNATIVES_AS("alternative", ASKS, "Content-Type: message/rfc822\n\nSubject: y\n" PAGE),
         "social", "social-account", NULL},
        {"T-E1 twin: a page with its pictures",
         ALTERNATIVES_AS("alternative", ASKS,
                         "Content-Type: multipart/related; boundary=r\n\n--r\n" PAGE),
         "social", NULL, NULL},
        {"T-E1 twin: as long as the page",
         ALTERNATIVES("alternative",
                      "There was suspicious activity: verify your account. A suspicious login!"),
         "social", "social-account", NULL},
    };

    (void)state;
    CHECK(cases);
}

/* Signed, and one page elsewhere: less when pictures are the sender's own, who then has a server. */
static void
own_pictures(void **state)
{
    static const struct expected cases[] = {
        {"a page elsewhere",
         MAIL(SIGNED("visits.example") "From: Doctor Who <n@visits.example>\nSubject: x\n",
              LINK("https://evil.example/a")),
         "origin", "origin-link", NULL},
        {"twin: with its own pictures",
         MAIL(SIGNED("visits.example") "From: Doctor Who <n@visits.example>\nSubject: x\n",
              "<img src='https://www.visits.example/logo.png'>" LINK("https://evil.example/a")),
         "origin", NULL, NULL},
        {"twin: a short link of a service",
         MAIL(SIGNED("visits.example") "From: Visits <n@visits.example>\nSubject: x\n",
              LINK("https://vst.link/a")),
         "origin", NULL, NULL},
        {"a sender for a day",
         MAIL(SIGNED("vst.link") "From: Visits <n@vst.link>\nSubject: x\n",
              LINK("https://vst.link/a")),
         "origin", "suffix-cheap", "vst.link"},
    };

    (void)state;
    CHECK(cases);
}

/* ------------------------------------------------------------------ words */

#define FROM_SHOP SIGNED("shop.example") "From: Shop <n@shop.example>\n"

static void
words(void **state)
{
    static const struct expected cases[] = {
        {"an account, in Dutch",
         MAIL(FROM_SHOP "Subject: Laatste waarschuwing\n",
              "<p>Uw betaling is mislukt. Uw account is geblokkeerd: bevestig uw gegevens.</p>"),
         "social", "social-account", NULL},
        {"twin: an order, in Dutch",
         MAIL(FROM_SHOP "Subject: Uw bestelling\n",
              "<p>Bedankt voor uw bestelling. Uw betaling is gelukt, het pakket wacht op u in de "
              "winkel. Met uw account ziet u al uw bestellingen.</p>"),
         "social", NULL, NULL},
        {"an account, in German",
         MAIL(FROM_SHOP "Subject: Letzte Erinnerung\n",
              "<p>Ihr Konto wurde vorsorglich angehalten. Daten bestätigen: innerhalb von 48 "
              "Stunden, sonst folgt die Kontosperrung.</p>"),
         "social", "social-account", NULL},
        {"twin: a bill, in German",
         MAIL(
             FROM_SHOP "Subject: Ihre Rechnung\n",
             "<p>Vielen Dank für Ihren Einkauf. Die Rechnung finden Sie in Ihrem Konto, der Betrag "
             "wird in den nächsten Tagen abgebucht.</p>"),
         "social", NULL, NULL},
        {"a wallet, in English",
         MAIL(FROM_SHOP "Subject: Notice\n", "<p>Please migrate your tokens today.</p>"), "social",
         "social-crypto", NULL},
        {"twin: a wallet to put into a pocket",
         MAIL(FROM_SHOP "Subject: New in\n",
              "<p>Upgrade your style: wallets of leather, with a token for the cart.</p>"),
         "social", NULL, NULL},
    };

    (void)state;
    CHECK(cases);
}

/* ------------------------------------------------------------------ sums */

static void
sums(void **state)
{
    static const struct {
        const char *text, *sum;
        size_t digits;
    } cases[] = {
        {"you get $1,500.00 today", "1,500.00", 4},
        {"you get 1500 euros", "1500", 4},
        {"$150.00", NULL, 4},
        {"$15", "15", 2},
        {"0.52 ETH waits", "0.52", 4},
        {"2 ethernet cables", NULL, 1},
        {"at 17:30 in room 1200", NULL, 2},
        {"", NULL, 1},
        {"5", NULL, 1},
        {"20 ", NULL, 1},
        {"5us", NULL, 1},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena *a = arena_new();
        const char *s = money_sum(a, cases[i].text, strlen(cases[i].text), cases[i].digits);
        if ((!s) != (!cases[i].sum) || (s && strcmp(s, cases[i].sum) != 0))
            fail_msg("%s: %s", cases[i].text, s ? s : "none");
        arena_free(&a);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        {"F26 borrowed names and mailboxes, and twins", senders, NULL, NULL, NULL},
        {"F26 T-E6 borrowed forms and results of searches, and twins", links, NULL, NULL, NULL},
        {"F26 copies out of a mail program, and twins", copies, NULL, NULL, NULL},
        {"T-E1 words that no reader sees ask nobody", unseen, NULL, NULL, NULL},
        {"F26 one page elsewhere, and twins", own_pictures, NULL, NULL, NULL},
        {"F28 words about accounts and wallets, and twins", words, NULL, NULL, NULL},
        {"F26 sums of money", sums, NULL, NULL, NULL},
    };

    g_mime_init();
    scanners_prepare();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
