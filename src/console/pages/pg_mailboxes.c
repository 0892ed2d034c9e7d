/*
 * The mailboxes of an account: list, add with a proof (a mailed link, or the password of the account that has
 * the address), unlink. Nothing here tells what others have: who asks for a mailbox that somebody else manages
 * gets the same answer, and only who opens the link in that mailbox learns it.
 */
#include "pg_mailboxes.h"

#include <string.h>

#include "../../common/addr.h"
#include "../../common/jsonx.h"
#include "../ui.h"
#include "../view.h"
#include "../web_reply.h"
#include "pages.h"
#include "pg_digest.h"
#include "pg_proof.h"
#include "pg_signin.h"
#include "templates.h"

#define PAGE "/settings/mailboxes"

const struct field mailbox_fields[] = {
    {"address", FIELD_TEXT, 320, true, NULL},
    FIELDS_END,
};
const struct field mailbox_add_fields[] = {
    {"address", FIELD_TEXT, 320, true, NULL},
    {"how", FIELD_CHOICE, 0, true, "mail|password"},
    {"password", FIELD_PASSWORD, 1024, false, NULL},
    FIELDS_END,
};
const struct field mailbox_forget_fields[] = {
    {"id", FIELD_UUID, 0, true, NULL},
    FIELDS_END,
};

/* For each mailbox: are digests sent for it? */
static int
with_digest(struct web_req *r, const struct store_mailbox *rows, int n, const bool **out)
{
    bool *gets = arena_calloc(r->a, (size_t)n, sizeof *gets);
    struct store_digest_setting s;
    struct store_digest_own *own;
    int nown;

    *out = gets;
    if (store_digest_setting(r->db, &r->scope, r->a, r->scope.org, &s, &r->err) ||
        store_digest_own(r->db, &r->scope, r->a, &own, &nown, &r->err))
        return -1;
    for (int i = 0; i < n; i++)
        for (int k = 0; k < nown; k++)
            if (!strcmp(rows[i].address, own[k].address))
                gets[i] = pg_digest_sent(&own[k], s.users_may);
    return 0;
}

/* how: the way of proving that was chosen; not every form that leads back here has that field. */
static int
show(struct web_req *r, int status, const char *how)
{
    struct store_mailbox *rows;
    struct store_mailbox_pending *pending;
    int n, npending;
    const bool *digest;
    bool form = r->method == M_POST;

    if (store_mailbox_mine(r->db, &r->scope, r->a, &rows, &n, &r->err) ||
        store_mailbox_pending(r->db, &r->scope, r->a, &pending, &npending, &r->err) ||
        with_digest(r, rows, n, &digest))
        return -1;
    t_mailboxes(r, &(struct pg_mailboxes_view){rows, digest, n, pending, npending,
                                               form ? in_text(r, "address") : "", how});
    return reply_page(r, status);
}

int
pg_mailboxes(struct web_req *r)
{
    return show(r, 200, "mail");
}

/* Says it beside the address, or with a message on the list. */
static int
answer(struct web_req *r, enum store_mailbox_result result, const char *address, bool mailed)
{
    if (result == MAILBOX_OK && mailed)
        return reply_flash(r, PAGE,
                           &(struct flash){"ok", N_("A message to {address} is on its way."), NULL,
                                           -1, NULL, NULL},
                           "address", address, NULL);
    if (result == MAILBOX_OK)
        return reply_flash(r, PAGE,
                           &(struct flash){"ok", N_("{address} is linked."), NULL, -1, NULL, NULL},
                           "address", address, NULL);
    in_error(
        r, "address",
        result == MAILBOX_HAVE      ? N_("You have this mailbox already.")
        : result == MAILBOX_OUTSIDE ? N_("This address is not in a domain of your organisation.")
        : result == MAILBOX_FULL
            ? N_("You have as many mailboxes or open requests as there may be. Unlink one first.")
        : result == MAILBOX_TAKEN ? N_("This mailbox cannot be linked.")
                                  : N_("Address and password do not fit, or this account wants a "
                                       "second step. Use a link by e-mail."));
    return show(r, 422, mailed ? "mail" : "password");
}

static int
ask_by_mail(struct web_req *r, const char *key)
{
    enum store_mailbox_result result;

    if (store_mailbox_ask(r->db, &r->scope, r->a, key, &result, &r->err))
        return -1;
    return answer(r, result, key, true);
}

/* The engine's ticket for that account is the proof; its limits of tries hold here, too (T-W10). */
static int
add_by_password(struct web_req *r, const char *key)
{
    enum store_mailbox_result result = MAILBOX_GONE;
    json_t *reply;

    if (pg_signin_ask(r, key, in_text(r, "password"), &reply))
        return -1;
    const char *said = jsonx_str(reply, "result"), *ticket = jsonx_str(reply, "ticket");
    if (said && !strcmp(said, "limited"))
        return reply_wait(r, (int)jsonx_int(reply, "retry_after", 60));
    if (said && !strcmp(said, "ok") && ticket &&
        store_mailbox_by_ticket(r->db, &r->scope, r->a, ticket, r->client_ip, &result, &r->err))
        return -1;
    if (result == MAILBOX_TAKEN || result == MAILBOX_OUTSIDE)
        result = MAILBOX_GONE;
    return answer(r, result, key, false);
}

int
pg_mailbox_add(struct web_req *r)
{
    struct addr a;
    bool by_password = !strcmp(in_text(r, "how"), "password");

    if (!in_error_of(r, "address") && addr_parse(r->a, in_text(r, "address"), &a, NULL))
        in_error(r, "address", N_("Enter an address such as name@example.com"));
    if (by_password && !*in_text(r, "password"))
        in_error(r, "password", N_("Fill in this field."));
    if (!in_ok(r))
        return show(r, 422, by_password ? "password" : "mail");
    return by_password ? add_by_password(r, a.key) : ask_by_mail(r, a.key);
}

int
pg_mailbox_resend(struct web_req *r)
{
    struct addr a;

    if (addr_parse(r->a, in_text(r, "address"), &a, NULL))
        return reply_error(r, 422);
    return ask_by_mail(r, a.key);
}

int
pg_mailbox_forget(struct web_req *r)
{
    if (!in_ok(r))
        return reply_error(r, 422);
    if (store_mailbox_forget(r->db, &r->scope, r->a, in_text(r, "id"), &r->err))
        return -1;
    return reply_flash(r, PAGE,
                       &(struct flash){"ok", N_("Request withdrawn."), NULL, -1, NULL, NULL}, NULL);
}

/* ------------------------------------------------------------------ the mailed link */

int
pg_mailbox_confirm_form(struct web_req *r)
{
    struct pg_mailbox_confirm_view v = {.token = in_text(r, "t")};
    unsigned char hash[32];
    int rc = pg_proof_look(r, PROOF_MAILBOX, hash, &v.proof);

    if (rc)
        return rc < 0 ? -1 : 0;
    v.other_account = strcmp(v.proof.account, r->session.address) != 0;
    t_mailbox_confirm(r, &v);
    return reply_page(r, v.other_account ? 403 : 200);
}

int
pg_mailbox_confirm(struct web_req *r)
{
    enum store_mailbox_result result;
    unsigned char hash[32];
    struct store_proof p;
    int rc = pg_proof_look(r, PROOF_MAILBOX, hash, &p);

    if (rc)
        return rc < 0 ? -1 : 0;
    if (store_mailbox_confirm(r->db, &r->scope, r->a, hash, r->client_ip, &result, &r->err))
        return -1;
    if (result == MAILBOX_GONE)
        return pg_proof_gone(r, PROOF_MAILBOX);
    if (result == MAILBOX_OK || result == MAILBOX_HAVE)
        return answer(r, MAILBOX_OK, p.address, false);
    /* He reads this mailbox: he may know. */
    return reply_flash(
        r, PAGE,
        &(struct flash){"error",
                        result == MAILBOX_TAKEN
                            ? N_("{address} is linked to another account. Unlink it there first.")
                            : N_("{address} cannot be linked."),
                        NULL, -1, NULL, NULL},
        "address", p.address, NULL);
}

/* ------------------------------------------------------------------ unlinking */

int
pg_mailbox_unlink_form(struct web_req *r)
{
    struct store_mailbox *rows;
    int n;

    if (store_mailbox_mine(r->db, &r->scope, r->a, &rows, &n, &r->err))
        return -1;
    for (int i = 0; i < n; i++)
        if (!strcmp(rows[i].how, "added") && !rows[i].own &&
            !strcmp(rows[i].address, in_text(r, "address"))) {
            t_mailbox_unlink(r, rows[i].address);
            return reply_page(r, 200);
        }
    return reply_error(r, 404);
}

int
pg_mailbox_unlink(struct web_req *r)
{
    if (store_mailbox_unlink(r->db, &r->scope, r->a, in_text(r, "address"), r->client_ip, &r->err))
        return -1;
    return reply_flash(r, PAGE,
                       &(struct flash){"ok", N_("{address} is unlinked."), NULL, -1, NULL, NULL},
                       "address", in_text(r, "address"), NULL);
}
