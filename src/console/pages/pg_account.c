/* Settings of the signed-in administrator: language and display. */
#include "pg_account.h"

#include <string.h>

#include "../../store/store_account.h"
#include "../ui.h"
#include "../view.h"
#include "../web_reply.h"
#include "pages.h"
#include "pg_actor.h"
#include "templates.h"

const struct field account_fields[] = {
    {"name", FIELD_TEXT, 200, false, NULL},
    {"lang", FIELD_TEXT, 15, false, NULL},
    {"tz", FIELD_TEXT, 63, false, NULL},
    {"theme", FIELD_CHOICE, 0, true, "system|light|dark"},
    {"date_style", FIELD_CHOICE, 0, false, "language|numbers|iso"},
    {"row_height", FIELD_CHOICE, 0, false, "comfortable|default|compact"},
    {"shortcuts", FIELD_BOOL, 0, false, NULL},
    FIELDS_END,
};
static int
show(struct web_req *r, int status, const struct store_account *x)
{
    t_account(r, &(struct pg_account){x->address, x->role, x->name, x->lang, x->tz, x->theme,
                                       x->date_style, x->row_height, x->shortcuts});
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
    struct store_preferences p = {.lang = in_text(r, "lang"),
                                  .tz = in_text(r, "tz"),
                                  .theme = in_text(r, "theme"),
                                  .date_style = in_text(r, "date_style"),
                                  .row_height = in_text(r, "row_height"),
                                  .shortcuts = in_bool(r, "shortcuts")};
    ui_check_language(r, "lang");
    ui_check_zone(r, "tz");
    if (!in_ok(r)) {
        x.name = in_text(r, "name"), x.lang = p.lang, x.tz = p.tz, x.theme = p.theme;
        x.date_style = p.date_style, x.row_height = p.row_height, x.shortcuts = p.shortcuts > 0;
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
