#include "html.h"
#include "../../common/arena.h"
#include "../../common/buf.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define HIDDEN_DEPTH 200
#define ATTRIBUTES 40
#define VALUE_MAX 8192

struct attribute {
    char name[32];
    const char *value;
    size_t len;
};

struct walk {
    const struct html_events *ev;
    const char *p, *end;
    struct buf *text, *value, *second;
    int hidden;                        /* depth below a hidden element, 0 = shown */
    char hidden_tag[HIDDEN_DEPTH][16]; /* open elements since then */
    struct attribute attributes[ATTRIBUTES];
    int nattributes;
};

/* ------------------------------------------------------------------ entities */

static void
put_code(struct buf *b, unsigned long c)
{
    char u[4];
    if (c == 0 || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
        c = 0xfffd;
    if (c < 0x80) {
        buf_char(b, (char)c);
    } else if (c < 0x800) {
        u[0] = (char)(0xc0 | c >> 6), u[1] = (char)(0x80 | (c & 63));
        buf_add(b, u, 2);
    } else if (c < 0x10000) {
        u[0] = (char)(0xe0 | c >> 12), u[1] = (char)(0x80 | (c >> 6 & 63)),
        u[2] = (char)(0x80 | (c & 63));
        buf_add(b, u, 3);
    } else {
        u[0] = (char)(0xf0 | c >> 18), u[1] = (char)(0x80 | (c >> 12 & 63)),
        u[2] = (char)(0x80 | (c >> 6 & 63));
        u[3] = (char)(0x80 | (c & 63));
        buf_add(b, u, 4);
    }
}

static const struct {
    const char *name;
    unsigned code;
} entities[] = {
    {"amp", '&'},      {"lt", '<'},       {"gt", '>'},       {"quot", '"'},      {"apos", '\''},
    {"nbsp", ' '},     {"copy", 0xa9},    {"reg", 0xae},     {"hellip", 0x2026}, {"ndash", 0x2013},
    {"mdash", 0x2014}, {"lsquo", 0x2018}, {"rsquo", 0x2019}, {"ldquo", 0x201c},  {"rdquo", 0x201d},
    {"bull", 0x2022},  {"middot", 0xb7},  {"euro", 0x20ac},  {"pound", 0xa3},    {"yen", 0xa5},
    {"trade", 0x2122}, {"auml", 0xe4},    {"ouml", 0xf6},    {"uuml", 0xfc},     {"Auml", 0xc4},
    {"Ouml", 0xd6},    {"Uuml", 0xdc},    {"szlig", 0xdf},   {"eacute", 0xe9},   {"egrave", 0xe8},
    {"agrave", 0xe0},  {"ccedil", 0xe7},  {"ntilde", 0xf1},  {"zwnj", 0x200c},   {"zwj", 0x200d},
    {"shy", 0xad},     {"colon", ':'},    {"sol", '/'},      {"period", '.'},    {"commat", '@'},
    {"lpar", '('},     {"rpar", ')'},     {"Tab", ' '},      {"NewLine", ' '}};

/* The entity at p ("&..."): writes it, returns its length, or 0 when it is none. */
static size_t
entity(struct buf *b, const char *p, const char *end)
{
    size_t left = (size_t)(end - p), n = 1;
    if (left > 2 && p[1] == '#') {
        bool hex = p[2] == 'x' || p[2] == 'X';
        unsigned long c = 0;
        for (n = hex ? 3 : 2; n < left && n < 12; n++) {
            int d = isdigit((unsigned char)p[n])           ? p[n] - '0'
                    : hex && isxdigit((unsigned char)p[n]) ? tolower((unsigned char)p[n]) - 'a' + 10
                                                           : -1;
            if (d < 0)
                break;
            c = c * (hex ? 16 : 10) + (unsigned long)d;
        }
        if (n == (hex ? 3u : 2u))
            return 0;
        put_code(b, c);
        return n < left && p[n] == ';' ? n + 1 : n;
    }
    while (n < left && n < 12 && isalnum((unsigned char)p[n]))
        n++;
    for (size_t i = 0; i < sizeof entities / sizeof *entities; i++) {
        if (strlen(entities[i].name) == n - 1 && strncmp(entities[i].name, p + 1, n - 1) == 0) {
            put_code(b, entities[i].code);
            return n < left && p[n] == ';' ? n + 1 : n;
        }
    }
    return 0;
}

/* In b, which is emptied first: big parts have very many pieces. */
static const char *
decoded(struct buf *b, const char *p, size_t n)
{
    const char *end = p + n;
    buf_clear(b);
    while (p < end) {
        const char *amp = memchr(p, '&', (size_t)(end - p));
        size_t plain = amp ? (size_t)(amp - p) : (size_t)(end - p), used;
        buf_add(b, p, plain);
        p += plain;
        if (p == end)
            break;
        if ((used = entity(b, p, end)))
            p += used;
        else
            buf_char(b, *p++);
    }
    return buf_cstr(b);
}

/* ------------------------------------------------------------------ tags */

static void
skip_space(struct walk *w)
{
    while (w->p < w->end && (isspace((unsigned char)*w->p) || *w->p == '/'))
        w->p++;
}

static void
read_value(struct walk *w, struct attribute *at)
{
    w->p++; /* = */
    while (w->p < w->end && isspace((unsigned char)*w->p))
        w->p++;
    if (w->p == w->end)
        return;
    if (*w->p == '"' || *w->p == '\'') {
        const char *start = w->p + 1, *close = memchr(start, *w->p, (size_t)(w->end - start));
        at->value = start;
        at->len = close ? (size_t)(close - start) : (size_t)(w->end - start);
        w->p = close ? close + 1 : w->end;
        return;
    }
    at->value = w->p;
    while (w->p < w->end && !isspace((unsigned char)*w->p) && *w->p != '>')
        w->p++;
    at->len = (size_t)(w->p - at->value);
}

static void
read_attributes(struct walk *w)
{
    w->nattributes = 0;
    for (;;) {
        struct attribute at = {.value = ""};
        size_t n = 0;
        skip_space(w);
        if (w->p == w->end || *w->p == '>')
            break;
        const char *before = w->p;
        while (w->p < w->end && !isspace((unsigned char)*w->p) && !strchr("=>/", *w->p)) {
            if (n < sizeof at.name - 1)
                at.name[n++] = (char)tolower((unsigned char)*w->p);
            w->p++;
        }
        while (w->p < w->end && isspace((unsigned char)*w->p))
            w->p++;
        if (w->p < w->end && *w->p == '=')
            read_value(w, &at);
        if (w->nattributes < ATTRIBUTES)
            w->attributes[w->nattributes++] = at;
        if (w->p == before)
            w->p++;
    }
    if (w->p < w->end)
        w->p++; /* > */
}

static const struct attribute *
attribute(const struct walk *w, const char *name)
{
    for (int i = 0; i < w->nattributes; i++) /* the first one counts, as in browsers */
        if (strcmp(w->attributes[i].name, name) == 0)
            return &w->attributes[i];
    return NULL;
}

static const char *
value(struct walk *w, struct buf *b, const char *name)
{
    const struct attribute *at = attribute(w, name);
    return at ? decoded(b, at->value, at->len > VALUE_MAX ? VALUE_MAX : at->len) : "";
}

static bool
in_list(const char *tag, const char *const *list)
{
    for (; *list; list++)
        if (strcmp(tag, *list) == 0)
            return true;
    return false;
}

static bool
is_hidden(struct walk *w)
{
    static const char *const marks[] = {"display:none",  "visibility:hidden", "font-size:0;",
                                        "font-size:0px", "font-size:0p",      "opacity:0;",
                                        "max-height:0",  "mso-hide:all",      NULL};
    if (attribute(w, "hidden"))
        return true;
    const struct attribute *style = attribute(w, "style");
    if (!style)
        return false;
    char flat[512];
    size_t n = 0;
    for (size_t i = 0; i < style->len && n < sizeof flat - 2; i++)
        if (!isspace((unsigned char)style->value[i]))
            flat[n++] = (char)tolower((unsigned char)style->value[i]);
    flat[n++] = ';';
    flat[n] = '\0';
    for (int i = 0; marks[i]; i++)
        if (strstr(flat, marks[i]))
            return true;
    return false;
}

static const char *const voids[] = {"area",  "base",   "br",    "col",  "embed",
                                    "hr",    "img",    "input", "link", "meta",
                                    "param", "source", "track", "wbr",  NULL};
static const char *const blocks[] = {
    "p",       "div",    "br",     "tr", "li", "h1",         "h2",  "h3", "h4",
    "h5",      "h6",     "table",  "ul", "ol", "blockquote", "pre", "hr", "section",
    "article", "header", "footer", "td", "th", "dd",         "dt",  NULL};
static const char *const raws[] = {"script", "style", "title", "template", NULL};

/* Leaves the hidden element when its end tag comes. */
static void
track_hidden(struct walk *w, const char *tag, bool closing, bool hides)
{
    if (w->hidden == 0 && !closing && hides && !in_list(tag, voids)) {
        w->hidden = 1;
        memcpy(w->hidden_tag[0], tag, 16);
    } else if (w->hidden && !closing && !in_list(tag, voids) && w->hidden < HIDDEN_DEPTH) {
        memcpy(w->hidden_tag[w->hidden++], tag, 16);
    } else if (w->hidden && closing) {
        for (int i = w->hidden - 1; i >= 0; i--) {
            if (strcmp(w->hidden_tag[i], tag) == 0) {
                w->hidden = i;
                break;
            }
        }
    }
}

/* Contents of script, style ... up to the end tag: never text. */
static void
skip_raw(struct walk *w, const char *tag)
{
    size_t n = strlen(tag);
    while (w->p < w->end) {
        const char *lt = memchr(w->p, '<', (size_t)(w->end - w->p));
        if (!lt || (size_t)(w->end - lt) < n + 2) {
            w->p = w->end;
            return;
        }
        w->p = lt + 1;
        if (lt[1] == '/' && strncasecmp(lt + 2, tag, n) == 0) {
            const char *gt = memchr(lt, '>', (size_t)(w->end - lt));
            w->p = gt ? gt + 1 : w->end;
            return;
        }
    }
}

static void
report_addresses(struct walk *w, const char *name)
{
    static const char *const others[] = {"href",       "src",        "action",  "background",
                                         "formaction", "poster",     "data",    "cite",
                                         "srcset",     "xlink:href", "content", NULL};
    const struct html_events *ev = w->ev;
    bool link = strcmp(name, "a") == 0 || strcmp(name, "area") == 0;
    if (link && attribute(w, "href") && ev->link) {
        ev->link(ev->ctx, value(w, w->value, "href"));
    } else if (strcmp(name, "form") == 0 && attribute(w, "action") && ev->link) {
        ev->link(ev->ctx, value(w, w->value, "action"));
        ev->link(ev->ctx, NULL);
    } else if (strcmp(name, "img") == 0 && ev->image) {
        ev->image(ev->ctx, value(w, w->value, "src"), value(w, w->second, "alt"));
    } else if (ev->other) {
        for (int i = 0; i < w->nattributes; i++)
            if (in_list(w->attributes[i].name, others))
                ev->other(ev->ctx, value(w, w->value, w->attributes[i].name));
    }
}

static void
tag(struct walk *w)
{
    char name[16] = "";
    bool closing = w->p < w->end && *w->p == '/';
    size_t n = 0;
    if (closing)
        w->p++;
    while (w->p < w->end && (isalnum((unsigned char)*w->p) || *w->p == ':' || *w->p == '-')) {
        if (n < sizeof name - 1)
            name[n++] = (char)tolower((unsigned char)*w->p);
        w->p++;
    }
    read_attributes(w);
    const struct html_events *ev = w->ev;
    track_hidden(w, name, closing, !closing && is_hidden(w));
    if (in_list(name, blocks) && ev->block)
        ev->block(ev->ctx);
    if (closing) {
        if (strcmp(name, "a") == 0 && ev->link)
            ev->link(ev->ctx, NULL);
        return;
    }
    report_addresses(w, name);
    if (in_list(name, raws))
        skip_raw(w, name);
}

/* p stands behind "<!--". Browsers end a comment at "-->" and "--!>", and at once at ">" and "->".
 */
static const char *
comment_end(const char *p, const char *end)
{
    if (p < end && *p == '>')
        return p + 1;
    if (end - p >= 2 && p[0] == '-' && p[1] == '>')
        return p + 2;
    while (p < end && (p = memmem(p, (size_t)(end - p), "--", 2))) {
        if (end - p >= 3 && p[2] == '>')
            return p + 3;
        if (end - p >= 4 && p[2] == '!' && p[3] == '>')
            return p + 4;
        p++;
    }
    return end;
}

static void
markup(struct walk *w)
{
    size_t left = (size_t)(w->end - w->p);
    if (left >= 3 && memcmp(w->p, "!--", 3) == 0) {
        w->p = comment_end(w->p + 3, w->end);
    } else if (left && (*w->p == '!' || *w->p == '?')) {
        const char *close = memchr(w->p, '>', left);
        w->p = close ? close + 1 : w->end;
    } else if (left && (isalpha((unsigned char)*w->p) ||
                        (*w->p == '/' && left > 1 && isalpha((unsigned char)w->p[1])))) {
        tag(w);
    } else if (w->ev->text) { /* a lone < is text */
        w->ev->text(w->ev->ctx, "<", 1, w->hidden > 0);
    }
}

void
html_walk(struct arena *a, const char *p, size_t n, const struct html_events *ev)
{
    struct walk *w = arena_alloc(a, sizeof *w);
    *w = (struct walk){.ev = ev, .p = p, .end = p + n};
    w->text = buf_new(a, 0);
    w->value = buf_new(a, 0);
    w->second = buf_new(a, 0);
    while (w->p < w->end) {
        const char *lt = memchr(w->p, '<', (size_t)(w->end - w->p));
        size_t plain = lt ? (size_t)(lt - w->p) : (size_t)(w->end - w->p);
        if (plain && ev->text) {
            const char *t = decoded(w->text, w->p, plain);
            ev->text(ev->ctx, t, w->text->len, w->hidden > 0);
        }
        w->p += plain;
        if (w->p < w->end) {
            w->p++;
            markup(w);
        }
    }
}
