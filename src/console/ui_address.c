/*
 * Addresses in full, with the characters marked that imitate others (ux: never hide a domain): a 0
 * or 1 between letters, foreign letters that look Latin, and names in punycode. Only a mark: the
 * text itself stays as it is. The same for addresses and hosts that stand in a sentence.
 */
#include <ctype.h>
#include <string.h>

#include "ui.h"
#include "view.h"

static bool
letter(const char *from, const char *p)
{
    return p >= from && isalpha((unsigned char)*p);
}

/* Bytes at p that imitate something; from is the beginning of the domain. */
static size_t
imitates(const char *from, const char *p)
{
    unsigned char c = (unsigned char)*p;
    if ((c == '0' || c == '1') && letter(from, p - 1) && letter(from, p + 1))
        return 1;
    if ((p == from || p[-1] == '.') && !strncasecmp(p, "xn--", 4))
        return 4;
    if (c >= 0xc2 && c < 0xe0 && p[1]) /* U+0080 to U+07FF: accents, Greek, Cyrillic ... */
        return 2;
    return 0;
}

/* The n bytes at text; what imitates is marked from domain on. */
static void
marked(struct web_req *r, struct buf *out, const char *text, size_t n, const char *domain)
{
    const char *plain = text, *end = text + n;
    for (const char *p = text; p < end;) {
        size_t odd = p >= domain ? imitates(domain, p) : 0;
        if (!odd || odd > (size_t)(end - p)) {
            p++;
            continue;
        }
        view_html(out, arena_strndup(r->a, plain, (size_t)(p - plain)));
        view_raw(out, "<mark class=\"odd\" title=\"");
        view_html(out, T("This character may imitate another one"));
        view_raw(out, "\">");
        view_html(out, arena_strndup(r->a, p, odd));
        view_raw(out, "</mark>");
        plain = p += odd;
    }
    view_html(out, arena_strndup(r->a, plain, (size_t)(end - plain)));
}

static void
address(struct web_req *r, struct buf *out, const char *text, size_t n, const char *domain)
{
    view_raw(out, "<bdi class=\"addr\" dir=\"ltr\" translate=\"no\">");
    marked(r, out, text, n, domain);
    view_raw(out, "</bdi>");
}

void
ui_address(struct web_req *r, struct buf *out, const char *text)
{
    const char *at = strrchr(text, '@');
    address(r, out, text, strlen(text), at ? at + 1 : text);
}

/* Bytes of the piece of an address at p: a letter up to U+07FF, as they imitate; nothing of Chinese or Japanese, which
 * sentences write right beside it. */
static size_t
piece(const char *p)
{
    unsigned char c = (unsigned char)*p;
    if (isalnum(c) || (c && strchr("@.-_+%=~", c)))
        return 1;
    return c >= 0xc3 && c < 0xe0 && ((unsigned char)p[1] & 0xc0) == 0x80 ? 2 : 0;
}

/* A host without an address around it: two labels, and something in it that imitates other than by its accent, which names of
 * files have too. */
static bool
odd_host(const char *text, size_t n)
{
    const char *dot = memchr(text, '.', n);
    if (!dot || dot == text)
        return false;
    for (size_t i = 0; i < n; i++)
        if (imitates(text, text + i) && ((unsigned char)text[i] < 0xc3 || (unsigned char)text[i] > 0xc8))
            return true;
    return false;
}

void
ui_sentence(struct web_req *r, struct buf *out, const char *text)
{
    const char *plain = text;
    for (const char *p = text; *p;) {
        const char *from = p, *at;
        for (size_t n; (n = piece(p)) != 0;)
            p += n;
        size_t n = (size_t)(p - from);
        while (n && strchr(".-=", from[n - 1])) /* the end of the sentence */
            n--;
        at = n ? memrchr(from, '@', n) : NULL;
        if ((at && at > from && at + 1 < from + n) || (!at && odd_host(from, n))) {
            view_html(out, arena_strndup(r->a, plain, (size_t)(from - plain)));
            address(r, out, from, n, at ? at + 1 : from);
            plain = from + n;
        }
        if (p == from)
            p++;
    }
    view_html(out, plain);
}
