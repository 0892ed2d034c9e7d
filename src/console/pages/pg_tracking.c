/* Message tracking: the list with its search language, and the story of one message. */
#include "pg_tracking.h"

#include <string.h>

#include "../../common/track_query.h"
#include "../../common/when.h"
#include "../../store/store_message.h"
#include "../reasons.h"
#include "../ui.h"
#include "../view.h"
#include "../web_reply.h"
#include "pages.h"
#include "pg_actor.h"
#include "templates.h"

const struct field tracking_fields[] = {
    {"q", FIELD_TEXT, 1000, false, NULL},
    {"period", FIELD_TEXT, 10, false, NULL},
    {"after", FIELD_TEXT, 80, false, NULL},
    {"before", FIELD_TEXT, 80, false, NULL},
    FIELDS_END,
};

static const struct ui_option *
period_options(struct web_req *r)
{
    struct ui_option *o = arena_calloc(r->a, 6, sizeof *o);
    o[0] = (struct ui_option){"1h", T("1 hour"), NULL};
    o[1] = (struct ui_option){"24h", T("24 hours"), NULL};
    o[2] = (struct ui_option){"7d", T("7 days"), NULL};
    o[3] = (struct ui_option){"30d", T("30 days"), NULL};
    o[4] = (struct ui_option){"all", T("Everything"), NULL};
    return o;
}

/* ------------------------------------------------------------------ mistakes in the query */

static const char *
problem_text(struct web_req *r, const struct track_problem *p)
{
    const char *piece = view_safe(r, p->text);
    switch (p->code) {
    case TRACK_UNKNOWN_KEY:
        return TF(T("\"{text}\" is not a search word"), "text", piece);
    case TRACK_EMPTY_VALUE:
        return TF(T("\"{text}\" needs something to look for"), "text", piece);
    case TRACK_BAD_TIME:
        return TF(T("\"{text}\" is not a time"), "text", piece);
    case TRACK_BAD_STATUS:
        return TF(T("\"{text}\" is not a status"), "text", piece);
    case TRACK_NOT_EXCLUDABLE:
        return TF(T("\"{text}\" cannot be excluded"), "text", piece);
    case TRACK_OPEN_QUOTE:
        return T("A quotation mark is not closed");
    case TRACK_TOO_LONG:
        return T("The search is too long; its beginning was used");
    case TRACK_TOO_MANY:
        return T("There are too many search words; the first ones were used");
    }
    return piece;
}

/* The query with the suggestion in the place of the mistake. */
static const char *
mended(struct web_req *r, const char *q, const struct track_problem *p)
{
    size_t n = strlen(q);
    if (!*p->suggest || p->start > n || p->len > n - p->start)
        return NULL;
    struct buf *b = buf_new(r->a, 0);
    buf_add(b, q, p->start);
    buf_str(b, p->suggest);
    buf_str(b, q + p->start + p->len);
    return buf_cstr(b);
}

static void
hints(struct web_req *r, const struct track_query *q, struct pg_track_list *v)
{
    struct pg_track_hint *h = arena_calloc(r->a, TRACK_PROBLEMS, sizeof *h);
    for (int i = 0; i < q->nproblems; i++) {
        const struct track_problem *p = &q->problems[i];
        h[i].text = problem_text(r, p);
        h[i].retry = mended(r, v->query, p);
        if (h[i].retry)
            h[i].label = TF(T("Did you mean {word}?"), "word", p->suggest);
    }
    v->hints = h;
    v->nhints = q->nproblems;
}

/* ------------------------------------------------------------------ list */

static const char *
list_path(struct web_req *r, const struct pg_track_list *v, const char *name, const char *value)
{
    return view_path(r, "/tracking", "q", v->query, "period", v->period, name, value, NULL);
}

static int
load(struct web_req *r, const struct track_query *q, struct pg_track_list *v)
{
    struct store_track_filter f = {.query = q, .since = pg_since(v->period), .limit = r->session.page_size};
    struct store_track *rows;
    bool more;
    f.newer = *in_text(r, "before") != '\0';
    f.cursor = store_cursor_parse(in_text(r, f.newer ? "before" : "after"));
    if (store_message_list(r->db, &r->scope, r->a, &f, &rows, &v->n, &more, &r->err))
        return -1;
    struct pg_track_row *list = arena_calloc(r->a, (size_t)v->n + 1, sizeof *list);
    for (int i = 0; i < v->n; i++) {
        const struct store_track *t = &rows[i];
        const char *sender = *t->header_from ? t->header_from : t->envelope_sender;
        list[i] = (struct pg_track_row){t->message_id, *sender ? view_safe(r, sender) : T("(no sender)"),
                                        view_safe(r, t->recipient),
                                        *t->subject ? view_safe(r, t->subject) : T("(no subject)"), t->state,
                                        t->received_at};
    }
    v->rows = list;
    if (v->n && (f.newer ? more : *f.cursor.id != '\0'))
        v->pager.newer = list_path(r, v, "before", store_cursor_text(r->a, rows[0].received_at, rows[0].recipient_id));
    if (v->n && (f.newer || more))
        v->pager.older = list_path(r, v, "after", store_cursor_text(r->a, rows[v->n - 1].received_at, rows[v->n - 1].recipient_id));
    return 0;
}

int
pg_tracking(struct web_req *r)
{
    struct pg_track_list v = {.query = in_text(r, "q"), .periods = period_options(r), .period = "30d"};
    struct track_clock clock = {.now = when_now(), .offset = view_zone_offset, .ctx = r};
    for (const struct ui_option *o = v.periods; o->value; o++)
        if (!strcmp(o->value, in_text(r, "period")))
            v.period = o->value;
    struct track_query *q = track_query_parse(r->a, v.query, &clock);
    v.searched = *v.query || strcmp(v.period, "all");
    hints(r, q, &v);
    if (load(r, q, &v))
        return -1;
    t_tracking(r, &v);
    return reply_page(r, 200);
}

/* ------------------------------------------------------------------ one message */

static void
recipients(struct web_req *r, const struct store_message *m, struct pg_track_page *v)
{
    struct pg_track_rcpt *list = arena_calloc(r->a, (size_t)m->nrecipients + 1, sizeof *list);
    for (int i = 0; i < m->nrecipients; i++) {
        const struct store_message_recipient *c = &m->recipients[i];
        list[i] = (struct pg_track_rcpt){c->recipient_id, view_safe(r, c->address), c->state, c->kind, c->rule,
                                         c->state_at, *c->kind != '\0', c->possible_duplicate};
        if (*c->kind && !*v->kind)
            v->kind = c->kind;
    }
    v->rcpts = list;
    v->nrcpts = m->nrecipients;
}

/* What the message row itself tells comes first; the rest are stored events. */
static void
story(struct web_req *r, const struct store_message *m, struct pg_track_page *v)
{
    struct pg_event *e = arena_calloc(r->a, (size_t)m->nevents + 3, sizeof *e);
    int n = 0;
    e[n++] = (struct pg_event){"received", "", "", "{}", m->received_at};
    e[n++] = (struct pg_event){"scanned", "", "", "{}", m->received_at + m->scan_us / 1000};
    for (int i = 0; i < m->nevents; i++)
        e[n++] = (struct pg_event){m->events[i].kind, view_safe(r, m->events[i].recipient),
                                   view_safe(r, m->events[i].who), m->events[i].detail, m->events[i].at};
    pg_timeline(r, v, e, n);
}

static const char *
similar(struct web_req *r, const struct store_message *m)
{
    if (*m->header_from)
        return arena_printf(r->a, "from:\"%s\"", m->header_from);
    return arena_printf(r->a, "subject:\"%s\"", m->subject);
}

int
pg_tracking_message(struct web_req *r)
{
    struct store_message m;
    if (store_message_get(r->db, &r->scope, r->a, r->id, &m, &r->err))
        return -1;
    struct pg_track_page v = {
        .message_id = m.message_id,
        .subject = *m.subject ? view_safe(r, m.subject) : T("(no subject)"),
        .kind = "",
        .sender = *m.envelope_sender ? view_safe(r, m.envelope_sender) : T("(no sender)"),
        .header_from = view_safe(r, m.header_from),
        .header_from_name = view_safe(r, m.header_from_name),
        .header_id = view_safe(r, m.header_id),
        .client_ip = m.client_ip,
        .client_name = view_safe(r, m.client_name),
        .helo = view_safe(r, m.helo),
        .tls = m.tls,
        .queue_id = m.queue_id,
        .sha256 = m.sha256,
        .resend_of = m.resend_of,
        .similar = similar(r, &m),
        .scan_time = TF(T("{n} ms"), "n", view_decimal(r, (double)m.scan_us / 1000, 1)),
        .from_differs = *m.header_from && *m.envelope_sender && strcmp(m.header_from, m.envelope_sender) != 0,
        .received_at = m.received_at,
        .bytes = m.bytes,
        .score = m.score,
        .threshold = m.threshold};
    pg_scan_read(r, m.scan, &v.scan);
    v.nreasons = reasons_read(r, m.reasons, &v.reasons);
    recipients(r, &m, &v);
    story(r, &m, &v);
    t_tracking_message(r, &v);
    return reply_page(r, 200);
}
