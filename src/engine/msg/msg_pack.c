/*
 * msg -> text -> msg, between worker and gate. Reading is strict: the worker may be in an attacker's hands.
 * How numbers and texts are written is said in common/packed.h.
 */
#include "msg.h"
#include "../../common/arena.h"
#include "../../common/buf.h"
#include "../../common/err.h"
#include "../../common/jsonx.h"
#include "../../common/packed.h"
#include "../style/style.h"

#include <ctype.h>
#include <string.h>

#define STYLE_MOST 1e6 /* rates of a thousand letters; others would not fit the sums of them */

/* ------------------------------------------------------------------ writing */

static void
put_parts(struct buf *b, const struct msg *m)
{
    packed_number(b, m->nparts);
    for (int i = 0; i < m->nparts; i++) {
        const struct msg_part *p = &m->parts[i];
        packed_text(b, m->arena, p->id);
        packed_text(b, m->arena, p->type);
        packed_text(b, m->arena, p->true_type);
        packed_text(b, m->arena, p->name);
        packed_number(b, p->bytes);
        packed_text(b, m->arena, p->sha256);
        packed_number(b, p->encrypted);
        packed_number(b, p->opened_with_password);
        packed_number(b, p->children);
    }
}

static void
put_urls(struct buf *b, const struct msg *m)
{
    packed_number(b, m->nurls);
    for (int i = 0; i < m->nurls; i++) {
        const struct msg_url *u = &m->urls[i];
        packed_text(b, m->arena, u->url);
        packed_text(b, m->arena, u->host);
        packed_text(b, m->arena, u->source);
        packed_text(b, m->arena, u->part);
    }
}

static void
put_findings(struct buf *b, const struct msg *m)
{
    packed_number(b, m->nfindings);
    for (int i = 0; i < m->nfindings; i++) {
        const struct msg_finding *f = &m->findings[i];
        packed_text(b, m->arena, f->scanner);
        packed_text(b, m->arena, f->code);
        packed_text(b, m->arena, f->kind);
        packed_real(b, f->score);
        packed_text(b, m->arena, f->evidence);
        packed_text(b, m->arena, f->part);
        packed_text(b, m->arena, f->org);
    }
}

static void
put_exceptions(struct buf *b, const struct msg *m)
{
    packed_number(b, m->nexceptions);
    for (int i = 0; i < m->nexceptions; i++) {
        const struct msg_exception *x = &m->exceptions[i];
        packed_text(b, m->arena, x->code);
        packed_text(b, m->arena, x->part);
        packed_number(b, x->limit);
        packed_number(b, x->seen);
    }
    packed_number(b, m->nanomalies);
    for (int i = 0; i < m->nanomalies; i++)
        packed_text(b, m->arena, m->anomalies[i]);
}

static void
put_header(struct buf *b, const struct msg *m)
{
    packed_text(b, m->arena, m->from);
    packed_text(b, m->arena, m->from_name);
    packed_text(b, m->arena, m->from_key);
    packed_text(b, m->arena, m->subject);
    packed_text(b, m->arena, m->message_id);
    packed_text(b, m->arena, m->date);
    packed_number(b, m->received);
    packed_number(b, m->own_headers);
    packed_number(b, m->list_mail);
    packed_number(b, m->auto_submitted);
}

const char *
msg_pack(const struct msg *m)
{
    struct buf *b = buf_new(m->arena, 0);

    packed_number(b, m->bytes);
    packed_number(b, m->microseconds);
    for (size_t i = 0; i < sizeof m->sha256; i++)
        packed_number(b, m->sha256[i]);
    packed_text(b, m->arena, m->language);
    put_header(b, m);
    packed_number(b, m->style ? STYLE_FEATURES : 0);
    for (int i = 0; m->style && i < STYLE_FEATURES; i++)
        packed_real(b, m->style[i]);
    put_parts(b, m);
    put_urls(b, m);
    put_findings(b, m);
    put_exceptions(b, m);
    return b->data;
}

/* ------------------------------------------------------------------ reading */

/* GTUBE has 1000 in SpamAssassin's rules. */
static double
get_score(struct packed_reader *r)
{
    double v = packed_get_real(r);

    if (v < -1000 || v > 1000)
        r->bad = true;
    return v;
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
get_parts(struct packed_reader *r, struct msg *m)
{
    int n = packed_get_count(r, MSG_PARTS);

    for (int i = 0; i < n && !r->bad; i++) {
        struct msg_part p = {.attachment = true};
        const char *sum;
        p.id = packed_get_text(r);
        p.type = packed_get_text(r);
        p.true_type = packed_get_text(r);
        p.name = packed_get_text(r);
        p.bytes = packed_get_number(r);
        sum = packed_get_text(r);
        p.encrypted = packed_get_count(r, 1);
        p.opened_with_password = packed_get_count(r, 1);
        p.children = packed_get_count(r, 1000000);
        if (*sum && !hex_ok(sum)) {
            r->bad = true;
            return;
        }
        memcpy(p.sha256, sum, strlen(sum) + 1);
        msg_add_part(m, p);
    }
}

static void
get_urls(struct packed_reader *r, struct msg *m)
{
    int n = packed_get_count(r, MSG_URLS + MSG_MORE_HOSTS);

    for (int i = 0; i < n && !r->bad; i++) {
        struct msg_url u = {0};
        u.url = packed_get_text(r);
        u.host = packed_get_text(r);
        u.source = packed_get_text(r);
        u.part = packed_get_text(r);
        msg_add_url(m, u);
    }
}

static void
get_findings(struct packed_reader *r, struct msg *m)
{
    int n = packed_get_count(r, MSG_FINDINGS);

    for (int i = 0; i < n && !r->bad; i++) {
        struct msg_finding f = {0};
        f.scanner = packed_get_text(r);
        f.code = packed_get_text(r);
        f.kind = packed_get_text(r);
        f.score = get_score(r);
        f.evidence = packed_get_text(r);
        f.part = packed_get_text(r);
        f.org = packed_get_text(r);
        msg_add_finding(m, f);
    }
}

static void
get_exceptions(struct packed_reader *r, struct msg *m)
{
    int n = packed_get_count(r, 1000);

    for (int i = 0; i < n && !r->bad; i++) {
        const char *code = packed_get_text(r), *part = packed_get_text(r);
        int64_t limit = packed_get_number(r), seen = packed_get_number(r);
        msg_add_exception(m, code, part, limit, seen);
    }
    n = packed_get_count(r, MSG_ANOMALIES);
    for (int i = 0; i < n && !r->bad; i++) {
        const char *s = packed_get_text(r);
        if (strlen(s) > 100)
            r->bad = true;
        else
            msg_add_anomaly(m, s);
    }
}

static void
get_header(struct packed_reader *r, struct msg *m)
{
    m->from = packed_get_text(r);
    m->from_name = packed_get_text(r);
    m->from_key = packed_get_text(r);
    m->subject = packed_get_text(r);
    m->message_id = packed_get_text(r);
    m->date = packed_get_text(r);
    m->received = packed_get_count(r, 1000000);
    m->own_headers = packed_get_count(r, 1000000);
    m->list_mail = packed_get_count(r, 1);
    m->auto_submitted = packed_get_count(r, 1);
}

/* None: not measured. */
static void
get_style(struct packed_reader *r, struct msg *m)
{
    int n = packed_get_count(r, STYLE_FEATURES);
    double *x = arena_calloc(r->a, STYLE_FEATURES, sizeof *x);

    if (n == 0)
        return;
    if (n != STYLE_FEATURES)
        r->bad = true;
    for (int i = 0; i < STYLE_FEATURES; i++)
        if ((x[i] = packed_get_real(r)) < 0 || x[i] > STYLE_MOST)
            r->bad = true;
    m->style = x;
}

int
msg_unpack(struct arena *a, const json_t *reply, struct msg **out, struct err *e)
{
    const json_t *facts = json_object_get(reply, "facts");
    struct packed_reader r = {.a = a, .p = json_string_value(facts), .bad = false};
    struct msg *m = msg_new(a);

    if (!r.p)
        return err_set(e, ERR_ENV, "scan-answer", "the scan worker's answer has no facts");
    r.end = r.p + json_string_length(facts);
    m->bytes = packed_get_number(&r);
    m->microseconds = packed_get_number(&r);
    for (size_t i = 0; i < sizeof m->sha256; i++)
        m->sha256[i] = (unsigned char)packed_get_count(&r, 255);
    m->language = packed_get_text(&r);
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
