/*
 * Attached HTML and SVG: files that are smuggled in by scripts (T-E3), pages that ask for a password or lead
 * elsewhere at once, pictures with programs in them. Nothing is run.
 */
#include "bytes.h"
#include "content.h"
#include "looktext.h"
#include "polyglot.h"
#include "webscript.h"
#include "../image/qr.h"
#include "../msg/charset.h"
#include "../msg/html.h"
#include "../msg/mime_type.h"
#include "../msg/msg.h"
#include "../../common/arena.h"
#include "../../common/buf.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#define LOOKED_AT (8 * 1024 * 1024)
#define LIBRARY (200 * 1024) /* so much script besides the constants is a program, a chart say */
#define PIECES 200           /* scripts in one page */

static const char *const names[] = {".html", ".htm", ".xhtml", ".xht",   ".shtml", ".svg",
                                    ".svgz", ".hta", ".mht",   ".phtml", NULL};

static bool
begins_like_markup(const struct content_file *f)
{
    size_t n = f->n > 1024 ? 1024 : f->n;
    return bytes_find(f->p, n, "<html") || bytes_find(f->p, n, "<svg") ||
           bytes_find(f->p, n, "<script") || bytes_find(f->p, n, "<!doctype html") ||
           bytes_find(f->p, n, "<body");
}

static bool
wants(const struct content_file *f)
{
    return bytes_ext_in(f->name, names) || strcasecmp(f->type, "text/html") == 0 ||
           strcasecmp(f->type, "application/xhtml+xml") == 0 ||
           strcasecmp(f->type, "image/svg+xml") == 0 || strcmp(f->true_type, "text/html") == 0 ||
           strcmp(f->true_type, "image/svg+xml") == 0 ||
           strcmp(f->true_type, "application/hta") == 0 || polyglot_page(f) ||
           ((!*f->true_type || strcmp(f->true_type, "application/xml") == 0) &&
            begins_like_markup(f));
}

struct page {
    struct content *c;
    const struct content_file *f;
    struct arena *a;
    const char *text;
    size_t n;
    struct buf *shown; /* what a reader sees */
    struct buf
        *scripts; /* script elements, handlers and javascript: addresses, one after the other */
    bool svg, foreign, password, form_away, handler;
    const char *form, *refresh;
    int data_uris;
    size_t decoded; /* bytes of data: URIs */
    int payloads;   /* constants that are programs, archives or documents */
    int pages;      /* constants that are markup */
    const char *payload;
    struct webscript script;
};

/* ------------------------------------------------------------------ markup */

static void
on_text(void *ctx, const char *p, size_t n, bool hidden)
{
    struct page *g = ctx;
    if (!hidden)
        buf_add(g->shown, p, n);
}

static void
on_block(void *ctx)
{
    struct page *g = ctx;
    buf_char(g->shown, '\n');
}

static void
address(struct page *g, const char *url)
{
    if (strncasecmp(url, "javascript:", 11) == 0) {
        buf_str(g->scripts, url + 11);
        buf_char(g->scripts, '\n');
        g->handler = true;
    } else if (strncasecmp(url, "data:", 5) != 0) {
        content_url(g->c, g->f, url);
    }
}

static void
on_link(void *ctx, const char *href)
{
    if (href)
        address(ctx, href);
}

static void
on_image(void *ctx, const char *src, const char *alt)
{
    (void)alt;
    address(ctx, src);
}

static void
on_other(void *ctx, const char *url)
{
    struct page *g = ctx;
    const unsigned char *p = bytes_find((const unsigned char *)url, strlen(url), "url=");
    address(g, url);
    if (p)
        content_url(g->c, g->f,
                    arena_strndup(g->a, (const char *)p + 4, strcspn((const char *)p + 4, "\"'")));
}

/* The tag at p ("<x ...>"), up to its ">". */
static size_t
tag_length(const struct page *g, const unsigned char *p)
{
    const unsigned char *end = (const unsigned char *)g->text + g->n;
    size_t most = (size_t)(end - p) > 8192 ? 8192 : (size_t)(end - p);
    const unsigned char *gt = memchr(p, '>', most);
    return gt ? (size_t)(gt - p) : most;
}

static const char *
attribute(struct page *g, const unsigned char *tag, size_t n, const char *name)
{
    const unsigned char *at = bytes_find(tag, n, name), *end = tag + n;
    if (!at)
        return "";
    at += strlen(name);
    while (at < end && (isspace(*at) || *at == '='))
        at++;
    unsigned char quote = at < end && (*at == '"' || *at == '\'') ? *at++ : 0;
    size_t len = 0;
    while (at + len < end && (quote ? at[len] != quote : !isspace(at[len])))
        len++;
    return arena_strndup(g->a, (const char *)at, len);
}

static bool
away(const char *url)
{
    return strncasecmp(url, "http://", 7) == 0 || strncasecmp(url, "https://", 8) == 0 ||
           strncmp(url, "//", 2) == 0;
}

static void
read_form(struct page *g, const unsigned char *p, size_t n)
{
    const char *action = attribute(g, p, n, " action");
    if (away(action) && !g->form_away) {
        g->form_away = true;
        g->form = action;
    }
}

static void
read_meta(struct page *g, const unsigned char *p, size_t n)
{
    const unsigned char *url;
    if (bytes_find(p, n, "refresh") && (url = bytes_find(p, n, "url="))) {
        size_t left = n - (size_t)(url + 4 - p);
        const char *to = arena_strndup(g->a, (const char *)url + 4, left);
        to += strspn(to, " '\"");
        g->refresh = arena_strndup(g->a, to, strcspn(to, "'\" "));
    }
}

/* Handlers of events: onload="..." */
static void
read_handlers(struct page *g, const unsigned char *p, size_t n)
{
    const unsigned char *end = p + n;
    while ((p = bytes_find(p, (size_t)(end - p), " on"))) {
        const unsigned char *q = p + 3;
        while (q < end && isalpha(*q))
            q++;
        size_t len = (size_t)(q - p - 3);
        while (q < end && isspace(*q))
            q++;
        p += 3;
        if (len < 2 || len > 24 || q >= end || *q != '=')
            continue;
        g->handler = true;
        buf_add(g->scripts, q + 1, (size_t)(end - q - 1));
        buf_char(g->scripts, '\n');
        return; /* the rest of the tag is in it */
    }
}

static void take(void *ctx, const unsigned char *p, size_t n);

/* <a href="data:application/zip;base64,...">: needs no script. Pictures are looked at by qr_codes(). */
static void
read_data_uri(struct page *g, const unsigned char *tag, size_t n)
{
    const unsigned char *end = (const unsigned char *)g->text + g->n, *p, *comma;
    size_t len = 0, got;
    p = bytes_find(tag, n > 1000 ? 1000 : n, "data:");
    if (!p || !memchr("=\"' ", p[-1], 4) || strncasecmp((const char *)p + 5, "image/", 6) == 0)
        return;
    comma = memchr(p, ',', end - p > 200 ? 200 : (size_t)(end - p));
    if (!comma)
        return;
    while (comma + 1 + len < end && !strchr("\"'>", comma[1 + len]))
        len++;
    g->decoded += len;
    if (g->decoded > 2 * LOOKED_AT)
        return;
    if (bytes_find(p, (size_t)(comma - p), "base64")) {
        const unsigned char *d = bytes_base64(g->a, comma + 1, len, &got, NULL);
        g->data_uris += got > 0;
        take(g, d, got);
    } else if (len >= WEBSCRIPT_SHORT && strncasecmp((const char *)p, "data:text/html", 14) == 0) {
        const unsigned char *d = webscript_unescape(g->a, comma + 1, len, &got);
        take(g, d, got);
    }
}

static bool
named(const unsigned char *p, size_t n, const char *name)
{
    size_t len = strlen(name);
    return n > len && strncasecmp((const char *)p, name, len) == 0 && !isalnum(p[len]);
}

static void
read_tags(struct page *g)
{
    const unsigned char *p = (const unsigned char *)g->text, *end = p + g->n;
    int scripts = 0;
    while (p < end && (p = memchr(p, '<', (size_t)(end - p)))) {
        p++;
        size_t n = tag_length(g, p);
        if (n == 0 || !isalpha(*p))
            continue;
        read_handlers(g, p, n);
        if (g->decoded <= 2 * LOOKED_AT && g->data_uris <= MSG_PARTS)
            read_data_uri(g, p, n);
        if (named(p, n + 1, "form"))
            read_form(g, p, n);
        else if (named(p, n + 1, "meta"))
            read_meta(g, p, n);
        else if (named(p, n + 1, "input"))
            g->password |= strcasecmp(attribute(g, p, n, "type"), "password") == 0;
        else if (named(p, n + 1, "svg"))
            g->svg = true;
        else if (named(p, n + 1, "foreignobject"))
            g->foreign = true;
        else if ((named(p, n + 1, "script") || named(p, n + 1, "svg:script")) &&
                 scripts++ < PIECES) {
            const char *src = attribute(g, p, n, " src");
            const unsigned char *body = p + n,
                                *close = bytes_find(body, (size_t)(end - body), "</script");
            close = close ? close : end;
            buf_add(g->scripts, body, (size_t)(close - body));
            buf_char(g->scripts, '\n');
            if (*src)
                address(g, src);
            p = close;
            continue;
        }
        p += n;
    }
}

/* ------------------------------------------------------------------ constants */

static bool
is_payload(const char *type)
{
    return *type && strncmp(type, "image/", 6) != 0 && strncmp(type, "audio/", 6) != 0 &&
           strncmp(type, "video/", 6) != 0 && strncmp(type, "text/", 5) != 0 &&
           strcmp(type, "application/xml") != 0 && strcmp(type, "application/x-riff") != 0 &&
           strcmp(type, "application/ogg") != 0;
}

static void
take(void *ctx, const unsigned char *p, size_t n)
{
    struct page *g = ctx;
    const char *type = mime_type_of(p, n);
    if (is_payload(type)) {
        g->payloads++;
        g->payload = type;
    } else if (!*type || strcmp(type, "text/html") == 0) {
        g->pages++;
    }
    content_member(g->c, g->f, strcmp(type, "text/html") == 0 ? "script.html" : "", p, n);
}

/* ------------------------------------------------------------------ judging */

static void
judge_smuggling(struct page *g)
{
    const struct webscript *w = &g->script;
    bool makes = w->count[WEB_MAKE] && (w->count[WEB_START] || w->count[WEB_GO]);
    bool program = w->plain > LIBRARY;
    const char *words = webscript_words(g->a, w);
    if (*w->download)
        words = arena_printf(g->a, "%s (%s)", w->download, words);
    if ((makes || g->data_uris) && g->payloads)
        content_finding(g->c, g->f, "html-smuggling", "malware", 6.0,
                        arena_printf(g->a, "%s: %s", g->payload, words));
    else if (makes && !program && (w->count[WEB_DECODE] || w->constants))
        content_finding(g->c, g->f, "html-smuggling", "malware", 6.0, words);
    else if (g->payloads && !program)
        content_finding(g->c, g->f, "html-payload", "", 4.0, g->payload);
    else if (!program && w->count[WEB_EVAL] && w->count[WEB_DECODE] && (g->pages || w->constants))
        content_finding(g->c, g->f, "html-obfuscated", "", 5.0, words);
    else if (!program && w->count[WEB_EVAL] && w->count[WEB_DECODE])
        content_finding(g->c, g->f, "html-obfuscated", "", 2.5, words);
}

static void
judge_page(struct page *g)
{
    const struct webscript *w = &g->script;
    bool empty = g->shown->len < 400;
    if (g->password && g->form_away)
        content_finding(g->c, g->f, "html-login", "phishing", 5.0, g->form);
    else if (g->password && w->count[WEB_SEND])
        content_finding(g->c, g->f, "html-login", "phishing", 5.0, w->first[WEB_SEND]);
    else if (g->password)
        content_finding(g->c, g->f, "html-password", "", 2.5, g->f->name);
    if (g->refresh && away(g->refresh))
        content_finding(g->c, g->f, "html-redirect", "", empty ? 4.0 : 2.0, g->refresh);
    else if (w->count[WEB_GO] && w->plain < LIBRARY)
        content_finding(g->c, g->f, "html-redirect", "", empty ? 4.0 : 1.5, w->first[WEB_GO]);
}

static void
judge_svg(struct page *g)
{
    const struct webscript *w = &g->script;
    bool acts = w->count[WEB_GO] || w->count[WEB_EVAL] || w->count[WEB_DECODE] ||
                w->count[WEB_MAKE] || w->count[WEB_SEND];
    if (g->scripts->len && acts)
        content_finding(g->c, g->f, "svg-script", "phishing", 5.0, webscript_words(g->a, w));
    else if (g->scripts->len)
        content_finding(g->c, g->f, "svg-script", "", 3.0, g->f->name);
    else if (g->foreign)
        content_finding(g->c, g->f, "svg-html", "", 2.0, g->f->name);
}

static bool
is_svg(const struct page *g)
{
    return g->svg && !bytes_find((const unsigned char *)g->text, g->n, "<html") &&
           !bytes_find((const unsigned char *)g->text, g->n, "<body");
}

static void
qr_codes(struct page *g)
{
    struct qr_place at = {content_msg(g->c), g->a, g->f->id, ""};
    qr_data_uris(&at, g->text, g->n);
    if (g->svg)
        qr_svg(&at, g->text, g->n);
    at.how = "table";
    qr_table(&at, g->text, g->n);
}

static void
run(struct content *c, const struct content_file *f)
{
    struct arena *a = content_scratch(c);
    struct page g = {.c = c, .f = f, .a = a, .form = "", .payload = ""};
    const unsigned char *p = f->p;
    size_t n = f->n;
    bool over;
    if (n > 2 && p[0] == 0x1f && p[1] == 0x8b && n > 10) /* .svgz: a plain gzip header */
        p = bytes_inflate(a, p + 10, n - 10, true, LOOKED_AT, &n, &over);
    if (!p)
        return;
    g.text = bytes_script_text(a, p, n > LOOKED_AT ? LOOKED_AT : n, &g.n);
    g.shown = buf_new(a, LOOKTEXT_BYTES);
    g.scripts = buf_new(a, 0);
    struct html_events ev = {&g, on_text, on_block, on_link, on_image, on_other};
    html_walk(a, g.text, g.n, &ev);
    read_tags(&g);
    webscript_read(a, &g.script, buf_cstr(g.scripts), g.scripts->len, take, &g);
    if (is_svg(&g)) {
        judge_svg(&g);
    } else {
        judge_smuggling(&g);
        judge_page(&g);
    }
    qr_codes(&g);
    looktext(c, f, buf_cstr(g.shown), g.shown->len);
}

const struct content_look look_html = {
    .name = "html", .help = "Attached pages and drawings with scripts", .wants = wants, .run = run};
