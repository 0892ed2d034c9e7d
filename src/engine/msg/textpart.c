#include "textpart.h"
#include "charset.h"
#include "html.h"
#include "msg.h"
#include "part.h"
#include "urls.h"
#include "uuencode.h"
#include "walk.h"
#include "yenc.h"
#include "../../common/arena.h"
#include "../../common/buf.h"

#include <string.h>

struct html_text {
    struct url_place at;
    struct buf *out, *hidden;
    struct buf *label; /* of the link that is open */
    const char *href;  /* NULL: none is open */
};

static void
on_text(void *ctx, const char *p, size_t n, bool hidden)
{
    struct html_text *h = ctx;
    buf_add(hidden ? h->hidden : h->out, p, n);
    if (!hidden && h->href)
        buf_add(h->label, p, n);
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
    if (h->href)
        msg_add_link(h->at.m, (struct msg_link){buf_cstr(h->label), h->href, h->at.part});
    h->href = href ? arena_strdup(h->at.scratch, href) : NULL;
    buf_clear(h->label);
    if (href)
        urls_add(&h->at, href);
}

static void
on_image(void *ctx, const char *src, const char *alt)
{
    struct html_text *h = ctx;
    (void)alt;
    urls_add(&h->at, src);
}

/* <meta http-equiv=refresh content="0; url=..."> and lists of sources hold addresses inside. */
static void
on_other(void *ctx, const char *value)
{
    struct html_text *h = ctx;
    if (!urls_add(&h->at, value))
        urls_in_text(&h->at, value, strlen(value));
}

static void
collect(struct walk *w, const char *text, size_t n, const char *id)
{
    struct url_place at = {w->m, w->scratch, "text", id};
    urls_in_text(&at, text, n);
    buf_add(w->text, text, n);
    buf_char(w->text, '\n');
}

static void
too_long(struct walk *w, const char *id, size_t seen)
{
    msg_add_exception(w->m, "text-too-long", id, MSG_TEXT_BYTES, (int64_t)seen);
}

/* Some programs show files that stand in the text; a BinHex file is not opened here. */
static void
files_inside(struct walk *w, const char *text, size_t n, const char *id, bool cut)
{
    static const char binhex[] = "(This file must be converted with BinHex";
    bool complete = uuencode_find(w->m, text, n, id);
    complete &= yenc_find(w->m, text, n, id);
    if (cut && !complete)
        msg_add_exception(w->m, "file-in-text-too-long", id, MSG_TEXT_BYTES, MSG_TEXT_BYTES + 1);
    const char *hqx = memmem(text, n, binhex, sizeof binhex - 1);
    if (hqx && memmem(hqx, n - (size_t)(hqx - text), "\n:", 2))
        msg_add_anomaly(w->m, "binhex-in-text");
}

void
textpart_read(struct walk *w, GMimePart *part, const char *id, const struct part_bytes *b)
{
    GMimeObject *o = GMIME_OBJECT(part);
    GMimeContentType *ct = g_mime_object_get_content_type(o);
    bool known;
    size_t n;
    const char *charset = g_mime_object_get_content_type_parameter(o, "charset");
    if (b->bytes > b->content_len)
        too_long(w, id, w->text->len + b->bytes);
    char *text = charset_utf8(w->scratch, charset, b->content, b->content_len, &n, &known);
    if (!known)
        msg_add_anomaly(w->m, "charset-unknown");
    buf_add(w->source, text, n);
    buf_char(w->source, '\n');
    if (g_mime_content_type_is_type(ct, "text", "html") ||
        g_mime_content_type_is_type(ct, "text", "x-amp-html") ||
        g_mime_content_type_is_type(ct, "text", "watch-html")) {
        struct html_text h = {.at = {w->m, w->scratch, "html", id},
                              .out = buf_new(w->scratch, MSG_TEXT_BYTES),
                              .hidden = w->hidden,
                              .label = buf_new(w->scratch, MSG_LINK_TEXT)};
        struct html_events ev = {&h, on_text, on_block, on_link, on_image, on_other};
        html_walk(w->scratch, text, n, &ev);
        on_link(&h, NULL);
        w->m->html = true;
        collect(w, buf_cstr(h.out), h.out->len, id);
    } else {
        if (part_is_shown(o)) /* on the bytes as they came: a charset would change the files */
            files_inside(w, b->content, b->content_len, id, b->bytes > b->content_len);
        collect(w, text, n, id);
    }
}

void
textpart_plain(struct walk *w, const char *p, size_t n, const char *id)
{
    size_t room = w->text->limit - w->text->len;
    bool cut = n > room;
    if (cut) {
        too_long(w, id, w->text->len + n);
        n = room;
    }
    size_t shown;
    char *text = charset_utf8(w->scratch, NULL, p, n, &shown, NULL);
    files_inside(w, p, n, id, cut);
    collect(w, text, shown, id);
}
