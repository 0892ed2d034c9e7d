#include "html_safe.h"
#include "css_safe.h"
#include "html.h"
#include "html_address.h"
#include "html_elements.h"
#include "html_entity.h"
#include "html_token.h"
#include "urls.h"
#include "../../common/arena.h"
#include "../../common/buf.h"
#include "../../common/link_label.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define S 1u
#define B 2u
#define T 4u
#define C 8u
#define F 16u
#define L 32u

#define LABEL 300          /* bytes of a link's text that are compared with its host */
#define LABELS (8 * LABEL) /* of links in links */
#define ALT 200
#define PIECE 4096
#define HOST 300
#define SEEN_LEAST 4 /* pictures of fewer pixels are not seen in mail programs */

static const struct element {
    const char *name;
    unsigned attributes;
} elements[] = {
#define ELEMENT(name, attributes) {name, attributes},
#include "html_safe.def"
#undef ELEMENT
};

/* What is open in the source. */
struct open {
    char name[HTML_NAME];
    unsigned flags;      /* of html_elements.h */
    const char *written; /* its name in the output; NULL: none */
    bool dark;           /* nothing inside is shown */
    const char *host;    /* of a link, "" none; NULL: it is no link */
    size_t label;        /* where its text begins in safe.label */
};

struct safe {
    struct arena *a;
    struct buf *out, *text, *value, *css;
    struct html_reader r;
    struct html_address address;
    struct html_events ev;
    struct open open[HTML_SAFE_DEPTH];
    int depth, beyond, dark, foreign;
    const char *href; /* that html_address_tag() found in this tag; NULL: none */
    const char *src, *alt;
    int links;         /* that are open: one may be in a table that is in another */
    struct buf *label; /* their text */
    bool cut;
};

/* ------------------------------------------------------------------ text */

/* Length of the character at p by RFC 3629, its code in *c; 0: none. */
static size_t
character(const unsigned char *p, size_t n, unsigned long *c)
{
    static const unsigned long least[] = {0, 0, 0x80, 0x800, 0x10000};
    size_t len = p[0] < 0x80   ? 1
                 : p[0] < 0xc2 ? 0
                 : p[0] < 0xe0 ? 2
                 : p[0] < 0xf0 ? 3
                 : p[0] < 0xf5 ? 4
                               : 0;
    if (!len || len > n)
        return 0;
    *c = len == 1 ? p[0] : p[0] & (0x7fu >> len);
    for (size_t i = 1; i < len; i++) {
        if ((p[i] & 0xc0) != 0x80)
            return 0;
        *c = *c << 6 | (p[i] & 0x3f);
    }
    return *c < least[len] || *c > 0x10ffff || (*c >= 0xd800 && *c < 0xe000) ? 0 : len;
}

/* Controls, marks that reorder text, and what is no character. */
static bool
unwanted(unsigned long c)
{
    return (c < 0x20 && c != '\t' && c != '\n') || (c >= 0x7f && c < 0xa0) ||
           (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || (c & 0xfffe) == 0xfffe ||
           (c >= 0xfdd0 && c <= 0xfdef) || c == 0xfeff;
}

/* Escaped for text and for attributes in double quotes; control characters, and those that reorder text, are left out,
 * bytes that are no UTF-8 become U+FFFD. */
static void
safe_text(struct buf *out, const char *p, size_t n)
{
    unsigned long c = 0;
    for (size_t i = 0, len; i < n; i += len ? len : 1) {
        len = character((const unsigned char *)p + i, n - i, &c);
        if (!len)
            buf_str(out, "\xef\xbf\xbd");
        else if (c == '<' || c == '>' || c == '&' || c == '"' || c == '\'' || c == '`')
            buf_printf(out, "&#%lu;", c);
        else if (!unwanted(c))
            buf_add(out, p + i, len);
    }
}

static bool
room(struct safe *w)
{
    if (w->out->len < HTML_SAFE_BYTES)
        return true;
    w->cut = true;
    return false;
}

/* In pieces that end between characters, since escapes make it longer. */
static void
escaped(struct safe *w, const char *p, size_t n)
{
    for (size_t at = 0, more; at < n && room(w); at += more) {
        more = n - at < PIECE ? n - at : PIECE;
        while (at + more < n && more > PIECE - 4 && (p[at + more] & 0xc0) == 0x80)
            more--;
        safe_text(w->out, p + at, more);
    }
}

static void
text(struct safe *w, const char *p, size_t n, bool plain)
{
    if (w->dark || !n || !room(w))
        return;
    buf_clear(w->text);
    if (plain)
        buf_add(w->text, p, n);
    else
        html_decode(w->text, p, n, false);
    escaped(w, buf_cstr(w->text), w->text->len);
    if (w->links && w->label->len < LABELS)
        buf_add(w->label, w->text->data, w->text->len < LABEL ? w->text->len : LABEL);
}

/* ------------------------------------------------------------------ open elements */

/* Where a link leads, behind it: the host, marked when its text names another one. */
static void
link_end(struct safe *w, const struct open *o)
{
    const char *label = o->label <= w->label->len ? buf_cstr(w->label) + o->label : "";
    bool differs = link_label_differs(label + strspn(label, " \t\r\n"), o->host);
    buf_str(w->out, "</span>");
    w->links--;
    if (!*o->host)
        return;
    buf_str(w->out, differs ? "<strong class=\"h d\">" : "<small class=\"h\">");
    safe_text(w->out, o->host, strnlen(o->host, HOST));
    buf_str(w->out, differs ? "</strong>" : "</small>");
}

static void
pop(struct safe *w)
{
    const struct open *o = &w->open[--w->depth];
    if (o->host)
        link_end(w, o);
    else if (o->written)
        buf_printf(w->out, "</%s>", o->written);
    w->dark -= o->dark;
    w->foreign -= strcmp(o->name, "svg") == 0 || strcmp(o->name, "math") == 0;
}

static void
close_to(struct safe *w, int depth)
{
    while (w->depth > depth)
        pop(w);
}

/* Place of the innermost one of that name, -1: none, or an element with one of the flags is in between. */
static int
find(const struct safe *w, const char *name, unsigned stop)
{
    for (int i = w->depth - 1; i >= 0; i--) {
        if (strcmp(w->open[i].name, name) == 0)
            return i;
        if (w->open[i].flags & stop)
            return -1;
    }
    return -1;
}

static void
close_open(struct safe *w, const char *name, unsigned stop)
{
    int at = find(w, name, stop);
    if (at >= 0)
        close_to(w, at);
}

/* Elements that end where this one begins. */
static void
close_before(struct safe *w, const char *name, unsigned flags)
{
    static const char *const parts[] = {"td", "th", "caption", "tr", "tbody", "thead", "tfoot"};
    size_t n = !strcmp(name, "td") || !strcmp(name, "th") ? 3 : !strcmp(name, "tr") ? 4 : 7;
    if (w->foreign && (flags & HTML_BREAKOUT))
        close_open(w, find(w, "svg", 0) > find(w, "math", 0) ? "svg" : "math", 0);
    if (flags & HTML_CLOSES_P)
        close_open(w, "p", HTML_SCOPE);
    if (strcmp(name, "li") == 0 && find(w, "li", HTML_SCOPE) > find(w, "ul", HTML_SCOPE) &&
        find(w, "li", HTML_SCOPE) > find(w, "ol", HTML_SCOPE))
        close_open(w, "li", HTML_SCOPE);
    if (strcmp(name, "dt") == 0 || strcmp(name, "dd") == 0) {
        close_open(w, "dt", HTML_SCOPE);
        close_open(w, "dd", HTML_SCOPE);
    }
    if (strcmp(name, "a") == 0)
        close_open(w, "a", HTML_SCOPE);
    if ((flags & HTML_TABLE) && strcmp(name, "table") != 0)
        for (size_t i = 0; i < n; i++)
            if (find(w, parts[i], 0) > find(w, "table", 0))
                close_open(w, parts[i], 0);
}

static void
push(struct safe *w, const struct html_token *t, struct open o)
{
    memcpy(o.name, t->name, sizeof o.name);
    w->open[w->depth++] = o;
    w->dark += o.dark;
    w->foreign += strcmp(o.name, "svg") == 0 || strcmp(o.name, "math") == 0;
}

/* ------------------------------------------------------------------ attributes */

static const char *
value(struct safe *w, const struct html_token *t, enum html_attribute which)
{
    return t->at[which].set ? html_value(t, which, w->value) : "";
}

/* One of "|a|b|", in any case. */
static void
word(struct safe *w, const struct html_token *t, enum html_attribute which, const char *name,
     const char *words)
{
    const char *v = value(w, t, which);
    size_t n = strlen(v), len;
    for (const char *p = words; n && p[1]; p += 1 + len) {
        len = strcspn(p + 1, "|");
        if (len == n && strncasecmp(p + 1, v, n) == 0)
            buf_printf(w->out, " %s=\"%.*s\"", name, (int)len, p + 1);
    }
}

/* A whole number, or with percent one up to 100%. */
static void
number(struct safe *w, const struct html_token *t, enum html_attribute which, const char *name,
       long most, bool percent)
{
    const char *v = value(w, t, which);
    char *end;
    if (*v < '0' || *v > '9')
        return;
    long n = strtol(v, &end, 10);
    if (*end == '%' ? percent && n <= 100 : n <= most)
        buf_printf(w->out, " %s=\"%ld%s\"", name, n, *end == '%' ? "%" : "");
}

static void
color(struct safe *w, const struct html_token *t, enum html_attribute which, const char *name)
{
    buf_clear(w->css);
    css_safe_color(w->css, value(w, t, which));
    if (w->css->len)
        buf_printf(w->out, " %s=\"%s\"", name, w->css->data);
}

static void
style(struct safe *w, const struct html_token *t)
{
    const char *v = value(w, t, HTML_A_style);
    size_t before = w->out->len, start;
    if (!*v)
        return;
    buf_str(w->out, " style=\"");
    start = w->out->len;
    css_safe(w->out, w->css, v, w->value->len);
    if (w->out->len > start) {
        buf_char(w->out, '"');
        return;
    }
    w->out->len = before;
    w->out->data[before] = '\0';
}

static void
attributes(struct safe *w, const struct html_token *t, unsigned which)
{
    if (which & S) {
        word(w, t, HTML_A_dir, "dir", "|ltr|rtl|auto|");
        style(w, t);
    }
    if (which & B) {
        word(w, t, HTML_A_align, "align", "|left|center|right|justify|");
        word(w, t, HTML_A_valign, "valign", "|top|middle|bottom|baseline|");
        color(w, t, HTML_A_bgcolor, "bgcolor");
        number(w, t, HTML_A_width, "width", 2000, true);
        number(w, t, HTML_A_height, "height", 2000, false);
    }
    if (which & T) {
        number(w, t, HTML_A_border, "border", 20, false);
        number(w, t, HTML_A_cellpadding, "cellpadding", 100, false);
        number(w, t, HTML_A_cellspacing, "cellspacing", 100, false);
    }
    if (which & C) {
        number(w, t, HTML_A_colspan, "colspan", 100, false);
        number(w, t, HTML_A_rowspan, "rowspan", 500, false);
    }
    if (which & F) {
        color(w, t, HTML_A_color, "color");
        number(w, t, HTML_A_size, "size", 7, false);
    }
    if (which & L)
        number(w, t, HTML_A_start, "start", 100000, false);
}

/* ------------------------------------------------------------------ tags */

static void
on_link(void *ctx, const char *href)
{
    struct safe *w = ctx;
    w->href = href ? arena_strndup(w->a, href, HTML_VALUE) : NULL;
}

static void
on_image(void *ctx, const char *src, const char *alt)
{
    struct safe *w = ctx;
    w->src = arena_strndup(w->a, src, HTML_VALUE);
    w->alt = arena_strndup(w->a, alt, ALT);
}

/* A box with what the picture is said to be, and from where it would have been loaded. */
static void
picture(struct safe *w, const struct html_token *t)
{
    const char *width = value(w, t, HTML_A_width);
    bool unseen = *width >= '0' && *width <= '9' && !strchr(width, '%') && atol(width) < SEEN_LEAST;
    const char *height = value(w, t, HTML_A_height);
    unseen |= *height >= '0' && *height <= '9' && !strchr(height, '%') && atol(height) < SEEN_LEAST;
    if (unseen || !w->src)
        return;
    const char *host = url_host(w->a, w->src), *slash = strrchr(w->src, '/');
    const char *name = *w->alt ? w->alt : slash && *host ? slash + 1 : "";
    buf_str(w->out, "<span class=\"p\">");
    safe_text(w->out, name, strcspn(name, "?#"));
    if (*host) {
        buf_str(w->out, "<small class=\"h\">");
        safe_text(w->out, host, strnlen(host, HOST));
        buf_str(w->out, "</small>");
    }
    buf_str(w->out, "</span>");
}

static void
element(struct safe *w, const struct html_token *t, unsigned flags)
{
    const struct element *e = NULL;
    for (size_t i = 0; i < sizeof elements / sizeof *elements && !e; i++)
        if (strcmp(elements[i].name, t->name) == 0)
            e = &elements[i];
    if (!e || !room(w))
        return;
    if (!(flags & HTML_VOID) && w->depth == HTML_SAFE_DEPTH) {
        w->beyond++;
        return;
    }
    if (!w->dark) {
        buf_printf(w->out, "<%s", e->name);
        attributes(w, t, e->attributes);
        buf_char(w->out, '>');
    }
    if (!(flags & HTML_VOID))
        push(w, t, (struct open){.flags = flags, .written = w->dark ? NULL : e->name});
}

static void
link_begin(struct safe *w, const struct html_token *t)
{
    if (w->depth == HTML_SAFE_DEPTH || w->dark || !room(w))
        return;
    buf_str(w->out, "<span class=\"k\">");
    if (!w->links++)
        buf_clear(w->label);
    push(w, t, (struct open){.host = url_host(w->a, w->href), .label = w->label->len});
}

static void
raw_content(struct safe *w, const struct html_token *t, unsigned flags)
{
    const char *p;
    size_t n;
    bool shown = (flags & HTML_RAW_SHOWN) && !w->dark && room(w);
    html_raw(&w->r, t->name, &p, &n);
    if (!shown)
        return;
    buf_str(w->out, "<pre>");
    text(w, p, n, strcmp(t->name, "xmp") == 0);
    buf_str(w->out, "</pre>");
}

static void
start_tag(struct safe *w, const struct html_token *t)
{
    unsigned flags = html_element(t->name);
    bool foreign = strcmp(t->name, "svg") == 0 || strcmp(t->name, "math") == 0;
    close_before(w, t->name, flags);
    w->href = w->src = NULL;
    html_address_tag(&w->address, t);
    if (strcmp(t->name, "plaintext") == 0) {
        text(w, w->r.p, (size_t)(w->r.end - w->r.p), true);
        w->r.p = w->r.end;
    } else if (!w->foreign && (flags & (HTML_RAW | HTML_RAW_SHOWN))) {
        raw_content(w, t, flags);
    } else if (foreign || (flags & HTML_UNSEEN)) {
        if (t->self_closing && foreign)
            return;
        if (w->depth < HTML_SAFE_DEPTH)
            push(w, t, (struct open){.flags = flags, .dark = true});
        else
            w->beyond++;
    } else if (strcmp(t->name, "a") == 0) {
        if (w->href)
            link_begin(w, t);
    } else if (w->src) {
        if (!w->dark && room(w))
            picture(w, t);
    } else {
        element(w, t, flags);
    }
}

static void
end_tag(struct safe *w, const struct html_token *t)
{
    unsigned flags = html_element(t->name);
    int at = find(w, t->name, flags & HTML_TABLE ? 0 : HTML_SCOPE);
    if (w->beyond > 0 && at < 0) {
        w->beyond--;
        return;
    }
    if (at < 0 || ((flags & HTML_TABLE) && at < find(w, "table", 0)))
        return;
    close_to(w, at);
}

static void
run(struct safe *w)
{
    struct html_token t;
    for (bool more = true; more && room(w);) {
        w->r.foreign = w->foreign > 0;
        html_next(&w->r, &t);
        more = t.kind != HTML_DONE;
        if (t.kind == HTML_TEXT)
            text(w, t.p, t.n, t.plain);
        else if (t.kind == HTML_START)
            start_tag(w, &t);
        else if (t.kind == HTML_END)
            end_tag(w, &t);
    }
    close_to(w, 0);
}

bool
html_safe(struct buf *out, const char *p, size_t n)
{
    struct arena *mine = arena_new();
    struct safe *w = arena_calloc(mine, 1, sizeof *w);
    bool cut;
    w->a = mine;
    w->out = out;
    w->text = buf_new(mine, 0);
    w->value = buf_new(mine, 0);
    w->css = buf_new(mine, 0);
    w->label = buf_new(mine, 0);
    w->r = (struct html_reader){.p = p, .end = p + n};
    w->ev = (struct html_events){w, NULL, NULL, on_link, on_image, NULL};
    buf_add(out, "", 0);
    html_address_init(&w->address, mine, &w->ev);
    run(w);
    cut = w->cut;
    arena_free(&mine);
    return !cut;
}

bool
html_safe_plain(struct buf *out, const char *p, size_t n)
{
    struct safe w = {.out = out, .text = NULL};
    if (!room(&w))
        return false;
    buf_str(out, "<div class=\"t\">");
    escaped(&w, p, n);
    buf_str(out, "</div>");
    return !w.cut;
}
