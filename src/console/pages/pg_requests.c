/* Release requests (N8): U9 "My requests" in the portal; for administrators the list and the page that decides,
 * which is what the mail to approvers leads to. */
#include "pg_requests.h"

#include <string.h>

#include "../../store/store_quarantine.h"
#include "../../store/store_request.h"
#include "../view.h"
#include "../web_reply.h"
#include "pages.h"
#include "pg_actor.h"
#include "templates.h"

const struct field requests_fields[] = {
    {"state", FIELD_CHOICE, 0, false, "all"},
    {"after", FIELD_TEXT, 80, false, NULL},
    {"before", FIELD_TEXT, 80, false, NULL},
    FIELDS_END,
};
const struct field request_act_fields[] = {
    {"id", FIELD_UUIDS, 100, false, NULL},
    {"back", FIELD_TEXT, REPLY_PATH_MAX, false, NULL},
    FIELDS_END,
};
const struct field request_decide_fields[] = {
    {"decision", FIELD_CHOICE, 0, true, "approve|decline"},
    {"answer", FIELD_TEXT, 2000, false, NULL},
    FIELDS_END,
};

static const struct {
    const char *id, *icon, *tone, *word;
} states[] = {
    {"waiting", "hourglass", "warn", N_("Waiting")},
    {"approved", "mail-check", "ok", N_("Approved by an admin")},
    {"declined", "ban", "danger", N_("Declined")},
    {"withdrawn", "undo-2", "", N_("Withdrawn")},
    {"over", "clock", "", N_("Over: handled otherwise")},
};

static struct pg_request
fill(struct web_req *r, const struct store_request *q)
{
    struct pg_request v = {.id = q->request_id,
                           .by = view_safe(r, q->by),
                           .mailbox = view_safe(r, q->mailbox),
                           .kind = q->kind,
                           .sender = *q->sender ? view_safe(r, q->sender) : T("(no sender)"),
                           .subject = *q->subject ? view_safe(r, q->subject) : T("(no subject)"),
                           .note = view_safe(r, q->note),
                           .answer = view_safe(r, q->answer),
                           .decided_by = view_safe(r, q->decided_by),
                           .state = q->state,
                           .word = "",
                           .icon = "info",
                           .tone = "",
                           .asked = q->asked_at,
                           .decided = q->decided_at,
                           .waiting = !strcmp(q->state, "waiting"),
                           .may_decide = q->may_decide};
    for (size_t i = 0; i < sizeof states / sizeof *states; i++) {
        if (strcmp(states[i].id, q->state) != 0)
            continue;
        v.word = T(states[i].word);
        v.icon = states[i].icon;
        v.tone = states[i].tone;
    }
    v.message = arena_printf(r->a, r->surface == SURFACE_PORTAL ? "/m/%s" : "/quarantine/%s",
                             q->recipient_id);
    return v;
}

/* Pages of both directions begin at the row at the edge of this one. */
static const char *
page_at(struct web_req *r, const char *state, const char *name, const struct store_request *q)
{
    return view_path(r, "/requests", "state", state, name,
                     store_cursor_text(r->a, q->asked_at, q->request_id), NULL);
}

int
pg_requests(struct web_req *r)
{
    struct pg_requests v = {.admin = r->surface == SURFACE_ADMIN, .here = ui_here(r)};
    bool newer = *in_text(r, "before") != '\0', more;
    struct store_cursor from = store_cursor_parse(in_text(r, newer ? "before" : "after"));
    struct store_request *rows;
    v.waiting = v.admin && !*in_text(r, "state");
    if (v.admin
            ? store_request_list(r->db, &r->scope, r->a, r->scope.org, r->scope.account, v.waiting,
                                 &from, newer, r->session.page_size, &rows, &v.n, &more, &r->err)
            : store_request_own(r->db, &r->scope, r->a, &from, newer, r->session.page_size, &rows, &v.n,
                                &more, &r->err))
        return -1;
    struct pg_request *out = arena_calloc(r->a, (size_t)v.n + 1, sizeof *out);
    for (int i = 0; i < v.n; i++)
        out[i] = fill(r, &rows[i]);
    v.rows = out;
    const char *state = v.admin && !v.waiting ? "all" : NULL;
    if (!v.n && *from.id) /* the page that was asked for has emptied */
        return reply_redirect(r, view_path(r, "/requests", "state", state, NULL));
    newer = newer && *from.id;
    if (v.n && (newer ? more : *from.id != '\0'))
        v.pager.newer = page_at(r, state, "before", &rows[0]);
    if (v.n && (newer || more))
        v.pager.older = page_at(r, state, "after", &rows[v.n - 1]);
    if (v.admin)
        t_requests_admin(r, &v);
    else
        t_requests(r, &v);
    return reply_page(r, 200);
}

int
pg_request_withdraw(struct web_req *r)
{
    const char *const *ids, *back = reply_back_field(r, "back", "/requests");
    struct store_actor by = pg_actor(r);
    int n = in_uuids(r, "id", &ids), done = 0;
    if (n && store_request_withdraw(r->db, &r->scope, r->a, &by, ids, n, &done, &r->err))
        return -1;
    if (!done)
        return reply_flash(r, back,
                           &(struct flash){"error",
                                           N_("Nothing was changed: it was decided already."), NULL,
                                           -1, NULL, NULL},
                           NULL);
    return reply_flash(r, back,
                       &(struct flash){"ok",
                                       TN_("{n} request withdrawn.", "{n} requests withdrawn."),
                                       done, NULL, NULL},
                       NULL);
}

/* ------------------------------------------------------------------ deciding */

static int
show(struct web_req *r, int status, const char *answer)
{
    struct store_request q;
    struct store_held_page p;
    struct pg_request_page v = {.answer = answer, .back = "/requests"};
    if (store_request_get(r->db, &r->scope, r->a, r->id, r->scope.account, &q, &r->err))
        return -1;
    v.q = fill(r, &q);
    v.own = !strcmp(q.account_id, r->scope.account);
    v.state = "";
    if (store_quarantine_get(r->db, &r->scope, r->a, q.recipient_id, NULL, &p, &r->err)) {
        if (r->err.cls != ERR_NOTFOUND)
            return -1;
        r->err.cls = ERR_NONE; /* its time is over; the request still tells what it was */
        v.q.message = NULL;
    } else {
        v.state = p.m.state;
        v.received = p.m.received_at;
        v.nreasons = reasons_read(r, p.m.reasons, &v.reasons);
    }
    t_request(r, &v);
    return reply_page(r, status);
}

int
pg_request(struct web_req *r)
{
    return show(r, 200, "");
}

static bool
too_long(const char *text, int most)
{
    int n = 0;
    for (const char *p = text; *p; p++)
        n += (*p & 0xc0) != 0x80;
    return n > most;
}

static int
tell(struct web_req *r, const char *state)
{
    const char *text = !strcmp(state, "approved") ? N_("Approved. The message is on its way.")
                       : !strcmp(state, "declined")
                           ? N_("Declined. The person gets your answer by e-mail.")
                           : N_("The message was handled meanwhile. The request is over.");
    bool error = !strcmp(state, "over");
    return reply_flash(r, "/requests",
                       &(struct flash){error ? "error" : "ok", text, NULL, -1, NULL, NULL}, NULL);
}

int
pg_request_decide(struct web_req *r)
{
    struct store_actor by = pg_actor(r);
    const char *state, *answer = in_text(r, "answer");
    if (!*in_text(r, "decision"))
        return reply_error(r, 400);
    if (too_long(answer, 500))
        in_error(r, "answer", N_("Use at most 500 characters."));
    if (in_error_of(r, "answer")) /* also what cannot be sent: the person would get no answer */
        return show(r, 422, answer);
    if (store_request_decide(r->db, &r->scope, r->a, &by, r->id,
                             !strcmp(in_text(r, "decision"), "approve"), answer, &state,
                             &r->err) == 0)
        return tell(r, state);
    if (strcmp(r->err.code, "decided") != 0)
        return -1;
    r->err.cls = ERR_NONE;
    return reply_flash(r, arena_printf(r->a, "/requests/%s", r->id),
                       &(struct flash){"error",
                                       N_("Nothing was changed: it was decided already, or "
                                          "another admin has to decide."),
                                       NULL, -1, NULL, NULL},
                       NULL);
}
