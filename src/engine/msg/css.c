#include "css.h"
#include "html_entity.h"
#include "../../common/buf.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* ------------------------------------------------------------------ plain text */

static int
hex(char c)
{
    return isdigit((unsigned char)c)    ? c - '0'
           : isxdigit((unsigned char)c) ? tolower((unsigned char)c) - 'a' + 10
                                        : -1;
}

/* p stands behind the backslash. Bytes used. */
static size_t
escape(struct buf *b, const char *p, size_t left)
{
    unsigned long c = 0;
    size_t n = 0;
    while (n < left && n < 6 && hex(p[n]) >= 0)
        c = c * 16 + (unsigned long)hex(p[n++]);
    if (!n) {
        if (!left || *p == '\n')
            return left ? 1 : 0;
        buf_char(b, (char)tolower((unsigned char)*p));
        return 1;
    }
    html_put_code(b, c < 0x80 ? (unsigned long)tolower((int)c) : c);
    return n < left && isspace((unsigned char)p[n]) ? n + 1 : n;
}

char *
css_plain(struct buf *b, const char *p, size_t n)
{
    const char *end = p + n;
    buf_clear(b);
    buf_add(b, "", 0);
    while (p < end) {
        size_t left = (size_t)(end - p);
        if (left > 1 && p[0] == '/' && p[1] == '*') {
            const char *close = memmem(p + 2, left - 2, "*/", 2);
            p = close ? close + 2 : end;
        } else if (*p == '\\') {
            p++;
            p += escape(b, p, left - 1);
        } else if (isspace((unsigned char)*p)) {
            if (b->len && b->data[b->len - 1] != ' ')
                buf_char(b, ' ');
            p++;
        } else {
            buf_char(b, (char)tolower((unsigned char)*p++));
        }
    }
    return b->data;
}

/* ------------------------------------------------------------------ values */

/* Pixels; a factor of the letters around for em, ex, ch, rem and percent. Nothing useful: CSS_AUTO. */
static float
length(const char *s, bool *relative)
{
    static const struct {
        const char *unit;
        float px;
        bool relative;
    } units[] = {{"px", 1, false},     {"pt", 4 / 3.f, false}, {"pc", 16, false},
                 {"in", 96, false},    {"cm", 37.8f, false},   {"mm", 3.78f, false},
                 {"rem", 16, false},   {"em", 1, true},        {"ex", 0.5f, true},
                 {"ch", 0.5f, true},   {"%", 0.01f, true},     {"vw", 10, false},
                 {"vh", 8, false},     {"vmin", 8, false},     {"vmax", 10, false},
                 {"q", 0.945f, false}, {"", 1, false}};
    char *end;
    float v = strtof(s, &end);
    *relative = false;
    if (end == s || !(v > -1e6f && v < 1e6f))
        return CSS_AUTO;
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        size_t n = strlen(units[i].unit);
        if (strncmp(end, units[i].unit, n) == 0 && !isalpha((unsigned char)end[n])) {
            *relative = units[i].relative;
            return v * units[i].px;
        }
    }
    return CSS_AUTO;
}

static float
font_size(const char *s, bool *relative)
{
    static const struct {
        const char *name;
        float px;
    } names[] = {{"xx-small", 9}, {"x-small", 10}, {"small", 13},    {"medium", 16},
                 {"large", 18},   {"x-large", 24}, {"xx-large", 32}, {"initial", 16}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(s, names[i].name) == 0) {
            *relative = false;
            return names[i].px;
        }
    return length(s, relative);
}

/* font: [style weight ...] size[/line-height] family: the first number is the size, but for weights. */
static float
font_shorthand(const char *s, bool *relative)
{
    while (*s) {
        size_t n = strcspn(s, " ");
        bool weight =
            n == 3 && isdigit((unsigned char)s[0]) && s[1] == '0' && s[2] == '0' && s[0] != '0';
        if ((isdigit((unsigned char)*s) || *s == '.') && !weight) {
            char word[32] = "";
            size_t len = strcspn(s, " /,");
            memcpy(word, s, len < sizeof word - 1 ? len : sizeof word - 1);
            return length(word, relative);
        }
        s += n + (s[n] == ' ');
    }
    return CSS_AUTO;
}

/* background: the colour among the words. A picture or gradient over it: nobody knows. */
static bool
background(const char *s, uint32_t *out)
{
    char word[64];
    if (strstr(s, "url(") || strstr(s, "gradient") || strstr(s, "var("))
        return *out = CSS_UNKNOWN, true;
    if (css_color(s, out))
        return true;
    while (*s) {
        size_t n = strcspn(s, " ");
        const char *open = memchr(s, '(', n), *close = open ? strchr(open, ')') : NULL;
        if (close)
            n = (size_t)(close - s) + 1;
        if (n < sizeof word) {
            memcpy(word, s, n);
            word[n] = '\0';
            if (css_color(word, out))
                return true;
        }
        s += n;
        s += strspn(s, " ");
    }
    return false;
}

/* rect(0 0 0 0), rect(1px,1px,1px,1px), inset(50%), inset(100%), circle(0). */
static bool
clips_all(const char *s)
{
    const char *open = strchr(s, '(');
    float v[4];
    int n = 0;
    if (!open)
        return false;
    for (const char *p = open + 1; *p && *p != ')' && n < 4;) {
        bool relative;
        while (*p && strchr(" ,", *p))
            p++;
        v[n] = length(p, &relative);
        if (v[n] <= CSS_AUTO)
            break;
        v[n] *= relative ? 100 : 1; /* percent, as they were */
        n++;
        p += strcspn(p, " ,)");
    }
    if (strncmp(s, "rect", 4) == 0) /* top, right, bottom, left */
        return n == 4 && (v[1] - v[3] <= 1 || v[2] - v[0] <= 1);
    if (strncmp(s, "inset", 5) == 0)
        return n >= 1 && v[0] >= 50;
    return (strncmp(s, "circle", 6) == 0 || strncmp(s, "ellipse", 7) == 0) && n >= 1 && v[0] <= 1;
}

static bool
scales_to_nothing(const char *s)
{
    const char *p = strstr(s, "scale");
    char *end;
    if (!p || !(p = strchr(p, '(')))
        return false;
    double v = strtod(p + 1, &end);
    return end != p + 1 && v > -0.05 && v < 0.05;
}

/* ------------------------------------------------------------------ declarations */

static const struct {
    const char *name;
    enum css_property property;
} properties[] = {{"display", CSS_DISPLAY},
                  {"visibility", CSS_VISIBILITY},
                  {"font-size", CSS_SIZE},
                  {"font", CSS_SIZE},
                  {"color", CSS_COLOR},
                  {"-webkit-text-fill-color", CSS_COLOR},
                  {"background", CSS_BACKGROUND},
                  {"background-color", CSS_BACKGROUND},
                  {"background-image", CSS_BACKGROUND},
                  {"opacity", CSS_OPACITY},
                  {"text-indent", CSS_INDENT},
                  {"left", CSS_LEFT},
                  {"top", CSS_TOP},
                  {"right", CSS_RIGHT},
                  {"margin-left", CSS_MARGIN_LEFT},
                  {"margin-top", CSS_MARGIN_TOP},
                  {"height", CSS_HEIGHT},
                  {"max-height", CSS_MAX_HEIGHT},
                  {"width", CSS_WIDTH},
                  {"max-width", CSS_MAX_WIDTH},
                  {"overflow", CSS_OVERFLOW},
                  {"overflow-x", CSS_OVERFLOW},
                  {"overflow-y", CSS_OVERFLOW},
                  {"clip", CSS_CLIP},
                  {"clip-path", CSS_CLIP},
                  {"position", CSS_POSITION},
                  {"transform", CSS_SCALE},
                  {"zoom", CSS_SCALE},
                  {"mso-hide", CSS_MSO_HIDE}};

static bool
starts(const char *s, const char *what)
{
    return strncmp(s, what, strlen(what)) == 0;
}

/* false: says nothing that can be understood, and counts as not written. */
static bool
read_colors(const char *name, const char *v, struct css_declaration *d)
{
    if (d->property == CSS_COLOR) {
        if (!css_color(v, &d->color))
            d->color = CSS_UNKNOWN;
        return !starts(v, "inherit") && !starts(v, "currentcolor");
    }
    if (strcmp(name, "background-image") == 0 && starts(v, "none"))
        return false;
    if (!background(v, &d->color))
        d->color = CSS_UNKNOWN;
    return !starts(v, "none") && !starts(v, "inherit");
}

static bool
read_number(const char *name, const char *v, struct css_declaration *d)
{
    char *end;
    switch (d->property) {
    case CSS_DISPLAY:
        d->number = starts(v, "none") ? 1 : starts(v, "inline") && strlen(v) == 6 ? 0 : 2;
        return true;
    case CSS_VISIBILITY:
        d->number = starts(v, "hidden") || starts(v, "collapse");
        return !starts(v, "inherit");
    case CSS_SIZE:
        d->number = strcmp(name, "font") == 0 ? font_shorthand(v, &d->relative)
                                              : font_size(v, &d->relative);
        return d->number > CSS_AUTO;
    case CSS_OPACITY:
        d->number = strtof(v, &end);
        d->number /= *end == '%' ? 100 : 1;
        return end != v;
    case CSS_OVERFLOW:
        d->number = starts(v, "hidden") || starts(v, "clip");
        return true;
    case CSS_CLIP:
        d->number = clips_all(v);
        return true;
    case CSS_POSITION:
        d->number = starts(v, "absolute") || starts(v, "fixed");
        return true;
    case CSS_SCALE:
        d->number = strcmp(name, "zoom") == 0 ? length(v, &d->relative) == 0 : scales_to_nothing(v);
        return true;
    case CSS_MSO_HIDE:
        d->number = starts(v, "all");
        return true;
    default:
        d->number = length(v, &d->relative);
        if (d->relative)
            d->number *= d->number == 0 ? 1 : 16; /* as letters of the usual size */
        return true;
    }
}

/* name and value, lower case, no blanks around. */
static bool
read_declaration(const char *name, char *v, struct css_declaration *d)
{
    char *mark = strrchr(v, '!');
    *d = (struct css_declaration){.property = CSS_PROPERTIES};
    for (size_t i = 0; i < sizeof properties / sizeof *properties; i++)
        if (strcmp(name, properties[i].name) == 0)
            d->property = (uint8_t)properties[i].property;
    if (d->property == CSS_PROPERTIES)
        return false;
    if (mark && strstr(mark, "important")) {
        d->important = true;
        *mark = '\0';
    }
    for (size_t n = strlen(v); n && v[n - 1] == ' '; n--)
        v[n - 1] = '\0';
    if (d->property == CSS_COLOR || d->property == CSS_BACKGROUND)
        return read_colors(name, v, d);
    return read_number(name, v, d);
}

static char *
trim(char *s)
{
    size_t n;
    s += strspn(s, " ");
    n = strlen(s);
    while (n && s[n - 1] == ' ')
        s[--n] = '\0';
    return s;
}

/* To the ";" that ends a declaration: not one in brackets. A bracket that stays open swallows the rest in browsers; it
 * shall not here, and is looked for once only. */
static size_t
declaration_length(const char *p, bool *open)
{
    int depth = 0;
    size_t n = 0;
    if (*open)
        return strcspn(p, ";");
    for (; p[n] && (p[n] != ';' || depth); n++) {
        if (p[n] == '(')
            depth++;
        else if (p[n] == ')' && depth)
            depth--;
    }
    *open = depth > 0;
    return depth ? strcspn(p, ";") : n;
}

int
css_read(struct buf *b, const char *p, size_t n, struct css_declaration *out)
{
    char *text = css_plain(b, p, n > CSS_TEXT ? CSS_TEXT : n);
    int count = 0;
    bool open = false;
    while (*text && count < CSS_DECLARATIONS) {
        size_t len = declaration_length(text, &open);
        char *next = text + len + (text[len] == ';'), *colon;
        text[len] = '\0';
        if ((colon = strchr(text, ':'))) {
            *colon = '\0';
            count += read_declaration(trim(text), trim(colon + 1), &out[count]);
        }
        text = next;
    }
    return count;
}
