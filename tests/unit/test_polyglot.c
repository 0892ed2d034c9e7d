/*
 * Files that are two things, or not what they say (T-A7): each hides EICAR, a program or a script behind something else,
 * and is held. Their harmless twins, which look much the same, are not.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>
#include <gmime/gmime.h>

#include "common/token.h"
#include "engine/msg/charset.h"
#include "content_mail.h"
#include "file_maker.h"

static struct arena *a;
static char eicar_sum[65];

static const char js[] = "*/=1;new ActiveXObject('WScript.Shell').Run('calc.exe');";
static const char page[] = "<script>location='https://evil.example/'</script>";

/* ------------------------------------------------------------------ one thing behind another */

static void
to_iso_mark(struct buf *b)
{
    made_fill(b, 32768 - b->len);
    buf_add(b, "\1CD001\1", 7);
    made_fill(b, 2048);
}

#define FRONT(name_, front, behind)  \
    static void name_(struct buf *b) \
    {                                \
        front;                       \
        behind;                      \
    }
#define ZIP made_eicar_zip(a, b)
#define RAR made_rar(a, b, "eicar.com", MADE_EICAR, sizeof MADE_EICAR - 1)
#define SEVEN                                                                  \
    made_archive(a, b, archive_write_set_format_7zip, "eicar.com", MADE_EICAR, \
                 sizeof MADE_EICAR - 1)
#define CAB made_cab(b, "eicar.com", MADE_EICAR, sizeof MADE_EICAR - 1)
#define TEXT(s) buf_add(b, s, sizeof s - 1)

FRONT(gif_zip, made_gif(b), ZIP)
FRONT(jpeg_zip, made_jpeg(b, NULL), ZIP)
FRONT(png_zip, made_png(b, NULL), ZIP)
FRONT(bmp_zip, made_bmp(b), ZIP)
FRONT(mp3_zip, TEXT("ID3\4\0\0\0\0\0\0\xff\xfb\x90\0"), ZIP)
FRONT(jpeg_rar, made_jpeg(b, NULL), RAR)
FRONT(png_rar, made_png(b, NULL), RAR)
FRONT(gif_rar, made_gif(b), RAR)
FRONT(jpeg_7z, made_jpeg(b, NULL), SEVEN)
FRONT(gif_7z, made_gif(b), SEVEN)
FRONT(png_cab, made_png(b, NULL), CAB)
FRONT(pdf_zip, made_pdf(b), ZIP)
FRONT(pdf_rar, made_pdf(b), RAR)
FRONT(html_zip, TEXT("<!DOCTYPE html><html><body>hello</body></html>\n"), ZIP)
FRONT(rtf_zip, TEXT("{\\rtf1 hello}\n"), ZIP)
FRONT(rar_zip, RAR, ZIP)
FRONT(seven_zip, SEVEN, ZIP)
FRONT(batch_zip, TEXT("@echo off\r\nstart calc.exe\r\nexit\r\n"), ZIP)
FRONT(pe_pdf, made_pe(b), made_pdf(b))
FRONT(mz_pdf, TEXT("MZ\n"), made_pdf(b))
FRONT(batch_pdf, TEXT("@echo off\r\nstart calc.exe\r\nexit\r\n"), made_pdf(b))
FRONT(html_pdf, TEXT("<html><script>alert(1)</script><!--\n"), made_pdf(b))
FRONT(jpeg_pdf, made_jpeg(b, NULL), made_pdf(b))
FRONT(pdf_html, TEXT("%PDF-1.4\n<html><script>alert(1)</script>\n"), made_pdf(b))
FRONT(pdf_iso, made_pdf(b), to_iso_mark(b))
FRONT(iso_zip, to_iso_mark(b), ZIP)
FRONT(png_html, made_png(b, page), (void)0)
FRONT(jpeg_html, made_jpeg(b, page), (void)0)
FRONT(png_hta, made_png(b, NULL), TEXT("<hta:application id=x><script>x()</script>"))
FRONT(webp_html, TEXT("RIFF\x40\0\0\0WEBPVP8 "), buf_str(b, page))
FRONT(gif_js, TEXT("GIF89a/*\0\0\0\0\0"), buf_str(b, js))
FRONT(gif_name_js, TEXT("GIF89a=1;"), buf_str(b, js + 5))
FRONT(bmp_js, TEXT("BM/*\0\0\0\0"), buf_str(b, js))
FRONT(jpeg_js, TEXT("\xff\xd8\xff\xe0/*JFIF\0\1\1"), buf_str(b, js))
FRONT(jpeg_pe, made_jpeg(b, NULL), made_pe(b))
FRONT(png_pe, made_png(b, NULL), made_pe(b))

static void
png_vhd(struct buf *b)
{
    made_png(b, NULL);
    made_fill(b, 4096 - b->len);
    buf_str(b, "conectix");
    made_fill(b, 504);
}

static void
zip_tar(struct buf *b)
{
    made_tar(b, "PK\3\4", MADE_EICAR, sizeof MADE_EICAR - 1);
}

static void
jpeg_tar(struct buf *b)
{
    made_tar(b, "\xff\xd8\xff\xe0", MADE_EICAR, sizeof MADE_EICAR - 1);
}

static void
pdf_in_extra(struct buf *b)
{
    struct buf *pdf = buf_new(a, 0);
    made_pdf(pdf);
    made_zip(a, b, "x", MADE_EICAR, sizeof MADE_EICAR - 1);
    b->data[28] = (char)(pdf->len & 0xff);
    b->data[29] = (char)(pdf->len >> 8);
    struct buf *all = buf_new(a, 0);
    buf_add(all, b->data, 31);
    buf_add(all, pdf->data, pdf->len);
    buf_add(all, b->data + 31, b->len - 31);
    buf_clear(b);
    buf_add(b, all->data, all->len);
}

/* ------------------------------------------------------------------ one thing under the name of another */

static void
msi(struct buf *b)
{
    made_ole(b, "\x84\x10\x0c\0\0\0\0\0\xc0\0\0\0\0\0\0\x46");
}

static void
shortcut(struct buf *b)
{
    TEXT("\x4c\0\0\0\1\x14\2\0\0\0\0\0\xc0\0\0\0\0\0\0\x46");
    made_fill(b, 80);
}

FRONT(elf, TEXT("\177ELF\2\1\1\0"), made_fill(b, 64))
FRONT(mach, TEXT("\xcf\xfa\xed\xfe\7\0\0\1"), made_fill(b, 64))
FRONT(java, TEXT("\xca\xfe\xba\xbe\0\0\0\x34"), made_fill(b, 64))
FRONT(dex, TEXT("dex\n035\0"), made_fill(b, 64))
FRONT(chm, TEXT("ITSF\3\0\0\0"), made_fill(b, 64))
FRONT(shell, TEXT("#!/bin/sh\nrm -rf ~\n"), (void)0)
FRONT(hta, TEXT("<html><hta:application id=x><script>x()</script></html>"), (void)0)

static void
pe_in_zip(struct buf *b)
{
    struct buf *pe = buf_new(a, 0);
    made_pe(pe);
    made_zip(a, b, "report.pdf", pe->data, pe->len);
}

#define RLO "\xe2\x80\xae"

static const struct row {
    const char *name;
    void (*make)(struct buf *b);
    bool eicar; /* is found as a file of its own, too */
} polyglots[] = {
    {"a.gif", gif_zip, true},     {"a.jpg", jpeg_zip, true},   {"a.png", png_zip, true},
    {"a.bmp", bmp_zip, true},     {"a.mp3", mp3_zip, true},    {"a.jpg", jpeg_rar, true},
    {"a.png", png_rar, true},     {"a.gif", gif_rar, true},    {"a.jpg", jpeg_7z, true},
    {"a.gif", gif_7z, true},      {"a.png", png_cab, true},    {"a.pdf", pdf_zip, true},
    {"a.zip", pdf_zip, true},     {"a.pdf", pdf_rar, true},    {"a.html", html_zip, true},
    {"a.rtf", rtf_zip, true},     {"a.rar", rar_zip, true},    {"a.7z", seven_zip, true},
    {"a.docx", batch_zip, true},  {"a.zip", batch_zip, true},  {"a.pdf", pe_pdf, false},
    {"a.pdf", mz_pdf, false},     {"a.pdf", batch_pdf, false}, {"a.pdf", html_pdf, false},
    {"a.html", html_pdf, false},  {"a.jpg", jpeg_pdf, false},  {"a.pdf", pdf_html, false},
    {"a.pdf", pdf_iso, false},    {"a.iso", iso_zip, true},    {"a.zip", iso_zip, true},
    {"a.zip", zip_tar, true},     {"a.jpg", jpeg_tar, true},   {"a.pdf", pdf_in_extra, false},
    {"a.png", png_html, false},   {"a.jpg", jpeg_html, false}, {"a.png", png_hta, false},
    {"a.webp", webp_html, false}, {"a.gif", gif_js, false},    {"a.gif", gif_name_js, false},
    {"a.bmp", bmp_js, false},     {"a.jpg", jpeg_js, false},   {"a.jpg", jpeg_pe, false},
    {"a.png", png_pe, false},     {"a.png", png_vhd, false},
};

static const struct row others[] = {
    {"photo.jpg", made_pe, false},
    {"a.zip", made_pe, false},
    {"letter.doc", elf, false},
    {"a.txt", mach, false},
    {"a.jpg", java, false},
    {"a.png", dex, false},
    {"a.doc", chm, false},
    {"a.doc", msi, false},
    {"a.pdf", shortcut, false},
    {"a.jpg", shell, false},
    {"a.pdf", hta, false},
    {"a.zip", pe_in_zip, false},
    {"invoice.pdf.exe", made_pe, false},
    {"invoice.pdf          .exe", made_pe, false},
    {"invoice.pdf.exe. . ", made_pe, false},
    {"invoice.pdf.{00021401-0000-0000-C000-000000000046}", shell, false},
    {"invoice" RLO "fdp.exe", made_pe, false},
};

static bool
eicar_found(const struct msg *m)
{
    for (int i = 0; i < m->nparts; i++)
        if (strcmp(m->parts[i].sha256, eicar_sum) == 0)
            return true;
    return false;
}

static struct msg *
scan(const struct row *r)
{
    struct buf *b = buf_new(a, 0);
    r->make(b);
    return content_mail(a, "see the file", r->name, "application/octet-stream", b->data, b->len);
}

static void
held(const struct row *rows, size_t n)
{
    int failed = 0;
    for (size_t i = 0; i < n; i++) {
        struct msg *m = scan(&rows[i]);
        if (content_held(m) && (!rows[i].eicar || eicar_found(m)))
            continue;
        printf("# row %zu %s: %s\n", i, rows[i].name, content_held(m) ? "not opened" : "not held");
        content_print(m);
        failed++;
    }
    assert_int_equal(failed, 0);
}

static void
polyglots_are_held(void **state)
{
    (void)state;
    assert_true(sizeof polyglots / sizeof *polyglots >= 40);
    held(polyglots, sizeof polyglots / sizeof *polyglots);
}

static void
others_are_held(void **state)
{
    (void)state;
    held(others, sizeof others / sizeof *others);
}

/* It is not only the name: the same under a type that mails declare. */
static void
declared_types_count(void **state)
{
    struct buf *b = buf_new(a, 0);
    (void)state;
    made_pe(b);
    struct msg *m = content_mail(a, "x", "file", "image/jpeg", b->data, b->len);
    assert_non_null(content_found(m, "file-disguised"));
    assert_true(content_held(m));
}

/* ------------------------------------------------------------------ twins */

static void
junk_pdf(struct buf *b)
{
    TEXT("\r\n\r\nScanned by an old machine\r\n\0\0\0\0");
    made_pdf(b);
}

static void
jpeg_trailing(struct buf *b)
{
    made_jpeg(b, "made with <script fonts> by hand");
    made_fill(b, 100);
    TEXT("written by a camera");
}

static void
motion_photo(struct buf *b)
{
    made_jpeg(b, NULL);
    TEXT("\0\0\0\x18"
         "ftypmp42\0\0\0\0mp42isom");
    made_fill(b, 1000);
}

static void
package(struct buf *b, const char *one, const char *two)
{
    struct zip_file f[] = {ZIP_FILE(one, "<?xml version='1.0'?><a/>", 25),
                           ZIP_FILE(two, "<?xml version='1.0'?><a/>", 25)};
    zip_write(a, b, f, 2);
}

FRONT(docx, package(b, "[Content_Types].xml", "word/document.xml"), (void)0)
FRONT(xlsx, package(b, "[Content_Types].xml", "xl/workbook.xml"), (void)0)
FRONT(project, package(b, "META-INF/MANIFEST.MF", "src/a.txt"), (void)0)

static void
pdf_in_zip(struct buf *b)
{
    struct buf *pdf = buf_new(a, 0);
    made_pdf(pdf);
    struct zip_file f[] = {ZIP_FILE("a.txt", "hello", 5), ZIP_FILE("b.pdf", pdf->data, pdf->len)};
    f[0].method = f[1].method = 0;
    zip_write(a, b, f, 2);
}

static void
pdf_in_tar(struct buf *b)
{
    struct buf *pdf = buf_new(a, 0);
    made_pdf(pdf);
    made_tar(b, "a.pdf", pdf->data, pdf->len);
}

static void
zip_in_tar(struct buf *b)
{
    struct buf *zip = buf_new(a, 0);
    made_zip(a, zip, "a.txt", "hello", 5);
    made_tar(b, "a.zip", zip->data, zip->len);
}

static void
zip_in_pdf(struct buf *b)
{
    TEXT("%PDF-1.4\n1 0 obj\n<</Type/Catalog>>\nendobj\n2 0 obj\n<</Length 150>>\nstream\n");
    made_zip(a, b, "a.txt", "hello", 5);
    TEXT("\nendstream\nendobj\ntrailer\n<</Root 1 0 R>>\n%%EOF\n");
}

static void
rar_in_pdf(struct buf *b)
{
    TEXT("%PDF-1.4\n1 0 obj\n<</Type/Catalog>>\nendobj\n2 0 obj\n<</Length 99>>\nstream\n");
    made_rar(a, b, "a.txt", "hello", 5);
    TEXT("\nendstream\nendobj\ntrailer\n<</Root 1 0 R>>\n%%EOF\n");
}

static void
sources(struct buf *b)
{
    struct zip_file f[20];
    for (int i = 0; i < 20; i++)
        f[i] = (struct zip_file)ZIP_FILE(arena_printf(a, "src/%d.%s", i, i % 5 ? "py" : "dll"),
                                         "MZ\x90\0 print(1)\n", 14);
    zip_write(a, b, f, 20);
}

static void
setup_program(struct buf *b)
{
    made_pe(b);
    made_zip(a, b, "readme.txt", "hello", 5);
}

static void
noise(struct buf *b)
{
    uint32_t x = 1;
    for (int i = 0; i < 1 << 20; i++) {
        x = x * 1664525 + 1013904223;
        buf_char(b, (char)(x >> 24));
    }
}

FRONT(text_mz, TEXT("MZ is what programs of DOS begin with.\n"), (void)0)
FRONT(text_pk, TEXT("PK is short for many things: %PDF-1.4, GIF89a, <script>.\n"), (void)0)
FRONT(text_bm, TEXT("BM=1 is a line of text, too.\nGIF89a\n"), (void)0)
FRONT(text_batch, TEXT("echo hello\r\nREM @echo off\r\n"), (void)0)
FRONT(page_about_pdf, TEXT("<html><body>Files begin with %PDF-1.4; an obj is in it.</body></html>"),
      (void)0)
FRONT(table_as_xls, TEXT("<html><table><tr><td>1</td></tr></table></html>"), (void)0)
FRONT(rtf_as_doc, TEXT("{\\rtf1 hello}"), (void)0)
FRONT(disk, made_archive(a, b, archive_write_set_format_iso9660, "a.txt", "hello", 5), (void)0)
FRONT(odd_gif, TEXT("GIF89a\x2f\x2a\1\0\x80\0\0\0\0\0\xff\xff\xff,\0\0\0\0\1\0\1\0\0\2\2D\1\0;"),
      (void)0)
FRONT(xmp_png, made_png(b, "XML:com.adobe.xmp<x:xmpmeta xmlns:x='adobe:ns:meta/'/>"), (void)0)

static const struct row twins[] = {
    {"scan.pdf", junk_pdf, false},
    {"a.pdf", made_pdf, false},
    {"a.jpg", jpeg_trailing, false},
    {"a.jpg", motion_photo, false},
    {"a.docx", docx, false},
    {"a.xlsx", xlsx, false},
    {"project.zip", project, false},
    {"a.zip", pdf_in_zip, false},
    {"a.tar", pdf_in_tar, false},
    {"a.tar", zip_in_tar, false},
    {"a.pdf", zip_in_pdf, false},
    {"a.pdf", rar_in_pdf, false},
    {"setup.exe", setup_program, false},
    {"a.dat", noise, false},
    {"a.txt", text_mz, false},
    {"a.txt", text_pk, false},
    {"a.txt", text_bm, false},
    {"a.txt", text_batch, false},
    {"a.txt", shell, false},
    {"a.html", page_about_pdf, false},
    {"a.xls", table_as_xls, false},
    {"a.doc", rtf_as_doc, false},
    {"a.iso", disk, false},
    {"a.gif", odd_gif, false},
    {"a.png", xmp_png, false},
    {"tool.exe", made_pe, false},
    {"example.com", text_mz, false},
    {"sources.zip", sources, false},
    {"report.final.v2.pdf", made_pdf, false},
};

static void
twins_are_not_held(void **state)
{
    int failed = 0;
    (void)state;
    for (size_t i = 0; i < sizeof twins / sizeof *twins; i++) {
        struct msg *m = scan(&twins[i]);
        if (!content_held(m))
            continue;
        printf("# twin %zu %s is held\n", i, twins[i].name);
        content_print(m);
        failed++;
    }
    assert_int_equal(failed, 0);
}

/* ------------------------------------------------------------------ what cannot be opened */

static void
unknown_archives_are_not_clean(void **state)
{
    static const struct {
        const char *name, *bytes;
        size_t n;
    } rows[] = {{"a.vhdx", "vhdxfile", 8},
                {"a.vmdk", "KDMV\1\0\0\0", 8},
                {"a.ace", "\1\2\3\4\5\6\7**ACE**", 14},
                {"a.egg", "EGGA\0\1", 6},
                {"a.wim", "MSWIM\0\0\0", 8},
                {"a.zoo", "ZOO 2.10 Archive.\x1a\0\0\xdc\xa7\xc4\xfd", 24}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct buf *b = buf_new(a, 0);
        buf_add(b, rows[i].bytes, rows[i].n);
        made_fill(b, 100);
        struct msg *m =
            content_mail(a, "x", rows[i].name, "application/octet-stream", b->data, b->len);
        if (!content_found(m, "archive-unread"))
            printf("# %s\n", rows[i].name);
        assert_non_null(content_found(m, "archive-unread"));
        assert_string_equal(policy_verdict(m), "unscannable");
    }
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
#define CASE(name, fn)                  \
    {                                   \
        name, fn, setup, teardown, NULL \
    }
    const struct CMUnitTest tests[] = {
        CASE("T-A7 files that are two things are held, and both are looked at", polyglots_are_held),
        CASE("T-A7 programs and scripts under other names are held", others_are_held),
        CASE("T-A7 a declared type counts like a name", declared_types_count),
        CASE("T-A7 harmless twins are not held", twins_are_not_held),
        CASE("T-A7 archives and disks that are not opened are not clean",
             unknown_archives_are_not_clean),
    };
    unsigned char sum[32];
    struct arena *once = arena_new();
    g_mime_init();
    charset_preload();
    token_sha256(MADE_EICAR, sizeof MADE_EICAR - 1, sum);
    memcpy(eicar_sum, token_hex(once, sum, 32), 65);
    arena_free(&once);
    return cmocka_run_group_tests_name("polyglot", tests, NULL, NULL);
}
