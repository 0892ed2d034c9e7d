/* Blocked traffic: search and list. There is no page of a single one: nothing of it was kept but this. */
#include "pg_blocked.h"

#include <string.h>

#include "../../common/track_query.h"
#include "../../store/store_refusal.h"
#include "../block_reasons.h"
#include "../view.h"
#include "../web_reply.h"
#include "pages.h"
#include "pg_actor.h"
#include "templates.h"

const struct field blocked_fields[] = {
    {"q", FIELD_TEXT, 2 * TRACK_QUERY_MAX, false, NULL},
    {"reason", FIELD_CHOICE, 0, false, block_reason_codes},
    {"period", FIELD_CHOICE, 0, false, "1h|24h|7d|30d|all"},
    {"after", FIELD_TEXT, 80, false, NULL},
    {"before", FIELD_TEXT, 80, false, NULL},
    PG_TRACK_SHARE_FIELDS,
    FIELDS_END,
};

static const char *
page_path(struct web_req *r, const struct pg_blocked_list *v, const char *name,
          const struct store_refusal *m)
{
    return view_path(r, "/tracking/blocked", "q", v->query, "reason", v->reason, "period",
                     v->period, "zone", v->share.zone, "rows", v->share.rows, name, store_cursor_text(r->a, m->at, m->refusal_id), NULL);
}

static void
rows_of(struct web_req *r, const struct store_refusal *rows, struct pg_blocked_list *v)
{
    struct pg_blocked_row *list = arena_calloc(r->a, (size_t)v->n + 1, sizeof *list);

    for (int i = 0; i < v->n; i++) {
        const struct store_refusal *m = &rows[i];
        bool named = *m->client_name && strcmp(m->client_name, "unknown") &&
                     strcmp(m->client_name, m->client_ip);
        list[i] = (struct pg_blocked_row){
            .sender = *m->sender ? view_safe(r, m->sender) : T("(no sender)"),
            .recipient = view_safe(r, m->recipient),
            .client_ip = view_safe(r, m->client_ip),
            .client_name = named ? view_safe(r, m->client_name) : "",
            .reason = block_reason(r, m->reason, m->slot),
            .reply = arena_printf(r->a, "%d %s", m->code, view_safe(r, m->enhanced)),
            .permanent = m->code >= 500,
            .outbound = !strcmp(m->direction, "out"),
            .at = m->at};
    }
    v->rows = list;
}

/* Words of the query that blocked traffic has nothing for: said, not ignored. */
static void
add_hints(struct web_req *r, const struct track_query *q, struct pg_blocked_list *v)
{
    int n;
    const struct pg_track_hint *known = pg_track_hints(r, v->query, q, &n);
    struct pg_track_hint *all = arena_calloc(r->a, (size_t)(n + q->nterms) + 1, sizeof *all);

    for (int i = 0; i < n; i++)
        all[i] = known[i];
    for (int i = 0; i < q->nterms; i++) {
        enum track_key key = q->terms[i].key;
        if (key == TRACK_SUBJECT || key == TRACK_ID || key == TRACK_STATUS)
            all[n++] = (struct pg_track_hint){
                .text = TF(T("Blocked mail has no \"{text}:\". That word was left out."), "text",
                           track_key_name(key))};
    }
    v->hints = all;
    v->nhints = n;
}

int
pg_blocked(struct web_req *r)
{
    struct pg_blocked_list v = {.query = in_text(r, "q"),
                                .period = in_text(r, "period"),
                                .reason = in_text(r, "reason"),
                                .periods = pg_track_periods(r),
                                .reasons = block_reason_options(r)};
    struct store_refusal *rows;
    bool more;

    if (!*v.period)
        v.period = "7d";
    v.share = pg_track_share(r, v.query);
    if (v.share.back)
        return reply_redirect(r, v.share.back);
    const struct track_query *q = v.share.query;
    struct store_refusal_filter f = {.query = q,
                                     .reason = v.reason,
                                     .since = pg_since(v.period),
                                     .limit = v.share.limit,
                                     .newer = *in_text(r, "before") != '\0'};
    f.cursor = store_cursor_parse(in_text(r, f.newer ? "before" : "after"));
    if (store_refusal_list(r->db, &r->scope, r->a, &f, &rows, &v.n, &more, &r->err))
        return -1;
    v.searched = *v.query || *v.reason || strcmp(v.period, "all");
    rows_of(r, rows, &v);
    add_hints(r, q, &v);
    if (v.n && (f.newer ? more : *f.cursor.id != '\0'))
        v.pager.newer = page_path(r, &v, "before", &rows[0]);
    if (v.n && (f.newer || more))
        v.pager.older = page_path(r, &v, "after", &rows[v.n - 1]);
    t_blocked(r, &v);
    return reply_page(r, 200);
}
