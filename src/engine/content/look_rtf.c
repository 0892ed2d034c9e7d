/*
 * Rich text: objects whose bytes stand in it as hexadecimal digits, often torn apart by groups and words that
 * Word passes over; fields; text. Read in one pass, as leniently as Word does ("{\rt" is enough for it).
 */
#include "bytes.h"
#include "content.h"
#include "looktext.h"
#include "ole.h"
#include "../../common/arena.h"
#include "../../common/buf.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define DEPTH 1000
#define OBJECTS 100
#define NAME 32

static bool
wants(const struct content_file *f)
{
    size_t n = f->n > 64 ? 64 : f->n, i = 0;
    while (i < n && isspace(f->p[i]))
        i++;
    return n - i >= 4 && memcmp(f->p + i, "{\\rt", 4) == 0;
}

enum kind { TEXT, DATA, CODE, CLASS, SKIPPED };

struct reading {
    struct content *c;
    const struct content_file *f;
    struct arena *a;
    const unsigned char *p, *end;
    enum kind kinds[DEPTH];
    int depth, data_depth; /* data_depth: where the object's data began, 0 = none is open */
    struct buf *text, *code, *data, *class;
    int nibble; /* of a byte that is not complete, -1 = none */
    int objects, commands;
    bool update; /* \objupdate: the object is loaded when the text is shown */
};

/* ------------------------------------------------------------------ objects */

static bool
has(const unsigned char *p, size_t n, const char *what, size_t len)
{
    return memmem(p, n, what, len) != NULL;
}

/* OLE 1: version, format, class, topic, item, length, data. */
static const unsigned char *
ole1_data(const unsigned char *p, size_t n, size_t *len)
{
    size_t at = 8;
    for (int i = 0; i < 3; i++) {
        if (at + 4 > n)
            return NULL;
        size_t k = bytes_le32(p + at);
        if (k > n - at - 4)
            return NULL;
        at += 4 + k;
    }
    if (at + 4 > n)
        return NULL;
    *len = bytes_le32(p + at);
    at += 4;
    if (*len > n - at)
        *len = n - at;
    return p + at;
}

static void
judge_object(struct reading *r, const unsigned char *p, size_t n)
{
    static const char moniker[] =
        "\xe0\xc9\xea\x79\xf9\xba\xce\x11\x8c\x82\x00\xaa\x00\x4b\xa9\x0b";
    static const char equation[] = "\x02\xce\x02\0\0\0\0\0\xc0\0\0\0\0\0\0\x46";
    const char *class = buf_cstr(r->class);
    if (strcasestr(class, "equation") || bytes_find(p, n > 200 ? 200 : n, "equation.") ||
        has(p, n, equation, 16)) {
        content_finding(r->c, r->f, "equation-object", "malware", 6.0,
                        *class ? class : "Equation Editor 3.0");
    } else if (has(p, n, moniker, 16) || bytes_find(p, n > 200 ? 200 : n, "ole2link")) {
        struct buf *b = bytes_wide_text(r->a, p, n, 4096);
        const unsigned char *url = bytes_find((const unsigned char *)buf_cstr(b), b->len, "http");
        const char *shown =
            url ? arena_strndup(r->a, (const char *)url, strcspn((const char *)url, "\n \""))
                : "OLE2Link";
        content_finding(r->c, r->f, "ole-link", "malware", 6.0, shown);
        if (url)
            content_url(r->c, r->f, shown);
    } else {
        content_finding(r->c, r->f, "embedded-object", "", r->update ? 3.0 : 1.0, class);
    }
}

static void
end_object(struct reading *r)
{
    static const char cfb[] = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";
    const unsigned char *p = (const unsigned char *)buf_cstr(r->data), *inner;
    size_t n = r->data->len, len;
    r->data_depth = 0;
    r->nibble = -1;
    if (n < 12)
        return;
    if (r->objects++ >= OBJECTS) {
        content_finding(r->c, r->f, "too-many-objects", "unscannable", 0, r->f->name);
        return;
    }
    judge_object(r, p, n);
    if ((inner = memmem(p, n, cfb, 8)))
        content_member(r->c, r->f, "", inner, n - (size_t)(inner - p));
    else if ((inner = ole1_data(p, n, &len)) && bytes_find(p, n > 40 ? 40 : n, "package"))
        ole_native(r->c, r->f, inner, len);
    else
        content_member(r->c, r->f, "", inner ? inner : p, inner ? len : n);
    r->update = false;
    buf_clear(r->data);
    buf_clear(r->class);
}

static void
data_char(struct reading *r, unsigned char c)
{
    if (!isxdigit(c))
        return;
    int v = isdigit(c) ? c - '0' : tolower(c) - 'a' + 10;
    if (r->nibble < 0) {
        r->nibble = v;
        return;
    }
    buf_char(r->data, (char)(r->nibble * 16 + v));
    r->nibble = -1;
}

/* ------------------------------------------------------------------ fields */

static void
end_code(struct reading *r)
{
    const char *s = buf_cstr(r->code);
    s += strspn(s, " \"");
    if (strncasecmp(s, "dde", 3) == 0 && r->commands++ < OLE_COMMANDS)
        ole_dde(r->c, r->f, s + strcspn(s, " "));
    else if (*s)
        looktext(r->c, r->f, s, strlen(s));
    buf_clear(r->code);
}

/* ------------------------------------------------------------------ tokens */

static enum kind *
kind(struct reading *r)
{
    return &r->kinds[r->depth < DEPTH ? r->depth : DEPTH - 1];
}

static void
put(struct reading *r, unsigned char c)
{
    switch (r->data_depth ? DATA : *kind(r)) {
    case DATA:
        data_char(r, c);
        break;
    case CODE:
        buf_char(r->code, (char)c);
        break;
    case CLASS:
        buf_char(r->class, (char)c);
        break;
    case TEXT:
        buf_char(r->text, (char)c);
        break;
    case SKIPPED:
        break;
    }
}

static void
put_unicode(struct reading *r, long v)
{
    unsigned c = (unsigned)(v < 0 ? v + 65536 : v) & 0xffff;
    if (c < 0x80) {
        put(r, (unsigned char)c);
    } else if (c < 0x800) {
        put(r, (unsigned char)(0xc0 | c >> 6));
        put(r, (unsigned char)(0x80 | (c & 63)));
    } else {
        put(r, (unsigned char)(0xe0 | c >> 12));
        put(r, (unsigned char)(0x80 | (c >> 6 & 63)));
        put(r, (unsigned char)(0x80 | (c & 63)));
    }
}

/* Bytes as they are. In an object they are its data, whatever hexadecimal digits were before. */
static void
binary(struct reading *r, long n)
{
    size_t left = (size_t)(r->end - r->p), len = n < 0 ? 0 : (size_t)n > left ? left : (size_t)n;
    if (r->data_depth)
        buf_add(r->data, r->p, len);
    r->p += len;
}

static void
word(struct reading *r, const char *name, long number)
{
    if (strcmp(name, "objdata") == 0) {
        if (!r->data_depth) {
            r->data_depth = r->depth;
            r->nibble = -1;
            buf_clear(r->data);
        }
    } else if (strcmp(name, "bin") == 0) {
        binary(r, number);
    } else if (strcmp(name, "fldinst") == 0) {
        *kind(r) = CODE;
    } else if (strcmp(name, "objclass") == 0) {
        *kind(r) = CLASS;
    } else if (strcmp(name, "objupdate") == 0 || strcmp(name, "objautlink") == 0) {
        r->update = true;
    } else if (strcmp(name, "template") == 0) {
        *kind(r) = CODE;
        r->update = true;
    } else if (strcmp(name, "fonttbl") == 0 || strcmp(name, "stylesheet") == 0 ||
               strcmp(name, "pict") == 0 || strcmp(name, "colortbl") == 0 ||
               strcmp(name, "themedata") == 0 || strcmp(name, "datastore") == 0 ||
               strcmp(name, "latentstyles") == 0) {
        *kind(r) = SKIPPED;
    } else if (strcmp(name, "par") == 0 || strcmp(name, "line") == 0 || strcmp(name, "tab") == 0 ||
               strcmp(name, "cell") == 0) {
        put(r, strcmp(name, "tab") == 0 ? ' ' : '\n');
    } else if (strcmp(name, "u") == 0) {
        put_unicode(r, number);
        if (r->p < r->end && *r->p == '?') /* what programs show that know no Unicode */
            r->p++;
    }
}

static void
control(struct reading *r)
{
    char name[NAME];
    size_t n = 0;
    if (r->p >= r->end)
        return;
    if (!isalpha(*r->p)) {
        unsigned char c = *r->p++;
        if (c == '\'' && r->end - r->p >= 2) {
            char hex[3] = {(char)r->p[0], (char)r->p[1], 0};
            r->p += 2;
            if (!r->data_depth) /* Word takes it for nothing within an object's data */
                put(r, (unsigned char)strtoul(hex, NULL, 16));
        } else if (c == '\\' || c == '{' || c == '}') {
            put(r, c);
        }
        return;
    }
    while (r->p < r->end && isalpha(*r->p)) {
        if (n < NAME - 1)
            name[n++] = (char)*r->p;
        r->p++;
    }
    name[n] = '\0';
    long number = 0;
    bool minus = r->p < r->end && *r->p == '-';
    const unsigned char *digits = r->p + minus;
    if (digits < r->end && isdigit(*digits)) {
        for (r->p = digits; r->p < r->end && isdigit(*r->p); r->p++)
            number = number < 100000000 ? number * 10 + (*r->p - '0') : number;
        number = minus ? -number : number;
    }
    if (r->p < r->end && *r->p == ' ')
        r->p++;
    word(r, name, number);
}

static void
open_group(struct reading *r)
{
    enum kind outer = *kind(r);
    r->depth++;
    *kind(r) = outer;
}

static void
close_group(struct reading *r)
{
    if (r->data_depth && r->depth <= r->data_depth)
        end_object(r);
    if (r->depth == 0)
        return;
    bool code = *kind(r) == CODE;
    r->depth--;
    if (code && *kind(r) != CODE)
        end_code(r);
}

static void
run(struct content *c, const struct content_file *f)
{
    struct arena *a = content_scratch(c);
    struct reading *r = arena_alloc(a, sizeof *r);
    *r = (struct reading){.c = c, .f = f, .a = a, .p = f->p, .end = f->p + f->n, .nibble = -1};
    r->text = buf_new(a, LOOKTEXT_BYTES);
    r->code = buf_new(a, 65536);
    r->class = buf_new(a, 200);
    r->data = buf_new(a, 0);
    while (r->p < r->end && r->objects <= OBJECTS) {
        unsigned char ch = *r->p++;
        if (ch == '\\')
            control(r);
        else if (ch == '{')
            open_group(r);
        else if (ch == '}')
            close_group(r);
        else if (ch != '\r' && ch != '\n' && ch)
            put(r, ch);
    }
    if (r->data_depth)
        end_object(r);
    end_code(r);
    looktext(c, f, buf_cstr(r->text), r->text->len);
}

const struct content_look look_rtf = {
    .name = "rtf", .help = "Objects, fields and text of rich text", .wants = wants, .run = run};
