/* Small things, and which text a rule gets. */
#include "view.h"
#include "ruleset.h"
#include "../../common/arena.h"
#include "../../common/buf.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

void
spans_add(struct arena *a, struct spans *s, const char *p, size_t n)
{
    if (s->n == s->room) {
        struct span *old = s->v;
        s->room = s->room ? s->room * 2 : 16;
        s->v = arena_calloc(a, (size_t)s->room, sizeof *s->v);
        if (old)
            memcpy(s->v, old, (size_t)s->n * sizeof *old);
    }
    s->v[s->n++] = (struct span){p, n};
}

struct span
span_of(const char *s)
{
    return (struct span){s, s ? strlen(s) : 0};
}

bool
span_is(struct span s, const char *text)
{
    return strlen(text) == s.n && (s.n == 0 || strncasecmp(s.p, text, s.n) == 0);
}

bool
span_has(struct span s, const char *text)
{
    size_t n = strlen(text);
    int first = tolower((unsigned char)*text);
    for (size_t i = 0; i + n <= s.n; i++)
        if (tolower((unsigned char)s.p[i]) == first && strncasecmp(s.p + i, text, n) == 0)
            return true;
    return n == 0;
}

struct span
span_lower(struct arena *a, struct span s)
{
    char *p = arena_memdup(a, s.p ? s.p : "", s.n);
    for (size_t i = 0; i < s.n; i++)
        p[i] = (char)tolower((unsigned char)p[i]);
    return (struct span){p, s.n};
}

struct span
span_trim(struct span s)
{
    while (s.n > 0 && isspace((unsigned char)s.p[0]))
        s.p++, s.n--;
    while (s.n > 0 && isspace((unsigned char)s.p[s.n - 1]))
        s.n--;
    return s;
}

struct view *
view_new(struct arena *a, const struct ruleset *set, const struct envelope *env, const char *raw,
         size_t n)
{
    struct view *v = arena_alloc(a, sizeof *v);
    *v = (struct view){.a = a, .set = set, .env = env, .raw = raw, .raw_n = n};
    v->run = regex_run_new(a);
    names_init(&v->requests, a);
    view_parse(v);
    return v;
}

/* ------------------------------------------------------------------ paragraphs */

/* White space of Unicode at p: its length in UTF-8, 0 = none. */
static size_t
space(const char *p, size_t n)
{
    const unsigned char *u = (const unsigned char *)p;
    if (n >= 1 && (u[0] == ' ' || (u[0] >= 9 && u[0] <= 13)))
        return 1;
    if (n >= 2 && u[0] == 0xc2 && (u[1] == 0x85 || u[1] == 0xa0))
        return 2;
    if (n < 3 || u[0] < 0xe1 || u[0] > 0xe3)
        return 0;
    if (u[0] == 0xe1)
        return u[1] == 0x9a && u[2] == 0x80 ? 3 : 0;
    if (u[0] == 0xe3)
        return u[1] == 0x80 && u[2] == 0x80 ? 3 : 0;
    if (u[1] == 0x80)
        return (u[2] >= 0x80 && u[2] <= 0x8a) || u[2] == 0xa8 || u[2] == 0xa9 || u[2] == 0xaf ? 3
                                                                                              : 0;
    return u[1] == 0x81 && u[2] == 0x9f ? 3 : 0;
}

/* A run of white space with two line ends in it ends a paragraph; any other is one blank. */
static void
paragraphs(const char *p, size_t n, struct buf *out)
{
    for (size_t i = 0; i < n;) {
        size_t w = space(p + i, n - i), first = n, last = 0, ends = 0, start = i;
        if (w == 0) {
            while (i < n && space(p + i, n - i) == 0)
                i++;
            buf_add(out, p + start, i - start);
            continue;
        }
        for (; w; i += w, w = space(p + i, n - i))
            if (p[i] == '\n') {
                first = ends ? first : i;
                last = i;
                ends++;
            }
        if (ends < 2) {
            buf_char(out, ' ');
            continue;
        }
        if (first > start)
            buf_char(out, ' ');
        buf_char(out, '\n');
        if (last + 1 < i)
            buf_char(out, ' ');
    }
}

static void
short_lines(struct arena *a, struct spans *out, const char *p, size_t n)
{
    while (n > 0) {
        const char *end = memchr(p, '\n', n);
        size_t len = end ? (size_t)(end - p) + 1 : n;
        while (len > VIEW_LINE) {
            const char *blank = memrchr(p, ' ', VIEW_LINE + 1);
            size_t cut = blank ? (size_t)(blank - p) + 1 : VIEW_LINE;
            spans_add(a, out, p, cut);
            p += cut, n -= cut, len -= cut;
        }
        spans_add(a, out, p, len);
        p += len, n -= len;
    }
}

/* Where a text that is too long is cut: behind the next of these characters, if it is near. */
static size_t
cut_at(const char *p, size_t n, size_t limit, const char *at)
{
    if (n <= limit)
        return n;
    for (; *at; at++) {
        const char *c = memchr(p + limit, *at, n - limit < 1025 ? n - limit : 1025);
        if (c)
            return (size_t)(c - p) + 1;
    }
    return limit;
}

const struct spans *
view_text(struct view *v)
{
    if (v->have_text)
        return &v->text;
    v->have_text = true;
    struct arena *scratch = arena_new();
    struct buf *all = buf_new(scratch, VIEW_TEXT), *out = buf_new(v->a, 0);
    for (int i = 0; i < v->nparts; i++) {
        struct view_part *p = &v->parts[i];
        if (!p->leaf)
            continue;
        if (all->len > 0)
            buf_char(all, '\n');
        if (view_rendered(v, p))
            buf_add(all, p->text.p, cut_at(p->text.p, p->text.n, VIEW_TEXT_PART, "\n "));
    }
    struct view_field *subject = view_part_field(v, &v->parts[0], "subject");
    if (subject) {
        view_decode_field(v, subject);
        buf_add(out, subject->text, subject->text_n);
    }
    buf_char(out, '\n');
    paragraphs(buf_cstr(all), all->len, out);
    arena_free(&scratch);
    short_lines(v->a, &v->text, out->data, out->len);
    return &v->text;
}

/* ------------------------------------------------------------------ source */

static const char *
find_from(const char *p, size_t n, size_t from, char c, size_t most)
{
    size_t room = from < n ? n - from : 0;
    return room ? memchr(p + from, c, room < most ? room : most) : NULL;
}

static void
chunks(struct arena *a, struct spans *out, const char *p, size_t n)
{
    while (n > 2 * VIEW_LINE) {
        const char *end = find_from(p, n, VIEW_LINE, '\n', VIEW_LINE);
        if (!end)
            end = find_from(p, n, VIEW_LINE, '>', VIEW_LINE);
        if (!end)
            end = find_from(p, n, VIEW_LINE, ' ', VIEW_LINE);
        size_t len = end ? (size_t)(end - p) + 1 : VIEW_LINE + 1;
        spans_add(a, out, p, len);
        p += len, n -= len;
    }
    if (n > 0)
        spans_add(a, out, p, n);
}

const struct spans *
view_source(struct view *v)
{
    if (v->have_source)
        return &v->source;
    v->have_source = true;
    for (int i = 0; i < v->nparts; i++) {
        struct view_part *p = &v->parts[i];
        bool html = p->leaf && view_rendered(v, p) && p->html;
        if (!p->leaf || strcmp(p->type, "text/calendar") == 0 ||
            (!html && strncmp(p->type, "text", 4) != 0 && strncmp(p->type, "message", 7) != 0))
            continue;
        struct span s = view_decoded(v, p);
        chunks(v->a, &v->source, s.p, cut_at(s.p, s.n, VIEW_SOURCE_PART, "\n> "));
        if (s.n == 0)
            spans_add(v->a, &v->source, "", 0);
    }
    return &v->source;
}
