#include "html.h"
#include "css_sheet.h"
#include "html_address.h"
#include "html_elements.h"
#include "html_entity.h"
#include "html_look.h"
#include "html_token.h"
#include "../../common/arena.h"
#include "../../common/buf.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

/* An element that is open. */
struct open {
    char name[HTML_NAME];
    unsigned flags;
    uint32_t hash;
    struct html_look look;
    struct css_element element;
};

struct walk {
    const struct html_events *ev;
    struct html_details *details;
    struct arena *a;
    struct html_reader r;
    struct buf *text, *value, *css;
    struct css_sheet *sheet;
    struct html_address address;
    struct open open[HTML_DEPTH];
    int depth, floor;    /* open elements; those below floor stay open */
    int beyond;          /* elements further inside, that have no place */
    int foreign;         /* open <svg> and <math> */
    enum html_hiding in; /* a conditional comment */
};

static const struct html_look *
look_of(const struct walk *w, int depth)
{
    return depth > 0 ? &w->open[depth - 1].look : &html_look_plain;
}

/* Text and other elements directly in a table stand before it (HTML standard, "foster parenting"). */
static int
parent_of(const struct walk *w, unsigned flags)
{
    int i = w->depth;
    if ((flags & HTML_TABLE) || i == 0)
        return i;
    const struct open *top = &w->open[i - 1];
    if (!(top->flags & HTML_TABLE) || strcmp(top->name, "td") == 0 ||
        strcmp(top->name, "th") == 0 || strcmp(top->name, "caption") == 0)
        return i;
    while (i > 0 && strcmp(w->open[i - 1].name, "table") != 0)
        i--;
    return i > 0 ? i - 1 : w->depth;
}

/* ------------------------------------------------------------------ text */

static void
emit(struct walk *w, const char *p, size_t n, bool plain)
{
    int parent;
    enum html_hiding how;
    bool shown = false;
    if (!w->ev->text || !n)
        return;
    buf_clear(w->text);
    if (plain)
        buf_add(w->text, p, n);
    else
        html_decode(w->text, p, n, false);
    for (size_t i = 0; i < w->text->len && !shown; i++)
        shown = !isspace((unsigned char)w->text->data[i]);
    parent = shown ? parent_of(w, 0) : w->depth;
    how = w->in ? w->in : html_look_hides(look_of(w, parent));
    if (!how && look_of(w, parent)->outlook_hides)
        how = HTML_OUTLOOK_HIDES;
    if (w->details)
        w->details->how = how;
    if (w->text->len)
        w->ev->text(w->ev->ctx, buf_cstr(w->text), w->text->len, how && how != HTML_OUTLOOK_HIDES);
}

static void
line_end(struct walk *w)
{
    if (w->ev->block)
        w->ev->block(w->ev->ctx);
}

/* ------------------------------------------------------------------ open elements */

static uint32_t
hash(const char *s)
{
    uint32_t h = 2166136261u;
    for (; *s; s++)
        h = (h ^ (unsigned char)*s) * 16777619u;
    return h;
}

static bool
is_foreign(const char *name)
{
    return strcmp(name, "svg") == 0 || strcmp(name, "math") == 0;
}

static void
close_to(struct walk *w, int depth)
{
    while (w->depth > depth)
        w->foreign -= is_foreign(w->open[--w->depth].name);
    w->beyond = 0;
}

/* Depth below the innermost element of that name, -1 when there is none this side of one with a flag of stop. */
static int
find_open(const struct walk *w, const char *name, unsigned stop)
{
    uint32_t h = hash(name);
    for (int i = w->depth - 1; i >= w->floor; i--) {
        const struct open *o = &w->open[i];
        if (o->hash == h && strcmp(o->name, name) == 0)
            return i;
        if (o->flags & stop)
            return -1;
    }
    return -1;
}

static void
close_open(struct walk *w, const char *name, unsigned stop)
{
    int depth = find_open(w, name, stop);
    if (depth >= 0)
        close_to(w, depth);
}

/* Start tags that end others before them. */
static void
close_before(struct walk *w, const char *name, unsigned flags)
{
    static const char *const ends[][3] = {
        {"li", "li"}, {"dd", "dd", "dt"}, {"dt", "dd", "dt"}, {"option", "option"}};
    static const char *const cells[] = {"td", "th", "caption"};
    if (flags & HTML_CLOSES_P)
        close_open(w, "p", HTML_SCOPE);
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        for (int k = 1; k < 3 && ends[i][k] && strcmp(name, ends[i][0]) == 0; k++)
            if (find_open(w, "ul", HTML_SCOPE) < find_open(w, ends[i][k], HTML_SCOPE) &&
                find_open(w, "ol", HTML_SCOPE) < find_open(w, ends[i][k], HTML_SCOPE))
                close_open(w, ends[i][k], HTML_SCOPE);
    if (!(flags & HTML_TABLE) || strcmp(name, "table") == 0)
        return;
    int table = find_open(w, "table", 0);
    for (int i = 0; i < 3; i++)
        if (find_open(w, cells[i], 0) > table)
            close_open(w, cells[i], 0);
    if (strcmp(name, "td") == 0 || strcmp(name, "th") == 0)
        return;
    if (find_open(w, "tr", 0) > table)
        close_open(w, "tr", 0);
    if (strcmp(name, "tr") == 0)
        return;
    static const char *const groups[] = {"tbody", "thead", "tfoot"};
    for (int i = 0; i < 3; i++)
        if (find_open(w, groups[i], 0) > table)
            close_open(w, groups[i], 0);
}

static const char *
lowered(struct walk *w, const struct html_token *t, enum html_attribute which)
{
    if (!t->at[which].set)
        return "";
    char *s = arena_strndup(w->a, html_value(t, which, w->value), 500);
    for (char *c = s; *c; c++)
        *c = (char)tolower((unsigned char)*c);
    return s;
}

/* Rules of style sheets, then the element's own style. */
static int
styles_of(struct walk *w, const struct html_token *t, struct open *o, struct css_block *blocks,
          struct css_declaration *list)
{
    const struct css_element *path[HTML_DEPTH];
    int n = 0;
    if (css_sheet_any(w->sheet)) {
        o->element =
            (struct css_element){o->name, lowered(w, t, HTML_A_class), lowered(w, t, HTML_A_id)};
        for (int i = 0; i <= w->depth; i++)
            path[i] = &w->open[i].element;
        n = css_sheet_match(w->sheet, path, w->depth + 1, blocks);
    }
    if (t->at[HTML_A_style].set) {
        const char *style = html_value(t, HTML_A_style, w->value);
        blocks[n] = (struct css_block){list, css_read(w->css, style, w->value->len, list)};
        n++;
    }
    return n;
}

static void
push(struct walk *w, const struct html_token *t, unsigned flags)
{
    struct css_block blocks[CSS_MATCHES + 1];
    struct css_declaration list[CSS_DECLARATIONS]; /* of the element itself */
    if (w->depth == HTML_DEPTH) {
        w->beyond++;
        return;
    }
    struct open *o = &w->open[w->depth];
    *o = (struct open){.flags = flags, .hash = hash(t->name), .element = {"", "", ""}};
    memcpy(o->name, t->name, sizeof o->name);
    o->element.name = o->name;
    o->look = *look_of(w, parent_of(w, flags));
    html_look_apply(&o->look, t, blocks, styles_of(w, t, o, blocks, list), w->value);
    if (flags & HTML_UNSEEN)
        o->look.hides = HTML_NO_CONTENT;
    w->foreign += is_foreign(o->name);
    w->depth++;
}

/* ------------------------------------------------------------------ tags */

static void
raw_content(struct walk *w, const struct html_token *t, unsigned flags)
{
    const char *p;
    size_t n;
    enum html_hiding outside = w->in;
    html_raw(&w->r, t->name, &p, &n);
    if (strcmp(t->name, "style") == 0) {
        css_sheet_read(w->sheet, p, n);
        html_address_css(&w->address, p, n);
    } else if (flags & HTML_RAW_SHOWN) {
        emit(w, p, n, strcmp(t->name, "xmp") == 0);
        if (flags & HTML_LINE)
            line_end(w);
    } else if (strcmp(t->name, "script") != 0 && strcmp(t->name, "title") != 0) {
        w->in = outside ? outside : HTML_NO_CONTENT;
        emit(w, p, n, true);
        w->in = outside;
    }
}

static void
start_tag(struct walk *w, const struct html_token *t)
{
    unsigned flags = html_element(t->name);
    bool again = (strcmp(t->name, "body") == 0 || strcmp(t->name, "html") == 0) &&
                 find_open(w, t->name, 0) >= 0;
    if (w->foreign && (flags & HTML_BREAKOUT))
        close_open(w, find_open(w, "svg", 0) > find_open(w, "math", 0) ? "svg" : "math", 0);
    close_before(w, t->name, flags);
    if ((flags & HTML_LINE) && !(flags & HTML_FORMAT))
        line_end(w);
    if (!flags && !w->foreign && !strchr(t->name, ':') && w->details && w->details->unknown_tag)
        w->details->unknown_tag(w->details->ctx);
    html_address_tag(&w->address, t);
    if (strcmp(t->name, "plaintext") == 0) {
        emit(w, w->r.p, (size_t)(w->r.end - w->r.p), true);
        w->r.p = w->r.end;
    } else if (!w->foreign && (flags & (HTML_RAW | HTML_RAW_SHOWN))) {
        raw_content(w, t, flags);
    } else if (!(flags & HTML_VOID) && !again && !(t->self_closing && w->foreign)) {
        push(w, t, flags);
    }
}

static void
end_tag(struct walk *w, const struct html_token *t)
{
    unsigned flags = html_element(t->name), stop = HTML_SPECIAL;
    if (flags & HTML_LINE)
        line_end(w);
    if (strcmp(t->name, "a") == 0 && w->ev->link)
        w->ev->link(w->ev->ctx, NULL);
    if (w->beyond > 0) {
        w->beyond--;
        return;
    }
    if (strcmp(t->name, "body") == 0 || strcmp(t->name, "html") == 0)
        return; /* what follows is shown there all the same */
    if (strcmp(t->name, "table") == 0)
        stop = 0;
    else if (flags & HTML_TABLE)
        stop = 0;
    else if (flags & (HTML_SPECIAL | HTML_FORMAT))
        stop = HTML_SCOPE;
    int depth = find_open(w, t->name, stop);
    if (depth >= 0 && (!(flags & HTML_TABLE) || depth >= find_open(w, "table", 0)))
        close_to(w, depth);
}

static void
meta_charset(struct walk *w, const struct html_token *t)
{
    const char *value, *mark;
    if (!w->details || !w->details->charset || strcmp(t->name, "meta") != 0)
        return;
    if (t->at[HTML_A_charset].set) {
        w->details->charset(w->details->ctx, html_value(t, HTML_A_charset, w->value));
        return;
    }
    value = html_value(t, HTML_A_http_equiv, w->value);
    if (strcasecmp(value, "content-type") != 0)
        return;
    value = html_value(t, HTML_A_content, w->value);
    if (!(mark = strcasestr(value, "charset=")))
        return;
    mark += 8 + strspn(mark + 8, " \t\"'");
    w->details->charset(w->details->ctx, arena_strndup(w->a, mark, strcspn(mark, " \t\"';")));
}

static void run(struct walk *w);

/* "<!--[if mso]> ... <![endif]-->": Outlook reads it, and nobody else does. */
static void
comment(struct walk *w, const struct html_token *t)
{
    const char *p = t->p, *end = t->p + t->n, *close;
    while (p < end && isspace((unsigned char)*p))
        p++;
    if (end - p > 4 && strncasecmp(p, "[if", 3) == 0 && !w->in &&
        (close = memmem(p, (size_t)(end - p), "]>", 2))) {
        struct html_reader outside = w->r;
        int depth = w->depth, floor = w->floor, beyond = w->beyond;
        w->r = (struct html_reader){.p = close + 2, .end = end};
        w->floor = depth;
        w->in = HTML_OUTLOOK_ONLY;
        run(w);
        close_to(w, depth);
        w->in = HTML_SHOWN;
        w->floor = floor;
        w->beyond = beyond;
        w->r = outside;
    } else if (w->details && w->details->comment) {
        w->details->comment(w->details->ctx);
    }
}

static void
run(struct walk *w)
{
    struct html_token t;
    for (;;) {
        w->r.foreign = w->foreign > 0;
        html_next(&w->r, &t);
        switch (t.kind) {
        case HTML_TEXT:
            emit(w, t.p, t.n, t.plain);
            break;
        case HTML_START:
            start_tag(w, &t);
            meta_charset(w, &t);
            break;
        case HTML_END:
            end_tag(w, &t);
            break;
        case HTML_COMMENT:
            comment(w, &t);
            break;
        case HTML_DONE:
            return;
        }
    }
}

void
html_walk_details(struct arena *a, const char *p, size_t n, const struct html_events *ev,
                  struct html_details *details)
{
    struct walk *w = arena_alloc(a, sizeof *w);
    w->ev = ev;
    w->details = details;
    w->a = a;
    w->r = (struct html_reader){.p = p, .end = p + n};
    w->text = buf_new(a, 0);
    w->value = buf_new(a, 0);
    w->css = buf_new(a, 0);
    w->sheet = css_sheet_new(a);
    html_address_init(&w->address, a, ev);
    run(w);
}

void
html_walk(struct arena *a, const char *p, size_t n, const struct html_events *ev)
{
    html_walk_details(a, p, n, ev, NULL);
}
