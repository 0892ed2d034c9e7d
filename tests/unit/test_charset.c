/* T-M6: texts whose charset is not told, or told wrongly, and charsets that move ASCII. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <gmime/gmime.h>
#include <stdio.h>
#include <string.h>

#include "common/arena.h"
#include "engine/msg/charset.h"
#include "engine/msg/msg.h"

static struct arena *a;

static const char ja[] =
    "お世話になっております。会議は木曜日に変更になりました。ご都合をお知らせください。";
static const char zh[] =
    "您好，会议改到星期四。请告诉我您能不能来，并带上上周的报告。谢谢您的帮助，祝您工作愉快。";
static const char tw[] =
    "您好，會議改到星期四。請告訴我您能不能來，並帶上上週的報告。謝謝您的幫助，祝您工作愉快。";
static const char ko[] =
    "안녕하세요. 회의가 목요일로 변경되었습니다. 참석 가능 여부를 알려 주세요.";
static const char ru[] =
    "Здравствуйте, встреча перенесена на четверг. Скажите, пожалуйста, если вы не сможете прийти.";
static const char uk[] =
    "Добрий день, зустріч перенесено на четвер. Скажіть, будь ласка, якщо ви не зможете прийти.";
static const char el[] =
    "Καλημέρα, η συνάντηση μεταφέρθηκε για την Πέμπτη. Πείτε μου αν μπορείτε να έρθετε.";
static const char he[] = "שלום, הפגישה נדחתה ליום חמישי. אנא הודיעו לי אם תוכלו להגיע לפגישה.";
static const char ar[] =
    "مرحبا، تم تأجيل الاجتماع إلى يوم الخميس. أرجو إبلاغي إذا كنت تستطيع الحضور.";
static const char th[] = "สวัสดีครับ การประชุมเลื่อนไปเป็นวันพฤหัสบดี กรุณาแจ้งให้ทราบด้วย";
static const char de[] =
    "Schöne Grüße aus Köln: Die Straße ist für Fußgänger geöffnet, größere Änderungen später.";
static const char fr[] =
    "L’été dernier, le garçon a été reçu à l’hôtel. Dès lundi, le café sera fermé.";
static const char pl[] = "Dzień dobry, spotkanie zostało przesunięte na czwartek. Proszę dać znać, "
                         "czy może Pan przyjść później.";
static const char cs[] = "Dobrý den, schůzka se přesouvá na čtvrtek. Řekněte mi prosím, jestli "
                         "můžete přijít, a vezměte si zprávu.";
static const char tr[] = "Merhaba, toplantı perşembe gününe alındı. Lütfen gelip gelemeyeceğinizi "
                         "bildirin, şimdiden teşekkürler.";

static const struct {
    const char *text, *charset;
} texts[] = {
    {ja, "ISO-2022-JP"},  {ja, "SHIFT_JIS"},    {ja, "CP932"},        {ja, "EUC-JP"},
    {zh, "GB18030"},      {zh, "GBK"},          {zh, "GB2312"},       {tw, "BIG5"},
    {ko, "EUC-KR"},       {ko, "CP949"},        {ru, "KOI8-R"},       {ru, "WINDOWS-1251"},
    {ru, "CP866"},        {ru, "ISO-8859-5"},   {uk, "KOI8-U"},       {uk, "WINDOWS-1251"},
    {el, "WINDOWS-1253"}, {he, "WINDOWS-1255"}, {ar, "WINDOWS-1256"}, {th, "TIS-620"},
    {de, "WINDOWS-1252"}, {fr, "WINDOWS-1252"}, {pl, "WINDOWS-1250"}, {pl, "ISO-8859-2"},
    {cs, "WINDOWS-1250"}, {cs, "ISO-8859-2"},   {tr, "WINDOWS-1254"}, {ja, "UTF-8"},
    {de, "UTF-8"},        {ru, "UTF-8"},
};

static char *
in_charset(const char *text, const char *charset, size_t *n)
{
    GError *e = NULL;
    gsize len;
    char *out = g_convert(text, -1, charset, "UTF-8", NULL, &len, &e), *copy;
    if (!out)
        fail_msg("%s: %s", charset, e->message);
    copy = arena_memdup(a, out, len);
    *n = len;
    g_free(out);
    return copy;
}

static int
wrong_as(const char *declared)
{
    int wrong = 0;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        size_t n, len;
        const char *bytes = in_charset(texts[i].text, texts[i].charset, &n);
        const char *got = charset_utf8(a, declared, bytes, n, &len, NULL);
        if (strcmp(got, texts[i].text) != 0) {
            print_error("%s, declared %s: %s\n", texts[i].charset, declared ? declared : "nothing",
                        got);
            wrong++;
        }
    }
    return wrong;
}

static void
charsets_that_are_not_told(void **state)
{
    (void)state;
    assert_int_equal(wrong_as(NULL), 0);
    assert_int_equal(wrong_as("us-ascii"), 0);
    assert_int_equal(wrong_as("no-such-charset"), 0);
}

/* Declared as another one: the bytes win where they are clear. */
static void
charsets_that_are_told_wrongly(void **state)
{
    static const struct {
        const char *text, *charset, *declared;
    } cases[] = {
        {ja, "SHIFT_JIS", "iso-8859-1"},    {ja, "EUC-JP", "iso-8859-1"},
        {ja, "EUC-JP", "shift_jis"},        {ja, "SHIFT_JIS", "euc-jp"},
        {ja, "UTF-8", "iso-8859-1"},        {ja, "UTF-8", "shift_jis"},
        {zh, "GB18030", "iso-8859-1"},      {zh, "GB18030", "utf-8"},
        {tw, "BIG5", "iso-8859-1"},         {ko, "EUC-KR", "iso-8859-1"},
        {ru, "KOI8-R", "windows-1251"},     {ru, "WINDOWS-1251", "koi8-r"},
        {ru, "WINDOWS-1251", "iso-8859-1"}, {ru, "KOI8-R", "utf-8"},
        {ru, "UTF-8", "windows-1251"},      {de, "UTF-8", "iso-8859-1"},
        {de, "WINDOWS-1252", "utf-8"},      {fr, "UTF-8", "windows-1252"},
    };
    (void)state;
    int wrong = 0;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t n, len;
        const char *bytes = in_charset(cases[i].text, cases[i].charset, &n);
        const char *got = charset_utf8(a, cases[i].declared, bytes, n, &len, NULL);
        if (strcmp(got, cases[i].text) != 0) {
            print_error("%s, declared %s: %s\n", cases[i].charset, cases[i].declared, got);
            wrong++;
        }
    }
    assert_int_equal(wrong, 0);
}

/* What is declared rightly is believed, however short or odd the text. */
static void
charsets_that_are_told_rightly(void **state)
{
    static const char *const shorts[][2] = {
        {"é", "iso-8859-1"},     {"ÄÖÜ", "iso-8859-1"}, {"Ж", "koi8-r"},
        {"日", "shift_jis"},     {"ß", "windows-1252"}, {"ｱｲｳ", "cp932"},
        {"中", "gb2312"},        {"ŠŽ", "iso-8859-2"},  {"ÆØÅ ÆØÅ ÆØÅ", "iso-8859-1"},
        {"©®™", "windows-1252"}, {"①②③", "cp932"}};
    (void)state;
    assert_int_equal(0, 0);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        size_t n, len;
        const char *bytes = in_charset(texts[i].text, texts[i].charset, &n);
        assert_string_equal(charset_utf8(a, texts[i].charset, bytes, n, &len, NULL), texts[i].text);
    }
    for (size_t i = 0; i < sizeof shorts / sizeof *shorts; i++) {
        size_t n, len;
        const char *bytes = in_charset(shorts[i][0], shorts[i][1], &n);
        assert_string_equal(charset_utf8(a, shorts[i][1], bytes, n, &len, NULL), shorts[i][0]);
    }
}

static void
sixteen_bits(void **state)
{
    static const char *const names[] = {"UTF-16LE", "UTF-16BE"};
    size_t n, len;
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        const char *bytes = in_charset("\xef\xbb\xbfHello, plain words", names[i], &n);
        assert_string_equal(charset_utf8(a, NULL, bytes, n, &len, NULL),
                            "\xef\xbb\xbfHello, plain words");
        bytes = in_charset("Hello, plain words", names[i], &n);
        assert_string_equal(charset_utf8(a, NULL, bytes, n, &len, NULL), "Hello, plain words");
        assert_string_equal(charset_utf8(a, "utf-8", bytes, n, &len, NULL),
                            charset_utf8(a, "utf-8", bytes, n, &len, NULL));
    }
    const char *seven = in_charset("<a href=\"http://x.example/\">", "UTF-7", &n);
    assert_string_equal(charset_utf8(a, "utf-7", seven, n, &len, NULL),
                        "<a href=\"http://x.example/\">");
}

/* ------------------------------------------------------------------ both views of HTML */

static struct msg *
scan_html(const char *type, const char *body, size_t n)
{
    char head[300];
    int len = snprintf(head, sizeof head,
                       "From: a@b.example\r\nMIME-Version: 1.0\r\nContent-Type: %s\r\n"
                       "Content-Transfer-Encoding: 8bit\r\n\r\n",
                       type);
    unsigned char *raw = arena_alloc(a, (size_t)len + n);
    memcpy(raw, head, (size_t)len);
    memcpy(raw + len, body, n);
    return msg_scan(a, raw, (size_t)len + n, NULL);
}

static bool
has_host(const struct msg *m, const char *host)
{
    for (int i = 0; i < m->nurls; i++)
        if (strcmp(m->urls[i].host, host) == 0)
            return true;
    return false;
}

static bool
has_anomaly(const struct msg *m, const char *code)
{
    for (int i = 0; i < m->nanomalies; i++)
        if (strcmp(m->anomalies[i], code) == 0)
            return true;
    return false;
}

static void
header_against_meta(void **state)
{
    static const char seven[] =
        "<meta charset=utf-7>+ADw-a href=+ACI-http://evil.example/+ACIAPg-x+ADw-/a+AD4-";
    static const char plain[] =
        "<meta charset=utf-7><p>1 + 1 is 2</p><a href=http://good.example/>x</a>";
    static const char jp[] =
        "<meta charset=iso-2022-jp><p>x\x1b$B$\"\x1b(B</p><a href=http://good.example/>x</a>";
    struct msg *m;
    size_t n;
    (void)state;
    m = scan_html("text/html; charset=us-ascii", seven, sizeof seven - 1);
    assert_true(has_host(m, "evil.example"));
    assert_true(has_anomaly(m, "charset-two-views"));
    m = scan_html("text/html; charset=utf-7", seven, sizeof seven - 1);
    assert_true(has_host(m, "evil.example"));
    m = scan_html("text/html", plain, sizeof plain - 1);
    assert_true(has_host(m, "good.example"));
    m = scan_html("text/html; charset=iso-2022-jp", jp, sizeof jp - 1);
    assert_true(has_host(m, "good.example"));
    assert_false(has_anomaly(m, "charset-two-views"));
    const char *wide = in_charset("<a href=\"http://evil.example/\">x</a>", "UTF-16LE", &n);
    m = scan_html("text/html; charset=iso-8859-1", wide, n);
    assert_true(has_host(m, "evil.example"));
    m = scan_html("text/html; charset=utf-16le", plain, sizeof plain - 1);
    assert_true(has_host(m, "good.example"));
}

/* Mail that names no charset in its header, as some Japanese senders write it. */
static void
meta_without_header(void **state)
{
    struct msg *m;
    size_t n;
    (void)state;
    const char *bytes = in_charset(
        "<html><meta http-equiv=\"Content-Type\" content=\"text/html; charset=Shift_JIS\">"
        "<p>ログイン</p>",
        "CP932", &n);
    m = scan_html("text/html", bytes, n);
    assert_non_null(strstr(m->text, "ログイン"));
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
    g_mime_init();
    charset_preload();
    const struct CMUnitTest tests[] = {
        T(charsets_that_are_not_told),
        T(charsets_that_are_told_wrongly),
        T(charsets_that_are_told_rightly),
        T(sixteen_bits),
        T(header_against_meta),
        T(meta_without_header),
    };
    return cmocka_run_group_tests_name("charset", tests, NULL, NULL);
}
