/* Who decides about release requests (N8): groups of administrators, for some domains or for all of them. */
#include "pg_approvers.h"

#include <string.h>

#include "../../common/addr.h"
#include "../view.h"
#include "../web_reply.h"
#include "pages.h"
#include "pg_actor.h"
#include "pg_version.h"
#include "templates.h"

const struct field approver_fields[] = {
    FIELD_VERSION,
    {"name", FIELD_TEXT, 300, false, NULL},
    {"members", FIELD_LINES, 20000, false, NULL},
    {"domains", FIELD_LINES, 40000, false, NULL},
    FIELDS_END,
};

/* ------------------------------------------------------------------ list */

static const char *
some(struct web_req *r, const char *const *list, int n, const char *none)
{
    if (n < 2)
        return n ? list[0] : none;
    return TF(TN("{first} and {n} more", "{first} and {n} more", n - 1), "first", list[0], "n",
              view_int(r, n - 1));
}

int
pg_approvers(struct web_req *r)
{
    struct pg_approvers v = {.may_change = pg_may(r, ROLES_CHANGE)};
    struct store_approver_group *groups;
    struct store_approver *single;
    if (store_approver_groups(r->db, &r->scope, r->a, r->scope.org, NULL, &groups, &v.ngroups,
                              &r->err) ||
        store_approvers(r->db, &r->scope, r->a, r->scope.org, &single, &v.nsingle, &r->err))
        return -1;
    const char **members = arena_calloc(r->a, (size_t)v.ngroups + 1, sizeof *members);
    const char **domains = arena_calloc(r->a, (size_t)v.ngroups + 1, sizeof *domains);
    for (int i = 0; i < v.ngroups; i++) {
        members[i] = some(r, groups[i].members, groups[i].nmembers, T("Nobody"));
        domains[i] = some(r, groups[i].domains, groups[i].ndomains, T("All domains"));
    }
    v.groups = groups;
    v.single = single;
    v.members = members;
    v.domains = domains;
    t_approvers(r, &v);
    return reply_page(r, 200);
}

/* ------------------------------------------------------------------ one group */

static int
form_page(struct web_req *r, int status, struct pg_approver_form *v)
{
    v->id = r->id;
    v->may_change = pg_may(r, ROLES_CHANGE);
    t_approver(r, v);
    return reply_page(r, status);
}

static int
get_group(struct web_req *r, struct store_approver_group **x)
{
    int n;
    if (store_approver_groups(r->db, &r->scope, r->a, r->scope.org, r->id, x, &n, &r->err))
        return -1;
    return n ? 0 : err_set(&r->err, ERR_NOTFOUND, "group", "no such group");
}

static const char *
lines(struct web_req *r, const char *const *list, int n)
{
    struct buf *b = buf_new(r->a, 0);
    for (int i = 0; i < n; i++)
        buf_printf(b, "%s\n", list[i]);
    return buf_cstr(b);
}

int
pg_approver_add_form(struct web_req *r)
{
    return form_page(r, 200, &(struct pg_approver_form){.name = "", .members = "", .domains = ""});
}

int
pg_approver_form(struct web_req *r)
{
    struct store_approver_group *x;
    if (get_group(r, &x))
        return -1;
    return form_page(r, 200,
                     &(struct pg_approver_form){.name = x->name,
                                                .members = lines(r, x->members, x->nmembers),
                                                .domains = lines(r, x->domains, x->ndomains),
                                                .version = x->version});
}

/* Addresses or domains, one a line, in their normal form. */
static const char *const *
take(struct web_req *r, const char *field, bool domains, int most, int *n)
{
    const char **list = arena_calloc(r->a, (size_t)most, sizeof *list);
    const char *s = in_text(r, field);
    for (size_t k; *(s += strspn(s, " \n,;")); s += k) {
        struct addr address;
        struct err e = {0};
        char *domain, *one;
        k = strcspn(s, " \n,;");
        one = arena_strndup(r->a, s, k);
        if (domains ? addr_domain(r->a, one, &domain, &e) : addr_parse(r->a, one, &address, &e)) {
            in_error(r, field,
                     domains ? N_("Enter domains such as example.com, one a line")
                             : N_("Enter addresses such as name@example.com, one a line"));
            break;
        }
        if (*n == most) {
            in_error(r, field,
                     domains ? N_("Enter at most 500 of them") : N_("Enter at most 50 of them"));
            break;
        }
        list[(*n)++] = domains ? domain : address.key;
    }
    return list;
}

/* What the store says of what was typed; -1: something else is wrong. */
static int
refused(struct web_req *r)
{
    if (!strcmp(r->err.code, "approver")) {
        bool address = strchr(r->err.text, '@') != NULL;
        const char *one = view_safe(r, arena_strdup(r->a, r->err.text));
        in_error(r, address ? "members" : "domains",
                 address ? TF(T("{address} is no account that may deliver held mail: an owner, a "
                                "domain admin or the help desk"),
                              "address", one)
                         : TF(T("{domain} is not one of your domains"), "domain", one));
    } else if (!strcmp(r->err.code, "approver_group_twice")) {
        in_error(r, "name", N_("There is a group of this name already. Choose another name."));
    } else if (!strcmp(r->err.code, "too_many")) {
        in_error(r, "name", N_("There is no room for more. Delete what is not needed first."));
    } else {
        return -1;
    }
    r->err.cls = ERR_NONE;
    return 0;
}

/* Of a new group, or of the one in the address. */
int
pg_approver_save(struct web_req *r)
{
    struct store_actor by = pg_actor(r);
    struct store_approver_group *now = NULL, x = {.group_id = r->id,
                                                  .name = in_text(r, "name"),
                                                  .version = in_text(r, "version")};
    if (r->id && get_group(r, &now))
        return -1;
    if (!*x.name || strlen(x.name) > 100)
        in_error(r, "name", N_("Enter a name of at most 100 letters"));
    x.members = take(r, "members", false, STORE_APPROVER_MEMBERS, &x.nmembers);
    x.domains = take(r, "domains", true, STORE_APPROVER_DOMAINS, &x.ndomains);
    if (!x.nmembers && in_ok(r))
        in_error(r, "members", N_("Enter addresses such as name@example.com, one a line"));
    if (in_ok(r) &&
        store_approver_group_save(r->db, &r->scope, r->a, &by, r->scope.org, &x, &r->err) &&
        !pg_version_stale(r) && refused(r))
        return -1;
    if (!in_ok(r))
        return form_page(r, 422,
                         &(struct pg_approver_form){.name = x.name,
                                                    .members = in_text(r, "members"),
                                                    .domains = in_text(r, "domains"),
                                                    .version = now ? now->version : NULL});
    return reply_flash(
        r, "/requests/approvers",
        &(struct flash){"ok", r->id ? N_("Group {name} changed.") : N_("Group {name} added."), NULL,
                        -1, NULL, NULL},
        "name", x.name, NULL);
}

int
pg_approver_delete_form(struct web_req *r)
{
    struct store_approver_group *x;
    if (get_group(r, &x))
        return -1;
    t_approver_delete(r, x);
    return reply_page(r, 200);
}

int
pg_approver_delete(struct web_req *r)
{
    struct store_actor by = pg_actor(r);
    struct store_approver_group *x;
    if (get_group(r, &x) ||
        store_approver_group_delete(r->db, &r->scope, r->a, &by, r->scope.org, r->id, &r->err))
        return -1;
    return reply_flash(r, "/requests/approvers",
                       &(struct flash){"ok", N_("Group {name} deleted."), NULL, -1, NULL, NULL},
                       "name", x->name, NULL);
}
