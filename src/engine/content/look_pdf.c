/* PDF: what it runs, starts, carries and leads to; its text and pictures. pdf.h says how it is read. */
#include "bytes.h"
#include "content.h"
#include "crypt_pdf.h"
#include "looktext.h"
#include "pdf.h"
#include "passwords.h"
#include "pdf_page.h"
#include "program_risk.h"
#include "../image/image.h"
#include "../image/qr.h"
#include "../../common/arena.h"
#include "../../common/buf.h"

#include <string.h>
#include <strings.h>

#define PAGES 300
#define FILES 100
#define PICTURES 200
#define PAGE (4 * 1024 * 1024)
#define SCRIPTS 200
#define SCRIPT_BYTES (8 * 1024 * 1024)
#define SPECS 1000  /* names of files */
#define ACTIONS 200 /* of which findings are made */
#define LAUNCHES 20 /* each costs its object once more */
#define LAUNCH_BYTES (256 * 1024)

static bool
wants(const struct content_file *f)
{
    return f->n > 20 && memmem(f->p, f->n > 1024 ? 1024 : f->n, "%PDF-", 5) != NULL;
}

struct reading {
    struct content *c;
    const struct content_file *f;
    struct arena *a;
    struct pdf d;
    struct crypt_pdf crypt;
    struct buf *text;
    bool by_itself; /* something happens when it is opened */
    int scripts, files, pages, pictures, actions, launches;
    size_t script_bytes;
    struct spec {
        int file; /* number of its stream */
        const char *name;
    } * specs;
    int nspecs;
    double worst; /* script */
    const char *script;
};

/* ------------------------------------------------------------------ scripts */

static void
script(struct reading *r, const char *p, size_t n)
{
    static const struct {
        const char *word;
        double score;
    } words[] = {{"exportdataobject", 6},
                 {"util.printf", 5},
                 {"collab.", 5},
                 {"geticon", 5},
                 {"newplayer", 5},
                 {"unescape", 4},
                 {"fromcharcode", 3},
                 {"eval(", 4},
                 {"app.launchurl", 3},
                 {"geturl", 3},
                 {"submitform", 3},
                 {"this.getannots", 3},
                 {"soap.", 4},
                 {"app.setinterval", 2},
                 {"importdataobject", 4},
                 {"opendoc", 3},
                 {"net.http", 4},
                 {"trustedfunction", 5}};
    size_t len;
    if (r->scripts++ >= SCRIPTS || (r->script_bytes += n) > SCRIPT_BYTES) {
        r->d.over = true;
        return;
    }
    const char *text = bytes_script_text(r->a, (const unsigned char *)p, n, &len);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (words[i].score > r->worst &&
            bytes_find((const unsigned char *)text, len, words[i].word)) {
            r->worst = words[i].score;
            r->script = words[i].word;
        }
    looktext(r->c, r->f, text, len);
}

/* ------------------------------------------------------------------ actions */

static const char *
shown(struct reading *r, const struct pdf_object *o, const char *s, size_t n)
{
    const char *p = pdf_decrypt(&r->d, o, s, &n);
    if (n >= 2 && (unsigned char)p[0] == 0xfe && (unsigned char)p[1] == 0xff)
        return bytes_utf16(r->a, (const unsigned char *)p + 2, n - 2, true);
    return arena_strndup(r->a, p, n);
}

static void
address(struct reading *r, const char *url)
{
    if (strncasecmp(url, "javascript:", 11) == 0)
        script(r, url + 11, strlen(url + 11));
    else if ((strncasecmp(url, "file:", 5) == 0 || strncmp(url, "\\\\", 2) == 0) &&
             r->actions++ < ACTIONS)
        content_finding(r->c, r->f, "pdf-file-link", "", 3.0, url);
    else
        content_url(r->c, r->f, url);
}

/* The strings of a launch action: file, and parameters. */
static void
launch(struct reading *r, const struct pdf_object *o)
{
    struct pdf_lexer l = {.a = r->a, .p = o->p, .end = o->end};
    if (r->launches++ >= LAUNCHES) {
        r->d.over = true;
        return;
    }
    if (l.end - l.p > LAUNCH_BYTES)
        l.end = l.p + LAUNCH_BYTES;
    struct buf *b = buf_new(r->a, 500);
    for (enum pdf_token t; (t = pdf_next(&l)) != PDF_END;) {
        if (t == PDF_WORD && l.n >= 6 && strncmp(l.s, "stream", 6) == 0)
            break;
        if (t == PDF_STRING)
            buf_printf(b, "%s%s", b->len ? " " : "", shown(r, o, l.s, l.n));
    }
    content_finding(r->c, r->f, "pdf-launch", "malware", 6.0, buf_cstr(b));
    looktext(r->c, r->f, buf_cstr(b), b->len);
}

/* A script stands in place, or in an object of its own. */
static void
script_value(struct reading *r, const struct pdf_object *o, struct pdf_lexer *l)
{
    struct pdf_lexer ahead = *l;
    size_t n;
    const char *rest;
    if (r->scripts >= SCRIPTS || r->script_bytes > SCRIPT_BYTES) {
        r->d.over = true;
        return;
    }
    enum pdf_token t = pdf_next(&ahead);
    if (t == PDF_STRING) {
        const char *s = shown(r, o, ahead.s, ahead.n);
        script(r, s, strlen(s));
    } else if (t == PDF_NUMBER && ahead.number >= 0 && ahead.number < INT32_MAX) {
        const struct pdf_object *to = pdf_object(&r->d, (int)ahead.number);
        const char *p = to ? (const char *)pdf_stream(&r->d, to, PAGE, &n, &rest) : NULL;
        if (p) {
            script(r, p, n);
        } else if (to) {
            struct pdf_lexer in = {.a = r->a, .p = to->p, .end = to->end};
            if (pdf_next(&in) == PDF_STRING) {
                const char *s = shown(r, to, in.s, in.n);
                script(r, s, strlen(s));
            }
        }
    }
}

/* Numbers, unless somebody wants a viewer written in JavaScript to run them (CVE-2024-4367). */
static void
font_matrix(struct reading *r, struct pdf_lexer l)
{
    enum pdf_token t = pdf_next(&l);
    for (int i = 0; t == PDF_LIST && i < 12; i++) {
        enum pdf_token in = pdf_next(&l);
        if (in == PDF_LIST_END || in == PDF_END)
            return;
        if (in == PDF_STRING && r->actions++ < ACTIONS) {
            content_finding(r->c, r->f, "pdf-font-script", "malware", 6.0,
                            arena_strndup(r->a, l.s, l.n < 200 ? l.n : 200));
            return;
        }
    }
}

static void
key(struct reading *r, const struct pdf_object *o, struct pdf_lexer *l)
{
    const char *k = l->s;
    struct pdf_lexer ahead = *l;
    if (strcmp(k, "JS") == 0) {
        script_value(r, o, l);
    } else if (strcmp(k, "URI") == 0) {
        const struct pdf_object *in = pdf_follow(&r->d, &ahead);
        if (pdf_next(&ahead) == PDF_STRING)
            address(r, shown(r, in ? in : o, ahead.s, ahead.n));
    } else if (strcmp(k, "Launch") == 0) {
        launch(r, o);
    } else if (strcmp(k, "FontMatrix") == 0) {
        font_matrix(r, *l);
    } else if (strcmp(k, "OpenAction") == 0 || strcmp(k, "AA") == 0) {
        r->by_itself = true;
    } else if ((strcmp(k, "SubmitForm") == 0 || strcmp(k, "ImportData") == 0 ||
                strcmp(k, "GoToE") == 0 || strcmp(k, "RichMedia") == 0) &&
               r->actions++ < ACTIONS) {
        content_finding(r->c, r->f, "pdf-action", "", strcmp(k, "GoToE") == 0 ? 1.0 : 2.0, k);
    } else if (strcmp(k, "GoToR") == 0 || strcmp(k, "F") == 0) {
        if (pdf_next(&ahead) == PDF_STRING && ahead.n > 2 && memcmp(ahead.s, "\\\\", 2) == 0)
            address(r, shown(r, o, ahead.s, ahead.n));
        else if (ahead.n > 7 && ahead.s && strncasecmp(ahead.s, "http", 4) == 0)
            address(r, shown(r, o, ahead.s, ahead.n));
    }
}

static void
read_keys(struct reading *r, const struct pdf_object *o)
{
    struct pdf_lexer l = {.a = r->a, .p = o->p, .end = o->end};
    for (enum pdf_token t; (t = pdf_next(&l)) != PDF_END;) {
        if (t == PDF_WORD && l.n >= 6 && strncmp(l.s, "stream", 6) == 0)
            return;
        if (t == PDF_NAME)
            key(r, o, &l);
    }
}

/* ------------------------------------------------------------------ streams */

/* Components of a pixel: by the colour space's name, or by the length of the data. */
static int
components(struct reading *r, const struct pdf_object *o, size_t pixels, size_t n)
{
    const char *space;
    if (pdf_name(&r->d, o, "ColorSpace", &space)) {
        if (strcmp(space, "DeviceRGB") == 0 || strcmp(space, "CalRGB") == 0)
            return 3;
        if (strcmp(space, "DeviceCMYK") == 0)
            return 4;
        if (strcmp(space, "DeviceGray") == 0 || strcmp(space, "Indexed") == 0 ||
            strcmp(space, "CalGray") == 0)
            return 1;
    }
    return pixels && n / pixels >= 4 ? 4 : pixels && n / pixels >= 3 ? 3 : 1;
}

/* Raw pixels. Colours of a palette are taken as they are numbered: of two, one is dark and one is light, and
 * codes in light on dark are found as well. */
static void
raw_picture(struct reading *r, const struct pdf_object *o, const unsigned char *p, size_t n,
            const struct qr_place *at)
{
    int64_t w = pdf_int(&r->d, o, "Width", pdf_int(&r->d, o, "W", 0)),
            h = pdf_int(&r->d, o, "Height", pdf_int(&r->d, o, "H", 0)),
            bits = pdf_int(&r->d, o, "BitsPerComponent", 1);
    if (w < 16 || h < 16 || w > IMAGE_SIDE || h > IMAGE_SIDE || w * h > IMAGE_PIXELS ||
        (bits != 1 && bits != 2 && bits != 4 && bits != 8) || !qr_budget(at, w * h))
        return;
    int parts = components(r, o, (size_t)(w * h), n);
    size_t stride = ((size_t)w * (size_t)bits * (size_t)parts + 7) / 8;
    struct image_sink sink;
    unsigned char *row = arena_alloc(r->a, (size_t)w);
    image_sink_begin(&sink, r->a, (int)w, (int)h);
    for (int64_t y = 0; y < h && n >= stride; y++, p += stride, n -= stride) {
        for (int64_t x = 0; x < w; x++) {
            const unsigned char *c = p + x * parts;
            size_t bit = (size_t)x * (size_t)bits;
            if (bits == 8)
                row[x] = parts == 1   ? c[0]
                         : parts == 3 ? image_gray(c[0], c[1], c[2])
                                      : (unsigned char)(255 - (c[3] > c[0] ? c[3] : c[0]));
            else
                row[x] = (unsigned char)((p[bit / 8] >> (8 - bits - (int64_t)bit % 8) &
                                          ((1 << bits) - 1)) *
                                         255 / ((1 << bits) - 1));
        }
        image_sink_row(&sink, row);
    }
    qr_picture(at, &sink.im);
}

static void
picture(struct reading *r, const struct pdf_object *o)
{
    struct qr_place at = {content_msg(r->c), r->a, r->f->id, ""};
    size_t n;
    const char *rest;
    if (r->pictures++ >= PICTURES)
        return;
    const unsigned char *p = pdf_stream(&r->d, o, PDF_STREAM, &n, &rest);
    if (!p)
        return;
    if (!*rest)
        raw_picture(r, o, p, n, &at);
    else if (strcmp(rest, "DCTDecode") == 0 || strcmp(rest, "DCT") == 0)
        qr_file(&at, p, n);
}

static void
page(struct reading *r, const struct pdf_object *o)
{
    struct qr_place at = {content_msg(r->c), r->a, r->f->id, ""};
    size_t n;
    const char *rest;
    if (r->pages++ >= PAGES)
        return;
    const char *p = (const char *)pdf_stream(&r->d, o, PAGE, &n, &rest);
    if (!p || *rest || n < 4)
        return;
    if (!memmem(p, n, "Tj", 2) && !memmem(p, n, "TJ", 2) && !memmem(p, n, " re", 3) &&
        !memmem(p, n, " l", 2))
        return;
    pdf_page(r->a, p, n, r->text, &at);
}

/* Names stand in file specifications, which lead to the streams. */
static void
read_specs(struct reading *r)
{
    r->specs = arena_calloc(r->a, SPECS, sizeof *r->specs);
    for (int i = 0; i < r->d.nobjects && r->nspecs < SPECS; i++) {
        const struct pdf_object *o = &r->d.objects[i];
        struct pdf_lexer l;
        if (o->end - o->p > 4000 || !memmem(o->p, (size_t)(o->end - o->p), "EF", 2) ||
            !pdf_get(&r->d, o, "EF", &l))
            continue;
        struct spec s = {-1, ""};
        for (int k = 0; k < 20 && s.file < 0; k++)
            if (pdf_next(&l) == PDF_NUMBER && l.number >= 0 && l.number < INT32_MAX)
                s.file = (int)l.number;
        if ((pdf_get(&r->d, o, "UF", &l) || pdf_get(&r->d, o, "F", &l)) &&
            pdf_next(&l) == PDF_STRING)
            s.name = shown(r, o, l.s, l.n);
        r->specs[r->nspecs++] = s;
    }
}

static const char *
file_name(const struct reading *r, const struct pdf_object *file)
{
    for (int i = 0; i < r->nspecs; i++)
        if (r->specs[i].file == file->num)
            return r->specs[i].name;
    return "";
}

static void
embedded(struct reading *r, const struct pdf_object *o)
{
    size_t n;
    const char *rest;
    if (r->files++ >= FILES) {
        if (r->files == FILES + 1)
            content_finding(r->c, r->f, "pdf-too-many-files", "unscannable", 0, r->f->name);
        return;
    }
    const char *name = file_name(r, o);
    const unsigned char *p = pdf_stream(&r->d, o, PDF_STREAM, &n, &rest);
    content_finding(r->c, r->f, "pdf-embedded-file", "", 0.5, name);
    if (p)
        content_member(r->c, r->f, name, p, n);
}

static void
stream(struct reading *r, const struct pdf_object *o)
{
    const char *type = "", *sub = "";
    struct pdf_lexer l;
    if (o->packed || !memmem(o->p, (size_t)(o->end - o->p), "stream", 6))
        return;
    pdf_name(&r->d, o, "Type", &type);
    pdf_name(&r->d, o, "Subtype", &sub);
    if (strcmp(type, "EmbeddedFile") == 0 || pdf_get(&r->d, o, "Params", &l))
        embedded(r, o);
    else if (strcmp(sub, "Image") == 0)
        picture(r, o);
    else if ((!*type || strcmp(type, "XObject") == 0) && (!*sub || strcmp(sub, "Form") == 0) &&
             !pdf_get(&r->d, o, "Length1", &l) && !pdf_get(&r->d, o, "FunctionType", &l))
        page(r, o);
}

/* Each in an arena of its own: a file has many of them. */
static void
object(struct reading *r, struct pdf_object o)
{
    struct arena *outer = r->a;
    r->a = r->d.a = arena_new();
    read_keys(r, &o);
    arena_free(&r->a);
    r->a = r->d.a = arena_new();
    stream(r, &o);
    arena_free(&r->a);
    r->a = r->d.a = outer;
}

/* ------------------------------------------------------------------ all */

static bool
find_password(struct reading *r)
{
    struct password_walk w;
    const char *p;
    if (crypt_pdf_try(r->a, &r->crypt, "")) {
        passwords_not_needed(r->c, r->f);
        return true;
    }
    passwords_begin(&w, r->c, r->f, PASSWORDS_DEAR);
    while ((p = passwords_next(&w)) && !crypt_pdf_try(r->a, &r->crypt, p))
        ;
    if (p)
        passwords_opened(&w);
    else
        passwords_failed(&w, "");
    return p;
}

/* false: encrypted, and nobody knows the password. */
static bool
open(struct reading *r)
{
    enum crypt_pdf_state s = crypt_pdf_read(&r->d, &r->crypt);
    bool known = s == CRYPT_PDF_KNOWN && find_password(r);
    if (s != CRYPT_PDF_NONE && s != CRYPT_PDF_KNOWN)
        content_locked(r->c, r->f, "");
    if (s != CRYPT_PDF_NONE && !known)
        return false;
    if (known)
        r->d.crypt = &r->crypt;
    pdf_unpack(&r->d);
    return true;
}

static void
judge(struct reading *r)
{
    if (r->worst >= 5)
        content_finding(r->c, r->f, "pdf-script", "malware", 6.0, r->script);
    else if (r->scripts)
        content_finding(r->c, r->f, "pdf-script", "", (r->by_itself ? 2.0 : 1.0) + r->worst,
                        r->script);
    if (r->d.over)
        content_finding(r->c, r->f, "pdf-limit", "unscannable", 0, r->f->name);
}

static void
run(struct content *c, const struct content_file *f)
{
    struct arena *a = content_scratch(c);
    struct reading *r = arena_alloc(a, sizeof *r);
    *r = (struct reading){.c = c, .f = f, .a = a, .script = "JavaScript"};
    r->text = buf_new(a, LOOKTEXT_BYTES);
    pdf_open(a, &r->d, f->p, f->n);
    if (!open(r))
        return;
    read_specs(r);
    for (int i = 0; i < r->d.nobjects && content_time(c, f); i++)
        object(r, r->d.objects[i]);
    looktext(c, f, buf_cstr(r->text), r->text->len);
    judge(r);
}

const struct content_look look_pdf = {.name = "pdf",
                                      .help = "PDF: scripts, actions, files, addresses, pictures",
                                      .wants = wants,
                                      .run = run};
