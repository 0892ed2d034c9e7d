#include "urls.h"
#include "msg.h"
#include "../url/url.h"
#include "../url/url_unwrap.h"
#include "../../common/arena.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#define URL_MAX 8192

char *
url_host(struct arena *a, const char *url)
{
    struct url u;
    (void)url_parse(a, url, &u);
    return arena_strdup(a, u.host);
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
    if (url[strnlen(url, URL_MAX)]) /* cut: not inside a character */
        while (o > copy && (unsigned char)o[-1] >= 0x80)
            o--;
    while (o > copy && o[-1] == ' ')
        o--;
    *o = '\0';
    return copy;
}

/* What a wrapper or a redirector leads to counts like any other address: the wrapper's good name does not (T-E6). */
static void
add_inner(const struct url_place *at, struct url u)
{
    for (int i = 0; i < URL_WRAPS; i++) {
        const char *inner = url_unwrap(at->scratch, &u);
        if (!*inner)
            return;
        inner = clean(at->scratch, inner);
        if (!url_parse(at->scratch, inner, &u) || !*u.host)
            return;
        msg_add_url(at->m, (struct msg_url){inner, u.host, at->source, at->part, 0});
    }
}

static bool
add(const struct url_place *at, const char *url)
{
    struct url u;
    const char *copy = clean(at->scratch, url);
    if (!url_parse(at->scratch, copy, &u) || !*u.host)
        return false;
    msg_add_url(at->m, (struct msg_url){copy, u.host, at->source, at->part, 0});
    add_inner(at, u);
    return true;
}

bool
urls_add(const struct url_place *at, const char *url)
{
    struct url_place here = *at;
    bool added;
    if (at->m->urls_full)
        return true;
    while (*url && (unsigned char)*url <= 0x20)
        url++;
    if (!*url || *url == '#')
        return false;
    /* What is kept is copied; addresses in addresses in a long one take a hundred times its length until then. */
    here.scratch = arena_new();
    added = add(&here, url);
    arena_free(&here.scratch);
    return added;
}

#define BARE_HOST 100

/* "example.com/x" without a scheme: several programs make a link of it. Its length up to the slash, 0 when it is none. */
static size_t
bare_host(const char *p, size_t left, char before)
{
    static const char *const tops[] = {
        "com", "net",  "org",  "info",  "biz", "io", "co",     "me",   "app", "dev",
        "xyz", "top",  "site", "shop",  "ru",  "cn", "online", "live", "vip", "icu",
        "cc",  "club", "link", "click", "uk",  "de", "fr",     "jp",   "br",  "in"};
    size_t n = 0, dot = 0;
    if (before != ' ' && before != '\n' && /* as before nearly all words */
        (isalnum((unsigned char)before) || strchr("./@-_=%&?#:\\", before) ||
         (unsigned char)before >= 0x80))
        return 0;
    for (;
         n < left && n < BARE_HOST && (isalnum((unsigned char)p[n]) || p[n] == '-' || p[n] == '.');
         n++)
        if (p[n] == '.')
            dot = n;
    if (!dot || n + 1 >= left || p[n] != '/' || !isalnum((unsigned char)p[n + 1]))
        return 0;
    for (size_t i = 0; i < sizeof tops / sizeof *tops; i++)
        if (strlen(tops[i]) == n - dot - 1 && strncasecmp(tops[i], p + dot + 1, n - dot - 1) == 0)
            return n;
    return 0;
}

/* Does the address end before p[i]? Text in East Asian languages goes on without a blank. */
static bool
ends_here(const char *p, size_t i, size_t n, bool in_host)
{
    unsigned char c = (unsigned char)p[i];
    if (c <= 0x20 || strchr("<>\"`{}|", c))
        return true;
    if (c < 0xc2)
        return false;
    if (c == 0xc2 && i + 1 < n && (unsigned char)p[i + 1] == 0xa0) /* no-break space */
        return true;
    if (c == 0xe3 && i + 1 < n &&
        (unsigned char)p[i + 1] == 0x80) /* U+3000: their blanks and brackets */
        return true;
    if (c == 0xef && i + 2 < n && (unsigned char)p[i + 1] == 0xbc && /* wide punctuation */
        ((unsigned char)p[i + 2] < 0x90 && (unsigned char)p[i + 2] != 0x8e &&
         (unsigned char)p[i + 2] != 0x8f))
        return true;
    return in_host && c >= 0xe3 && c <= 0xed && isalpha((unsigned char)p[i - 1]);
}

/* Bytes of the scheme, or of "www." or a bare host, with which an address begins; 0: none does. slash: how far the next one
 * is. */
static size_t
starts_url(const char *p, size_t left, char before, size_t slash, bool *bare)
{
    static const char *const starts[] = {"http://", "https://", "ftp://"};
    /* asked for each word: most are none of them */
    char first = (char)(*p | 0x20), second = (char)(left > 1 ? p[1] | 0x20 : 0);
    *bare = false;
    if (second != (first == 'w' ? 'w' : 't'))
        first = ' ';
    for (size_t i = 0; (first == 'h' || first == 'f') && i < sizeof starts / sizeof *starts; i++) {
        size_t n = strlen(starts[i]);
        if (left > n && strncasecmp(p, starts[i], n) == 0)
            return n;
    }
    *bare = true;
    if (first == 'w' && left > 4 && strncasecmp(p, "www.", 4) == 0)
        return isalnum((unsigned char)before) || before == '.' || before == '/' || before == '@'
                   ? 0
                   : 4;
    return slash <= BARE_HOST ? bare_host(p, left, before) : 0;
}

/* Letters and digits; those that begin "http", "ftp", "www" may follow another one. */
enum { NO_WORD, IN_WORD, BEGINS };
static const unsigned char word_kind[256] = {
    ['0' ... '9'] = IN_WORD, ['A' ... 'E'] = IN_WORD, ['F'] = BEGINS,
    ['G'] = IN_WORD,         ['H'] = BEGINS,          ['I' ... 'V'] = IN_WORD,
    ['W'] = BEGINS,          ['X' ... 'Z'] = IN_WORD, ['a' ... 'e'] = IN_WORD,
    ['f'] = BEGINS,          ['g'] = IN_WORD,         ['h'] = BEGINS,
    ['i' ... 'v'] = IN_WORD, ['w'] = BEGINS,          ['x' ... 'z'] = IN_WORD};

void
urls_in_text(const struct url_place *at, const char *text, size_t n)
{
    size_t slash = 0; /* the next one, or behind the text */
    for (size_t i = 0; i < n && !at->m->urls_full;) {
        bool bare = false, in_host = true;
        size_t start, end, stop;
        if (!word_kind[(unsigned char)text[i]]) { /* an address begins a word */
            i++;
            continue;
        }
        if (slash <= i) {
            const char *next = memchr(text + i, '/', n - i);
            slash = next ? (size_t)(next - text) : n + BARE_HOST + 1;
        }
        start = starts_url(text + i, n - i, i ? text[i - 1] : ' ', slash - i, &bare);
        if (!start) {
            i++;
            while (i < n && word_kind[(unsigned char)text[i]] == IN_WORD)
                i++;
            continue;
        }
        for (end = i + start; end < n && end - i < URL_MAX && !ends_here(text, end, n, in_host);
             end++)
            in_host = in_host && !strchr("/?#", text[end]);
        stop = end;
        while (stop > i + start && strchr(".,;:!?'*)]", text[stop - 1]))
            stop--;
        if (stop > i + start) {
            const char *url = arena_strndup(at->scratch, text + i, stop - i);
            urls_add(at, bare ? arena_printf(at->scratch, "http://%s", url) : url);
        }
        i = end;
    }
}
