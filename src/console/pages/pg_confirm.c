/*
 * What does several things at once, with a page that says what will happen: deliver many, deliver and allow, delete
 * and block, report, ask an administrator. /confirm shows and changes nothing, whether it is asked for by a link or by a
 * form of a list; only the POST to /done acts, in one statement.
 */
#include "pg_confirm.h"

#include <stdlib.h>
#include <string.h>

#include "../../common/sender_pattern.h"
#include "../../common/settings.h"
#include "../../store/store_bulk.h"
#include "../../store/store_quarantine.h"
#include "../../store/store_request.h"
#include "../../store/store_rights.h"
#include "../reasons.h"
#include "../rights.h"
#include "../view.h"
#include "../web_reply.h"
#include "pages.h"
#include "pg_actor.h"
#include "pg_bulk.h"
#include "pg_handled.h"
#include "pg_held_query.h"
#include "templates.h"

#define ACTS "deliver|allow|block|report|ask"
#define DAYS "0|7|30|90|365"
#define WHATS "spam|phishing|wanted"

const struct field confirm_fields[] = {
    {"do", FIELD_CHOICE, 0, true, ACTS},
    {"id", FIELD_UUIDS, 100, false, NULL},
    {"one", FIELD_UUID, 0, false, NULL},
    {"back", FIELD_TEXT, REPLY_PATH_MAX, false, NULL},
    FIELDS_END,
};
const struct field done_fields[] = {
    {"do", FIELD_CHOICE, 0, true, ACTS},
    {"id", FIELD_UUIDS, 100, false, NULL},
    {"whole", FIELD_BOOL, 0, false, NULL},
    {"for_all", FIELD_BOOL, 0, false, NULL},
    {"days", FIELD_CHOICE, 0, false, DAYS},
    {"what", FIELD_CHOICE, 0, false, WHATS},
    {"note", FIELD_TEXT, 800, false, NULL},
    {"also_ask", FIELD_BOOL, 0, false, NULL},
    {"back", FIELD_TEXT, REPLY_PATH_MAX, false, NULL},
    FIELDS_END,
};
const struct field undo_fields[] = {
    {"id", FIELD_UUIDS, 3 * 100, false, NULL}, /* of each message it and what came of it: entry, report */
    {"back", FIELD_TEXT, REPLY_PATH_MAX, false, NULL},
    FIELDS_END,
};
const struct field done_query[] = {
    {"back", FIELD_TEXT, REPLY_PATH_MAX, false, NULL},
    FIELDS_END,
};

/* What a reader must be allowed to do with a message for that. */
static unsigned
needed(const char *act)
{
    return !strcmp(act, "deliver") ? RIGHT_DELIVER
           : !strcmp(act, "allow") ? RIGHT_DELIVER | RIGHT_APPROVE
           : !strcmp(act, "block") ? RIGHT_DELETE | RIGHT_BLOCK
           : !strcmp(act, "ask")   ? RIGHT_ASK
                                   : RIGHT_VIEW;
}

static void
fill_row(struct web_req *r, const struct store_held_sender *m, struct pg_confirm_row *w)
{
    *w = (struct pg_confirm_row){
        .id = m->recipient_id,
        .from_name = view_safe(r, m->sender_name),
        .from_address = *m->sender ? view_safe(r, m->sender) : T("(no sender)"),
        .subject = *m->subject ? view_safe(r, m->subject) : T("(no subject)"),
        .reason = reasons_first(r, m->reasons, m->kind),
        .kind = m->kind,
        .mailbox = m->mailbox,
        .own = m->own,
        .pattern = sender_pattern_of(r->a, m->sender, false)};
}

/* What somebody else was quicker with: who and when, as far as the reader may know. */
static int
told(struct web_req *r, const struct store_held_sender *m, struct pg_confirm *v,
     struct pg_confirm_row *out)
{
    struct store_held_page p;
    if (v->nhandled == HANDLED_MAX)
        return 0;
    if (store_quarantine_get(r->db, &r->scope, r->a, m->recipient_id, NULL, &p, &r->err)) {
        if (r->err.cls != ERR_NOTFOUND)
            return -1;
        r->err.cls = ERR_NONE;
        return 0;
    }
    fill_row(r, m, &out[v->nhandled]);
    out[v->nhandled].gone = handled_text(r, &p);
    v->nhandled += out[v->nhandled].gone != NULL;
    return 0;
}

/* Those of the chosen messages that this can be done with. */
static int
load(struct web_req *r, const char *const *ids, int n, struct pg_confirm *v)
{
    const struct rights *rights;
    struct store_held_sender *rows;
    unsigned need = needed(v->act);
    int nrows;
    if (rights_load(r, &rights) ||
        store_held_senders(r->db, &r->scope, r->a, ids, n, &rows, &nrows, &r->err))
        return -1;
    struct pg_confirm_row *out = arena_calloc(r->a, (size_t)nrows + 1, sizeof *out);
    struct pg_confirm_row *handled = arena_calloc(r->a, (size_t)nrows + 1, sizeof *handled);
    const char **asks = arena_calloc(r->a, (size_t)nrows + 1, sizeof *asks);
    bool deliver = !strcmp(v->act, "deliver");
    v->n = v->nasks = v->nhandled = 0;
    for (int i = 0; i < nrows; i++) {
        bool there = !strcmp(rows[i].state, "held") ||
                     (!strcmp(v->act, "report") && !strcmp(rows[i].state, "deleted"));
        if (there && (rights_of(rights, rows[i].kind) & need) == need)
            fill_row(r, &rows[i], &out[v->n++]);
        else if (there && deliver && rights_of(rights, rows[i].kind) & RIGHT_ASK)
            asks[v->nasks++] = rows[i].recipient_id;
        else if (!there && told(r, &rows[i], v, handled))
            return -1;
    }
    v->rows = out;
    v->handled = handled;
    v->asks = asks;
    v->left_out = n - v->n - v->nasks;
    return 0;
}

static void
count_one(struct pg_confirm_count *list, int *n, const char *word)
{
    int i = 0;
    while (i < *n && strcmp(list[i].word, word) != 0)
        i++;
    list[i].word = word;
    list[i].n++;
    *n += i == *n;
}

/* How many there are of each mailbox and of each reason. */
static void
count_rows(struct web_req *r, struct pg_confirm *v)
{
    struct pg_confirm_count *boxes = arena_calloc(r->a, (size_t)v->n + 1, sizeof *boxes);
    struct pg_confirm_count *kinds = arena_calloc(r->a, (size_t)v->n + 1, sizeof *kinds);
    for (int i = 0; i < v->n; i++) {
        count_one(boxes, &v->nmailboxes, v->rows[i].own);
        count_one(kinds, &v->nkinds, v->rows[i].kind);
    }
    v->mailboxes = boxes;
    v->kinds = kinds;
}

static void
count_senders(struct web_req *r, struct pg_confirm *v)
{
    v->sender = v->domain = "";
    v->mailbox = v->n ? v->rows[0].own : "";
    for (int i = 0; i < v->n; i++) {
        bool seen = !*v->rows[i].pattern;
        for (int k = 0; k < i && !seen; k++)
            seen = !strcmp(v->rows[k].pattern, v->rows[i].pattern);
        v->nsenders += !seen;
        if (!seen)
            v->sender = v->rows[i].pattern;
        if (strcmp(v->rows[i].own, v->mailbox) != 0)
            v->mailbox = "";
    }
    const char *at = strrchr(v->sender, '@');
    if (v->nsenders == 1 && at)
        v->domain = at + 1;
    if (v->nsenders != 1)
        v->sender = "";
    /* Whose word counts for a domain is said by own_domains in the database. */
    const char *ours = strrchr(v->mailbox, '@');
    v->ours = ours && pg_may(r, ROLE_OWNER | ROLE_DOMAIN_ADMIN) ? ours + 1 : "";
}

/* Back to the list, whose rows then say who handled what was chosen too late. */
static int
nothing(struct web_req *r, const struct pg_confirm *v, int asked)
{
    const char *ids[HANDLED_MAX];
    const char *text =
        asked ? N_("Nothing was changed: it was handled already, or only an admin may do this.")
              : N_("Nothing was chosen. Tick a message first.");
    for (int i = 0; i < v->nhandled; i++)
        ids[i] = v->handled[i].id;
    return handled_reply(r, v->back, text, asked, ids, v->nhandled);
}

static void
count(struct web_req *r, struct pg_confirm *v)
{
    count_senders(r, v);
    count_rows(r, v);
}

/* What is chosen for this action. What only an administrator may deliver is asked for when there is nothing else to deliver. */
static int
load_or_ask(struct web_req *r, const char *const *ids, int n, struct pg_confirm *v)
{
    if (n && load(r, ids, n, v))
        return -1;
    if (v->n || !v->nasks)
        return 0;
    v->act = "ask";
    return load(r, ids, n, v);
}

int
pg_confirm_act(struct web_req *r, const char *act, const char *const *ids, int n, const char *back)
{
    struct pg_confirm v = {.act = act, .back = back, .what = "spam", .days = "0", .also_ask = true};
    if (load_or_ask(r, ids, n, &v))
        return -1;
    if (!v.n)
        return nothing(r, &v, n);
    count(r, &v);
    if (!strcmp(v.rows[0].kind, "phishing") || !strcmp(v.rows[0].kind, "impersonation"))
        v.what = "phishing";
    t_confirm(r, &v);
    return reply_page(r, 200);
}

int
pg_confirm(struct web_req *r)
{
    const char *const *ids;
    int n = pg_chosen(r, &ids);
    if (!*in_text(r, "do"))
        return reply_error(r, 400);
    return pg_confirm_act(r, in_text(r, "do"), ids, n, reply_back_field(r, "back", "/"));
}

/* ------------------------------------------------------------------ doing it */

const char *
pg_ask_path(struct web_req *r, const char *back, const char *const *ids, int n)
{
    const char *path =
        view_path(r, "/confirm", "do", "ask", "id", pg_joined(r, ids, n), "back", back, NULL);
    return n && strlen(path) < REPLY_PATH_MAX ? path : NULL;
}

struct flash
pg_some_delivered(int n)
{
    return (struct flash){"ok",
                          TN_("{n} message is on its way. An admin has to deliver the others, or "
                              "they were handled already.",
                              "{n} messages are on their way. An admin has to deliver the others, "
                              "or they were handled already."),
                          n, NULL, NULL};
}

/* As a job; its page says how far it is, and counts what was handled meanwhile. */
static int
as_job(struct web_req *r, const struct pg_confirm *v, const char *const *ids, int n,
       const struct store_bulk_order *order)
{
    struct store_actor by = pg_actor(r);
    const char *job;
    if (store_bulk_start_ticked(r->db, &r->scope, r->a, &by, ids, n, order, &job, &r->err)) {
        if (r->err.cls != ERR_CONFLICT)
            return -1;
        r->err.cls = ERR_NONE;
        return pg_bulk_nothing(r, v->back);
    }
    return reply_redirect(r, pg_bulk_job_path(r, job, v->back));
}

static int
full(struct web_req *r, const char *back)
{
    const char *text = NULL;
    if (!strcmp(r->err.code, "sender_limit"))
        text = N_("Nothing was changed: the list of senders is full. Remove senders that are not "
                  "needed any more.");
    else if (!strcmp(r->err.code, "too_many"))
        text = N_("Nothing was changed: you have reported many messages today. Go on tomorrow.");
    if (!text)
        return -1;
    r->err.cls = ERR_NONE;
    return reply_flash(r, back, &(struct flash){"error", text, NULL, -1, NULL, NULL}, NULL);
}

static const char *
done_path(struct web_req *r, const char *back)
{
    return view_path(r, "/done", "back", back, NULL);
}

/* Undo of all that it did; what was delivered stays so, then only the entries go. */
static const char *
undo_ids(struct web_req *r, const struct store_done *d, bool mails)
{
    const char **ids =
        arena_calloc(r->a, (size_t)(d->nmails + d->nsenders + d->nreports) + 1, sizeof *ids);
    int n = 0;
    for (int i = 0; mails && i < d->nmails; i++)
        ids[n++] = d->mails[i];
    for (int i = 0; i < d->nsenders; i++)
        ids[n++] = d->senders[i];
    for (int i = 0; i < d->nreports; i++)
        ids[n++] = d->reports[i];
    return pg_joined(r, ids, n);
}

static const char *
said(const struct store_done *d)
{
    return d->nsenders == 1 ? d->patterns[0] : "";
}

static int
tell_allowed(struct web_req *r, const char *back, const struct store_done *d)
{
    struct flash f = {"ok",
                      TN_("On its way to your inbox after one more check. {sender} is now allowed.",
                          "{n} messages are on their way to your inbox after one more check. "
                          "{sender} is now allowed."),
                      d->nmails, "/undo", undo_ids(r, d, false)};
    if (d->nsenders == 0)
        f = (struct flash){"ok",
                           TN_("On its way to your inbox after one more check. The sender was "
                               "allowed already.",
                               "{n} messages are on their way to your inbox after one more check. "
                               "The senders were allowed already."),
                           d->nmails, NULL, NULL};
    else if (d->nsenders > 1)
        f = (struct flash){"ok",
                           TN_("On its way to your inbox after one more check. {count} senders are "
                               "now allowed.",
                               "{n} messages are on their way to your inbox after one more check. "
                               "{count} senders are now allowed."),
                           d->nmails, "/undo", f.undo_ids};
    return reply_flash(r, done_path(r, back), &f, "sender", said(d), "count",
                       view_int(r, d->nsenders), NULL);
}

static int
tell_blocked(struct web_req *r, const char *back, const struct store_done *d)
{
    struct flash f = {"ok",
                      TN_("{n} message deleted. {sender} is now blocked.",
                          "{n} messages deleted. {sender} is now blocked."),
                      d->nmails, "/undo", undo_ids(r, d, true)};
    if (d->nsenders == 0)
        f = (struct flash){"ok",
                           TN_("{n} message deleted. No sender was added to the list.",
                               "{n} messages deleted. No sender was added to the list."),
                           d->nmails, "/undo", f.undo_ids};
    else if (d->nsenders > 1)
        f = (struct flash){"ok",
                           TN_("{n} message deleted. {count} senders are now blocked.",
                               "{n} messages deleted. {count} senders are now blocked."),
                           d->nmails, "/undo", f.undo_ids};
    return reply_flash(r, done_path(r, back), &f, "sender", said(d), "count",
                       view_int(r, d->nsenders), NULL);
}

static int
with_sender(struct web_req *r, const struct pg_confirm *v, bool allow)
{
    const char **ids = arena_calloc(r->a, (size_t)v->n, sizeof *ids);
    const char **patterns = arena_calloc(r->a, (size_t)v->n, sizeof *patterns);
    struct store_actor by = pg_actor(r);
    struct store_with_sender w = {.ids = ids,
                                  .patterns = patterns,
                                  .n = v->n,
                                  .days = atoi(in_text(r, "days")),
                                  .domain = *v->ours && in_bool(r, "for_all")};
    struct store_done d;
    bool whole = *v->domain && in_bool(r, "whole");
    w.report = !allow && *in_text(r, "what") ? in_text(r, "what") : NULL;
    if (w.report && !strcmp(w.report, "wanted"))
        w.report = NULL;
    for (int i = 0; i < v->n; i++) {
        ids[i] = v->rows[i].id;
        patterns[i] =
            whole ? sender_pattern_of(r->a, v->rows[i].pattern, true) : v->rows[i].pattern;
    }
    if (allow ? store_deliver_allow(r->db, &r->scope, r->a, &by, &w, &d, &r->err)
              : store_delete_block(r->db, &r->scope, r->a, &by, &w, &d, &r->err))
        return full(r, v->back);
    if (!d.nmails)
        return nothing(r, v, v->n);
    return allow ? tell_allowed(r, v->back, &d) : tell_blocked(r, v->back, &d);
}

static int
report(struct web_req *r, const struct pg_confirm *v, const char *const *ids)
{
    struct store_actor by = pg_actor(r);
    struct store_done d;
    const char *what = *in_text(r, "what") ? in_text(r, "what") : "spam";
    if (store_report_add(r->db, &r->scope, r->a, &by, ids, v->n, what, &d, &r->err))
        return full(r, v->back);
    struct flash f = {"ok",
                      TN_("Thank you. The message stays held, and an admin sees your report.",
                          "Thank you. The messages stay held, and an admin sees your reports."),
                      v->n, d.nreports ? "/undo" : NULL,
                      d.nreports ? undo_ids(r, &d, false) : NULL};
    return reply_flash(r, done_path(r, v->back), &f, NULL);
}

static int
request(struct web_req *r, const struct pg_confirm *v, const char *const *ids)
{
    struct store_actor by = pg_actor(r);
    const char *const *made;
    int n;
    if (store_request_ask(r->db, &r->scope, r->a, &by, ids, v->n, in_text(r, "note"), &made, &n,
                          &r->err)) {
        if (strcmp(r->err.code, "too_many") != 0)
            return -1;
        r->err.cls = ERR_NONE;
        return reply_flash(r, v->back,
                           &(struct flash){"error",
                                           N_("Nothing was sent: you have asked for many messages "
                                              "today. Go on tomorrow."),
                                           NULL, -1, NULL, NULL},
                           NULL);
    }
    if (!n)
        return reply_flash(r, v->back,
                           &(struct flash){"error",
                                           N_("Somebody has asked for this already. See My "
                                              "requests."),
                                           NULL, -1, NULL, NULL},
                           NULL);
    /* After this time those who decide are reminded. */
    long hours = (long)settings_int(SET_request_reminder_hours);
    struct flash f = {"ok",
                      TN_("Sent. You get an answer by e-mail, usually within {n} hour.",
                          "Sent. You get an answer by e-mail, usually within {n} hours."),
                      hours, "/requests/withdraw", pg_joined(r, made, n)};
    if (n > 1)
        f = (struct flash){
            "ok",
            TN_("{count} requests sent. You get an answer by e-mail, usually within {n} hour.",
                "{count} requests sent. You get an answer by e-mail, usually within {n} hours."),
            hours, f.undo_path, f.undo_ids};
    return reply_flash(r, done_path(r, v->back), &f, "count", view_int(r, n), NULL);
}

bool
pg_note_ok(struct web_req *r)
{
    int n = 0;
    for (const char *p = in_text(r, "note"); *p; p++)
        n += (*p & 0xc0) != 0x80;
    if (n > 200)
        in_error(r, "note", N_("Use at most 200 characters."));
    return !in_error_of(r, "note");
}

int
pg_done_act(struct web_req *r)
{
    const char *const *chosen, **ids;
    struct pg_confirm v = {.act = in_text(r, "do"),
                           .back = reply_back_field(r, "back", "/"),
                           .what = in_text(r, "what"),
                           .days = in_text(r, "days"),
                           .note = in_text(r, "note"),
                           .also_ask = in_bool(r, "also_ask")};
    int n = in_uuids(r, "id", &chosen);
    if (!*v.act)
        return reply_error(r, 400);
    if (n && load(r, chosen, n, &v))
        return -1;
    if (!v.n && !(v.nasks && v.also_ask))
        return nothing(r, &v, n);
    if (!pg_note_ok(r)) {
        if (load_or_ask(r, chosen, n, &v)) /* nothing is left to deliver since the page was shown */
            return -1;
        count(r, &v);
        t_confirm(r, &v);
        return reply_page(r, 422);
    }
    count(r, &v);
    if (!strcmp(v.act, "deliver") || (!strcmp(v.act, "ask") && n >= PG_MANY))
        return as_job(
            r, &v, chosen, n,
            &(struct store_bulk_order){.action = v.act, .also_ask = v.also_ask, .note = v.note});
    ids = arena_calloc(r->a, (size_t)v.n, sizeof *ids);
    for (int i = 0; i < v.n; i++)
        ids[i] = v.rows[i].id;
    if (!strcmp(v.act, "report"))
        return report(r, &v, ids);
    if (!strcmp(v.act, "ask"))
        return request(r, &v, ids);
    return with_sender(r, &v, !strcmp(v.act, "allow"));
}

/* ------------------------------------------------------------------ afterwards */

int
pg_done(struct web_req *r)
{
    struct store_held_filter f = held_filter_all("held", 1);
    struct store_held_counts counts;
    struct pg_done v = {.back = reply_back_field(r, "back", "/")};
    if (!r->session.flash || !*r->session.flash) /* looked at again: nothing was done just now */
        return reply_redirect(r, v.back);
    if (store_quarantine_counts(r->db, &r->scope, r->a, &f, &counts, &r->err))
        return -1;
    v.held = counts.held;
    /* This page is shown once: whoever undoes, or takes another language, is back where he came from. */
    r->here = v.back;
    t_done(r, &v);
    return reply_page(r, 200);
}

int
pg_undo(struct web_req *r)
{
    const char *const *ids, *back = reply_back_field(r, "back", "/");
    struct store_actor by = pg_actor(r);
    struct store_done d = {0};
    int n = in_uuids(r, "id", &ids);
    if (n && store_combined_undo(r->db, &r->scope, r->a, &by, ids, n, &d, &r->err))
        return -1;
    if (!d.nmails && !d.nsenders && !d.nreports)
        return nothing(r, &(struct pg_confirm){.back = back}, n);
    if (d.nmails)
        return reply_flash(
            r, back,
            &(struct flash){"ok",
                            TN_("{n} message put back. What was done with it is taken back.",
                                "{n} messages put back. What was done with them is taken back."),
                            d.nmails, NULL, NULL},
            NULL);
    const char *text =
        d.nsenders ? N_("The sender is off the list again.") : N_("Your report is taken back.");
    return reply_flash(r, back, &(struct flash){"ok", text, NULL, -1, NULL, NULL}, NULL);
}
