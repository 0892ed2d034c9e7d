/* Valid recipients of a domain: the switch, the list, deleting with undo, export. The import is
 * pg_recipients_import.c. */
#include "pg_recipients.h"

#include <ctype.h>
#include <string.h>

#include "../../common/addr.h"
#include "../../store/store_recipient.h"
#include "../view.h"
#include "../web_reply.h"
#include "pages.h"
#include "pg_actor.h"
#include "pg_domains.h"
#include "templates.h"

const struct field recipients_fields[] = {
    {"q", FIELD_TEXT, 320, false, NULL},
    {"after", FIELD_TEXT, 320, false, NULL},
    {"before", FIELD_TEXT, 320, false, NULL},
    FIELDS_END,
};
const struct field recipients_check_fields[] = {
    {"check", FIELD_BOOL, 0, false, NULL},
    FIELDS_END,
};
const struct field recipient_delete_fields[] = {
    {"address", FIELD_TEXT, 320, true, NULL},
    FIELDS_END,
};
const struct field recipient_restore_fields[] = {
    {"id", FIELD_TEXT, 320, true, NULL}, /* the address: what Undo sends */
    {"back", FIELD_TEXT, REPLY_PATH_MAX, false, NULL},
    FIELDS_END,
};

static const char *
path_of(struct web_req *r)
{
    return arena_printf(r->a, "/domains/%s/recipients", r->id);
}

static const char *
lower(struct web_req *r, const char *text)
{
    char *s = arena_strdup(r->a, text);
    for (char *p = s; *p; p++)
        *p = (char)tolower((unsigned char)*p);
    return s;
}

static void
make_pager(struct web_req *r, struct pg_recipients *v, bool back, bool more)
{
    bool middle = *in_text(r, back ? "before" : "after") != '\0';
    if (v->n && (back ? more : middle))
        v->pager.newer = view_path(r, path_of(r), "q", v->search, "before", v->rows[0], NULL);
    if (v->n && (back || more))
        v->pager.older = view_path(r, path_of(r), "q", v->search, "after", v->rows[v->n - 1], NULL);
}

int
pg_recipients_page(struct web_req *r, int status, const char *typed)
{
    bool get = r->method == M_GET, back = get && *in_text(r, "before") != '\0', more;
    const char *from = get ? in_text(r, back ? "before" : "after") : "";
    struct pg_recipients v = {.id = r->id,
                              .d = pg_domain_load(r, r->id),
                              .search = get ? lower(r, in_text(r, "q")) : "",
                              .may_change = pg_may(r, ROLES_CHANGE),
                              .typed = typed};
    struct store_switches s;
    if (!v.d || store_domain_switches(r->db, &r->scope, r->a, r->id, &s, &r->err) ||
        store_recipient_count(r->db, &r->scope, r->a, r->id, NULL, 0, &v.total, &r->err) ||
        store_recipient_list(r->db, &r->scope, r->a, r->id, v.search, from, back,
                             r->session.page_size, &v.rows, &v.n, &more, &r->err))
        return -1;
    v.check = s.check_recipients;
    if (get)
        make_pager(r, &v, back, more);
    t_recipients(r, &v);
    return reply_page(r, status);
}

int
pg_recipients(struct web_req *r)
{
    return pg_recipients_page(r, 200, "");
}

int
pg_recipients_check(struct web_req *r)
{
    struct store_actor by = pg_actor(r);
    bool on = in_bool(r, "check");
    struct flash f = {"ok", NULL, NULL, -1, NULL, NULL};
    struct store_switches s;
    int64_t n;
    if (store_domain_switches(r->db, &r->scope, r->a, r->id, &s, &r->err) ||
        store_recipient_count(r->db, &r->scope, r->a, r->id, NULL, 0, &n, &r->err))
        return -1;
    if (on && !n) {
        f.kind = "error";
        f.msgid = N_("Add recipients first. With an empty list all mail for {domain} would be "
                     "refused.");
        return reply_flash(r, path_of(r), &f, "domain", s.name, NULL);
    }
    if (store_domain_switch(r->db, &r->scope, r->a, &by, r->id, &on, NULL, &r->err))
        return -1;
    f.msgid = on ? N_("Mail for addresses of {domain} that are not listed is refused now.")
                 : N_("Mail for every address of {domain} is accepted now.");
    return reply_flash(r, path_of(r), &f, "domain", s.name, NULL);
}

int
pg_recipient_delete(struct web_req *r)
{
    struct store_actor by = pg_actor(r);
    const char *address = in_text(r, "address");
    struct store_switches s;
    int64_t n;
    if (store_domain_switches(r->db, &r->scope, r->a, r->id, &s, &r->err) ||
        store_recipient_count(r->db, &r->scope, r->a, r->id, NULL, 0, &n, &r->err))
        return -1;
    if (s.check_recipients && n == 1)
        return reply_flash(r, path_of(r),
                           &(struct flash){"error",
                                           N_("This is the last recipient: without it all mail for "
                                              "{domain} would be refused. Accept every address "
                                              "first."),
                                           NULL, -1, NULL, NULL},
                           "domain", s.name, NULL);
    if (store_recipient_delete(r->db, &r->scope, r->a, &by, r->id, address, &r->err))
        return -1;
    return reply_flash(r, path_of(r),
                       &(struct flash){"ok", N_("{address} is no longer listed."), NULL, -1,
                                       arena_printf(r->a, "%s/restore", path_of(r)), address},
                       "address", address, NULL);
}

int
pg_recipient_restore(struct web_req *r)
{
    struct store_actor by = pg_actor(r);
    struct store_switches s;
    struct addr a;
    int64_t added;
    if (store_domain_switches(r->db, &r->scope, r->a, r->id, &s, &r->err))
        return -1;
    if (!in_ok(r) || addr_parse(r->a, in_text(r, "id"), &a, NULL) || strcmp(a.domain, s.name))
        return reply_error(r, 422);
    if (store_recipient_import(r->db, &r->scope, r->a, &by, r->id, &a.key, 1, &added, &r->err))
        return -1;
    return reply_flash(
        r, reply_back_field(r, "back", path_of(r)),
        &(struct flash){"ok", N_("{address} is listed again."), NULL, -1, NULL, NULL}, "address",
        a.key, NULL);
}

/* ------------------------------------------------------------------ export */

int
pg_recipients_export(struct web_req *r)
{
    struct buf *b = buf_new(r->a, 0);
    struct store_switches s;
    const char **rows, *from = "";
    bool more = true;
    int n, all = 0;
    if (store_domain_switches(r->db, &r->scope, r->a, r->id, &s, &r->err))
        return -1;
    buf_str(b, "address");
    while (more && all < RECIPIENTS_COUNTED) {
        if (store_recipient_list(r->db, &r->scope, r->a, r->id, "", from, false, 1000, &rows, &n,
                                 &more, &r->err))
            return -1;
        for (int i = 0; i < n; i++) {
            buf_str(b, "\r\n");
            address_list_cell(b, rows[i]);
        }
        all += n;
        from = n ? rows[n - 1] : "";
    }
    buf_str(b, "\r\n");
    if (more) /* half a list would be taken for all of it */
        return reply_flash(r, path_of(r),
                           &(struct flash){"error",
                                           N_("The list is too long for a page. Use the command "
                                              "sekisho recipient export {domain}."),
                                           NULL, -1, NULL, NULL},
                           "domain", s.name, NULL);
    return reply_download(r, arena_printf(r->a, "recipients-%s.csv", s.name),
                          "text/csv; charset=utf-8", b->data, b->len);
}
