/* Sender lists: whose are applied, and how they are used; counts for the portal's menu. */
#include <string.h>

#include "../../common/sender_skips.h"
#include "../../store/store_quarantine.h"
#include "../view.h"
#include "../web_reply.h"
#include "pages.h"
#include "pg_actor.h"
#include "pg_held_query.h"
#include "pg_senders.h"
#include "pg_version.h"
#include "templates.h"

const struct field sender_lists_fields[] = {
    {"q", FIELD_TEXT, 200, false, NULL},
    {"after", FIELD_TEXT, 320, false, NULL},
    {"before", FIELD_TEXT, 320, false, NULL},
    FIELDS_END,
};
const struct field sender_list_fields[] = {
    {"target", FIELD_TEXT, 320, false, NULL},
    {"state", FIELD_CHOICE, 0, true, "on|off"},
    {"back", FIELD_TEXT, REPLY_PATH_MAX, false, NULL},
    FIELDS_END,
};
const struct field sender_settings_fields[] = {
    {"header_match", FIELD_BOOL, 0, false, NULL},
    {"insert_header", FIELD_BOOL, 0, false, NULL},
#define SENDER_SKIP(id, checks, label) {"skip_" #id, FIELD_BOOL, 0, false, NULL},
#include "../../common/sender_skips.def"
#undef SENDER_SKIP
    FIELD_VERSION,
    FIELDS_END,
};

int
pg_sender_held(struct web_req *r, int64_t *held)
{
    struct store_held_filter f = held_filter_all("held", 1);
    struct store_held_counts counts;
    if (store_quarantine_counts(r->db, &r->scope, r->a, &f, &counts, &r->err))
        return -1;
    *held = counts.held;
    return 0;
}

/* ------------------------------------------------------------------ whose lists */

int
pg_sender_lists(struct web_req *r)
{
    struct pg_sender_lists_view v = {
        .search = in_text(r, "q"), .here = ui_here(r), .may_change = pg_may(r, ROLES_CHANGE)};
    struct store_sender_lists *rows;
    bool back = in_given(r, "before"), more;
    const char *at = back ? "before" : "after", *from = in_given(r, at) ? in_text(r, at) : NULL;
    struct ui_pages pages;
    if (store_sender_lists(r->db, &r->scope, r->a, r->scope.org, NULL, v.search, from, back,
                           r->session.page_size, &rows, &v.n, &more, &r->err))
        return -1;
    v.rows = rows;
    pages = ui_pages(v.n, from != NULL, back, more);
    if (pages.older)
        v.pager.older =
            view_path(r, "/senders/lists", "q", v.search, "after", rows[v.n - 1].target, NULL);
    if (pages.newer)
        v.pager.newer =
            view_path(r, "/senders/lists", "q", v.search, "before", rows[0].target, NULL);
    t_sender_lists(r, &v);
    return reply_page(r, 200);
}

int
pg_sender_list(struct web_req *r)
{
    const char *target = in_text(r, "target"),
               *back = reply_back_field(r, "back", "/senders/lists");
    bool on = !strcmp(in_text(r, "state"), "on"), changed;
    struct store_actor by = pg_actor(r);
    if (!in_ok(r)) /* no form of ours sends another one */
        return reply_error(r, 422);
    if (store_sender_enable(r->db, &r->scope, r->a, &by, r->scope.org, target, on, &changed,
                            &r->err))
        return -1;
    return reply_flash(r, back,
                       &(struct flash){"ok",
                                       on ? N_("The lists of {target} are applied again.")
                                          : N_("The lists of {target} are not applied any more."),
                                       NULL, -1, NULL, NULL},
                       "target", pg_sender_target_word(r, target), NULL);
}

/* ------------------------------------------------------------------ settings */

static const struct {
    const char *id, *field, *label;
} skips[SENDER_SKIPS] = {
#define SENDER_SKIP(id, checks, label) {#id, "skip_" #id, label},
#include "../../common/sender_skips.def"
#undef SENDER_SKIP
};

/* typed NULL: as they are. */
static int
settings_page(struct web_req *r, int status, const struct store_sender_settings *typed)
{
    struct pg_sender_skip *list = arena_calloc(r->a, SENDER_SKIPS, sizeof *list);
    struct store_sender_settings s;
    const char *version;
    if (store_sender_settings(r->db, &r->scope, r->a, r->scope.org, &s, &r->err))
        return -1;
    version = s.version;
    if (typed)
        s = *typed;
    for (int i = 0; i < SENDER_SKIPS; i++)
        list[i] = (struct pg_sender_skip){
            skips[i].field, T(skips[i].label),
            (sender_skips_without(s.still_checked) & sender_skip_named(skips[i].id)) != 0};
    t_sender_settings(r, &(struct pg_sender_settings){s.header_match, s.insert_header,
                                                      pg_may(r, ROLES_CHANGE), list, SENDER_SKIPS,
                                                      version});
    return reply_page(r, status);
}

int
pg_sender_settings_form(struct web_req *r)
{
    return settings_page(r, 200, NULL);
}

int
pg_sender_settings(struct web_req *r)
{
    struct store_actor by = pg_actor(r);
    struct buf *still = buf_new(r->a, 0);
    for (int i = 0; i < SENDER_SKIPS; i++)
        if (!in_bool(r, skips[i].field))
            buf_printf(still, "%s%s", still->len ? " " : "", skips[i].id);
    struct store_sender_settings s = {in_bool(r, "header_match"), in_bool(r, "insert_header"),
                                      buf_cstr(still), in_text(r, "version")};
    if (store_sender_settings_set(r->db, &r->scope, r->a, &by, r->scope.org, &s, &r->err) &&
        !pg_version_stale(r))
        return -1;
    if (!in_ok(r))
        return settings_page(r, 422, &s);
    return reply_flash(r, "/senders/settings",
                       &(struct flash){"ok", N_("Settings saved."), NULL, -1, NULL, NULL}, NULL);
}
