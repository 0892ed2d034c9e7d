/*
 * Is that what html_safe() may make? A strict reader of its own: tags of a fixed list, each attribute of a fixed list with a
 * value in double quotes, styles of a small alphabet, no other "<", no quote or "&" that is not ours.
 */
#ifndef SEKISHO_HTML_SAFE_CHECK_H
#define SEKISHO_HTML_SAFE_CHECK_H

#include <ctype.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

static const char safe_elements[] =
    " abbr address article aside b bdi big blockquote br caption center cite code dd del dfn div "
    "dl dt em figcaption figure "
    "font footer h1 h2 h3 h4 h5 h6 header hr i ins kbd li main mark nav ol p pre q s samp section "
    "small span strike strong sub "
    "sup table tbody td tfoot th thead tr tt u ul var wbr ";
static const char safe_attributes[] = " align bgcolor border cellpadding cellspacing class color "
                                      "colspan dir height rowspan size start style valign width ";

static bool
safe_listed(const char *list, const char *p, size_t n)
{
    for (const char *at = list; n && (at = strstr(at + 1, " ")) && at[1];)
        if (strncmp(at + 1, p, n) == 0 && at[1 + n] == ' ')
            return true;
    return n && strncmp(list + 1, p, n) == 0 && list[1 + n] == ' ';
}

/* Bytes of the tag at p ("<...>"), 0: it is none of ours. */
static size_t
safe_tag(const char *p)
{
    const char *start = p++;
    bool end = *p == '/';
    p += end;
    size_t n = strspn(p, "abcdefghijklmnopqrstuvwxyz123456");
    if (!safe_listed(safe_elements, p, n))
        return 0;
    p += n;
    while (!end && *p == ' ') {
        n = strcspn(++p, "=");
        if (!safe_listed(safe_attributes, p, n) || strncmp(p + n, "=\"", 2) != 0)
            return 0;
        p += n + 2;
        n = strspn(p, "abcdefghijklmnopqrstuvwxyz0123456789#%.:;- ");
        if (p[n] != '"')
            return 0;
        p += n + 1;
    }
    return *p == '>' ? (size_t)(p + 1 - start) : 0;
}

/* NULL: it is; else where it is not. */
static const char *
safe_html_wrong(const char *p)
{
    static const char *const never[] = {"url", "expression", "position", "import", "@", "\\"};
    while (*p) {
        size_t n = 1;
        if (*p == '<') {
            if (!(n = safe_tag(p)))
                return p;
            for (size_t i = 0; i < sizeof never / sizeof *never; i++)
                if (memmem(p, n, never[i], strlen(never[i])))
                    return p;
        } else if (*p == '&') {
            size_t digits = p[1] == '#' ? strspn(p + 2, "0123456789") : 0;
            if (!digits || p[2 + digits] != ';')
                return p;
        } else if (*p == '>' || *p == '"' || *p == '\'' || *p == '`') {
            return p;
        } else if (iscntrl((unsigned char)*p) && *p != '\n' && *p != '\t') {
            return p;
        }
        p += n;
    }
    return NULL;
}

#endif
