/*
 * U10: language and display, the reader's own. Each card is a form of its own and saves only what stands in it; the time
 * zone is searched for by city, so that the page works without script and without a list of 400.
 */
#include "pg_settings.h"

#include <stdlib.h>
#include <string.h>

#include "../../common/local_format.h"
#include "../../common/when.h"
#include "../../store/store_account.h"
#include "../view.h"
#include "../web_reply.h"
#include "../web_session.h"
#include "pages.h"
#include "templates.h"

#define ZONES_SHOWN 12

const struct field settings_query[] = {
    {"city", FIELD_TEXT, 80, false, NULL},
    FIELDS_END,
};
const struct field settings_fields[] = {
    {"card", FIELD_CHOICE, 0, true, "language|zone|dates|display|keys"},
    {"lang", FIELD_TEXT, 15, false, NULL},
    {"tz", FIELD_TEXT, 63, false, NULL},
    {"city", FIELD_TEXT, 80, false, NULL},
    {"date_style", FIELD_CHOICE, 0, false, "language|numbers|iso"},
    {"theme", FIELD_CHOICE, 0, false, "system|light|dark"},
    {"row_height", FIELD_CHOICE, 0, false, "comfortable|default|compact"},
    {"page_size", FIELD_CHOICE, 0, false, "10|25|50|100"},
    {"shortcuts", FIELD_BOOL, 0, false, NULL},
    {"back", FIELD_TEXT, REPLY_PATH_MAX, false, NULL}, /* of the offer that any page makes (part_zone) */
    FIELDS_END,
};

const struct pg_settings_choice *
pg_settings_dates(struct web_req *r, int *n)
{
    const struct pg_settings_choice all[] = {{"language", T("As usual in your language"), NULL},
                                             {"numbers", T("Only numbers"), NULL},
                                             {"iso", T("Year, month, day"), NULL}};
    struct pg_settings_choice *out = arena_alloc(r->a, sizeof all);
    memcpy(out, all, sizeof all);
    *n = sizeof all / sizeof *all;
    for (int i = 0; i < *n; i++)
        out[i].help = local_time_as(r->a, r->lang, r->tz, out[i].value, when_now(), "yMMMEdHm");
    return out;
}

const struct ui_option *
pg_settings_heights(struct web_req *r)
{
    const struct ui_option all[] = {{"comfortable", TC("rows", "Comfortable"), NULL},
                                    {"default", TC("rows", "Normal"), NULL},
                                    {"compact", TC("rows", "Compact"), NULL},
                                    {NULL, NULL, NULL}};
    struct ui_option *out = arena_alloc(r->a, sizeof all);
    memcpy(out, all, sizeof all);
    return out;
}

static void
find_zones(struct web_req *r, struct pg_settings_view *v)
{
    struct ui_zone found[ZONES_SHOWN];
    struct pg_settings_choice *out = arena_calloc(r->a, ZONES_SHOWN, sizeof *out);
    v->nzones = ui_zones_find(r, v->city, found, ZONES_SHOWN);
    for (int i = 0; i < v->nzones; i++) {
        const struct ui_zone *z = &found[i];
        const char *now = local_time_as(r->a, r->lang, z->id, "", when_now(), "EHm");
        out[i] = (struct pg_settings_choice){
            z->id,
            strcmp(z->city, z->area) ? TF(T("{city}, {area}"), "city", z->city, "area", z->area)
                                     : z->city,
            TF(T("{time} there now (UTC{offset})"), "time", now, "offset", z->offset)};
    }
    v->zones = out;
}

static int
show(struct web_req *r, int status)
{
    struct store_account x;
    if (store_account_get(r->db, &r->scope, r->a, r->session.account_id, &x, &r->err))
        return -1;
    struct pg_settings_view v = {.lang = r->lang,
                                 .tz = x.tz,
                                 .theme = x.theme,
                                 .date_style = x.date_style,
                                 .row_height = x.row_height,
                                 .page_size = x.page_size,
                                 .shortcuts = x.shortcuts,
                                 .zone = ui_zone_name(r),
                                 .zone_now =
                                     local_time_as(r->a, r->lang, r->tz, "", when_now(), "EHm"),
                                 .own_zone = *x.tz,
                                 .city = in_text(r, "city")};
    find_zones(r, &v);
    v.dates = pg_settings_dates(r, &v.ndates);
    t_settings(r, &v);
    return reply_page(r, status);
}

int
pg_settings_form(struct web_req *r)
{
    return show(r, 200);
}

static const char *
given(struct web_req *r, const char *name)
{
    return *in_text(r, name) ? in_text(r, name) : NULL;
}

/* What the form of this card sets; all else stays as it is. */
static struct store_preferences
read_card(struct web_req *r, const char *card)
{
    struct store_preferences p = {.shortcuts = -1};
    if (!strcmp(card, "language"))
        p.lang = in_text(r, "lang");
    else if (!strcmp(card, "zone"))
        p.tz = strcmp(in_text(r, "tz"), "organisation") ? in_text(r, "tz") : "";
    else if (!strcmp(card, "dates"))
        p.date_style = given(r, "date_style");
    else if (!strcmp(card, "keys"))
        p.shortcuts = in_bool(r, "shortcuts");
    else {
        p.theme = given(r, "theme");
        p.row_height = given(r, "row_height");
        p.page_size = (int)strtol(in_text(r, "page_size"), NULL, 10);
    }
    return p;
}

int
pg_settings(struct web_req *r)
{
    struct store_preferences p = read_card(r, in_text(r, "card"));
    if (p.lang)
        ui_check_language(r, "lang");
    if (p.lang && !*p.lang)
        in_error(r, "lang", N_("Choose a language from the list."));
    if (p.tz && *p.tz)
        ui_check_zone(r, "tz");
    else if (p.tz && !*in_text(r, "tz"))
        in_error(r, "tz", N_("Choose a time zone from the list."));
    if (!in_ok(r))
        return show(r, 422);
    if (store_account_preferences(r->db, &r->scope, r->a, &p, &r->err) ||
        (p.lang && web_set_language(r, p.lang)))
        return -1;
    return reply_flash(r, reply_back_field(r, "back", "/settings"),
                       &(struct flash){"ok", N_("Settings saved."), NULL, -1, NULL, NULL}, NULL);
}
