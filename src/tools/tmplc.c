/*
 * Template compiler: templates/x.html.t -> C function t_x (syntax: src/console/view.h).
 *
 *   tmplc c in.html.t out.c           one function
 *   tmplc h templates.h in.html.t...  prototypes of all
 *
 * It follows the HTML while it copies, so it knows where each {{...}} stands, and refuses every
 * place where escaping & < > " ' is not enough: script and style elements, attribute and tag names,
 * unquoted values, style= and on*= at all, URLs other than by {{url: }}. C lines may stand between
 * elements or between attributes only, and a block must end where it began, so that what is known
 * about the place holds on every path through the C code.
 */
#include <ctype.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum place { TEXT, TAG_NAME, IN_TAG, ATTR_NAME, AFTER_NAME, BEFORE_VALUE, QUOTED, UNQUOTED, COMMENT,
             RAW };
static const char *const place_names[] = {
    "text", "a tag name", "a tag", "an attribute name", "an attribute name", "an unquoted attribute",
    "an attribute value", "an unquoted attribute", "a comment", "a script or style element"};

struct pen {
    char *p;
    size_t n, cap;
};

static struct {
    const char *file;
    int line;
    FILE *to;
    enum place place;
    char quote;
    char tag[32], attr[48];
    size_t tag_len, attr_len;
    bool closing, value_begun;
    int keep_space; /* inside pre or textarea */
    enum place blocks[64];
    int depth;
    struct pen text;
    char args[1024], includes[4096];
} t;

static void die(const char *fmt, ...) __attribute__((noreturn, format(printf, 1, 2)));
static void
die(const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    fprintf(stderr, "%s:%d: error: ", t.file, t.line);
    vfprintf(stderr, fmt, ap);
    fputc('\n', stderr);
    va_end(ap);
    exit(1);
}

static void
pen_char(struct pen *w, char c)
{
    if (w->n == w->cap) {
        w->cap = w->cap ? w->cap * 2 : 4096;
        w->p = realloc(w->p, w->cap);
        if (!w->p)
            die("out of memory");
    }
    w->p[w->n++] = c;
}

static bool
is_url_attr(const char *name)
{
    static const char *const urls[] = {"href", "src", "action", "formaction", "poster", "cite",
                                       "data", "background", "ping", "srcset", "imagesrcset",
                                       "manifest", "longdesc", "xlink:href"};
    for (size_t i = 0; i < sizeof urls / sizeof *urls; i++)
        if (!strcmp(name, urls[i]))
            return true;
    return false;
}

static void
attr_done(void)
{
    t.attr[t.attr_len] = '\0';
    if (!strncmp(t.attr, "on", 2))
        die("attribute %s=: no code in attributes (the policy header forbids it)", t.attr);
    if (!strcmp(t.attr, "style") || !strcmp(t.attr, "srcdoc"))
        die("attribute %s= is not allowed; use a class", t.attr);
}

static void
tag_done(void)
{
    t.tag[t.tag_len] = '\0';
    bool keeps = !strcmp(t.tag, "pre") || !strcmp(t.tag, "textarea");
    if (keeps)
        t.keep_space += t.closing ? -1 : 1;
    bool raw = !strcmp(t.tag, "script") || !strcmp(t.tag, "style");
    t.place = raw && !t.closing ? RAW : TEXT;
}

static void
step_tag(char c)
{
    bool space = isspace((unsigned char)c);
    switch (t.place) {
    case TAG_NAME:
        if (c == '>')
            tag_done();
        else if (t.tag_len && (space || c == '/'))
            t.place = IN_TAG;
        else if (c == '/' && !t.closing)
            t.closing = true;
        else if (!isalnum((unsigned char)c) && c != '-' && c != '!')
            die("'%c' in a tag name; write &lt; for a plain <", c);
        else if (t.tag_len < sizeof t.tag - 1)
            t.tag[t.tag_len++] = (char)tolower((unsigned char)c);
        break;
    case IN_TAG:
    case AFTER_NAME:
        if (c == '>')
            tag_done();
        else if (c == '=' && t.place == AFTER_NAME)
            t.place = BEFORE_VALUE;
        else if (c == '<' || c == '"' || c == '\'' || c == '=')
            die("'%c' inside tag <%.*s>", c, (int)t.tag_len, t.tag);
        else if (!space && c != '/') {
            t.place = ATTR_NAME;
            t.attr_len = 0;
            t.attr[t.attr_len++] = (char)tolower((unsigned char)c);
        }
        break;
    case ATTR_NAME:
        if (c == '=' || c == '>' || space || c == '/')
            attr_done();
        if (c == '=')
            t.place = BEFORE_VALUE;
        else if (c == '>')
            tag_done();
        else if (space || c == '/')
            t.place = space ? AFTER_NAME : IN_TAG;
        else if (c == '"' || c == '\'' || c == '<')
            die("'%c' in an attribute name", c);
        else if (t.attr_len < sizeof t.attr - 1)
            t.attr[t.attr_len++] = (char)tolower((unsigned char)c);
        break;
    default: /* BEFORE_VALUE, UNQUOTED */
        if (t.place == BEFORE_VALUE && (c == '"' || c == '\'')) {
            t.place = QUOTED;
            t.quote = c;
            t.value_begun = false;
        } else if (c == '>') {
            tag_done();
        } else if (space) {
            t.place = t.place == BEFORE_VALUE ? BEFORE_VALUE : IN_TAG;
        } else {
            t.place = UNQUOTED;
        }
    }
}

/* One character of the HTML itself; rest begins at that character. */
static void
step(const char *rest)
{
    char c = *rest;
    switch (t.place) {
    case TEXT:
        if (!strncmp(rest, "<!--", 4)) {
            t.place = COMMENT;
        } else if (c == '<') {
            t.place = TAG_NAME;
            t.tag_len = 0;
            t.closing = false;
        }
        break;
    case COMMENT:
        if (c == '>' && t.text.n >= 2 && !memcmp(t.text.p + t.text.n - 2, "--", 2))
            t.place = TEXT;
        break;
    case RAW:
        if (c == '<' && rest[1] == '/' && !strncasecmp(rest + 2, t.tag, strlen(t.tag))) {
            t.place = TAG_NAME;
            t.tag_len = 0;
            t.closing = false;
        }
        break;
    case QUOTED:
        if (c == t.quote)
            t.place = IN_TAG;
        else if (c == '<')
            die("'<' in the value of %s=: is a quote missing?", t.attr);
        t.value_begun = true;
        break;
    default:
        step_tag(c);
    }
    pen_char(&t.text, c);
}

static void
text_flush(void)
{
    if (!t.text.n)
        return;
    fputs("    buf_add(out, \"", t.to);
    size_t column = 0;
    for (size_t i = 0; i < t.text.n; i++) {
        unsigned char c = (unsigned char)t.text.p[i];
        if (c == '\n')
            fputs("\\n", t.to);
        else if (c == '"' || c == '\\')
            fprintf(t.to, "\\%c", c);
        else if (c < 32 || c > 126 || c == '?') /* ?: no trigraphs */
            fprintf(t.to, "\\%03o", c);
        else
            fputc(c, t.to);
        if (++column >= 80 && i + 1 < t.text.n) {
            fputs("\"\n            \"", t.to);
            column = 0;
        }
    }
    fprintf(t.to, "\", %zu);\n", t.text.n);
    t.text.n = 0;
}

static const char *
skip_quoted(const char *p)
{
    char q = *p++;
    while (*p && *p != q)
        p += *p == '\\' && p[1] ? 2 : 1;
    return *p ? p + 1 : p;
}

/* {{? condition: name}} and {{? condition: name="fixed text"}} */
static void
emit_flag(char *expr)
{
    char *end = expr + strlen(expr), *colon = NULL;
    for (char *p = expr; p < end; p = *p == '"' || *p == '\'' ? (char *)skip_quoted(p) : p + 1)
        if (*p == ':')
            colon = p;
    if (t.place != IN_TAG)
        die("{{? condition: attribute}} belongs between attributes");
    if (!colon)
        die("{{? condition: attribute}} has no colon");
    *colon++ = '\0';
    while (isspace((unsigned char)*colon))
        colon++;
    char *name = colon, *value = strchr(colon, '=');
    t.attr_len = 0;
    for (char *p = name; *p && p != value; p++) {
        if (!islower((unsigned char)*p) && *p != '-')
            die("{{? }}: \"%s\" is no attribute", name);
        if (t.attr_len < sizeof t.attr - 1)
            t.attr[t.attr_len++] = *p;
    }
    attr_done();
    size_t n = value ? strlen(value) : 0;
    if (value && (n < 3 || value[1] != '"' || value[n - 1] != '"' || strcspn(value + 2, "\"<&\\") != n - 3))
        die("{{? }}: the value must be fixed text in \" quotes");
    fprintf(t.to, "#line %d \"%s\"\n    if (%s)\n        view_raw(out, \" ", t.line, t.file, expr);
    for (char *p = name; *p; p++)
        fprintf(t.to, *p == '"' ? "\\\"" : "%c", *p);
    fputs("\");\n", t.to);
}

static void
emit(char *expr)
{
    text_flush();
    while (isspace((unsigned char)*expr))
        expr++;
    for (char *e = expr + strlen(expr); e > expr && isspace((unsigned char)e[-1]);)
        *--e = '\0';
    if (*expr == '?') {
        emit_flag(expr + 1);
        return;
    }
    if (t.place != TEXT && t.place != QUOTED)
        die("{{%s}} inside %s", expr, place_names[t.place]);
    bool in_url = t.place == QUOTED && is_url_attr(t.attr);
    const char *call;
    if (!strncmp(expr, "url:", 4)) {
        if (!in_url)
            die("{{url: }} belongs in href, src or action");
        if (t.value_begun)
            die("{{url: }} must begin the value of %s=", t.attr);
        call = "view_url(out, (%s));";
        expr += 4;
    } else if (*expr == '!') {
        if (t.place != TEXT)
            die("{{!...}} in the attribute %s=", t.attr);
        call = "view_raw(out, (%s));";
        expr++;
    } else if (*expr == '=') {
        if (in_url && !t.value_begun)
            die("{{=...}} at the beginning of %s=", t.attr);
        call = "buf_printf(out, \"%%lld\", (long long)(%s));";
        expr++;
    } else if (in_url) {
        die("{{%s}} in %s=: write {{url: ...}}", expr, t.attr);
    } else if (*expr == '#') {
        call = "view_number(r, out, (%s));";
        expr++;
    } else {
        call = "view_html(out, (%s));";
    }
    if (!*expr)
        die("empty {{}}");
    t.value_begun = true;
    fprintf(t.to, "#line %d \"%s\"\n    ", t.line, t.file);
    const char *s = strstr(call, "%s");
    for (const char *p = call; p < s; p++) {
        fputc(*p, t.to);
        p += p[0] == '%' && p[1] == '%';
    }
    fprintf(t.to, "%s%s\n", expr, s + 2);
}

/* A line of C: braces must leave us where they found us. */
static void
code(const char *p)
{
    if (t.place != TEXT && t.place != IN_TAG && t.place != AFTER_NAME)
        die("a line of C inside %s", place_names[t.place]);
    if (t.place == AFTER_NAME)
        t.place = IN_TAG;
    text_flush();
    for (const char *q = p; *q;) {
        if (*q == '"' || *q == '\'') {
            q = skip_quoted(q);
            continue;
        }
        if (q[0] == '/' && q[1] == '*') {
            const char *end = strstr(q + 2, "*/");
            if (!end)
                die("a comment must end on its line");
            q = end + 2;
            continue;
        }
        if (*q == '{') {
            if (t.depth == (int)(sizeof t.blocks / sizeof *t.blocks))
                die("blocks nested too deep");
            t.blocks[t.depth++] = t.place;
        } else if (*q == '}') {
            if (!t.depth)
                die("} without {");
            if (t.blocks[--t.depth] != t.place)
                die("this block began in %s and ends in %s", place_names[t.blocks[t.depth]],
                    place_names[t.place]);
        }
        q++;
    }
    fprintf(t.to, "#line %d \"%s\"\n   %s\n", t.line, t.file, p);
}

static void
html_line(char *p)
{
    if (t.place == TEXT && t.keep_space <= 0)
        while (*p == ' ' || *p == '\t')
            p++;
    while (*p) {
        if (p[0] != '{' || p[1] != '{') {
            step(p++);
            continue;
        }
        const char *q = p + 2;
        while (*q && !(q[0] == '}' && q[1] == '}'))
            q = *q == '"' || *q == '\'' ? skip_quoted(q) : q + 1;
        if (!*q)
            die("{{ without }} on the same line");
        char *expr = p + 2;
        p = (char *)q;
        *p = '\0';
        emit(expr);
        p += 2;
    }
    step("\n");
}

static void
directive(const char *p)
{
    if (!strncmp(p, "%args ", 6)) {
        if (*t.args)
            die("%%args twice");
        snprintf(t.args, sizeof t.args, "%s", p + 6);
    } else {
        size_t n = strlen(t.includes);
        snprintf(t.includes + n, sizeof t.includes - n, "#include %s\n", p + 9);
    }
}

static char *
slurp(const char *path)
{
    FILE *f = fopen(path, "r");
    if (!f) {
        perror(path);
        exit(1);
    }
    struct pen w = {0};
    for (int c; (c = fgetc(f)) != EOF;)
        pen_char(&w, (char)c);
    pen_char(&w, '\0');
    fclose(f);
    if (strlen(w.p) + 1 != w.n)
        die("NUL byte");
    return w.p;
}

static bool
is_directive(const char *line)
{
    return !strncmp(line, "%args ", 6) || !strncmp(line, "%include ", 9);
}

/* First pass: %args and %include, which the head of the output needs. */
static char *
begin(const char *path)
{
    memset(&t, 0, sizeof t);
    t.file = path;
    char *text = slurp(path);
    for (const char *p = text; *p;) {
        size_t n = strcspn(p, "\n");
        char line[1024];
        t.line++;
        snprintf(line, sizeof line, "%.*s", (int)(n < sizeof line ? n : sizeof line - 1), p);
        if (is_directive(line))
            directive(line);
        p += n + (p[n] == '\n');
    }
    t.line = 1;
    if (!strstr(t.args, "struct web_req *r"))
        die("the template needs %%args struct web_req *r, ...");
    return text;
}

static void
name_of(const char *path, char *out, size_t n)
{
    const char *base = strrchr(path, '/');
    base = base ? base + 1 : path;
    size_t len = strcspn(base, ".");
    snprintf(out, n, "%.*s", (int)len, base);
    for (char *p = out; *p; p++)
        if (!isalnum((unsigned char)*p))
            *p = '_';
}

static FILE *
create(const char *path)
{
    FILE *f = fopen(path, "w");
    if (!f) {
        perror(path);
        exit(1);
    }
    return f;
}

static void
finish(FILE *f, const char *path)
{
    if (fflush(f) || ferror(f) || fclose(f)) {
        perror(path);
        exit(1);
    }
}

static void
compile(const char *in, const char *out)
{
    char name[128];
    char *text = begin(in);
    name_of(in, name, sizeof name);
    t.to = create(out);
    fprintf(t.to, "/* Made by tmplc from %s */\n#include \"view.h\"\n%s#include \"templates.h\"\n\n"
                  "void\nt_%s(%s)\n{\n    struct buf *out = r->out;\n    (void)out;\n",
            in, t.includes, name, t.args);
    t.line = 0;
    for (char *p = text; *p;) {
        size_t n = strcspn(p, "\n");
        char *next = p + n + (p[n] == '\n');
        p[n] = '\0';
        t.line++;
        const char *first = p + strspn(p, " \t");
        if (*first == '%') {
            if (!is_directive(first))
                code(first + 1);
        } else {
            html_line(p);
        }
        p = next;
    }
    if (t.place != TEXT)
        die("the file ends inside %s", place_names[t.place]);
    if (t.depth)
        die("%d blocks of C are not closed", t.depth);
    text_flush();
    fputs("}\n", t.to);
    finish(t.to, out);
    free(text);
}

/* Forward declarations of the structs in the parameters: the header then needs no page's header. */
static void
declare(FILE *f, const char *args)
{
    for (const char *p = args; (p = strstr(p, "struct "));) {
        p += 7;
        fprintf(f, "struct %.*s;\n", (int)strspn(p, "abcdefghijklmnopqrstuvwxyz_0123456789"), p);
    }
}

int
main(int argc, char **argv)
{
    if (argc == 4 && !strcmp(argv[1], "c")) {
        compile(argv[2], argv[3]);
        return 0;
    }
    if (argc < 3 || strcmp(argv[1], "h")) {
        fputs("usage: tmplc c in.html.t out.c | tmplc h templates.h in.html.t...\n", stderr);
        return 2;
    }
    FILE *f = create(argv[2]);
    fputs("/* Made by tmplc */\n#ifndef SEKISHO_TEMPLATES_H\n#define SEKISHO_TEMPLATES_H\n"
          "#include <stdbool.h>\n#include <stdint.h>\n", f);
    for (int i = 3; i < argc; i++) {
        char name[128];
        free(begin(argv[i]));
        name_of(argv[i], name, sizeof name);
        declare(f, t.args);
        fprintf(f, "void t_%s(%s);\n", name, t.args);
    }
    fputs("#endif\n", f);
    finish(f, argv[2]);
    return 0;
}
