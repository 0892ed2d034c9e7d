#include "rawhead.h"
#include "msg.h"
#include "../../common/arena.h"
#include "../../common/buf.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#define LINE_MAX_SMTP 998 /* RFC 5322 2.1.1, without CRLF */
#define VALUE_MAX 65536
/* Far above what mail has: text may look like this, too. */
#define DASH_LINES 50000
#define HEADER_LINES 20000
/* In one field: GMime's reader of addresses calls itself for each group in a group. */
#define COLONS 5000

struct raw_line
raw_line(const unsigned char *raw, size_t n, size_t at)
{
    const unsigned char *nl = memchr(raw + at, '\n', n - at);
    size_t end = nl ? (size_t)(nl - raw) : n;
    struct raw_line l = {raw + at, end - at, nl ? end + 1 : n};
    if (l.n && l.p[l.n - 1] == '\r')
        l.n--;
    return l;
}

static bool
is_mbox_line(const unsigned char *p, size_t n)
{
    if (n && *p == '>')
        p++, n--;
    return n > 6 && memcmp(p, "From ", 5) == 0 && p[5] != ':' && p[5] != ' ';
}

size_t
rawhead_start(struct msg *m, const unsigned char *raw, size_t n)
{
    size_t at = 0;
    if (n >= 3 && memcmp(raw, "\xef\xbb\xbf", 3) == 0) {
        msg_add_anomaly(m, "header-starts-with-mark");
        at = 3;
    }
    if (is_mbox_line(raw + at, n - at)) {
        msg_add_anomaly(m, "header-starts-with-mbox");
        at = raw_line(raw, n, at).next;
    }
    while (at < n && (raw[at] == ' ' || raw[at] == '\t')) {
        msg_add_anomaly(m, "header-starts-folded");
        at = raw_line(raw, n, at).next;
    }
    return at;
}

static bool
named(const struct raw_line *l, const char *name)
{
    size_t n = strlen(name);
    if (l->n <= n || ((l->p[0] ^ (unsigned char)name[0]) & 0xdf) ||
        strncasecmp((const char *)l->p, name, n) != 0)
        return false;
    while (n < l->n && (l->p[n] == ' ' || l->p[n] == '\t'))
        n++;
    return n < l->n && l->p[n] == ':';
}

static void
count_field(struct msg *m, struct rawhead *h, const struct raw_line *l)
{
    static const char own[] = "X-Sekisho-";
    h->from += named(l, "From");
    h->subject += named(l, "Subject");
    h->message_id += named(l, "Message-ID");
    h->content_type += named(l, "Content-Type");
    h->transfer_encoding += named(l, "Content-Transfer-Encoding");
    h->mime_version += named(l, "MIME-Version");
    m->received += named(l, "Received");
    m->own_headers +=
        l->n > sizeof own - 1 && strncasecmp((const char *)l->p, own, sizeof own - 1) == 0;
    m->list_mail |= named(l, "List-Id") || named(l, "List-Unsubscribe");
    m->auto_submitted |= named(l, "Auto-Submitted");
}

static bool
has_8bit(const struct raw_line *l)
{
    for (size_t i = 0; i < l->n; i++)
        if (l->p[i] & 0x80)
            return true;
    return false;
}

/* A field line, a continuation or something else; false ends the header (a line without a colon is
 * where the body begins for most programs). */
static bool
header_line(struct msg *m, struct rawhead *h, const struct raw_line *l)
{
    if (l->p[0] == ' ' || l->p[0] == '\t') {
        size_t blank = 0;
        while (blank < l->n && (l->p[blank] == ' ' || l->p[blank] == '\t'))
            blank++;
        if (blank == l->n)
            msg_add_anomaly(m, "header-empty-fold");
        return true;
    }
    const unsigned char *colon = memchr(l->p, ':', l->n);
    if (!colon || colon == l->p) {
        msg_add_anomaly(m, "header-without-colon");
        return colon == l->p;
    }
    if (colon[-1] == ' ' || colon[-1] == '\t')
        msg_add_anomaly(m, "header-space-before-colon");
    h->fields++;
    count_field(m, h, l);
    return true;
}

static void
judge(struct msg *m, const struct rawhead *h)
{
    if (h->fields == 0)
        msg_add_anomaly(m, "header-missing");
    if (h->from == 0)
        msg_add_anomaly(m, "header-no-from");
    if (h->from > 1)
        msg_add_anomaly(m, "header-duplicate-from");
    if (h->subject > 1)
        msg_add_anomaly(m, "header-duplicate-subject");
    if (h->message_id > 1)
        msg_add_anomaly(m, "header-duplicate-message-id");
    if (h->content_type && !h->mime_version)
        msg_add_anomaly(m, "mime-no-version");
}

void
rawhead_read(struct msg *m, const unsigned char *raw, size_t n, struct rawhead *h)
{
    size_t at = 0;
    *h = (struct rawhead){0};
    while (at < n) {
        struct raw_line l = raw_line(raw, n, at);
        if (l.n == 0) {
            h->body = l.next;
            break;
        }
        if (has_8bit(&l))
            msg_add_anomaly(m, "header-8bit");
        if (!header_line(m, h, &l)) {
            h->body = at;
            break;
        }
        at = h->body = l.next;
        if (h->fields > MSG_HEADERS || at > MSG_HEADER_BYTES) {
            h->over = true;
            break;
        }
    }
    h->bytes = at;
    if (h->fields > MSG_HEADERS)
        msg_add_exception(m, "too-many-headers", "", MSG_HEADERS, h->fields);
    if (h->bytes > MSG_HEADER_BYTES)
        msg_add_exception(m, "header-too-long", "", MSG_HEADER_BYTES, (int64_t)h->bytes);
    judge(m, h);
}

void
rawhead_lines(struct msg *m, const unsigned char *raw, size_t n)
{
    if (memchr(raw, '\0', n))
        msg_add_anomaly(m, "nul");
    for (size_t at = 0; at < n;) {
        struct raw_line l = raw_line(raw, n, at);
        if (l.n > LINE_MAX_SMTP)
            msg_add_anomaly(m, "line-too-long");
        if (memchr(l.p, '\r', l.n))
            msg_add_anomaly(m, "bare-cr");
        at = l.next;
    }
}

/* "message/rfc822" and the like: another header follows. */
static bool
names_message(const struct raw_line *l)
{
    const unsigned char *p = memchr(l->p, '/', l->n);
    return p && p - l->p >= 7 && strncasecmp((const char *)p - 7, "message", 7) == 0;
}

static size_t
colons_in(const struct raw_line *l)
{
    size_t n = 0;
    const unsigned char *end = l->p + l->n;
    for (const unsigned char *p = l->p; (p = memchr(p, ':', (size_t)(end - p))); p++)
        n++;
    return n;
}

bool
rawhead_parsable(struct msg *m, const unsigned char *raw, size_t n)
{
    size_t dashes = 0, lines = 0, most = 0, colons = 0, deepest = 0;
    bool header = true, message = false;
    for (size_t at = 0; at < n;) {
        struct raw_line l = raw_line(raw, n, at);
        bool folded = l.n && (*l.p == ' ' || *l.p == '\t');
        at = l.next;
        if (l.n == 0) {
            header = header && message;
            message = false;
            lines = 0;
            continue;
        }
        while (l.n && (*l.p == ' ' || *l.p == '\t'))
            l.p++, l.n--;
        if (l.n > 2 && l.p[0] == '-' && l.p[1] == '-') {
            dashes++;
            header = true;
            lines = 0;
        } else if (header) {
            message |= names_message(&l);
            most = ++lines > most ? lines : most;
            colons = (folded ? colons : 0) + colons_in(&l);
            deepest = colons > deepest ? colons : deepest;
        }
    }
    if (dashes > DASH_LINES)
        msg_add_exception(m, "too-many-parts", "", MSG_PARTS, (int64_t)dashes);
    if (most > HEADER_LINES)
        msg_add_exception(m, "too-many-headers", "", MSG_HEADERS, (int64_t)most);
    if (deepest > COLONS)
        msg_add_exception(m, "too-many-groups", "", COLONS, (int64_t)deepest);
    return dashes <= DASH_LINES && most <= HEADER_LINES && deepest <= COLONS;
}

char *
rawhead_value(struct arena *a, const unsigned char *raw, const struct rawhead *h, const char *name)
{
    for (size_t at = 0; at < h->bytes;) {
        struct raw_line l = raw_line(raw, h->bytes, at);
        at = l.next;
        if (!named(&l, name))
            continue;
        struct buf *b = buf_new(a, VALUE_MAX);
        const unsigned char *colon = memchr(l.p, ':', l.n);
        buf_add(b, colon + 1, l.n - (size_t)(colon + 1 - l.p));
        while (at < h->bytes) { /* unfold */
            l = raw_line(raw, h->bytes, at);
            if (!l.n || (l.p[0] != ' ' && l.p[0] != '\t'))
                break;
            buf_add(b, l.p, l.n);
            at = l.next;
        }
        for (size_t i = 0; i < b->len; i++)
            if (b->data[i] == '\0' || b->data[i] == '\r')
                b->data[i] = ' ';
        char *s = b->data;
        while (isspace((unsigned char)*s))
            s++;
        return s;
    }
    return NULL;
}
