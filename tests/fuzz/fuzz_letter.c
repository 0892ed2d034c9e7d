/*
 * Our own mails made of what senders and people wrote (T-W1, T-W18). The input is cut at each byte 0xff into texts, used in
 * turn for subject, fields, names, rows. Whatever they are: what is quoted has no control, no mark of direction and no whole address;
 * a letter is refused, or its header has our fields only, its lines are short and ASCII, and its page has our elements only.
 */
#include <openssl/evp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "common/arena.h"
#include "common/buf.h"
#include "common/err.h"
#include "common/i18n.h"
#include "common/i18n_builtin.h"
#include "engine/notices/letter.h"

#define TEXTS 16

int LLVMFuzzerTestOneInput(const unsigned char *p, size_t n);

static const char *const ours[] = {"From",           "To",           "Subject",
                                   "Date",           "Message-ID",   "Auto-Submitted",
                                   "X-Sekisho-Text", "MIME-Version", "Content-Language",
                                   "List-Id",        "Content-Type", "Content-Transfer-Encoding"};
static const char *const elements[] = {"!DOCTYPE", "html", "head", "meta", "title", "body", "table",
                                       "tr",       "td",   "h1",   "p",    "div",   "a",    "br"};

static bool
one_of(const char *const *list, size_t n, const char *s, size_t len)
{
    for (size_t i = 0; i < n; i++)
        if (strlen(list[i]) == len && strncmp(list[i], s, len) == 0)
            return true;
    return false;
}

/* -------------------------------------------------------------- what is quoted */

static void
quoted(const char *s, bool breaks)
{
    for (const char *c = s; *c; c++) {
        unsigned char b = (unsigned char)*c;
        BUG_IF(b < ' ' || b == 127);
        /* U+0080 to U+009F; U+202A to U+202E, U+2066 to U+2069 */
        BUG_IF(b == 0xc2 && (unsigned char)c[1] < 0xa0);
        BUG_IF(strncmp(c, "\xe2\x80", 2) == 0 && (unsigned char)c[2] >= 0xaa &&
               (unsigned char)c[2] <= 0xae);
        BUG_IF(strncmp(c, "\xe2\x81", 2) == 0 && (unsigned char)c[2] >= 0xa6 &&
               (unsigned char)c[2] <= 0xa9);
        if (breaks && strchr(".:/@", *c))
            BUG_IF(strncmp(c + 1, "\xe2\x80\x8b", 3) != 0);
    }
}

static void
quotes(struct arena *a, const char *text, size_t max)
{
    char *quote = letter_quote(a, text, max), *line = letter_line(a, text, max);

    quoted(quote, true);
    quoted(line, false);
    /* Twice is once, but for the ellipsis of what was cut. */
    BUG_IF(strcmp(letter_line(a, line, 0), line) != 0);
    BUG_IF(strcmp(letter_quote(a, quote, 0), letter_quote(a, line, 0)) != 0);
}

/* -------------------------------------------------------------- what is sent */

/* The header ends at the first empty line; where that is. */
static const char *
header(const char *s)
{
    bool first = true;

    while (strncmp(s, "\r\n", 2) != 0) {
        const char *end = strstr(s, "\r\n"), *colon;
        BUG_IF(!end || end - s > 998);
        for (const char *c = s; c < end; c++)
            BUG_IF((*c < ' ' || *c > '~') && *c != '\t');
        colon = memchr(s, ':', (size_t)(end - s));
        if (*s != ' ')
            BUG_IF(!colon || !one_of(ours, sizeof ours / sizeof *ours, s, (size_t)(colon - s)));
        else
            BUG_IF(first);
        first = false;
        s = end + 2;
    }
    return s + 2;
}

/* The texts of the parts, decoded, one after the other. */
static char *
part(struct arena *a, const char *from, const char *type)
{
    const char *p = strstr(from, type);
    char *packed, *out;
    size_t n = 0;
    int len;

    BUG_IF(!p || !(p = strstr(p, "base64\r\n\r\n")));
    p += 10;
    packed = arena_alloc(a, strlen(p) + 1);
    for (; *p && *p != '-'; p++)
        if (*p != '\r' && *p != '\n')
            packed[n++] = *p;
    out = arena_calloc(a, n + 4, 1);
    len = EVP_DecodeBlock((unsigned char *)out, (unsigned char *)packed, (int)n);
    BUG_IF(len < 0);
    return out;
}

static void
page(const char *html)
{
    for (const char *s = html; (s = strchr(s, '<')); s++) {
        const char *name = s[1] == '/' ? s + 2 : s + 1, *href;
        size_t n = strspn(name, "!ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789");
        BUG_IF(!one_of(elements, sizeof elements / sizeof *elements, name, n));
        href = strstr(s, "href=\"");
        if (n == 1 && name[0] == 'a' && name == s + 1)
            BUG_IF(href != s + 3 || strncmp(href + 6, "https://portal.example/", 23) != 0 ||
                   strncmp(href + 6, "https://portal.example//", 24) == 0);
    }
}

static void
letters(struct arena *a, const char *const *t, bool raw)
{
    struct letter *l = letter_new(a, &(struct letter_head){.cat = i18n_find("ja"),
                                                           .from_name = raw ? t[0] : "Acme",
                                                           .from = "postmaster@acme.example",
                                                           .to = raw ? t[1] : "a@acme.example",
                                                           .id = "018f",
                                                           .host = "gw.example",
                                                           .base = "https://portal.example",
                                                           .now = 1764000000000});
    struct letter_link link = {.label = t[7], .path = raw ? t[8] : "/d/x"};
    struct err e = {0};
    const char *body;
    char *mail;
    size_t n;

    letter_subject(l, raw ? t[2] : letter_line(a, t[2], 200));
    letter_field(l, "X-Sekisho-Text", raw ? t[3] : letter_line(a, t[3], 0), false);
    letter_field(l, "List-Id", raw ? t[4] : "<x.example>", true);
    letter_title(l, t[5]);
    letter_fact(l, t[6], t[7]);
    letter_item(
        l,
        &(struct letter_item){
            .head = t[9], .who = t[10], .note = t[11], .when = t[12], .links = &link, .nlinks = 1});
    letter_text(l, t[13]);
    letter_button(l, t[14], raw ? t[8] : "/x");
    letter_foot_link(l, t[15], raw ? t[8] : "/y");
    mail = letter_finish(l, &n, &e);
    BUG_IF(!mail && !raw && *letter_line(a, t[2], 200));
    if (!mail)
        return;
    BUG_IF(strlen(mail) != n);
    body = header(mail);
    (void)part(a, body, "text/plain");
    page(part(a, body, "text/html"));
}

int
LLVMFuzzerTestOneInput(const unsigned char *p, size_t n)
{
    static bool ready;
    struct arena *a = arena_new();
    const char *t[TEXTS];
    size_t from = 0;

    if (!ready)
        i18n_builtin();
    ready = true;
    for (size_t i = 0; i < TEXTS; i++) {
        const unsigned char *end = from < n ? memchr(p + from, 0xff, n - from) : NULL;
        size_t len = from >= n ? 0 : end ? (size_t)(end - p) - from : n - from;
        t[i] = arena_strndup(a, (const char *)p + (from < n ? from : 0), len);
        from += len + 1;
        quotes(a, t[i], i % 3 == 0 ? 0 : 10 * i);
    }
    letters(a, t, true);
    letters(a, t, false);
    arena_free(&a);
    return 0;
}
