#include "html_address.h"
#include "css.h"
#include "html.h"
#include "html_token.h"
#include "../url/url.h"
#include "../../common/arena.h"
#include "../../common/buf.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#define JOINED_BYTES (1024 * 1024) /* of addresses made absolute by a base */

void
html_address_init(struct html_address *h, struct arena *a, const struct html_events *ev)
{
    *h = (struct html_address){.a = a, .ev = ev, .one = buf_new(a, 0), .two = buf_new(a, 0)};
}

/* As it stands; what is relative by the base, if there is one. */
static const char *
absolute(struct html_address *h, const char *text)
{
    struct url u;
    size_t n = strlen(text);
    if (!h->base || !n || h->bytes > JOINED_BYTES || *text == '#')
        return text;
    h->bytes += n + strlen(h->base->path) + 200;
    if (url_parse(h->a, text, &u) &&
        strncasecmp(text, h->base->scheme, strlen(h->base->scheme)) != 0)
        return text;
    return url_join(h->a, h->base, text, &u) && !strstr(text, "://") ? u.text : text;
}

static void
other(struct html_address *h, const char *text)
{
    if (h->ev->other && *text)
        h->ev->other(h->ev->ctx, absolute(h, text));
}

static void
link_to(struct html_address *h, const struct html_token *t, enum html_attribute which, bool closed)
{
    if (!t->at[which].set || !h->ev->link)
        return;
    h->ev->link(h->ev->ctx, absolute(h, html_value(t, which, h->one)));
    if (closed)
        h->ev->link(h->ev->ctx, NULL);
}

/* "a.png 1x, b.png 2x": addresses may hold commas, but do not end with one. */
static void
sources(struct html_address *h, const struct html_token *t, enum html_attribute which)
{
    const char *p = t->at[which].set ? html_value(t, which, h->one) : "";
    while (*p) {
        size_t n;
        p += strspn(p, " \t\r\n\f,");
        n = strcspn(p, " \t\r\n\f");
        buf_clear(h->two);
        buf_add(h->two, p, n && p[n - 1] == ',' ? n - 1 : n);
        other(h, buf_cstr(h->two));
        if (!n || p[n - 1] == ',') {
            p += n;
            continue;
        }
        p += n;
        p += strcspn(p, ",");
    }
}

/* <meta http-equiv=refresh content="0; url='...'">. Other contents may name pages, too. */
static void
meta(struct html_address *h, const struct html_token *t)
{
    const char *p = html_value(t, HTML_A_content, h->one), *url;
    size_t n;
    if (!t->at[HTML_A_content].set || !h->ev->other)
        return;
    if (strcasecmp(html_value(t, HTML_A_http_equiv, h->two), "refresh") != 0) {
        if (strstr(p, "//"))
            other(h, p);
        return;
    }
    p += strspn(p, " \t\r\n0123456789.");
    p += strspn(p, " \t\r\n;,");
    url = p;
    if (strncasecmp(p, "url", 3) == 0) {
        p += 3 + strspn(p + 3, " \t\r\n");
        if (*p == '=')
            url = p + 1 + strspn(p + 1, " \t\r\n");
    }
    n = strlen(url);
    if (*url == '"' || *url == '\'') {
        n = strcspn(url + 1, (char[]){*url, '\0'});
        url++;
    }
    buf_clear(h->two);
    buf_add(h->two, url, n);
    other(h, buf_cstr(h->two));
}

void
html_address_css(struct html_address *h, const char *p, size_t n)
{
    /* Most styles have none; those that have are read without comments and escapes. */
    if (!h->ev->other || (!memchr(p, '(', n) && !memchr(p, '@', n)) ||
        (!memmem(p, n, "//", 2) && !memchr(p, '\\', n) && !h->base))
        return;
    for (size_t i = 0; i + 4 < n; i++) {
        bool is_url = strncasecmp(p + i, "url(", 4) == 0;
        bool import = p[i] == '@' && n - i > 8 && strncasecmp(p + i, "@import", 7) == 0;
        size_t k = i + (is_url ? 4 : 7), len;
        const char *stop = is_url ? ")" : ";";
        if (!is_url && !import)
            continue;
        while (k < n && isspace((unsigned char)p[k]))
            k++;
        if (k < n && (p[k] == '"' || p[k] == '\''))
            stop = p[k++] == '"' ? "\"" : "'";
        else if (import)
            continue; /* @import url(...) */
        const char *end = memchr(p + k, *stop, n - k < HTML_VALUE ? n - k : HTML_VALUE);
        len = end ? (size_t)(end - p) - k : 0;
        buf_clear(h->two);
        buf_add(h->two, p + k, len);
        other(h, buf_cstr(h->two));
        i = k + len;
    }
}

static void
set_base(struct html_address *h, const struct html_token *t)
{
    struct url *base = arena_alloc(h->a, sizeof *base);
    const char *href = html_value(t, HTML_A_href, h->one);
    if (h->ev->other && *href)
        h->ev->other(h->ev->ctx, href);
    if (!h->base && url_parse(h->a, href, base) && *base->host)
        h->base = base;
}

static void
picture(struct html_address *h, const struct html_token *t)
{
    const char *src = absolute(h, html_value(t, HTML_A_src, h->one));
    if (h->ev->image)
        h->ev->image(h->ev->ctx, src, html_value(t, HTML_A_alt, h->two));
}

static void
others(struct html_address *h, const struct html_token *t, bool picture_shown)
{
    static const enum html_attribute list[] = {
        HTML_A_lowsrc, HTML_A_dynsrc, HTML_A_background, HTML_A_poster,     HTML_A_data,
        HTML_A_cite,   HTML_A_ping,   HTML_A_longdesc,   HTML_A_action_xhr, HTML_A_codebase,
        HTML_A_to,     HTML_A_values, HTML_A_from,       HTML_A_value};
    if (!picture_shown && t->at[HTML_A_src].set)
        other(h, html_value(t, HTML_A_src, h->one));
    for (size_t i = 0; i < sizeof list / sizeof *list; i++)
        if (t->at[list[i]].set)
            other(h, html_value(t, list[i], h->one));
    sources(h, t, HTML_A_srcset);
    sources(h, t, HTML_A_imagesrcset);
    if (t->at[HTML_A_style].set) {
        const char *style = html_value(t, HTML_A_style, h->one);
        html_address_css(h, style, h->one->len);
    }
}

void
html_address_tag(struct html_address *h, const struct html_token *t)
{
    const char *name = t->name;
    bool link = strcmp(name, "a") == 0 || strcmp(name, "area") == 0;
    bool vml = strncmp(name, "v:", 2) == 0; /* buttons of Outlook */
    bool image =
        strcmp(name, "img") == 0 || strcmp(name, "image") == 0 || strcmp(name, "amp-img") == 0;
    if (strcmp(name, "base") == 0) {
        set_base(h, t);
        return;
    }
    if (strcmp(name, "meta") == 0) {
        meta(h, t);
        return;
    }
    if (link || vml) {
        link_to(h, t, HTML_A_href, vml);
        if (!t->at[HTML_A_href].set)
            link_to(h, t, HTML_A_xlink_href, vml);
    } else {
        if (t->at[HTML_A_href].set)
            other(h, html_value(t, HTML_A_href, h->one));
        if (t->at[HTML_A_xlink_href].set)
            other(h, html_value(t, HTML_A_xlink_href, h->one));
    }
    if (strcmp(name, "form") == 0)
        link_to(h, t, HTML_A_action, true);
    link_to(h, t, HTML_A_formaction, true);
    if (image)
        picture(h, t);
    others(h, t, image);
}
