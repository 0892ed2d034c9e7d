#include "address_list.h"

#include <stdlib.h>
#include <string.h>

#include "addr.h"
#include "arena.h"
#include "buf.h"
#include "csv_guard.h"
#include "jsonx.h"

#define SHOWN 120 /* bytes of a line that is not taken */

struct found {
    const char *key;
    int line;
};
struct reading {
    struct arena *a;
    const char *domain;
    int max, cap, n;
    struct found *all;
    struct address_list *out;
};

static void
refuse(struct reading *r, int line, const char *text, enum address_line_why why)
{
    struct address_list *o = r->out;

    o->ninvalid += why == LINE_INVALID;
    o->nother += why == LINE_OTHER_DOMAIN;
    o->ntwice += why == LINE_TWICE;
    if (o->nbad == ADDRESS_LIST_BAD)
        return;
    /* Cutting may leave half a character. */
    text = jsonx_utf8(r->a, text, strnlen(text, SHOWN));
    o->bad[o->nbad++] = (struct address_line){line, text, why};
}

/* The quotation mark that ends a field which began with one before s; NULL: it was no such field. */
static char *
closing_quote(char *s)
{
    while (*s && (*s != '"' || s[1] == '"'))
        s += *s == '"' ? 2 : 1;
    return *s && (!s[1] || strchr(",;\t", s[1])) ? s : NULL;
}

/* Two quotation marks inside of such a field are one. */
static void
undouble(char *s)
{
    char *to = s;

    for (; *s; s++) {
        if (*s == '"' && s[1] == '"')
            s++;
        *to++ = *s;
    }
    *to = '\0';
}

/* The first field with an @; fields end with , ; or a tab, and may stand in quotes. Changes s. */
static char *
address_field(char *s)
{
    for (char *field = s; field;) {
        char *end = *field == '"' ? closing_quote(field + 1) : NULL, *next;
        if (end) {
            next = end[1] ? end + 2 : NULL;
            *end = '\0';
            undouble(++field);
        } else {
            end = field + strcspn(field, ",;\t");
            next = *end ? end + 1 : NULL;
        }
        *end = '\0';
        if (strchr(field, '@'))
            return field;
        field = next;
    }
    return NULL;
}

static void
keep(struct reading *r, const char *key, int line)
{
    struct found *bigger;

    if (r->n >= r->max) {
        r->out->too_many = true;
        return;
    }
    if (r->n == r->cap) {
        r->cap = r->cap ? 2 * r->cap : 64;
        bigger = arena_calloc(r->a, (size_t)r->cap, sizeof *bigger);
        if (r->n > 0)
            memcpy(bigger, r->all, (size_t)r->n * sizeof *bigger);
        r->all = bigger;
    }
    r->all[r->n++] = (struct found){key, line};
}

/* jsonx_utf8() put a sign where the file had no UTF-8, or a NUL: then the address is not what it was. */
static bool
damaged(const char *s)
{
    return strstr(s, "\xef\xbf\xbd") || strstr(s, "\xe2\x90\x80");
}

static void
read_line(struct reading *r, char *line, int number)
{
    const char *whole = arena_strndup(r->a, line, SHOWN);
    struct addr address;
    char *field;

    if (line[strspn(line, " \t\r,;")] == '\0')
        return;
    field = address_field(line);
    if (!field && number == 1)
        return;
    if (!field || damaged(field) || addr_parse(r->a, csv_unguarded(field), &address, NULL) < 0)
        refuse(r, number, whole, LINE_INVALID);
    else if (strcmp(address.domain, r->domain) != 0)
        refuse(r, number, whole, LINE_OTHER_DOMAIN);
    else
        keep(r, address.key, number);
}

static int
compare(const void *a, const void *b)
{
    const struct found *x = a, *y = b;
    int order = strcmp(x->key, y->key);

    return order ? order : x->line - y->line;
}

static int
by_line(const void *a, const void *b)
{
    return ((const struct address_line *)a)->line - ((const struct address_line *)b)->line;
}

static void
take_each_once(struct reading *r)
{
    struct address_list *o = r->out;

    if (r->n > 0)
        qsort(r->all, (size_t)r->n, sizeof *r->all, compare);
    o->valid = arena_calloc(r->a, (size_t)r->n + 1, sizeof *o->valid);
    for (int i = 0; i < r->n; i++) {
        if (i > 0 && strcmp(r->all[i].key, r->all[i - 1].key) == 0)
            refuse(r, r->all[i].line, r->all[i].key, LINE_TWICE);
        else
            o->valid[o->nvalid++] = r->all[i].key;
    }
    if (o->nbad)
        qsort(o->bad, (size_t)o->nbad, sizeof *o->bad, by_line);
}

void
address_list_read(struct arena *a, const char *p, size_t n, const char *domain, int max,
                  struct address_list *out)
{
    struct reading r = {.a = a, .domain = domain, .max = max, .out = out};
    char *text = jsonx_utf8(a, p, n), *next;

    *out = (struct address_list){.bad = arena_calloc(a, ADDRESS_LIST_BAD, sizeof *out->bad)};
    if (strncmp(text, "\xef\xbb\xbf", 3) == 0)
        text += 3;
    for (int number = 1; text; number++, text = next) {
        size_t length = strcspn(text, "\n");
        next = text[length] ? text + length + 1 : NULL;
        text[length] = '\0';
        if (length > 0 && text[length - 1] == '\r')
            text[length - 1] = '\0';
        read_line(&r, text, number);
    }
    take_each_once(&r);
}

void
address_list_cell(struct buf *b, const char *address)
{
    bool quote = strpbrk(address, "\",;\t ") != NULL;

    buf_str(b, quote ? "\"" : "");
    buf_str(b, csv_guard(address));
    for (; *address; address++) {
        if (*address == '"')
            buf_char(b, '"');
        buf_char(b, *address);
    }
    buf_str(b, quote ? "\"" : "");
}
