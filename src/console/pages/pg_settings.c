/* Language and display, the reader's own. */
#include "pg_settings.h"

#include <stdlib.h>
#include <string.h>

#include "../../common/when.h"
#include "../../store/store_account.h"
#include "../../store/store_quarantine.h"
#include "../ui.h"
#include "../view.h"
#include "../web_reply.h"
#include "../web_session.h"
#include "pages.h"
#include "pg_held_query.h"
#include "templates.h"

const struct field settings_fields[] = {
    {"lang", FIELD_TEXT, 15, true, NULL},
    {"tz", FIELD_TEXT, 63, true, NULL},
    {"theme", FIELD_CHOICE, 0, true, "system|light|dark"},
    {"page_size", FIELD_CHOICE, 0, true, "10|25|50|100"},
    {"shortcuts", FIELD_BOOL, 0, false, NULL},
    FIELDS_END,
};

static int
show(struct web_req *r, int status, struct pg_settings_view *v)
{
    struct store_held_counts counts;
    struct store_held_filter f = held_filter_all("held", 1);
    if (store_quarantine_counts(r->db, &r->scope, r->a, &f, &counts, &r->err))
        return -1;
    v->now = when_now();
    v->held = counts.held;
    t_settings(r, v);
    return reply_page(r, status);
}

int
pg_settings_form(struct web_req *r)
{
    return show(r, 200,
                &(struct pg_settings_view){.lang = r->lang,
                                           .tz = r->tz,
                                           .theme = r->session.theme,
                                           .page_size = r->session.page_size,
                                           .shortcuts = r->session.shortcuts});
}

int
pg_settings(struct web_req *r)
{
    struct store_preferences p = {in_text(r, "lang"), in_text(r, "tz"), in_text(r, "theme"),
                                  (int)strtol(in_text(r, "page_size"), NULL, 10),
                                  in_bool(r, "shortcuts")};
    ui_check_language(r, "lang");
    ui_check_zone(r, "tz");
    if (!in_ok(r))
        return show(r, 422,
                    &(struct pg_settings_view){.lang = p.lang,
                                               .tz = p.tz,
                                               .theme = p.theme,
                                               .page_size = p.page_size,
                                               .shortcuts = p.shortcuts});
    if (store_account_preferences(r->db, &r->scope, r->a, &p, &r->err) ||
        web_set_language(r, p.lang))
        return -1;
    return reply_flash(r, "/settings",
                       &(struct flash){"ok", N_("Settings saved."), NULL, -1, NULL, NULL}, NULL);
}
