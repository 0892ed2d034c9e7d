/* Audit log: list and one entry. The chain is checked by `sekisho audit verify`. */
#include "pg_audit.h"

#include <stdlib.h>
#include <string.h>

#include "../../common/jsonx.h"
#include "../../store/store_audit.h"
#include "../view.h"
#include "../web_reply.h"
#include "pages.h"
#include "pg_actor.h"
#include "templates.h"

#define SEQ_MAX INT64_C(999999999999999)
#define CHANGES 100

const struct field audit_fields[] = {
    {"event", FIELD_TEXT, 60, false, NULL},           {"actor", FIELD_TEXT, 320, false, NULL},
    {"period", FIELD_CHOICE, 0, false, "24h|7d|30d"}, {"after", FIELD_TEXT, 20, false, NULL},
    {"before", FIELD_TEXT, 20, false, NULL},          FIELDS_END,
};
const struct field audit_entry_fields[] = {
    {"seq", FIELD_TEXT, 20, false, NULL},
    FIELDS_END,
};

/* Number of an entry; 0 for anything else. */
static int64_t
number(const char *s)
{
    int64_t v = 0;
    for (; *s >= '0' && *s <= '9' && v < SEQ_MAX; s++)
        v = v * 10 + (*s - '0');
    return *s || v > SEQ_MAX ? 0 : v;
}

static struct pg_audit_row
row(struct web_req *r, const struct store_audit *e)
{
    struct pg_audit_row w = {.seq = e->seq,
                             .at = e->at,
                             .actor = view_safe(r, e->actor),
                             .surface = e->surface,
                             .client_ip = e->client_ip,
                             .object = view_safe(r, e->object),
                             .event = e->event};
    pg_event_words(r, e->event, e->object, &w.icon, &w.tone, &w.text);
    return w;
}

static const struct ui_option *
periods(struct web_req *r)
{
    struct ui_option *p = arena_calloc(r->a, 5, sizeof *p);

    p[0] = (struct ui_option){"", T("Any time"), NULL};
    p[1] = (struct ui_option){"24h", T("Last 24 hours"), NULL};
    p[2] = (struct ui_option){"7d", T("Last 7 days"), NULL};
    p[3] = (struct ui_option){"30d", T("Last 30 days"), NULL};
    return p;
}

static const char *
page_path(struct web_req *r, const struct pg_audit_list *v, const char *name, int64_t seq)
{
    return view_path(r, "/audit", "event", v->event, "actor", v->actor, "period", v->period, name,
                     arena_printf(r->a, "%lld", (long long)seq), NULL);
}

int
pg_audit(struct web_req *r)
{
    struct pg_audit_list v = {.event = in_text(r, "event"),
                              .actor = in_text(r, "actor"),
                              .period = in_text(r, "period"),
                              .events = pg_event_options(r),
                              .periods = periods(r)};
    struct store_audit_filter f = {.event = v.event,
                                   .actor = v.actor,
                                   .since = pg_since(v.period),
                                   .before_seq = number(in_text(r, "after")),
                                   .after_seq = number(in_text(r, "before")),
                                   .limit = r->session.page_size};
    struct store_audit *rows;
    bool more;

    v.any = *v.event || *v.actor || *v.period;
    if (store_audit_list(r->db, &r->scope, r->a, &f, &rows, &v.n, &more, &r->err))
        return -1;
    struct pg_audit_row *list = arena_calloc(r->a, (size_t)v.n + 1, sizeof *list);
    for (int i = 0; i < v.n; i++)
        list[i] = row(r, &rows[i]);
    v.rows = list;
    if (v.n && (f.after_seq ? more : f.before_seq > 0))
        v.pager.newer = page_path(r, &v, "before", rows[0].seq);
    if (v.n && (f.after_seq || more))
        v.pager.older = page_path(r, &v, "after", rows[v.n - 1].seq);
    t_audit(r, &v);
    return reply_page(r, 200);
}

/* ------------------------------------------------------------------ one entry */

static const char *
value_text(struct web_req *r, json_t *j)
{
    if (!j || json_is_null(j))
        return NULL;
    if (json_is_string(j))
        return view_safe(r, json_string_value(j));
    char *text = json_dumps(j, JSON_COMPACT | JSON_ENCODE_ANY);
    const char *out = view_safe(r, text ? text : "");
    arena_defer(r->a, free, text);
    return out;
}

/* {"before": {...}, "after": {...}} field by field; any other member is a fact by itself. */
static void
changes(struct web_req *r, const char *detail, struct pg_audit_page *v)
{
    struct pg_audit_change *c = arena_calloc(r->a, CHANGES, sizeof *c);
    const char *key;
    json_t *j, *value;

    v->changes = c;
    if (jsonx_load(r->a, detail, strlen(detail), 1024 * 1024, &j, NULL) < 0 || !json_is_object(j))
        return;
    json_t *before = json_object_get(j, "before"), *after = json_object_get(j, "after");
    json_object_foreach(after, key, value) if (v->nchanges < CHANGES) c[v->nchanges++] =
        (struct pg_audit_change){view_safe(r, key), value_text(r, json_object_get(before, key)),
                                 value_text(r, value)};
    json_object_foreach(before, key,
                        value) if (v->nchanges < CHANGES && !json_object_get(after, key))
        c[v->nchanges++] = (struct pg_audit_change){view_safe(r, key), value_text(r, value), NULL};
    json_object_foreach(j, key,
                        value) if (v->nchanges < CHANGES && value != before && value != after)
        c[v->nchanges++] = (struct pg_audit_change){view_safe(r, key), NULL, value_text(r, value)};
}

int
pg_audit_entry(struct web_req *r)
{
    struct store_audit e;
    struct pg_audit_page v = {0};

    if (store_audit_get(r->db, &r->scope, r->a, number(in_text(r, "seq")), &e, &r->err))
        return -1;
    v.e = row(r, &e);
    v.prev = e.prev;
    v.hash = e.hash;
    changes(r, e.detail, &v);
    t_audit_entry(r, &v);
    return reply_page(r, 200);
}
