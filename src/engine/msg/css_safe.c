#include "css_safe.h"
#include "css.h"
#include "../../common/buf.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define LENGTHS 7u
#define LENGTH(n) (n)
#define NUMBER 8u
#define COLOR 16u
#define FAMILY 32u
#define BORDER "|dashed|dotted|double|medium|none|solid|thick|thin|"

#define DECLARATIONS 60
#define VALUES 6 /* in one declaration */

static const struct property {
    const char *name;
    unsigned takes;
    float most;
    const char *words;
} properties[] = {
#define PROPERTY(name, takes, most, words) {name, takes, most, words},
#include "css_safe.def"
#undef PROPERTY
};

static const struct property *
property_of(const char *name)
{
    for (size_t i = 0; i < sizeof properties / sizeof *properties; i++)
        if (strcmp(properties[i].name, name) == 0)
            return &properties[i];
    return NULL;
}

static const char *
word_of(const char *words, const char *value, size_t *n)
{
    size_t len = strlen(value);
    for (const char *p = words; len && *p && p[1]; p += 1 + *n) {
        *n = strcspn(p + 1, "|");
        if (*n == len && strncmp(p + 1, value, len) == 0)
            return p + 1;
    }
    return NULL;
}

/* A number from 0 on, with one of the units; how it is written is ours. */
static bool
length(struct buf *out, const char *value, const struct property *p)
{
    static const struct {
        const char *unit;
        float px;
    } units[] = {{"px", 1},   {"pt", 1.34f}, {"em", 16}, {"rem", 16},
                 {"%", 0.5f}, {"ex", 8},     {"ch", 8}};
    char *end;
    if ((*value < '0' || *value > '9') && *value != '.')
        return false; /* strtof would read "inf", "nan" and hexadecimal numbers, too */
    if (value[strspn(value, "0123456789.")] == 'x')
        return false;
    float v = strtof(value, &end);
    if (!(v >= 0 && v <= 5000))
        return false;
    if (!*end && (v == 0 || (p->takes & NUMBER))) {
        if (v > (p->takes & LENGTHS ? 10 : p->most)) /* lines */
            return false;
        buf_printf(out, "%.2f", (double)v);
        return true;
    }
    for (size_t i = 0; (p->takes & LENGTHS) && i < sizeof units / sizeof *units; i++)
        if (strcmp(end, units[i].unit) == 0) {
            if (v * units[i].px > p->most)
                return false;
            buf_printf(out, "%.2f%s", (double)v, units[i].unit);
            return true;
        }
    return false;
}

void
css_safe_color(struct buf *out, const char *value)
{
    uint32_t rgb;
    if (css_color(value, &rgb) && rgb <= 0xffffff)
        buf_printf(out, "#%06x", (unsigned)rgb);
}

/* The reader's own fonts: which kind of them is all that is kept. */
static void
family(struct buf *out, const char *value)
{
    bool mono = strstr(value, "mono") || strstr(value, "courier") || strstr(value, "consol");
    bool serif = !strstr(value, "sans") && (strstr(value, "serif") || strstr(value, "times") ||
                                            strstr(value, "georgia") || strstr(value, "garamond"));
    buf_str(out, mono ? "monospace" : serif ? "serif" : "sans-serif");
}

/* One of the values of a declaration. */
static bool
value_of(struct buf *out, const struct property *p, const char *value, unsigned *lengths)
{
    size_t n, before = out->len;
    const char *word = word_of(p->words, value, &n);
    if (word) {
        buf_add(out, word, n);
        return true;
    }
    if ((p->takes & (LENGTHS | NUMBER)) && length(out, value, p))
        return ++*lengths <= (p->takes & LENGTHS ? p->takes & LENGTHS : 1);
    if (p->takes & COLOR)
        css_safe_color(out, value);
    return out->len > before;
}

/* The next value: to a blank outside of brackets. */
static char *
next_value(char **rest)
{
    char *start = *rest + strspn(*rest, " "), *p = start;
    int depth = 0;
    for (; *p && (depth || *p != ' '); p++)
        depth += *p == '(' ? 1 : *p == ')' && depth ? -1 : 0;
    *rest = *p ? p + 1 : p;
    *p = '\0';
    return *start ? start : NULL;
}

static void
declaration(struct buf *out, const char *name, char *value)
{
    const struct property *p = property_of(name);
    size_t before = out->len;
    unsigned lengths = 0;
    char *one, *bang = strchr(value, '!');
    int n = 0;
    if (!p)
        return;
    if (bang)
        *bang = '\0'; /* !important */
    buf_printf(out, "%s:", p->name);
    if (p->takes & FAMILY) {
        family(out, value);
        n = 1;
    }
    while (!(p->takes & FAMILY) && (one = next_value(&value))) {
        size_t here = out->len;
        if (n)
            buf_char(out, ' ');
        if (n < VALUES && value_of(out, p, one, &lengths)) {
            n++;
            continue;
        }
        out->len = here;
        out->data[here] = '\0';
        if (strcmp(p->name, "background") != 0) { /* a picture beside a colour is left out */
            n = 0;
            break;
        }
    }
    if (n) {
        buf_char(out, ';');
        return;
    }
    out->len = before;
    out->data[before] = '\0';
}

/* Bytes to the ";" that ends a declaration, outside of strings and brackets. */
static size_t
declaration_length(const char *p)
{
    size_t i = 0;
    int depth = 0;
    char quote = 0;
    for (; p[i]; i++) {
        if (quote)
            quote = p[i] == quote ? 0 : quote;
        else if (p[i] == '"' || p[i] == '\'')
            quote = p[i];
        else if (p[i] == '(')
            depth++;
        else if (p[i] == ')' && depth)
            depth--;
        else if (p[i] == ';' && !depth)
            break;
    }
    return i;
}

static char *
trim(char *s)
{
    s += strspn(s, " ");
    size_t n = strlen(s);
    while (n && s[n - 1] == ' ')
        s[--n] = '\0';
    return s;
}

void
css_safe(struct buf *out, struct buf *scratch, const char *p, size_t n)
{
    char *text = css_plain(scratch, p, n > CSS_TEXT ? CSS_TEXT : n), *colon;
    for (int count = 0; *text && count < DECLARATIONS; count++) {
        size_t len = declaration_length(text);
        char *next = text + len + (text[len] == ';');
        text[len] = '\0';
        if ((colon = strchr(text, ':'))) {
            *colon = '\0';
            declaration(out, trim(text), trim(colon + 1));
        }
        text = next;
    }
}
