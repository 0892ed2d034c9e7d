/* Sender lists: the lists themselves, adding, removing, putting back. */
#include "pg_senders.h"

#include <string.h>

#include "../../common/addr.h"
#include "../view.h"
#include "../web_reply.h"
#include "pages.h"
#include "pg_actor.h"
#include "templates.h"

#define LISTS "approved|blocked"

const struct field senders_fields[] = {
    {"list", FIELD_CHOICE, 0, false, LISTS},
    {"q", FIELD_TEXT, 200, false, NULL},
    {"level", FIELD_CHOICE, 0, false, "wide|address"},
    {"for", FIELD_TEXT, 320, false, NULL},
    {"unproven", FIELD_BOOL, 0, false, NULL},
    {"after", FIELD_TEXT, 80, false, NULL},
    {"before", FIELD_TEXT, 80, false, NULL},
    FIELDS_END,
};
const struct field sender_add_fields[] = {
    {"list", FIELD_CHOICE, 0, true, LISTS},
    {"sender", FIELD_TEXT, 400, false, NULL},
    {"scope", FIELD_CHOICE, 0, false, "address|domain"},
    {"level", FIELD_CHOICE, 0, false, "org|domain|address"},
    {"target", FIELD_TEXT, 320, false, NULL},
    {"any_proof", FIELD_BOOL, 0, false, NULL},
    {"move", FIELD_BOOL, 0, false, NULL}, /* from the other list, if it is there */
    {"here", FIELD_TEXT, REPLY_PATH_MAX, false, NULL}, /* the list that the form stands on */
    {"back", FIELD_TEXT, REPLY_PATH_MAX, false, NULL},
    FIELDS_END,
};
const struct field sender_act_fields[] = {
    {"id", FIELD_UUIDS, 100, false, NULL},
    {"one", FIELD_UUID, 0, false, NULL},
    {"back", FIELD_TEXT, REPLY_PATH_MAX, false, NULL},
    FIELDS_END,
};

/* ------------------------------------------------------------------ words */

const char *
pg_sender_problem(enum sender_problem p)
{
    static const char *const text[SENDER_PROBLEMS] = {
        [SENDER_EMPTY] = N_("Enter an address such as name@example.com, or *@example.com"),
        [SENDER_NO_AT] = N_("An @ is missing. For a whole domain write *@example.com"),
        [SENDER_EVERYBODY] = N_("*@* would stand for everybody. Name a sender or a domain"),
        [SENDER_NAME_STAR] = N_("Before the @ write a whole name, or only *"),
        [SENDER_DOMAIN_STAR] =
            N_("Behind the @, * is possible alone or as the first part: *.example.com"),
        [SENDER_TOP_LEVEL] = N_("Behind *. at least two parts are needed: *.example.com"),
        [SENDER_NAME] = N_("What stands before the @ is not valid in an address"),
        [SENDER_DOMAIN] = N_("What stands behind the @ is not a domain name"),
        [SENDER_COLUMN] = N_("The second column is empty or the word \"unverified\""),
    };
    return text[p] ? text[p] : "";
}

const char *
pg_sender_target_word(struct web_req *r, const char *target)
{
    return *target ? target : T("Whole organisation");
}

static const char *
applies_word(struct web_req *r, const char *pattern)
{
    const char *at = strrchr(pattern, '@');
    if (at && !strcmp(at, "@*"))
        return T("This name in all domains");
    if (at && !strncmp(at, "@*.", 3))
        return T("Sub-domains");
    return *pattern == '*' ? T("Whole domain") : T("This address");
}

/* ------------------------------------------------------------------ whose list */

int
pg_sender_mailboxes(struct web_req *r, const struct ui_option **out, int *n)
{
    const char *const *addresses;
    if (store_sender_mailboxes(r->db, &r->scope, r->a, &addresses, n, &r->err))
        return -1;
    struct ui_option *o = arena_calloc(r->a, (size_t)*n + 1, sizeof *o);
    for (int i = 0; i < *n; i++)
        o[i] = (struct ui_option){addresses[i], addresses[i], NULL};
    *out = o;
    return 0;
}

/* Mail to user+tag is mail of user. */
static const char *
without_tag(struct web_req *r, const char *address)
{
    const char *plus = strchr(address, '+'), *at = strrchr(address, '@');
    if (!plus || !at || plus == address || plus > at)
        return address;
    return arena_printf(r->a, "%.*s%s", (int)(plus - address), address, at);
}

static int
own_target(struct web_req *r, const char *text, const char *field, const char **out)
{
    const struct ui_option *own;
    int n;
    if (pg_sender_mailboxes(r, &own, &n))
        return -1;
    *out = NULL;
    for (int i = 0; i < n && !*out; i++)
        if (!strcmp(own[i].value, *text ? text : r->session.address))
            *out = own[i].value;
    if (!*out && !*text && n)
        *out = own[0].value;
    for (int i = 0; i < n && !*out; i++)
        if (!strcmp(own[i].value, without_tag(r, text)))
            *out = own[i].value;
    if (!*out)
        in_error(r, field,
                 n ? N_("This is not one of your mailboxes")
                   : N_("You have no mailbox here. Ask your administrator for one"));
    return 0;
}

static int
any_target(struct web_req *r, const char *level, const char *text, const char *field,
           const char **out)
{
    struct addr address;
    char *domain;
    *out = NULL;
    if (!strcmp(level, "org") && *text) { /* what is meant for one must not hold for all */
        in_error(r, field,
                 N_("For the whole organisation leave this empty, or choose whose list it is"));
    } else if (!strcmp(level, "org")) {
        *out = "";
    } else if (!strcmp(level, "domain")) {
        if (addr_domain(r->a, text, &domain, NULL) == 0)
            *out = domain;
        else
            in_error(r, field, N_("Enter one of your domains, such as example.com"));
    } else if (addr_parse(r->a, text, &address, NULL) == 0) {
        *out = address.key;
    } else {
        in_error(r, field, N_("Enter the address of the recipient, such as name@example.com"));
    }
    return 0;
}

int
pg_sender_target(struct web_req *r, const char *level, const char *text, const char *field,
                 const char **out)
{
    return r->surface == SURFACE_PORTAL ? own_target(r, text, field, out)
                                        : any_target(r, level, text, field, out);
}

/* ------------------------------------------------------------------ the list */

static int
fill_rows(struct web_req *r, struct pg_senders *v, const struct store_sender *rows)
{
    struct pg_sender *out = arena_calloc(r->a, (size_t)v->n + 1, sizeof *out);
    for (int i = 0; i < v->n; i++)
        out[i] = (struct pg_sender){.id = rows[i].entry_id,
                                    .pattern = rows[i].pattern,
                                    .target = pg_sender_target_word(r, rows[i].target),
                                    .applies = applies_word(r, rows[i].pattern),
                                    .only_verified = rows[i].only_verified,
                                    .enabled = rows[i].enabled,
                                    .company = !v->admin && strcmp(rows[i].level, "address") != 0,
                                    .name = "",
                                    .added_at = rows[i].added_at,
                                    .expires_at = rows[i].expires_at};
    v->rows = out;
    return pg_sender_hits(r, v, rows, out);
}

static const char *
path_of(struct web_req *r, const struct pg_senders *v, const char *name, const char *value)
{
    return view_path(r, "/senders", "list", v->approved ? NULL : "blocked", "q", v->search, "level",
                     v->level, "for", v->target, "unproven", v->unproven ? "1" : NULL, name, value,
                     NULL);
}

static void
fill_pager(struct web_req *r, struct pg_senders *v, const struct store_sender *rows,
           const struct store_sender_query *q, bool more)
{
    const struct store_sender *top = &rows[0], *end = &rows[v->n - 1];
    if (q->back ? more : *q->from.id)
        v->pager.newer =
            path_of(r, v, "before", store_cursor_text(r->a, top->added_at, top->entry_id));
    if (q->back || more)
        v->pager.older =
            path_of(r, v, "after", store_cursor_text(r->a, end->added_at, end->entry_id));
}

static int
load_rows(struct web_req *r, struct pg_senders *v, const char *before, const char *after)
{
    struct store_sender_query q = {.list = v->approved ? "approved" : "blocked",
                                   .search = v->search,
                                   .levels = !strcmp(v->level, "wide") ? "org domain" : v->level,
                                   .target = *v->target ? v->target : NULL,
                                   .own = !v->admin,
                                   .company = !*v->target && !v->unproven,
                                   .back = *before != '\0',
                                   .limit = r->session.page_size};
    struct store_sender *rows;
    bool more;
    q.from = store_cursor_parse(q.back ? before : after);
    q.back = q.back && *q.from.id;
    if (v->unproven && pg_sender_unproven(r, v, &q.ids, &q.nids))
        return -1;
    if (store_sender_list(r->db, &r->scope, r->a, r->scope.org, &q, &rows, &v->n, &more, &r->err))
        return -1;
    if (v->n)
        fill_pager(r, v, rows, &q, more);
    return fill_rows(r, v, rows);
}

static int
load_rooms(struct web_req *r, struct pg_senders *v)
{
    struct store_sender_lists *lists;
    bool more;
    int n;
    if (store_sender_lists(r->db, &r->scope, r->a, r->scope.org, v->admin ? "" : NULL, NULL, NULL,
                           false, 20, &lists, &n, &more, &r->err))
        return -1;
    struct pg_sender_room *rooms = arena_calloc(r->a, (size_t)n + 1, sizeof *rooms);
    for (int i = 0; i < n; i++)
        rooms[i] = (struct pg_sender_room){pg_sender_target_word(r, lists[i].target),
                                           v->approved ? lists[i].approved : lists[i].blocked,
                                           v->admin ? STORE_SENDERS_MAX_WIDE : STORE_SENDERS_MAX};
    if (!n && v->nmailboxes) /* it never had an entry */
        rooms[n++] = (struct pg_sender_room){v->mailboxes[0].value, 0, STORE_SENDERS_MAX};
    v->rooms = rooms;
    v->nrooms = n;
    return 0;
}

static int
show(struct web_req *r, int status, struct pg_senders *v, const char *before, const char *after)
{
    v->admin = r->surface == SURFACE_ADMIN;
    v->may_change = !v->admin || pg_may(r, ROLES_CHANGE);
    v->unproven = v->unproven && v->approved && !v->admin;
    v->filtered = *v->search || *v->level || *v->target || v->unproven;
    if ((!v->admin &&
         (pg_sender_mailboxes(r, &v->mailboxes, &v->nmailboxes) || pg_sender_held(r, &v->held))) ||
        load_rows(r, v, before, after) || load_rooms(r, v) ||
        store_sender_totals(r->db, &r->scope, r->a, r->scope.org, &v->napproved, &v->nblocked,
                            &r->err))
        return -1;
    v->empty = !v->filtered && (v->approved ? v->napproved : v->nblocked) == 0;
    if (v->empty && !v->admin && v->nmailboxes && pg_sender_suggest(r, v))
        return -1;
    v->here = path_of(r, v, NULL, NULL);
    v->stay = r->method == M_POST ? reply_back_field(r, "here", v->here) : v->here;
    t_senders(r, v);
    return reply_page(r, status);
}

int
pg_senders(struct web_req *r)
{
    struct pg_senders v = {.approved = strcmp(in_text(r, "list"), "blocked") != 0,
                           .search = in_text(r, "q"),
                           .level = in_text(r, "level"),
                           .target = in_text(r, "for"),
                           .unproven = in_bool(r, "unproven"),
                           .sender = "",
                           .scope = "address",
                           .add_level = "org",
                           .add_target = in_text(r, "for")};
    if (r->surface == SURFACE_PORTAL && !*v.add_target)
        v.add_target = r->session.address;
    else if (*v.add_target)
        v.add_level = strchr(v.add_target, '@') ? "address" : "domain";
    return show(r, 200, &v, in_text(r, "before"), in_text(r, "after"));
}

/* ------------------------------------------------------------------ adding */

/* What people type: a domain alone, or an address with "whole domain" chosen, is *@domain. */
static const char *
as_pattern(struct web_req *r, const char *typed, bool whole_domain)
{
    const char *at = strrchr(typed, '@');
    struct addr x;
    char *domain;
    if (!at && addr_domain(r->a, typed, &domain, NULL) == 0)
        return arena_printf(r->a, "*@%s", domain);
    if (at == typed && addr_domain(r->a, at + 1, &domain, NULL) == 0)
        return arena_printf(r->a, "*@%s", domain);
    if (whole_domain && !strchr(typed, '*') && addr_parse(r->a, typed, &x, NULL) == 0)
        return arena_printf(r->a, "*@%s", x.domain);
    return typed;
}

/* On which of the two lists it is; *moves: it could be moved from the other one. */
static const char *
twice(struct web_req *r, const struct store_sender *s, bool *moves)
{
    struct store_sender *rows;
    bool approved = !strcmp(s->list, "approved"), more;
    struct store_sender_query q = {
        .list = s->list, .search = s->pattern, .levels = "", .target = s->target, .limit = 100};
    int n;
    if (store_sender_list(r->db, &r->scope, r->a, r->scope.org, &q, &rows, &n, &more, &r->err) == 0)
        for (int i = 0; i < n; i++)
            if (!strcmp(rows[i].pattern, s->pattern))
                return approved ? N_("This sender is allowed already")
                                : N_("This sender is blocked already");
    *moves = !*in_text(r, "back"); /* another page has no button for it */
    if (!*moves)
        return approved
                   ? N_("This sender is on the list of blocked senders. Remove it there first")
                   : N_("This sender is on the list of allowed senders. Remove it there first");
    return approved ? N_("This sender is on the list of blocked senders. Move it to this list?")
                    : N_("This sender is on the list of allowed senders. Move it to this list?");
}

/* 0 and the field error of a refusal; -1: r->err is no fault of what was typed. */
static int
explain(struct web_req *r, const struct store_sender *s, bool *moves)
{
    if (!strcmp(r->err.code, "sender_twice"))
        in_error(r, "sender", twice(r, s, moves));
    else if (!strcmp(r->err.code, "sender_limit"))
        in_error(r, "sender", N_("This list is full. Remove senders that are not needed any more"));
    else if (!strcmp(r->err.code, "target"))
        in_error(r, "target", N_("This does not belong to one of your domains"));
    else
        return -1;
    r->err.cls = ERR_NONE;
    return 0;
}

/* *moved: from the other list, if that was asked for and it was there. */
static int
put(struct web_req *r, const struct store_sender *s, char id[37], bool *moved)
{
    struct store_actor by = pg_actor(r);
    *moved = in_bool(r, "move");
    if (*moved && !store_sender_move(r->db, &r->scope, r->a, &by, r->scope.org, s, id, &r->err))
        return 0;
    if (*moved && strcmp(r->err.code, "moved") != 0)
        return -1;
    *moved = false;
    return store_sender_add(r->db, &r->scope, r->a, &by, r->scope.org, s, id, &r->err);
}

/* That an approval needs no proof is for the administrator to say; the portal has no such box. */
static bool
any_proof(struct web_req *r)
{
    return r->surface == SURFACE_ADMIN && in_bool(r, "any_proof");
}

/* With the form that was sent; a form on another page leads back there. */
static int
not_added(struct web_req *r, bool approved, bool conflict)
{
    const char *level = in_text(r, "level");
    const char *back = reply_back_field(r, "back", "");
    if (*back) {
        const char *why =
            in_error_of(r, "sender") ? in_error_of(r, "sender") : in_error_of(r, "target");
        return reply_flash(r, back, &(struct flash){"error", "{why}", NULL, -1, NULL, NULL}, "why",
                           why ? why : "", NULL);
    }
    struct pg_senders v = {.approved = approved,
                           .search = "",
                           .level = "",
                           .target = "",
                           .sender = in_text(r, "sender"),
                           .scope = in_text(r, "scope"),
                           .add_level = *level ? level : "org",
                           .add_target = in_text(r, "target"),
                           .conflict = conflict,
                           .any_proof = any_proof(r)};
    return show(r, 422, &v, "", "");
}

/* Where the form came from: another page, or the list with its filters. */
static const char *
back_of(struct web_req *r, bool approved)
{
    return reply_back_field(
        r, "back", reply_back_field(r, "here", approved ? "/senders" : "/senders?list=blocked"));
}

int
pg_sender_add(struct web_req *r)
{
    bool approved = strcmp(in_text(r, "list"), "blocked") != 0;
    struct store_sender s = {.list = approved ? "approved" : "blocked",
                             .only_verified = approved && !any_proof(r)};
    const char *typed = as_pattern(r, in_text(r, "sender"), !strcmp(in_text(r, "scope"), "domain"));
    enum sender_problem p = sender_pattern_parse(r->a, typed, &s.pattern);
    bool moved = false, conflict = false;
    char id[37];
    if (p != SENDER_FINE)
        in_error(r, "sender", pg_sender_problem(p));
    if (pg_sender_target(r, in_text(r, "level"), in_text(r, "target"), "target", &s.target))
        return -1;
    if (in_ok(r) && put(r, &s, id, &moved) && explain(r, &s, &conflict))
        return -1;
    if (!in_ok(r))
        return not_added(r, approved, conflict);
    return reply_flash(
        r, back_of(r, approved),
        &(struct flash){"ok",
                        approved ? N_("{sender} is allowed now.") : N_("{sender} is blocked now."),
                        NULL, -1, moved ? "/senders/unmove" : "/senders/remove",
                        arena_strdup(r->a, id)},
        "sender", s.pattern, NULL);
}

/* ------------------------------------------------------------------ removing */

static int
failed(struct web_req *r, const char *back, const char *msgid)
{
    return reply_flash(r, back, &(struct flash){"error", msgid, NULL, -1, NULL, NULL}, NULL);
}

int
pg_sender_remove(struct web_req *r)
{
    const char *const *ids, *const *gone = NULL, *pattern = "", *back = reply_back_field(r, "back", "/senders");
    struct store_actor by = pg_actor(r);
    int n = pg_chosen(r, &ids), done = 0;
    if (n && store_sender_remove(r->db, &r->scope, r->a, &by, r->scope.org, ids, n, &gone, &done,
                                 &pattern, &r->err))
        return -1;
    if (!done)
        return failed(r, back,
                      n ? N_("Nothing was changed: it was removed already.")
                        : N_("Nothing was chosen. Tick a sender first."));
    if (done == 1)
        return reply_flash(r, back,
                           &(struct flash){"ok", N_("{sender} was removed from the list."), NULL,
                                           -1, "/senders/restore", pg_joined(r, gone, done)},
                           "sender", pattern, NULL);
    return reply_flash(r, back,
                       &(struct flash){"ok", TN_("{n} sender removed.", "{n} senders removed."),
                                       done, "/senders/restore", pg_joined(r, gone, done)},
                       NULL);
}

int
pg_sender_restore(struct web_req *r)
{
    const char *const *ids, *pattern = "", *back = reply_back_field(r, "back", "/senders");
    struct store_actor by = pg_actor(r);
    int n = pg_chosen(r, &ids), done = 0;
    if (n && store_sender_restore(r->db, &r->scope, r->a, &by, r->scope.org, ids, n, &done,
                                  &pattern, &r->err)) {
        if (strcmp(r->err.code, "sender_limit"))
            return -1;
        r->err.cls = ERR_NONE;
        return failed(r, back, N_("Nothing was put back: the list is full meanwhile."));
    }
    if (!done)
        return failed(r, back, N_("Nothing was changed: it was handled already."));
    return reply_flash(r, back,
                       &(struct flash){"ok", TN_("{n} sender put back.", "{n} senders put back."),
                                       done, NULL, NULL},
                       NULL);
}

int
pg_sender_unmove(struct web_req *r)
{
    const char *const *ids, *list = "", *pattern = "",
                            *back = reply_back_field(r, "back", "/senders");
    struct store_actor by = pg_actor(r);
    if (pg_chosen(r, &ids) == 1 && store_sender_unmove(r->db, &r->scope, r->a, &by, r->scope.org,
                                                       ids[0], &list, &pattern, &r->err)) {
        if (strcmp(r->err.code, "sender_limit"))
            return -1;
        r->err.cls = ERR_NONE;
        return failed(r, back, N_("Nothing was put back: the list is full meanwhile."));
    }
    if (!*list)
        return failed(r, back, N_("Nothing was changed: it was handled already."));
    return reply_flash(r, back,
                       &(struct flash){"ok",
                                       !strcmp(list, "approved") ? N_("{sender} is allowed again.")
                                                                 : N_("{sender} is blocked again."),
                                       NULL, -1, NULL, NULL},
                       "sender", pattern, NULL);
}
