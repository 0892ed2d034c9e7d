/* Tokens (ISO 32000-1, 7.2 and 7.3). */
#include "pdf.h"
#include "../../common/arena.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define STRING (1024 * 1024)

static bool
blank(char c)
{
    return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '\f' || c == '\0';
}

static bool
delimiter(char c)
{
    return c && strchr("()<>[]{}/%", c) != NULL;
}

static int
hex(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)tolower((unsigned char)c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static enum pdf_token
name(struct pdf_lexer *l)
{
    const char *start = ++l->p;
    while (l->p < l->end && !blank(*l->p) && !delimiter(*l->p))
        l->p++;
    char *out = arena_alloc(l->a, (size_t)(l->p - start) + 1);
    size_t n = 0;
    for (const char *p = start; p < l->p; p++) {
        if (*p == '#' && l->p - p > 2 && hex(p[1]) >= 0 && hex(p[2]) >= 0) {
            out[n++] = (char)(hex(p[1]) * 16 + hex(p[2]));
            p += 2;
        } else {
            out[n++] = *p;
        }
    }
    l->s = out;
    l->n = n;
    return PDF_NAME;
}

static char
escaped(struct pdf_lexer *l)
{
    char c = *l->p++;
    if (c >= '0' && c <= '7') {
        int v = c - '0';
        for (int i = 0; i < 2 && l->p < l->end && *l->p >= '0' && *l->p <= '7'; i++)
            v = v * 8 + (*l->p++ - '0');
        return (char)v;
    }
    return c == 'n'   ? '\n'
           : c == 'r' ? '\r'
           : c == 't' ? '\t'
           : c == 'b' ? '\b'
           : c == 'f' ? '\f'
                      : c;
}

static enum pdf_token
string(struct pdf_lexer *l)
{
    const char *start = ++l->p;
    int depth = 1;
    /* Where it ends, first: most are short. */
    const char *q = start;
    for (; q < l->end && depth && q - start < STRING; q++) {
        if (*q == '\\')
            q++;
        else if (*q == '(')
            depth++;
        else if (*q == ')')
            depth--;
    }
    if (q > l->end)
        q = l->end;
    char *out = arena_alloc(l->a, (size_t)(q - start) + 1);
    size_t n = 0;
    const char *stop = depth ? q : q - 1, *end = l->end;
    l->end = stop;
    while (l->p < stop) {
        char c = *l->p++;
        if (c != '\\' || l->p >= stop) {
            out[n++] = c;
        } else if (*l->p == '\n' || *l->p == '\r') {
            l->p += l->p + 1 < stop && l->p[0] == '\r' && l->p[1] == '\n' ? 2 : 1;
        } else {
            out[n++] = escaped(l);
        }
    }
    l->end = end;
    l->p = q;
    l->s = out;
    l->n = n;
    return PDF_STRING;
}

static enum pdf_token
hex_string(struct pdf_lexer *l)
{
    const char *start = ++l->p;
    while (l->p < l->end && *l->p != '>' && l->p - start < STRING)
        l->p++;
    char *out = arena_alloc(l->a, (size_t)(l->p - start) / 2 + 2);
    size_t n = 0;
    int high = -1;
    for (const char *p = start; p < l->p; p++) {
        int v = hex(*p);
        if (v < 0)
            continue;
        if (high < 0) {
            high = v;
        } else {
            out[n++] = (char)(high * 16 + v);
            high = -1;
        }
    }
    if (high >= 0)
        out[n++] = (char)(high * 16);
    if (l->p < l->end)
        l->p++;
    l->s = out;
    l->n = n;
    return PDF_STRING;
}

static enum pdf_token
word(struct pdf_lexer *l)
{
    const char *start = l->p;
    bool number = true;
    while (l->p < l->end && !blank(*l->p) && !delimiter(*l->p)) {
        number &= isdigit((unsigned char)*l->p) || *l->p == '-' || *l->p == '+' || *l->p == '.';
        l->p++;
    }
    if (l->p == start)
        l->p++; /* a lone ")" or "}" */
    l->n = (size_t)(l->p - start);
    if (number && l->n < 30) {
        char text[32];
        memcpy(text, start, l->n);
        text[l->n] = '\0';
        l->number = strtod(text, NULL);
        return PDF_NUMBER;
    }
    l->s = start;
    return PDF_WORD;
}

enum pdf_token
pdf_next(struct pdf_lexer *l)
{
    while (l->p < l->end && (blank(*l->p) || *l->p == '%')) {
        if (*l->p == '%')
            while (l->p < l->end && *l->p != '\n' && *l->p != '\r')
                l->p++;
        else
            l->p++;
    }
    if (l->p >= l->end)
        return PDF_END;
    bool twice = l->end - l->p > 1 && l->p[1] == *l->p;
    switch (*l->p) {
    case '/':
        return name(l);
    case '(':
        return string(l);
    case '<':
        if (!twice)
            return hex_string(l);
        l->p += 2;
        return PDF_OPEN;
    case '>':
        l->p += twice ? 2 : 1;
        return PDF_CLOSE;
    case '[':
        l->p++;
        return PDF_LIST;
    case ']':
        l->p++;
        return PDF_LIST_END;
    default:
        return word(l);
    }
}
