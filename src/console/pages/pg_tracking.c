/* Message tracking: search and list. */
#include "pg_tracking.h"

#include <string.h>

#include "../../common/track_query.h"
#include "../../store/store_message.h"
#include "../view.h"
#include "../web_reply.h"
#include "pages.h"
#include "pg_actor.h"
#include "templates.h"

const struct field tracking_fields[] = {
    {"q", FIELD_TEXT, 2 * TRACK_QUERY_MAX, false, NULL},
    {"period", FIELD_CHOICE, 0, false, "1h|24h|7d|30d|all"},
    {"after", FIELD_TEXT, 80, false, NULL},
    {"before", FIELD_TEXT, 80, false, NULL},
    PG_TRACK_SHARE_FIELDS,
    FIELDS_END,
};

/* ------------------------------------------------------------------ mistakes in the query */

static const char *
hint_text(struct web_req *r, const struct track_problem *p)
{
    const char *text = view_safe(r, p->text);

    switch (p->code) {
    case TRACK_UNKNOWN_KEY:
        return TF(T("\"{text}:\" is not a search word."), "text", text);
    case TRACK_BAD_STATUS:
        return TF(T("\"{text}\" names no result."), "text", text);
    case TRACK_BAD_TIME:
        return TF(T("\"{text}\" is not a time. Write 2026-11-24, \"2026-11-24 09:00\", yesterday "
                    "or -3h."),
                  "text", text);
    case TRACK_EMPTY_VALUE:
        return TF(T("\"{text}\" needs a value directly behind the colon."), "text", text);
    case TRACK_NOT_EXCLUDABLE:
        return TF(T("\"{text}\": times cannot be excluded. Use after: or before: instead."), "text",
                  text);
    case TRACK_OPEN_QUOTE:
        return T("A quote is not closed. Everything behind it was taken as one text.");
    case TRACK_TOO_LONG:
        return T("The search is too long. Its end was left out.");
    case TRACK_TOO_MANY:
        break;
    }
    return T("There are too many words. The last ones were left out.");
}

/* The query with what was suggested in the place of the mistake. */
static struct pg_track_hint
hint(struct web_req *r, const char *query, const struct track_problem *p)
{
    struct pg_track_hint h = {.text = hint_text(r, p)};
    const char *colon = p->code == TRACK_BAD_STATUS ? strchr(p->text, ':') : NULL;
    size_t keep = p->start + (colon ? (size_t)(colon - p->text) + 1 : 0);

    if (!*p->suggest)
        return h;
    h.retry =
        arena_printf(r->a, "%.*s%s%s", (int)keep, query, p->suggest, query + p->start + p->len);
    h.label = p->code == TRACK_UNKNOWN_KEY ? TF(T("Did you mean {word}:?"), "word", p->suggest)
                                           : TF(T("Did you mean {word}?"), "word", p->suggest);
    return h;
}

const struct pg_track_hint *
pg_track_hints(struct web_req *r, const char *query, const struct track_query *q, int *n)
{
    struct pg_track_hint *h = arena_calloc(r->a, (size_t)q->nproblems + 1, sizeof *h);

    for (int i = 0; i < q->nproblems; i++)
        h[i] = hint(r, query, &q->problems[i]);
    *n = q->nproblems;
    return h;
}

/* ------------------------------------------------------------------ the page */

const struct ui_option *
pg_track_periods(struct web_req *r)
{
    struct ui_option *o = arena_calloc(r->a, 6, sizeof *o);

    o[0] = (struct ui_option){"1h", T("1 h"), NULL};
    o[1] = (struct ui_option){"24h", T("24 h"), NULL};
    o[2] = (struct ui_option){"7d", T("7 d"), NULL};
    o[3] = (struct ui_option){"30d", T("30 d"), NULL};
    o[4] = (struct ui_option){"all", T("All"), NULL};
    return o;
}

static const char *
page_path(struct web_req *r, const struct pg_track_list *v, const char *name,
          const struct store_track *m)
{
    return view_path(r, "/tracking", "q", v->query, "period", v->period, "zone", v->share.zone, "rows", v->share.rows, name,
                     store_cursor_text(r->a, m->received_at, m->recipient_id), NULL);
}

static void
rows_of(struct web_req *r, const struct store_track *rows, struct pg_track_list *v)
{
    struct pg_track_row *list = arena_calloc(r->a, (size_t)v->n + 1, sizeof *list);

    for (int i = 0; i < v->n; i++) {
        const struct store_track *m = &rows[i];
        const char *sender = *m->envelope_sender ? m->envelope_sender : m->header_from;
        list[i] = (struct pg_track_row){m->message_id,
                                        *sender ? view_safe(r, sender) : T("(no sender)"),
                                        view_safe(r, m->recipient),
                                        *m->subject ? view_safe(r, m->subject) : T("(no subject)"),
                                        m->state,
                                        m->received_at};
    }
    v->rows = list;
}

int
pg_tracking(struct web_req *r)
{
    struct pg_track_list v = {
        .query = in_text(r, "q"), .period = in_text(r, "period"), .periods = pg_track_periods(r)};
    struct store_track *rows;
    bool more;

    if (!*v.period)
        v.period = "7d";
    v.share = pg_track_share(r, v.query);
    if (v.share.back)
        return reply_redirect(r, v.share.back);
    const struct track_query *q = v.share.query;
    struct store_track_filter f = {.query = q,
                                   .since = pg_since(v.period),
                                   .limit = v.share.limit,
                                   .newer = *in_text(r, "before") != '\0'};
    f.cursor = store_cursor_parse(in_text(r, f.newer ? "before" : "after"));
    if (store_message_list(r->db, &r->scope, r->a, &f, &rows, &v.n, &more, &r->err))
        return -1;
    v.searched = *v.query || strcmp(v.period, "all");
    rows_of(r, rows, &v);
    v.hints = pg_track_hints(r, v.query, q, &v.nhints);
    if (v.n && (f.newer ? more : *f.cursor.id != '\0'))
        v.pager.newer = page_path(r, &v, "before", &rows[0]);
    if (v.n && (f.newer || more))
        v.pager.older = page_path(r, &v, "after", &rows[v.n - 1]);
    t_tracking(r, &v);
    return reply_page(r, 200);
}
