/* End user's view of one held message: safe text, links, headers, why it was held. */
#include "pg_held.h"

#include <string.h>

#include "../../common/evlog.h"
#include "../../common/sender_pattern.h"
#include "../../common/when.h"
#include "../../store/store_preview.h"
#include "../rights.h"
#include "../view.h"
#include "../web_reply.h"
#include "pages.h"
#include "pg_actor.h"
#include "pg_handled.h"
#include "pg_held_query.h"
#include "templates.h"

const struct field message_fields[] = {
    {"q", FIELD_TEXT, 200, false, NULL},
    {"kind", FIELD_TEXT, 40, false, NULL},
    {"days", FIELD_INT, 3650, false, NULL},
    {"soon", FIELD_BOOL, 0, false, NULL},
    {"mailbox", FIELD_TEXT, 320, false, NULL},
    {"sort", FIELD_TEXT, 10, false, NULL},
    {"in", FIELD_CHOICE, 0, false, "deleted"},
    {"view", FIELD_CHOICE, 0, false, "formatted|links|headers"},
    FIELDS_END,
};

/* Path of a message in the same list and filter; view "" = text. */
static const char *
message_path(struct web_req *r, const struct held_query *q, bool deleted, const char *id,
             const char *view)
{
    const char *path = arena_printf(r->a, "/m/%s", id);
    if (!deleted)
        return held_query_path(r, q, path, "view", *view ? view : NULL);
    return view_path(r, path, "in", "deleted", "view", view, NULL);
}

static void
fill(struct web_req *r, const struct store_held_page *p, struct pg_message_view *v)
{
    const struct store_held *m = &p->m;
    const char *from = *m->header_from ? m->header_from : m->envelope_sender;
    v->id = m->recipient_id;
    v->subject = *m->subject ? view_safe(r, m->subject) : T("(no subject)");
    v->from_name = view_safe(r, m->header_from_name);
    v->from_address = view_safe(r, from);
    if (!*v->from_address)
        v->from_address = T("(no sender)");
    v->mailbox = m->recipient;
    if (strchr(from, '*') || sender_pattern_parse(r->a, from, &v->sender) != SENDER_FINE)
        v->sender = NULL;
    v->kind = m->kind;
    v->rule = m->rule;
    v->state = m->state;
    v->state_by = p->state_by;
    v->received = m->received_at;
    v->expires = m->expires_at;
    v->state_at = m->state_at;
    v->held = !strcmp(m->state, "held");
    v->deleted = !strcmp(m->state, "deleted");
    v->can_deliver = v->held && v->may & RIGHT_DELIVER;
    v->nreasons = reasons_read(r, m->reasons, &v->reasons);
    v->score = m->score;
    v->threshold = m->threshold;
}

/* Where it stands in the list it was opened from. */
static int
place(struct web_req *r, const struct store_held_filter *f, const struct store_held_page *p,
      const struct store_held_counts *counts, struct pg_message_view *v)
{
    int64_t n;
    if (strcmp(p->m.state, f->state && *f->state ? f->state : "held"))
        return 0; /* handled meanwhile */
    if (store_preview_position(r->db, &r->scope, r->a, f, &p->m, &n, &r->err))
        return -1;
    if (n <= counts->matches && counts->matches < STORE_COUNT_MAX)
        v->place =
            TF(T("{n} of {total}"), "n", view_int(r, n), "total", view_int(r, counts->matches));
    return 0;
}

static void
tabs(struct web_req *r, const struct held_query *q, bool deleted, struct pg_message_view *v)
{
    const char *view = in_text(r, "view");
    v->view = !strcmp(view, "links") ? "links" : !strcmp(view, "headers") ? "headers" : "";
    v->text_tab = message_path(r, q, deleted, r->id, "");
    v->links_tab = message_path(r, q, deleted, r->id, "links");
    v->headers_tab = message_path(r, q, deleted, r->id, "headers");
    if (!v->p.html || !preview_formats(v->kind))
        return;
    v->formatted_tab = message_path(r, q, deleted, r->id, "formatted");
    v->frame = arena_printf(r->a, "/m/%s/formatted", r->id);
    if (!strcmp(view, "formatted")) {
        v->view = "formatted";
        reply_frames(r);
    }
}

int
pg_message(struct web_req *r)
{
    struct held_query q;
    struct store_held_filter f;
    struct store_held_page p;
    struct store_held_counts counts;
    const struct rights *rights;
    bool deleted = !strcmp(in_text(r, "in"), "deleted");
    struct pg_scan scan;
    struct pg_message_view v = {.view = "", .here = ui_here(r), .scan = &scan};
    held_query_read(r, &q, &f, when_now());
    if (deleted)
        f = held_filter_all("deleted", 1);
    if (store_quarantine_get(r->db, &r->scope, r->a, r->id, &f, &p, &r->err) ||
        store_quarantine_counts(r->db, &r->scope, r->a, &f, &counts, &r->err))
        return -1;
    if (rights_load(r, &rights))
        return -1;
    v.may = rights_of(rights, p.m.kind);
    fill(r, &p, &v);
    pg_scan_read(r, p.scan, &scan);
    v.held_count = counts.held;
    v.back = deleted ? "/deleted" : held_query_path(r, &q, "/", NULL, NULL);
    v.newer = *p.newer ? message_path(r, &q, deleted, p.newer, "") : NULL;
    v.older = *p.older ? message_path(r, &q, deleted, p.older, "") : NULL;
    v.acted = handled_text(r, &p);
    v.no_malware = strcmp(p.m.kind, "malware") && strcmp(p.m.kind, "unscannable");
    preview_load(r, p.m.message_id, &v.p);
    v.download =
        v.p.found && preview_downloads() ? arena_printf(r->a, "/m/%s/download", r->id) : NULL;
    preview_files_judge(r, &v.p, &scan, p.m.kind);
    preview_links_judge(&v.p, &scan);
    tabs(r, &q, deleted, &v);
    if (place(r, &f, &p, &counts, &v))
        return -1;
    struct store_actor by = pg_actor(r);
    if ((!*v.view || !strcmp(v.view, "formatted")) && v.p.found &&
        store_quarantine_viewed(r->db, &r->scope, r->a, &by, r->id, &r->err))
        return -1;
    t_message(r, &v);
    return reply_page(r, 200);
}
