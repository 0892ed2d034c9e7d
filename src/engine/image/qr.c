#include "qr.h"
#include "image.h"
#include "../content/bytes.h"
#include "../msg/msg.h"
#include "../msg/urls.h"
#include "../../common/arena.h"
#include "../../common/jsonx.h"

#include <ctype.h>
#include <iconv.h>
#include <string.h>
#include <strings.h>
#include <zbar.h>

#define SMALLEST 16        /* pixels a side: less is no code (a spacer, an icon) */
#define UPSCALE_BELOW 160  /* codes of one or two pixels a module */
#define DENSE (300 * 1000) /* pixels up to which every line is read */
#define HALVES 6           /* pictures kept to be put together */
#define HALF_PIXELS (600 * 1000)
#define QR_PICTURES 200

/* What was looked at of the message that is being scanned. A worker has one at a time. */
static struct {
    const struct msg *m;
    int64_t pixels;
    int pictures, nhalves;
    struct image halves[HALVES];
    bool full;
} seen;

static void
forget(void *m)
{
    if (seen.m == m)
        seen.m = NULL;
}

static void
remember(struct msg *m)
{
    if (seen.m == m)
        return;
    memset(&seen, 0, sizeof seen);
    seen.m = m;
    arena_defer(m->arena, forget, m);
}

/* glibc keeps a converter loaded while a handle is open; in the sandbox it could load none. */
void
qr_prepare(void)
{
    static const char *const sets[] = {"ISO8859-1", "SJIS", "BIG5", "UTF-8"};
    static iconv_t open[sizeof sets / sizeof *sets];
    for (size_t i = 0; i < sizeof sets / sizeof *sets; i++)
        if (!open[i])
            open[i] = iconv_open("UTF-8", sets[i]);
}

/* ------------------------------------------------------------------ decoding */

static int
texts_of(struct arena *a, const zbar_image_t *zi, const char **texts, int max)
{
    int n = 0;
    for (const zbar_symbol_t *s = zbar_image_first_symbol(zi); s && n < max;
         s = zbar_symbol_next(s)) {
        size_t len = zbar_symbol_get_data_length(s);
        if (zbar_symbol_get_type(s) == ZBAR_QRCODE && len)
            texts[n++] = jsonx_utf8(a, zbar_symbol_get_data(s), len > 8000 ? 8000 : len);
    }
    return n;
}

static int
scan_pixels(struct arena *a, const struct image *im, const char **texts, int max)
{
    zbar_image_scanner_t *scanner = zbar_image_scanner_create();
    zbar_image_t *zi = zbar_image_create();
    int n = 0;
    zbar_image_scanner_set_config(scanner, 0, ZBAR_CFG_ENABLE, 0);
    zbar_image_scanner_set_config(scanner, ZBAR_QRCODE, ZBAR_CFG_ENABLE, 1);
    zbar_image_scanner_set_config(scanner, 0, ZBAR_CFG_TEST_INVERTED, 1);
    /* The corners of a code in a large picture are many lines high. */
    int every = (int64_t)im->w * im->h > DENSE ? 2 : 1;
    zbar_image_scanner_set_config(scanner, 0, ZBAR_CFG_X_DENSITY, every);
    zbar_image_scanner_set_config(scanner, 0, ZBAR_CFG_Y_DENSITY, every);
    zbar_image_set_format(zi, zbar_fourcc('Y', '8', '0', '0'));
    zbar_image_set_size(zi, (unsigned)im->w, (unsigned)im->h);
    zbar_image_set_data(zi, im->gray, (unsigned long)im->w * (unsigned long)im->h, NULL);
    if (zbar_scan_image(scanner, zi) > 0)
        n = texts_of(a, zi, texts, max);
    zbar_image_destroy(zi);
    zbar_image_scanner_destroy(scanner);
    return n;
}

/* k times as large, on paper with a margin. */
static struct image
enlarged(struct arena *a, const struct image *im, int k)
{
    int margin = 4 * k;
    struct image out = {.w = im->w * k + 2 * margin, .h = im->h * k + 2 * margin};
    out.gray = arena_calloc(a, (size_t)out.w, (size_t)out.h);
    memset(out.gray, 255, (size_t)out.w * (size_t)out.h);
    for (int y = 0; y < im->h * k; y++) {
        unsigned char *to = out.gray + (size_t)(y + margin) * (size_t)out.w + margin;
        const unsigned char *from = im->gray + (size_t)(y / k) * (size_t)im->w;
        for (int x = 0; x < im->w; x++)
            memset(to + (size_t)x * (size_t)k, from[x], (size_t)k);
    }
    return out;
}

/* Codes in grey pixels: their texts (UTF-8), at most max. */
static int
qr_decode(struct arena *a, const struct image *im, const char **texts, int max)
{
    int n;
    if (im->w < SMALLEST || im->h < SMALLEST)
        return 0;
    n = scan_pixels(a, im, texts, max);
    if (n == 0 && im->w <= UPSCALE_BELOW && im->h <= UPSCALE_BELOW) {
        struct image large = enlarged(a, im, 4);
        n = scan_pixels(a, &large, texts, max);
    }
    return n;
}

/* ------------------------------------------------------------------ what a code says */

/* "example.com/login": a phone opens it. */
static bool
bare_host(const char *s)
{
    size_t n = strcspn(s, "/?#:"), dots = 0, tail = 0;
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)s[i];
        if (!isalnum(c) && c != '-' && c != '.')
            return false;
        dots += c == '.';
        tail = c == '.' ? 0 : isalpha(c) ? tail + 1 : 100;
    }
    return dots && isalnum((unsigned char)*s) && tail >= 2 && tail < 30 && !strchr(s, ' ');
}

static bool
whole_url(const char *s)
{
    return (strncasecmp(s, "http://", 7) == 0 || strncasecmp(s, "https://", 8) == 0) &&
           !strpbrk(s, " \t\r\n");
}

static void
trick(const struct qr_place *at, const char *host)
{
    bool cut = strcmp(at->how, "two pictures") == 0;
    msg_add_finding(
        at->m, (struct msg_finding){.scanner = "qr",
                                    .code = cut ? "qr-split" : "qr-drawn",
                                    .kind = "",
                                    .score = cut ? 3.0 : 1.5,
                                    .evidence = arena_printf(at->m->arena, "%s: %s", at->how, host),
                                    .part = at->part,
                                    .org = ""});
}

static void
says(const struct qr_place *at, const char *text)
{
    struct url_place to = {at->m, at->scratch, "qr", at->part};
    int before = at->m->nurls;
    while (isspace((unsigned char)*text))
        text++;
    if (whole_url(text))
        urls_add(&to, text);
    else if (bare_host(text))
        urls_add(&to, arena_printf(at->scratch, "http://%s", text));
    else
        urls_in_text(&to, text, strlen(text));
    if (*at->how && at->m->nurls > before)
        trick(at, at->m->urls[before].host);
}

static bool
look(const struct qr_place *at, const struct image *im)
{
    const char *texts[QR_TEXTS];
    struct arena *a = arena_new();
    int n = qr_decode(a, im, texts, QR_TEXTS);
    for (int i = 0; i < n; i++)
        says(at, texts[i]);
    arena_free(&a);
    return n > 0;
}

/* ------------------------------------------------------------------ pictures cut in two */

static struct image
joined(struct arena *a, const struct image *one, const struct image *two, bool beside)
{
    struct image out = {.w = beside ? one->w + two->w : one->w,
                        .h = beside ? one->h : one->h + two->h};
    out.gray = arena_calloc(a, (size_t)out.w, (size_t)out.h);
    for (int y = 0; y < out.h; y++) {
        unsigned char *to = out.gray + (size_t)y * (size_t)out.w;
        if (beside) {
            memcpy(to, one->gray + (size_t)y * (size_t)one->w, (size_t)one->w);
            memcpy(to + one->w, two->gray + (size_t)y * (size_t)two->w, (size_t)two->w);
        } else {
            const struct image *from = y < one->h ? one : two;
            int line = y < one->h ? y : y - one->h;
            memcpy(to, from->gray + (size_t)line * (size_t)one->w, (size_t)one->w);
        }
    }
    return out;
}

static bool
try_joined(const struct qr_place *at, const struct image *one, const struct image *two, bool beside)
{
    struct qr_place cut = *at;
    struct arena *a = arena_new();
    struct image im = joined(a, one, two, beside);
    cut.how = "two pictures";
    bool found = look(&cut, &im);
    arena_free(&a);
    return found;
}

/* Codes are black and white, in a mix; photographs, lines and icons are not. */
static bool
like_a_code(const struct image *im)
{
    size_t n = (size_t)im->w * (size_t)im->h, dark = 0, light = 0;
    for (size_t i = 0; i < n; i++) {
        dark += im->gray[i] < 80;
        light += im->gray[i] > 175;
    }
    return dark + light > n / 10 * 9 && dark > n / 8 && light > n / 5;
}

/* Square, as codes are, with more or less of a margin. */
static bool
square(int w, int h)
{
    return w * 10 > h * 7 && h * 10 > w * 7;
}

/* Nothing was found in it alone. Half of a code is at least as long as half of the other side. */
static void
maybe_half(const struct qr_place *at, const struct image *im)
{
    if (im->w < SMALLEST || im->h < SMALLEST || (int64_t)im->w * im->h > HALF_PIXELS ||
        !like_a_code(im))
        return;
    for (int i = 0; i < seen.nhalves; i++) {
        const struct image *h = &seen.halves[i];
        if (h->h == im->h && square(h->w + im->w, h->h) &&
            (try_joined(at, h, im, true) || try_joined(at, im, h, true)))
            return;
        if (h->w == im->w && square(h->w, h->h + im->h) &&
            (try_joined(at, h, im, false) || try_joined(at, im, h, false)))
            return;
    }
    if (seen.nhalves == HALVES)
        return;
    struct image *kept = &seen.halves[seen.nhalves++];
    *kept = *im;
    kept->gray = arena_memdup(at->m->arena, im->gray, (size_t)im->w * (size_t)im->h);
}

bool
qr_picture(const struct qr_place *at, const struct image *im)
{
    remember(at->m);
    if (look(at, im))
        return true;
    maybe_half(at, im);
    return false;
}

/* ------------------------------------------------------------------ files */

struct taking {
    const struct qr_place *at;
};

static void
take(void *ctx, const struct image *im)
{
    struct taking *t = ctx;
    qr_picture(t->at, im);
}

/* Over the budget of the message? */
static bool
spent(const struct qr_place *at, int64_t pixels)
{
    seen.pixels += pixels < 1000 ? 1000 : pixels;
    if (seen.pixels <= QR_PIXELS && ++seen.pictures <= QR_PICTURES)
        return false;
    if (!seen.full)
        msg_add_exception(at->m, "too-many-pixels", at->part, QR_PIXELS, seen.pixels);
    seen.full = true;
    return true;
}

bool
qr_budget(const struct qr_place *at, int64_t pixels)
{
    remember(at->m);
    return !spent(at, pixels);
}

bool
qr_file(const struct qr_place *at, const unsigned char *p, size_t n)
{
    struct taking t = {at};
    int64_t claim = image_claim(p, n);
    if (claim == 0)
        return false;
    remember(at->m);
    if (claim > IMAGE_PIXELS) {
        msg_add_exception(at->m, "image-too-big", at->part, IMAGE_PIXELS, claim);
        return true;
    }
    if (spent(at, claim))
        return true;
    struct arena *a = arena_new();
    if (image_read(a, p, n, take, &t, NULL) == IMAGE_BIG)
        msg_add_exception(at->m, "image-too-big", at->part, IMAGE_PIXELS, claim);
    arena_free(&a);
    return true;
}

void
qr_data_uris(const struct qr_place *at, const char *p, size_t n)
{
    const unsigned char *at_byte = (const unsigned char *)p, *end = at_byte + n;
    while ((at_byte = bytes_find(at_byte, (size_t)(end - at_byte), "data:image/"))) {
        const unsigned char *comma;
        size_t len = (size_t)(end - at_byte), got, used;
        at_byte += 11;
        comma = memchr(at_byte, ',', len < 200 ? len - 11 : 189);
        if (!comma || !bytes_find(at_byte, (size_t)(comma - at_byte), "base64"))
            continue;
        comma++;
        for (len = 0; comma + len < end && !strchr("\"')<>&", comma[len]); len++)
            ;
        struct arena *a = arena_new();
        const unsigned char *bytes = bytes_base64(a, comma, len, &got, &used);
        qr_file(at, bytes, got);
        arena_free(&a);
        at_byte = comma + len;
    }
}

/* ------------------------------------------------------------------ grids */

#define MARGIN 4

static struct image
drawn(struct arena *a, const unsigned char *dark, int w, int h, int cw, int ch, bool inverted)
{
    int mx = MARGIN * cw, my = MARGIN * ch;
    /* A margin as wide as four modules, whatever their size is. */
    mx = mx < 16 ? 16 : mx, my = my < 16 ? 16 : my;
    struct image im = {.w = w * cw + 2 * mx, .h = h * ch + 2 * my};
    im.gray = arena_calloc(a, (size_t)im.w, (size_t)im.h);
    memset(im.gray, 255, (size_t)im.w * (size_t)im.h);
    for (int y = 0; y < h * ch; y++) {
        unsigned char *to = im.gray + (size_t)(y + my) * (size_t)im.w + mx;
        for (int x = 0; x < w * cw; x++)
            to[x] =
                (dark[(size_t)(y / ch) * (size_t)w + (size_t)(x / cw)] != 0) != inverted ? 0 : 255;
    }
    return im;
}

bool
qr_grid(const struct qr_place *at, const unsigned char *dark, int w, int h, int cell_w, int cell_h)
{
    bool found = false;
    remember(at->m);
    if (w < 2 || h < 2 || (int64_t)w * cell_w * h * cell_h > IMAGE_KEPT ||
        spent(at, (int64_t)w * cell_w * h * cell_h))
        return false;
    for (int inverted = 0; inverted < 2 && !found; inverted++) {
        struct arena *a = arena_new();
        struct image im = drawn(a, dark, w, h, cell_w, cell_h, inverted);
        found = look(at, &im);
        arena_free(&a);
    }
    return found;
}
