#include "walk.h"
#include "charset.h"
#include "inner.h"
#include "mime_type.h"
#include "mimehead.h"
#include "msg.h"
#include "part.h"
#include "rawhead.h"
#include "smime.h"
#include "structure.h"
#include "textpart.h"
#include "../content/content.h"
#include "../../common/arena.h"
#include "../../common/buf.h"
#include "../../common/jsonx.h"

#include <ctype.h>
#include <gmime/gmime.h>
#include <string.h>
#include <strings.h>

#define TYPE_MAX_BYTES 200

/* One message: the outer one, or one that was encoded inside it. */
struct level {
    struct walk *w;
    struct arena *a;
    const char *boundaries[MSG_PARTS];
    int nboundaries;
    struct inner_scope scope;
};

static void parse(struct walk *w, const unsigned char *raw, size_t n, const char *id, int depth);
static void visit(struct level *l, GMimeObject *o, const char *id, int depth);

/* ------------------------------------------------------------------ leaves */

/* Names of encodings that everybody reads as "as it is". Others are a guess, and guesses differ. */
static void
check_encoding(struct level *l, GMimeObject *o)
{
    static const char *const known[] = {"7bit",
                                        "8bit",
                                        "binary",
                                        "base64",
                                        "quoted-printable",
                                        "x-uuencode",
                                        "uuencode",
                                        "x-uue",
                                        "7-bit",
                                        "8-bit",
                                        "7 bit",
                                        "8 bit",
                                        "7bits",
                                        "8bits",
                                        "none",
                                        "plain",
                                        "text",
                                        "utf-8",
                                        "iso-8859-1",
                                        "us-ascii",
                                        ""};
    const char *cte = g_mime_object_get_header(o, "Content-Transfer-Encoding");
    if (!cte)
        return;
    char *copy = arena_strndup(l->a, cte, 100), *start = copy, *end = copy + strlen(copy);
    while (end > start && strchr(" \t\r\n", end[-1]))
        *--end = '\0';
    while (*start == ' ' || *start == '\t' || *start == '\r' || *start == '\n')
        start++;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcasecmp(start, known[i]) == 0)
            return;
    msg_add_anomaly(l->w->m, "mime-unknown-transfer-encoding");
}

static void
check_names(struct level *l, GMimeObject *o, const char *name)
{
    static const char *const bidi[] = {"\xe2\x80\xaa", "\xe2\x80\xab", "\xe2\x80\xac",
                                       "\xe2\x80\xad", "\xe2\x80\xae", "\xe2\x81\xa6",
                                       "\xe2\x81\xa7", "\xe2\x81\xa8", "\xe2\x81\xa9"};
    const char *one = g_mime_object_get_content_type_parameter(o, "name");
    const char *two = g_mime_object_get_content_disposition_parameter(o, "filename");
    if (one && two && *one && *two && strcmp(one, two) != 0)
        msg_add_anomaly(l->w->m, "attachment-two-names");
    for (size_t i = 0; i < sizeof bidi / sizeof *bidi; i++)
        if (strstr(name, bidi[i]))
            msg_add_anomaly(l->w->m, "attachment-name-bidi");
}

static const char *
type_of(struct level *l, GMimeObject *o)
{
    char *type = g_mime_content_type_get_mime_type(g_mime_object_get_content_type(o));
    char *copy = jsonx_utf8(l->a, type, strnlen(type, TYPE_MAX_BYTES));
    for (char *c = copy; *c; c++)
        *c = (char)tolower((unsigned char)*c);
    g_free(type);
    return copy;
}

static void
check_decoding(struct level *l, GMimeObject *o, const struct part_bytes *b)
{
    GMimeContentType *ct = g_mime_object_get_content_type(o);
    bool text = part_is_shown(o) || g_mime_content_type_is_type(ct, "text", "*") ||
                g_mime_content_type_is_type(ct, "message", "*");
    if (b->junk)
        msg_add_anomaly(l->w->m, "base64-junk");
    if (b->behind_padding)
        msg_add_anomaly(l->w->m, text ? "base64-text-behind-padding" : "base64-behind-padding");
    if (b->quoted_odd)
        msg_add_anomaly(l->w->m, text ? "quoted-text-odd" : "quoted-file-odd");
}

/* Also by the names that other programs give them, and what stands in for a body that is elsewhere. */
static bool
is_message(GMimeContentType *ct, const char *type)
{
    return g_mime_content_type_is_type(ct, "message", "global") ||
           g_mime_content_type_is_type(ct, "message", "news") ||
           g_mime_content_type_is_type(ct, "message", "external-body") ||
           (g_mime_content_type_is_type(ct, "message", "*") && strstr(type, "rfc822"));
}

static void
text_leaf(struct level *l, GMimeObject *o, const char *name, const char *id, struct part_bytes b)
{
    GMimeContentType *ct = g_mime_object_get_content_type(o);
    enum textpart_kind kind = part_is_file(o, name)                              ? TEXTPART_FILE
                              : g_mime_content_type_is_type(ct, "text", "plain") ? TEXTPART_PLAIN
                                                                                 : TEXTPART_HTML;
    size_t most = textpart_room(l->w, kind, id, b.bytes);
    if (b.content_len > most)
        b.content_len = most;
    textpart_read(l->w, GMIME_PART(o), id, &b);
}

/* A message inside a signature (RFC 8551, 3.5.2) is what mail programs show. What else may be in such a file, and what
 * cannot be opened, is for content/look_smime.c. */
static void
signed_entity(struct level *l, const struct part_bytes *b, const char *id, int depth)
{
    struct smime s;
    smime_open(l->w->scratch, (const unsigned char *)b->content, b->content_len, &s);
    if (s.kind != SMIME_OPEN || !smime_may_be_entity(&s))
        return;
    if (l->w->signatures >= SMIME_LAYERS) {
        msg_add_exception(l->w->m, "too-deep", arena_strndup(l->a, id, 60), SMIME_LAYERS,
                          l->w->signatures + 1);
        return;
    }
    int64_t inflated = s.n > b->content_len ? (int64_t)s.n : 0;
    if (l->w->inflated + inflated > CONTENT_LIVE_BYTES) {
        msg_add_exception(l->w->m, "archive-bytes", arena_strndup(l->a, id, 60), CONTENT_LIVE_BYTES,
                          l->w->inflated + inflated);
        return;
    }
    l->w->signatures++;
    l->w->inflated += inflated;
    parse(l->w, s.p, s.n, arena_printf(l->a, "%s.1", id), depth + 1);
    l->w->inflated -= inflated;
    l->w->signatures--;
}

static void
leaf_in(struct level *l, GMimeObject *o, const char *id, int depth)
{
    GMimeContentType *ct = g_mime_object_get_content_type(o);
    struct msg *m = l->w->m;
    struct part_bytes b;
    const char *name = part_name(l->a, o), *type = type_of(l, o);
    size_t room = l->w->text->limit - l->w->text->len, keep = 0;
    /* GMime leaves a message that is encoded as it is: mail programs open it. */
    bool message = is_message(ct, type);
    if (message)
        keep = l->scope.n + 1;
    else if (g_mime_content_type_is_type(ct, "text", "*") && !part_is_file(o, name))
        keep = room + 1;
    else
        keep = l->scope.n + 1;
    part_read(l->w->scratch, GMIME_PART(o), keep, &b);
    check_encoding(l, o);
    check_names(l, o, name);
    check_decoding(l, o, &b);
    if (g_mime_content_type_is_type(ct, "text", "*"))
        text_leaf(l, o, name, id, b);
    if (part_is_file(o, name)) {
        struct msg_part p = {.id = id,
                             .type = type,
                             .true_type =
                                 mime_type_of((const unsigned char *)b.content, b.content_len),
                             .name = name,
                             .bytes = (int64_t)b.bytes,
                             .attachment = true,
                             .children = message};
        memcpy(p.sha256, b.sha256, sizeof p.sha256);
        msg_add_part(m, p);
        content_part(l->w->content, &p, b.content, b.content_len);
        signed_entity(l, &b, id, depth);
    }
    if (strcasecmp(type, "application/ms-tnef") == 0 || strcasecmp(name, "winmail.dat") == 0)
        msg_add_anomaly(m, "tnef");
    if (message)
        parse(l->w, (const unsigned char *)b.content, b.content_len, arena_printf(l->a, "%s.1", id),
              depth + 1);
}

/* Decoded content is thrown away with the part: a message can have very much of it. */
static void
leaf(struct level *l, GMimeObject *o, const char *id, int depth)
{
    struct arena *outer = l->w->scratch;
    l->w->scratch = arena_new();
    leaf_in(l, o, id, depth);
    arena_free(&l->w->scratch);
    l->w->scratch = outer;
}

/* ------------------------------------------------------------------ trees */

/* A multipart without parts: programs show its bytes as text. */
static void
childless(struct level *l, GMimeMultipart *mp, const char *id)
{
    const char *text = g_mime_multipart_get_prologue(mp);
    const char *cte = g_mime_object_get_header(GMIME_OBJECT(mp), "Content-Transfer-Encoding");
    msg_add_anomaly(l->w->m, "mime-empty-multipart");
    if (text)
        textpart_plain(l->w, text, strlen(text), id);
    if (text && cte && (strcasestr(cte, "base64") || strcasestr(cte, "quoted")))
        msg_add_anomaly(l->w->m, "mime-encoded-multipart");
}

static bool
is_alternative(GMimeObject *o)
{
    return g_mime_content_type_is_type(g_mime_object_get_content_type(o), "multipart",
                                       "alternative");
}

/* Is there a page in it that every mail program shows? Not those of watches, nor one in an attached message. */
static bool
has_page(struct level *l, GMimeObject *o, int depth)
{
    if (depth > MSG_DEPTH)
        return false;
    if (GMIME_IS_MULTIPART(o)) {
        int n = g_mime_multipart_get_count(GMIME_MULTIPART(o));
        for (int i = 0; i < n && i <= MSG_PARTS; i++)
            if (has_page(l, g_mime_multipart_get_part(GMIME_MULTIPART(o), i), depth + 1))
                return true;
        return false;
    }
    return GMIME_IS_PART(o) &&
           g_mime_content_type_is_type(g_mime_object_get_content_type(o), "text", "html") &&
           !part_is_file(o, part_name(l->a, o));
}

static void
multipart(struct level *l, GMimeObject *o, const char *id, int depth)
{
    GMimeMultipart *mp = GMIME_MULTIPART(o);
    const char *boundary = g_mime_object_get_content_type_parameter(o, "boundary");
    int n = g_mime_multipart_get_count(mp);
    size_t at = l->w->text->len;
    bool had_page = l->w->m->page_len > 0;
    if (boundary && *boundary && l->nboundaries < MSG_PARTS)
        l->boundaries[l->nboundaries++] = arena_strdup(l->a, boundary);
    if (boundary && strlen(boundary) > 70)
        msg_add_anomaly(l->w->m,
                        strlen(boundary) > 2000 ? "mime-boundary-huge" : "mime-boundary-long");
    inner_enter(&l->scope, o);
    for (int i = 0; i < n && l->w->parts <= MSG_PARTS; i++)
        visit(l, g_mime_multipart_get_part(mp, i), arena_printf(l->a, "%s.%d", id, i + 1),
              depth + 1);
    inner_leave(&l->scope);
    if (!had_page && at == 0 && is_alternative(o))
        l->w->m->page_alone = l->w->m->page_len > 0 && has_page(l, o, depth);
    if (n == 0)
        childless(l, mp, id);
}

static void
message_part(struct level *l, GMimeObject *o, const char *id, int depth)
{
    GMimeMessage *inner = g_mime_message_part_get_message(GMIME_MESSAGE_PART(o));
    GMimeObject *body = inner ? g_mime_message_get_mime_part(inner) : NULL;
    const char *name = part_name(l->a, o);
    struct msg_part p = {.id = id,
                         .type = type_of(l, o),
                         .true_type = "message/rfc822",
                         .name = name,
                         .attachment = true,
                         .children = body ? 1 : 0};
    if (inner)
        inner_bytes(&l->scope, inner, &p.bytes, p.sha256);
    msg_add_part(l->w->m, p);
    if (body)
        visit(l, body, arena_printf(l->a, "%s.1", id), depth + 1);
}

static bool
within_limits(struct level *l, const char *id, int depth)
{
    if (++l->w->parts > MSG_PARTS) {
        msg_add_exception(l->w->m, "too-many-parts", "", MSG_PARTS, l->w->parts);
        return false;
    }
    if (depth > MSG_DEPTH) {
        msg_add_exception(l->w->m, "too-deep", arena_strndup(l->a, id, 60), MSG_DEPTH, depth);
        return false;
    }
    return true;
}

static void
visit(struct level *l, GMimeObject *o, const char *id, int depth)
{
    if (!within_limits(l, id, depth))
        return;
    if (GMIME_IS_MULTIPART(o)) {
        multipart(l, o, id, depth);
        return;
    }
    if (GMIME_IS_MESSAGE_PART(o)) {
        message_part(l, o, id, depth);
        return;
    }
    if (GMIME_IS_MESSAGE_PARTIAL(o))
        msg_add_anomaly(l->w->m, "message-partial");
    if (g_mime_content_type_is_type(g_mime_object_get_content_type(o), "message", "external-body"))
        msg_add_anomaly(l->w->m, "message-external-body");
    if (GMIME_IS_PART(o))
        leaf(l, o, id, depth);
}

/* ------------------------------------------------------------------ parsing */

static void
read_tree(struct level *l, const unsigned char *raw, size_t n, const char *id, int depth)
{
    GMimeStream *in = g_mime_stream_mem_new_with_buffer((const char *)raw, n);
    GMimeParser *parser = g_mime_parser_new_with_stream(in);
    g_mime_parser_set_persist_stream(parser, TRUE);
    GMimeMessage *message = g_mime_parser_construct_message(parser, NULL);
    GMimeObject *body = message ? g_mime_message_get_mime_part(message) : NULL;
    if (body)
        visit(l, body, id, depth);
    else if (within_limits(l, id, depth)) /* no field at all: text */
        textpart_plain(l->w, (const char *)raw, n, id);
    if (message)
        g_object_unref(message);
    g_object_unref(parser);
    g_object_unref(in);
}

static void
parse(struct walk *w, const unsigned char *raw, size_t n, const char *id, int depth)
{
    struct level *l = arena_alloc(w->scratch, sizeof *l);
    size_t mime_n;
    if (!rawhead_parsable(w->m, raw, n))
        return;
    const unsigned char *mime = mimehead(w->scratch, raw, n, &mime_n);
    *l = (struct level){.w = w, .a = w->m->arena, .scope = {.raw = mime, .n = mime_n}};
    read_tree(l, mime, mime_n, id, depth);
    structure_check(w->m, raw, n, l->boundaries, l->nboundaries);
}

void
walk_message(struct walk *w, const unsigned char *raw, size_t n)
{
    w->scratch = arena_new();
    parse(w, raw, n, "1", 1);
    arena_free(&w->scratch);
}
