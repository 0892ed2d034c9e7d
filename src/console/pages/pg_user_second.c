/* Second step and passkeys of somebody who lost the phone are taken away, by an administrator who knows that it is him. */
#include <string.h>

#include "../../store/store_account.h"
#include "../../store/store_second.h"
#include "../view.h"
#include "../web_reply.h"
#include "pages.h"
#include "pg_actor.h"
#include "pg_users.h"
#include "templates.h"

static int
back(struct web_req *r, const char *kind, const char *msgid, const char *address)
{
    return reply_flash(r, arena_printf(r->a, "/users/%s", r->id),
                       &(struct flash){kind, msgid, NULL, -1, NULL, NULL}, "address", address,
                       NULL);
}

/* 0; 1: a reply says why not; -1. The database asks the same again. */
static int
find(struct web_req *r, struct store_account *x)
{
    if (store_account_get(r->db, &r->scope, r->a, r->id, x, &r->err))
        return -1;
    if (!pg_user_role_allowed(r, x->role))
        return err_set(&r->err, ERR_DENIED, "role", "only an operator changes an operator");
    if (strcmp(x->account_id, r->session.account_id))
        return 0;
    /* One's own goes after one's own password, there. */
    return reply_redirect(r, "/settings/security") ? -1 : 1;
}

int
pg_user_second_form(struct web_req *r)
{
    struct store_account x;
    int rc = find(r, &x);
    if (rc)
        return rc < 0 ? -1 : 0;
    struct pg_user u = pg_user_of(r, &x);
    t_user_second(r, &(struct pg_user_form){.u = &u});
    return reply_page(r, 200);
}

int
pg_user_second(struct web_req *r)
{
    struct store_actor by = pg_actor(r);
    struct store_account x;
    int rc = find(r, &x);
    if (rc)
        return rc < 0 ? -1 : 0;
    if (!store_account_second_remove(r->db, &r->scope, r->a, &by, r->id, &r->err))
        return back(
            r, "ok",
            N_("Second step of {address} removed. All its sessions ended, and the person is "
               "told by e-mail."),
            x.address);
    if (r->err.cls != ERR_CONFLICT)
        return -1;
    r->err.cls = ERR_NONE;
    return back(r, "error", N_("{address} has no second step and no passkey."), x.address);
}
