/*
 * Writers of generated template code and small HTML pieces. Escaping is here and nowhere else.
 */
#include "view.h"

#include "../common/contact_link.h"
#include "../common/text_safe.h"
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
view_link_out(struct buf *b, const char *href, const char *label)
{
    if (!contact_link_ok(href)) {
        view_html(b, label);
        return;
    }
    buf_str(b, "<a rel=\"noreferrer noopener\" href=\"");
    view_html(b, href);
    buf_str(b, "\">");
    view_html(b, label);
    buf_str(b, "</a>");
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

char *
view_safe(struct web_req *r, const char *s)
{
    return text_safe(r->a, s);
}
