/*
 * msg -> text -> msg, between worker and gate. Reading is strict: the worker may be in an attacker's hands.
 *
 * Not JSON, because every message goes this way and what is sent is read once, in the order in which it was written:
 *   number  digits and ';', at most 19 of them
 *   text    the number of its bytes, ':' instead of ';', its bytes: UTF-8 without NUL
 *   real    the number that has the same bits as the double, in two halves
 *   list    the number of its members, and they
 */
#include "msg.h"
#include "../../common/arena.h"
#include "../../common/buf.h"
#include "../../common/err.h"
#include "../../common/jsonx.h"
#include "../style/style.h"

#include <ctype.h>
#include <math.h>
#include <string.h>

#define SHOWN 64000 /* bytes of any one text; what is no UTF-8 may become three times as long */
#define DIGITS 19
#define STYLE_MOST 1e6 /* rates of a thousand letters; others would not fit the sums of them */

/* ------------------------------------------------------------------ writing */

static void
put(struct buf *b, uint64_t v, char end)
{
    char digits[DIGITS + 2], *p = digits + sizeof digits;

    *--p = end;
    do
        *--p = (char)('0' + v % 10);
    while ((v /= 10) > 0);
    buf_add(b, p, (size_t)(digits + sizeof digits - p));
}

/* What is counted is never negative. */
static void
put_number(struct buf *b, int64_t v)
{
    put(b, v > 0 ? (uint64_t)v : 0, ';');
}

static void
put_real(struct buf *b, double v)
{
    uint64_t bits;

    memcpy(&bits, &v, sizeof bits);
    put(b, bits >> 32, ';');
    put(b, bits & UINT32_MAX, ';');
}

static void
put_text(struct buf *b, struct arena *a, const char *s)
{
    const char *text = jsonx_utf8(a, s, strnlen(s, SHOWN));
    size_t n = strlen(text);

    put(b, n, ':');
    buf_add(b, text, n);
}

static void
put_parts(struct buf *b, const struct msg *m)
{
    put_number(b, m->nparts);
    for (int i = 0; i < m->nparts; i++) {
        const struct msg_part *p = &m->parts[i];
        put_text(b, m->arena, p->id);
        put_text(b, m->arena, p->type);
        put_text(b, m->arena, p->true_type);
        put_text(b, m->arena, p->name);
        put_number(b, p->bytes);
        put_text(b, m->arena, p->sha256);
        put_number(b, p->encrypted);
        put_number(b, p->opened_with_password);
        put_number(b, p->children);
    }
}

static void
put_urls(struct buf *b, const struct msg *m)
{
    put_number(b, m->nurls);
    for (int i = 0; i < m->nurls; i++) {
        const struct msg_url *u = &m->urls[i];
        put_text(b, m->arena, u->url);
        put_text(b, m->arena, u->host);
        put_text(b, m->arena, u->source);
        put_text(b, m->arena, u->part);
    }
}

static void
put_findings(struct buf *b, const struct msg *m)
{
    put_number(b, m->nfindings);
    for (int i = 0; i < m->nfindings; i++) {
        const struct msg_finding *f = &m->findings[i];
        put_text(b, m->arena, f->scanner);
        put_text(b, m->arena, f->code);
        put_text(b, m->arena, f->kind);
        put_real(b, f->score);
        put_text(b, m->arena, f->evidence);
        put_text(b, m->arena, f->part);
        put_text(b, m->arena, f->org);
    }
}

static void
put_exceptions(struct buf *b, const struct msg *m)
{
    put_number(b, m->nexceptions);
    for (int i = 0; i < m->nexceptions; i++) {
        const struct msg_exception *x = &m->exceptions[i];
        put_text(b, m->arena, x->code);
        put_text(b, m->arena, x->part);
        put_number(b, x->limit);
        put_number(b, x->seen);
    }
    put_number(b, m->nanomalies);
    for (int i = 0; i < m->nanomalies; i++)
        put_text(b, m->arena, m->anomalies[i]);
}

static void
put_header(struct buf *b, const struct msg *m)
{
    put_text(b, m->arena, m->from);
    put_text(b, m->arena, m->from_name);
    put_text(b, m->arena, m->from_key);
    put_text(b, m->arena, m->subject);
    put_text(b, m->arena, m->message_id);
    put_text(b, m->arena, m->date);
    put_number(b, m->received);
    put_number(b, m->own_headers);
    put_number(b, m->list_mail);
    put_number(b, m->auto_submitted);
}

const char *
msg_pack(const struct msg *m)
{
    struct buf *b = buf_new(m->arena, 0);

    put_number(b, m->bytes);
    put_number(b, m->microseconds);
    for (size_t i = 0; i < sizeof m->sha256; i++)
        put_number(b, m->sha256[i]);
    put_text(b, m->arena, m->language);
    put_header(b, m);
    put_number(b, m->style ? STYLE_FEATURES : 0);
    for (int i = 0; m->style && i < STYLE_FEATURES; i++)
        put_real(b, m->style[i]);
    put_parts(b, m);
    put_urls(b, m);
    put_findings(b, m);
    put_exceptions(b, m);
    return b->data;
}

/* ------------------------------------------------------------------ reading */

struct reader {
    struct arena *a;
    const char *p, *end;
    bool bad; /* from then on everything is 0 and "" */
};

static uint64_t
get(struct reader *r, char end)
{
    const char *start = r->p;
    uint64_t v = 0;

    while (r->p < r->end && r->p - start < DIGITS && *r->p >= '0' && *r->p <= '9')
        v = v * 10 + (uint64_t)(*r->p++ - '0');
    if (r->p == start || r->p == r->end || *r->p != end || v > INT64_MAX)
        r->bad = true;
    else
        r->p++;
    return r->bad ? 0 : v;
}

static int64_t
get_number(struct reader *r)
{
    return (int64_t)get(r, ';');
}

static int
get_count(struct reader *r, int most)
{
    int64_t v = get_number(r);

    if (v > most)
        r->bad = true;
    return r->bad ? 0 : (int)v;
}

static double
get_real(struct reader *r)
{
    uint64_t high = get(r, ';'), low = get(r, ';'), bits;
    double v;

    if (high > UINT32_MAX || low > UINT32_MAX)
        r->bad = true;
    bits = high << 32 | low;
    memcpy(&v, &bits, sizeof v);
    if (!isfinite(v))
        r->bad = true;
    return r->bad ? 0 : v;
}

/* GTUBE has 1000 in SpamAssassin's rules. */
static double
get_score(struct reader *r)
{
    double v = get_real(r);

    if (v < -1000 || v > 1000)
        r->bad = true;
    return v;
}

static const char *
get_text(struct reader *r)
{
    uint64_t n = get(r, ':');
    const char *s = r->p;

    if (r->bad || n > SHOWN * 3 || n > (uint64_t)(r->end - s) || memchr(s, '\0', n) ||
        !jsonx_is_utf8(s, n)) {
        r->bad = true;
        return "";
    }
    r->p += n;
    return arena_memdup(r->a, s, n);
}

static bool
hex_ok(const char *s)
{
    size_t n = 0;

    while (isxdigit((unsigned char)s[n]))
        n++;
    return n == 64 && !s[n];
}

static void
get_parts(struct reader *r, struct msg *m)
{
    int n = get_count(r, MSG_PARTS);

    for (int i = 0; i < n && !r->bad; i++) {
        struct msg_part p = {.attachment = true};
        const char *sum;
        p.id = get_text(r);
        p.type = get_text(r);
        p.true_type = get_text(r);
        p.name = get_text(r);
        p.bytes = get_number(r);
        sum = get_text(r);
        p.encrypted = get_count(r, 1);
        p.opened_with_password = get_count(r, 1);
        p.children = get_count(r, 1000000);
        if (*sum && !hex_ok(sum)) {
            r->bad = true;
            return;
        }
        memcpy(p.sha256, sum, strlen(sum) + 1);
        msg_add_part(m, p);
    }
}

static void
get_urls(struct reader *r, struct msg *m)
{
    int n = get_count(r, MSG_URLS + MSG_MORE_HOSTS);

    for (int i = 0; i < n && !r->bad; i++) {
        struct msg_url u = {0};
        u.url = get_text(r);
        u.host = get_text(r);
        u.source = get_text(r);
        u.part = get_text(r);
        msg_add_url(m, u);
    }
}

static void
get_findings(struct reader *r, struct msg *m)
{
    int n = get_count(r, MSG_FINDINGS);

    for (int i = 0; i < n && !r->bad; i++) {
        struct msg_finding f = {0};
        f.scanner = get_text(r);
        f.code = get_text(r);
        f.kind = get_text(r);
        f.score = get_score(r);
        f.evidence = get_text(r);
        f.part = get_text(r);
        f.org = get_text(r);
        msg_add_finding(m, f);
    }
}

static void
get_exceptions(struct reader *r, struct msg *m)
{
    int n = get_count(r, 1000);

    for (int i = 0; i < n && !r->bad; i++) {
        const char *code = get_text(r), *part = get_text(r);
        int64_t limit = get_number(r), seen = get_number(r);
        msg_add_exception(m, code, part, limit, seen);
    }
    n = get_count(r, MSG_ANOMALIES);
    for (int i = 0; i < n && !r->bad; i++) {
        const char *s = get_text(r);
        if (strlen(s) > 100)
            r->bad = true;
        else
            msg_add_anomaly(m, s);
    }
}

static void
get_header(struct reader *r, struct msg *m)
{
    m->from = get_text(r);
    m->from_name = get_text(r);
    m->from_key = get_text(r);
    m->subject = get_text(r);
    m->message_id = get_text(r);
    m->date = get_text(r);
    m->received = get_count(r, 1000000);
    m->own_headers = get_count(r, 1000000);
    m->list_mail = get_count(r, 1);
    m->auto_submitted = get_count(r, 1);
}

/* None: not measured. */
static void
get_style(struct reader *r, struct msg *m)
{
    int n = get_count(r, STYLE_FEATURES);
    double *x = arena_calloc(r->a, STYLE_FEATURES, sizeof *x);

    if (n == 0)
        return;
    if (n != STYLE_FEATURES)
        r->bad = true;
    for (int i = 0; i < STYLE_FEATURES; i++)
        if ((x[i] = get_real(r)) < 0 || x[i] > STYLE_MOST)
            r->bad = true;
    m->style = x;
}

int
msg_unpack(struct arena *a, const json_t *reply, struct msg **out, struct err *e)
{
    const json_t *facts = json_object_get(reply, "facts");
    struct reader r = {.a = a, .p = json_string_value(facts), .bad = false};
    struct msg *m = msg_new(a);

    if (!r.p)
        return err_set(e, ERR_ENV, "scan-answer", "the scan worker's answer has no facts");
    r.end = r.p + json_string_length(facts);
    m->bytes = get_number(&r);
    m->microseconds = get_number(&r);
    for (size_t i = 0; i < sizeof m->sha256; i++)
        m->sha256[i] = (unsigned char)get_count(&r, 255);
    m->language = get_text(&r);
    get_header(&r, m);
    get_style(&r, m);
    get_parts(&r, m);
    get_urls(&r, m);
    get_findings(&r, m);
    get_exceptions(&r, m);
    if (r.bad || r.p != r.end || strlen(m->language) > 8)
        return err_set(e, ERR_ENV, "scan-answer", "the scan worker's answer is not understood");
    *out = m;
    return 0;
}
