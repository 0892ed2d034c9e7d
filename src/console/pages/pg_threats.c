/* Approved links and suspicious objects: the lists, adding, removing, putting back, the file. */
#include <string.h>

#include "../../common/when.h"
#include "../../store/store_audit.h"
#include "../view.h"
#include "../web_reply.h"
#include "pages.h"
#include "pg_actor.h"
#include "pg_reputation.h"
#include "templates.h"

#define LISTS "approved|suspicious"

const struct field threats_fields[] = {
    {"list", FIELD_CHOICE, 0, false, LISTS "|everywhere"},
    {"q", FIELD_TEXT, 200, false, NULL},
    {"type", FIELD_CHOICE, 0, false, "file|url|domain|ip|sender"},
    {"after", FIELD_TEXT, 80, false, NULL},
    {"before", FIELD_TEXT, 80, false, NULL},
    FIELDS_END,
};
const struct field threat_add_fields[] = {
    {"list", FIELD_CHOICE, 0, true, LISTS},   {"value", FIELD_TEXT, THREAT_VALUE * 2, false, NULL},
    {"note", FIELD_TEXT, 800, false, NULL},   {"action", FIELD_CHOICE, 0, false, "block|log"},
    {"expires", FIELD_TEXT, 40, false, NULL}, FIELDS_END,
};
const struct field threat_act_fields[] = {
    {"id", FIELD_UUIDS, 100, false, NULL},
    {"back", FIELD_TEXT, REPLY_PATH_MAX, false, NULL},
    FIELDS_END,
};

/* ------------------------------------------------------------------ words */

static const struct {
    const char *id, *word;
} types[] = {
    {"file", N_("File")},
    {"url", N_("Page")},
    {"domain", N_("Domain")},
    {"ip", N_("IP address")},
    {"sender", N_("E-mail address")},
};
#define TYPES (sizeof types / sizeof *types)

const char *
pg_threat_word(struct web_req *r, const char *type)
{
    for (size_t i = 0; i < TYPES; i++)
        if (!strcmp(type, types[i].id))
            return T(types[i].word);
    return type;
}

const char *
pg_threat_why(enum threat_csv_state s, enum threat_problem p)
{
    switch (s) {
    case THREAT_CSV_NOT_LINK:
        return N_("Only pages, domains and IP addresses can be approved");
    case THREAT_CSV_LONG_NOTE:
        return N_("The note is longer than 200 characters");
    case THREAT_CSV_ACTION:
        return N_("The action is block or log");
    case THREAT_CSV_EXPIRES:
        return N_("Enter a date to come, such as 2030-01-31");
    case THREAT_CSV_TWICE:
        return N_("It stands in an earlier line");
    case THREAT_CSV_TOO_MANY:
        return N_("More than 20,000 lines: from here on nothing was read");
    case THREAT_CSV_OK:
    case THREAT_CSV_PROBLEM:
        break;
    }
    switch (p) {
    case THREAT_OTHER_HASH:
        return N_("Files are named by their SHA-256, which has 64 characters");
    case THREAT_SHARED:
        return N_("Below this domain are many owners, and it would stand for all of them");
    case THREAT_LONG:
        return N_("This is too long");
    default:
        return N_("This is no page, domain, IP address, e-mail address or SHA-256");
    }
}

const char *
pg_threats_list(struct web_req *r)
{
    const char *list = in_text(r, "list");

    return !strcmp(list, "approved") || !strcmp(list, "everywhere") ? list : "suspicious";
}

const char *
pg_threats_path(struct web_req *r, const char *list)
{
    return view_path(r, "/reputation/entries", "list", list, NULL);
}

static const struct ui_option *
type_options(struct web_req *r, bool approved)
{
    struct ui_option *o = arena_calloc(r->a, TYPES + 2, sizeof *o);
    int n = 1;

    o[0] = (struct ui_option){"", T("All kinds"), NULL};
    for (size_t i = 0; i < TYPES; i++)
        if (threat_fits(approved, threat_type_named(types[i].id)))
            o[n++] = (struct ui_option){types[i].id, T(types[i].word), NULL};
    return o;
}

static const struct ui_option *
action_options(struct web_req *r)
{
    struct ui_option *o = arena_calloc(r->a, 3, sizeof *o);

    o[0] = (struct ui_option){"block", T("Hold the message"), NULL};
    o[1] = (struct ui_option){"log", T("Only write it down"), NULL};
    return o;
}

/* ------------------------------------------------------------------ the list */

static const char *
path_of(struct web_req *r, const struct pg_threats *v, const char *name, const char *value)
{
    return view_path(r, "/reputation/entries", "list", v->list, "q", v->search, "type", v->type,
                     name, value, NULL);
}

static int
load(struct web_req *r, struct pg_threats *v)
{
    bool back = r->method == M_GET && *in_text(r, "before");
    struct store_threat_query q = {.list = v->everywhere ? "suspicious" : v->list,
                                   .search = v->search,
                                   .type = v->type,
                                   .limit = r->session.page_size};
    struct store_threat *rows;
    struct ui_pages pages;
    bool more;

    if (r->method == M_GET)
        q.from = store_cursor_parse(in_text(r, back ? "before" : "after"));
    q.back = back && *q.from.id;
    if (store_threats(r->db, &r->scope, r->a, v->everywhere ? STORE_NO_ORG : r->scope.org, &q,
                      &rows, &v->n, &more, &r->err))
        return -1;
    pages = ui_pages(v->n, *q.from.id, q.back, more);
    if (pages.newer)
        v->pager.newer =
            path_of(r, v, "before", store_cursor_text(r->a, rows[0].added_at, rows[0].entry_id));
    if (pages.older)
        v->pager.older =
            path_of(r, v, "after",
                    store_cursor_text(r->a, rows[v->n - 1].added_at, rows[v->n - 1].entry_id));
    for (int i = 0; i < v->n; i++) {
        rows[i].value = view_safe(r, rows[i].value);
        rows[i].note = view_safe(r, rows[i].note);
    }
    v->rows = rows;
    return 0;
}

static int
show(struct web_req *r, int status, struct pg_threats *v)
{
    v->list = pg_threats_list(r);
    v->approved = !strcmp(v->list, "approved");
    v->everywhere = !strcmp(v->list, "everywhere");
    v->types = type_options(r, v->approved);
    v->actions = action_options(r);
    v->filtered = *v->search || *v->type;
    v->may_change = !v->everywhere && pg_may(r, ROLES_CHANGE);
    if (load(r, v))
        return -1;
    v->here = path_of(r, v, NULL, NULL);
    t_threats(r, v);
    return reply_page(r, status);
}

int
pg_threats(struct web_req *r)
{
    struct pg_threats v = {.search = in_text(r, "q"),
                           .type = in_text(r, "type"),
                           .value = "",
                           .note = "",
                           .action = "block",
                           .expires = ""};

    return show(r, 200, &v);
}

/* ------------------------------------------------------------------ adding */

static size_t
characters(const char *s)
{
    size_t n = 0;

    for (; *s; s++)
        n += ((unsigned char)*s & 0xc0) != 0x80;
    return n;
}

/* What was typed; field errors for what is wrong. */
static void
check(struct web_req *r, bool approved, struct store_threat *x)
{
    struct threat t;
    enum threat_problem p = threat_parse(r->a, in_text(r, "value"), &t);

    if (p != THREAT_FINE)
        in_error(r, "value", pg_threat_why(THREAT_CSV_PROBLEM, p));
    else if (!threat_fits(approved, t.type))
        in_error(r, "value", pg_threat_why(THREAT_CSV_NOT_LINK, p));
    if (characters(in_text(r, "note")) > THREAT_NOTE)
        in_error(r, "note", N_("At most 200 characters"));
    if (!approved && threat_expires(in_text(r, "expires"), when_now(), &x->expires_at) < 0)
        in_error(r, "expires", pg_threat_why(THREAT_CSV_EXPIRES, p));
    if (!in_ok(r))
        return;
    x->type = threat_type_name(t.type);
    x->value = t.value;
    x->note = in_text(r, "note");
    x->action = !approved && !strcmp(in_text(r, "action"), "log") ? "log" : "block";
}

/* 0 and the field error of a refusal; -1: r->err is no fault of what was typed. */
static int
explain(struct web_req *r)
{
    if (!strcmp(r->err.code, "reputation_twice"))
        in_error(r, "value", N_("It is in this list already"));
    else if (!strcmp(r->err.code, "too_many"))
        in_error(r, "value", N_("There is no room for more. Delete what is not needed first."));
    else
        return -1;
    r->err.cls = ERR_NONE;
    return 0;
}

int
pg_threat_add(struct web_req *r)
{
    const char *list = pg_threats_list(r);
    bool approved = !strcmp(list, "approved");
    struct store_actor by = pg_actor(r);
    struct store_threat x = {0};

    check(r, approved, &x);
    if (in_ok(r) &&
        store_threat_add(r->db, &r->scope, r->a, &by, r->scope.org, list, &x, &r->err) &&
        explain(r))
        return -1;
    if (!in_ok(r)) {
        struct pg_threats v = {.search = "",
                               .type = "",
                               .value = in_text(r, "value"),
                               .note = in_text(r, "note"),
                               .action = in_text(r, "action"),
                               .expires = in_text(r, "expires")};
        return show(r, 422, &v);
    }
    return reply_flash(r, pg_threats_path(r, list),
                       &(struct flash){"ok",
                                       approved ? N_("{value} is approved now.")
                                                : N_("{value} is suspicious now."),
                                       NULL, -1, NULL, NULL},
                       "value", view_safe(r, arena_strndup(r->a, x.value, 80)), NULL);
}

/* ------------------------------------------------------------------ removing, putting back */

int
pg_threats_remove(struct web_req *r)
{
    const char *back = reply_back_field(r, "back", "/reputation/entries");
    struct store_actor by = pg_actor(r);
    const char *const *ids, *value;
    int n = in_uuids(r, "id", &ids), removed = 0;

    if (n && store_threats_remove(r->db, &r->scope, r->a, &by, r->scope.org, ids, n, &removed,
                                  &value, &r->err))
        return -1;
    if (!removed)
        return reply_flash(r, back,
                           &(struct flash){"error",
                                           N_("Nothing was changed: it was handled already."), NULL,
                                           -1, NULL, NULL},
                           NULL);
    return reply_flash(r, back,
                       &(struct flash){"ok",
                                       removed == 1 ? N_("{value} taken off the list.")
                                                    : N_("Several entries taken off the list."),
                                       NULL, -1, "/reputation/entries/restore",
                                       pg_joined(r, ids, n)},
                       "value", view_safe(r, arena_strndup(r->a, value, 80)), NULL);
}

int
pg_threats_restore(struct web_req *r)
{
    const char *back = reply_back_field(r, "back", "/reputation/entries");
    struct store_actor by = pg_actor(r);
    const char *const *ids, *value;
    int n = in_uuids(r, "id", &ids), restored = 0;

    if (n && store_threats_restore(r->db, &r->scope, r->a, &by, r->scope.org, ids, n, &restored,
                                   &value, &r->err))
        return -1;
    return reply_flash(
        r, back,
        restored ? &(struct flash){"ok", N_("Put back on the list."), NULL, -1, NULL, NULL}
                 : &(struct flash){"error", N_("Nothing was changed: it was handled already."),
                                   NULL, -1, NULL, NULL},
        NULL);
}

/* ------------------------------------------------------------------ the file */

static void
write_row(struct web_req *r, struct buf *b, bool approved, const struct store_threat *x)
{
    const struct threat_csv_entry entry = {.thing = {threat_type_named(x->type), x->value},
                                           .note = x->note,
                                           .block = !strcmp(x->action, "block"),
                                           .expires_at = x->expires_at};

    if (!x->expired)
        threat_csv_write(r->a, b, approved, &entry);
}

/* As the import reads it; what is expired is not in it. */
int
pg_threats_export(struct web_req *r)
{
    const char *list = pg_threats_list(r);
    bool approved = !strcmp(list, "approved"), more = true;
    struct store_threat_query q = {.list = list, .search = "", .type = "", .limit = 1000};
    struct buf *b = buf_new(r->a, 0);
    struct store_threat *rows;
    int n, all = 0;

    threat_csv_head(b, approved);
    while (more && all < STORE_REPUTATION_MAX) {
        if (store_threats(r->db, &r->scope, r->a, r->scope.org, &q, &rows, &n, &more, &r->err))
            return -1;
        for (int i = 0; i < n; i++)
            write_row(r, b, approved, &rows[i]);
        if (n)
            q.from = store_cursor_parse(
                store_cursor_text(r->a, rows[n - 1].added_at, rows[n - 1].entry_id));
        all += n;
    }
    return reply_download(r, arena_printf(r->a, "%s.csv", list), "text/csv; charset=utf-8", b->data,
                          b->len);
}
