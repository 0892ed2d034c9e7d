/*
 * msg -> JSON: what `sekisho scan` prints, what message.scan keeps. Between worker and gate: msg_pack.c.
 */
#include "msg.h"
#include "../../common/arena.h"
#include "../../common/err.h"
#include "../../common/jsonx.h"
#include "../../common/token.h"
#include "../style/style.h"

#include <string.h>

#define SHOWN 64000 /* bytes of any one text */

static json_t *
str(const struct msg *m, const char *s)
{
    return json_string_nocheck(jsonx_utf8(m->arena, s, strnlen(s, SHOWN)));
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
