/* Mailboxes that an administrator gives to a user, shared or as an alias, and takes away. */
#include <string.h>

#include "../../common/addr.h"
#include "../../store/store_account.h"
#include "../../store/store_mailbox.h"
#include "../view.h"
#include "../web_reply.h"
#include "pages.h"
#include "pg_actor.h"
#include "pg_users.h"
#include "templates.h"

const struct field user_mailbox_fields[] = {
    {"address", FIELD_TEXT, 320, false, NULL},
    {"how", FIELD_CHOICE, 0, true, "shared|directory"},
    FIELDS_END,
};
const struct field user_mailbox_remove_fields[] = {
    {"address", FIELD_TEXT, 320, true, NULL},
    FIELDS_END,
};

static int
back(struct web_req *r, const char *msgid, const char *address, const char *who)
{
    return reply_flash(r, arena_printf(r->a, "/users/%s", r->id),
                       &(struct flash){"ok", msgid, NULL, -1, NULL, NULL}, "address", address,
                       "person", who, NULL);
}

static const char *
why_not(enum store_mailbox_result result)
{
    switch (result) {
    case MAILBOX_HAVE:
        return N_("This user has that mailbox already");
    case MAILBOX_TAKEN:
        return N_("Somebody else has this address alone: as sign-in address, alias or own mailbox");
    case MAILBOX_OUTSIDE:
        return N_("Enter an address of one of the organisation's domains");
    default:
        return N_("This user has as many mailboxes as possible");
    }
}

int
pg_user_mailbox_give(struct web_req *r)
{
    struct store_actor by = pg_actor(r);
    struct store_account x;
    struct addr a = {.key = ""};
    enum store_mailbox_result result;
    if (store_account_get(r->db, &r->scope, r->a, r->id, &x, &r->err))
        return -1;
    if (addr_parse(r->a, in_text(r, "address"), &a, NULL))
        in_error(r, "address", N_("Enter an address such as name@example.com"));
    if (!in_ok(r))
        return pg_user_page(r, 422, &x, false);
    if (store_account_mailbox_give(r->db, &r->scope, r->a, &by, r->id, a.key, in_text(r, "how"),
                                   &result, &r->err))
        return -1;
    if (result == MAILBOX_OK)
        return back(r, N_("{person} now has the mailbox {address}."), a.key, x.address);
    in_error(r, "address", why_not(result));
    return pg_user_page(r, 422, &x, false);
}

/* A link may name any address. */
static bool
may_be_taken(const struct store_mailbox_of *boxes, int n, const char *address)
{
    for (int i = 0; i < n; i++)
        if (!boxes[i].own && !strcmp(boxes[i].address, address))
            return true;
    return false;
}

int
pg_user_mailbox_remove_form(struct web_req *r)
{
    struct store_account x;
    struct store_mailbox_of *boxes;
    int n;
    if (store_account_get(r->db, &r->scope, r->a, r->id, &x, &r->err) ||
        store_account_mailboxes(r->db, &r->scope, r->a, r->id, &boxes, &n, &r->err))
        return -1;
    if (!may_be_taken(boxes, n, in_text(r, "address")))
        return reply_error(r, 404);
    struct pg_user u = pg_user_of(r, &x);
    t_user_mailbox_remove(r, &(struct pg_user_form){.u = &u, .mailbox = in_text(r, "address")});
    return reply_page(r, 200);
}

int
pg_user_mailbox_remove(struct web_req *r)
{
    struct store_actor by = pg_actor(r);
    struct store_account x;
    const char *address = in_text(r, "address");
    if (store_account_get(r->db, &r->scope, r->a, r->id, &x, &r->err) ||
        store_account_mailbox_withdraw(r->db, &r->scope, r->a, &by, r->id, address, &r->err))
        return -1;
    return back(r, N_("{person} no longer has the mailbox {address}."), address, x.address);
}
