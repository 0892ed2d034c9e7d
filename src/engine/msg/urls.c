#include "urls.h"
#include "msg.h"
#include "../../common/arena.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#define URL_MAX 8192

char *
url_host(struct arena *a, const char *url)
{
    const char *p = strstr(url, "//");
    size_t scheme =
        strspn(url, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+.-");
    if (!p || (p != url && (url[scheme] != ':' || p != url + scheme + 1)))
        return arena_strdup(a, "");
    p += 2;
    size_t n = strcspn(p, "/?#\\ \t\r\n");
    for (size_t i = n; i > 0; i--) { /* user:password@ */
        if (p[i - 1] == '@') {
            p += i;
            n -= i;
            break;
        }
    }
    char *host = arena_strndup(a, p, n);
    if (*host == '[') { /* IPv6 */
        char *close = strchr(host, ']');
        if (close)
            close[1] = '\0';
    } else {
        host[strcspn(host, ":")] = '\0';
    }
    for (char *c = host; *c; c++)
        *c = (char)tolower((unsigned char)*c);
    size_t len = strlen(host);
    if (len && host[len - 1] == '.')
        host[len - 1] = '\0';
    return host;
}

/* As browsers read it: without line ends and tabs inside, without blanks around; other control
 * bytes as %XX, so that nobody downstream has to think of them. */
static char *
clean(struct arena *a, const char *url)
{
    static const char hex[] = "0123456789ABCDEF";
    char *copy = arena_alloc(a, strnlen(url, URL_MAX) * 3 + 1), *o = copy;
    for (size_t i = 0; i < URL_MAX && url[i]; i++) {
        unsigned char c = (unsigned char)url[i];
        if (c == '\r' || c == '\n' || c == '\t')
            continue;
        if (c >= 0x20 && c != 0x7f) {
            *o++ = (char)c;
            continue;
        }
        *o++ = '%';
        *o++ = hex[c >> 4];
        *o++ = hex[c & 15];
    }
    while (o > copy && o[-1] == ' ')
        o--;
    *o = '\0';
    return copy;
}

bool
urls_add(const struct url_place *at, const char *url)
{
    if (at->m->urls_full)
        return true;
    while (*url && (unsigned char)*url <= 0x20)
        url++;
    if (!strstr(url, "//"))
        return false;
    const char *copy = clean(at->scratch, url), *host = url_host(at->scratch, copy);
    if (*host)
        msg_add_url(at->m, (struct msg_url){copy, host, at->source, at->part, 0});
    return *host;
}

static size_t
starts_url(const char *p, size_t left, char before)
{
    static const char *const starts[] = {"http://", "https://", "ftp://", "www."};
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++) {
        size_t n = strlen(starts[i]);
        if (left > n && strncasecmp(p, starts[i], n) == 0)
            return i == 3 && (isalnum((unsigned char)before) || before == '.' || before == '/' ||
                              before == '@')
                       ? 0
                       : n;
    }
    return 0;
}

void
urls_in_text(const struct url_place *at, const char *text, size_t n)
{
    for (size_t i = 0; i < n && !at->m->urls_full;) {
        char c = (char)tolower((unsigned char)text[i]);
        size_t start = 0;
        if (c == 'h' || c == 'f' || c == 'w')
            start = starts_url(text + i, n - i, i ? text[i - 1] : ' ');
        if (!start) {
            i++;
            continue;
        }
        size_t end = i + start;
        while (end < n && end - i < URL_MAX && (unsigned char)text[end] > 0x20 &&
               !strchr("<>\"`{}|", text[end]))
            end++;
        size_t stop = end;
        while (stop > i + start && strchr(".,;:!?'*)]", text[stop - 1]))
            stop--;
        if (stop > i + start) {
            const char *url = arena_strndup(at->scratch, text + i, stop - i);
            urls_add(at, start == 4 ? arena_printf(at->scratch, "http://%s", url) : url);
        }
        i = end;
    }
}
