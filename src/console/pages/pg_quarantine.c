/* End user's quarantine and deleted mail: lists, and what can be done with the messages. */
#include "pg_quarantine.h"

#include <string.h>

#include "../../common/when.h"
#include "../../store/store_digest.h"
#include "../../store/store_org.h"
#include "../../store/store_quarantine.h"
#include "../../store/store_sender.h"
#include "../reasons.h"
#include "../rights.h"
#include "../view.h"
#include "../web_reply.h"
#include "pages.h"
#include "pg_actor.h"
#include "pg_confirm.h"
#include "pg_handled.h"
#include "templates.h"

#define KINDS "spam|graymail|phishing|impersonation|malware|unverified|blocked|content|unscannable"

const struct field quarantine_fields[] = {
    {"q", FIELD_TEXT, 200, false, NULL},
    {"kind", FIELD_CHOICE, 0, false, KINDS},
    {"days", FIELD_INT, 3650, false, NULL},
    {"soon", FIELD_BOOL, 0, false, NULL},
    {"mailbox", FIELD_TEXT, 320, false, NULL},
    {"sort", FIELD_TEXT, 10, false, NULL},
    {"after", FIELD_TEXT, 80, false, NULL},
    {"before", FIELD_TEXT, 80, false, NULL},
    FIELDS_END,
};
const struct field quarantine_act_fields[] = {
    {"id", FIELD_UUIDS, 100, false, NULL},
    {"one", FIELD_UUID, 0, false, NULL},
    {"back", FIELD_TEXT, REPLY_PATH_MAX, false, NULL},
    FIELDS_END,
};

static void
read_cursor(struct web_req *r, struct store_held_filter *f)
{
    f->newer = *in_text(r, "before") != '\0';
    f->cursor = store_cursor_parse(in_text(r, f->newer ? "before" : "after"));
}

static void
fill_row(struct web_req *r, const struct store_held *m, const struct rights *rights,
         struct pg_quarantine_row *w)
{
    unsigned may = rights_of(rights, m->kind);
    *w = (struct pg_quarantine_row){
        .id = m->recipient_id,
        .from_name = view_safe(r, m->header_from_name),
        .from_address = view_safe(r, *m->header_from ? m->header_from : m->envelope_sender),
        .subject = *m->subject ? view_safe(r, m->subject) : T("(no subject)"),
        .reason = reasons_first(r, m->reasons, m->kind),
        .kind = m->kind,
        .mailbox = m->recipient,
        .received = m->received_at,
        .expires = m->expires_at,
        .can_deliver = may & RIGHT_DELIVER,
        .can_ask = may & RIGHT_ASK,
        .can_delete = may & RIGHT_DELETE};
    if (!*w->from_address)
        w->from_address = T("(no sender)");
    w->left = ui_days_left(r, m->expires_at, &w->soon);
}

/* What the reader chose a moment ago and somebody else had handled: shown once, above the others. */
static int
others(struct web_req *r, const struct rights *rights, struct pg_quarantine_view *v)
{
    const char *const *ids;
    int n = handled_shown(r, &ids);
    v->handled = arena_calloc(r->a, (size_t)n + 1, sizeof *v->handled);
    for (int i = 0; i < n; i++) {
        struct store_held_page p;
        struct pg_quarantine_row *w = &v->handled[v->nhandled];
        if (store_quarantine_get(r->db, &r->scope, r->a, ids[i], NULL, &p, &r->err)) {
            if (r->err.cls != ERR_NOTFOUND)
                return -1;
            r->err.cls = ERR_NONE;
            continue;
        }
        fill_row(r, &p.m, rights, w);
        w->link = arena_printf(r->a, "/m/%s", p.m.recipient_id);
        w->left = handled_text(r, &p);
        v->nhandled += w->left != NULL;
    }
    return 0;
}

/* How many there are, of what the list shows and of what each choice of its filters would show. */
static int
count(struct web_req *r, struct pg_quarantine_view *v)
{
    struct store_held_sort *rows;
    if (store_quarantine_sorts(r->db, &r->scope, r->a, v->f.q, &rows, &v->sorts.n, &v->sorts.all,
                               &r->err))
        return -1;
    v->sorts.rows = rows;
    v->held = held_count(&v->sorts, NULL);
    v->deleted_count = held_count_deleted(&v->sorts);
    v->matches = held_count(&v->sorts, &v->f);
    v->many = !v->sorts.all;
    return 0;
}

static void
pager(struct web_req *r, const struct store_held_filter *f, const struct store_held *rows,
      bool more, struct pg_quarantine_view *v)
{
    const struct store_held *top = &rows[0], *end = &rows[v->n - 1];
    bool first = !*f->cursor.id;
    if (f->newer ? more : !first)
        v->pager.newer = held_query_path(
            r, &v->f, "/", "before", store_cursor_text(r->a, top->received_at, top->recipient_id));
    if (f->newer || more)
        v->pager.older = held_query_path(
            r, &v->f, "/", "after", store_cursor_text(r->a, end->received_at, end->recipient_id));
    if (first && !v->many)
        v->pager.text = TF(T("{from}–{to} of {all}"), "from", view_int(r, 1), "to",
                           view_int(r, v->n), "all", view_int(r, v->matches));
}

static int
load(struct web_req *r, struct store_held_filter *f, struct pg_quarantine_view *v)
{
    struct store_held *rows;
    const struct rights *rights;
    bool more;
    if (rights_load(r, &rights) ||
        store_quarantine_list(r->db, &r->scope, r->a, f, &rows, &v->n, &more, &r->err) ||
        count(r, v) || others(r, rights, v) ||
        store_sender_mailboxes(r->db, &r->scope, r->a, &v->mailboxes, &v->nmailboxes, &r->err))
        return -1;
    v->hides_some = rights_hide_some(rights);
    v->rows = arena_calloc(r->a, (size_t)v->n + 1, sizeof *v->rows);
    for (int i = 0; i < v->n; i++) {
        fill_row(r, &rows[i], rights, &v->rows[i]);
        v->rows[i].link = held_query_path(
            r, &v->f, arena_printf(r->a, "/m/%s", rows[i].recipient_id), NULL, NULL);
        v->several_mailboxes |= strcmp(rows[i].recipient, r->session.address) != 0;
    }
    if (!v->n)
        return 0;
    if (v->many || v->matches > v->n)
        v->all = held_query_path(r, &v->f, "/bulk", NULL, NULL);
    pager(r, f, rows, more, v);
    return 0;
}

/* When nothing is held, how the reader knows: the last digest of any of his mailboxes. */
static int
last_digest(struct web_req *r, int64_t *at)
{
    struct store_digest_own *rows;
    int n;
    if (store_digest_own(r->db, &r->scope, r->a, &rows, &n, &r->err))
        return -1;
    for (int i = 0; i < n; i++)
        if (rows[i].last_at > *at)
            *at = rows[i].last_at;
    return 0;
}

int
pg_quarantine(struct web_req *r)
{
    struct store_held_filter f;
    struct pg_quarantine_view v = {.here = ui_here(r)};
    struct store_org org;
    if (store_org_get(r->db, &r->scope, r->a, &org, &r->err))
        return -1;
    held_query_read(r, &v.f, &f, when_now());
    read_cursor(r, &f);
    v.filtered = *v.f.q || *v.f.kind || *v.f.mailbox || v.f.soon || v.f.days != 30;
    v.retention_days = org.retention_days;
    if (load(r, &f, &v))
        return -1;
    if (!v.n && *f.cursor.id) /* the page that was asked for has emptied */
        return reply_redirect(r, reply_back(r, held_query_path(r, &v.f, "/", NULL, NULL), "/"));
    if (store_mailbox_pending(r->db, &r->scope, r->a, &v.pending, &v.npending, &r->err) ||
        (!v.n && !v.filtered && last_digest(r, &v.last_digest)))
        return -1;
    t_quarantine(r, &v);
    return reply_page(r, 200);
}

/* Back to the list, whose rows then say who handled what was chosen too late. */
static int
tell(struct web_req *r, const char *back, const struct flash *f, const struct handled *h)
{
    return reply_flash(r, back, f, "handled",
                       pg_joined(r, h->by, h->nby < HANDLED_MAX ? h->nby : HANDLED_MAX), NULL);
}

static int
nothing_done(struct web_req *r, const char *back, int asked, bool deliver, const struct handled *h)
{
    const char *text =
        !asked ? N_("Nothing was chosen. Tick a message first.")
        : deliver && h->nby < asked
            ? N_("Nothing was delivered: an admin has to do it, or it was handled already.")
            : N_("Nothing was changed: it was handled already.");
    return handled_reply(r, back, text, asked, h->by, h->nby);
}

int
pg_deliver(struct web_req *r)
{
    const char *const *ids, **done = NULL, *back = reply_back_field(r, "back", "/"), *ask;
    int n = pg_chosen(r, &ids), ndone = 0;
    struct store_actor by = pg_actor(r);
    struct handled rest = {0};
    if (n >= PG_MANY)
        return pg_confirm_act(r, "deliver", ids, n, back);
    if (n &&
        store_quarantine_release(r->db, &r->scope, r->a, &by, ids, n, true, &done, &ndone, &r->err))
        return -1;
    if (ndone < n && handled_find(r, ids, n, done, ndone, &rest))
        return -1;
    ask = pg_ask_path(r, back, rest.ask, rest.nask);
    if (!ndone)
        return ask ? reply_redirect(r, ask) : nothing_done(r, back, n, true, &rest);
    struct flash f = {
        "ok",
        TN_("On its way to your inbox. It is checked once more and arrives in about a minute.",
            "{n} messages are on their way to your inbox. They are checked once more and arrive in "
            "about a minute."),
        ndone, NULL, NULL};
    if (ndone < n)
        f = pg_some_delivered(ndone);
    return tell(r, ask ? ask : back, &f, &rest);
}

int
pg_delete(struct web_req *r)
{
    const char *const *ids, **done = NULL, *back = reply_back_field(r, "back", "/");
    int n = pg_chosen(r, &ids), ndone = 0;
    struct store_actor by = pg_actor(r);
    struct handled rest = {0};
    if (n && store_quarantine_delete(r->db, &r->scope, r->a, &by, ids, n, &done, &ndone, &r->err))
        return -1;
    if (ndone < n && handled_find(r, ids, n, done, ndone, &rest))
        return -1;
    if (!ndone)
        return nothing_done(r, back, n, false, &rest);
    return tell(r, back,
                &(struct flash){"ok", TN_("{n} message deleted.", "{n} messages deleted."), ndone,
                                "/undelete", pg_joined(r, done, ndone)},
                &rest);
}

int
pg_undelete(struct web_req *r)
{
    const char *const *ids, **done, *back = reply_back_field(r, "back", "/");
    int n = pg_chosen(r, &ids), ndone = 0;
    struct store_actor by = pg_actor(r);
    const struct handled rest = {0};
    if (n && store_quarantine_undelete(r->db, &r->scope, r->a, &by, ids, n, &done, &ndone, &r->err))
        return -1;
    if (!ndone)
        return nothing_done(r, back, n, false, &rest);
    return reply_flash(r, back,
                       &(struct flash){"ok", TN_("{n} message put back.", "{n} messages put back."),
                                       ndone, NULL, NULL},
                       NULL);
}
