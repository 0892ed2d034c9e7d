/* Audit log: list and one entry with what changed. */
#include "pg_audit.h"

#include <stdlib.h>
#include <string.h>

#include "../../common/jsonx.h"
#include "../../store/store_audit.h"
#include "../ui.h"
#include "../view.h"
#include "../web_reply.h"
#include "pages.h"
#include "pg_actor.h"
#include "templates.h"

#define CHANGES 50

const struct field audit_fields[] = {
    {"event", FIELD_TEXT, 60, false, NULL}, {"actor", FIELD_TEXT, 320, false, NULL},
    {"period", FIELD_TEXT, 10, false, NULL}, {"after", FIELD_TEXT, 20, false, NULL},
    {"before", FIELD_TEXT, 20, false, NULL}, FIELDS_END,
};
const struct field audit_entry_fields[] = {
    {"seq", FIELD_TEXT, 20, true, NULL},
    FIELDS_END,
};

static struct pg_audit_row
row_of(struct web_req *r, const struct store_audit *x)
{
    struct pg_audit_row e = {.seq = x->seq, .at = x->at, .actor = view_safe(r, x->actor), .surface = x->surface,
                             .client_ip = x->client_ip, .object = view_safe(r, x->object), .event = x->event};
    pg_event_words(r, x->event, x->object, &e.icon, &e.tone, &e.text);
    return e;
}

static const struct ui_option *
period_options(struct web_req *r)
{
    struct ui_option *o = arena_calloc(r->a, 5, sizeof *o);
    o[0] = (struct ui_option){"", T("Any time"), NULL};
    o[1] = (struct ui_option){"24h", T("Last 24 hours"), NULL};
    o[2] = (struct ui_option){"7d", T("Last 7 days"), NULL};
    o[3] = (struct ui_option){"30d", T("Last 30 days"), NULL};
    return o;
}

static const char *
known(const struct ui_option *o, const char *value)
{
    for (; o->value; o++)
        if (!strcmp(o->value, value))
            return o->value;
    return "";
}

static int64_t
number(const char *s)
{
    long long v = strtoll(s, NULL, 10);
    return v > 0 ? v : 0;
}

static const char *
list_path(struct web_req *r, const struct pg_audit_list *v, const char *name, int64_t seq)
{
    return view_path(r, "/audit", "event", v->event, "actor", v->actor, "period", v->period, name,
                     arena_printf(r->a, "%lld", (long long)seq), NULL);
}

int
pg_audit(struct web_req *r)
{
    struct pg_audit_list v = {.actor = in_text(r, "actor"), .events = pg_event_options(r), .periods = period_options(r)};
    struct store_audit *rows;
    bool more;
    v.event = known(v.events, in_text(r, "event"));
    v.period = known(v.periods, in_text(r, "period"));
    v.any = *v.event || *v.actor || *v.period;
    struct store_audit_filter f = {.event = v.event, .actor = v.actor, .since = pg_since(v.period),
                                   .before_seq = number(in_text(r, "after")),
                                   .after_seq = number(in_text(r, "before")), .limit = r->session.page_size};
    if (store_audit_list(r->db, &r->scope, r->a, &f, &rows, &v.n, &more, &r->err))
        return -1;
    struct pg_audit_row *list = arena_calloc(r->a, (size_t)v.n + 1, sizeof *list);
    for (int i = 0; i < v.n; i++)
        list[i] = row_of(r, &rows[i]);
    v.rows = list;
    if (v.n && (f.after_seq ? more : f.before_seq > 0))
        v.pager.newer = list_path(r, &v, "before", rows[0].seq);
    if (v.n && (f.after_seq || more))
        v.pager.older = list_path(r, &v, "after", rows[v.n - 1].seq);
    t_audit(r, &v);
    return reply_page(r, 200);
}

/* ------------------------------------------------------------------ one entry */

/* A value as people read it: texts without quotation marks. */
static const char *
shown(struct web_req *r, const json_t *v)
{
    if (!v || json_is_null(v))
        return NULL;
    const char *text = json_is_string(v) ? json_string_value(v) : jsonx_dump(r->a, v, NULL);
    return view_safe(r, text);
}

static void
add_changes(struct web_req *r, const json_t *before, const json_t *after, struct pg_audit_change *c, int *n)
{
    const json_t *both[2] = {before, after};
    const char *key;
    json_t *v;
    for (int side = 0; side < 2; side++) {
        json_object_foreach((json_t *)both[side], key, v)
        {
            const json_t *b = json_object_get(before, key), *a = json_object_get(after, key);
            if (*n == CHANGES || (side == 1 && b) || (a && b && json_equal(a, b)))
                continue;
            c[(*n)++] = (struct pg_audit_change){view_safe(r, key), shown(r, b), shown(r, a)};
        }
    }
}

int
pg_audit_entry(struct web_req *r)
{
    struct store_audit x;
    json_t *detail = NULL;
    struct pg_audit_change *c = arena_calloc(r->a, CHANGES, sizeof *c);
    struct pg_audit_page v = {.changes = c};
    if (store_audit_get(r->db, &r->scope, r->a, number(in_text(r, "seq")), &x, &r->err))
        return -1;
    v.e = row_of(r, &x);
    v.prev = x.prev;
    v.hash = x.hash;
    if (jsonx_load(r->a, x.detail, strlen(x.detail), 1024 * 1024, &detail, NULL) == 0) {
        const json_t *before = json_object_get(detail, "before"), *after = json_object_get(detail, "after");
        if (before || after)
            add_changes(r, before, after, c, &v.nchanges);
        else
            add_changes(r, NULL, detail, c, &v.nchanges);
    }
    t_audit_entry(r, &v);
    return reply_page(r, 200);
}
