/* The builder of our own mails: both bodies say the same, nothing gets into the header (T-W18), links stay
 * at home (T-W4). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/evp.h>

#include "common/arena.h"
#include "common/err.h"
#include "common/i18n.h"
#include "common/i18n_builtin.h"
#include "engine/notices/letter.h"
#include "engine/notices/usermail.h"
#include "store/store_user_mail.h"

static struct arena *a;

static int
up(void **state)
{
    (void)state;
    a = arena_new();
    return 0;
}
static int
down(void **state)
{
    (void)state;
    arena_free(&a);
    return 0;
}

static struct letter *
new_letter(const char *name, const char *to)
{
    return letter_new(a, &(struct letter_head){.cat = i18n_find("ja"),
                                               .from_name = name,
                                               .from = "postmaster@acme.example",
                                               .to = to,
                                               .id = "018f",
                                               .host = "gw.example",
                                               .now = 1764000000000,
                                               .base = "https://portal.example"});
}

/* The nth part of the mail, decoded. */
static char *
part(const char *raw, int nth)
{
    const char *p = raw;
    char *packed, *out;
    size_t n = 0;

    for (int i = 0; i <= nth; i++)
        p = strstr(p, "base64\r\n\r\n") + 10;
    packed = arena_alloc(a, strlen(p) + 1);
    for (; *p && strncmp(p, "\r\n\r\n", 4) && strncmp(p, "\r\n--", 4); p++)
        if (*p != '\r' && *p != '\n')
            packed[n++] = *p;
    packed[n] = '\0';
    out = arena_calloc(a, n + 4, 1);
    assert_true(EVP_DecodeBlock((unsigned char *)out, (unsigned char *)packed, (int)n) > 0);
    return out;
}

static void
both_bodies(void **state)
{
    struct letter *l = new_letter("Acme, \"K\" GmbH", "aya@acme.example");
    struct err e = {0};
    size_t n;
    char *raw, *text, *html;

    (void)state;
    letter_subject(l, "保留中のメール");
    letter_title(l, "One <b>title</b>");
    letter_text(l, "A paragraph & more");
    letter_fact(l, "Sender", "\"x\"@example.com");
    letter_item(
        l, &(struct letter_item){.head = "Subject",
                                 .who = "Name <n@example.com>",
                                 .note = "A reason",
                                 .when = "9:42",
                                 .links = (struct letter_link[]){{"Deliver", "/d/abc?x=1&y=2", NULL},
                                                                 {"Decide", "/requests/1",
                                                                  "https://admin.example"}},
                                 .nlinks = 2});
    letter_button(l, "Go on", "/link?t=abc");
    letter_foot_link(l, "Settings", "/settings/digest");
    letter_field(l, "List-Unsubscribe", "<https://portal.example/u>", true);
    raw = letter_finish(l, &n, &e);
    assert_non_null(raw);
    assert_int_equal(n, strlen(raw));
    assert_non_null(strstr(raw, "From: \"Acme, \\\"K\\\" GmbH\" <postmaster@acme.example>\r\n"));
    assert_non_null(strstr(raw, "To: <aya@acme.example>\r\n"));
    assert_non_null(strstr(raw, "Subject: =?UTF-8?B?"));
    assert_non_null(strstr(raw, "Date: Mon, 24 Nov 2025 16:00:00 +0000\r\n"));
    assert_non_null(strstr(raw, "Message-ID: <018f@gw.example>\r\n"));
    assert_non_null(strstr(raw, "Auto-Submitted: auto-generated\r\n"));
    assert_non_null(strstr(raw, "Content-Language: ja\r\n"));
    assert_non_null(strstr(raw, "List-Unsubscribe: <https://portal.example/u>\r\n"));
    for (const char *p = raw; (p = strchr(p, '\n')); p++)
        assert_true(p[-1] == '\r');
    text = part(raw, 0);
    html = part(raw, 1);
    const char *const said[][2] = {
        {"One <b>title</b>", "One &lt;b&gt;title&lt;/b&gt;"},
        {"A paragraph & more", "A paragraph &amp; more"},
        {"Sender: \"x\"@example.com", "&quot;x&quot;@example.com"},
        {"Name <n@example.com>", "Name &lt;n@example.com&gt;"},
        {"A reason", "A reason"},
        {"9:42", "9:42"},
        {"Deliver: https://portal.example/d/abc?x=1&y=2",
         "href=\"https://portal.example/d/abc?x=1&amp;y=2\""},
        {"Decide: https://admin.example/requests/1", "href=\"https://admin.example/requests/1\""},
        {"Go on:\r\n  https://portal.example/link?t=abc",
         "href=\"https://portal.example/link?t=abc\""},
        {"Settings: https://portal.example/settings/digest",
         "href=\"https://portal.example/settings/digest\""},
        {"aya@acme.example", "aya@acme.example"},
    };
    for (size_t i = 0; i < sizeof said / sizeof *said; i++) {
        if (!strstr(text, said[i][0]))
            fail_msg("text lacks %s\n%s", said[i][0], text);
        if (!strstr(html, said[i][1]))
            fail_msg("html lacks %s\n%s", said[i][1], html);
    }
    assert_non_null(strstr(html, "<html lang=\"ja\">"));
    assert_null(strstr(html, "<img"));
    assert_null(strstr(html, "<b>title"));
}

static void
refuse(const char *name, const char *to, const char *subject, const char *field, const char *path,
       const char *code)
{
    struct letter *l = new_letter(name, to);
    struct err e = {0};
    size_t n;

    letter_subject(l, subject);
    letter_text(l, "text");
    letter_field(l, "List-Id", field, true);
    letter_button(l, "Go on", path);
    assert_null(letter_finish(l, &n, &e));
    assert_string_equal(e.code, code);
    assert_int_equal(e.cls, ERR_INPUT);
}

static void
header_injection(void **state)
{
    const char *const bad[] = {"a\r\nBcc: x@y.example", "a\nBcc: x@y.example", "a\rb", "a\x7f",
                               "a\x01"};

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        refuse(bad[i], "aya@acme.example", "s", "<l>", "/", "mail-header");
        refuse("Acme", bad[i], "s", "<l>", "/", "mail-header");
        refuse("Acme", "aya@acme.example", bad[i], "<l>", "/", "mail-header");
        refuse("Acme", "aya@acme.example", "s", bad[i], "/", "mail-header");
    }
    refuse("Acme", "a@b.example>, <c@d.example", "s", "<l>", "/", "mail-header");
    refuse("Acme", "\xc3\xa4@b.example", "s", "<l>", "/", "mail-header");
    refuse("Acme", "aya@acme.example", "", "<l>", "/", "mail-header");
}

static void
other_hosts(void **state)
{
    const char *const bad[] = {
        "//evil.example", "/\\evil.example", "https://evil.example", "x", "", "/a b", "/a\n"};

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        refuse("Acme", "aya@acme.example", "s", "<l>", bad[i], "mail-link");
}

static void
quoting(void **state)
{
    (void)state;
    assert_string_equal(letter_quote(a, "http://evil.example/x", 0),
                        "http:\xe2\x80\x8b/\xe2\x80\x8b/\xe2\x80\x8b"
                        "evil.\xe2\x80\x8b"
                        "example/\xe2\x80\x8bx");
    assert_string_equal(letter_line(a,
                                    "a\r\nBcc: \xe2\x80\xae"
                                    "b\xe2\x80\x8b"
                                    "c\x01\xff",
                                    0),
                        "a  Bcc: bc \xef\xbf\xbd");
    assert_string_equal(letter_line(a, "日本語テスト", 3), "日本語…");
    assert_string_equal(letter_line(a, "日本語", 3), "日本語");
}

static void
by_kind(void **state)
{
    const struct usermail_from from = {
        .host = "gw.example", .base = "https://portal.example", .now = 1};
    struct store_user_mail row = {.org_id = "o",
                                  .mail_id = "018f",
                                  .recipient = "aya@acme.example",
                                  .lang = "ja",
                                  .kind = "known",
                                  .params = "{}",
                                  .org_name = "Acme\r\nBcc: x@y.example",
                                  .tz = "UTC",
                                  .from_domain = "acme.example",
                                  .node = "",
                                  .help = "Desk\r\nBcc: z@y.example · https://help.example/"};
    struct err e = {0};
    size_t n;
    char *raw;

    (void)state;
    raw = usermail_make(a, &from, &row, &n, &e);
    assert_non_null(raw);
    assert_null(strstr(raw, "\nBcc"));
    assert_non_null(strstr(part(raw, 0), "https://portal.example/signin"));
    assert_non_null(strstr(part(raw, 0), "アカウント"));
    row.kind = "nonsense";
    assert_null(usermail_make(a, &from, &row, &n, &e));
    assert_string_equal(e.code, "mail-kind");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(both_bodies, up, down),
        {"T-W18 a header takes no line end", header_injection, up, down, NULL},
        {"T-W4 a link leads to no other host", other_hosts, up, down, NULL},
        cmocka_unit_test_setup_teardown(quoting, up, down),
        {"T-W18 names of organisations add no header", by_kind, up, down, NULL},
    };
    i18n_builtin();
    return cmocka_run_group_tests_name("letter", tests, NULL, NULL);
}
