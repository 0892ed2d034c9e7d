/* Quarantine of all users: the list. */
#include "pg_held.h"

#include <string.h>

#include "../../store/store_domain.h"
#include "../../store/store_quarantine.h"
#include "../view.h"
#include "../web_reply.h"
#include "pages.h"
#include "pg_actor.h"
#include "templates.h"

const struct field held_fields[] = {
    {"q", FIELD_TEXT, 200, false, NULL},
    {"kind", FIELD_TEXT, 40, false, NULL},
    {"domain", FIELD_TEXT, 253, false, NULL},
    {"recipient", FIELD_TEXT, 320, false, NULL},
    {"period", FIELD_CHOICE, 0, false, "24h|7d|30d"},
    {"state", FIELD_CHOICE, 0, false, "deleted"},
    {"after", FIELD_TEXT, 80, false, NULL},
    {"before", FIELD_TEXT, 80, false, NULL},
    FIELDS_END,
};

/* By whom and when; "" for other states. */
static const char *
deleted(struct web_req *r, const struct store_held *m)
{
    const char *who = m->deleted_by ? view_safe(r, m->deleted_by) : "";
    const char *when = view_when_full(r, m->state_at);
    bool gone = !strcmp(m->state, "gone");
    if (!gone && strcmp(m->state, "deleted"))
        return "";
    if (!*who)
        return gone ? TF(T("Deleted for good {when}"), "when", when)
                    : TF(T("Deleted {when}"), "when", when);
    return gone ? TF(T("Deleted for good by {who}, {when}"), "who", who, "when", when)
                : TF(T("Deleted by {who}, {when}"), "who", who, "when", when);
}

struct pg_held_row
pg_held_row(struct web_req *r, const struct store_held *m)
{
    struct pg_held_row w = {
        .id = m->recipient_id,
        .sender = view_safe(r, *m->header_from ? m->header_from : m->envelope_sender),
        .sender_name = view_safe(r, m->header_from_name),
        .recipient = view_safe(r, m->recipient),
        .subject = *m->subject ? view_safe(r, m->subject) : T("(no subject)"),
        .kind = m->kind,
        .reason = reasons_first(r, m->reasons, m->kind),
        .state = m->state,
        .link = arena_printf(r->a, "/quarantine/%s", m->recipient_id),
        .received_at = m->received_at,
        .expires_at = m->expires_at,
    };
    if (!*w.sender)
        w.sender = T("(no sender)");
    w.deleted = deleted(r, m);
    w.left = ui_days_left(r, m->expires_at, &w.soon);
    return w;
}

/* ------------------------------------------------------------------ filters */

static void
options(struct web_req *r, struct pg_held_list *v)
{
    int n = 0;
    struct ui_option *k, *p = arena_calloc(r->a, 5, sizeof *p),
                         *s = arena_calloc(r->a, 3, sizeof *s);

    while (ui_kinds()[n].id)
        n++;
    k = arena_calloc(r->a, (size_t)n + 2, sizeof *k);
    k[0] = (struct ui_option){"", T("All kinds"), NULL};
    for (int i = 0; i < n; i++)
        k[i + 1] = (struct ui_option){ui_kinds()[i].id, T(ui_kinds()[i].admin_word), NULL};
    p[0] = (struct ui_option){"", T("Any time"), NULL};
    p[1] = (struct ui_option){"24h", T("Last 24 hours"), NULL};
    p[2] = (struct ui_option){"7d", T("Last 7 days"), NULL};
    p[3] = (struct ui_option){"30d", T("Last 30 days"), NULL};
    s[0] = (struct ui_option){"", T("Held"), NULL};
    s[1] = (struct ui_option){"deleted", T("Deleted"), NULL};
    v->kinds = k;
    v->periods = p;
    v->states = s;
}

static int
domains(struct web_req *r, struct pg_held_list *v)
{
    struct store_domain *rows;
    int n;

    if (store_domain_list(r->db, &r->scope, r->a, &rows, &n, &r->err))
        return -1;
    struct ui_option *o = arena_calloc(r->a, (size_t)n + 2, sizeof *o);
    o[0] = (struct ui_option){"", T("All domains"), NULL};
    for (int i = 0; i < n; i++)
        o[i + 1] = (struct ui_option){rows[i].name, rows[i].name, NULL};
    v->domains = o;
    return 0;
}

static void
read_filter(struct web_req *r, struct pg_held_filter *f, struct store_held_filter *s)
{
    *f = (struct pg_held_filter){in_text(r, "q"),
                                 in_text(r, "kind"),
                                 in_text(r, "domain"),
                                 in_text(r, "recipient"),
                                 in_text(r, "period"),
                                 in_text(r, "state"),
                                 false};
    f->any = *f->search || *f->kind || *f->domain || *f->recipient || *f->period || *f->state;
    *s = (struct store_held_filter){.search = f->search,
                                    .kind = f->kind,
                                    .domain = f->domain,
                                    .recipient = f->recipient,
                                    .state = *f->state ? f->state : "held",
                                    .since = pg_since(f->period),
                                    .newer = *in_text(r, "before") != '\0',
                                    .limit = r->session.page_size};
    s->cursor = store_cursor_parse(in_text(r, s->newer ? "before" : "after"));
}

static const char *
page_path(struct web_req *r, const struct pg_held_filter *f, const char *name,
          const struct store_held *m)
{
    const char *at = m ? store_cursor_text(r->a, m->received_at, m->recipient_id) : "";
    return view_path(r, "/quarantine", "q", f->search, "kind", f->kind, "domain", f->domain,
                     "recipient", f->recipient, "period", f->period, "state", f->state, name, at,
                     NULL);
}

/* ------------------------------------------------------------------ the page */

static const char *
tally(struct web_req *r, const struct store_held_counts *c)
{
    if (c->matches >= STORE_COUNT_MAX)
        return TF(T("More than {n} messages"), "n", view_int(r, STORE_COUNT_MAX));
    return TF(TN("{n} message", "{n} messages", c->matches), "n", view_int(r, c->matches));
}

int
pg_held(struct web_req *r)
{
    struct pg_held_list v = {.here = ui_here(r), .may_act = pg_may(r, ROLES_MAIL)};
    struct store_held_filter f;
    struct store_held_counts counts;
    struct store_held *rows;
    bool more;

    read_filter(r, &v.f, &f);
    options(r, &v);
    if (domains(r, &v) ||
        store_quarantine_list(r->db, &r->scope, r->a, &f, &rows, &v.n, &more, &r->err) ||
        store_quarantine_counts(r->db, &r->scope, r->a, &f, &counts, &r->err))
        return -1;
    if (!v.n && *f.cursor.id) /* the page that was asked for has emptied */
        return reply_redirect(r, reply_back(r, page_path(r, &v.f, "after", NULL), "/quarantine"));
    struct pg_held_row *list = arena_calloc(r->a, (size_t)v.n + 1, sizeof *list);
    for (int i = 0; i < v.n; i++)
        list[i] = pg_held_row(r, &rows[i]);
    v.rows = list;
    v.tally = tally(r, &counts);
    if (v.n && (f.newer ? more : *f.cursor.id != '\0'))
        v.pager.newer = page_path(r, &v.f, "before", &rows[0]);
    if (v.n && (f.newer || more))
        v.pager.older = page_path(r, &v.f, "after", &rows[v.n - 1]);
    t_held_list(r, &v);
    return reply_page(r, 200);
}
