/* Settings of the signed-in administrator: language and display, password. */
#include "pg_account.h"

#include <string.h>

#include "../../common/jsonx.h"
#include "../../rpc/rpc.h"
#include "../../store/store_account.h"
#include "../ui.h"
#include "../view.h"
#include "../web_reply.h"
#include "../web_session.h"
#include "pages.h"
#include "pg_actor.h"
#include "pg_password.h"
#include "templates.h"

const struct field account_fields[] = {
    {"name", FIELD_TEXT, 200, false, NULL},
    {"lang", FIELD_TEXT, 15, false, NULL},
    {"tz", FIELD_TEXT, 63, false, NULL},
    {"theme", FIELD_CHOICE, 0, true, "system|light|dark"},
    FIELDS_END,
};
const struct field account_password_fields[] = {
    {"current", FIELD_PASSWORD, 1024, false, NULL},
    {"password", FIELD_PASSWORD, 1024, false, NULL},
    {"username", FIELD_TEXT, 320, false, NULL}, /* for password managers only */
    FIELDS_END,
};

static int
show(struct web_req *r, int status, const struct store_account *x)
{
    t_account(r, &(struct pg_account){x->address, x->role, x->name, x->lang, x->tz, x->theme});
    return reply_page(r, status);
}

static int
me(struct web_req *r, struct store_account *x)
{
    return store_account_get(r->db, &r->scope, r->a, r->session.account_id, x, &r->err);
}

int
pg_account_form(struct web_req *r)
{
    struct store_account x;
    return me(r, &x) ? -1 : show(r, 200, &x);
}

int
pg_account(struct web_req *r)
{
    struct store_actor by = pg_actor(r);
    struct store_account x;
    if (me(r, &x))
        return -1;
    struct store_preferences p = {in_text(r, "lang"), in_text(r, "tz"), in_text(r, "theme"),
                                  x.page_size, x.shortcuts};
    ui_check_language(r, "lang");
    ui_check_zone(r, "tz");
    if (!in_ok(r)) {
        x.name = in_text(r, "name"), x.lang = p.lang, x.tz = p.tz, x.theme = p.theme;
        return show(r, 422, &x);
    }
    if ((strcmp(x.name, in_text(r, "name")) || strcmp(x.lang, p.lang)) &&
        store_account_change(r->db, &r->scope, r->a, &by, x.account_id, in_text(r, "name"), x.role,
                             p.lang, &r->err))
        return -1;
    if (store_account_preferences(r->db, &r->scope, r->a, &p, &r->err))
        return -1;
    return reply_flash(r, "/account",
                       &(struct flash){"ok", N_("Settings saved."), NULL, -1, NULL, NULL}, NULL);
}

/* Asks the engine whether it is the present password. 1 yes, 0 no, -1. */
static int
present_password(struct web_req *r, int *wait)
{
    json_t *p = jsonx_own(r->a, json_pack("{ss ss ss}", "address", r->session.address, "surface",
                                          "admin", "client_ip", r->client_ip));
    json_t *reply;
    const char *typed = in_text(r, "current");
    json_object_set(p, "password", jsonx_text(r->a, typed, strlen(typed)));
    if (rpc_call(r->a, RPC_auth_verify, p, &reply, &r->err))
        return -1;
    *wait = (int)jsonx_int(reply, "retry_after", 0);
    const char *result = jsonx_str(reply, "result");
    return result && !strcmp(result, "ok");
}

int
pg_account_password(struct web_req *r)
{
    struct store_actor by = pg_actor(r);
    struct store_account x;
    const char *mcf;
    int wait = 0;
    if (me(r, &x))
        return -1;
    pg_password_check(r, "password", x.address, x.name, r->session.org_name);
    int right = in_ok(r) ? present_password(r, &wait) : 0;
    if (right < 0)
        return -1;
    if (wait)
        return reply_wait(r, wait);
    if (in_ok(r) && !right)
        in_error(r, "current", N_("This is not your present password"));
    if (!in_ok(r))
        return show(r, 422, &x);
    if (!(mcf = pg_password_hash(r, in_text(r, "password"))) ||
        store_account_password(r->db, &r->scope, r->a, &by, x.account_id, mcf, web_session_hash(r),
                               &r->err))
        return -1;
    return reply_flash(r, "/account",
                       &(struct flash){"ok",
                                       N_("Password changed. You are signed out everywhere else."),
                                       NULL, -1, NULL, NULL},
                       NULL);
}
