/* The model that comes with Sekisho, and mail as it is written every day: written for this test, not learned. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <gmime/gmime.h>

#include "common/arena.h"
#include "engine/msg/charset.h"
#include "engine/msg/msg.h"
#include "engine/scan/scan.h"

#define ORDINARY_MOST 1.0
#define SPAM_LEAST 1.5

struct letter {
    const char *name, *from, *to, *subject, *fields, *type, *text;
};

static const struct letter ordinary[] = {
    {"en-lunch", "Ann Miller <ann.miller@firm.example>", "Kim Berg <kim@example.org>", "Lunch", "",
     "text/plain; charset=utf-8",
     "Hi Bob,\n"
     "\n"
     "lunch at one?\n"
     "\n"
     "Ann"},
    {"en-meeting", "Ann Miller <ann.miller@firm.example>", "Kim Berg <kim@example.org>",
     "Meeting on Thursday", "", "text/plain; charset=utf-8",
     "Hi Kim,\n"
     "\n"
     "can we move our meeting to Thursday at 10? The room on the second floor is free "
     "then.\n"
     "I will bring the drawings.\n"
     "\n"
     "Best regards,\n"
     "Ann"},
    {"en-invoice", "Peter Shaw <peter@supplier.example>", "Kim Berg <kim@example.org>",
     "Question about invoice 20391", "", "text/plain; charset=utf-8",
     "Dear Kim,\n"
     "\n"
     "thank you for your order. We sent invoice 20391 on 2 November and could not "
     "find a payment yet.\n"
     "Could you tell me whether it has reached you, or whether something is not right "
     "with it?\n"
     "\n"
     "Kind regards\n"
     "Peter Shaw\n"
     "Accounts"},
    {"en-thanks", "Ravi Patel <ravi@partner.example>", "Kim Berg <kim@example.org>",
     "Re: Draft of the contract",
     "In-Reply-To: <abc123@example.org>\n"
     "References: <abc123@example.org>\n",
     "text/plain; charset=utf-8",
     "Thanks Kim, that looks good to me. I will send it to our lawyer tomorrow.\n"
     "\n"
     "Ravi\n"
     "\n"
     "On 8 Nov 2026, Kim Berg wrote:\n"
     "> Hi Ravi,\n"
     "> please find the draft of the contract in the shared folder.\n"
     "> Kim"},
    {"en-html", "Maria Lopez <maria@agency.example>", "Kim Berg <kim@example.org>",
     "Photos for the brochure", "", "text/html; charset=utf-8",
     "<html><body><p>Hello Kim,</p><p>the photos for the brochure are ready. I have "
     "put them into the project folder; please have a look and tell me by Friday "
     "which ones you like.</p><p>Best wishes<br>Maria</p></body></html>"},
    {"en-newsletter", "Garden Club <news@gardenclub.example>", "Kim Berg <kim@example.org>",
     "November news from the Garden Club",
     "List-Unsubscribe: <https://www.gardenclub.example/unsubscribe?m=81723>\n"
     "List-Id: <news.gardenclub.example>\n",
     "text/html; charset=utf-8",
     "<html><body><h1>November news</h1><p>Dear members,</p><p>the autumn is here. "
     "This month we show how to protect roses in winter, and the programme of the "
     "talks until spring.</p><p><a "
     "href=\"https://www.gardenclub.example/news/november\">Read more on our "
     "site</a></p><p>You get this mail because you are a member. <a "
     "href=\"https://www.gardenclub.example/unsubscribe?m=81723\">Unsubscribe</a></p></body></"
     "html>"},
    {"en-delivery", "Parts Depot <orders@partsdepot.example>", "Kim Berg <kim@example.org>",
     "Delivery date of your order 77120", "", "text/plain; charset=utf-8",
     "Dear Ms Berg,\n"
     "\n"
     "your order 77120 leaves our store on 12 November and should be with you on 14 "
     "November.\n"
     "The pump is delivered separately in week 48.\n"
     "\n"
     "Yours sincerely\n"
     "Parts Depot, order desk"},
    {"en-calendar", "Jon Weber <jon.weber@firm.example>", "Kim Berg <kim@example.org>",
     "Invitation: project review", "", "text/plain; charset=utf-8",
     "When: Thursday 12 November, 14:00 to 15:00\n"
     "Where: room 2.14\n"
     "Who: Kim Berg, Jon Weber, Ann Miller\n"
     "\n"
     "Agenda: state of the tests, open questions, next steps."},
    {"de-termin", "Jens Krüger <jens.krueger@firma.example>", "Kim Berg <kim@example.org>",
     "Termin am Donnerstag", "", "text/plain; charset=utf-8",
     "Hallo Kim,\n"
     "\n"
     "können wir unseren Termin auf Donnerstag um 10 Uhr verschieben? Der Raum im "
     "zweiten Stock ist dann frei.\n"
     "\n"
     "Viele Grüße\n"
     "Jens"},
    {"de-rechnung", "Buchhaltung <buchhaltung@lieferant.example>", "Kim Berg <kim@example.org>",
     "Frage zur Rechnung 4711", "", "text/plain; charset=utf-8",
     "Sehr geehrte Frau Berg,\n"
     "\n"
     "vielen Dank für Ihre Bestellung. Zur Rechnung 4711 haben wir noch eine Frage: "
     "Sollen wir sie an die Adresse in Köln oder in Bonn schicken?\n"
     "\n"
     "Mit freundlichen Grüßen\n"
     "Sabine Wolf"},
    {"de-danke", "Petra Lang <petra@partner.example>", "Kim Berg <kim@example.org>", "AW: Angebot",
     "In-Reply-To: <abc124@example.org>\n"
     "References: <abc124@example.org>\n",
     "text/plain; charset=utf-8",
     "Hallo Kim,\n"
     "\n"
     "herzlichen Dank, das Angebot ist angekommen. Ich melde mich bis Freitag.\n"
     "\n"
     "Gruß\n"
     "Petra\n"
     "\n"
     "> Hallo Petra,\n"
     "> anbei unser Angebot."},
    {"de-lieferung", "Versand <versand@lieferant.example>", "Kim Berg <kim@example.org>",
     "Liefertermin Ihrer Bestellung 8812", "", "text/plain; charset=utf-8",
     "Guten Tag Frau Berg,\n"
     "\n"
     "Ihre Bestellung 8812 verlässt am 12. November unser Lager und ist "
     "voraussichtlich am 14. November bei Ihnen.\n"
     "\n"
     "Freundliche Grüße\n"
     "Ihr Versand"},
    {"ja-kaigi", "佐藤 健 <sato@kaisha.example>", "Kim Berg <kim@example.org>",
     "木曜日の打ち合わせについて", "", "text/plain; charset=utf-8",
     "ベルグ様\n"
     "\n"
     "いつもお世話になっております。佐藤です。\n"
     "木曜日の打ち合わせですが、10時に変更していただくことは可能でしょうか。\n"
     "会議室は二階を予約しております。\n"
     "\n"
     "よろしくお願いいたします。\n"
     "佐藤"},
    {"ja-seikyu", "経理部 田中 <tanaka@torihiki.example>", "Kim Berg <kim@example.org>",
     "請求書の件", "", "text/plain; charset=utf-8",
     "ベルグ様\n"
     "\n"
     "お世話になっております。経理部の田中です。\n"
     "先日お送りした請求書について、一点確認させてください。\n"
     "送付先の住所は東京本社でよろしいでしょうか。\n"
     "\n"
     "田中"},
    {"ja-orei", "鈴木 花子 <suzuki@kaisha.example>", "Kim Berg <kim@example.org>",
     "Re: 資料送付のお礼",
     "In-Reply-To: <abc125@example.org>\n"
     "References: <abc125@example.org>\n",
     "text/plain; charset=utf-8",
     "ベルグ様\n"
     "\n"
     "資料をお送りいただき、ありがとうございました。\n"
     "社内で検討し、金曜日までにご連絡いたします。\n"
     "\n"
     "鈴木"},
    {"ja-noki", "出荷担当 <shukka@torihiki.example>", "Kim Berg <kim@example.org>", "納期のご連絡",
     "", "text/plain; charset=utf-8",
     "ベルグ様\n"
     "\n"
     "ご注文いただいた部品の納期をご連絡いたします。\n"
     "11月12日に出荷し、14日に到着する予定です。\n"
     "\n"
     "出荷担当"},
};

static const struct letter spam[] = {
    {"spam-pills", "Best Pharmacy <offer8832@cheap-meds-store.example>", "undisclosed-recipients:;",
     "Save 80% on all pills!!", "", "text/plain; charset=utf-8",
     "Dear friend,\n"
     "\n"
     "Buy cheap viagra and cialis online now! No prescription needed, lowest prices "
     "guaranteed, save 80%.\n"
     "Click here to order now: http://203.0.113.9/order.php?id=8832\n"
     "\n"
     "100% money back guarantee!! Limited time offer, act now!"},
    {"spam-money", "Mr. James Okoro <jamesokoro11@freemail.example>", "undisclosed-recipients:;",
     "URGENT BUSINESS PROPOSAL", "Reply-To: okoro@mail.example\n", "text/plain; charset=utf-8",
     "Dear Sir,\n"
     "\n"
     "I am the manager of a bank and I need your assistance to transfer the sum of "
     "$18,500,000 (eighteen million five hundred thousand US dollars) of a deceased "
     "customer out of the country. You will receive 30% of the total amount. This "
     "transaction is confidential and 100% risk free.\n"
     "Please send me your bank account, telephone and fax number.\n"
     "\n"
     "God bless you."},
    {"spam-loan", "Mortgage Experts <info4471@lowrates-now.example>", "Kim Berg <kim@example.org>",
     "Refinance today, lowest rates EVER!", "", "text/html; charset=us-ascii",
     "<html><body bgcolor=\"#FFFFFF\"><center><font size=\"5\" color=\"#FF0000\"><b>LOWEST "
     "MORTGAGE RATES!</b></font><br><table border=\"0\"><tr><td><font size=\"3\">Bad "
     "credit? No problem! Get approved in minutes, free quote, no "
     "obligation.</font></td></tr></table><a "
     "href=\"http://lowrates-now.example/apply.html\"><b>CLICK HERE "
     "NOW</b></a><br><font size=\"1\">To be removed from our list <a "
     "href=\"http://lowrates-now.example/remove.html\">click "
     "here</a></font></center></body></html>"},
    {"spam-rich", "Home Income <work9981@easy-income.example>", "Kim Berg <kim@example.org>",
     "Make $5000 a week from home - guaranteed!", "", "text/plain; charset=utf-8",
     "Make money from home! Earn $5000 per week with our proven system, no "
     "experience, no selling.\n"
     "This is not spam. Hundreds of people are already making thousands of dollars. "
     "Order your FREE information now!\n"
     "http://www.easy-income.example/free\n"
     "\n"
     "To be removed from future mailings reply with REMOVE in the subject."},
};

static double
points(const struct letter *l)
{
    struct arena *a = arena_new();
    const char *at = strchr(l->from, '@');
    const char *domain = arena_strndup(a, at + 1, strcspn(at + 1, ">"));
    const char *raw = arena_printf(
        a,
        "Received: from mail.%s (mail.%s [192.0.2.25])\n\tby mx.example.org with ESMTPS id 4Xy;\n"
        "\tMon, 9 Nov 2026 09:12:33 +0000\nFrom: %s\nTo: %s\nSubject: %s\n"
        "Date: Mon, 9 Nov 2026 10:12:31 +0100\nMessage-ID: <8f14e45f-ceea@%s>\nMIME-Version: 1.0\n"
        "%sContent-Type: %s\nContent-Transfer-Encoding: 8bit\n\n%s\n",
        domain, domain, l->from, l->to, l->subject, domain, l->fields, l->type, l->text);
    const struct msg *m = msg_scan(a, (const unsigned char *)raw, strlen(raw), NULL);
    double score = 0;
    int found = 0;
    for (int i = 0; i < m->nfindings; i++)
        if (strcmp(m->findings[i].scanner, "statistics") == 0) {
            score += m->findings[i].score;
            found++;
        }
    arena_free(&a);
    assert_int_equal(found, 1);
    return score;
}

static void
ordinary_mail(void **state)
{
    int over = 0;
    (void)state;
    for (size_t i = 0; i < sizeof ordinary / sizeof *ordinary; i++) {
        double score = points(&ordinary[i]);
        if (score > ORDINARY_MOST) {
            print_message("%s: %.2f\n", ordinary[i].name, score);
            over++;
        }
    }
    assert_int_equal(over, 0);
}

static void
obvious_spam(void **state)
{
    int under = 0;
    (void)state;
    for (size_t i = 0; i < sizeof spam / sizeof *spam; i++) {
        double score = points(&spam[i]);
        if (score < SPAM_LEAST) {
            print_message("%s: %.2f\n", spam[i].name, score);
            under++;
        }
    }
    assert_int_equal(under, 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        {"F15 statistics: ordinary mail in three languages has no points", ordinary_mail, NULL,
         NULL, NULL},
        {"F15 statistics: obvious spam has some", obvious_spam, NULL, NULL, NULL},
    };
    setenv("STATISTICS_MODEL", "conf/model/statistics.model", 1); /* other tests do without */
    g_mime_init();
    charset_preload();
    scanners_prepare();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
