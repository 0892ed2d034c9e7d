/* End user's quarantine and deleted mail: lists, and what can be done with the messages. */
#include "pg_quarantine.h"

#include <string.h>

#include "../../common/when.h"
#include "../../store/store_org.h"
#include "../../store/store_quarantine.h"
#include "../reasons.h"
#include "../rights.h"
#include "../view.h"
#include "../web_reply.h"
#include "pages.h"
#include "pg_actor.h"
#include "pg_held_query.h"
#include "templates.h"

#define KINDS "spam|graymail|phishing|impersonation|malware|unverified|blocked|content|unscannable"

const struct field quarantine_fields[] = {
    {"q", FIELD_TEXT, 200, false, NULL},
    {"kind", FIELD_CHOICE, 0, false, KINDS},
    {"days", FIELD_INT, 3650, false, NULL},
    {"soon", FIELD_BOOL, 0, false, NULL},
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

static const char *
days_text(struct web_req *r, int days)
{
    return days == 30 ? NULL : arena_printf(r->a, "%d", days);
}

/* Path of a list or message with the filter of this list. */
const char *
held_query_path(struct web_req *r, const struct held_query *q, const char *path, const char *name,
                const char *value)
{
    return view_path(r, path, "q", q->q, "kind", q->kind, "days", days_text(r, q->days), "soon",
                     q->soon ? "1" : NULL, name, value, NULL);
}

struct store_held_filter
held_filter_all(const char *state, int limit)
{
    return (struct store_held_filter){
        .search = "", .kind = "", .domain = "", .recipient = "", .state = state, .limit = limit};
}

void
held_query_read(struct web_req *r, struct held_query *q, struct store_held_filter *f)
{
    *q = (struct held_query){in_text(r, "q"), "", (int)in_int(r, "days", 30), in_bool(r, "soon")};
    for (const struct ui_kind *k = ui_kinds(); k->id; k++)
        if (!strcmp(k->id, in_text(r, "kind")))
            q->kind = k->id;
    if (q->days != 0 && q->days != 1 && q->days != 7)
        q->days = 30;
    int64_t now = when_now(), day = 24 * 3600 * 1000LL;
    *f = (struct store_held_filter){.search = q->q,
                                    .kind = q->kind,
                                    .domain = "",
                                    .recipient = "",
                                    .state = "held",
                                    .own = true,
                                    .since = q->days ? now - q->days * day : 0,
                                    .expires_before = q->soon ? now + 3 * day : 0,
                                    .limit = r->session.page_size};
}

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

static int
load(struct web_req *r, const struct held_query *q, struct store_held_filter *f,
     struct pg_quarantine_view *v)
{
    struct store_held *rows;
    struct store_held_counts counts;
    const struct rights *rights;
    bool more, first = !*f->cursor.id;
    if (rights_load(r, &rights) ||
        store_quarantine_list(r->db, &r->scope, r->a, f, &rows, &v->n, &more, &r->err) ||
        store_quarantine_counts(r->db, &r->scope, r->a, f, &counts, &r->err))
        return -1;
    const char *path = v->deleted ? "/deleted" : "/";
    v->hides_some = rights_hide_some(rights);
    v->matches = counts.matches;
    v->many = counts.matches >= STORE_COUNT_MAX;
    v->held = counts.held;
    v->deleted_count = counts.deleted;
    v->soon_count = counts.soon;
    v->rows = arena_calloc(r->a, (size_t)v->n + 1, sizeof *v->rows);
    for (int i = 0; i < v->n; i++) {
        fill_row(r, &rows[i], rights, &v->rows[i]);
        v->rows[i].link = held_query_path(r, q, arena_printf(r->a, "/m/%s", rows[i].recipient_id),
                                          v->deleted ? "in" : NULL, "deleted");
        v->several_mailboxes |= strcmp(rows[i].recipient, r->session.address) != 0;
    }
    if (!v->n)
        return 0;
    if (counts.matches > v->n)
        v->all = held_query_path(r, q, "/bulk", v->deleted ? "in" : NULL, "deleted");
    const struct store_held *top = &rows[0], *end = &rows[v->n - 1];
    if (f->newer ? more : !first)
        v->pager.newer = held_query_path(
            r, q, path, "before", store_cursor_text(r->a, top->received_at, top->recipient_id));
    if (f->newer || more)
        v->pager.older = held_query_path(
            r, q, path, "after", store_cursor_text(r->a, end->received_at, end->recipient_id));
    if (first && counts.matches < STORE_COUNT_MAX)
        v->pager.text = TF(T("{from}–{to} of {all}"), "from", view_int(r, 1), "to",
                           view_int(r, v->n), "all", view_int(r, counts.matches));
    return 0;
}

static int
list(struct web_req *r, bool deleted)
{
    struct held_query q = {"", "", 0, false};
    struct store_held_filter f;
    struct pg_quarantine_view v = {.deleted = deleted, .here = ui_here(r)};
    const char *path = deleted ? "/deleted" : "/";
    struct store_org org;
    if (store_org_get(r->db, &r->scope, r->a, &org, &r->err))
        return -1;
    if (deleted)
        f = held_filter_all("deleted", r->session.page_size);
    else
        held_query_read(r, &q, &f);
    read_cursor(r, &f);
    v.q = q.q;
    v.kind = q.kind;
    v.days = q.days;
    v.soon = q.soon;
    v.filtered = *q.q || *q.kind || q.soon || (!deleted && q.days != 30);
    v.retention_days = org.retention_days;
    if (load(r, &q, &f, &v))
        return -1;
    if (!v.n && *f.cursor.id) /* the page that was asked for has emptied */
        return reply_redirect(r, reply_back(r, held_query_path(r, &q, path, NULL, NULL), path));
    t_quarantine(r, &v);
    return reply_page(r, 200);
}

int
pg_quarantine(struct web_req *r)
{
    return list(r, false);
}

/* The ids to act on: those of one row's button, else the ticked ones. */
static int
chosen(struct web_req *r, const char *const **ids)
{
    const char *one = in_text(r, "one");
    if (!*one)
        return in_uuids(r, "id", ids);
    const char **list_of_one = arena_alloc(r->a, sizeof *list_of_one);
    *list_of_one = one;
    *ids = list_of_one;
    return 1;
}

static int
nothing_done(struct web_req *r, const char *back, int asked, bool deliver)
{
    const char *text =
        !asked    ? N_("Nothing was chosen. Tick a message first.")
        : deliver ? N_("Nothing was delivered: an admin has to do it, or it was handled already.")
                  : N_("Nothing was changed: it was handled already.");
    return reply_flash(r, back, &(struct flash){"error", text, NULL, -1, NULL, NULL}, NULL);
}

int
pg_deliver(struct web_req *r)
{
    const char *const *ids, **done, *back = reply_back_field(r, "back", "/");
    int n = chosen(r, &ids), ndone = 0;
    struct store_actor by = pg_actor(r);
    if (n &&
        store_quarantine_release(r->db, &r->scope, r->a, &by, ids, n, true, &done, &ndone, &r->err))
        return -1;
    if (!ndone)
        return nothing_done(r, back, n, true);
    struct flash f = {
        "ok",
        TN_("On its way to your inbox. It arrives in about a minute.",
            "{n} messages are on their way to your inbox. They arrive in about a minute."),
        ndone, NULL, NULL};
    if (ndone < n)
        f = (struct flash){"ok",
                           TN_("{n} message is on its way. An admin has to deliver the others, or "
                               "they were handled already.",
                               "{n} messages are on their way. An admin has to deliver the others, "
                               "or they were handled already."),
                           ndone, NULL, NULL};
    return reply_flash(r, back, &f, NULL);
}

int
pg_delete(struct web_req *r)
{
    const char *const *ids, **done, *back = reply_back_field(r, "back", "/");
    int n = chosen(r, &ids), ndone = 0;
    struct store_actor by = pg_actor(r);
    if (n && store_quarantine_delete(r->db, &r->scope, r->a, &by, ids, n, &done, &ndone, &r->err))
        return -1;
    if (!ndone)
        return nothing_done(r, back, n, false);
    return reply_flash(r, back,
                       &(struct flash){"ok", TN_("{n} message deleted.", "{n} messages deleted."),
                                       ndone, "/undelete", pg_joined(r, done, ndone)},
                       NULL);
}

int
pg_undelete(struct web_req *r)
{
    const char *const *ids, **done, *back = reply_back_field(r, "back", "/");
    int n = chosen(r, &ids), ndone = 0;
    struct store_actor by = pg_actor(r);
    if (n && store_quarantine_undelete(r->db, &r->scope, r->a, &by, ids, n, &done, &ndone, &r->err))
        return -1;
    if (!ndone)
        return nothing_done(r, back, n, false);
    return reply_flash(r, back,
                       &(struct flash){"ok", TN_("{n} message put back.", "{n} messages put back."),
                                       ndone, NULL, NULL},
                       NULL);
}
