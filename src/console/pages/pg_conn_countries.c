/* Approved and blocked countries. */
#include <stdlib.h>
#include <string.h>
#include <unicode/ucol.h>
#include <unicode/uregion.h>
#include <unicode/ustring.h>

#include "../../common/settings.h"
#include "../view.h"
#include "../view_icu.h"
#include "../web_reply.h"
#include "pages.h"
#include "pg_actor.h"
#include "pg_connection.h"
#include "templates.h"

#define NAME_MAX 200

const struct field conn_countries_fields[] = {
    {"country", FIELD_TEXT, 2, false, NULL},
    FIELDS_END,
};
const struct field conn_country_fields[] = {
    {"country", FIELD_TEXT, 2, false, NULL},
    {"list", FIELD_CHOICE, 0, false, "approved|blocked|none"},
    FIELDS_END,
};

/* ---------------------------------------------------------------- all there are, in the reader's order */

struct named {
    const char *code, *name;
    unsigned char key[NAME_MAX];
};

static int
by_key(const void *x, const void *y)
{
    return strcmp((const char *)((const struct named *)x)->key,
                  (const char *)((const struct named *)y)->key);
}

static void
make_key(UCollator *order, struct named *n)
{
    UErrorCode status = U_ZERO_ERROR;
    UChar text[NAME_MAX];
    int32_t len;

    u_strFromUTF8(text, NAME_MAX, &len, n->name, -1, &status);
    if (U_FAILURE(status) || !order ||
        ucol_getSortKey(order, text, len, n->key, NAME_MAX) > NAME_MAX)
        (void)memcpy(n->key, n->code, 3);
}

/* Value NULL ends. The first asks to choose. */
static const struct ui_option *
all_countries(struct web_req *r)
{
    UErrorCode status = U_ZERO_ERROR;
    UEnumeration *codes = uregion_getAvailable(URGN_TERRITORY, &status);
    UCollator *order = ucol_open(view_locale(r->lang), &status);
    int32_t n = U_SUCCESS(status) ? uenum_count(codes, &status) : 0;
    struct named *list = arena_calloc(r->a, (size_t)n + 1, sizeof *list);
    struct ui_option *o = arena_calloc(r->a, (size_t)n + 2, sizeof *o);
    int count = 0;
    const char *code;

    while (n > 0 && (code = uenum_next(codes, NULL, &status)) && count < n) {
        if (strlen(code) != 2 || !strcmp(code, "ZZ") || *code == 'X')
            if (strcmp(code, "XK"))
                continue;
        list[count].code = arena_strdup(r->a, code);
        list[count].name = view_country(r, code);
        make_key(order, &list[count++]);
    }
    uenum_close(codes);
    ucol_close(order);
    if (count)
        qsort(list, (size_t)count, sizeof *list, by_key);
    o[0] = (struct ui_option){"", T("Choose a country"), NULL};
    for (int i = 0; i < count; i++)
        o[i + 1] = (struct ui_option){list[i].code, list[i].name, NULL};
    return o;
}

/* ---------------------------------------------------------------- the page */

static const struct ui_option *
lists(struct web_req *r)
{
    struct ui_option *o = arena_calloc(r->a, 4, sizeof *o);

    o[0] = (struct ui_option){"blocked", TC("list", "Blocked"), NULL};
    o[1] = (struct ui_option){"approved", T("Approved"), NULL};
    o[2] = (struct ui_option){"none", T("No rule"), NULL};
    return o;
}

static int
page(struct web_req *r, int status)
{
    struct pg_conn_countries v = {.all = all_countries(r),
                                  .lists = lists(r),
                                  .country = in_text(r, "country"),
                                  .list = r->method == M_POST ? in_text(r, "list") : "blocked",
                                  .database = *settings_text(SET_country_database) != '\0',
                                  .may_change = pg_may(r, ROLES_CHANGE)};
    struct store_conn_country *rows;
    struct pg_conn_country *out;

    if (store_conn_countries(r->db, &r->scope, r->a, r->scope.org, &rows, &v.n, &r->err) ||
        pg_conn_counts(r, &v.counts))
        return -1;
    out = arena_calloc(r->a, (size_t)v.n + 1, sizeof *out);
    for (int i = 0; i < v.n; i++) {
        out[i] = (struct pg_conn_country){rows[i].country, view_country(r, rows[i].country),
                                          rows[i].list};
        if (r->method == M_GET && !strcmp(v.country, rows[i].country))
            v.list = rows[i].list;
    }
    v.rows = out;
    t_conn_countries(r, &v);
    return reply_page(r, status);
}

int
pg_conn_countries(struct web_req *r)
{
    return page(r, 200);
}

int
pg_conn_country(struct web_req *r)
{
    struct store_actor by = pg_actor(r);
    const char *country = in_text(r, "country"), *list = in_text(r, "list");
    const struct ui_option *o = all_countries(r) + 1;

    while (o->value && strcmp(o->value, country))
        o++;
    if (!o->value)
        in_error(r, "country", N_("Choose a country"));
    if (!*list)
        in_error(r, "list", N_("Choose one of the options."));
    if (!in_ok(r))
        return page(r, 422);
    if (store_conn_country_put(r->db, &r->scope, r->a, &by, r->scope.org, country,
                               strcmp(list, "none") ? list : "", &r->err))
        return -1;
    return reply_flash(r, "/connection/countries",
                       &(struct flash){"ok",
                                       !strcmp(list, "blocked") ? N_("{country} is blocked now.")
                                       : !strcmp(list, "approved")
                                           ? N_("{country} is approved now.")
                                           : N_("{country} has no rule now."),
                                       NULL, -1, NULL, NULL},
                       "country", o->label, NULL);
}
