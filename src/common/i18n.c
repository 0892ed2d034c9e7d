/*
 * GNU .mo files (gettext manual, "The Format of GNU MO Files"): a header, two tables of (length,
 * offset) pairs and the strings. i18n_add() checks all of it once, so that look-ups need no checks.
 */
#include "i18n.h"
#include "i18n_plural.h"
#include "arena.h"
#include "buf.h"
#include "err.h"
#include "jsonx.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define LANGUAGES 64
#define STRINGS 20000
#define LARGEST (16u << 20)

struct catalog {
    char lang[16];
    const unsigned char *data;
    uint32_t n, originals, translations; /* number, table offsets */
    bool swapped, partial; /* partial: X-Scope: portal */
    struct plural plural;
    const struct catalog *fallback;
};

static struct catalog english = {.lang = "en"};
static struct catalog *catalogs[LANGUAGES];
static int ncatalogs;
static bool only_complete; /* i18n_offer_complete() */
static const char *names[LANGUAGES + 2];

static uint32_t
word(const struct catalog *c, uint32_t at)
{
    uint32_t v;
    memcpy(&v, c->data + at, 4);
    return c->swapped ? __builtin_bswap32(v) : v;
}

static const char *
string_at(const struct catalog *c, uint32_t table, uint32_t i, uint32_t *len)
{
    *len = word(c, table + 8 * i);
    return (const char *)c->data + word(c, table + 8 * i + 4);
}

/* ------------------------------------------------------------------ checking a file */

static bool
table_ok(const struct catalog *c, uint32_t table, size_t size)
{
    if (table > size || (size - table) / 8 < c->n)
        return false;
    for (uint32_t i = 0; i < c->n; i++) {
        uint32_t len = word(c, table + 8 * i), at = word(c, table + 8 * i + 4);
        if (at >= size || len >= size - at || c->data[at + len] != '\0' ||
            !jsonx_is_utf8(c->data + at, len))
            return false;
    }
    return true;
}

static bool
sorted(const struct catalog *c)
{
    uint32_t len;
    for (uint32_t i = 1; i < c->n; i++)
        if (strcmp(string_at(c, c->originals, i - 1, &len), string_at(c, c->originals, i, &len)) >=
            0)
            return false;
    return true;
}

static bool
lang_ok(const char *s)
{
    size_t n = strlen(s);
    for (size_t i = 0; i < n; i++)
        if (!isalnum((unsigned char)s[i]) && s[i] != '-')
            return false;
    return n >= 2 && n < sizeof english.lang;
}

static const char *find(const struct catalog *c, const char *key, uint32_t *len);

static bool
read_head(struct catalog *c)
{
    uint32_t len;
    const char *head = find(c, "", &len);
    const char *rule = head ? strstr(head, "Plural-Forms:") : NULL;
    c->partial = head && strstr(head, "X-Scope: portal\n");
    return plural_parse(rule ? rule + 13 : NULL, &c->plural);
}

static const struct catalog *nearest(const char *lang, size_t n);

/* pt-BR goes on with pt, and that with English, whatever was added first. */
static void
link_fallbacks(void)
{
    for (int i = 0; i < ncatalogs; i++) {
        const char *dash = strrchr(catalogs[i]->lang, '-');
        const struct catalog *c = NULL;
        if (dash)
            c = nearest(catalogs[i]->lang, (size_t)(dash - catalogs[i]->lang));
        catalogs[i]->fallback = c ? c : &english;
    }
}

int
i18n_add(const char *lang, const void *data, size_t n, struct err *e)
{
    struct catalog c = {.data = data};
    uint32_t magic = 0;
    if (n >= 4)
        memcpy(&magic, data, 4);
    if (!lang_ok(lang) || strcmp(lang, english.lang) == 0)
        return err_set(e, ERR_INPUT, "mo", "%.20s: not the name of another language", lang);
    if (n < 28 || n > LARGEST || (magic != 0x950412de && magic != 0xde120495))
        return err_set(e, ERR_INPUT, "mo", "%s: not a .mo file", lang);
    c.swapped = magic == 0xde120495;
    snprintf(c.lang, sizeof c.lang, "%s", lang);
    if (word(&c, 4) >> 16 != 0)
        return err_set(e, ERR_INPUT, "mo", "%s: unknown .mo version", lang);
    c.n = word(&c, 8);
    c.originals = word(&c, 12);
    c.translations = word(&c, 16);
    if (c.n > STRINGS || !table_ok(&c, c.originals, n) || !table_ok(&c, c.translations, n) ||
        !sorted(&c))
        return err_set(e, ERR_INPUT, "mo", "%s: damaged .mo file", lang);
    if (!read_head(&c))
        return err_set(e, ERR_INPUT, "mo", "%s: bad Plural-Forms", lang);
    int i = 0;
    while (i < ncatalogs && strcmp(catalogs[i]->lang, lang) != 0)
        i++;
    if (i == LANGUAGES)
        return err_set(e, ERR_INPUT, "mo", "%s: too many languages", lang);
    if (i == ncatalogs && !(catalogs[ncatalogs++] = malloc(sizeof c)))
        bug("out of memory");
    *catalogs[i] = c;
    link_fallbacks();
    return 0;
}

/* ------------------------------------------------------------------ languages */

static const struct catalog *
exact(const char *lang, size_t n)
{
    if (n == 2 && strncasecmp(lang, "en", 2) == 0)
        return &english;
    for (int i = 0; i < ncatalogs; i++)
        if (strlen(catalogs[i]->lang) == n && strncasecmp(catalogs[i]->lang, lang, n) == 0)
            return catalogs[i];
    return NULL;
}

/* Somebody who reads Portuguese of anywhere reads pt-BR sooner than English. Not so with scripts: zh
 * says nothing about which one is read. */
static const struct catalog *
relative(const char *lang, size_t n)
{
    size_t base = 0;
    while (base < n && lang[base] != '-')
        base++;
    if (base < 2 || (base == 2 && strncasecmp(lang, "zh", 2) == 0))
        return NULL;
    for (int i = 0; i < ncatalogs; i++)
        if (strncasecmp(catalogs[i]->lang, lang, base) == 0 && catalogs[i]->lang[base] == '-')
            return catalogs[i];
    return NULL;
}

/* The language or the nearest shorter tag, NULL when there is none. */
static const struct catalog *
nearest(const char *lang, size_t n)
{
    while (n) {
        const struct catalog *c = exact(lang, n);
        if (c)
            return c;
        while (n && lang[n - 1] != '-')
            n--;
        n = n ? n - 1 : 0;
    }
    return NULL;
}

const struct catalog *
i18n_find(const char *lang)
{
    size_t n = lang ? strnlen(lang, 35) : 0;
    const struct catalog *c = nearest(lang, n);
    if (!c)
        c = relative(lang, n);
    return c ? c : &english;
}

void
i18n_offer_complete(void)
{
    only_complete = true;
}

static bool
offered(const struct catalog *c)
{
    return !only_complete || !c->partial;
}

int
i18n_offered(const char *lang)
{
    const struct catalog *c = exact(lang, strnlen(lang, 35));
    return c && offered(c);
}

const char *
i18n_lang(const struct catalog *c)
{
    return c->lang;
}

static int
by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

const char *const *
i18n_languages(void)
{
    names[0] = english.lang;
    for (int i = 0; i < ncatalogs; i++)
        names[i + 1] = catalogs[i]->lang;
    names[ncatalogs + 1] = NULL;
    qsort(names, (size_t)ncatalogs + 1, sizeof *names, by_name);
    return names;
}

/* ";q=0.8" in thousandths; 1000 without one, 0 for anything strange. */
static int
quality(const char *s, size_t n)
{
    const char *q = memchr(s, ';', n);
    if (!q)
        return 1000;
    q++;
    while (q < s + n && isspace((unsigned char)*q))
        q++;
    if (s + n - q < 3 || tolower((unsigned char)q[0]) != 'q' || q[1] != '=' ||
        (q[2] != '0' && q[2] != '1'))
        return 0;
    int v = (q[2] - '0') * 1000, unit = 100;
    for (const char *p = q + 4; p < s + n && isdigit((unsigned char)*p) && unit; p++, unit /= 10)
        v += (*p - '0') * unit;
    return v > 1000 ? 1000 : v;
}

const char *
i18n_negotiate(const char *accept)
{
    const char *best = NULL;
    int best_q = 0;
    for (int i = 0; accept && *accept && i < 20; i++) {
        while (*accept == ',' || isspace((unsigned char)*accept))
            accept++;
        size_t n = strcspn(accept, ","), tag = 0;
        while (tag < n && (isalnum((unsigned char)accept[tag]) || accept[tag] == '-'))
            tag++;
        int q = quality(accept, n);
        const struct catalog *c = tag && tag <= 35 ? nearest(accept, tag) : NULL;
        if (!c && tag && tag <= 35)
            c = relative(accept, tag);
        if (c && offered(c) && q > best_q) {
            best = c->lang;
            best_q = q;
        }
        accept += n;
    }
    return best;
}

/* ------------------------------------------------------------------ look-ups */

static const char *
find(const struct catalog *c, const char *key, uint32_t *len)
{
    uint32_t lo = 0, hi = c->n, unused;
    while (lo < hi) {
        uint32_t mid = lo + (hi - lo) / 2;
        int d = strcmp(key, string_at(c, c->originals, mid, &unused));
        if (d == 0)
            return string_at(c, c->translations, mid, len);
        if (d < 0)
            hi = mid;
        else
            lo = mid + 1;
    }
    return NULL;
}

static const char *
find_in_context(const struct catalog *c, const char *context, const char *msgid, uint32_t *len)
{
    char key[1024];
    if (!context)
        return find(c, msgid, len);
    int n = snprintf(key, sizeof key, "%s\004%s", context, msgid);
    return n > 0 && (size_t)n < sizeof key ? find(c, key, len) : NULL;
}

const char *
i18n_trc(const struct catalog *c, const char *context, const char *msgid)
{
    uint32_t len;
    for (; c; c = c->fallback) {
        const char *t = *msgid ? find_in_context(c, context, msgid, &len) : NULL;
        if (t && *t)
            return t;
    }
    return msgid;
}

const char *
i18n_tr(const struct catalog *c, const char *msgid)
{
    return i18n_trc(c, NULL, msgid);
}

const char *
i18n_trn(const struct catalog *c, const char *one, const char *many, unsigned long n)
{
    uint32_t len = 0;
    const char *t = NULL;
    while (c && (!(t = find(c, one, &len)) || !*t))
        c = c->fallback;
    if (!c)
        return n == 1 ? one : many;
    const char *end = t + len;
    unsigned long form = plural_eval(&c->plural, n);
    for (; form && t < end; form--) {
        size_t skip = strlen(t) + 1;
        if (skip > (size_t)(end - t))
            break;
        t += skip;
    }
    return t;
}

int
i18n_has(const struct catalog *c, const char *context, const char *msgid)
{
    uint32_t len;
    const char *t = find_in_context(c, context, msgid, &len);
    return t && *t;
}

/* ------------------------------------------------------------------ places */

char *
i18n_fmt(struct arena *a, const char *start, ...)
{
    struct buf *b = buf_new(a, 0);
    const char *text = start;
    while (*text) {
        size_t n = strcspn(text, "{");
        buf_add(b, text, n);
        text += n;
        if (!*text)
            break;
        size_t name = strcspn(text + 1, "}");
        const char *value = NULL, *key;
        va_list ap;
        va_start(ap, start);
        while (text[name + 1] && (key = va_arg(ap, const char *))) {
            const char *v = va_arg(ap, const char *);
            if (strlen(key) == name && memcmp(key, text + 1, name) == 0)
                value = v ? v : "";
        }
        va_end(ap);
        if (value) {
            buf_str(b, value);
            text += name + 2;
        } else {
            buf_char(b, *text++);
        }
    }
    if (!b->data)
        buf_add(b, "", 0);
    return b->data;
}
