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

void
urls_add(struct msg *m, const char *url, const char *source, const char *part)
{
    while (isspace((unsigned char)*url))
        url++;
    char *copy = arena_strndup(m->arena, url, URL_MAX), *o = copy;
    for (const char *p = copy; *p; p++) /* browsers drop these inside URLs */
        if (*p != '\r' && *p != '\n' && *p != '\t')
            *o++ = *p;
    *o = '\0';
    while (o > copy && isspace((unsigned char)o[-1]))
        *--o = '\0';
    const char *host = url_host(m->arena, copy);
    if (*host)
        msg_add_url(m, (struct msg_url){copy, host, source, part});
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
urls_in_text(struct msg *m, const char *text, size_t n, const char *part)
{
    for (size_t i = 0; i < n && m->nexceptions < 100;) {
        char c = (char)tolower((unsigned char)text[i]);
        size_t start = c == 'h' || c == 'f' || c == 'w'
                           ? starts_url(text + i, n - i, i ? text[i - 1] : ' ')
                           : 0;
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
            const char *url = arena_strndup(m->arena, text + i, stop - i);
            if (start == 4)
                url = arena_printf(m->arena, "http://%s", url);
            urls_add(m, url, "text", part);
        }
        if (m->nurls == MSG_URLS)
            return;
        i = end;
    }
}
