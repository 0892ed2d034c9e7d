/* Rules of reverse DNS, by the domain of the sender. Two are always there: all others, and the empty sender. */
#include <string.h>

#include "../../common/domain_pattern.h"
#include "../view.h"
#include "../web_reply.h"
#include "pages.h"
#include "pg_actor.h"
#include "pg_connection.h"
#include "pg_version.h"
#include "templates.h"

#define EMPTY "<>" /* the null sender in forms and links */

const struct field conn_rdns_query[] = {
    {"sender", FIELD_TEXT, 300, false, NULL},
    {"after", FIELD_TEXT, 300, false, NULL},
    {"before", FIELD_TEXT, 300, false, NULL},
    FIELDS_END,
};
const struct field conn_rdns_fields[] = {
    {"edit", FIELD_TEXT, 300, false, NULL},
    {"sender", FIELD_TEXT, 300, false, NULL},
    {"missing", FIELD_BOOL, 0, false, NULL},
    {"invalid", FIELD_BOOL, 0, false, NULL},
    FIELD_VERSION,
    FIELDS_END,
};

const char *
pg_conn_rdns_name(struct web_req *r, const char *sender)
{
    if (!*sender || !strcmp(sender, EMPTY))
        return T("Empty sender");
    return strcmp(sender, "*") ? sender : T("Default (all other domains)");
}

/* The rule that the form changes: as it is in a GET, in a POST only its version. */
static int
edited(struct web_req *r, struct pg_conn_rdns *v)
{
    bool get = r->method == M_GET;
    const char *key = get ? v->sender : v->edit;
    struct store_conn_rdns rule;

    v->version = "";
    if (!*key)
        return 0;
    if (store_conn_rdns_get(r->db, &r->scope, r->a, r->scope.org, strcmp(key, EMPTY) ? key : "",
                            &rule, &r->err)) {
        if (r->err.cls != ERR_NOTFOUND)
            return -1;
        r->err.cls = ERR_NONE; /* deleted meanwhile: the form is about a new one */
        v->edit = "";
        v->sender = get ? "" : key;
        return 0;
    }
    v->version = rule.version;
    if (get) {
        v->edit = key;
        v->missing = rule.missing;
        v->invalid = rule.invalid;
    }
    return 0;
}

static int
page(struct web_req *r, int status, struct pg_conn_rdns *v)
{
    bool get = r->method == M_GET, back = get && *in_text(r, "before") != '\0', more;
    const char *from = get ? in_text(r, back ? "before" : "after") : "";
    struct store_conn_rdns *rows;
    struct ui_pages pages;

    if (edited(r, v) ||
        store_conn_rdns_list(r->db, &r->scope, r->a, r->scope.org, from, back, r->session.page_size,
                             &rows, &v->n, &more, &r->err) ||
        pg_conn_counts(r, &v->counts))
        return -1;
    v->rows = rows;
    v->may_change = pg_may(r, ROLES_CHANGE);
    pages = ui_pages(v->n - STORE_CONN_RDNS_BASE, *from, back, more);
    if (pages.newer)
        v->pager.newer = view_path(r, "/connection/reverse-dns", "before",
                                   rows[STORE_CONN_RDNS_BASE].sender, NULL);
    if (pages.older)
        v->pager.older =
            view_path(r, "/connection/reverse-dns", "after", rows[v->n - 1].sender, NULL);
    t_conn_rdns(r, v);
    return reply_page(r, status);
}

int
pg_conn_rdns_form(struct web_req *r)
{
    struct pg_conn_rdns v = {.sender = in_text(r, "sender"), .edit = "", .missing = true};

    return page(r, 200, &v);
}

/* The rule that a form is about, as it is stored. */
static const char *
rule_of(struct web_req *r)
{
    const char *edit = in_text(r, "edit"), *out = "";

    if (!strcmp(edit, "*") || !strcmp(edit, EMPTY))
        return strcmp(edit, "*") ? "" : "*";
    if (domain_pattern(r->a, *edit ? edit : in_text(r, "sender"), &out, NULL) || strlen(out) > 255)
        in_error(r, "sender", N_("Enter a domain such as example.com, or *.example.com"));
    return out;
}

/* Somebody else was first, or one did not see that there is a rule. */
static bool
stale(struct web_req *r)
{
    if (!strcmp(r->err.code, "too_many")) {
        r->err.cls = ERR_NONE;
        in_error(r, "sender", N_("There is no room for more. Delete what is not needed first."));
        return true;
    }
    if (*in_text(r, "edit") || strcmp(r->err.code, STORE_CHANGED))
        return pg_version_stale(r);
    r->err.cls = ERR_NONE;
    in_error(r, "sender", N_("There is a rule for this domain already. Change that one."));
    return true;
}

int
pg_conn_rdns(struct web_req *r)
{
    struct store_actor by = pg_actor(r);
    const struct store_conn_rdns rule = {rule_of(r), in_bool(r, "missing"), in_bool(r, "invalid"),
                                         *in_text(r, "edit") ? in_text(r, "version") : ""};

    if (in_ok(r) &&
        store_conn_rdns_put(r->db, &r->scope, r->a, &by, r->scope.org, &rule, &r->err) && !stale(r))
        return -1;
    if (!in_ok(r)) {
        struct pg_conn_rdns v = {.sender = in_text(r, "sender"),
                                 .edit = in_text(r, "edit"),
                                 .missing = rule.missing,
                                 .invalid = rule.invalid};
        return page(r, 422, &v);
    }
    return reply_flash(r, "/connection/reverse-dns",
                       &(struct flash){"ok", N_("Rule for {sender} saved."), NULL, -1, NULL, NULL},
                       "sender", pg_conn_rdns_name(r, rule.sender), NULL);
}

int
pg_conn_rdns_delete_form(struct web_req *r)
{
    const char *sender = in_text(r, "sender");

    if (!*sender || !strcmp(sender, "*") || !strcmp(sender, EMPTY))
        return reply_redirect(r, "/connection/reverse-dns");
    t_conn_rdns_delete(r, view_safe(r, sender));
    return reply_page(r, 200);
}

int
pg_conn_rdns_delete(struct web_req *r)
{
    struct store_actor by = pg_actor(r);
    const char *sender = in_text(r, "sender");

    if (store_conn_rdns_delete(r->db, &r->scope, r->a, &by, r->scope.org, sender, &r->err))
        return -1;
    return reply_flash(
        r, "/connection/reverse-dns",
        &(struct flash){"ok", N_("Rule for {sender} deleted."), NULL, -1, NULL, NULL}, "sender",
        sender, NULL);
}
