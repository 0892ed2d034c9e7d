/*
 * Writers of generated template code and small HTML pieces. Escaping is here and nowhere else.
 */
#include "view.h"
#include "web_assets.h"

#include <stdarg.h>
#include <string.h>

void
view_html(struct buf *b, const char *s)
{
    for (const char *from = s; s && *s; from = s) {
        s += strcspn(s, "&<>\"'");
        buf_add(b, from, (size_t)(s - from));
        switch (*s) {
        case '&':
            buf_add(b, "&amp;", 5);
            break;
        case '<':
            buf_add(b, "&lt;", 4);
            break;
        case '>':
            buf_add(b, "&gt;", 4);
            break;
        case '"':
            buf_add(b, "&quot;", 6);
            break;
        case '\'':
            buf_add(b, "&#39;", 5);
            break;
        default:
            return;
        }
        s++;
    }
}

/* A path of our own: "/x" but not "//host" or "/\host" (T-W5), or a place on the same page. */
static bool
own_path(const char *s)
{
    if (*s == '/' ? s[1] == '/' || s[1] == '\\' : *s != '#' && *s != '?')
        return false;
    for (const unsigned char *p = (const unsigned char *)s; *p; p++)
        if (*p <= 0x20 || *p == 0x7f || *p == '\\')
            return false;
    return true;
}

void
view_url(struct buf *b, const char *s)
{
    view_html(b, s && own_path(s) ? s : "#");
}

void
view_raw(struct buf *b, const char *s)
{
    buf_str(b, s);
}

void
view_number(struct web_req *r, struct buf *b, int64_t n)
{
    view_html(b, view_int(r, n));
}

void
view_icon(struct buf *b, const char *name, int size)
{
    buf_printf(b,
               "<svg class=\"icon\" width=\"%d\" height=\"%d\" aria-hidden=\"true\"><use href=\"",
               size, size);
    view_html(b, view_asset("icons.svg"));
    buf_char(b, '#');
    view_html(b, name);
    buf_str(b, "\"></use></svg>");
}

void
view_csrf(struct web_req *r, struct buf *b)
{
    buf_str(b, "<input type=\"hidden\" name=\"csrf\" value=\"");
    view_html(b, r->session.csrf);
    buf_str(b, "\">");
}

void
view_url_part(struct buf *b, const char *s, const char *keep)
{
    for (const unsigned char *p = (const unsigned char *)s; *p; p++) {
        if ((*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') || (*p >= '0' && *p <= '9') ||
            strchr("-._~", *p) || strchr(keep, *p))
            buf_char(b, (char)*p);
        else
            buf_printf(b, "%%%02X", *p);
    }
}

char *
view_path(struct web_req *r, const char *path, ...)
{
    struct buf *b = buf_new(r->a, 0);
    const char *name;
    char sep = strchr(path, '?') ? '&' : '?';
    va_list ap;
    buf_str(b, path);
    va_start(ap, path);
    while ((name = va_arg(ap, const char *))) {
        const char *value = va_arg(ap, const char *);
        if (!value || !*value)
            continue;
        buf_char(b, sep);
        view_url_part(b, name, "");
        buf_char(b, '=');
        view_url_part(b, value, "");
        sep = '&';
    }
    va_end(ap);
    return b->data;
}

/* Characters that hide or reorder text: bidi controls, zero-width and tag characters. */
static bool
is_hidden(unsigned c, unsigned before)
{
    if (c == 0x200c || c == 0x200d) /* joiners are part of words and emoji, not of Latin text */
        return before < 0x0600;
    return c == 0x00ad || c == 0x061c || c == 0x180e || (c >= 0x200b && c <= 0x200f) ||
           (c >= 0x202a && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) || c == 0xfeff ||
           (c >= 0xfff9 && c <= 0xfffb) || (c >= 0xe0000 && c <= 0xe007f) || c == 0x3164 ||
           c == 0x115f || c == 0x1160 || c == 0xffa0;
}

/* One character of valid or broken UTF-8; *c = U+FFFD for a broken byte. */
static size_t
take_char(const unsigned char *p, unsigned *c)
{
    size_t n = *p < 0x80 ? 1 : *p < 0xc2 ? 0 : *p < 0xe0 ? 2 : *p < 0xf0 ? 3 : *p < 0xf5 ? 4 : 0;
    *c = n <= 1 ? *p : *p & (0xffu >> (n + 1));
    for (size_t i = 1; i < n; i++) {
        if ((p[i] & 0xc0) != 0x80) {
            n = 0;
            break;
        }
        *c = *c << 6 | (p[i] & 0x3f);
    }
    static const unsigned least[] = {0, 0, 0x80, 0x800, 0x10000};
    if (!n || *c < least[n] || *c > 0x10ffff || (*c >= 0xd800 && *c <= 0xdfff)) {
        *c = 0xfffd;
        return 1;
    }
    return n;
}

char *
view_safe(struct web_req *r, const char *s)
{
    struct buf *b = buf_new(r->a, 0);
    unsigned before = 0, c;
    for (const unsigned char *p = (const unsigned char *)(s ? s : ""); *p;) {
        size_t n = take_char(p, &c);
        if (c == '\t' || c == '\n' || c == '\r')
            buf_char(b, ' ');
        else if (c == 0xfffd || is_hidden(c, before))
            buf_str(b, "\xef\xbf\xbd");
        else if (c >= 0x20 && c != 0x7f && !(c >= 0x80 && c <= 0x9f))
            buf_add(b, p, n);
        before = c;
        p += n;
    }
    return b->data ? b->data : arena_strdup(r->a, "");
}
