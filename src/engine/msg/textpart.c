#include "textpart.h"
#include "charset.h"
#include "html.h"
#include "intext.h"
#include "msg.h"
#include "part.h"
#include "urls.h"
#include "uuencode.h"
#include "walk.h"
#include "yenc.h"
#include "../../common/arena.h"
#include "../../common/buf.h"
#include "../../common/jsonx.h"

#include <ctype.h>
#include <string.h>
#include <unicode/uchar.h>
#include <unicode/utf8.h>

_Static_assert(MSG_HIDINGS == HTML_HIDINGS, "one counter for each way to hide text");

#define PRESCAN 2048  /* bytes in which HTML says its charset */
#define WORD_SHOWN 24 /* bytes of a word on each side of what was hidden in it */

struct html_text {
    struct url_place at;
    struct buf *out, *hidden;
    struct buf *label; /* of the link that is open */
    const char *href;  /* NULL: none is open */
    struct html_details details;
    bool in_word;                        /* the last that was shown is a letter */
    int hidden_since, comments, unknown; /* since then */
    const char *charset;                 /* that the HTML names itself; NULL: none */
};

/* ------------------------------------------------------------------ what is hidden inside of words */

static int
count_letters(const char *p, size_t n)
{
    int letters = 0;
    for (size_t i = 0; i < n;) {
        UChar32 c;
        U8_NEXT_OR_FFFD((const uint8_t *)p, i, n, c);
        letters += c < 0x80 ? isalnum(c) != 0 : u_isalnum(c);
    }
    return letters;
}

static bool
begins_with_letter(const char *p, size_t n)
{
    UChar32 c;
    size_t i = 0;
    U8_NEXT_OR_FFFD((const uint8_t *)p, i, n, c);
    return u_isalnum(c);
}

static bool
ends_with_letter(const char *p, size_t n)
{
    UChar32 c;
    int32_t i = (int32_t)(n > INT32_MAX ? INT32_MAX : n);
    U8_PREV_OR_FFFD((const uint8_t *)p, 0, i, c);
    return u_isalnum(c);
}

/* The word that was split, as people read it: its end stands in out already. */
static const char *
split_word(struct html_text *h, const char *p, size_t n)
{
    size_t before = 0, behind = 0, len = h->out->len;
    const char *out = buf_cstr(h->out);
    while (before < len && before < WORD_SHOWN && !isspace((unsigned char)out[len - before - 1]))
        before++;
    while (behind < n && behind < WORD_SHOWN && !isspace((unsigned char)p[behind]))
        behind++;
    char *word =
        arena_printf(h->at.scratch, "%.*s%.*s", (int)before, out + len - before, (int)behind, p);
    return jsonx_utf8(h->at.m->arena, word, strlen(word));
}

static void
note_split(struct html_text *h, const char *p, size_t n)
{
    struct msg_hiding *x = &h->at.m->hiding;
    if (h->in_word && (h->hidden_since || h->comments || h->unknown) && begins_with_letter(p, n)) {
        if (!*x->word)
            x->word = split_word(h, p, n);
        x->split_words += h->hidden_since > 0;
        x->comments += !h->hidden_since && h->comments > 0;
        x->unknown_tags += !h->hidden_since && h->unknown > 0;
    }
    h->hidden_since = h->comments = h->unknown = 0;
    h->in_word = ends_with_letter(p, n);
}

static void
on_comment(void *ctx)
{
    ((struct html_text *)ctx)->comments++;
}

static void
on_unknown_tag(void *ctx)
{
    ((struct html_text *)ctx)->unknown++;
}

static void
on_charset(void *ctx, const char *charset)
{
    struct html_text *h = ctx;
    if (!h->charset)
        h->charset = arena_strndup(h->at.scratch, charset, 60);
}

/* ------------------------------------------------------------------ what is shown */

static void
on_text(void *ctx, const char *p, size_t n, bool hidden)
{
    struct html_text *h = ctx;
    enum html_hiding how = h->details.how;
    int letters = count_letters(p, n);
    h->at.m->hiding.letters[how] += (size_t)letters;
    if (how)
        buf_add(h->hidden, p, n);
    if (hidden) {
        h->hidden_since += how == HTML_OUTLOOK_ONLY ? 0 : letters;
        return;
    }
    if (how == HTML_OUTLOOK_HIDES)
        h->hidden_since += letters;
    else
        note_split(h, p, n);
    buf_add(h->out, p, n);
    if (h->href)
        buf_add(h->label, p, n);
}

static void
on_block(void *ctx)
{
    struct html_text *h = ctx;
    if (h->details.how == HTML_SHOWN)
        h->in_word = false;
    buf_char(h->out, '\n');
}

static void
on_link(void *ctx, const char *href)
{
    struct html_text *h = ctx;
    if (h->href)
        msg_add_link(h->at.m, (struct msg_link){buf_cstr(h->label), h->href, h->at.part, 0});
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
    h->in_word = false;
    urls_add(&h->at, src);
}

/* Some contents of <meta> hold addresses inside. */
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

/* Some programs show files that stand in the text; a BinHex file is not opened here. */
static void
files_inside(struct walk *w, const char *text, size_t n, const char *id, bool cut)
{
    static const char binhex[] = "(This file must be converted with BinHex";
    const struct intext_place at = {w->m, w->content, id};
    bool complete = uuencode_find(&at, text, n);
    complete &= yenc_find(&at, text, n);
    if (cut && !complete)
        msg_add_exception(w->m, "file-in-text-too-long", id, MSG_TEXT_BYTES, MSG_TEXT_BYTES + 1);
    const char *hqx = memmem(text, n, binhex, sizeof binhex - 1);
    if (hqx && memmem(hqx, n - (size_t)(hqx - text), "\n:", 2))
        msg_add_anomaly(w->m, "binhex-in-text");
}

/* What the HTML says about itself counts when the header says nothing (HTML standard, 13.2.3.2). */
static const char *
named_inside(struct walk *w, const char *p, size_t n)
{
    char *head = arena_memdup(w->scratch, p, n > PRESCAN ? PRESCAN : n);
    char *meta = strcasestr(head, "<meta"), *mark = meta ? strcasestr(meta, "charset=") : NULL;
    if (!mark)
        return NULL;
    mark += 8 + strspn(mark + 8, " \t\"'");
    mark[strcspn(mark, " \t\"';/>")] = '\0';
    bool odd = strncasecmp(mark, "utf-7", 5) == 0 || strncasecmp(mark, "utf-16", 6) == 0;
    return odd ? NULL : mark; /* as browsers: what moves ASCII cannot be named in ASCII */
}

/* The charset that it names itself, NULL when it names none. */
static const char *
read_html(struct walk *w, const char *text, size_t n, const char *id)
{
    struct html_text h = {.at = {w->m, w->scratch, "html", id},
                          .out = buf_new(w->scratch, MSG_TEXT_BYTES),
                          .hidden = w->hidden,
                          .label = buf_new(w->scratch, MSG_LINK_TEXT),
                          .details = {.ctx = &h,
                                      .comment = on_comment,
                                      .unknown_tag = on_unknown_tag,
                                      .charset = on_charset}};
    struct html_events ev = {&h, on_text, on_block, on_link, on_image, on_other};
    html_walk_details(w->scratch, text, n, &ev, &h.details);
    on_link(&h, NULL);
    collect(w, buf_cstr(h.out), h.out->len, id);
    return h.charset;
}

/* Programs that believe another charset see another page: it is looked at, too. */
static void
other_view(struct walk *w, const char *declared, const char *inside, const struct part_bytes *b,
           const char *id)
{
    size_t n;
    char *text = charset_second(w->scratch, declared, inside, b->content, b->content_len, &n);
    if (!text)
        return;
    msg_add_anomaly(w->m, "charset-two-views");
    (void)read_html(w, text, n, id);
}

/* A reader sees the beginning of a long text, wherever its end is cut. Of a page nobody knows what is seen first, and
 * text behind much of nothing is there to be seen by people alone. */
size_t
textpart_room(struct walk *w, enum textpart_kind kind, const char *id, size_t n)
{
    size_t left = w->text->limit - w->text->len;
    size_t *of = kind == TEXTPART_FILE ? &w->file_text : &w->plain_text;
    size_t share = kind == TEXTPART_FILE ? TEXTPART_FILE_BYTES : TEXTPART_PLAIN_BYTES;
    size_t most = kind == TEXTPART_HTML ? left : share - *of;
    if (kind == TEXTPART_FILE && most > TEXTPART_ONE_FILE)
        most = TEXTPART_ONE_FILE;
    most = most < left ? most : left;
    if (kind != TEXTPART_HTML)
        *of += n < most ? n : most;
    if (n <= most)
        return most;
    if (kind == TEXTPART_FILE || (kind == TEXTPART_PLAIN && most >= TEXTPART_ENOUGH))
        msg_add_exception(w->m, "text-too-long", id, MSG_TEXT_BYTES, (int64_t)(w->text->len + n));
    else
        msg_add_exception(w->m, "text-unread", id, MSG_TEXT_BYTES, (int64_t)(w->text->len + n));
    return most;
}

void
textpart_read(struct walk *w, GMimePart *part, const char *id, const struct part_bytes *b)
{
    GMimeObject *o = GMIME_OBJECT(part);
    GMimeContentType *ct = g_mime_object_get_content_type(o);
    bool known;
    size_t n;
    const char *charset = g_mime_object_get_content_type_parameter(o, "charset");
    bool html = g_mime_content_type_is_type(ct, "text", "html") ||
                g_mime_content_type_is_type(ct, "text", "x-amp-html") ||
                g_mime_content_type_is_type(ct, "text", "watch-html");
    if (html && (!charset || !*charset))
        charset = named_inside(w, b->content, b->content_len);
    char *text = charset_utf8(w->scratch, charset, b->content, b->content_len, &n, &known);
    if (!known)
        msg_add_anomaly(w->m, "charset-unknown");
    buf_add(w->source, text, n);
    buf_char(w->source, '\n');
    if (html) {
        size_t at = w->text->len;
        const char *inside = read_html(w, text, n, id);
        if (!w->m->page_len && !part_is_file(o, part_name(w->scratch, o))) {
            w->m->page_at = at;
            w->m->page_len = w->text->len - at;
        }
        w->m->html = true;
        other_view(w, charset, inside, b, id);
    } else {
        if (part_is_shown(o)) /* on the bytes as they came: a charset would change the files */
            files_inside(w, b->content, b->content_len, id, b->bytes > b->content_len);
        collect(w, text, n, id);
    }
}

void
textpart_plain(struct walk *w, const char *p, size_t n, const char *id)
{
    size_t room = textpart_room(w, TEXTPART_PLAIN, id, n);
    bool cut = n > room;
    n = cut ? room : n;
    size_t shown;
    char *text = charset_utf8(w->scratch, NULL, p, n, &shown, NULL);
    files_inside(w, p, n, id, cut);
    collect(w, text, shown, id);
}
