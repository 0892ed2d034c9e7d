/* winmail.dat: what is in it is looked at like other files, however deep, and what is broken is not clean. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>

#include <cmocka.h>
#include <gmime/gmime.h>

#include "engine/content/content.h"
#include "engine/content/rtf_packed.h"
#include "engine/msg/charset.h"
#include "content_mail.h"
#include "file_maker.h"

static struct arena *a;

/* ------------------------------------------------------------------ making it */

static void
begin(struct buf *b)
{
    zip_le(b, 0x223e9f78, 4);
    zip_le(b, 1, 2);
}

static void
attribute(struct buf *b, int level, uint32_t id, const void *p, size_t n)
{
    unsigned sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += ((const unsigned char *)p)[i];
    buf_char(b, (char)level);
    zip_le(b, id, 4);
    zip_le(b, n, 4);
    buf_add(b, p, n);
    zip_le(b, sum & 0xffff, 2);
}

static void
file(struct buf *b, const char *name, const void *p, size_t n)
{
    attribute(b, 2, 0x00069002, "\1\0\0\0\0\0\0\0\0\0\0\0\0\0", 14);
    attribute(b, 2, 0x00018010, name, strlen(name) + 1);
    attribute(b, 2, 0x0006800f, p, n);
}

/* One property of bytes, with a long name of UTF-16 in front. */
static void
object(struct buf *b, const char *name, uint32_t tag, const void *p, size_t n)
{
    struct buf *m = buf_new(a, 0);
    size_t wide = 2 * (strlen(name) + 1);
    attribute(b, 2, 0x00069002, "\1\0\0\0\0\0\0\0\0\0\0\0\0\0", 14);
    zip_le(m, 2, 4);
    zip_le(m, 0x3707001f, 4);
    zip_le(m, 1, 4);
    zip_le(m, wide, 4);
    for (size_t i = 0; i <= strlen(name); i++)
        zip_le(m, (unsigned char)name[i], 2);
    made_fill(m, (4 - wide % 4) % 4);
    zip_le(m, tag, 4);
    zip_le(m, 1, 4);
    zip_le(m, n, 4);
    buf_add(m, p, n);
    made_fill(m, (4 - n % 4) % 4);
    attribute(b, 2, 0x00069005, m->data, m->len);
}

/* A message in a file: 16 bytes say of which class it is. */
static void
inner(struct buf *b, const struct buf *message)
{
    struct buf *with = buf_new(a, 0);
    buf_add(with, "\7\3\2\0\0\0\0\0\xc0\0\0\0\0\0\0\x46", 16);
    buf_add(with, message->data, message->len);
    object(b, "note", 0x3701000d, with->data, with->len);
}

static void
property(struct buf *b, uint32_t tag, const void *p, size_t n)
{
    struct buf *m = buf_new(a, 0);
    zip_le(m, 1, 4);
    zip_le(m, tag, 4);
    zip_le(m, 1, 4);
    zip_le(m, n, 4);
    buf_add(m, p, n);
    made_fill(m, (4 - n % 4) % 4);
    attribute(b, 1, 0x00069003, m->data, m->len);
}

static struct msg *
scan(const struct buf *b)
{
    return content_mail(a, "see the file", "winmail.dat", "application/ms-tnef", b->data, b->len);
}

static const struct msg_part *
part(const struct msg *m, const char *name)
{
    for (int i = 0; i < m->nparts; i++)
        if (strcmp(m->parts[i].name, name) == 0)
            return &m->parts[i];
    return NULL;
}

/* ------------------------------------------------------------------ tests */

static void
files_are_found(void **state)
{
    struct buf *b = buf_new(a, 0), *pe = buf_new(a, 0), *zip = buf_new(a, 0);
    (void)state;
    made_pe(pe);
    made_eicar_zip(a, zip);
    begin(b);
    attribute(b, 1, 0x00018004, "Subject of it", 14);
    file(b, "PHOTO.JPG", pe->data, pe->len);
    object(b, "long name.zip", 0x37010102, zip->data, zip->len);
    struct msg *m = scan(b);
    assert_non_null(part(m, "PHOTO.JPG"));
    assert_non_null(part(m, "long name.zip"));
    assert_non_null(part(m, "eicar.com"));
    assert_non_null(content_found(m, "file-disguised"));
    assert_non_null(strstr(m->file_text, "Subject of it"));
    assert_true(content_held(m));
}

/* The name counts when it stands behind the data, and it need not be called winmail.dat. */
static void
order_and_name_do_not_matter(void **state)
{
    struct buf *b = buf_new(a, 0);
    (void)state;
    begin(b);
    attribute(b, 2, 0x00069002, "\1\0\0\0\0\0\0\0\0\0\0\0\0\0", 14);
    attribute(b, 2, 0x0006800f, "hello", 5);
    attribute(b, 2, 0x00018010, "run.bat", 8);
    struct msg *m = content_mail(a, "x", "ATT00001.bin", "text/plain", b->data, b->len);
    assert_non_null(part(m, "run.bat"));
}

static void
text_is_read(void **state)
{
    static const char html[] = "<p>Please <a href=\"https://inside.example/h\">sign in</a></p>";
    static const unsigned char rtf[] = /* the example of [MS-OXRTFCP], 3.1.1 */
        "\x2d\0\0\0\x2b\0\0\0\x4c\x5a\x46\x75\xf1\xc5\xc7\xa7\x03\0\x0a\0\x72\x63\x70\x67\x31\x32"
        "\x35\x42\x32\x0a\xf3\x20\x68\x65\x6c\x09\0\x20\x62\x77\x05\xb0\x6c\x64\x7d\x0a\x80\x0f"
        "\xa0";
    struct buf *b = buf_new(a, 0);
    size_t n;
    (void)state;
    begin(b);
    property(b, 0x10130102, html, sizeof html - 1);
    property(b, 0x10090102, rtf, sizeof rtf - 1);
    struct msg *m = scan(b);
    assert_true(content_has_url(m, "https://inside.example/h"));
    assert_non_null(strstr(m->file_text, "hello world"));
    assert_string_equal(rtf_unpack(a, rtf, sizeof rtf - 1, &n),
                        "{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n");
    assert_int_equal(content_count(m), 0);
}

static void
inner_messages_are_opened(void **state)
{
    struct buf *b = NULL, *outer;
    (void)state;
    for (int depth = 0; depth < CONTENT_LAYERS; depth++) {
        outer = buf_new(a, 0);
        begin(outer);
        if (b)
            inner(outer, b);
        else
            file(outer, "run.bat", "hello", 5);
        b = outer;
    }
    struct msg *m = scan(b);
    assert_non_null(part(m, "run.bat"));
    assert_int_equal(m->nexceptions, 0);
    outer = buf_new(a, 0);
    begin(outer);
    inner(outer, b);
    m = scan(outer);
    assert_null(part(m, "run.bat"));
    assert_string_equal(m->exceptions[0].code, "archive-layers");
    assert_string_equal(policy_verdict(m), "unscannable");
}

/* Wherever it ends, what was read is looked at; the rest is missed only where a whole attribute ends. */
static void
broken_is_not_clean(void **state)
{
    struct buf *b = buf_new(a, 0), *cut;
    size_t first;
    (void)state;
    begin(b);
    first = b->len;
    object(b, "a.txt", 0x37010102, "hello", 5);
    for (size_t n = first + 12; n < b->len - 2; n++) {
        cut = buf_new(a, 0);
        buf_add(cut, b->data, n);
        bool whole = n >= first + 25 && n <= first + 25 + 11;
        assert_true(whole || content_found(scan(cut), "archive-broken"));
    }
    cut = buf_new(a, 0);
    buf_add(cut, b->data, b->len);
    zip_le(b, 0, 1);
    memcpy(b->data + first + 25 + 9, "\xff\xff\xff\xff", 4); /* more properties than there are */
    assert_non_null(content_found(scan(b), "archive-broken"));
    assert_int_equal(content_count(scan(cut)), 0);
}

/* Behind the properties that are read there may be a file; and a file may have its bytes in two places. */
static void
nothing_is_passed_over(void **state)
{
    struct buf *b = buf_new(a, 0), *m = buf_new(a, 0);
    (void)state;
    begin(b);
    zip_le(m, 6001, 4);
    for (int i = 0; i < 6000; i++) {
        zip_le(m, 0x0e070003, 4);
        zip_le(m, 0, 4);
    }
    zip_le(m, 0x37010102, 4);
    zip_le(m, 1, 4);
    zip_le(m, 4, 4);
    zip_le(m, 0, 4);
    attribute(b, 2, 0x00069005, m->data, m->len);
    assert_non_null(content_found(scan(b), "archive-broken"));
    buf_clear(b);
    buf_clear(m);
    begin(b);
    made_eicar_zip(a, m);
    object(b, "a.zip", 0x37010102, m->data, m->len);
    attribute(b, 2, 0x0006800f, "hello", 5);
    assert_non_null(part(scan(b), "eicar.com"));
}

static double
seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void
bombs_are_cheap(void **state)
{
    struct buf *b = buf_new(a, 0), *m = buf_new(a, 0);
    double start = seconds();
    (void)state;
    begin(b);
    for (int i = 0; i < 1000; i++)
        file(b, "a.txt", "hello", 5);
    struct msg *many = scan(b);
    assert_string_equal(many->exceptions[0].code, "archive-files");
    buf_clear(b);
    begin(b);
    zip_le(m, 0xffffffff, 4);
    for (int i = 0; i < 500000; i++) { /* properties of no length, and of many values */
        zip_le(m, 0x10001102, 4);
        zip_le(m, 0xffffffff, 4);
    }
    attribute(b, 1, 0x00069003, m->data, m->len);
    scan(b);
    buf_clear(m);
    zip_le(m, 0, 8);
    buf_str(m, "LZFu");
    zip_le(m, 0, 4);
    for (int i = 0; i < 100000; i++)
        buf_add(m, "\xff\0\x0f\0\x0f\0\x0f\0\x0f\0\x0f\0\x0f\0\x0f\0\x0f", 17);
    size_t n;
    assert_non_null(rtf_unpack(a, (unsigned char *)m->data, m->len, &n));
    assert_true(n <= 9 * m->len + 64);
    assert_true(seconds() - start < 2);
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
        CASE("T-A7 winmail.dat: files in it are looked at", files_are_found),
        CASE("winmail.dat: neither order nor name matter", order_and_name_do_not_matter),
        CASE("winmail.dat: its text and addresses are read", text_is_read),
        CASE("T-M2 winmail.dat: inner messages are opened, up to the limit",
             inner_messages_are_opened),
        CASE("winmail.dat: what is broken is not clean", broken_is_not_clean),
        CASE("T-A7 winmail.dat: nothing in it is passed over", nothing_is_passed_over),
        CASE("T-M2 winmail.dat: bombs are cheap", bombs_are_cheap),
    };
    g_mime_init();
    charset_preload();
    return cmocka_run_group_tests_name("tnef", tests, NULL, NULL);
}
