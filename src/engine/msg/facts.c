/*
 * From bytes to facts: the header fields, then the walk over the parts, then the scanners.
 */
#include "charset.h"
#include "fields.h"
#include "msg.h"
#include "rawhead.h"
#include "walk.h"
#include "words.h"
#include "../content/content.h"
#include "../scan/scan.h"
#include "../text/language.h"
#include "../../common/arena.h"
#include "../../common/buf.h"
#include "../../common/jsonx.h"
#include "../../common/token.h"
#include "../../common/when.h"

#include <gmime/gmime.h>
#include <string.h>
#include <strings.h>

/* ------------------------------------------------------------------ header fields */

#define FIELD_SHOWN 10000

static const char *
decoded_field(struct msg *m, const unsigned char *raw, const struct rawhead *h, const char *name)
{
    char *value = rawhead_value(m->arena, raw, h, name);
    if (!value)
        return "";
    char *text = words_text(m->arena, value);
    return jsonx_utf8(m->arena, text, strnlen(text, FIELD_SHOWN));
}

/* A mailbox for our purposes: the address of the first member when it is a group. */
static void
read_from(struct msg *m, const unsigned char *raw, const struct rawhead *h)
{
    char *value = rawhead_value(m->arena, raw, h, "From");
    if (!value)
        return;
    value[strnlen(value, FIELD_SHOWN)] = '\0';
    value = charset_utf8(m->arena, NULL, value, strlen(value), NULL, NULL);
    InternetAddressList *list = internet_address_list_parse(NULL, words_utf8(m->arena, value));
    InternetAddress *first = list && internet_address_list_length(list) > 0
                                 ? internet_address_list_get_address(list, 0)
                                 : NULL;
    if (list && internet_address_list_length(list) > 1)
        msg_add_anomaly(m, "from-many-addresses");
    if (first) {
        const char *name = internet_address_get_name(first);
        const char *addr = INTERNET_ADDRESS_IS_MAILBOX(first)
                               ? internet_address_mailbox_get_addr(INTERNET_ADDRESS_MAILBOX(first))
                               : NULL;
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

/* Subject and text without what was done to hide it, and their language; the name of the sender by itself. */
static void
normalise(struct msg *m)
{
    struct arena *scratch = arena_new();
    struct buf *all = buf_new(scratch, 0);
    struct text_tricks subject = {0};
    size_t n;
    buf_str(all, m->subject);
    buf_char(all, '\n');
    buf_add(all, m->text, m->text_len);
    char *normal = text_normal(scratch, buf_cstr(all), all->len, &n, &m->tricks);
    m->normal = arena_memdup(m->arena, normal, n);
    m->normal_len = n;
    m->language = text_language(normal, n);
    /* in text, codes and tokens have such letters by chance */
    (void)text_normal(scratch, m->subject, strlen(m->subject), &n, &subject);
    m->tricks.swapped = subject.swapped;
    m->from_name_normal = arena_strdup(
        m->arena, text_normal(scratch, m->from_name, strlen(m->from_name), &n, &m->tricks));
    arena_free(&scratch);
}

struct msg *
msg_scan(struct arena *a, const unsigned char *raw, size_t n, const struct envelope *env)
{
    struct msg *m = msg_new(a);
    struct walk w = {
        .m = m,
        .text = buf_new(a, MSG_TEXT_BYTES),
        .hidden = buf_new(a, MSG_TEXT_BYTES),
        .source = buf_new(a, MSG_TEXT_BYTES),
    };
    struct rawhead h;
    int64_t start = when_mono_us();
    w.content = content_new(m, w.text);
    if (env)
        m->env = env;
    m->bytes = (int64_t)n;
    token_sha256(raw, n, m->sha256);
    size_t at = rawhead_start(m, raw, n);
    const unsigned char *head = raw + at;
    rawhead_read(m, head, n - at, &h);
    rawhead_lines(m, raw, n);
    fields_read(m, head, h.bytes);
    read_fields(m, head, &h);
    if (!h.over)
        walk_message(&w, head, n - at);
    m->text = buf_cstr(w.text);
    m->text_len = w.text->len;
    m->hidden = buf_cstr(w.hidden);
    m->hidden_len = w.hidden->len;
    m->source = buf_cstr(w.source);
    m->source_len = w.source->len;
    normalise(m);
    content_end(w.content);
    scanners_run(&(struct scan_ctx){m, raw, n});
    m->microseconds = when_mono_us() - start;
    return m;
}
