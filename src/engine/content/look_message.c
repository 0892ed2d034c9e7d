/*
 * A message in a file (.eml, .mht) that the MIME structure does not show as one. Its text and files are looked
 * at as members; what MIME parsers disagree about is not checked here, since a mail program shows it as a file.
 */
#include "bytes.h"
#include "content.h"
#include "looktext.h"

#include <gmime/gmime.h>
#include <string.h>
#include <strings.h>

#define PARTS 200
#define DEPTH 20

static bool
has_head(const struct content_file *f)
{
    size_t n = f->n > 8192 ? 8192 : f->n;
    return bytes_field(f->p, f->n) || bytes_find(f->p, n, "\nmime-version:") ||
           bytes_find(f->p, n, "\ncontent-type:") || bytes_find(f->p, n, "\nsubject:") ||
           bytes_find(f->p, n, "\nfrom:") ||
           (n > 13 && strncasecmp((const char *)f->p, "mime-version:", 13) == 0);
}

static bool
wants(const struct content_file *f)
{
    bool shown_by_walk = !f->inside && strncasecmp(f->type, "message/", 8) == 0;
    return !shown_by_walk &&
           (bytes_ext(f->name, ".eml") || bytes_ext(f->name, ".mht") ||
            bytes_ext(f->name, ".mhtml") || strcasecmp(f->type, "message/rfc822") == 0) &&
           has_head(f);
}

struct reading {
    struct content *c;
    const struct content_file *f;
    int parts;
};

/* Messages in messages hold their files at the same time. */
static void
member(struct reading *r, const char *name, const GByteArray *b)
{
    if (!content_hold(r->c, r->f, b->len))
        return;
    (void)content_member(r->c, r->f, name, b->data, b->len);
    (void)content_hold(r->c, r->f, -(int64_t)b->len);
}

static void
visit(struct reading *r, GMimeObject *o, int depth)
{
    if (depth > DEPTH || ++r->parts > PARTS) {
        content_finding(r->c, r->f, "message-too-deep", "unscannable", 0, r->f->name);
        return;
    }
    if (GMIME_IS_MULTIPART(o)) {
        int n = g_mime_multipart_get_count(GMIME_MULTIPART(o));
        for (int i = 0; i < n && r->parts <= PARTS; i++)
            visit(r, g_mime_multipart_get_part(GMIME_MULTIPART(o), i), depth + 1);
    } else if (GMIME_IS_MESSAGE_PART(o)) {
        GMimeMessage *m = g_mime_message_part_get_message(GMIME_MESSAGE_PART(o));
        if (m && g_mime_message_get_mime_part(m))
            visit(r, g_mime_message_get_mime_part(m), depth + 1);
    } else if (GMIME_IS_PART(o)) {
        GMimeDataWrapper *w = g_mime_part_get_content(GMIME_PART(o));
        GMimeStream *out = g_mime_stream_mem_new();
        const char *name = g_mime_part_get_filename(GMIME_PART(o));
        char *type = g_mime_content_type_get_mime_type(g_mime_object_get_content_type(o));
        if (w && g_mime_data_wrapper_write_to_stream(w, out) >= 0) {
            GByteArray *b = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(out));
            bool html = strcasecmp(type, "text/html") == 0;
            if (!name && strcasecmp(type, "text/plain") == 0)
                looktext(r->c, r->f, b->data, b->len);
            else
                member(r, name ? name : html ? "message.html" : "", b);
        }
        g_free(type);
        g_object_unref(out);
    }
}

static void
run(struct content *c, const struct content_file *f)
{
    struct reading r = {c, f, 0};
    GMimeStream *in = g_mime_stream_mem_new_with_buffer((const char *)f->p, f->n);
    GMimeParser *parser = g_mime_parser_new_with_stream(in);
    GMimeMessage *m = g_mime_parser_construct_message(parser, NULL);
    const char *subject = m ? g_mime_message_get_subject(m) : NULL;
    if (subject)
        looktext(c, f, subject, strlen(subject));
    if (m && g_mime_message_get_mime_part(m))
        visit(&r, g_mime_message_get_mime_part(m), 0);
    if (m)
        g_object_unref(m);
    g_object_unref(parser);
    g_object_unref(in);
}

const struct content_look look_message = {
    .name = "message", .help = "Messages in files", .wants = wants, .run = run};
