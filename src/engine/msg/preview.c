/*
 * The safe preview: which parts are shown, which are listed, and the header fields. What is shown
 * is what a mail program would show: of alternatives the HTML one, since it knows where links lead.
 */
#include "charset.h"
#include "html_safe.h"
#include "inner.h"
#include "mime_type.h"
#include "msg.h"
#include "part.h"
#include "preview_blocks.h"
#include "rawhead.h"
#include "words.h"
#include "../../common/arena.h"
#include "../../common/buf.h"
#include "../../common/err.h"
#include "../../common/jsonx.h"

#include <gmime/gmime.h>
#include <string.h>

#define HEADERS 200
#define HEADER_BLOCK (256 * 1024)
#define HEADER_VALUE 4000
#define NAME_SHOWN 300
#define TYPE_SHOWN 200
#define FILES 200

struct preview {
    struct arena *a;
    struct preview_blocks text;
    json_t *files;
    int parts;
    struct inner_scope scope;
    struct buf *page; /* a formatted preview is made; NULL: one of text */
    bool html;        /* HTML is shown */
    bool quiet; /* inside an alternative that is not shown: only files are listed */
};

/* ------------------------------------------------------------------ leaves */

static void
show(struct preview *p, const char *charset, const char *s, size_t n, bool html)
{
    struct arena *scratch = arena_new();
    char *text = charset_utf8(scratch, charset, s, n, &n, NULL);
    p->html |= html;
    if (p->page) {
        size_t before = p->page->len;
        if (!(html ? html_safe(p->page, text, n) : html_safe_plain(p->page, text, n)))
            p->text.truncated = true;
        p->text.total += p->page->len - before;
    } else {
        preview_text(&p->text, scratch, text, n, html);
    }
    arena_free(&scratch);
}

static void
show_part(struct preview *p, GMimeObject *o)
{
    GMimeContentType *ct = g_mime_object_get_content_type(o);
    struct arena *scratch = arena_new();
    struct part_bytes b;
    bool html = g_mime_content_type_is_type(ct, "text", "html") ||
                g_mime_content_type_is_type(ct, "text", "x-amp-html") ||
                g_mime_content_type_is_type(ct, "text", "watch-html");
    part_read(scratch, GMIME_PART(o), PREVIEW_TEXT * 4, &b);
    p->text.truncated |= b.bytes > b.content_len;
    show(p, g_mime_object_get_content_type_parameter(o, "charset"), b.content, b.content_len, html);
    arena_free(&scratch);
}

static void
list_file(struct preview *p, const char *name, const char *type, size_t bytes)
{
    if (json_array_size(p->files) >= FILES)
        p->text.truncated = true;
    else
        json_array_append_new(p->files, json_pack("{so so sI}", "name",
                                                  preview_string(p->a, name, NAME_SHOWN), "type",
                                                  preview_string(p->a, type, TYPE_SHOWN), "bytes",
                                                  (json_int_t)bytes));
}

static void
leaf(struct preview *p, GMimeObject *o)
{
    struct arena *scratch = arena_new();
    const char *name = part_name(scratch, o);
    struct part_bytes b;
    if (!part_is_file(o, name)) {
        if (!p->quiet && preview_room(&p->text))
            show_part(p, o);
    } else {
        char *type = g_mime_content_type_get_mime_type(g_mime_object_get_content_type(o));
        part_read(scratch, GMIME_PART(o), 0, &b);
        const char *real = mime_type_of(b.head, b.head_len);
        list_file(p, name, *real ? real : type, b.bytes);
        g_free(type);
    }
    arena_free(&scratch);
}

/* ------------------------------------------------------------------ trees */

static void visit(struct preview *p, GMimeObject *o, int depth);

static void
children(struct preview *p, GMimeMultipart *mp, int depth)
{
    int n = g_mime_multipart_get_count(mp);
    const char *text = n ? NULL : g_mime_multipart_get_prologue(mp);
    for (int i = 0; i < n && p->parts <= MSG_PARTS; i++)
        visit(p, g_mime_multipart_get_part(mp, i), depth + 1);
    if (text && !p->quiet && preview_room(&p->text))
        show(p, NULL, text, strnlen(text, PREVIEW_TEXT * 4), false);
}

/* The last HTML or multipart, else the first one; the others if it shows nothing. */
static void
alternatives(struct preview *p, GMimeMultipart *mp, int depth)
{
    int n = g_mime_multipart_get_count(mp), best = 0;
    bool quiet = p->quiet;
    size_t before = p->text.total;
    for (int i = 0; i < n; i++) {
        GMimeObject *o = g_mime_multipart_get_part(mp, i);
        if (GMIME_IS_MULTIPART(o) ||
            g_mime_content_type_is_type(g_mime_object_get_content_type(o), "text", "html"))
            best = i;
    }
    visit(p, g_mime_multipart_get_part(mp, best), depth + 1);
    p->quiet |= p->text.total > before;
    for (int i = 0; i < n && p->parts <= MSG_PARTS; i++)
        if (i != best)
            visit(p, g_mime_multipart_get_part(mp, i), depth + 1);
    p->quiet = quiet;
}

static void
visit(struct preview *p, GMimeObject *o, int depth)
{
    GMimeContentType *ct = g_mime_object_get_content_type(o);
    if (++p->parts > MSG_PARTS || depth > MSG_DEPTH) {
        p->text.truncated = true;
    } else if (GMIME_IS_MULTIPART(o)) {
        inner_enter(&p->scope, o);
        if (g_mime_content_type_is_type(ct, "multipart", "alternative") &&
            g_mime_multipart_get_count(GMIME_MULTIPART(o)) > 0)
            alternatives(p, GMIME_MULTIPART(o), depth);
        else
            children(p, GMIME_MULTIPART(o), depth);
        inner_leave(&p->scope);
    } else if (GMIME_IS_MESSAGE_PART(o)) {
        GMimeMessage *inner = g_mime_message_part_get_message(GMIME_MESSAGE_PART(o));
        const char *name = part_name(p->a, o);
        char sum[65];
        int64_t bytes = 0;
        if (inner)
            inner_bytes(&p->scope, inner, &bytes, sum);
        list_file(p, name, "message/rfc822", (size_t)bytes);
    } else if (GMIME_IS_PART(o)) {
        leaf(p, o);
    }
}

static void
body(struct preview *p, const unsigned char *raw, size_t n)
{
    GMimeStream *in = g_mime_stream_mem_new_with_buffer((const char *)raw, n);
    GMimeParser *parser = g_mime_parser_new_with_stream(in);
    g_mime_parser_set_persist_stream(parser, TRUE);
    GMimeMessage *message = g_mime_parser_construct_message(parser, NULL);
    GMimeObject *o = message ? g_mime_message_get_mime_part(message) : NULL;
    if (o)
        visit(p, o, 1);
    else
        show(p, NULL, (const char *)raw, n < PREVIEW_TEXT * 4 ? n : PREVIEW_TEXT * 4, false);
    if (message)
        g_object_unref(message);
    g_object_unref(parser);
    g_object_unref(in);
}

/* ------------------------------------------------------------------ headers */

static void
add_header(struct preview *p, json_t *list, const char *line, size_t n)
{
    const char *colon = memchr(line, ':', n);
    if (!colon || json_array_size(list) >= HEADERS)
        return;
    char *name = arena_strndup(p->a, line, (size_t)(colon - line));
    size_t vn = n - (size_t)(colon + 1 - line);
    char *value = arena_alloc(p->a, vn + 1), *o = value;
    for (size_t i = 0; i < vn && o < value + HEADER_VALUE; i++) /* unfold */
        if (colon[1 + i] != '\r' && colon[1 + i] != '\n')
            *o++ = colon[1 + i] ? colon[1 + i] : ' ';
    char *text = words_text(p->a, value);
    json_array_append_new(
        list, json_pack("[o,o]", preview_string(p->a, name, TYPE_SHOWN),
                        preview_string(p->a, text + strspn(text, " "), HEADER_VALUE * 2)));
}

static json_t *
headers(struct preview *p, const unsigned char *raw, size_t end)
{
    json_t *list = jsonx_own(p->a, json_array());
    for (size_t at = 0; at < end;) {
        size_t stop = at;
        do { /* a field ends before a line that does not begin with white space */
            stop = raw_line(raw, end, stop).next;
        } while (stop < end && (raw[stop] == ' ' || raw[stop] == '\t'));
        add_header(p, list, (const char *)raw + at, stop - at);
        at = stop;
    }
    return list;
}

/* Reads the body; what is left of raw begins with the header, whose length is returned. */
static size_t
look(struct preview *p, const unsigned char **raw, size_t *n)
{
    struct msg *scratch = msg_new(p->a);
    struct rawhead h;
    size_t at = rawhead_start(scratch, *raw, *n);
    *raw += at, *n -= at;
    p->scope.raw = *raw, p->scope.n = *n;
    p->files = jsonx_own(p->a, json_array());
    preview_blocks_init(&p->text, p->a);
    rawhead_read(scratch, *raw, *n, &h);
    if (h.over || !rawhead_parsable(scratch, *raw, *n))
        p->text.truncated = true;
    else
        body(p, *raw, *n);
    return h.bytes < HEADER_BLOCK ? h.bytes : HEADER_BLOCK;
}

json_t *
msg_preview(struct arena *a, const unsigned char *raw, size_t n)
{
    struct preview p = {.a = a};
    size_t head = look(&p, &raw, &n);
    json_t *list = headers(&p, raw, head);
    json_t *out = json_pack("{sO sO sO sO sb sb}", "blocks", p.text.blocks, "links", p.text.links,
                            "headers", list, "attachments", p.files, "truncated", p.text.truncated,
                            "html", p.html);
    if (!out)
        bug("preview cannot be written");
    return jsonx_own(a, out);
}

/* All there is of style beside what html_safe() lets through. Where a link leads stays readable whatever is around it. */
static const char head[] =
    "<!doctype html><html><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
    "content=\"width=device-width\"><title>-</title><style>"
    "html{background:#fff;color:#1b2329;font:15px/1.6 system-ui,sans-serif}"
    "body{margin:12px;overflow-wrap:break-word}"
    ".t{white-space:pre-wrap}pre{white-space:pre-wrap}"
    ".k{color:inherit;text-decoration:underline dotted;unicode-bidi:isolate}"
    ".h{visibility:visible;font:400 12px/1.4 system-ui,sans-serif;letter-spacing:0;text-indent:0;"
    "text-transform:none;white-space:normal;unicode-bidi:isolate;direction:ltr;background:#e8eef1;"
    "color:#37474f;border-radius:4px;padding:0 4px;margin:0 4px}"
    ".d{background:#fde4e1;color:#9b1c12;font-weight:700}"
    ".p{display:inline-block;border:1px dashed #90a4ae;border-radius:4px;padding:2px 6px;"
    "color:#37474f;background:#fff;font:12px/1.4 system-ui,sans-serif}"
    "</style></head><body dir=\"auto\">";

json_t *
msg_formatted(struct arena *a, const unsigned char *raw, size_t n)
{
    struct preview p = {.a = a, .page = buf_new(a, 0)};
    buf_str(p.page, head);
    look(&p, &raw, &n);
    buf_str(p.page, "</body></html>");
    json_t *out = json_pack("{ss# sb sb}", "html", p.page->data, (int)p.page->len, "truncated",
                            p.text.truncated, "formatted", p.html);
    if (!out)
        bug("formatted preview cannot be written");
    return jsonx_own(a, out);
}
