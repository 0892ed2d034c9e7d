#include "html_token.h"
#include "html_entity.h"
#include "../../common/buf.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#define ATTRIBUTE_NAME 16 /* longest that has a meaning, and NUL */

static const char *const names[HTML_A_count] = {
    "",
#define A(id, name) name,
#include "html_attributes.def"
#undef A
};

static bool
blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

static enum html_attribute
attribute_of(const char *name)
{
    for (int i = 1; i < HTML_A_count; i++)
        if (names[i][0] == name[0] && strcmp(names[i], name) == 0)
            return (enum html_attribute)i;
    return HTML_A_none;
}

/* ------------------------------------------------------------------ tags */

static void
read_value(struct html_reader *r, const char **p, size_t *n)
{
    r->p++; /* = */
    while (r->p < r->end && blank(*r->p))
        r->p++;
    *p = r->p;
    *n = 0;
    if (r->p == r->end)
        return;
    if (*r->p == '"' || *r->p == '\'') {
        const char *close = memchr(r->p + 1, *r->p, (size_t)(r->end - r->p - 1));
        *p = r->p + 1;
        *n = (size_t)((close ? close : r->end) - *p);
        r->p = close ? close + 1 : r->end;
        return;
    }
    while (r->p < r->end && !blank(*r->p) && *r->p != '>')
        r->p++;
    *n = (size_t)(r->p - *p);
}

static void
read_attribute(struct html_reader *r, struct html_token *t)
{
    char name[ATTRIBUTE_NAME];
    const char *start = r->p, *value = "";
    size_t n = 0, len;
    r->p++; /* whatever it is: also "=" begins a name */
    while (r->p < r->end && !blank(*r->p) && *r->p != '/' && *r->p != '>' && *r->p != '=')
        r->p++;
    len = (size_t)(r->p - start);
    while (r->p < r->end && blank(*r->p))
        r->p++;
    if (r->p < r->end && *r->p == '=')
        read_value(r, &value, &n);
    if (len > 3 && strncasecmp(start, "on", 2) == 0)
        t->handler = true;
    if (len >= sizeof name)
        return;
    for (size_t i = 0; i < len; i++)
        name[i] = (char)tolower((unsigned char)start[i]);
    name[len] = '\0';
    enum html_attribute which = attribute_of(name);
    if (which && !t->at[which].set) {
        t->at[which].set = true;
        t->at[which].p = value;
        t->at[which].n = n;
    }
}

/* p stands at the name. */
static void
read_tag(struct html_reader *r, struct html_token *t)
{
    size_t n = 0;
    t->p = r->p;
    while (r->p < r->end && !blank(*r->p) && *r->p != '/' && *r->p != '>') {
        if (n < sizeof t->name - 1)
            t->name[n++] = (char)tolower((unsigned char)*r->p);
        r->p++;
    }
    t->name[n] = '\0';
    while (r->p < r->end && *r->p != '>') {
        if (*r->p == '/') {
            t->self_closing = r->p + 1 < r->end && r->p[1] == '>';
            r->p++;
        } else if (blank(*r->p)) {
            r->p++;
        } else {
            read_attribute(r, t);
        }
    }
    t->n = (size_t)(r->p - t->p);
    if (r->p < r->end)
        r->p++; /* > */
}

/* ------------------------------------------------------------------ comments */

/* p stands behind "<!--". Ends at "-->" and "--!>", and at once at ">" and "->". */
static void
read_comment(struct html_reader *r, struct html_token *t)
{
    const char *p = r->p, *dashes;
    t->p = p;
    if (p < r->end && *p == '>') {
        r->p = p + 1;
        return;
    }
    if (r->end - p >= 2 && p[0] == '-' && p[1] == '>') {
        r->p = p + 2;
        return;
    }
    while ((dashes = memmem(p, (size_t)(r->end - p), "--", 2))) {
        size_t left = (size_t)(r->end - dashes);
        size_t mark = left >= 3 && dashes[2] == '>'                       ? 3
                      : left >= 4 && dashes[2] == '!' && dashes[3] == '>' ? 4
                                                                          : 0;
        if (mark) {
            t->n = (size_t)(dashes - t->p);
            r->p = dashes + mark;
            return;
        }
        p = dashes + 1;
    }
    t->n = (size_t)(r->end - t->p);
    r->p = r->end;
}

/* "<!x", "<?x", "</ x": to the next ">". */
static void
read_bogus(struct html_reader *r, struct html_token *t)
{
    const char *close = memchr(r->p, '>', (size_t)(r->end - r->p));
    t->p = r->p;
    t->n = (size_t)((close ? close : r->end) - r->p);
    r->p = close ? close + 1 : r->end;
}

static void
read_cdata(struct html_reader *r, struct html_token *t)
{
    const char *close = memmem(r->p, (size_t)(r->end - r->p), "]]>", 3);
    t->p = r->p;
    t->n = (size_t)((close ? close : r->end) - r->p);
    r->p = close ? close + 3 : r->end;
}

/* ------------------------------------------------------------------ tokens */

static bool
starts(const struct html_reader *r, const char *what)
{
    size_t n = strlen(what);
    return (size_t)(r->end - r->p) >= n && strncasecmp(r->p, what, n) == 0;
}

/* p stands at "<". false: it is text. */
static bool
markup(struct html_reader *r, struct html_token *t)
{
    const char *p = r->p;
    size_t left = (size_t)(r->end - p);
    t->kind = HTML_COMMENT;
    if (left < 2)
        return false;
    if (starts(r, "<!--")) {
        r->p += 4;
        read_comment(r, t);
    } else if (r->foreign && starts(r, "<![CDATA[")) {
        r->p += 9;
        t->kind = HTML_TEXT;
        t->plain = true;
        read_cdata(r, t);
    } else if (p[1] == '!' || p[1] == '?') {
        r->p += 2;
        read_bogus(r, t);
    } else if (isalpha((unsigned char)p[1])) {
        t->kind = HTML_START;
        r->p++;
        read_tag(r, t);
    } else if (p[1] == '/' && left > 2 && isalpha((unsigned char)p[2])) {
        t->kind = HTML_END;
        r->p += 2;
        read_tag(r, t);
    } else if (p[1] == '/' && left > 2) {
        r->p += 2;
        read_bogus(r, t);
    } else {
        return false;
    }
    return true;
}

void
html_next(struct html_reader *r, struct html_token *t)
{
    memset(t, 0, sizeof *t);
    t->kind = HTML_DONE;
    t->p = r->p;
    if (r->p >= r->end)
        return;
    if (*r->p == '<' && markup(r, t))
        return;
    /* A "<" that begins nothing is text. */
    const char *next = memchr(r->p + 1, '<', (size_t)(r->end - r->p - 1));
    t->kind = HTML_TEXT;
    t->n = (size_t)((next ? next : r->end) - r->p);
    r->p += t->n;
}

void
html_raw(struct html_reader *r, const char *name, const char **p, size_t *n)
{
    size_t len = strlen(name);
    *p = r->p;
    for (const char *q = r->p; (q = memchr(q, '<', (size_t)(r->end - q))); q++) {
        size_t left = (size_t)(r->end - q);
        if (left < len + 2)
            break;
        if (q[1] != '/' || strncasecmp(q + 2, name, len) != 0 ||
            (left > len + 2 && !blank(q[len + 2]) && q[len + 2] != '/' && q[len + 2] != '>'))
            continue;
        const char *close = memchr(q, '>', left);
        *n = (size_t)(q - *p);
        r->p = close ? close + 1 : r->end;
        return;
    }
    *n = (size_t)(r->end - *p);
    r->p = r->end;
}

const char *
html_value(const struct html_token *t, enum html_attribute which, struct buf *b)
{
    buf_clear(b);
    size_t n = t->at[which].n > HTML_VALUE ? HTML_VALUE : t->at[which].n;
    html_decode(b, t->at[which].p ? t->at[which].p : "", n, true);
    return buf_cstr(b);
}
