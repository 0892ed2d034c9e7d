#include "webscript.h"
#include "bytes.h"
#include "../msg/mime_type.h"
#include "../../common/arena.h"
#include "../../common/buf.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* Lower case. */
static const struct {
    const char *word;
    enum webscript_kind kind;
} words[] = {
    {"new blob", WEB_MAKE},
    {"\"blob\"", WEB_MAKE},
    {"'blob'", WEB_MAKE},
    {"createobjecturl", WEB_MAKE},
    {"mssaveoropenblob", WEB_MAKE},
    {"mssaveblob", WEB_MAKE},
    {"new file(", WEB_MAKE},
    {"data:application/", WEB_MAKE},
    {"data:text/html", WEB_MAKE},
    {"data:octet", WEB_MAKE},
    {"showsavefilepicker", WEB_MAKE},
    {"serviceworker", WEB_MAKE},
    {"mssaveoropenblob", WEB_START},
    {"mssaveblob", WEB_START},
    {"atob", WEB_DECODE},
    {"fromcharcode", WEB_DECODE},
    {"fromcodepoint", WEB_DECODE},
    {"unescape(", WEB_DECODE},
    {"decodeuricomponent", WEB_DECODE},
    {"charcodeat", WEB_DECODE},
    {"uint8array", WEB_DECODE},
    {"textdecoder", WEB_DECODE},
    {"parseint(", WEB_DECODE},
    {"base64", WEB_DECODE},
    {"cryptojs", WEB_DECODE},
    {"crypto.subtle", WEB_DECODE},
    {"reverse()", WEB_DECODE},
    {".click(", WEB_START},
    {"dispatchevent", WEB_START},
    {"[\"click\"]", WEB_START},
    {"['click']", WEB_START},
    {".download", WEB_START},
    {"\"download\"", WEB_START},
    {"'download'", WEB_START},
    {" download=", WEB_START},
    {"location.href", WEB_GO},
    {"location.replace", WEB_GO},
    {"location.assign", WEB_GO},
    {"window.open", WEB_GO},
    {"location =", WEB_GO},
    {"location=", WEB_GO},
    {"[\"location\"]", WEB_GO},
    {"['location']", WEB_GO},
    {"navigate(", WEB_GO},
    {"eval(", WEB_EVAL},
    {"eval`", WEB_EVAL},
    {"new function", WEB_EVAL},
    {"document.write", WEB_EVAL},
    {"document[\"write", WEB_EVAL},
    {"document['write", WEB_EVAL},
    {".innerhtml", WEB_EVAL},
    {".outerhtml", WEB_EVAL},
    {"insertadjacenthtml", WEB_EVAL},
    {".srcdoc", WEB_EVAL},
    {"createelement(\"script", WEB_EVAL},
    {"createelement('script", WEB_EVAL},
    {"fetch(", WEB_SEND},
    {"xmlhttprequest", WEB_SEND},
    {"$.ajax", WEB_SEND},
    {"$.post", WEB_SEND},
    {"axios", WEB_SEND},
    {"sendbeacon", WEB_SEND},
    {"api.telegram.org", WEB_SEND},
};

struct reader {
    struct arena *a;
    struct webscript *w;
    const unsigned char *p, *end;
    webscript_take *take;
    void *ctx;
    struct buf *joined; /* one constant: pieces that are added to each other */
    struct buf *list;   /* of numbers */
    int taken;
};

static void
read_words(struct webscript *w, const unsigned char *p, size_t n)
{
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        enum webscript_kind k = words[i].kind;
        if (!bytes_find(p, n, words[i].word))
            continue;
        w->count[k]++;
        if (!w->first[k])
            w->first[k] = words[i].word;
    }
}

/* ------------------------------------------------------------------ constants */

static bool
holds_markup(const unsigned char *p, size_t n)
{
    size_t look = n > 4096 ? 4096 : n;
    static const char *const marks[] = {"<html",   "<script",   "<form",    "<body",    "<iframe",
                                        "http://", "https://",  "location", "<svg",     "<meta",
                                        "eval(",   "document.", "<input",   "<!doctype"};
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (bytes_find(p, look, marks[i]))
            return true;
    return false;
}

static void
give(struct reader *r, const unsigned char *p, size_t n, size_t encoded)
{
    if (n < 8 || (!*mime_type_of(p, n) && !holds_markup(p, n) && encoded < WEBSCRIPT_LONG))
        return;
    if (r->taken >= WEBSCRIPT_CONSTANTS) {
        r->w->over = true;
        return;
    }
    r->taken++;
    read_words(r->w, p, n > 65536 ? 65536 : n); /* what was hidden counts as well */
    r->take(r->ctx, p, n);
}

static size_t
count_of(const unsigned char *p, size_t n, const char *set)
{
    size_t k = 0;
    for (size_t i = 0; i < n; i++)
        k += p[i] && strchr(set, p[i]) != NULL;
    return k;
}

static bool
is_base64(const unsigned char *p, size_t n)
{
    size_t odd = 0;
    for (size_t i = 0; i < n; i++)
        odd += !(isalnum(p[i]) || p[i] == '+' || p[i] == '/' || p[i] == '=' || p[i] == '-' ||
                 p[i] == '_' || isspace(p[i]));
    return odd == 0;
}

static bool
is_hex(const unsigned char *p, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!isxdigit(p[i]))
            return false;
    return n % 2 == 0;
}

static unsigned
hex(const unsigned char *p, int n)
{
    unsigned v = 0;
    for (; n > 0; n--, p++)
        v = v * 16 + (isdigit(*p) ? (unsigned)(*p - '0') : (unsigned)(tolower(*p) - 'a' + 10));
    return v;
}

static bool
xdigits(const unsigned char *p, const unsigned char *end, int n)
{
    if (end - p < n)
        return false;
    for (int i = 0; i < n; i++)
        if (!isxdigit(p[i]))
            return false;
    return true;
}

/* %XX, %uXXXX, \xXX, \uXXXX as bytes; what is above 0xff loses its upper half. */
unsigned char *
webscript_unescape(struct arena *a, const unsigned char *p, size_t n, size_t *out)
{
    unsigned char *to = arena_alloc(a, n + 1);
    const unsigned char *end = p + n;
    size_t o = 0;
    while (p < end) {
        bool mark = *p == '%' || *p == '\\';
        if (*p == '%' && xdigits(p + 1, end, 2))
            to[o++] = (unsigned char)hex(p + 1, 2), p += 3;
        else if (*p == '\\' && end - p > 1 && p[1] == 'x' && xdigits(p + 2, end, 2))
            to[o++] = (unsigned char)hex(p + 2, 2), p += 4;
        else if (mark && end - p > 1 && p[1] == 'u' && xdigits(p + 2, end, 4))
            to[o++] = (unsigned char)hex(p + 2, 4), p += 6;
        else
            to[o++] = *p++;
    }
    *out = o;
    return to;
}

static void
backwards(struct reader *r, const unsigned char *p, size_t n)
{
    unsigned char *turned = arena_alloc(r->a, n + 1);
    size_t got;
    for (size_t i = 0; i < n; i++)
        turned[i] = p[n - 1 - i];
    size_t pad = strspn((char *)turned, "="); /* not more than n: a NUL stands behind */
    const unsigned char *d = bytes_base64(r->a, turned + pad, n - pad, &got, NULL);
    if (*mime_type_of(d, got) || holds_markup(d, got))
        give(r, d, got, n);
    else if (holds_markup(turned, n))
        give(r, turned, n, n);
}

static void
constant(struct reader *r, const unsigned char *p, size_t n)
{
    size_t got;
    if (n < WEBSCRIPT_SHORT)
        return;
    if (n >= WEBSCRIPT_LONG)
        r->w->constants += n;
    if (is_hex(p, n)) {
        unsigned char *to = arena_alloc(r->a, n / 2);
        for (size_t i = 0; i < n / 2; i++)
            to[i] = (unsigned char)hex(p + i * 2, 2);
        give(r, to, n / 2, n);
    } else if (is_base64(p, n)) {
        const unsigned char *d = bytes_base64(r->a, p, n, &got, NULL);
        if (r->w->count[WEB_DECODE] && !*mime_type_of(d, got) && !holds_markup(d, got))
            backwards(r, p, n);
        give(r, d, got, n);
    } else if (count_of(p, n, "%\\") * 6 >= n / 2 && count_of(p, n, "%\\") >= 8) {
        const unsigned char *d = webscript_unescape(r->a, p, n, &got);
        r->w->count[WEB_DECODE]++;
        give(r, d, got, n);
    } else {
        const unsigned char *comma = bytes_find(p, n > 200 ? 200 : n, ";base64,");
        if (comma && n > 5 && strncmp((const char *)p, "data:", 5) == 0) {
            size_t left = n - (size_t)(comma + 8 - p);
            const unsigned char *d = bytes_base64(r->a, comma + 8, left, &got, NULL);
            give(r, d, got, left);
        } else if (r->w->count[WEB_EVAL] && r->w->count[WEB_DECODE] && n >= WEBSCRIPT_LONG) {
            backwards(r, p, n);
        }
    }
}

static void
end_constant(struct reader *r)
{
    if (r->joined->len)
        constant(r, (const unsigned char *)buf_cstr(r->joined), r->joined->len);
    buf_clear(r->joined);
}

/* [77, 90, 0x90, ...] at p, which is "[" or "(": bytes. Returns where it ends, NULL: it is none. */
static const unsigned char *
numbers(struct reader *r, const unsigned char *p)
{
    struct buf *b = r->list;
    const unsigned char *start = p++;
    buf_clear(b);
    while (p < r->end) {
        unsigned v = 0;
        bool any = false;
        while (p < r->end && isspace(*p))
            p++;
        if (p < r->end && *p == '-')
            p++;
        if (r->end - p > 3 && p[0] == '0' && (p[1] == 'x' || p[1] == 'X')) {
            for (p += 2; p < r->end && isxdigit(*p) && v < 0x10000; p++, any = true)
                v = v * 16 + hex(p, 1);
        } else {
            for (; p < r->end && isdigit(*p) && v < 0x10000; p++, any = true)
                v = v * 10 + (unsigned)(*p - '0');
        }
        if (!any || v > 0xffff)
            break;
        buf_char(b, (char)v);
        while (p < r->end && isspace(*p))
            p++;
        if (p >= r->end || *p != ',')
            break;
        p++;
    }
    if (b->len < WEBSCRIPT_SHORT / 2)
        return NULL;
    if ((size_t)(p - start) >= WEBSCRIPT_LONG)
        r->w->constants += (size_t)(p - start);
    give(r, (const unsigned char *)buf_cstr(b), b->len, (size_t)(p - start));
    return p;
}

/* A literal at p, which is its quote; its bytes join those before when there was a "+" between. */
static const unsigned char *
literal(struct reader *r, const unsigned char *p)
{
    unsigned char quote = *p++;
    const unsigned char *start = p;
    while (p < r->end && *p != quote && (*p != '\n' || quote == '`')) {
        if (*p == '\\' && p + 1 < r->end)
            p++;
        p++;
    }
    buf_add(r->joined, start, (size_t)(p - start));
    return p < r->end ? p + 1 : r->end;
}

/* "a" + "b", and lists of pieces that a join() puts together. */
static bool
goes_on(const unsigned char **p, const unsigned char *end)
{
    const unsigned char *q = *p;
    while (q < end && isspace(*q))
        q++;
    if (q >= end || (*q != '+' && *q != ','))
        return false;
    for (q++; q < end && isspace(*q); q++)
        ;
    if (q >= end || (*q != '"' && *q != '\'' && *q != '`'))
        return false;
    *p = q;
    return true;
}

static void
constants(struct reader *r)
{
    while (r->p < r->end && !r->w->over) {
        unsigned char c = *r->p;
        if (c == '"' || c == '\'' || c == '`') {
            r->p = literal(r, r->p);
            if (!goes_on(&r->p, r->end))
                end_constant(r);
        } else if (c == '[' || c == '(') {
            const unsigned char *after = numbers(r, r->p);
            r->p = after ? after : r->p + 1;
        } else {
            r->p++;
        }
    }
    end_constant(r);
}

/* a.download = "invoice.iso", <a download="invoice.iso"> */
static const char *
saved_as(struct arena *a, const unsigned char *p, size_t n)
{
    const unsigned char *end = p + n, *at = p;
    while ((at = bytes_find(at, (size_t)(end - at), "download"))) {
        at += 8;
        const unsigned char *q = at;
        while (q < end && q - at < 8 && !isalnum(*q) && *q != '"' && *q != '\'')
            q++;
        /* setAttribute("download", "name"): the quote closes, a comma follows */
        if (end - q > 3 && (*q == '"' || *q == '\'') && memchr(q + 1, ',', 3)) {
            q++;
            while (q < end && *q != '"' && *q != '\'' && q - at < 16)
                q++;
        }
        if (q < end && (*q == '"' || *q == '\'')) {
            size_t most = end - q > 200 ? 199 : (size_t)(end - q - 1);
            const unsigned char *stop = memchr(q + 1, *q, most);
            if (stop && stop > q + 1)
                return arena_strndup(a, (const char *)q + 1, (size_t)(stop - q - 1));
        }
    }
    return "";
}

void
webscript_read(struct arena *a, struct webscript *w, const char *text, size_t n,
               webscript_take *take, void *ctx)
{
    const unsigned char *p = (const unsigned char *)text;
    struct reader r = {.a = a, .w = w, .p = p, .end = p + n, .take = take, .ctx = ctx};
    *w = (struct webscript){.download = ""};
    read_words(w, p, n);
    w->download = saved_as(a, p, n);
    r.joined = buf_new(a, 0);
    r.list = buf_new(a, 0);
    constants(&r);
    w->plain = n > w->constants ? n - w->constants : 0;
}

const char *
webscript_words(struct arena *a, const struct webscript *w)
{
    struct buf *b = buf_new(a, 0);
    for (int k = 0; k < WEB_KINDS; k++)
        if (w->first[k])
            buf_printf(b, "%s%s", b->len ? ", " : "", w->first[k]);
    return buf_cstr(b);
}
