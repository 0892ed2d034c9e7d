/* Users: list, add, change, suspend, delete. */
#include "pg_users.h"

#include <string.h>

#include "../../common/addr.h"
#include "../../store/store_account.h"
#include "../../store/store_mailbox.h"
#include "../../store/store_second.h"
#include "../view.h"
#include "../web_reply.h"
#include "pages.h"
#include "pg_actor.h"
#include "pg_password.h"
#include "templates.h"
#include "../ui.h"

#define ROLES "user|help_desk|domain_admin|auditor|owner|operator"

const struct field users_fields[] = {
    {"q", FIELD_TEXT, 200, false, NULL},
    {"after", FIELD_TEXT, 320, false, NULL},
    {"before", FIELD_TEXT, 320, false, NULL},
    FIELDS_END,
};
const struct field user_add_fields[] = {
    {"address", FIELD_TEXT, 320, false, NULL},       {"name", FIELD_TEXT, 200, false, NULL},
    {"role", FIELD_CHOICE, 0, false, ROLES},         {"lang", FIELD_TEXT, 15, false, NULL},
    {"password", FIELD_PASSWORD, 1024, false, NULL}, FIELDS_END,
};
const struct field user_fields[] = {
    {"name", FIELD_TEXT, 200, false, NULL},
    {"role", FIELD_CHOICE, 0, false, ROLES},
    {"lang", FIELD_TEXT, 15, false, NULL},
    {"password", FIELD_PASSWORD, 1024, false, NULL},
    FIELDS_END,
};
const struct field user_state_fields[] = {
    {"state", FIELD_CHOICE, 0, true, "active|suspended"},
    FIELDS_END,
};

struct pg_user
pg_user_of(struct web_req *r, const struct store_account *x)
{
    return (struct pg_user){.id = x->account_id,
                            .address = x->address,
                            .name = view_safe(r, x->name),
                            .role = x->role,
                            .lang = x->lang,
                            .active = !strcmp(x->state, "active"),
                            .self = !strcmp(x->account_id, r->session.account_id),
                            .has_password = x->has_password,
                            .created_at = x->created_at,
                            .last_sign_in = x->last_sign_in};
}

int
pg_users(struct web_req *r)
{
    struct store_account *rows;
    bool more, back = *in_text(r, "before") != '\0';
    const char *from = in_text(r, back ? "before" : "after"), *q = in_text(r, "q");
    struct pg_users v = {.search = q, .may_change = pg_may(r, ROLES_CHANGE)};
    if (store_account_list(r->db, &r->scope, r->a, q, from, back, r->session.page_size, &rows, &v.n,
                           &more, &r->err))
        return -1;
    struct pg_user *list = arena_calloc(r->a, (size_t)v.n + 1, sizeof *list);
    for (int i = 0; i < v.n; i++)
        list[i] = pg_user_of(r, &rows[i]);
    v.rows = list;
    if (v.n && (back ? more : *from != '\0'))
        v.pager.newer = view_path(r, "/users", "q", q, "before", rows[0].address, NULL);
    if (v.n && (back || more))
        v.pager.older = view_path(r, "/users", "q", q, "after", rows[v.n - 1].address, NULL);
    t_users(r, &v);
    return reply_page(r, 200);
}

/* ------------------------------------------------------------------ forms */

/* Nobody gives away more than he has: owners and operators everything but operator by owners. */
static const struct ui_option *
roles_for(struct web_req *r)
{
    static const char *const all[] = {"user",    "help_desk", "domain_admin",
                                      "auditor", "owner",     "operator"};
    int n = r->session.role == ROLE_OPERATOR ? 6 : 5;
    struct ui_option *o = arena_calloc(r->a, 7, sizeof *o);
    for (int i = 0; i < n; i++)
        o[i] = (struct ui_option){all[i], ui_role_word(r, all[i]), NULL};
    return o;
}

bool
pg_user_role_allowed(struct web_req *r, const char *role)
{
    for (const struct ui_option *o = roles_for(r); o->value; o++)
        if (!strcmp(o->value, role))
            return true;
    return false;
}

static void
check_common(struct web_req *r, const char *role)
{
    if (!pg_user_role_allowed(r, role))
        in_error(r, "role", N_("You cannot give this role"));
    ui_check_language(r, "lang");
}

static int
add_form(struct web_req *r, int status)
{
    const char *role = *in_text(r, "role") ? in_text(r, "role") : "user";
    t_user_add(r, &(struct pg_user_form){.address = in_text(r, "address"),
                                         .name = in_text(r, "name"),
                                         .role = role,
                                         .lang = in_text(r, "lang"),
                                         .roles = roles_for(r),
                                         .may_change = true});
    return reply_page(r, status);
}

int
pg_user_add_form(struct web_req *r)
{
    t_user_add(r, &(struct pg_user_form){.address = "",
                                         .name = "",
                                         .role = "user",
                                         .lang = "",
                                         .roles = roles_for(r),
                                         .may_change = true});
    return reply_page(r, 200);
}

int
pg_user_add(struct web_req *r)
{
    struct store_actor by = pg_actor(r);
    struct store_account_new n = {.org_id = r->scope.org,
                                  .name = in_text(r, "name"),
                                  .role = *in_text(r, "role") ? in_text(r, "role") : "user",
                                  .lang = in_text(r, "lang")};
    struct addr a = {.key = ""};
    char id[37];
    if (addr_parse(r->a, in_text(r, "address"), &a, NULL))
        in_error(r, "address", N_("Enter an address such as name@example.com"));
    check_common(r, n.role);
    if (*in_text(r, "password"))
        pg_password_check(r, "password", a.key, n.name, r->session.org_name);
    if (!in_ok(r))
        return add_form(r, 422);
    if (*in_text(r, "password") && !(n.password = pg_password_hash(r, in_text(r, "password"))))
        return -1;
    n.address = a.key;
    if (store_account_add(r->db, &r->scope, r->a, &by, &n, id, &r->err)) {
        if (strcmp(r->err.code, "address_taken"))
            return -1;
        in_error(r, "address", N_("There is an account with this address already"));
        return add_form(r, 422);
    }
    return reply_flash(r, "/users",
                       &(struct flash){"ok", N_("{address} added."), NULL, -1, NULL, NULL},
                       "address", a.key, NULL);
}

/* ------------------------------------------------------------------ one user */

int
pg_user_page(struct web_req *r, int status, const struct store_account *x, bool sent)
{
    struct pg_user u = pg_user_of(r, x);
    struct store_account_second second;
    struct store_mailbox_of *boxes;
    int n;
    if (store_account_second(r->db, &r->scope, r->a, x->account_id, &second, &r->err) ||
        store_account_mailboxes(r->db, &r->scope, r->a, x->account_id, &boxes, &n, &r->err))
        return -1;
    bool mailbox = r->method == M_POST && !sent;
    struct pg_user_form v = {.u = &u,
                             .name = sent ? in_text(r, "name") : u.name,
                             .role = sent && *in_text(r, "role") ? in_text(r, "role") : x->role,
                             .lang = sent ? in_text(r, "lang") : x->lang,
                             .roles = roles_for(r),
                             .may_change = pg_may(r, ROLES_CHANGE),
                             .removable = !u.self,
                             .mailboxes = boxes,
                             .nmailboxes = n,
                             .mailbox = mailbox ? in_text(r, "address") : "",
                             .mailbox_how = mailbox ? in_text(r, "how") : "shared",
                             .second_since = second.since,
                             .passkeys = second.passkeys};
    v.second_removable = v.may_change && !u.self && pg_user_role_allowed(r, x->role) &&
                         (second.since || second.passkeys);
    v.role_fixed = u.self || !pg_user_role_allowed(r, x->role);
    v.role_why = u.self ? T("Your own role can only be changed by somebody else.")
                        : T("Only an operator can change this role.");
    t_user(r, &v);
    return reply_page(r, status);
}

int
pg_user_form(struct web_req *r)
{
    struct store_account x;
    if (store_account_get(r->db, &r->scope, r->a, r->id, &x, &r->err))
        return -1;
    return pg_user_page(r, 200, &x, false);
}

/* Operators are above owners. */
static int
may_touch(struct web_req *r, const struct store_account *x)
{
    if (pg_user_role_allowed(r, x->role))
        return 0;
    return err_set(&r->err, ERR_DENIED, "role", "only an operator changes an operator");
}

int
pg_user(struct web_req *r)
{
    struct store_actor by = pg_actor(r);
    struct store_account x;
    if (store_account_get(r->db, &r->scope, r->a, r->id, &x, &r->err) || may_touch(r, &x))
        return -1;
    bool self = !strcmp(x.account_id, r->session.account_id);
    const char *role = self || !*in_text(r, "role") ? x.role : in_text(r, "role");
    const char *mcf = NULL, *password = self ? "" : in_text(r, "password");
    check_common(r, role);
    if (*password)
        pg_password_check(r, "password", x.address, in_text(r, "name"), r->session.org_name);
    if (!in_ok(r))
        return pg_user_page(r, 422, &x, true);
    if (*password && !(mcf = pg_password_hash(r, password)))
        return -1;
    if (store_account_change(r->db, &r->scope, r->a, &by, r->id, in_text(r, "name"), role,
                             in_text(r, "lang"), &r->err)) {
        if (strcmp(r->err.code, "last_owner"))
            return -1;
        in_error(r, "role", N_("The organisation needs at least one active owner"));
        return pg_user_page(r, 422, &x, true);
    }
    if (mcf && store_account_password(r->db, &r->scope, r->a, &by, r->id, mcf, NULL, &r->err))
        return -1;
    return reply_flash(r, arena_printf(r->a, "/users/%s", r->id),
                       &(struct flash){"ok", N_("{address} changed."), NULL, -1, NULL, NULL},
                       "address", x.address, NULL);
}

static int
not_possible(struct web_req *r, const char *msgid)
{
    r->err.cls = ERR_NONE;
    return reply_flash(r, arena_printf(r->a, "/users/%s", r->id),
                       &(struct flash){"error", msgid, NULL, -1, NULL, NULL}, NULL);
}

int
pg_user_state(struct web_req *r)
{
    struct store_actor by = pg_actor(r);
    struct store_account x;
    const char *state = in_text(r, "state");
    if (!in_ok(r)) /* no form of ours sends another one */
        return reply_error(r, 422);
    if (store_account_get(r->db, &r->scope, r->a, r->id, &x, &r->err) || may_touch(r, &x))
        return -1;
    if (!strcmp(x.account_id, r->session.account_id))
        return not_possible(r, N_("You cannot suspend yourself."));
    if (store_account_state(r->db, &r->scope, r->a, &by, r->id, state, &r->err))
        return strcmp(r->err.code, "last_owner")
                   ? -1
                   : not_possible(r, N_("The organisation needs at least one active owner"));
    return reply_flash(r, arena_printf(r->a, "/users/%s", r->id),
                       &(struct flash){"ok",
                                       !strcmp(state, "active")
                                           ? N_("{address} can sign in again.")
                                           : N_("{address} is suspended. All its sessions ended."),
                                       NULL, -1, NULL, NULL},
                       "address", x.address, NULL);
}

int
pg_user_delete_form(struct web_req *r)
{
    struct store_account x;
    if (store_account_get(r->db, &r->scope, r->a, r->id, &x, &r->err))
        return -1;
    struct pg_user u = pg_user_of(r, &x);
    t_user_delete(r, &u);
    return reply_page(r, 200);
}

int
pg_user_delete(struct web_req *r)
{
    struct store_actor by = pg_actor(r);
    struct store_account x;
    if (store_account_get(r->db, &r->scope, r->a, r->id, &x, &r->err) || may_touch(r, &x))
        return -1;
    if (!strcmp(x.account_id, r->session.account_id))
        return not_possible(r, N_("You cannot delete yourself."));
    if (store_account_delete(r->db, &r->scope, r->a, &by, r->id, &r->err))
        return strcmp(r->err.code, "last_owner")
                   ? -1
                   : not_possible(r, N_("The organisation needs at least one active owner"));
    return reply_flash(r, "/users",
                       &(struct flash){"ok", N_("{address} deleted."), NULL, -1, NULL, NULL},
                       "address", x.address, NULL);
}
