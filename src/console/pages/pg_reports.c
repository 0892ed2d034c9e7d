/* The queue of reports: an administrator agrees (it counts for the whole organisation's statistics; the senders may be
 * blocked) or dismisses (it counts for nobody). */
#include "pg_reports.h"

#include <string.h>

#include "../../common/sender_pattern.h"
#include "../../store/store_rights.h"
#include "../view.h"
#include "../web_reply.h"
#include "pages.h"
#include "pg_actor.h"
#include "templates.h"

const struct field reports_fields[] = {
    {"state", FIELD_CHOICE, 0, false, "agreed|dismissed"},
    {"after", FIELD_TEXT, 80, false, NULL},
    FIELDS_END,
};
const struct field report_decide_fields[] = {
    {"id", FIELD_UUIDS, 100, false, NULL},
    {"decision", FIELD_CHOICE, 0, true, "agree|dismiss"},
    {"block", FIELD_BOOL, 0, false, NULL},
    {"back", FIELD_TEXT, REPLY_PATH_MAX, false, NULL},
    FIELDS_END,
};

static const struct {
    const char *id, *icon, *tone, *word;
} whats[] = {
    {"spam", "shield-alert", "warn", N_("Says: spam")},
    {"phishing", "octagon-alert", "danger", N_("Says: phishing")},
    {"wanted", "check", "ok", N_("Says: held by mistake")},
};

static void
fill(struct web_req *r, const struct store_report *p, struct pg_report *v)
{
    *v = (struct pg_report){.id = p->report_id,
                            .message = arena_printf(r->a, "/quarantine/%s", p->recipient_id),
                            .by = view_safe(r, p->by),
                            .what = p->what,
                            .kind = p->kind,
                            .sender = *p->sender ? view_safe(r, p->sender) : T("(no sender)"),
                            .subject = *p->subject ? view_safe(r, p->subject) : T("(no subject)"),
                            .decided_by = view_safe(r, p->decided_by),
                            .tone = "",
                            .icon = "info",
                            .word = "",
                            .at = p->at,
                            .others = p->others - 1};
    for (size_t i = 0; i < sizeof whats / sizeof *whats; i++) {
        if (strcmp(whats[i].id, p->what) != 0)
            continue;
        v->tone = whats[i].tone;
        v->icon = whats[i].icon;
        v->word = T(whats[i].word);
    }
}

int
pg_reports(struct web_req *r)
{
    struct store_cursor from = store_cursor_parse(in_text(r, "after"));
    const char *state = in_text(r, "state");
    struct pg_reports v = {.state = *state ? state : "open",
                           .may_act = pg_may(r, ROLES_MAIL) && !*state,
                           .here = ui_here(r)};
    struct store_report *rows;
    bool more;
    if (store_report_list(r->db, &r->scope, r->a, r->scope.org, v.state, &from,
                          r->session.page_size, &rows, &v.n, &more, &r->err))
        return -1;
    struct pg_report *out = arena_calloc(r->a, (size_t)v.n + 1, sizeof *out);
    for (int i = 0; i < v.n; i++)
        fill(r, &rows[i], &out[i]);
    v.rows = out;
    if (*from.id)
        v.pager.newer = view_path(r, "/quarantine/reported", "state", state, NULL);
    if (more)
        v.pager.older =
            view_path(r, "/quarantine/reported", "state", state, "after",
                      store_cursor_text(r->a, rows[v.n - 1].at, rows[v.n - 1].report_id), NULL);
    t_reports(r, &v);
    return reply_page(r, 200);
}

/* The senders as entries; "" where there is none to be made, or nobody is to be blocked. */
static int
patterns_of(struct web_req *r, const char *const *ids, int n, const char **patterns)
{
    struct store_report_sender *rows;
    int nrows;
    for (int i = 0; i < n; i++)
        patterns[i] = "";
    if (!in_bool(r, "block"))
        return 0;
    if (store_report_senders(r->db, &r->scope, r->a, ids, n, &rows, &nrows, &r->err))
        return -1;
    for (int k = 0; k < nrows; k++)
        for (int i = 0; i < n; i++)
            if (!strcmp(ids[i], rows[k].report_id) && !strchr(rows[k].sender, '*') &&
                sender_pattern_parse(r->a, rows[k].sender, &patterns[i]) != SENDER_FINE)
                patterns[i] = "";
    return 0;
}

int
pg_report_decide(struct web_req *r)
{
    struct store_actor by = pg_actor(r);
    const char *const *ids, *back = reply_back_field(r, "back", "/quarantine/reported");
    bool agree = !strcmp(in_text(r, "decision"), "agree");
    struct store_done d = {0};
    int n = in_uuids(r, "id", &ids);
    const char **patterns = arena_calloc(r->a, (size_t)n + 1, sizeof *patterns);
    if (!*in_text(r, "decision"))
        return reply_error(r, 400);
    if (patterns_of(r, ids, n, patterns))
        return -1;
    if (n && store_report_decide(r->db, &r->scope, r->a, &by, r->scope.org, agree, ids, patterns, n,
                                 &d, &r->err))
        return -1;
    if (!d.nreports)
        return reply_flash(r, back,
                           &(struct flash){"error",
                                           n ? N_("Nothing was changed: it was handled already.")
                                             : N_("Nothing was chosen. Tick a message first."),
                                           NULL, -1, NULL, NULL},
                           NULL);
    struct flash f = {"ok",
                      TN_("{n} report agreed with. The filter learns it for everybody.",
                          "{n} reports agreed with. The filter learns them for everybody."),
                      d.nreports, NULL, NULL};
    if (!agree)
        f = (struct flash){"ok",
                           TN_("{n} report dismissed. The filter forgets it.",
                               "{n} reports dismissed. The filter forgets them."),
                           d.nreports, NULL, NULL};
    return reply_flash(r, back, &f, NULL);
}
