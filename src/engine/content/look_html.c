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
#include "../msg/html_entity.h"
#include "../msg/html_token.h"
#include "../msg/mime_type.h"
#include "../msg/msg.h"
#include "../../common/arena.h"
#include "../../common/buf.h"

#include <string.h>
#include <strings.h>

#define LOOKED_AT (8 * 1024 * 1024)
#define LIBRARY (200 * 1024) /* so much script besides the constants is a program, a chart say */

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
    struct buf *value; /* of one attribute */
    bool svg, foreign, password, form_away, handler;
    bool loose; /* behind <script/> */
    bool over;  /* not all of it was looked at */
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

/* Decoded, "" without it. */
static const char *
value(struct page *g, const struct html_token *t, enum html_attribute which)
{
    return html_value(t, which, g->value);
}

static bool
away(const char *url)
{
    return strncasecmp(url, "http://", 7) == 0 || strncasecmp(url, "https://", 8) == 0 ||
           strncmp(url, "//", 2) == 0;
}

static void
read_form(struct page *g, const struct html_token *t, enum html_attribute which)
{
    const char *action = value(g, t, which);
    action += strspn(action, " \t\r\n");
    if (away(action) && !g->form_away) {
        g->form_away = true;
        g->form = arena_strdup(g->a, action);
    }
}

/* "0; url='https://...'", and the same without "url=" (HTML standard, 4.2.5.3). */
static void
read_meta(struct page *g, const struct html_token *t)
{
    const char *p;
    if (strcasecmp(value(g, t, HTML_A_http_equiv), "refresh") != 0)
        return;
    p = value(g, t, HTML_A_content);
    p += strspn(p, " \t\r\n0123456789.");
    p += strspn(p, " \t\r\n;,");
    if (strncasecmp(p, "url", 3) == 0) {
        const char *equals = p + 3;
        equals += strspn(equals, " \t\r\n");
        p = *equals == '=' ? equals + 1 : p;
    }
    p += strspn(p, " \t\r\n'\"");
    g->refresh = arena_strndup(g->a, p, strcspn(p, "'\" "));
}

/* Handlers of events: onload="...", with what else is in the tag. Their references are resolved before they run. */
static void
read_handlers(struct page *g, const struct html_token *t)
{
    g->handler = true;
    html_decode(g->scripts, t->p, t->n, true);
    buf_char(g->scripts, '\n');
}

static void take(void *ctx, const unsigned char *p, size_t n);

/* "data:application/zip;base64,..." */
static void
read_data(struct page *g, const char *p, size_t n)
{
    const char *comma = memchr(p, ',', n > 300 ? 300 : n);
    size_t head = comma ? (size_t)(comma - p) : 0, got;
    const unsigned char *body = (const unsigned char *)p + head + 1, *d;
    if (!comma)
        return;
    if (bytes_find((const unsigned char *)p, head, "base64"))
        d = bytes_base64(g->a, body, n - head - 1, &got, NULL);
    else
        d = webscript_unescape(g->a, body, n - head - 1, &got);
    g->data_uris += got > 0;
    take(g, d, got);
}

/* <a href="data:application/zip;base64,...">: needs no script. Pictures are looked at by qr_codes(); drawings may have
 * scripts. */
static void
read_data_uri(struct page *g, const struct html_token *t, enum html_attribute which)
{
    static const char drawing[] = "data:image/svg";
    const char *p = t->at[which].p;
    size_t n = t->at[which].n;
    if (n < 6 || !t->at[which].set)
        return;
    if (memchr(p, '&', n > 300 ? 300 : n)) {
        buf_clear(g->value);
        html_decode(g->value, p, n, true);
        p = buf_cstr(g->value);
        n = g->value->len;
    }
    while (n && (unsigned char)*p <= ' ')
        p++, n--;
    /* Line ends and tabs inside count for nothing. */
    char *head = arena_strndup(g->a, p, n > 40 ? 40 : n), *to = head;
    for (const char *from = head; *from; from++)
        if (!strchr("\t\r\n", *from))
            *to++ = *from;
    *to = '\0';
    if (strncasecmp(head, "data:", 5) != 0 || (strncasecmp(head, "data:image/", 11) == 0 &&
                                               strncasecmp(head, drawing, sizeof drawing - 1) != 0))
        return;
    if (g->data_uris > MSG_PARTS || (g->decoded += n) > 2 * LOOKED_AT)
        g->over = true;
    else
        read_data(g, p, n);
}

static void
read_script(struct page *g, struct html_reader *r, const struct html_token *t)
{
    const char *p;
    size_t n;
    buf_add(g->scripts, t->p, t->n); /* a language, a source */
    buf_char(g->scripts, '\n');
    g->loose = t->self_closing; /* ends here in XML, and in HTML at its end tag */
    if (g->loose)
        return;
    html_raw(r, t->name, &p, &n);
    buf_add(g->scripts, p, n);
    buf_char(g->scripts, '\n');
    if (!memchr(p, '&', n))
        return;
    html_decode(g->scripts, p, n, false); /* as XML has it */
    buf_char(g->scripts, '\n');
}

static bool
named(const struct html_token *t, const char *name)
{
    const char *colon = strrchr(t->name, ':');
    return strcmp(colon ? colon + 1 : t->name, name) == 0;
}

static void
read_start(struct page *g, struct html_reader *r, const struct html_token *t)
{
    static const enum html_attribute urls[] = {HTML_A_href,   HTML_A_xlink_href, HTML_A_src,
                                               HTML_A_data,   HTML_A_action,     HTML_A_formaction,
                                               HTML_A_content};
    for (size_t i = 0; i < sizeof urls / sizeof *urls; i++)
        read_data_uri(g, t, urls[i]);
    if (t->handler)
        read_handlers(g, t);
    if (named(t, "form"))
        read_form(g, t, HTML_A_action);
    else if (named(t, "base"))
        read_form(g, t, HTML_A_href);
    else if (named(t, "meta"))
        read_meta(g, t);
    else if (named(t, "svg"))
        g->svg = true;
    else if (named(t, "foreignobject"))
        g->foreign = true;
    else if (named(t, "script"))
        read_script(g, r, t);
    if (named(t, "input") || named(t, "button"))
        read_form(g, t, HTML_A_formaction);
    g->password |= named(t, "input") && strcasecmp(value(g, t, HTML_A_type), "password") == 0;
}

/* What stands in comments counts: programs for .hta, and old ones, read some of them. So their marks are taken away. */
static char *
without_comments(struct page *g)
{
    char *copy = arena_memdup(g->a, g->text, g->n), *p = copy, *end = copy + g->n;
    while ((p = memmem(p, (size_t)(end - p), "<!--", 4)))
        memset(p, ' ', 4);
    return copy;
}

static void
read_tags(struct page *g)
{
    const char *p = without_comments(g);
    struct html_reader r = {.p = p, .end = p + g->n};
    struct html_token t;
    for (html_next(&r, &t); t.kind != HTML_DONE; html_next(&r, &t)) {
        if (t.kind == HTML_START)
            read_start(g, &r, &t);
        else if (t.kind == HTML_END && named(&t, "script"))
            g->loose = false;
        else if (t.kind == HTML_TEXT && g->loose)
            html_decode(g->scripts, t.p, t.n, false);
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
    if (n > 2 && p[0] == 0x1f && p[1] == 0x8b && n > 10) /* .svgz: a plain gzip header */
        p = bytes_inflate(a, p + 10, n - 10, true, LOOKED_AT, &n, &g.over);
    if (!p)
        return;
    g.over |= n > LOOKED_AT;
    g.text = bytes_script_text(a, p, n > LOOKED_AT ? LOOKED_AT : n, &g.n);
    g.shown = buf_new(a, LOOKTEXT_BYTES);
    g.scripts = buf_new(a, 0);
    g.value = buf_new(a, 0);
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
    if (g.over || g.script.over)
        content_finding(c, f, "html-limit", "unscannable", 0, f->name);
    qr_codes(&g);
    looktext(c, f, buf_cstr(g.shown), g.shown->len);
}

const struct content_look look_html = {
    .name = "html", .help = "Attached pages and drawings with scripts", .wants = wants, .run = run};
