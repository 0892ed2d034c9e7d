/* One held message as administrators see it. Looking at it is an event and an audit entry. */
#include "pg_held.h"
#include "pg_held_query.h"

#include <string.h>

#include "../../store/store_looks.h"
#include "../../store/store_quarantine.h"
#include "../view.h"
#include "../web_reply.h"
#include "pages.h"
#include "pg_actor.h"
#include "pg_tracking.h"
#include "templates.h"

const struct field held_message_fields[] = {
    {"view", FIELD_CHOICE, 0, false, "links|headers|parts"},
    FIELDS_END,
};

static const char *
acted(struct web_req *r, const struct store_held_page *p)
{
    const char *when = view_when_full(r, p->m.state_at);

    if (!*p->state_by)
        return when;
    return TF(T("{who}, {when}"), "who", view_safe(r, p->state_by), "when", when);
}

static const char *
beside(struct web_req *r, const char *id)
{
    return *id ? arena_printf(r->a, "/quarantine/%s", id) : NULL;
}

static int
seen(struct web_req *r, struct pg_held_page *v)
{
    struct store_seen *rows;

    if (store_quarantine_seen(r->db, &r->scope, r->a, r->id, &rows, &v->nseen, &r->err))
        return -1;
    struct pg_seen *s = arena_calloc(r->a, (size_t)v->nseen + 1, sizeof *s);
    for (int i = 0; i < v->nseen; i++)
        s[i] = (struct pg_seen){view_safe(r, rows[i].who), rows[i].at};
    v->seen = s;
    return 0;
}

int
pg_held_message(struct web_req *r)
{
    struct store_held_filter all = {
        .search = "", .kind = "", .domain = "", .recipient = "", .limit = 1};
    struct store_actor by = pg_actor(r);
    struct store_held_page p;
    struct pg_held_page v = {.tab = in_text(r, "view"), .back = "/quarantine"};

    if (store_quarantine_get(r->db, &r->scope, r->a, r->id, &all, &p, &r->err) || seen(r, &v))
        return -1;
    p.m.deleted_by = p.state_by;
    v.m = pg_held_row(r, &p.m);
    v.message_id = p.m.message_id;
    v.rule = view_safe(r, p.m.rule);
    v.newer = beside(r, p.newer);
    v.older = beside(r, p.older);
    v.acted = acted(r, &p);
    v.bytes = p.m.bytes;
    v.score = p.m.score;
    v.threshold = p.m.threshold;
    v.may_act = pg_may(r, ROLES_MAIL);
    v.nreasons = reasons_read(r, p.m.reasons, &v.reasons);
    pg_scan_read(r, p.scan, &v.scan);
    preview_load(r, p.m.message_id, &v.p);
    preview_files_judge(r, &v.p, &v.scan, p.m.kind);
    preview_links_judge(&v.p, &v.scan);
    /* Whichever side of it: whose mail it is may know (N13). */
    if (v.p.found &&
        (*v.tab ? store_looks_tab(r->db, &r->scope, r->a, &by, r->id, &r->err)
                : store_quarantine_viewed(r->db, &r->scope, r->a, &by, r->id, &r->err)))
        return -1;
    t_held_message(r, &v);
    return reply_page(r, 200);
}
