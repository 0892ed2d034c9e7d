/*
 * From bytes to parts, as SpamAssassin splits them: line by line, forgiving, the message itself being part
 * 0 and its parts following in the order of their beginning. Messages inside are opened, too.
 */
#include "view.h"
#include "../../common/arena.h"
#include "../../common/buf.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#define BLANK_LINES 20 /* of a longer run of them only some are kept */

struct lines {
    const char *p;
    size_t n, at;
};

static bool
next_line(struct lines *l, struct span *out)
{
    if (l->at >= l->n)
        return false;
    const char *end = memchr(l->p + l->at, '\n', l->n - l->at);
    size_t stop = end ? (size_t)(end - l->p) + 1 : l->n;
    *out = (struct span){l->p + l->at, stop - l->at};
    l->at = stop;
    return true;
}

static bool
blank(struct span line)
{
    return span_trim(line).n == 0;
}

/* ------------------------------------------------------------------ one kind of line end */

static bool
ends_with_crlf(const char *p, size_t n)
{
    const char *first = memchr(p, '\n', n);
    return (first && first > p && first[-1] == '\r') ||
           (n >= 2 && p[n - 1] == '\n' && p[n - 2] == '\r');
}

static struct span
with_lf(struct arena *a, const char *p, size_t n)
{
    if (!ends_with_crlf(p, n))
        return (struct span){p, n};
    char *out = arena_alloc(a, n + 1), *to = out;
    for (size_t i = 0; i < n; i++)
        if (p[i] != '\r' || i + 1 == n || p[i + 1] != '\n')
            *to++ = p[i];
    return (struct span){out, (size_t)(to - out)};
}

/* A mail padded with thousands of empty lines. */
static struct span
fewer_blanks(struct arena *a, struct span body)
{
    struct lines l = {body.p, body.n, 0};
    struct span line;
    size_t run = 0;
    char *out, *to;
    bool needed = false;
    while (!needed && next_line(&l, &line))
        needed = (run = blank(line) ? run + 1 : 0) > BLANK_LINES;
    if (!needed)
        return body;
    out = to = arena_alloc(a, body.n + 1);
    l.at = run = 0;
    while (next_line(&l, &line)) {
        run = blank(line) ? run + 1 : 0;
        if (run > BLANK_LINES)
            continue;
        memcpy(to, line.p, line.n);
        to += line.n;
    }
    return (struct span){out, (size_t)(to - out)};
}

/* Lines that are too long get ends. */
static struct span
shorter_lines(struct arena *a, struct span s)
{
    struct lines l = {s.p, s.n, 0};
    struct span line;
    bool needed = false;
    while (!needed && next_line(&l, &line))
        needed = line.n > VIEW_LINE;
    if (!needed)
        return s;
    struct buf *b = buf_new(a, 0);
    l.at = 0;
    while (next_line(&l, &line)) {
        for (; line.n > VIEW_LINE; line.p += VIEW_LINE, line.n -= VIEW_LINE) {
            buf_add(b, line.p, VIEW_LINE);
            buf_char(b, '\n');
        }
        buf_add(b, line.p, line.n);
    }
    return (struct span){buf_cstr(b), b->len};
}

/* ------------------------------------------------------------------ parts */

static struct view_part *
new_part(struct view *v, int parent, int depth)
{
    if (v->nparts >= VIEW_PARTS) {
        v->parts_full = true;
        return NULL;
    }
    struct view_part *p = &v->parts[v->nparts++];
    *p = (struct view_part){.parent = parent, .depth = depth, .leaf = true, .type = "text/plain"};
    return p;
}

/* Returns whether the field was missing or empty. */
static bool
read_type(struct view *v, struct view_part *p)
{
    struct view_field *f = view_part_field(v, p, "content-type");
    bool missing;
    if (f)
        view_decode_field(v, f);
    view_content_type(v->a, f ? (struct span){f->text, f->text_n} : (struct span){0}, &p->type,
                      &p->boundary, &p->charset, &p->name, &missing);
    f = view_part_field(v, p, "content-disposition");
    if (f) {
        const char *ignored;
        view_decode_field(v, f);
        /* the file's name of the disposition is the one that counts */
        const char *name = NULL;
        view_content_type(v->a, (struct span){f->text, f->text_n}, &ignored, &ignored, &ignored,
                          &name, NULL);
        if (name && *name)
            p->name = name;
    }
    return missing;
}

static void parse_body(struct view *v, int part, struct span body, const char *boundary,
                       bool message);
static void parse_message(struct view *v, int part, struct span s);

/* 0: no; 1: a part begins; 2: the last one ends. */
static int
delimiter(struct span line, const char *boundary, size_t n)
{
    if (line.n < n + 2 || line.p[0] != '-' || line.p[1] != '-' ||
        memcmp(line.p + 2, boundary, n) != 0)
        return 0;
    struct span rest = {line.p + 2 + n, line.n - 2 - n};
    bool last = rest.n >= 2 && rest.p[0] == '-' && rest.p[1] == '-';
    if (last)
        rest.p += 2, rest.n -= 2;
    return blank(rest) ? 1 + last : 0;
}

static bool
begins_field(struct span line)
{
    size_t i = 0;
    while (i < line.n && line.p[i] >= 33 && line.p[i] <= 126 && line.p[i] != ':')
        i++;
    return i > 0 && i < line.n && line.p[i] == ':';
}

/* "Name :" is taken, too. */
static bool
begins_loose_field(struct span line)
{
    size_t i = 0;
    while (i < line.n && line.p[i] >= 33 && line.p[i] <= 126 && line.p[i] != ':')
        i++;
    size_t name = i;
    while (i < line.n && (line.p[i] == ' ' || line.p[i] == '\t'))
        i++;
    return name > 0 && i < line.n && line.p[i] == ':';
}

static void
part_field(struct view *v, struct view_part *p, const char *from, const char *to)
{
    const char *colon = memchr(from, ':', (size_t)(to - from));
    if (!colon || p->nfields >= VIEW_FIELDS)
        return;
    struct view_field *f = &p->fields[p->nfields];
    if (!f)
        return;
    f->name = arena_memdup(v->a, from, (size_t)(colon - from));
    colon++;
    while (colon < to && isspace((unsigned char)*colon))
        colon++;
    f->raw = (struct span){colon, (size_t)(to - colon)};
    p->nfields++;
}

#define PART_FIELDS 100

/* The fields of a part, from *at; leaves *at at its body. nested: its own parts use the same boundary. */
static void
part_head(struct view *v, struct view_part *p, const char *boundary, struct lines *l, bool *nested)
{
    const char *open = NULL;
    size_t before = l->at, n = strlen(boundary);
    struct span line;
    p->fields = arena_calloc(v->a, PART_FIELDS, sizeof *p->fields);
    *nested = false;
    while (before = l->at, next_line(l, &line)) {
        if (delimiter(line, boundary, n)) {
            l->at = before; /* what was open is lost, as there is no end of a header */
            return;
        }
        if (begins_loose_field(line)) {
            if (open && p->nfields < PART_FIELDS)
                part_field(v, p, open, line.p);
            open = line.p;
        } else if (!open || (*line.p != ' ' && *line.p != '\t')) {
            break;
        }
    }
    if (open && l->at > before && p->nfields < PART_FIELDS) {
        part_field(v, p, open, l->p + before);
        read_type(v, p);
        *nested = p->boundary && strcmp(p->boundary, boundary) == 0;
    }
    if (l->at > before && !(line.n == 1 || (line.n == 2 && line.p[0] == '\r'))) {
        v->missing_mime_separator = true;
        l->at = before;
    }
}

/* Its body up to the delimiter, whose line end belongs to the delimiter. Returns delimiter(). */
static int
part_body(struct lines *l, const char *boundary, bool nested, struct span *out)
{
    size_t start = l->at, n = strlen(boundary);
    struct span line;
    while (next_line(l, &line)) {
        int d = delimiter(line, boundary, n);
        if (d && nested) {
            nested = d != 2;
            continue;
        }
        if (!d)
            continue;
        size_t end = (size_t)(line.p - l->p);
        *out = (struct span){l->p + start, end > start ? end - start - 1 : 0};
        return d;
    }
    *out = (struct span){l->p + start, l->n - start};
    return 0;
}

static void
check_next(struct view *v, const struct lines *l)
{
    struct lines copy = *l;
    struct span line;
    if (next_line(&copy, &line) && !begins_field(line))
        v->missing_mime_headers = true;
}

static void
epilogue(struct view *v, const struct lines *l)
{
    for (size_t i = l->at; i < l->n && !v->mime_epilogue; i++)
        v->mime_epilogue = l->p[i] != '.' && !isspace((unsigned char)l->p[i]);
}

static void
parse_multipart(struct view *v, int index, struct span body, const char *boundary)
{
    struct lines l = {body.p, body.n, 0};
    struct span line, content;
    int d = 0, depth = v->parts[index].depth + 1;
    bool begun = false, nested, digest = strcmp(v->parts[index].type, "multipart/digest") == 0;
    v->parts[index].leaf = false;
    while (!begun && next_line(&l, &line))
        begun = delimiter(line, boundary, strlen(boundary)) == 1;
    if (!begun)
        l.at = 0;
    else
        check_next(v, &l);
    while (d != 2 && l.at < l.n) {
        int number = v->nparts;
        struct view_part *p = new_part(v, index, depth);
        if (!p)
            return;
        part_head(v, p, boundary, &l, &nested);
        bool missing = read_type(v, p);
        if (missing && digest)
            p->type = "message/rfc822";
        d = part_body(&l, boundary, nested, &content);
        if (d == 1)
            check_next(v, &l);
        content = shorter_lines(v->a, content);
        parse_body(v, number, content, p->boundary ? p->boundary : boundary, false);
    }
    if (begun && d != 2)
        v->mime_missing_boundary = true;
    if (d == 2)
        epilogue(v, &l);
}

static void
parse_body(struct view *v, int index, struct span body, const char *boundary, bool message)
{
    struct view_part *p = &v->parts[index];
    bool multi = strncmp(p->type, "multipart/", 10) == 0;
    (void)message;
    p->raw = body;
    if (multi && boundary && p->depth < VIEW_DEPTH) {
        parse_multipart(v, index, body, boundary);
        return;
    }
    if (multi && !boundary)
        p->type = "text/plain";
    if ((strcmp(p->type, "message/rfc822") == 0 || strcmp(p->type, "message/global") == 0) &&
        p->depth < VIEW_DEPTH) {
        struct span inner = view_decoded(v, p);
        struct view_part *child = inner.n ? new_part(v, index, p->depth + 1) : NULL;
        if (!child)
            return;
        v->parts[index].leaf = false;
        parse_message(v, (int)(child - v->parts), inner);
    }
}

/* ------------------------------------------------------------------ a message */

/* "From someone Mon ..." of mailbox files. */
static size_t
mailbox_line(const char *p, size_t n)
{
    if (n < 6 || memcmp(p, "From", 4) != 0 || (p[4] != ' ' && p[4] != '\t'))
        return 0;
    size_t i = 4;
    while (i < n && (p[i] == ' ' || p[i] == '\t'))
        i++;
    const char *end = memchr(p, '\n', n);
    return i < n && p[i] != ':' && end ? (size_t)(end - p) + 1 : 0;
}

static void
parse_message(struct view *v, int index, struct span s)
{
    bool top = index == 0, missing = false, truncated = false;
    s = with_lf(v->a, s.p, s.n);
    size_t at = mailbox_line(s.p, s.n), start = at;
    view_read_fields(v, s.p, s.n, &at, &v->parts[index], &missing, &truncated);
    struct span body = {s.p + at, s.n - at};
    if (top) {
        v->head = (struct span){s.p + start, at - start};
        v->body = body;
        v->missing_separator = missing;
        v->truncated_header |= truncated;
    }
    read_type(v, &v->parts[index]);
    body = fewer_blanks(v->a, body);
    parse_body(v, index, body, v->parts[index].boundary, true);
}

void
view_parse(struct view *v)
{
    v->parts = arena_calloc(v->a, VIEW_PARTS, sizeof *v->parts);
    size_t skip = mailbox_line(v->raw, v->raw_n);
    v->full = (struct span){v->raw + skip, v->raw_n - skip};
    (void)new_part(v, -1, 0);
    parse_message(v, 0, (struct span){v->raw, v->raw_n});
}
