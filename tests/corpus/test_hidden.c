/*
 * T-E1: ways to hide text, each with five brands whose names are cut in pieces by it: what people see is found, and the
 * mail is held. Harmless twins: text hidden for good reasons, and the newsletters of the packs.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <dirent.h>
#include <gmime/gmime.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/arena.h"
#include "common/buf.h"
#include "engine/msg/charset.h"
#include "engine/msg/msg.h"
#include "engine/policy/policy.h"
#include "engine/scan/scan.h"
#include "unpack.h"

/* Around a piece of hidden text: before and behind it. head goes to the beginning of the page. */
static const struct {
    const char *name, *head, *before, *behind;
} ways[] = {
    {"display:none", "", "<span style='display:none'>", "</span>"},
    {"display, important, spaced", "", "<span style=\"DISPLAY : none !important\">", "</span>"},
    {"display with a comment and an escape", "", "<b style='dis/**/play:block;d\\69splay:n\\6fne'>",
     "</b>"},
    {"visibility", "", "<i style='visibility:hidden'>", "</i>"},
    {"hidden attribute", "", "<span hidden>", "</span>"},
    {"font-size:0", "", "<span style='font-size:0'>", "</span>"},
    {"font-size:0.1em", "", "<span style='font-size:0.1em'>", "</span>"},
    {"font-size:1px", "", "<span style='font-size:1px'>", "</span>"},
    {"font shorthand", "", "<span style='font:0/0 a'>", "</span>"},
    {"white on white", "", "<span style='color:#ffffff'>", "</span>"},
    {"nearly white on white", "", "<span style='color:rgb(253, 254, 255)'>", "</span>"},
    {"font color", "", "<font color=white>", "</font>"},
    {"colour of a cell", "<table bgcolor=#003366><tr><td style='color:#fff'>",
     "<font color='#003366'>", "</font>"},
    {"transparent", "", "<span style='color:transparent'>", "</span>"},
    {"alpha 0", "", "<span style='color:rgba(0,0,0,0)'>", "</span>"},
    {"opacity:0", "", "<span style='opacity:0'>", "</span>"},
    {"off the page", "", "<span style='position:absolute;left:-9999px'>", "</span>"},
    {"text-indent", "", "<span style='display:inline-block;text-indent:-9999px'>", "</span>"},
    {"max-height:0", "", "<span style='display:inline-block;max-height:0;overflow:hidden'>",
     "</span>"},
    {"width and height 0", "",
     "<span style='display:inline-block;height:0;width:0;overflow:hidden'>", "</span>"},
    {"clip", "", "<span style='position:absolute;clip:rect(0 0 0 0)'>", "</span>"},
    {"clip-path", "", "<span style='position:absolute;clip-path:inset(100%)'>", "</span>"},
    {"scale(0)", "", "<span style='display:inline-block;transform:scale(0)'>", "</span>"},
    {"rule of a class", "<style>.q{display:none}</style>", "<span class='a q'>", "</span>"},
    {"rule of an id", "<style>p #q , x{font-size:0}</style>", "<span id=q>", "</span>"},
    {"rule of a name", "<style><!-- u { color: #FFF } --></style>", "<u>", "</u>"},
    {"rule in @media screen", "<style>@media screen{i.q{opacity:0}}</style>", "<i class=q>",
     "</i>"},
    {"mso-hide", "", "<span style='mso-hide:all;display:none'>", "</span>"},
    {"template", "", "<template>", "</template>"},
    {"noembed", "", "<noembed>", "</noembed>"},
    {"deep inside", "<div style='font-size:0'><b><i><span style='font-size:16px'>",
     "<span style='font-size:0%'>", "</span>"},
};

static const char *const brands[][2] = {
    {"Pay", "Pal"}, {"Micro", "soft"}, {"Ama", "zon"}, {"三井住友", "銀行"}, {"DocuS", "ign"}};

extern char **environ;

static struct arena *a;

static struct msg *
scan(const char *html)
{
    const char *raw = arena_printf(
        a,
        "From: =?utf-8?Q?Service?= <x@sender.example>\r\nTo: y@example.com\r\nSubject: Notice\r\n"
        "Date: Sat, 28 Nov 2026 00:00:00 +0000\r\nMessage-ID: <1@sender.example>\r\n"
        "MIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n\r\n%s\r\n",
        html);
    return msg_scan(a, (const unsigned char *)raw, strlen(raw), NULL);
}

static bool
found(const struct msg *m, const char *code)
{
    for (int i = 0; i < m->nfindings; i++)
        if (strcmp(m->findings[i].code, code) == 0)
            return true;
    return false;
}

static void
words_cut_by_hidden_text(void **state)
{
    int wrong = 0;
    (void)state;
    assert_true(sizeof ways / sizeof *ways >= 12);
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        for (size_t b = 0; b < sizeof brands / sizeof *brands; b++) {
            struct buf *html = buf_new(a, 0);
            buf_printf(html, "<html><body>%s<p>", ways[i].head);
            for (int k = 0; k < 4; k++)
                buf_printf(html, "Your %s%sxq%dz%s%s account is limited. ", brands[b][0],
                           ways[i].before, k, ways[i].behind, brands[b][1]);
            const char *whole = arena_printf(a, "%s%s", brands[b][0], brands[b][1]);
            struct msg *m = scan(buf_cstr(html));
            if (strstr(m->text, whole) && strstr(m->normal, whole) && strstr(m->hidden, "xq2z") &&
                !strstr(m->text, "xq2z") && found(m, "hidden-in-words") &&
                strcmp(policy_verdict(m), "clean") != 0)
                continue;
            print_error("%s, %s: %s\n", ways[i].name, whole, m->text);
            wrong++;
        }
    }
    assert_int_equal(wrong, 0);
}

/* Looks hidden, but browsers show it: it must be seen, or something would hide behind our mistake. */
static void
what_is_shown_all_the_same(void **state)
{
    static const char *const shown[] = {
        "<p style='display:none;display:block'>WORD</p>",
        "<p hidden style='display:block'>WORD</p>",
        "<p style='display:none'>x<p>WORD",
        "<div style='font-size:0'><span style='font-size:14px'>WORD</span></div>",
        "<div style='visibility:hidden'><b style='visibility:visible'>WORD</b></div>",
        "<style>.a{display:none}</style><style>.a{display:block}</style><p class=a>WORD",
        "<style>.a{display:none}</style><p class=a style='display:block'>WORD",
        "<style>@media print{.a{display:none}}</style><p class=a>WORD",
        "<style>@media (max-width:600px){.a{display:none}}</style><p class=a>WORD",
        "<style>.a .b{display:none}</style><p class=b>WORD",
        "<style>a:hover{display:none}</style><a>WORD</a>",
        "<span style='height:0;overflow:hidden'>WORD</span>",
        "<table><tr><td style='height:0;width:0;overflow:hidden'>WORD</td></tr></table>",
        "<div style='max-height:0'>WORD</div>",
        "<div style='left:-9999px'>WORD</div>",
        "<table bgcolor=black><tr><td><font color=white>WORD</font>",
        "<td style='background:#123 url(x.png)'><font color=white>WORD</font>",
        "<div style='background-image:url(x.png);color:#fff'>WORD</div>",
        "<div style='mso-hide:all'>WORD</div>",
        "<table style='display:none'>WORD<tr><td>x</td></tr></table>",
        "<div style='display:none'>x</div><div>WORD</div>",
        "<div style='display:none'><p>x</div>WORD",
        "<span style='display:none'><div>x</span></div></span>WORD",
        "<div style='display:none'/>x</div>WORD",
        "<br style='display:none'>WORD",
        "<img style='display:none'>WORD",
        "<a style='display:none' <p>x</a>WORD",
        "<!-->WORD<!-- -->",
        "<!--->WORD<!-- -->",
        "<!-- x --!>WORD<!-- -->",
        "<!x>WORD",
        "<?x>WORD",
        "</ x>WORD",
        "<![if !mso]>WORD<![endif]>",
        "<!--[if !mso]><!-->WORD<!--<![endif]-->",
        "<noscript>WORD</noscript>",
        "<xmp>WORD</xmp>",
        "<plaintext>WORD",
        "<textarea>WORD</textarea>",
        "<svg><![CDATA[WORD]]></svg>",
        "<style>x</style >WORD",
        "<script></scripty></script>WORD",
        "<title>x</title>WORD",
        "</body></html>WORD",
    };
    int wrong = 0;
    (void)state;
    for (size_t i = 0; i < sizeof shown / sizeof *shown; i++) {
        struct msg *m = scan(shown[i]);
        if (strstr(m->text, "WORD"))
            continue;
        print_error("not shown: %s\n", shown[i]);
        wrong++;
    }
    assert_int_equal(wrong, 0);
}

static void
hidden_for_good_reasons(void **state)
{
    static const char *const twins[] = {
        /* the line that inboxes show */
        "<div style='display:none;max-height:0;overflow:hidden;mso-hide:all'>Ten offers this week "
        "&zwnj;&nbsp;&zwnj;&nbsp;"
        "&zwnj;&nbsp;&zwnj;&nbsp;&zwnj;&nbsp;&zwnj;&nbsp;</div><p>Hello Anna, here are our "
        "offers.</p>",
        "<span style='font-size:1px;color:#ffffff;line-height:1px;opacity:0'>See what is "
        "new</span><h1>News</h1>",
        /* for phones, for Outlook, for those who hear */
        "<style>.m{display:none}@media(max-width:600px){.m{display:block!important}}</"
        "style><p>Menu</p><p class=m>Menu</p>",
        "<!--[if mso]><table><tr><td>Buy now</td></tr></table><![endif]--><a "
        "href='https://shop.example/'>Buy now</a>",
        "<p>Open<span style='position:absolute;left:-10000px'> (in a new window)</span> the "
        "page</p>",
        /* white on a colour, space between pictures */
        "<table><tr><td style='background-color:#0a0'><a href='https://shop.example/' "
        "style='color:#fff'>Go</a></td></tr></table>",
        "<table><tr><td style='font-size:0;line-height:0'>&nbsp;</td></tr></table><p>Text</p>",
        /* one word with a hint for line breaks, words that German has */
        "<p>Donau&shy;dampf&shy;schiff&shy;fahrt und "
        "Lebens&shy;versicherungs&shy;gesell&shy;schaft, Kraft&shy;fahr&shy;zeug</p>",
        "<p>super<wbr>cali<wbr>fragi<wbr>listic</p>",
        "<p>f<b>o</b>r ex<i>amp</i>le, H<sub>2</sub>O</p>",
        "<p>This <!-- a comment --> is <!--x-->text<!--y-->.</p>",
    };
    (void)state;
    for (size_t i = 0; i < sizeof twins / sizeof *twins; i++) {
        struct msg *m = scan(twins[i]);
        for (int k = 0; k < m->nfindings; k++)
            if (strcmp(m->findings[k].scanner, "hidden") == 0)
                fail_msg("%s: %s", m->findings[k].code, twins[i]);
        assert_string_equal(policy_verdict(m), "clean");
    }
}

static void
far_more_hidden_than_shown(void **state)
{
    struct buf *html = buf_new(a, 0);
    (void)state;
    buf_str(html, "<p>Click here</p><div style='font-size:0'>");
    for (int i = 0; i < 300; i++)
        buf_str(html, "garden winter story ");
    assert_true(found(scan(buf_cstr(html)), "hidden-text"));
}

/* ------------------------------------------------------------------ packs */

static int mails, alarms;

static void
look_at(const char *path)
{
    FILE *f = fopen(path, "re");
    size_t n;
    unsigned char *raw = malloc(1 << 21);
    struct arena *outer = a;
    if (!f)
        abort();
    n = fread(raw, 1, 1 << 21, f);
    fclose(f);
    a = arena_new();
    struct msg *m = msg_scan(a, raw, n, NULL);
    mails++;
    for (int k = 0; k < m->nfindings; k++) {
        const struct msg_finding *x = &m->findings[k];
        if ((strcmp(x->scanner, "hidden") == 0 || strcmp(x->scanner, "url") == 0)) {
            print_message("%s: %s %s %g \"%s\"\n", strrchr(path, '/') + 1, x->code, x->kind,
                          x->score, x->evidence);
            alarms += *x->kind != '\0';
        }
    }
    arena_free(&a);
    a = outer;
    free(raw);
}

/* Only those that labels.tsv calls ham. */
static void
ham_of(const char *folder)
{
    char line[4096], file[1000], label[100], path[1200];
    FILE *f;
    snprintf(path, sizeof path, "%s/labels.tsv", folder);
    f = fopen(path, "re");
    assert_non_null(f);
    while (fgets(line, sizeof line, f)) {
        if (sscanf(line, "%999[^\t]\t%99[^\t\n]", file, label) != 2 || strcmp(label, "ham") != 0)
            continue;
        snprintf(path, sizeof path, "%s/%s", folder, file);
        look_at(path);
    }
    fclose(f);
}

static void
real_mail_is_unharmed(void **state)
{
    static const char *const packs[] = {"modern-mixed-a", "spamassassin-corpus"};
    char path[300];
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        char dir[] = "/tmp/sekisho-hidden-XXXXXX";
        snprintf(path, sizeof path, "../shared/data/mail/%s.tar.zst", packs[i]);
        if (access(path, R_OK) != 0)
            skip();
        assert_true(unpack(path, dir));
        snprintf(path, sizeof path, "%s/%s", dir, packs[i]);
        ham_of(path);
        unpack_remove(dir);
    }
    print_message("%d mails, %d would be held\n", mails, alarms);
    assert_true(mails > 4000);
    assert_int_equal(alarms, 0);
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
        T(words_cut_by_hidden_text),   T(what_is_shown_all_the_same), T(hidden_for_good_reasons),
        T(far_more_hidden_than_shown), T(real_mail_is_unharmed),
    };
    g_mime_init();
    charset_preload();
    return cmocka_run_group_tests_name("hidden", tests, NULL, NULL);
}
