/*
 * msg <-> JSON: what a worker sends to the gate, what `sekisho scan` prints, what message.scan
 * keeps. Reading is strict: the worker may be in an attacker's hands.
 */
#include "msg.h"
#include "../../common/arena.h"
#include "../../common/err.h"
#include "../../common/jsonx.h"
#include "../../common/token.h"
#include "../style/style.h"

#include <ctype.h>
#include <math.h>
#include <string.h>

#define SHOWN 64000 /* bytes of any one text */

static json_t *
str(const struct msg *m, const char *s)
{
    return json_string(jsonx_utf8(m->arena, s, strnlen(s, SHOWN)));
}

static json_t *
parts_json(const struct msg *m)
{
    json_t *list = json_array();
    for (int i = 0; i < m->nparts; i++) {
        const struct msg_part *p = &m->parts[i];
        json_array_append_new(list, json_pack("{so so so so sI ss sb sb si}", "id", str(m, p->id),
                                              "type", str(m, p->type), "true_type",
                                              str(m, p->true_type), "name", str(m, p->name),
                                              "bytes", (json_int_t)p->bytes, "sha256", p->sha256,
                                              "encrypted", p->encrypted, "opened_with_password",
                                              p->opened_with_password, "children", p->children));
    }
    return list;
}

static json_t *
urls_json(const struct msg *m)
{
    json_t *list = json_array();
    for (int i = 0; i < m->nurls; i++) {
        const struct msg_url *u = &m->urls[i];
        json_array_append_new(list, json_pack("{so so so so}", "url", str(m, u->url), "host",
                                              str(m, u->host), "source", str(m, u->source), "part",
                                              str(m, u->part)));
    }
    return list;
}

static json_t *
findings_json(const struct msg *m)
{
    json_t *list = json_array();
    for (int i = 0; i < m->nfindings; i++) {
        const struct msg_finding *f = &m->findings[i];
        json_array_append_new(
            list, json_pack("{so so so sf so so so}", "scanner", str(m, f->scanner), "code",
                            str(m, f->code), "kind", str(m, f->kind), "score", f->score, "evidence",
                            str(m, f->evidence), "part", str(m, f->part), "org", str(m, f->org)));
    }
    return list;
}

static json_t *
exceptions_json(const struct msg *m)
{
    json_t *list = json_array();
    for (int i = 0; i < m->nexceptions; i++) {
        const struct msg_exception *x = &m->exceptions[i];
        json_array_append_new(list, json_pack("{so so sI sI}", "code", str(m, x->code), "part",
                                              str(m, x->part), "limit", (json_int_t)x->limit,
                                              "seen", (json_int_t)x->seen));
    }
    return list;
}

static json_t *
header_json(const struct msg *m)
{
    return json_pack("{so so so so so so si si sb sb}", "from", str(m, m->from), "from_name",
                     str(m, m->from_name), "from_key", str(m, m->from_key), "subject",
                     str(m, m->subject), "message_id", str(m, m->message_id), "date",
                     str(m, m->date), "received", m->received, "own_headers", m->own_headers,
                     "list_mail", m->list_mail, "auto_submitted", m->auto_submitted);
}

static json_t *
style_json(const struct msg *m)
{
    json_t *list = json_array();

    for (int i = 0; i < STYLE_FEATURES; i++)
        json_array_append_new(list, json_real(m->style[i]));
    return list;
}

json_t *
msg_to_json(const struct msg *m)
{
    json_t *anomalies = json_array();
    for (int i = 0; i < m->nanomalies; i++)
        json_array_append_new(anomalies, json_string(m->anomalies[i]));
    json_t *j = json_pack(
        "{sI ss sI ss so so so so so so}", "bytes", (json_int_t)m->bytes, "sha256",
        token_hex(m->arena, m->sha256, 32), "microseconds", (json_int_t)m->microseconds, "language",
        m->language, "findings", findings_json(m), "exceptions", exceptions_json(m), "anomalies",
        anomalies, "parts", parts_json(m), "urls", urls_json(m), "header", header_json(m));
    if (j && m->style)
        json_object_set_new(j, "style", style_json(m));
    if (!j)
        bug("message cannot be written as JSON");
    return j;
}

/* ------------------------------------------------------------------ reading */

struct reader {
    struct arena *a;
    bool bad;
};

static const char *
get_text(struct reader *r, const json_t *o, const char *key)
{
    const char *s = jsonx_str(o, key);
    if (!s || strlen(s) > SHOWN * 3) {
        r->bad = true;
        return "";
    }
    return arena_strdup(r->a, s);
}

static int64_t
get_number(struct reader *r, const json_t *o, const char *key)
{
    int64_t v = jsonx_int(o, key, -1);
    if (v < 0)
        r->bad = true;
    return v;
}

static int
get_count(struct reader *r, const json_t *o, const char *key)
{
    int64_t v = get_number(r, o, key);
    if (v > 1000000)
        r->bad = true;
    return r->bad ? 0 : (int)v;
}

static double
get_score(struct reader *r, const json_t *o)
{
    double v = jsonx_real(o, "score", 1e9);
    if (!(v >= -1000 && v <= 1000)) /* GTUBE has 1000 in SpamAssassin's rules */
        r->bad = true;
    return v;
}

static const json_t *
get_list(struct reader *r, const json_t *o, const char *key, size_t most)
{
    const json_t *list = json_object_get(o, key);
    if (!json_is_array(list) || json_array_size(list) > most)
        r->bad = true;
    return r->bad ? NULL : list;
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
read_parts(struct reader *r, const json_t *j, struct msg *m)
{
    const json_t *list = get_list(r, j, "parts", MSG_PARTS), *o;
    size_t i;
    json_array_foreach(list, i, o)
    {
        struct msg_part p = {.id = get_text(r, o, "id"),
                             .type = get_text(r, o, "type"),
                             .true_type = get_text(r, o, "true_type"),
                             .name = get_text(r, o, "name"),
                             .bytes = get_number(r, o, "bytes"),
                             .encrypted = jsonx_bool(o, "encrypted", false),
                             .opened_with_password = jsonx_bool(o, "opened_with_password", false),
                             .attachment = true,
                             .children = get_count(r, o, "children")};
        const char *sum = get_text(r, o, "sha256");
        if (r->bad || (*sum && !hex_ok(sum))) {
            r->bad = true;
            return;
        }
        memcpy(p.sha256, sum, strlen(sum) + 1);
        msg_add_part(m, p);
    }
}

static void
read_urls(struct reader *r, const json_t *j, struct msg *m)
{
    const json_t *list = get_list(r, j, "urls", MSG_URLS + MSG_MORE_HOSTS), *o;
    size_t i;
    json_array_foreach(list, i, o)
        msg_add_url(m, (struct msg_url){get_text(r, o, "url"), get_text(r, o, "host"),
                                        get_text(r, o, "source"), get_text(r, o, "part"), 0});
}

static void
read_findings(struct reader *r, const json_t *j, struct msg *m)
{
    const json_t *list = get_list(r, j, "findings", MSG_FINDINGS), *o;
    size_t i;
    json_array_foreach(list, i, o)
    {
        msg_add_finding(m, (struct msg_finding){get_text(r, o, "scanner"), get_text(r, o, "code"),
                                                get_text(r, o, "kind"), get_score(r, o),
                                                get_text(r, o, "evidence"), get_text(r, o, "part"),
                                                get_text(r, o, "org")});
    }
}

static void
read_exceptions(struct reader *r, const json_t *j, struct msg *m)
{
    const json_t *list = get_list(r, j, "exceptions", 1000), *o;
    size_t i;
    json_array_foreach(list, i, o)
        msg_add_exception(m, get_text(r, o, "code"), get_text(r, o, "part"),
                          get_number(r, o, "limit"), get_number(r, o, "seen"));
    list = get_list(r, j, "anomalies", MSG_ANOMALIES);
    json_array_foreach(list, i, o)
    {
        const char *s = json_string_value(o);
        if (!s || strlen(s) > 100)
            r->bad = true;
        else
            msg_add_anomaly(m, arena_strdup(r->a, s));
    }
}

static void
read_header(struct reader *r, const json_t *h, struct msg *m)
{
    m->from = get_text(r, h, "from");
    m->from_name = get_text(r, h, "from_name");
    m->from_key = get_text(r, h, "from_key");
    m->subject = get_text(r, h, "subject");
    m->message_id = get_text(r, h, "message_id");
    m->date = get_text(r, h, "date");
    m->received = get_count(r, h, "received");
    m->own_headers = get_count(r, h, "own_headers");
    m->list_mail = jsonx_bool(h, "list_mail", false);
    m->auto_submitted = jsonx_bool(h, "auto_submitted", false);
}

/* Not there: not measured. */
static void
read_style(struct reader *r, const json_t *list, struct msg *m)
{
    double *x = arena_calloc(r->a, STYLE_FEATURES, sizeof *x);

    if (!list)
        return;
    if (json_array_size(list) != STYLE_FEATURES)
        r->bad = true;
    for (size_t i = 0; i < STYLE_FEATURES; i++) {
        const json_t *n = json_array_get(list, i);
        x[i] = json_number_value(n);
        r->bad |= !json_is_number(n) || !isfinite(x[i]);
    }
    m->style = x;
}

static int
nibble(char c)
{
    return isdigit((unsigned char)c) ? c - '0' : tolower((unsigned char)c) - 'a' + 10;
}

int
msg_from_json(struct arena *a, const json_t *j, struct msg **out, struct err *e)
{
    struct reader r = {.a = a};
    struct msg *m = msg_new(a);
    m->bytes = get_number(&r, j, "bytes");
    m->microseconds = get_number(&r, j, "microseconds");
    const char *sum = get_text(&r, j, "sha256");
    if (!hex_ok(sum))
        return err_set(e, ERR_ENV, "scan-answer", "the scan worker's answer has no digest");
    for (int i = 0; i < 32; i++)
        m->sha256[i] = (unsigned char)(nibble(sum[2 * i]) << 4 | nibble(sum[2 * i + 1]));
    m->language = get_text(&r, j, "language");
    if (strlen(m->language) > 8)
        r.bad = true;
    read_header(&r, json_object_get(j, "header"), m);
    read_style(&r, json_object_get(j, "style"), m);
    read_parts(&r, j, m);
    read_urls(&r, j, m);
    read_findings(&r, j, m);
    read_exceptions(&r, j, m);
    if (r.bad)
        return err_set(e, ERR_ENV, "scan-answer", "the scan worker's answer is not understood");
    *out = m;
    return 0;
}
