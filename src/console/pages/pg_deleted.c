/*
 * U7: deleted mail of the reader's mailboxes. Putting back is pg_undelete(). Deleting for good asks first, on a page of its own:
 * it is the one thing here that the person cannot take back. What becomes of the mail is said in 0028-settings.sql.
 */
#include "pg_deleted.h"

#include <string.h>

#include "../../store/store_deleted.h"
#include "../reasons.h"
#include "../rights.h"
#include "../view.h"
#include "../web_reply.h"
#include "pages.h"
#include "pg_actor.h"
#include "templates.h"

const struct field deleted_fields[] = {
    {"after", FIELD_TEXT, 80, false, NULL},
    FIELDS_END,
};
const struct field deleted_act_fields[] = {
    {"id", FIELD_UUIDS, 100, false, NULL},
    {"one", FIELD_UUID, 0, false, NULL},
    {"back", FIELD_TEXT, REPLY_PATH_MAX, false, NULL},
    FIELDS_END,
};

static const struct pg_deleted_row *
fill(struct web_req *r, const struct store_deleted *rows, int n, const struct rights *rights,
     struct pg_deleted *v)
{
    struct pg_deleted_row *out = arena_calloc(r->a, (size_t)n + 1, sizeof *out);
    for (int i = 0; i < n; i++) {
        const struct store_deleted *m = &rows[i];
        struct pg_deleted_row *w = &out[i];
        const char *from = *m->header_from ? m->header_from : m->envelope_sender;
        *w = (struct pg_deleted_row){
            .id = m->recipient_id,
            .from_name = view_safe(r, m->header_from_name),
            .from_address = *from ? view_safe(r, from) : T("(no sender)"),
            .subject = *m->subject ? view_safe(r, m->subject) : T("(no subject)"),
            .reason = reasons_first(r, m->reasons, m->kind),
            .kind = m->kind,
            .mailbox = view_safe(r, m->mailbox),
            .by = m->by_me ? T("You") : view_safe(r, m->by),
            .link =
                view_path(r, arena_printf(r->a, "/m/%s", m->recipient_id), "in", "deleted", NULL),
            .deleted = m->deleted_at,
            .expires = m->expires_at,
            .can_delete = rights_of(rights, m->kind) & RIGHT_DELETE};
        w->left = ui_days_left(r, m->expires_at, &w->soon);
        v->several_mailboxes |= strcmp(m->mailbox, r->session.address) != 0;
    }
    v->n = n;
    return out;
}

int
pg_deleted(struct web_req *r)
{
    struct pg_deleted v = {.here = ui_here(r)};
    struct store_cursor from = store_cursor_parse(in_text(r, "after"));
    struct store_deleted *rows;
    const struct rights *rights;
    int n;
    bool more;
    if (rights_load(r, &rights) ||
        store_deleted_list(r->db, &r->scope, r->a, &from, r->session.page_size, &rows, &n, &more,
                           &r->err))
        return -1;
    if (!n && *from.id) /* the page that was asked for has emptied */
        return reply_redirect(r, "/deleted");
    v.rows = fill(r, rows, n, rights, &v);
    if (*from.id)
        v.pager.newer = "/deleted";
    if (more)
        v.pager.older = view_path(
            r, "/deleted", "after",
            store_cursor_text(r->a, rows[n - 1].received_at, rows[n - 1].recipient_id), NULL);
    t_deleted(r, &v);
    return reply_page(r, 200);
}

/* ------------------------------------------------------------------ for good */

static int
nothing(struct web_req *r, const char *back, int asked)
{
    const char *text =
        asked ? N_("Nothing was changed: it was handled already, or only an admin may do this.")
              : N_("Nothing was chosen. Tick a message first.");
    return reply_flash(r, back, &(struct flash){"error", text, NULL, -1, NULL, NULL}, NULL);
}

int
pg_purge_form(struct web_req *r)
{
    const char *const *ids;
    struct pg_deleted v = {.back = reply_back_field(r, "back", "/deleted")};
    struct store_deleted *rows;
    const struct rights *rights;
    int n = pg_chosen(r, &ids), found = 0;
    if (rights_load(r, &rights) ||
        (n && store_deleted_chosen(r->db, &r->scope, r->a, ids, n, &rows, &found, &r->err)))
        return -1;
    if (!found)
        return nothing(r, v.back, n);
    v.rows = fill(r, rows, found, rights, &v);
    t_purge(r, &v);
    return reply_page(r, 200);
}

int
pg_purge(struct web_req *r)
{
    const char *const *ids, *back = reply_back_field(r, "back", "/deleted");
    struct store_actor by = pg_actor(r);
    int n = pg_chosen(r, &ids), done = 0;
    if (n && store_deleted_purge(r->db, &r->scope, r->a, &by, ids, n, &done, &r->err))
        return -1;
    if (!done)
        return nothing(r, back, n);
    return reply_flash(
        r, back,
        &(struct flash){"ok",
                        TN_("{n} message deleted for good.", "{n} messages deleted for good."),
                        done, NULL, NULL},
        NULL);
}
