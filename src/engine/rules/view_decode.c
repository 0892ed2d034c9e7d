/*
 * Transfer encodings, character sets, Content-Type and encoded words, with the tolerance that the rules
 * were tuned on.
 */
#include "view.h"
#include "../msg/charset.h"
#include "../../common/arena.h"
#include "../../common/buf.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

/* ------------------------------------------------------------------ transfer encodings */

static int
hex(unsigned char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

/* At a line's end, or blanks before one: how far. -1: neither. */
static ptrdiff_t
trailing(const char *p, size_t n, bool blanks)
{
    size_t i = 0;
    while (blanks && i < n && (p[i] == ' ' || p[i] == '\t'))
        i++;
    size_t end = i;
    if (end < n && p[end] == '\r')
        end++;
    return end < n && p[end] == '\n' ? (ptrdiff_t)i : -1;
}

static struct span
quoted_printable(struct arena *a, struct span s)
{
    char *out = arena_alloc(a, s.n + 1), *to = out;
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (c == ' ' || c == '\t') {
            size_t run = i;
            while (run < s.n && (s.p[run] == ' ' || s.p[run] == '\t'))
                run++;
            if (trailing(s.p + run, s.n - run, false) == 0) {
                i = run - 1;
                continue;
            }
            memcpy(to, s.p + i, run - i);
            to += run - i;
            i = run - 1;
        } else if (c == '=' && trailing(s.p + i + 1, s.n - i - 1, true) >= 0) {
            i += 1 + (size_t)trailing(s.p + i + 1, s.n - i - 1, true);
            i += i < s.n && s.p[i] == '\r';
        } else if (c == '=' && i + 2 < s.n && hex((unsigned char)s.p[i + 1]) >= 0 &&
                   hex((unsigned char)s.p[i + 2]) >= 0) {
            *to++ = (char)(hex((unsigned char)s.p[i + 1]) * 16 + hex((unsigned char)s.p[i + 2]));
            i += 2;
        } else {
            *to++ = (char)c;
        }
    }
    return (struct span){out, (size_t)(to - out)};
}

static int
base64_value(unsigned char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* "=" in the middle counts as a zero; what belongs to no alphabet is passed over. */
static struct span
base64(struct arena *a, struct span s)
{
    size_t n = s.n;
    while (n > 0 && base64_value((unsigned char)s.p[n - 1]) < 0)
        n--;
    char *out = arena_alloc(a, n / 4 * 3 + 4), *to = out;
    unsigned bits = 0;
    int have = 0;
    for (size_t i = 0; i < n; i++) {
        int value = s.p[i] == '=' ? 0 : base64_value((unsigned char)s.p[i]);
        if (value < 0)
            continue;
        bits = bits << 6 | (unsigned)value;
        if (++have == 4) {
            *to++ = (char)(bits >> 16);
            *to++ = (char)(bits >> 8);
            *to++ = (char)bits;
            bits = 0;
            have = 0;
        }
    }
    if (have >= 2)
        *to++ = (char)(bits >> (have == 2 ? 4 : 10));
    if (have == 3)
        *to++ = (char)(bits >> 2);
    return (struct span){out, (size_t)(to - out)};
}

static struct span
without_cr(struct arena *a, struct span s)
{
    if (!s.n || !memmem(s.p, s.n, "\r\n", 2))
        return s;
    char *out = arena_alloc(a, s.n + 1), *to = out;
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] != '\r' || i + 1 == s.n || s.p[i + 1] != '\n')
            *to++ = s.p[i];
    return (struct span){out, (size_t)(to - out)};
}

struct span
view_decoded(struct view *v, struct view_part *p)
{
    if (p->decoded_yet)
        return p->decoded;
    p->decoded_yet = true;
    struct view_field *f = view_part_field(v, p, "content-transfer-encoding");
    if (f)
        view_decode_field(v, f);
    struct span how = f ? (struct span){f->text, f->text_n} : (struct span){"", 0};
    if (v->decoded_bytes + p->raw.n > VIEW_DECODED)
        return p->decoded = (struct span){"", 0};
    p->decoded = p->raw;
    if (span_is(how, "quoted-printable"))
        p->decoded = without_cr(v->a, quoted_printable(v->a, p->raw));
    else if (span_is(how, "base64"))
        p->decoded = base64(v->a, p->raw);
    if (span_is(how, "base64") &&
        (strncmp(p->type, "text", 4) == 0 || strncmp(p->type, "message", 7) == 0))
        p->decoded = without_cr(v->a, p->decoded);
    v->decoded_bytes += p->decoded.p == p->raw.p ? 0 : p->raw.n;
    return p->decoded;
}

/* ------------------------------------------------------------------ character sets */

static bool
ascii(struct span s)
{
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] >= 0x80)
            return false;
    return true;
}

/* Well formed, RFC 3629. */
static bool
is_utf8(struct span s)
{
    const unsigned char *p = (const unsigned char *)s.p, *end = p + s.n;
    while (p < end) {
        unsigned char c = *p++;
        if (c < 0x80)
            continue;
        int more = c >= 0xf0 ? 3 : c >= 0xe0 ? 2 : 1;
        unsigned char low = c == 0xe0 ? 0xa0 : c == 0xf0 ? 0x90 : 0x80;
        unsigned char high = c == 0xed ? 0x9f : c == 0xf4 ? 0x8f : 0xbf;
        if (c < 0xc2 || c > 0xf4 || end - p < more || *p < low || *p > high)
            return false;
        for (p++, more--; more > 0; more--, p++)
            if ((*p & 0xc0) != 0x80)
                return false;
    }
    return true;
}

/* Seven bits mean the same in all of these. */
static bool
like_ascii(const char *charset)
{
    static const char *const begin[] = {"iso-8859", "iso8859",  "iso 8859", "windows-",  "utf-8",
                                        "utf8",     "koi8-",    "euc-",     "big5",      "gbk",
                                        "gb18030",  "us-ascii", "ascii",    "ansi_x3.4", "cp125"};
    for (size_t i = 0; i < sizeof begin / sizeof *begin; i++)
        if (strncasecmp(charset, begin[i], strlen(begin[i])) == 0)
            return true;
    return false;
}

static bool
latin1(const char *charset)
{
    return strcasecmp(charset, "iso-8859-1") == 0 || strcasecmp(charset, "iso8859-1") == 0 ||
           strncasecmp(charset, "us-ascii", 8) == 0 || strcasecmp(charset, "ascii") == 0;
}

struct span
view_utf8(struct arena *a, struct span s, const char *charset, bool strict)
{
    size_t n;
    bool known;
    if (!charset)
        charset = "us-ascii";
    bool seven = ascii(s);
    if ((seven && like_ascii(charset)) || (!seven && !strict && is_utf8(s)))
        return s;
    if (strict && strncasecmp(charset, "utf-8", 5) == 0 && is_utf8(s))
        return s;
    const char *name = latin1(charset) ? "windows-1252" : charset;
    char *text = charset_utf8(a, name, s.p, s.n, &n, &known);
    if (!known && seven)
        return s;
    if (!known)
        text = charset_utf8(a, "windows-1252", s.p, s.n, &n, &known);
    return (struct span){text, n};
}

/* ------------------------------------------------------------------ Content-Type */

static bool
word_char(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

/* What stands behind "name =", wherever that is; NULL: nowhere. suffix: what may stand before the name. */
static const char *
parameter(const char *text, const char *name, const char *prefix)
{
    size_t n = strlen(name), m = strlen(prefix);
    for (const char *p = text; (p = strcasestr(p, name)); p++) {
        const char *start = p;
        if (m && (size_t)(p - text) >= m && strncasecmp(p - m, prefix, m) == 0)
            start = p - m;
        if (start > text && word_char(start[-1]))
            continue;
        const char *v = p + n;
        while (isspace((unsigned char)*v))
            v++;
        if (*v != '=')
            continue;
        v++;
        while (isspace((unsigned char)*v))
            v++;
        return v;
    }
    return NULL;
}

static const char *
boundary_of(struct arena *a, const char *text)
{
    const char *v = parameter(text, "boundary", "");
    size_t n;
    if (!v)
        return NULL;
    if (*v == '"') {
        n = strcspn(v + 1, "\"");
        return n ? arena_memdup(a, v + 1, n) : NULL;
    }
    n = strcspn(v, " \t\r\n\";");
    if (n == 0 || v[n] == '"')
        return NULL;
    return arena_memdup(a, v, n);
}

static const char *
value_of(struct arena *a, const char *text, const char *name, const char *prefix)
{
    const char *v = parameter(text, name, prefix);
    if (!v)
        return NULL;
    v += *v == '"' || *v == '\'';
    /* up to a quote that ends it, a semicolon, or the end */
    size_t n = 0;
    while (v[n] && v[n] != ';' &&
           !((v[n] == '"' || v[n] == '\'') && (!v[n + 1] || v[n + 1] == ';')))
        n++;
    return arena_memdup(a, v, n);
}

/* "Text/HTML; charset=x" -> "text/html". Most kinds of text are as good as plain. */
static const char *
type_of(struct arena *a, const char *text)
{
    char *type, *to;
    while (isspace((unsigned char)*text))
        text++;
    size_t n = strcspn(text, ";"), slash = strcspn(text, "/");
    if (slash < n) {
        size_t m = slash + 1;
        while (m < n && !isspace((unsigned char)text[m]) && text[m] != '/')
            m++;
        n = m;
    }
    type = to = arena_memdup(a, text, n);
    bool is_text = n >= 4 && strncasecmp(text, "text", 4) == 0 && !word_char(text[4]);
    for (char *c = type; *c; c++)
        if (*c > ' ' && (unsigned char)*c < 0x7f && !strchr("\"(),:;<=>?@[\\]", *c))
            *to++ = (char)tolower((unsigned char)*c);
    *to = '\0';
    if (!*type || (is_text && strcmp(type, "text/x-vcard") != 0 &&
                   strcmp(type, "text/calendar") != 0 && strcmp(type, "text/html") != 0))
        return "text/plain";
    return type;
}

void
view_content_type(struct arena *a, struct span value, const char **type, const char **boundary,
                  const char **charset, const char **name, bool *missing)
{
    const char *text = arena_memdup(a, value.p ? value.p : "", value.n);
    if (missing)
        *missing = span_trim(value).n == 0;
    *type = type_of(a, text);
    *boundary = boundary_of(a, text);
    *charset = span_trim(value).n == 0 ? "us-ascii" : value_of(a, text, "charset", "");
    *name = value_of(a, text, "name", "file");
    if (!*name || !**name)
        *name = value_of(a, text, "name*0", "file");
}

/* ------------------------------------------------------------------ encoded words, RFC 2047 */

struct word {
    struct span charset, data;
    bool base64;
    size_t end;
};

static bool
charset_char(char c)
{
    return isalnum((unsigned char)c) || c == '*' || c == '_' || c == '-';
}

/* =?charset?B?data?= at i. */
static bool
word_at(struct span s, size_t i, struct word *w)
{
    size_t start = i + 2, at = start;
    if (i + 6 > s.n || s.p[i] != '=' || s.p[i + 1] != '?')
        return false;
    while (at < s.n && charset_char(s.p[at]))
        at++;
    if (at == start || at + 3 > s.n || s.p[at] != '?' || !strchr("bBqQ", s.p[at + 1]) ||
        s.p[at + 2] != '?')
        return false;
    w->charset = (struct span){s.p + start, at - start};
    w->base64 = s.p[at + 1] == 'b' || s.p[at + 1] == 'B';
    start = at += 3;
    const char *end = memchr(s.p + at, '?', s.n - at);
    if (!end || (size_t)(end - s.p) + 1 >= s.n || end[1] != '=')
        return false;
    w->data = (struct span){s.p + start, (size_t)(end - s.p) - start};
    w->end = (size_t)(end - s.p) + 2;
    return true;
}

static struct span
word_bytes(struct arena *a, const struct word *w)
{
    if (w->base64)
        return base64(a, w->data);
    char *p = arena_memdup(a, w->data.p, w->data.n);
    struct buf *b = buf_new(a, 0);
    for (; *p; p++)
        buf_add(b, *p == '_' ? " " : p, 1);
    /* a blank that stood for itself must not be taken for one at a line's end: there are no lines here */
    return quoted_printable(a, (struct span){buf_cstr(b), b->len});
}

/* Words of one character set that follow each other are one: some programs cut characters in two. */
static void
flush(struct arena *a, struct buf *out, struct buf *bytes, struct span charset)
{
    const char *star = charset.n ? memchr(charset.p, '*', charset.n) : NULL;
    if (bytes->len == 0)
        return;
    const char *name = arena_memdup(a, charset.p, star ? (size_t)(star - charset.p) : charset.n);
    struct span s = {arena_memdup(a, bytes->data, bytes->len), bytes->len};
    s = view_utf8(a, s, name, true);
    buf_add(out, s.p, s.n);
    buf_clear(bytes);
}

static bool
no_words(const char *field)
{
    static const char *const names[] = {"received",    "message-id",        "date",
                                        "resent-date", "resent-message-id", "mime-version",
                                        "references",  "in-reply-to"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(field, names[i]) == 0)
            return true;
    return strncmp(field, "list-", 5) == 0;
}

struct span
view_words(struct arena *a, struct span value, const char *field)
{
    struct span s = ascii(value) ? value : view_utf8(a, value, "utf-8", false), charset = {0};
    struct word w;
    if (no_words(field) || !s.n || !memmem(s.p, s.n, "=?", 2))
        return s;
    struct buf *out = buf_new(a, 0), *bytes = buf_new(a, 0);
    for (size_t i = 0; i < s.n;) {
        if (!word_at(s, i, &w)) {
            flush(a, out, bytes, charset);
            buf_char(out, s.p[i++]);
            continue;
        }
        if (charset.n != w.charset.n || strncasecmp(charset.p, w.charset.p, charset.n) != 0)
            flush(a, out, bytes, charset);
        charset = w.charset;
        struct span b = word_bytes(a, &w);
        buf_add(bytes, b.p, b.n);
        i = w.end;
        size_t next = i;
        while (next < s.n && isspace((unsigned char)s.p[next]))
            next++;
        struct word after;
        if (next > i && word_at(s, next, &after))
            i = next;
    }
    flush(a, out, bytes, charset);
    return (struct span){buf_cstr(out), out->len};
}

/* ------------------------------------------------------------------ rendering */

static bool
html_name(const char *name)
{
    size_t n = name ? strlen(name) : 0;
    return (n >= 4 && strcasecmp(name + n - 4, ".htm") == 0) ||
           (n >= 5 && strcasecmp(name + n - 5, ".html") == 0) ||
           (n >= 5 && strcasecmp(name + n - 5, ".shtm") == 0) ||
           (n >= 6 && strcasecmp(name + n - 6, ".shtml") == 0);
}

bool
view_rendered(struct view *v, struct view_part *p)
{
    if (p->rendered_yet)
        return p->rendered;
    p->rendered_yet = true;
    bool html = strcmp(p->type, "text/html") == 0 || html_name(p->name);
    if (!html && strcmp(p->type, "text/plain") != 0)
        return false;
    struct span s = view_decoded(v, p);
    p->rendered = true;
    p->text = view_utf8(v->a, s, p->charset, false);
    if (html && s.n > 0) {
        struct buf *out = buf_new(v->a, VIEW_TEXT);
        view_html(v, p, p->text.p, p->text.n, out);
        p->text = (struct span){buf_cstr(out), out->len};
    }
    return true;
}
