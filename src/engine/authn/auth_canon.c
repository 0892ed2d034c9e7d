#include "auth_canon.h"

#include <string.h>
#include <strings.h>

#include "common/arena.h"

/* ------------------------------------------------------------------ fields */

static size_t
name_length(const char *p, size_t n)
{
    size_t i = 0;
    while (i < n && p[i] > ' ' && p[i] < 127)
        i++;
    return i;
}

static void
name_field(struct auth_field *f)
{
    const char *colon = memchr(f->raw, ':', f->len);
    f->name_len = 0;
    f->value = f->len;
    if (!colon)
        return;
    size_t n = (size_t)(colon - f->raw), len = name_length(f->raw, n);
    for (size_t i = len; i < n; i++)
        if (f->raw[i] != ' ' && f->raw[i] != '\t')
            return;
    f->name_len = len;
    f->value = n + 1;
}

void
auth_split(struct arena *a, const char *raw, size_t n, struct auth_message *out)
{
    const char *p = raw, *end = raw + n;
    struct auth_field *fields = NULL;
    int cap = 0;
    *out = (struct auth_message){0};
    while (p < end) {
        const char *nl = memchr(p, '\n', (size_t)(end - p));
        const char *line_end = nl ? nl : end, *next = nl ? nl + 1 : end;
        if (nl && line_end > p && line_end[-1] == '\r')
            line_end--;
        bool folded = line_end > p && (*p == ' ' || *p == '\t');
        if (line_end == p) {
            p = next;
            break;
        }
        if (folded && out->n) {
            if (!out->too_many)
                fields[out->n - 1].len = (size_t)(line_end - fields[out->n - 1].raw);
        } else if (out->n == AUTH_FIELDS_MAX) {
            out->too_many = true;
        } else {
            if (out->n == cap) {
                struct auth_field *more = arena_calloc(a, (size_t)(cap += cap + 64), sizeof *more);
                if (fields)
                    memcpy(more, fields, (size_t)out->n * sizeof *more);
                fields = more;
            }
            fields[out->n++] = (struct auth_field){.raw = p, .len = (size_t)(line_end - p)};
        }
        p = next;
    }
    for (int i = 0; i < out->n; i++)
        name_field(&fields[i]);
    out->fields = fields;
    out->body = p;
    out->body_len = (size_t)(end - p);
}

bool
auth_field_named(const struct auth_field *f, const char *name, size_t n)
{
    return n && f->name_len == n && strncasecmp(f->raw, name, n) == 0;
}

/* ------------------------------------------------------------------ header */

/* Gathers small pieces, so that a hash is not called for every byte. */
struct gather {
    const struct auth_sink *to;
    size_t n;
    char bytes[1024];
};

static void
flush(struct gather *g)
{
    if (g->n)
        g->to->put(g->to->arg, g->bytes, g->n);
    g->n = 0;
}

static void
put(struct gather *g, char c)
{
    if (g->n == sizeof g->bytes)
        flush(g);
    g->bytes[g->n++] = c;
}

/* RFC 6376 3.4.1: as it is. */
static void
simple_field(const char *p, size_t n, struct gather *g)
{
    for (size_t i = 0; i < n; i++) {
        if (p[i] == '\n' && (i == 0 || p[i - 1] != '\r'))
            put(g, '\r');
        put(g, p[i]);
    }
}

/* RFC 6376 3.4.2: name in lower case, unfolded, one blank for many, none at the ends. */
static void
relaxed_field(const char *p, size_t n, struct gather *g)
{
    const char *colon = memchr(p, ':', n);
    size_t name = colon ? (size_t)(colon - p) : n, i;
    while (name && (p[name - 1] == ' ' || p[name - 1] == '\t'))
        name--;
    for (i = 0; i < name; i++)
        put(g, p[i] >= 'A' && p[i] <= 'Z' ? (char)(p[i] - 'A' + 'a') : p[i]);
    if (!colon)
        return;
    put(g, ':');
    bool begun = false, blank = false;
    for (i = (size_t)(colon - p) + 1; i < n; i++) {
        if (p[i] == '\n' || (p[i] == '\r' && i + 1 < n && p[i + 1] == '\n'))
            continue;
        if (p[i] == ' ' || p[i] == '\t') {
            blank = begun;
            continue;
        }
        if (blank)
            put(g, ' ');
        put(g, p[i]);
        begun = true;
        blank = false;
    }
}

void
auth_canon_field(enum auth_canon c, const char *raw, size_t n, bool crlf,
                 const struct auth_sink *to)
{
    struct gather g;
    g.to = to;
    g.n = 0;
    if (c == AUTH_RELAXED)
        relaxed_field(raw, n, &g);
    else
        simple_field(raw, n, &g);
    if (crlf) {
        put(&g, '\r');
        put(&g, '\n');
    }
    flush(&g);
}
