/* QR codes: the same address in every carrier (T-E4), pictures that are bombs (T-A8), and harmless codes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <gmime/gmime.h>
#include <jpeglib.h>
#include <png.h>
#include <time.h>

#include "common/arena.h"
#include "common/buf.h"
#include "engine/image/image.h"
#include "engine/msg/charset.h"
#include "engine/msg/msg.h"
#include "engine/scan/scan.h"
#include "content_mail.h"
#include "qr_codes.h"

#define ADDRESS "https://qr.phish.example/login?id=7"
#define SCALE 5
#define QUIET 4

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

/* ------------------------------------------------------------------ pictures */

struct picture {
    int w, h;
    unsigned char *gray;
};

static struct picture
picture_of(const char *const *code, int n)
{
    int side = (n + 2 * QUIET) * SCALE;
    struct picture p = {side, side, arena_alloc(a, (size_t)side * (size_t)side)};
    for (int y = 0; y < side; y++)
        for (int x = 0; x < side; x++) {
            int my = y / SCALE - QUIET, mx = x / SCALE - QUIET;
            bool dark = my >= 0 && my < n && mx >= 0 && mx < n && code[my][mx] == '#';
            p.gray[y * side + x] = dark ? 0 : 255;
        }
    return p;
}

static struct picture
cut(const struct picture *p, int x0, int y0, int w, int h)
{
    struct picture c = {w, h, arena_alloc(a, (size_t)w * (size_t)h)};
    for (int y = 0; y < h; y++)
        memcpy(c.gray + y * w, p->gray + (y + y0) * p->w + x0, (size_t)w);
    return c;
}

static void
to_buf(png_structp png, png_bytep p, png_size_t n)
{
    buf_add(png_get_io_ptr(png), p, n);
}

static void
no_flush(png_structp png)
{
    (void)png;
}

/* alpha: dark is opaque black, light is transparent. */
static struct buf *
png(const struct picture *p, bool alpha, int interlace)
{
    struct buf *b = buf_new(a, 0);
    png_structp w = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
    png_infop info = png_create_info_struct(w);
    png_set_write_fn(w, b, to_buf, no_flush);
    png_set_IHDR(w, info, (png_uint_32)p->w, (png_uint_32)p->h, 8,
                 alpha ? PNG_COLOR_TYPE_RGB_ALPHA : PNG_COLOR_TYPE_GRAY, interlace, 0, 0);
    png_write_info(w, info);
    for (int pass = png_set_interlace_handling(w); pass > 0; pass--)
        for (int y = 0; y < p->h; y++) {
            unsigned char *row = arena_alloc(a, (size_t)p->w * 4);
            for (int x = 0; x < p->w; x++) {
                if (alpha)
                    row[x * 4 + 3] = p->gray[y * p->w + x] ? 0 : 255;
                else
                    row[x] = p->gray[y * p->w + x];
            }
            png_write_row(w, row);
        }
    png_write_end(w, NULL);
    png_destroy_write_struct(&w, &info);
    return b;
}

static struct buf *
jpeg(const struct picture *p)
{
    struct buf *b = buf_new(a, 0);
    struct jpeg_compress_struct j;
    struct jpeg_error_mgr err;
    unsigned char *mem = NULL;
    unsigned long n = 0;
    j.err = jpeg_std_error(&err);
    jpeg_create_compress(&j);
    jpeg_mem_dest(&j, &mem, &n);
    j.image_width = (unsigned)p->w;
    j.image_height = (unsigned)p->h;
    j.input_components = 1;
    j.in_color_space = JCS_GRAYSCALE;
    jpeg_set_defaults(&j);
    jpeg_start_compress(&j, TRUE);
    while (j.next_scanline < j.image_height) {
        JSAMPROW row = p->gray + j.next_scanline * j.image_width;
        jpeg_write_scanlines(&j, &row, 1);
    }
    jpeg_finish_compress(&j);
    jpeg_destroy_compress(&j);
    buf_add(b, mem, n);
    free(mem);
    return b;
}

static void
le(struct buf *b, unsigned long v, int n)
{
    while (n-- > 0) {
        buf_char(b, (char)(v & 255));
        v >>= 8;
    }
}

static struct buf *
bmp(const struct picture *p)
{
    struct buf *b = buf_new(a, 0);
    int pad = (4 - p->w * 3 % 4) % 4;
    buf_str(b, "BM");
    le(b, 0, 8);
    le(b, 54, 4);
    le(b, 40, 4);
    le(b, (unsigned long)p->w, 4);
    le(b, (unsigned long)p->h, 4);
    le(b, 1, 2);
    le(b, 24, 2);
    le(b, 0, 24);
    for (int y = p->h - 1; y >= 0; y--) {
        for (int x = 0; x < p->w; x++)
            for (int k = 0; k < 3; k++)
                buf_char(b, (char)p->gray[y * p->w + x]);
        le(b, 0, pad);
    }
    return b;
}

/* Without compression: a clear code before the codes would grow. */
static struct buf *
gif(const struct picture *p)
{
    struct buf *b = buf_new(a, 0), *data = buf_new(a, 0);
    uint32_t bits = 0;
    int nbits = 0;
    buf_str(b, "GIF89a");
    le(b, (unsigned long)p->w, 2);
    le(b, (unsigned long)p->h, 2);
    buf_add(b, "\x81\0\0\0\0\0\xff\xff\xff\0\0\0\0\0\0", 15);
    buf_char(b, ',');
    le(b, 0, 4);
    le(b, (unsigned long)p->w, 2);
    le(b, (unsigned long)p->h, 2);
    buf_add(b, "\0\7", 2);
    for (int i = 0; i <= p->w * p->h; i++) {
        if (i % 100 == 0) {
            bits |= 128u << nbits;
            nbits += 8;
        }
        unsigned code = i == p->w * p->h ? 129 : p->gray[i] ? 1 : 0;
        bits |= code << nbits;
        nbits += 8;
        while (nbits >= 8) {
            buf_char(data, (char)(bits & 255));
            bits >>= 8;
            nbits -= 8;
        }
    }
    for (size_t i = 0; i < data->len; i += 255) {
        size_t n = data->len - i > 255 ? 255 : data->len - i;
        buf_char(b, (char)n);
        buf_add(b, data->data + i, n);
    }
    buf_add(b, "\0;", 2);
    return b;
}

/* ------------------------------------------------------------------ messages */

static const char *
base64(const struct buf *b)
{
    char *text = g_base64_encode((const unsigned char *)buf_cstr(b), b->len);
    char *copy = arena_strdup(a, text);
    g_free(text);
    return copy;
}

static const char *
part(const char *type, const struct buf *b)
{
    return arena_printf(a,
                        "--b\nContent-Type: %s\nContent-Transfer-Encoding: base64\nContent-ID: "
                        "<x@y>\n\n%s\n",
                        type, base64(b));
}

static struct msg *
scan(const char *body)
{
    const char *raw = arena_printf(
        a, "From: a@b\nMIME-Version: 1.0\nContent-Type: multipart/related; boundary=b\n\n%s--b--\n",
        body);
    return msg_scan(a, (const unsigned char *)raw, strlen(raw), NULL);
}

static struct msg *
scan_text(const char *type, const char *text)
{
    return scan(arena_printf(a, "--b\nContent-Type: text/%s; charset=utf-8\n\n%s\n", type, text));
}

static int
codes(const struct msg *m)
{
    int n = 0;
    for (int i = 0; i < m->nurls; i++)
        n += strcmp(m->urls[i].source, "qr") == 0 && strcmp(m->urls[i].url, ADDRESS) == 0;
    return n;
}

static bool
has(const struct msg *m, const char *code)
{
    for (int i = 0; i < m->nfindings; i++)
        if (strcmp(m->findings[i].code, code) == 0)
            return true;
    return false;
}

/* One drawing: step lines of modules become a line. */
static const char *
drawing(const char *const *code, int n, int step, const char *const *glyphs, const char *newline)
{
    struct buf *b = buf_new(a, 0);
    for (int y = -2; y < n + 2; y += step) {
        for (int x = -2; x < n + 2; x++) {
            int dots = 0;
            for (int k = 0; k < step; k++)
                if (y + k >= 0 && y + k < n && x >= 0 && x < n && code[y + k][x] == '#')
                    dots |= 1 << k;
            buf_str(b, glyphs[dots]);
        }
        buf_str(b, newline);
    }
    return buf_cstr(b);
}

static const char *
table(const char *dark, const char *light)
{
    struct buf *b = buf_new(a, 0);
    buf_str(b, "<style>.k{width:4px;background-color:#112}.l { background : white }</style>\n"
               "<table><tr><td><p>Scan me</p><table cellspacing=0>\n");
    for (int y = 0; y < QR_URL; y++) {
        buf_str(b, "<tr height=4>");
        for (int x = 0; x < QR_URL; x++)
            buf_printf(b, "<td %s></td>", qr_url[y][x] == '#' ? dark : light);
        buf_str(b, "</tr>\n");
    }
    buf_str(b, "</table></td></tr></table>");
    return buf_cstr(b);
}

/* kind 0: a rectangle a module; 1: a closed path each; 2: strokes. */
static struct msg *
svg(int kind)
{
    struct buf *b = buf_new(a, 0);
    buf_str(b, "<svg xmlns=\"http://www.w3.org/2000/svg\"><rect width=\"37\" height=\"37\" "
               "fill=\"#ffffff\"/>");
    if (kind)
        buf_printf(b, "<path %s d=\"", kind == 2 ? "stroke=\"#000\"" : "fill=\"#000\"");
    for (int y = 0; y < QR_URL; y++)
        for (int x = 0; x < QR_URL; x++)
            if (qr_url[y][x] == '#')
                buf_printf(b,
                           kind == 0   ? "<rect x=\"%d\" y=\"%d\" width=\"1\" height=\"1\"/>"
                           : kind == 1 ? "M%d,%dh1v1h-1z"
                                       : "M%d %d.5h1",
                           x + 4, y + 4);
    buf_str(b, kind ? "\"/></svg>" : "</svg>");
    return scan(part("image/svg+xml; name=a.svg", b));
}

static const char *const halves[] = {" ", "▀", "▄", "█"}, *const light_halves[] = {"█", "▄", "▀",
                                                                                   " "};
static const char *const full[] = {"  ", "██"}, *const hashes[] = {"  ", "##"},
                         *const digits[] = {"0", "1"}, *const squares[] = {"⬜", "⬛"},
                         *const kanji[] = {"　", "■"},
                         *const nbsp[] = {"&nbsp;&nbsp;", "&#9608;&#x2588;"};

static void
every_carrier(void **state)
{
    struct picture p = picture_of(qr_url, QR_URL);
    struct picture left = cut(&p, 0, 0, p.w / 2, p.h),
                   right = cut(&p, p.w / 2, 0, p.w - p.w / 2, p.h), top = cut(&p, 0, 0, p.w, 80),
                   bottom = cut(&p, 0, 80, p.w, p.h - 80);
    const struct {
        const char *name;
        struct msg *m;
    } cases[] = {
        {"png", scan(part("image/png", png(&p, false, 0)))},
        {"png with alpha", scan(part("image/png", png(&p, true, 0)))},
        {"png, interlaced", scan(part("image/png", png(&p, false, 1)))},
        {"jpeg as octet-stream", scan(part("application/octet-stream", jpeg(&p)))},
        {"gif", scan(part("image/gif", gif(&p)))},
        {"bmp", scan(part("image/bmp", bmp(&p)))},
        {"data uri", scan_text("html", arena_printf(a, "<img src=\"data:image/png;base64,%s\">",
                                                    base64(png(&p, false, 0))))},
        {"cut upright", scan(arena_printf(a, "%s%s", part("image/png", png(&left, false, 0)),
                                          part("image/png", png(&right, false, 0))))},
        {"cut, other order", scan(arena_printf(a, "%s%s", part("image/gif", gif(&right)),
                                               part("image/png", png(&left, false, 0))))},
        {"cut across", scan(arena_printf(a, "%s%s", part("image/png", png(&top, false, 0)),
                                         part("image/png", png(&bottom, false, 0))))},
        {"half blocks", scan_text("plain", drawing(qr_url, QR_URL, 2, halves, "\n"))},
        {"half blocks, light", scan_text("plain", drawing(qr_url, QR_URL, 2, light_halves, "\n"))},
        {"full blocks", scan_text("plain", drawing(qr_url, QR_URL, 1, full, "\n"))},
        {"hashes", scan_text("plain", drawing(qr_url, QR_URL, 1, hashes, "\n"))},
        {"digits", scan_text("plain", drawing(qr_url, QR_URL, 1, digits, "\n"))},
        {"squares", scan_text("plain", drawing(qr_url, QR_URL, 1, squares, "\n"))},
        {"wide squares", scan_text("plain", drawing(qr_url, QR_URL, 1, kanji, "\n"))},
        {"entities", scan_text("html", arena_printf(a, "<pre>Hello\n%s</pre>",
                                                    drawing(qr_url, QR_URL, 1, nbsp, "<br>")))},
        {"div per line",
         scan_text("html", arena_printf(a, "<div>%s</div>",
                                        drawing(qr_url, QR_URL, 1, nbsp, "</div>\n<div>")))},
        {"table, bgcolor", scan_text("html", table("bgcolor=#000000", "bgcolor=\"#ffffff\""))},
        {"table, style", scan_text("html", table("style='width:4px;background:#000'", ""))},
        {"table, rgb", scan_text("html", table("style=\"background-color:rgb(0,10,20)\"", ""))},
        {"svg, rectangles", svg(0)},
        {"svg, paths", svg(1)},
        {"svg, strokes", svg(2)},
        {"table, class", scan_text("html", table("class=k", "class=\"l\""))},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (codes(cases[i].m) != 1)
            fail_msg("%s: not found", cases[i].name);
    assert_true(has(cases[7].m, "qr-split"));
    assert_true(has(cases[10].m, "qr-drawn"));
    assert_true(has(cases[19].m, "qr-drawn"));
    assert_false(has(cases[0].m, "qr-drawn"));
}

static void
harmless_codes(void **state)
{
    struct picture card = picture_of(qr_card, QR_CARD), text = picture_of(qr_text, QR_TEXT);
    (void)state;
    assert_int_equal(scan(part("image/png", png(&card, false, 0)))->nurls, 0);
    assert_int_equal(scan(part("image/png", png(&text, false, 0)))->nurls, 0);
    struct msg *m = scan_text("plain", drawing(qr_text, QR_TEXT, 2, halves, "\n"));
    assert_int_equal(m->nurls, 0);
    assert_int_equal(content_count(m), 0);
}

/* A drawing that is none, and a table of figures. */
static void
no_codes(void **state)
{
    struct buf *b = buf_new(a, 0);
    (void)state;
    for (int i = 0; i < 40; i++)
        buf_str(b, "####    ######    ####  ##  ########  ##\n");
    assert_int_equal(content_count(scan_text("plain", buf_cstr(b))), 0);
    buf_clear(b);
    buf_str(b, "<table>");
    for (int i = 0; i < 40; i++) {
        buf_str(b, "<tr bgcolor=black>");
        for (int k = 0; k < 40; k++)
            buf_str(b, "<td>1</td>");
    }
    assert_int_equal(content_count(scan_text("html", buf_cstr(b))), 0);
}

static double
seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void
pixel_floods(void **state)
{
    struct picture p = picture_of(qr_text, QR_TEXT);
    struct buf *flood = png(&p, false, 0), *gifs = gif(&p), *bmps = bmp(&p), *jpegs = jpeg(&p);
    (void)state;
    memcpy(flood->data + 16, "\0\0\xea\x60\0\0\xea\x60", 8); /* 60,000 × 60,000 */
    memcpy(gifs->data + 6, "\x60\xea\x60\xea", 4);
    memcpy(bmps->data + 18, "\x60\xea\0\0\x60\xea\0\0", 8);
    for (size_t i = 0; i + 9 < jpegs->len; i++)
        if (memcmp(jpegs->data + i, "\xff\xc0", 2) == 0)
            memcpy(jpegs->data + i + 5, "\xea\x60\xea\x60", 4);
    struct buf *const all[] = {flood, gifs, bmps, jpegs};
    for (int i = 0; i < 4; i++) {
        double start = seconds();
        assert_int_equal(
            image_read(a, (const unsigned char *)all[i]->data, all[i]->len, NULL, NULL, NULL),
            IMAGE_BIG);
        assert_true(seconds() - start < 0.05);
        assert_true(has(scan(part("image/png", all[i])), "image-too-big"));
    }
}

static void
broken_pictures(void **state)
{
    struct picture p = picture_of(qr_url, QR_URL);
    struct buf *const all[] = {png(&p, false, 0), gif(&p), bmp(&p), jpeg(&p)};
    (void)state;
    for (int i = 0; i < 4; i++)
        for (size_t n = 1; n < all[i]->len; n += all[i]->len / 37 + 1) {
            struct buf *b = buf_new(a, 0);
            buf_add(b, all[i]->data, n);
            scan(part("image/png", b));
        }
}

/* What a picture has cost is counted for the whole message. */
static void
too_many_pictures(void **state)
{
    struct picture p = {8000, 8000, arena_calloc(a, 8000, 8000)};
    const char *one = part("image/png", png(&p, false, 0));
    (void)state;
    assert_false(has(scan(arena_printf(a, "%s%s", one, one)), "too-many-pixels"));
    assert_true(has(scan(arena_printf(a, "%s%s%s", one, one, one)), "too-many-pixels"));
}

int
main(void)
{
#define TEST(name, fn)             \
    {                              \
        name, fn, begin, end, NULL \
    }
    const struct CMUnitTest tests[] = {
        TEST("T-E4 F31 the same address in every carrier", every_carrier),
        TEST("T-E4 harmless codes have no address", harmless_codes),
        TEST("T-E4 drawings that are no code", no_codes),
        TEST("T-A8 60,000 x 60,000 is refused at once", pixel_floods),
        TEST("broken pictures", broken_pictures),
        TEST("T-A8 pictures of a message have a budget", too_many_pictures),
    };
    g_mime_init();
    charset_preload();
    scanners_prepare();
    return cmocka_run_group_tests_name("qr", tests, NULL, NULL);
}
