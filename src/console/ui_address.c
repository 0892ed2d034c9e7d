/*
 * Addresses in full, with the characters marked that imitate others (ux: never hide a domain): a 0
 * or 1 between letters, foreign letters that look Latin, and names in punycode. Only a mark: the
 * text itself stays as it is.
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

void
ui_address(struct web_req *r, struct buf *out, const char *address)
{
    const char *at = strrchr(address, '@'), *domain = at ? at + 1 : address;
    view_raw(out, "<bdi class=\"addr\" dir=\"ltr\">");
    for (const char *p = address, *plain = address;;) {
        size_t odd = p >= domain && *p ? imitates(domain, p) : 0;
        if (!*p || odd)
            view_html(out, arena_strndup(r->a, plain, (size_t)(p - plain)));
        if (!*p)
            break;
        if (odd) {
            view_raw(out, "<mark class=\"odd\" title=\"");
            view_html(out, T("This character may imitate another one"));
            view_raw(out, "\">");
            view_html(out, arena_strndup(r->a, p, odd));
            view_raw(out, "</mark>");
            plain = p + odd;
        }
        p += odd ? odd : 1;
    }
    view_raw(out, "</bdi>");
}
