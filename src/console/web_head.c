#include "web_head.h"

#include <string.h>
#include <strings.h>

static bool
is_token(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c && strchr("!#$%&'*+-.^_`|~", c));
}

long
web_head_end(const char *p, size_t n)
{
    const char *end = n >= 4 ? memmem(p, n, "\r\n\r\n", 4) : NULL;
    if (end)
        return end + 4 - p > WEB_HEAD_MAX ? -1 : end + 4 - p;
    return n >= WEB_HEAD_MAX ? -1 : 0;
}

/* 1*DIGIT, nothing else: no sign, no list, no space (RFC 9110 8.6). */
static bool
parse_length(const char *s, size_t *out)
{
    size_t v = 0, n = strlen(s);
    if (!n || n > 15)
        return false;
    for (; *s; s++) {
        if (*s < '0' || *s > '9')
            return false;
        v = v * 10 + (size_t)(*s - '0');
    }
    *out = v;
    return true;
}

/* Headers that we read. once: a second one makes the request ambiguous. */
enum { LAST = 0, ONCE = 1 };
static const struct {
    const char *name;
    size_t offset;
    int once;
} known[] = {
    {"host", offsetof(struct web_head, host), ONCE},
    {"content-type", offsetof(struct web_head, content_type), ONCE},
    {"cookie", offsetof(struct web_head, cookie), ONCE},
    {"origin", offsetof(struct web_head, origin), ONCE},
    {"sec-fetch-site", offsetof(struct web_head, sec_fetch_site), ONCE},
    {"x-fragment", offsetof(struct web_head, fragment), ONCE},
    {"accept-language", offsetof(struct web_head, accept_language), LAST},
    {"accept-encoding", offsetof(struct web_head, accept_encoding), LAST},
    {"user-agent", offsetof(struct web_head, agent), LAST},
    {"if-none-match", offsetof(struct web_head, if_none_match), LAST},
    {"x-forwarded-for", offsetof(struct web_head, forwarded_for), LAST},
};
#define NKNOWN (sizeof known / sizeof *known)

static const char **
slot(struct web_head *h, size_t i)
{
    return (const char **)((char *)h + known[i].offset);
}

static int
take_header(struct web_head *h, const char *name, const char *value, unsigned *seen)
{
    if (!strcasecmp(name, "content-length")) {
        if (h->has_length || !parse_length(value, &h->length))
            return 400;
        h->has_length = true;
        return 0;
    }
    if (!strcasecmp(name, "transfer-encoding"))
        return 400;
    if (!strcasecmp(name, "connection")) {
        h->close = h->close || strcasestr(value, "close");
        return 0;
    }
    if (!strcasecmp(name, "expect")) {
        h->expect = true;
        return strcasecmp(value, "100-continue") ? 400 : 0;
    }
    for (size_t i = 0; i < NKNOWN; i++) {
        if (strcasecmp(name, known[i].name))
            continue;
        if (known[i].once && (*seen & (1u << i)))
            return 400;
        *seen |= 1u << i;
        *slot(h, i) = value;
        break;
    }
    return 0;
}

/* One "name: value" line, already cut off at its CR LF. */
static int
header_line(struct web_head *h, char *line, unsigned *seen)
{
    char *colon = line;
    while (is_token((unsigned char)*colon))
        colon++;
    if (colon == line || *colon != ':') /* also obs-fold and "name :" */
        return 400;
    *colon = '\0';
    char *value = colon + 1 + strspn(colon + 1, " \t");
    char *end = value + strlen(value);
    while (end > value && (end[-1] == ' ' || end[-1] == '\t'))
        *--end = '\0';
    for (unsigned char *p = (unsigned char *)value; *p; p++)
        if ((*p < 0x20 && *p != '\t') || *p == 0x7f)
            return 400;
    return take_header(h, line, value, seen);
}

static int
request_line(struct web_head *h, char *line)
{
    char *sp = line;
    while (is_token((unsigned char)*sp))
        sp++;
    if (sp == line || *sp != ' ' || sp - line > 20)
        return 400;
    *sp++ = '\0';
    h->method = line;
    char *target = sp;
    while (*sp > 0x20 && *sp < 0x7f)
        sp++;
    if (*sp != ' ')
        return 400;
    *sp++ = '\0';
    if (sp - target > WEB_TARGET_MAX)
        return 414;
    if (!strcmp(sp, "HTTP/1.0"))
        h->http10 = h->close = true;
    else if (strcmp(sp, "HTTP/1.1"))
        return !strncmp(sp, "HTTP/", 5) && strlen(sp) == 8 ? 505 : 400;
    if (*target != '/' || strchr(target, '#'))
        return 400;
    char *q = strchr(target, '?');
    if (q)
        *q++ = '\0';
    h->path = target;
    h->query = q ? q : "";
    return 0;
}

static int
check_body(const struct web_head *h)
{
    bool post = !strcmp(h->method, "POST");
    if (post)
        return h->has_length ? 0 : 411;
    if (!strcmp(h->method, "GET") || !strcmp(h->method, "HEAD"))
        return h->length ? 400 : 0;
    return 405;
}

int
web_head_parse(char *p, size_t n, struct web_head *h)
{
    unsigned seen = 0;
    int status = 0, lines = 0;
    *h = (struct web_head){.method = "", .path = "/", .query = ""};
    for (size_t i = 0; i < NKNOWN; i++)
        *slot(h, i) = "";
    if (memchr(p, '\0', n))
        return 400;
    char *end = p + n - 2; /* at the empty line */
    for (char *line = p; line < end;) {
        char *cr = memmem(line, (size_t)(end + 2 - line), "\r\n", 2);
        *cr = '\0';
        if (strpbrk(line, "\r\n")) /* bare CR or LF: others may see two lines (RFC 9112 2.2) */
            return 400;
        if (++lines > WEB_HEADERS_MAX + 1)
            return 431;
        int s = lines == 1 ? request_line(h, line) : header_line(h, line, &seen);
        if (s && lines == 1)
            return s;
        if (s && !status)
            status = s; /* go on: the error page wants Accept-Language */
        line = cr + 2;
    }
    if (status)
        return status;
    if (!lines || !*h->host)
        return 400;
    return check_body(h);
}

bool
web_head_host(const char *host, char *out, size_t n)
{
    size_t len;
    const char *port;
    if (*host == '[') {
        const char *close = strchr(host, ']');
        if (!close)
            return false;
        len = (size_t)(close + 1 - host);
        if (strspn(host + 1, "0123456789abcdefABCDEF:.") != len - 2)
            return false;
    } else {
        len = strcspn(host, ":");
        if (strspn(host, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_") != len)
            return false;
    }
    port = host + len;
    if (*port && (*port != ':' || !port[1] || strlen(port + 1) > 5 ||
                  strspn(port + 1, "0123456789") != strlen(port + 1)))
        return false;
    if (!len || len >= n)
        return false;
    for (size_t i = 0; i < len; i++)
        out[i] = host[i] >= 'A' && host[i] <= 'Z' ? (char)(host[i] + 32) : host[i];
    if (len > 1 && out[len - 1] == '.')
        len--;
    out[len] = '\0';
    return true;
}
