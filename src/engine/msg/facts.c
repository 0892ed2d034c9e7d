/*
 * From bytes to facts: limits on the raw bytes first, then GMime, then a walk that counts.
 *
 * GMime has no limits of its own for header bytes, header count and parts, so the raw bytes are
 * counted before it sees them. Its nesting stops at 1,024, ours at MSG_DEPTH.
 */
#include "charset.h"
#include "html.h"
#include "mime_type.h"
#include "msg.h"
#include "part.h"
#include "rawhead.h"
#include "urls.h"
#include "uuencode.h"
#include "../scan/scan.h"
#include "../../common/arena.h"
#include "../../common/buf.h"
#include "../../common/jsonx.h"
#include "../../common/token.h"
#include "../../common/when.h"

#include <gmime/gmime.h>
#include <string.h>
#include <strings.h>

#define DASH_LINES 50000 /* more lines with "--" in front are not given to GMime */

struct walker {
    struct msg *m;
    struct arena *a;
    struct buf *text;
    int parts;
};

struct html_text {
    struct walker *w;
    const char *part;
    struct buf *out;
};

/* ------------------------------------------------------------------ text parts */

static void
on_text(void *ctx, const char *p, size_t n, bool hidden)
{
    struct html_text *h = ctx;
    if (!hidden)
        buf_add(h->out, p, n);
}

static void
on_block(void *ctx)
{
    struct html_text *h = ctx;
    buf_char(h->out, '\n');
}

static void
on_link(void *ctx, const char *href)
{
    struct html_text *h = ctx;
    if (href)
        urls_add(h->w->m, href, "html", h->part);
}

static void
on_image(void *ctx, const char *src, const char *alt)
{
    struct html_text *h = ctx;
    (void)alt;
    urls_add(h->w->m, src, "html", h->part);
}

static void
read_text(struct walker *w, GMimePart *part, const char *id, bool html, const struct part_bytes *b)
{
    bool known;
    size_t n;
    const char *charset = g_mime_object_get_content_type_parameter(GMIME_OBJECT(part), "charset");
    char *text = charset_utf8(w->a, charset, b->content, b->content_len, &n, &known);
    if (!known)
        msg_add_anomaly(w->m, "charset-unknown");
    if (b->bytes > b->content_len)
        msg_add_anomaly(w->m, "text-cut");
    if (html) {
        struct html_text h = {w, id, buf_new(w->a, MSG_TEXT_BYTES)};
        struct html_events ev = {&h, on_text, on_block, on_link, on_image};
        html_walk(w->a, text, n, &ev);
        text = h.out->data ? h.out->data : arena_strdup(w->a, "");
        n = h.out->len;
    } else {
        uuencode_find(w->m, text, n, id);
    }
    urls_in_text(w->m, text, n, id);
    buf_add(w->text, text, n);
    buf_char(w->text, '\n');
}

/* ------------------------------------------------------------------ parts */

static const char *
utf8(struct walker *w, const char *s)
{
    return s ? jsonx_utf8(w->a, s, strlen(s)) : "";
}

/* What a mail program would list as a file: named, or marked so, or not text. */
static bool
is_attachment(GMimeObject *o, bool text, const char *name)
{
    const char *how = g_mime_object_get_disposition(o);
    return !text || *name || (how && strcasecmp(how, "attachment") == 0);
}

static void
check_encoding(struct walker *w, GMimeObject *o)
{
    const char *cte = g_mime_object_get_header(o, "Content-Transfer-Encoding");
    static const char *const known[] = {"7bit", "8bit", "binary", "base64", "quoted-printable", "x-uuencode", "uuencode", "x-uue", NULL};
    if (!cte)
        return;
    char *copy = arena_strdup(w->a, cte), *end = copy + strlen(copy);
    while (end > copy && strchr(" \t\r\n", end[-1]))
        *--end = '\0';
    for (int i = 0; known[i]; i++)
        if (strcasecmp(copy, known[i]) == 0)
            return;
    msg_add_anomaly(w->m, "mime-unknown-transfer-encoding");
}

static void
leaf(struct walker *w, GMimeObject *o, const char *id)
{
    GMimeContentType *ct = g_mime_object_get_content_type(o);
    char *type = g_mime_content_type_get_mime_type(ct);
    struct part_bytes b;
    bool text = g_mime_content_type_is_type(ct, "text", "*") && GMIME_IS_PART(o);
    bool html = g_mime_content_type_is_type(ct, "text", "html");
    if (!GMIME_IS_PART(o)) {
        g_free(type);
        return;
    }
    const char *name = utf8(w, g_mime_part_get_filename(GMIME_PART(o)));
    size_t room = w->text->limit - w->text->len;
    part_read(w->a, GMIME_PART(o), text ? room + 1 : 0, &b);
    check_encoding(w, o);
    if (text && room)
        read_text(w, GMIME_PART(o), id, html, &b);
    if (is_attachment(o, text, name)) {
        struct msg_part p = {.id = id,
                             .type = utf8(w, type),
                             .true_type = mime_type_of(b.head, b.head_len),
                             .name = name,
                             .bytes = (int64_t)b.bytes,
                             .attachment = true};
        memcpy(p.sha256, b.sha256, sizeof p.sha256);
        msg_add_part(w->m, p);
    }
    if (strcmp(utf8(w, type), "application/ms-tnef") == 0)
        msg_add_anomaly(w->m, "tnef");
    g_free(type);
}

static void
check_object(struct walker *w, GMimeObject *o, const char *id)
{
    GMimeHeaderList *h = g_mime_object_get_header_list(o);
    int n = g_mime_header_list_get_count(h), types = 0, encodings = 0;
    if (n > MSG_HEADERS)
        msg_add_exception(w->m, "too-many-headers", id, MSG_HEADERS, n);
    for (int i = 0; i < n && i < MSG_HEADERS; i++) {
        const char *name = g_mime_header_get_name(g_mime_header_list_get_header_at(h, i));
        types += strcasecmp(name, "Content-Type") == 0;
        encodings += strcasecmp(name, "Content-Transfer-Encoding") == 0;
    }
    if (types > 1)
        msg_add_anomaly(w->m, "mime-many-content-type");
    if (encodings > 1)
        msg_add_anomaly(w->m, "mime-many-transfer-encoding");
}

/* Two boundary parameters, or a list of them that programs read differently (CVE-2024-28054). */
static void
check_multipart(struct walker *w, GMimeObject *o)
{
    const char *value = g_mime_object_get_header(o, "Content-Type");
    const char *boundary = g_mime_object_get_content_type_parameter(o, "boundary");
    int count = 0;
    for (const char *p = value; p && (p = strcasestr(p, "boundary")); p += 8) {
        const char *q = p + 8;
        while (*q == ' ' || *q == '\t')
            q++;
        count += *q == '=' || *q == '*' || *q == '(';
    }
    if (count > 1)
        msg_add_anomaly(w->m, "mime-many-boundary");
    if (!boundary || !*boundary)
        msg_add_anomaly(w->m, "mime-no-boundary");
    else if (strlen(boundary) > 70)
        msg_add_anomaly(w->m, strlen(boundary) > 2000 ? "mime-boundary-huge" : "mime-boundary-long");
    const char *cte = g_mime_object_get_header(o, "Content-Transfer-Encoding");
    if (cte && (strcasestr(cte, "base64") || strcasestr(cte, "quoted")))
        msg_add_anomaly(w->m, "mime-encoded-multipart");
}

static void visit(struct walker *w, GMimeObject *o, const char *id, int depth);

static void
visit_message(struct walker *w, GMimeObject *o, const char *id, int depth)
{
    GMimeMessage *inner = g_mime_message_part_get_message(GMIME_MESSAGE_PART(o));
    GMimeObject *body = inner ? g_mime_message_get_mime_part(inner) : NULL;
    const char *subject = inner ? g_mime_message_get_subject(inner) : NULL;
    msg_add_part(w->m, (struct msg_part){.id = id,
                                         .type = "message/rfc822",
                                         .true_type = "message/rfc822",
                                         .name = utf8(w, subject),
                                         .attachment = true,
                                         .children = body ? 1 : 0});
    if (body)
        visit(w, body, arena_printf(w->a, "%s.1", id), depth + 1);
}

static void
visit(struct walker *w, GMimeObject *o, const char *id, int depth)
{
    if (++w->parts > MSG_PARTS) {
        msg_add_exception(w->m, "too-many-parts", "", MSG_PARTS, w->parts);
        return;
    }
    if (depth > MSG_DEPTH) {
        msg_add_exception(w->m, "too-deep", arena_strndup(w->a, id, 60), MSG_DEPTH, depth);
        return;
    }
    check_object(w, o, id);
    if (GMIME_IS_MULTIPART(o)) {
        int n = g_mime_multipart_get_count(GMIME_MULTIPART(o));
        check_multipart(w, o);
        for (int i = 0; i < n && w->parts <= MSG_PARTS; i++)
            visit(w, g_mime_multipart_get_part(GMIME_MULTIPART(o), i), arena_printf(w->a, "%s.%d", id, i + 1), depth + 1);
        if (n == 0)
            msg_add_anomaly(w->m, "mime-empty-multipart");
    } else if (GMIME_IS_MESSAGE_PARTIAL(o)) {
        msg_add_anomaly(w->m, "message-partial");
        leaf(w, o, id);
    } else if (GMIME_IS_MESSAGE_PART(o)) {
        visit_message(w, o, id, depth);
    } else {
        if (g_mime_content_type_is_type(g_mime_object_get_content_type(o), "message", "external-body"))
            msg_add_anomaly(w->m, "message-external-body");
        leaf(w, o, id);
    }
}

/* ------------------------------------------------------------------ header fields */

static const char *
decoded_field(struct msg *m, const unsigned char *raw, const struct rawhead *h, const char *name)
{
    char *value = rawhead_value(m->arena, raw, h, name);
    if (!value)
        return "";
    value = charset_utf8(m->arena, NULL, value, strlen(value), NULL, NULL);
    char *text = g_mime_utils_header_decode_text(NULL, value);
    char *out = jsonx_utf8(m->arena, text, strnlen(text, 10000));
    g_free(text);
    for (char *p = out; *p; p++)
        if ((unsigned char)*p < 0x20)
            *p = ' ';
    return out;
}

static void
read_from(struct msg *m, const unsigned char *raw, const struct rawhead *h)
{
    char *value = rawhead_value(m->arena, raw, h, "From");
    if (!value)
        return;
    value = charset_utf8(m->arena, NULL, value, strnlen(value, 10000), NULL, NULL);
    InternetAddressList *list = internet_address_list_parse(NULL, value);
    InternetAddress *first = list && internet_address_list_length(list) > 0 ? internet_address_list_get_address(list, 0) : NULL;
    if (list && internet_address_list_length(list) > 1)
        msg_add_anomaly(m, "from-many-addresses");
    if (first) {
        const char *name = internet_address_get_name(first);
        const char *addr = INTERNET_ADDRESS_IS_MAILBOX(first) ? internet_address_mailbox_get_addr(INTERNET_ADDRESS_MAILBOX(first)) : "";
        m->from_name = name ? jsonx_utf8(m->arena, name, strlen(name)) : "";
        m->from = addr ? jsonx_utf8(m->arena, addr, strlen(addr)) : "";
    }
    if (!*m->from)
        msg_add_anomaly(m, "from-unreadable");
    if (list)
        g_object_unref(list);
}

static void
read_fields(struct msg *m, const unsigned char *raw, const struct rawhead *h)
{
    m->subject = decoded_field(m, raw, h, "Subject");
    m->message_id = decoded_field(m, raw, h, "Message-ID");
    m->date = decoded_field(m, raw, h, "Date");
    read_from(m, raw, h);
}

/* ------------------------------------------------------------------ the message */

static void
parse(struct msg *m, const unsigned char *raw, size_t n)
{
    struct walker w = {.m = m, .a = m->arena, .text = buf_new(m->arena, MSG_TEXT_BYTES)};
    GMimeStream *in = g_mime_stream_mem_new_with_buffer((const char *)raw, n);
    GMimeParser *parser = g_mime_parser_new_with_stream(in);
    g_mime_parser_set_persist_stream(parser, TRUE);
    GMimeMessage *message = g_mime_parser_construct_message(parser, NULL);
    GMimeObject *body = message ? g_mime_message_get_mime_part(message) : NULL;
    if (body)
        visit(&w, body, "1", 1);
    else
        msg_add_exception(m, "parse-failed", "", 0, 1);
    m->text = w.text->data ? w.text->data : "";
    m->text_len = w.text->len;
    if (message)
        g_object_unref(message);
    g_object_unref(parser);
    g_object_unref(in);
}

static void
run_scanners(struct msg *m, const unsigned char *raw, size_t n)
{
    static const struct scanner *const scanners[] = {
#define SCANNER(id) &scan_##id,
#include "../scan/scanners.def"
#undef SCANNER
    };
    struct scan_ctx c = {m, raw, n};
    for (size_t i = 0; i < sizeof scanners / sizeof *scanners; i++)
        scanners[i]->run(&c);
}

struct msg *
msg_scan(struct arena *a, const unsigned char *raw, size_t n, const struct envelope *env)
{
    struct msg *m = msg_new(a);
    struct rawhead h;
    int64_t start = when_mono_us();
    (void)env; /* the scanners of this stage look at content only */
    m->bytes = (int64_t)n;
    token_sha256(raw, n, m->sha256);
    rawhead_read(m, raw, n, &h);
    rawhead_lines(m, raw, n);
    read_fields(m, raw, &h);
    size_t dashes = rawhead_dashes(raw, n);
    if (dashes > DASH_LINES)
        msg_add_exception(m, "too-many-parts", "", MSG_PARTS, (int64_t)dashes);
    else if (!h.over)
        parse(m, raw, n);
    run_scanners(m, raw, n);
    m->microseconds = when_mono_us() - start;
    return m;
}
