/* Habits of those who send unwanted mail to many; each with its benign twin. */
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
#include "engine/scan/scan.h"
#include "found_in.h"

#define ANSWER "Subject: Re: x\nIn-Reply-To: <1@b>\n"

#define HEAD SIGNED("bakery.example") "From: Bakery <a@bakery.example>\nSubject: x\n"
#define STOLEN "From: Bakery <a@bakery.example>\nSubject: x\n"
#define LEAVE TEXT "<p><a href='https://out.example/u'>Unsubscribe</a></p>"
#define BR "<br>"
#define BR16 BR BR "<br/>" BR BR " &nbsp; " BR BR BR BR BR "\n" BR BR BR BR BR BR
#define LONG                                                                                     \
    "<p>The ferry crossed before the wind turned, and the men who had waited for it since noon " \
    "went home by the hills with nothing to show for the day but a basket of plums.</p>"

static void
habits(void **state)
{
    static const struct expected cases[] = {
        {"twin: in the text only, but signed", MAIL(HEAD, LEAVE), "habit", NULL, NULL},
        {"a way to leave in the text only", MAIL(STOLEN, LEAVE), "habit", "unsubscribe-unnamed",
         "unsubscribe"},
        {"twin: in the header, too",
         MAIL(STOLEN "List-Unsubscribe: <https://out.example/u>\n", LEAVE), "habit", NULL, NULL},
        {"twin: an answer to a newsletter", MAIL("From: Bakery <a@bakery.example>\n" ANSWER, LEAVE),
         "habit", NULL, NULL},
        {"twin: of days without such a field",
         "From: A <a@bakery.example>\nTo: hanako@sekisho-test.co.jp\nSubject: x\n"
         "Content-Type: text/html\n\n<p>Bread. <a href='http://out.example/'>Unsubscribe</a></p>\n",
         "habit", NULL, NULL},
        {"T-E1 text far below", MAIL(HEAD, TEXT BR16 LONG), "habit", "text-below", "16"},
        {"T-E1 twin: nothing is below", MAIL(HEAD, TEXT BR16 "<p>Anna</p>"), "habit", NULL, NULL},
        {"T-E1 twin: a poem",
         MAIL(HEAD, "<p>a" BR "b" BR "c" BR BR "d" BR "e" BR "f" BR BR "g" BR "h" BR "i" BR BR
                    "j" BR "k" BR "l</p>" LONG),
         "habit", NULL, NULL},
        {"a case, in the name",
         MAIL(SIGNED("bakery.example") "From: Invoice 8812093 <a@bakery.example>\nSubject: x\n",
              TEXT),
         "habit", "name-numbered", "Invoice 8812093"},
        {"twin: a standard",
         MAIL(SIGNED("bakery.example") "From: ISO17799 News <a@bakery.example>\nSubject: x\n",
              TEXT),
         "habit", NULL, NULL},
        {"twin: a year",
         MAIL(SIGNED("bakery.example") "From: Fair 2026 <a@bakery.example>\nSubject: x\n", TEXT),
         "habit", NULL, NULL},
        {"urgent, and leads elsewhere",
         MAIL(HEAD "X-Priority: 1 (Highest)\n", LINK("https://evil.example/")), "habit",
         "priority-high", "1 (Highest)"},
        {"... by the other field", MAIL(HEAD "Importance: High\n", LINK("https://evil.example/")),
         "habit", "priority-high", "High"},
        {"twin: urgent, among people", MAIL(HEAD "X-Priority: 1\n", TEXT), "habit", NULL, NULL},
        {"twin: as urgent as all", MAIL(HEAD "X-Priority: 3\n", LINK("https://evil.example/")),
         "habit", NULL, NULL},
    };

    (void)state;
    CHECK(cases);
}

/* Each may be written so that it is looked for again and again. */
static void
limits(void **state)
{
    static const char *const parts[] = {"<br", "<", "<br>", "<br>x", "&nbsp;", "<br>\n<", "5 "};
    enum { SIZE = 1024 * 1024 };

    (void)state;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        struct arena *a = arena_new();
        const char *head = MAIL(HEAD, "");
        size_t n = strlen(head), len = strlen(parts[i]);
        char *mail = arena_alloc(a, n + SIZE + 1);
        memcpy(mail, head, n);
        for (; n + len < SIZE; n += len)
            memcpy(mail + n, parts[i], len);
        mail[n] = '\0';
        assert_non_null(scan(a, mail)); /* the runner's time ends it else */
        arena_free(&a);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        {"F26 habits of those who send to many, and twins", habits, NULL, NULL, NULL},
        {"T-M2 a megabyte of lines ends", limits, NULL, NULL, NULL},
    };

    g_mime_init();
    scanners_prepare();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
