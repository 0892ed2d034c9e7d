/*
 * HTML as rules see it: a tokenizer that takes what old mail programs took, and what they showed of it as
 * text, with the facts that eval tests ask for (tags, colours, sizes, links). Not a browser: msg/html.c
 * is what we believe ourselves. Linear in the input.
 */
#include "view_html_in.h"
#include "../../common/arena.h"
#include "../../common/buf.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define TAG_NAMES 2000    /* different ones; more are not counted */
#define ANCHOR_TEXT 4096  /* bytes kept of one link's text */
#define LISTED_TEXTS 1000 /* comments, titles, anchors: of each */

enum element {
    EL_VALID = 1,
    EL_SHOWN = 2, /* looked at, though not valid */
    EL_STYLE = 4,
    EL_URI = 8,
    EL_LINE = 16, /* a line end */
    EL_BLANK = 32,
    EL_BREAK = 64, /* an empty line */
};

static const struct {
    const char *name;
    unsigned bits;
} elements[] = {
#include "elements.def"
};

/* ------------------------------------------------------------------ text */

static void
whitespace(struct html *h, const char *text)
{
    if (h->any && !h->last_white && !h->last_hidden && h->out->len > h->last &&
        h->out->data[h->out->len - 1] == ' ')
        h->out->len--;
    h->last = h->out->len;
    h->any = h->last_white = true;
    h->last_hidden = false;
    buf_str(h->out, text);
}

static bool
all_blank(struct span s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!strchr(" \t\n\r\f\v", s.p[i]) || !s.p[i])
            return false;
    return true;
}

static void
show(struct html *h, struct span s, bool hidden)
{
    bool white = h->any && h->last_white, first = true;
    size_t start = h->out->len;
    for (size_t i = 0; i < s.n;) {
        size_t run = i;
        while (run < s.n && s.p[run] && strchr(" \t\n\r\f\v", s.p[run]))
            run++;
        if (run > i) {
            if (!(first && white && !hidden))
                buf_char(h->out, ' ');
            i = run;
        } else {
            while (run < s.n && (!s.p[run] || !strchr(" \t\n\r\f\v", s.p[run])))
                run++;
            buf_add(h->out, s.p + i, run - i);
            i = run;
        }
        first = false;
    }
    h->last = start;
    h->any = true;
    h->last_white = false;
    h->last_hidden = hidden;
}

static void
text(struct html *h, const char *p, size_t n, bool raw)
{
    if (n == 0)
        return;
    if (h->in_script > 0 || h->in_style > 0)
        return;
    struct span s = raw ? (struct span){p, n} : view_entities(h->a, p, n);
    if (h->in_anchor > 0 && h->anchor_text)
        buf_add(h->anchor_text, s.p, s.n);
    if (h->in_title > 0 && h->title)
        buf_add(h->title, s.p, s.n);
    bool hidden = !all_blank(s) && html_style_hides(&h->style, h->info);
    if (h->any && html_wordy(s.p, s.n) && h->out->len > h->last &&
        html_wordy(h->out->data + h->out->len - 1, 1))
        h->info->obfuscation++;
    show(h, s, hidden);
}

/* ------------------------------------------------------------------ what eval tests ask for */

static int
pixels(const struct span *s, int percent)
{
    char *end;
    if (!s || !s->n || !isdigit((unsigned char)*s->p) || s->n > 8)
        return 200;
    char digits[10] = "";
    memcpy(digits, s->p, s->n);
    long n = strtol(digits, &end, 10);
    if (strcmp(end, "%") == 0)
        n *= percent;
    else if (*end)
        n = 0;
    return n <= 0 ? 200 : (int)n;
}

/* Names of fonts as people write them: letters, blanks and hyphens, quoted or not, with commas. */
static bool
good_face(struct span s)
{
    const char *p = s.p, *end = s.p + s.n;
    bool first = true;
    for (;; first = false) {
        while (p < end && isspace((unsigned char)*p))
            p++;
        if (p < end && (*p == '"' || *p == '\'' || (first && *p == '.')))
            p++;
        const char *start = p;
        while (p < end && (isalpha((unsigned char)*p) || *p == ' ' || *p == '-'))
            p++;
        const char *stop = p;
        bool digit = p < end && isdigit((unsigned char)*p);
        p += digit;
        if (stop - start < 2 || *start == '-' || !isalpha((unsigned char)stop[-1]))
            return false;
        if (p < end && (*p == '"' || *p == '\''))
            p++;
        if (p == end || *p != ',')
            break;
        p++;
    }
    p += p < end && *p == ';';
    return p == end || (*p == '\n' && p + 1 == end);
}

static void
end_anchor_text(struct html *h)
{
    if (!h->anchor_text)
        return;
    struct span s = {arena_memdup(h->v->a, buf_cstr(h->anchor_text), h->anchor_text->len),
                     h->anchor_text->len};
    if (h->anchor)
        spans_add(h->v->a, &h->anchor->texts, s.p, s.n);
    if (h->info->anchors.n < LISTED_TEXTS)
        spans_add(h->v->a, &h->info->anchors, s.p, s.n);
    h->anchor_text = NULL;
}

static void
begin_anchor(struct html *h, const struct tag *t)
{
    const struct span *href = html_attribute(t, "href");
    end_anchor_text(h);
    h->anchor = html_uri_entry(h, href ? html_uri_trim(h, *href) : (struct span){"", 0});
    h->anchor_text = buf_new(h->a, ANCHOR_TEXT);
}

static void
end_title(struct html *h)
{
    if (h->title && h->info->titles.n < LISTED_TEXTS)
        spans_add(h->v->a, &h->info->titles,
                  arena_memdup(h->v->a, buf_cstr(h->title), h->title->len), h->title->len);
    h->title = NULL;
}

static void
look_at(struct html *h, const char *name, const struct tag *t)
{
    const struct span *s;
    if (strcmp(name, "font") == 0 && (s = html_attribute(t, "face")) && !good_face(*s))
        h->info->bad_face = true;
    if (strcmp(name, "img") == 0) {
        if (h->in_anchor > 0 && h->anchor_text)
            buf_str(h->anchor_text, "<img>\n");
        if (html_attribute(t, "width") && html_attribute(t, "height"))
            h->info->image_area += (double)pixels(html_attribute(t, "width"), 8) *
                                   pixels(html_attribute(t, "height"), 6);
    }
    if (strcmp(name, "form") == 0 && (s = html_attribute(t, "action")) && span_has(*s, "mailto:"))
        h->info->mailto_form = true;
    if (strcmp(name, "object") == 0 || strcmp(name, "embed") == 0)
        h->info->embeds = true;
    if (strcmp(name, "a") == 0)
        begin_anchor(h, t);
    if (strcmp(name, "title") == 0) {
        end_title(h);
        h->title = buf_new(h->a, ANCHOR_TEXT);
    }
}

/* ------------------------------------------------------------------ tags */

static struct html_seen *
count_tag(struct html *h, const char *name, bool valid, int delta)
{
    struct html_info *i = h->info;
    struct html_seen *s = names_get(&i->tags, name, strlen(name));
    i->ntags++;
    i->nelements += valid;
    if (!s) {
        if (i->tags.used >= TAG_NAMES)
            return NULL;
        s = arena_alloc(h->v->a, sizeof *s);
        names_put(&i->tags, name, strlen(name), s);
        i->tags_seen++;
        i->elements_seen += valid;
    }
    s->seen = true;
    s->inside += delta;
    if (s->inside < 0) {
        s->inside = 0;
        i->closed_extra++;
    }
    return s;
}

/* "o:p", "st1:place": of documents that were HTML once. */
static bool
foreign(const char *name)
{
    const char *p = name;
    if (*p == 'o')
        p++;
    else if (strncmp(p, "st", 2) == 0 && isdigit((unsigned char)p[2]))
        p += 3;
    if (p == name || *p++ != ':' || !*p)
        return false;
    while (isalnum((unsigned char)*p) || *p == '_' || *p == '-')
        p++;
    return !*p || (*p == '/' && !p[1]);
}

static int
by_element(const void *key, const void *item)
{
    return strcmp(key, *(const char *const *)item);
}

static unsigned
bits_of(const char *name)
{
    const void *found =
        bsearch(name, elements, sizeof elements / sizeof *elements, sizeof *elements, by_element);
    return found ? elements[((const char *)found - (const char *)elements) / sizeof *elements].bits
                 : 0;
}

static void
remember_inside(struct html *h, const char *name, const struct html_seen *s)
{
    int n = s ? s->inside : 0;
    if (strcmp(name, "a") == 0)
        h->in_anchor = n;
    else if (strcmp(name, "title") == 0)
        h->in_title = n;
    else if (strcmp(name, "script") == 0)
        h->in_script = n;
    else if (strcmp(name, "style") == 0)
        h->in_style = n;
}

static void
on_tag(struct html *h, const struct tag *t, bool opens)
{
    const char *name = span_lower(h->a, t->name).p;
    bool other = foreign(name);
    unsigned bits = bits_of(name);
    remember_inside(h, name, count_tag(h, name, (bits & EL_VALID) || other, opens ? 1 : -1));
    if (other || !bits)
        return;
    if (bits & EL_STYLE) {
        struct html_attr list[ATTRIBUTES];
        for (int i = 0; i < t->nattr; i++)
            list[i] = (struct html_attr){t->attr[i].name, t->attr[i].value};
        if (opens)
            html_style_open(&h->style, h->info, h->a, name, list, t->nattr);
        else
            html_style_close(&h->style, name);
    }
    if (bits & EL_LINE)
        whitespace(h, "\n");
    if (bits & EL_BLANK)
        whitespace(h, " ");
    if (bits & EL_BREAK)
        whitespace(h, "\n\n");
    if (!opens)
        return;
    if (bits & EL_URI)
        html_uris_of(h, name, t);
    look_at(h, name, t);
}

static bool
is_space(char c)
{
    return c == ' ' || (c >= 9 && c <= 13);
}

/* The value at p; returns where it ends. NULL: a quote is not closed. */
static const char *
read_value(struct html *h, const char *p, const char *end, struct span *out)
{
    const char *stop;
    if (p < end && (*p == '"' || *p == '\'')) {
        stop = memchr(p + 1, *p, (size_t)(end - p - 1));
        if (!stop)
            return NULL;
        *out = view_entities(h->a, p + 1, (size_t)(stop - p - 1));
        return stop + 1;
    }
    for (stop = p; stop < end && !is_space(*stop) && *stop != '>';)
        stop++;
    *out = view_entities(h->a, p, (size_t)(stop - p));
    return stop;
}

static const char *
blanks(const char *p, const char *end)
{
    while (p < end && is_space(*p))
        p++;
    return p;
}

/* Attributes up to ">"; returns what is behind it, NULL: there is none. */
static const char *
read_attributes(struct html *h, const char *p, const char *end, struct tag *t)
{
    while ((p = blanks(p, end)) < end && *p != '>') {
        const char *start = p++;
        while (p < end && !is_space(*p) && *p != '=' && *p != '>')
            p++;
        struct attribute at = {.name = {start, (size_t)(p - start)}};
        at.value = at.name;
        const char *eq = blanks(p, end);
        if (eq < end && *eq == '=') {
            p = read_value(h, blanks(eq + 1, end), end, &at.value);
            if (!p)
                return NULL;
        }
        if (t->nattr < ATTRIBUTES)
            t->attr[t->nattr++] = at;
    }
    return p < end ? p + 1 : NULL;
}

/* Elements whose content is text up to their end tag. */
static bool
literal(const char *name, bool *raw)
{
    static const char *const raws[] = {"script", "style", "xmp", "iframe", "plaintext"};
    for (size_t i = 0; i < sizeof raws / sizeof *raws; i++)
        if (strcmp(name, raws[i]) == 0)
            return *raw = true;
    *raw = false;
    return strcmp(name, "title") == 0 || strcmp(name, "textarea") == 0;
}

/* Where "</name" with a ">" behind it begins. */
static const char *
literal_end(const char *p, const char *end, const char *name, const char **behind)
{
    size_t n = strlen(name);
    while (p < end && (p = memchr(p, '<', (size_t)(end - p)))) {
        if ((size_t)(end - p) > n + 2 && p[1] == '/' && strncasecmp(p + 2, name, n) == 0) {
            const char *gt = blanks(p + 2 + n, end);
            if (gt < end && *gt == '>') {
                *behind = gt + 1;
                return p;
            }
        }
        p++;
    }
    return NULL;
}

static const char *
start_tag(struct html *h, const char *p, const char *end)
{
    struct tag t = {0};
    const char *s = p + 1;
    bool raw;
    while (s < end && !is_space(*s) && *s != '>')
        s++;
    t.name = (struct span){p + 1, (size_t)(s - p - 1)};
    const char *after = read_attributes(h, s, end, &t);
    if (!after) {
        h->no_tag_end = true;
        return NULL;
    }
    /* "<br/>" is "<br>"; "<x y/>" has an attribute "y/". */
    if (t.name.n > 1 && t.name.p[t.name.n - 1] == '/' && t.nattr == 0)
        t.name.n--;
    else if (t.nattr == 1 && span_is(t.attr[0].name, "/"))
        t.nattr = 0;
    on_tag(h, &t, true);
    const char *name = span_lower(h->a, t.name).p, *stop, *behind;
    if (!literal(name, &raw))
        return after;
    stop = h->no_literal_end && !raw ? NULL : literal_end(after, end, name, &behind);
    if (!stop && !raw) {
        h->no_literal_end = true;
        return after;
    }
    text(h, after, (size_t)((stop ? stop : end) - after), raw);
    struct tag closing = {.name = t.name};
    on_tag(h, &closing, false);
    return stop ? behind : end;
}

static void
comment(struct html *h, const char *p, const char *end)
{
    if (h->info->comments.n < LISTED_TEXTS)
        spans_add(h->v->a, &h->info->comments, p, (size_t)(end - p));
}

static const char *
end_tag(struct html *h, const char *p, const char *end)
{
    struct tag t = {0};
    const char *gt = memchr(p, '>', (size_t)(end - p)), *s = p + 2;
    if (!gt)
        return NULL;
    if (s < end && isalpha((unsigned char)*s)) {
        while (s < gt && !is_space(*s))
            s++;
        t.name = (struct span){p + 2, (size_t)(s - p - 2)};
        on_tag(h, &t, false);
    } else {
        comment(h, p, gt + 1);
    }
    return gt + 1;
}

static const char *
declaration(struct html *h, const char *p, const char *end)
{
    const char *gt;
    if (!h->no_comment_end && end - p >= 4 && memcmp(p, "<!--", 4) == 0) {
        for (const char *s = p + 4; s < end && (s = memmem(s, (size_t)(end - s), "--", 2)); s++) {
            gt = blanks(s + 2, end);
            if (gt < end && *gt == '>') {
                comment(h, p, gt + 1);
                return gt + 1;
            }
        }
        h->no_comment_end = true;
    }
    gt = memchr(p, '>', (size_t)(end - p));
    if (!gt)
        return NULL;
    if (end - p > 9 && strncasecmp(p, "<!doctype", 9) == 0) {
        h->info->ntags++;
        h->info->nelements++;
    } else {
        comment(h, p, gt + 1);
    }
    return gt + 1;
}

/* Markup at "<"; NULL: it is none. */
static const char *
markup(struct html *h, const char *p, const char *end)
{
    const char *gt;
    if (end - p < 3)
        return NULL;
    if (isalpha((unsigned char)p[1]))
        return start_tag(h, p, end);
    if (p[1] == '/')
        return end_tag(h, p, end);
    if (p[1] == '!')
        return declaration(h, p, end);
    if (p[1] != '?')
        return NULL;
    gt = memchr(p, '>', (size_t)(end - p));
    return gt ? gt + 1 : NULL;
}

/* What cannot be markup, or has no end, is text. */
static void
tokens(struct html *h, const char *p, const char *end)
{
    const char *start = p, *lt;
    while (p < end && !h->no_tag_end && (lt = memchr(p, '<', (size_t)(end - p)))) {
        p = lt + 1;
        if (p == end || (!isalpha((unsigned char)*p) && !strchr("/!?", *p)))
            continue;
        if (!memchr(lt, '>', (size_t)(end - lt)))
            break;
        text(h, start, (size_t)(lt - start), false);
        start = lt;
        const char *next = markup(h, lt, end);
        if (next)
            start = p = next;
    }
    text(h, start, (size_t)(end - start), false);
}

static size_t
characters(const char *p, size_t n)
{
    size_t count = 0;
    for (size_t i = 0; i < n; i++)
        count += ((unsigned char)p[i] & 0xc0) != 0x80;
    return count;
}

void
view_html(struct view *v, struct view_part *p, const char *s, size_t n, struct buf *out)
{
    struct html h = {.v = v, .a = arena_new(), .out = out};
    struct html_info *i = p->html = h.info = arena_alloc(v->a, sizeof *i);
    names_init(&i->tags, v->a);
    names_init(&i->by_uri, v->a);
    i->length = characters(s, n);
    html_style_begin(&h.style, i);
    tokens(&h, s, s + n);
    end_anchor_text(&h);
    end_title(&h);
    i->rendered = characters(out->data ? out->data : "", out->len);
    for (size_t k = 0; k < out->len; k++) {
        unsigned char c = (unsigned char)out->data[k];
        i->non_space += (c & 0xc0) != 0x80 && !isspace(c) &&
                        !(c == 0xc2 && (unsigned char)out->data[k + 1] == 0xa0);
    }
    arena_free(&h.a);
}
