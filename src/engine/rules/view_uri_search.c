/* The addresses that a mail program makes links of in plain text. */
#include "view_uri.h"
#include "ruleset.h"
#include "../../common/arena.h"
#include "../../common/buf.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#define RUN 2048    /* characters of an address in text behind its beginning */
#define MAILBOX 251 /* on each side of "@" */
#define HOST 253

static bool
ends_uri(char c)
{
    return !c || isspace((unsigned char)c) || uri_in(c, "><\"`}]{[|\x1b\xa0");
}

static bool
ends_mailbox(char c)
{
    return ends_uri(c) || uri_in(c, ",('") || (unsigned char)c >= 0x80;
}

/* p: NUL-terminated text of n bytes. An address may begin at i. */
static bool
may_begin(const char *p, size_t n, size_t i)
{
    bool before = i > 0 && uri_word(p[i - 1]), here = i < n && uri_word(p[i]);
    if (before != here)
        return true;
    return i > 0 && (isspace((unsigned char)p[i - 1]) || uri_in(p[i - 1], "><\"'`,{[(|\x1b\xa0") ||
                     (i >= 3 && p[i - 3] == '\x1b' && p[i - 2] == '('));
}

static size_t
run(const char *p, size_t most, bool (*ends)(char c))
{
    size_t n = 0;
    while (n <= most && !ends(p[n]))
        n++;
    return n <= most ? n : 0;
}

/* http://..., www2.... */
static size_t
with_scheme(const char *p)
{
    static const char *const schemes[] = {"http://", "https://", "ftp://"};
    size_t start = 0, n;
    if (!uri_in(*p, "hHfFwW"))
        return 0;
    for (size_t i = 0; i < 3 && !start; i++)
        if (strncasecmp(p, schemes[i], strlen(schemes[i])) == 0)
            start = strlen(schemes[i]);
    if (!start && strncasecmp(p, "ftp.", 4) == 0)
        start = 4;
    if (!start && strncasecmp(p, "www", 3) == 0) {
        start = 3;
        while (start < 5 && isdigit((unsigned char)p[start]))
            start++;
        start = p[start] == '.' ? start + 1 : 0;
    }
    n = start ? run(p + start, RUN, ends_uri) : 0;
    return n ? start + n : 0;
}

static size_t
mail(const char *p, size_t to_at)
{
    size_t n;
    if ((*p == 'm' || *p == 'M') && strncasecmp(p, "mailto:", 7) == 0 &&
        (n = run(p + 7, RUN, ends_mailbox)))
        return n + 7;
    if (to_at == 0 || to_at > MAILBOX)
        return 0;
    for (size_t i = 0; i < to_at; i++)
        if (ends_mailbox(p[i]))
            return 0;
    n = run(p + to_at + 1, MAILBOX, ends_mailbox);
    return n ? to_at + 1 + n : 0;
}

/* example.com:80/path, where the suffix is known. */
static size_t
bare(const struct ruleset *set, const char *p, size_t *host)
{
    size_t n = 0, more;
    while (n <= HOST + 1 && (isalnum((unsigned char)p[n]) || uri_in(p[n], "._-")))
        n++;
    *host = n > 0 && p[n - 1] == '.' ? n - 1 : n;
    if (n > HOST || *host < 3 || !isalnum((unsigned char)*p))
        return 0;
    const char *dot = memrchr(p, '.', *host);
    if (!dot || dot == p || !domain_tld_known(set, dot + 1, *host - (size_t)(dot + 1 - p)))
        return 0;
    if (p[n] == ':') {
        more = strspn(p + n + 1, "0123456789");
        if (more >= 1 && more <= 5)
            n += 1 + more;
    }
    if (p[n] == '/' && (more = run(p + n + 1, RUN, ends_uri)))
        n += 1 + more;
    return ends_uri(p[n]) ? n : 0;
}

static bool
may_begin_bare(const char *p, size_t i)
{
    return i == 0 || isspace((unsigned char)p[i - 1]) ||
           uri_in(p[i - 1], "!\"#$&'()*+,/:;<=>?@[\\]^`{|}~\x1b\xa0");
}

/* A parenthesis around it, and signs at its end, belong to the sentence. */
static struct span
sentence_free(struct span s)
{
    const char *open = memchr(s.p, '(', s.n);
    size_t before = open ? (size_t)(open - s.p) : s.n;
    const char *close = before ? memrchr(s.p, ')', before) : NULL;
    if (close)
        s.n = (size_t)(close - s.p);
    while (s.n > 0 && uri_in(s.p[s.n - 1], "-~!@#^&*()_+=:;'?,."))
        s.n--;
    return s;
}

/* The address that is meant; n 0: none. */
static struct span
meant(struct view *v, struct span s, bool is_mail)
{
    static const struct span none = {0};
    const char *at = s.n ? memchr(s.p, '@', s.n) : NULL, *slash;
    if (is_mail && !at)
        return none;
    if (uri_begins(s, "mid:") || uri_begins(s, "cid:"))
        return none;
    if (uri_begins(s, "http:") || uri_begins(s, "https:") || uri_begins(s, "ftp:") ||
        uri_begins(s, "mailto:"))
        return s;
    if (uri_begins(s, "ftp."))
        return uri_prefixed(v, "ftp://", s);
    if (uri_begins(s, "www"))
        for (size_t i = 3; i < s.n && i < 6; i++)
            if (s.p[i] == '.')
                return uri_prefixed(v, "http://", s);
    slash = s.n ? memchr(s.p, '/', s.n) : NULL;
    if (at && !(slash && slash + 1 < at)) {
        size_t host = s.n - (size_t)(at + 1 - s.p);
        if (host < 2 || !memchr(at + 2, '.', host - 1))
            return none;
        return uri_prefixed(v, "mailto:", s);
    }
    return s.n && memchr(s.p, '.', s.n) ? uri_prefixed(v, "http://", s) : none;
}

static bool
mail_host_valid(struct view *v, struct span s)
{
    const char *at = memchr(s.p, '@', s.n);
    size_t n = 0, left = at ? s.n - (size_t)(at + 1 - s.p) : 0;
    while (n < left && !uri_in(at[1 + n], "?&>"))
        n++;
    while (n >= 3 && memcmp(at + 1 + n - 3, "%20", 3) == 0)
        n -= 3;
    return at && domain_valid(v->set, (struct span){at + 1, n});
}

static void
found(struct view *v, struct names *seen, struct names *raw, struct span s, bool is_mail)
{
    static char yes[] = "yes";
    s = sentence_free(s);
    if (names_get(raw, s.p, s.n) || raw->used > VIEW_URIS)
        return;
    names_put(raw, s.p, s.n, yes);
    size_t scheme = 0;
    while (scheme < s.n && uri_word(s.p[scheme]))
        scheme++;
    if (scheme > 0 && scheme < s.n && s.p[scheme] == ':' && s.n - scheme <= 3 &&
        strspn(s.p + scheme + 1, "/") >= s.n - scheme - 1)
        return;
    s = meant(v, s, is_mail);
    if (s.n == 0)
        return;
    if (uri_begins(s, "mailto:")) {
        if (uri_escaped(s))
            s = uri_unescaped(v->a, s);
        if (!mail_host_valid(v, s))
            return;
    }
    uri_keep(v, seen, s, true);
}

void
uri_search(struct view *v, struct names *seen, struct names *raw, struct span line)
{
    const char *p = arena_memdup(v->a, line.p, line.n);
    size_t at = 0, host;
    for (size_t i = 0; i < line.n;) {
        if (at < i + 1) {
            const char *next = memchr(p + i, '@', line.n - i);
            at = next ? (size_t)(next - p) : SIZE_MAX;
        }
        if (!may_begin(p, line.n, i)) {
            i++;
            continue;
        }
        size_t to_at = at == SIZE_MAX ? 0 : at - i, n = with_scheme(p + i);
        bool is_mail = false;
        if (!n && (n = mail(p + i, to_at)))
            is_mail = true;
        if (!n && may_begin_bare(p, i) && (n = bare(v->set, p + i, &host)) &&
            !domain_fqdn((struct span){p + i, host})) {
            i += n; /* taken, and thrown away */
            continue;
        }
        if (n)
            found(v, seen, raw, (struct span){p + i, n}, is_mail);
        i += n ? n : 1;
    }
}
