/*
 * The safe preview: text, dead links with the host they really open, names of pictures. Nothing of
 * the original markup is kept (T-W2).
 */
#include "charset.h"
#include "html.h"
#include "mime_type.h"
#include "msg.h"
#include "part.h"
#include "rawhead.h"
#include "urls.h"
#include "../../common/arena.h"
#include "../../common/buf.h"
#include "../../common/err.h"
#include "../../common/jsonx.h"

#include <gmime/gmime.h>
#include <string.h>
#include <strings.h>

#define TEXT_MAX (200 * 1024)
#define BLOCKS 4000
#define LINKS 200
#define HEADERS 200
#define HEADER_VALUE 4000
#define FILES 200

struct preview {
    struct arena *a;
    json_t *blocks, *links, *files;
    struct buf *text; /* of the block being made */
    const char *href; /* inside a link */
    size_t total;
    bool truncated, blank, body;
    int parts;
};

/* ------------------------------------------------------------------ blocks */

static bool
room(struct preview *p)
{
    if (p->total < TEXT_MAX && json_array_size(p->blocks) < BLOCKS)
        return true;
    p->truncated = true;
    return false;
}

static json_t *
str(struct preview *p, const char *s, size_t most)
{
    return json_string(jsonx_utf8(p->a, s, strnlen(s, most)));
}

static void
add_link(struct preview *p, const char *label, const char *url)
{
    const char *host = url_host(p->a, url);
    json_array_append_new(p->blocks,
                          json_pack("{ss so so so}", "t", "link", "s", str(p, label, 2000), "url",
                                    str(p, url, 2000), "host", str(p, host, 300)));
    if (json_array_size(p->links) < LINKS)
        json_array_append_new(p->links, json_pack("{so so so}", "text", str(p, label, 300), "url",
                                                  str(p, url, 2000), "host", str(p, host, 300)));
    else
        p->truncated = true;
}

static void
flush(struct preview *p)
{
    if (!p->text->len)
        return;
    const char *s = buf_cstr(p->text);
    if (room(p)) {
        if (p->href && *p->href)
            add_link(p, s, p->href);
        else
            json_array_append_new(p->blocks,
                                  json_pack("{ss so}", "t", "text", "s", str(p, s, TEXT_MAX)));
        p->total += p->text->len;
    }
    buf_clear(p->text);
}

static void
add_break(struct preview *p)
{
    flush(p);
    size_t n = json_array_size(p->blocks);
    const char *last = n ? jsonx_str(json_array_get(p->blocks, n - 1), "t") : NULL;
    const char *before = n > 1 ? jsonx_str(json_array_get(p->blocks, n - 2), "t") : NULL;
    if (!last || (before && strcmp(last, "break") == 0 && strcmp(before, "break") == 0))
        return; /* one empty line at most */
    if (room(p))
        json_array_append_new(p->blocks, json_pack("{ss}", "t", "break"));
}

/* ------------------------------------------------------------------ HTML */

static void
on_text(void *ctx, const char *s, size_t n, bool hidden)
{
    struct preview *p = ctx;
    if (hidden || !room(p))
        return;
    for (size_t i = 0; i < n; i++) { /* white space collapses as in a browser */
        bool space = strchr(" \t\r\n\f", s[i]) && s[i];
        if (!space)
            buf_char(p->text, s[i]);
        else if (!p->blank)
            buf_char(p->text, ' ');
        p->blank = space;
    }
}

static void
on_block(void *ctx)
{
    struct preview *p = ctx;
    add_break(p);
    p->blank = true;
}

static void
on_link(void *ctx, const char *href)
{
    struct preview *p = ctx;
    flush(p);
    p->href = href;
}

static void
on_image(void *ctx, const char *src, const char *alt)
{
    struct preview *p = ctx;
    flush(p);
    const char *name = *alt ? alt : strrchr(src, '/') ? strrchr(src, '/') + 1 : src;
    if (room(p))
        json_array_append_new(p->blocks,
                              json_pack("{ss so so}", "t", "image", "s", str(p, name, 200), "host",
                                        str(p, url_host(p->a, src), 300)));
}

/* ------------------------------------------------------------------ plain text */

/* Lines stay lines; addresses of pages become links. */
static void
plain(struct preview *p, const char *s, size_t n)
{
    for (size_t i = 0; i < n && room(p);) {
        if (s[i] == '\n') {
            add_break(p);
            i++;
        } else if (s[i] == '\r') {
            i++;
        } else if ((i == 0 || !strchr("abcdefghijklmnopqrstuvwxyz", s[i - 1])) &&
                   (strncasecmp(s + i, "http://", 7) == 0 ||
                    strncasecmp(s + i, "https://", 8) == 0)) {
            size_t len = 0;
            while (i + len < n && (unsigned char)s[i + len] > 0x20 && !strchr("<>\"", s[i + len]))
                len++;
            flush(p);
            const char *url = arena_strndup(p->a, s + i, len);
            add_link(p, url, url);
            p->total += len;
            i += len;
        } else {
            buf_char(p->text, s[i++]);
        }
    }
    flush(p);
}

/* ------------------------------------------------------------------ parts */

static void
show_text(struct preview *p, GMimePart *part, bool html)
{
    struct part_bytes b;
    size_t n;
    part_read(p->a, part, TEXT_MAX * 4, &b);
    const char *charset = g_mime_object_get_content_type_parameter(GMIME_OBJECT(part), "charset");
    char *text = charset_utf8(p->a, charset, b.content, b.content_len, &n, NULL);
    p->truncated |= b.bytes > b.content_len;
    if (p->body)
        add_break(p);
    p->body = true;
    p->blank = true;
    if (html) {
        struct html_events ev = {p, on_text, on_block, on_link, on_image};
        html_walk(p->a, text, n, &ev);
        p->href = NULL;
        flush(p);
    } else {
        plain(p, text, n);
    }
}

static void
list_file(struct preview *p, GMimeObject *o, const char *name, const char *type, size_t bytes)
{
    (void)o;
    if (json_array_size(p->files) < FILES)
        json_array_append_new(p->files, json_pack("{so so sI}", "name", str(p, name, 300), "type",
                                                  str(p, type, 200), "bytes", (json_int_t)bytes));
    else
        p->truncated = true;
}

static void
leaf(struct preview *p, GMimeObject *o)
{
    GMimeContentType *ct = g_mime_object_get_content_type(o);
    const char *how = g_mime_object_get_disposition(o);
    if (!GMIME_IS_PART(o))
        return;
    const char *name = g_mime_part_get_filename(GMIME_PART(o));
    bool html = g_mime_content_type_is_type(ct, "text", "html");
    bool text = html || g_mime_content_type_is_type(ct, "text", "plain");
    if (text && !name && !(how && strcasecmp(how, "attachment") == 0)) {
        show_text(p, GMIME_PART(o), html);
        return;
    }
    struct part_bytes b;
    char *type = g_mime_content_type_get_mime_type(ct);
    part_read(p->a, GMIME_PART(o), 0, &b);
    const char *real = mime_type_of(b.head, b.head_len);
    list_file(p, o, name ? name : "", *real ? real : type, b.bytes);
    g_free(type);
}

static void visit(struct preview *p, GMimeObject *o, int depth);

/* The richest form that we can show: HTML knows where links go, plain text is the fallback. */
static GMimeObject *
alternative(GMimeMultipart *mp, int n)
{
    GMimeObject *best = NULL;
    for (int i = 0; i < n; i++) {
        GMimeObject *o = g_mime_multipart_get_part(mp, i);
        GMimeContentType *ct = g_mime_object_get_content_type(o);
        if (g_mime_content_type_is_type(ct, "text", "html") || GMIME_IS_MULTIPART(o) || !best)
            best = o;
    }
    return best;
}

static void
visit(struct preview *p, GMimeObject *o, int depth)
{
    if (++p->parts > MSG_PARTS || depth > MSG_DEPTH) {
        p->truncated = true;
        return;
    }
    if (GMIME_IS_MULTIPART(o)) {
        int n = g_mime_multipart_get_count(GMIME_MULTIPART(o));
        if (g_mime_content_type_is_type(g_mime_object_get_content_type(o), "multipart",
                                        "alternative") &&
            n > 0) {
            visit(p, alternative(GMIME_MULTIPART(o), n), depth + 1);
            return;
        }
        for (int i = 0; i < n && p->parts <= MSG_PARTS; i++)
            visit(p, g_mime_multipart_get_part(GMIME_MULTIPART(o), i), depth + 1);
    } else if (GMIME_IS_MESSAGE_PART(o)) {
        GMimeMessage *inner = g_mime_message_part_get_message(GMIME_MESSAGE_PART(o));
        const char *subject = inner ? g_mime_message_get_subject(inner) : NULL;
        list_file(p, o, subject ? subject : "", "message/rfc822", 0);
    } else {
        leaf(p, o);
    }
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
    char *value =
             charset_utf8(p->a, NULL, colon + 1, vn > HEADER_VALUE ? HEADER_VALUE : vn, NULL, NULL),
         *o = value;
    for (char *s = value; *s; s++) /* unfold */
        if (*s != '\r' && *s != '\n')
            *o++ = *s == '\t' ? ' ' : *s;
    *o = '\0';
    char *text = g_mime_utils_header_decode_text(NULL, value);
    while (*text == ' ')
        memmove(text, text + 1, strlen(text));
    json_array_append_new(list,
                          json_pack("[o,o]", str(p, name, 200), str(p, text, HEADER_VALUE * 2)));
    g_free(text);
}

static json_t *
headers(struct preview *p, const unsigned char *raw, size_t end)
{
    json_t *list = json_array();
    for (size_t at = 0; at < end;) {
        size_t stop = at;
        do { /* a field ends before a line that does not begin with white space */
            const unsigned char *nl = memchr(raw + stop, '\n', end - stop);
            stop = nl ? (size_t)(nl - raw) + 1 : end;
        } while (stop < end && (raw[stop] == ' ' || raw[stop] == '\t'));
        add_header(p, list, (const char *)raw + at, stop - at);
        at = stop;
    }
    return list;
}

json_t *
msg_preview(struct arena *a, const unsigned char *raw, size_t n)
{
    struct msg *scratch = msg_new(a);
    struct rawhead h;
    struct preview p = {.a = a,
                        .blocks = jsonx_own(a, json_array()),
                        .links = jsonx_own(a, json_array()),
                        .files = jsonx_own(a, json_array()),
                        .text = buf_new(a, TEXT_MAX * 2)};
    rawhead_read(scratch, raw, n, &h);
    if (h.over || rawhead_dashes(raw, n) > 50000) {
        p.truncated = true;
    } else {
        GMimeStream *in = g_mime_stream_mem_new_with_buffer((const char *)raw, n);
        GMimeParser *parser = g_mime_parser_new_with_stream(in);
        g_mime_parser_set_persist_stream(parser, TRUE);
        GMimeMessage *message = g_mime_parser_construct_message(parser, NULL);
        GMimeObject *body = message ? g_mime_message_get_mime_part(message) : NULL;
        if (body)
            visit(&p, body, 1);
        if (message)
            g_object_unref(message);
        g_object_unref(parser);
        g_object_unref(in);
    }
    json_t *out = json_pack("{sO sO so sO sb}", "blocks", p.blocks, "links", p.links, "headers",
                            headers(&p, raw, h.bytes > 256 * 1024 ? 256 * 1024 : h.bytes),
                            "attachments", p.files, "truncated", p.truncated);
    if (!out)
        bug("preview cannot be written");
    return jsonx_own(a, out);
}
