/* "Select all 1,284 that match": the filter itself is the selection, frozen by its time. A page offers what can be done,
 * another asks where there is something to say; a job does it, and its page shows how far it is and undoes it as a whole. */
#include "pg_bulk.h"

#include <stdlib.h>
#include <string.h>

#include "../../common/jsonx.h"
#include "../../common/when.h"
#include "../../store/store_bulk.h"
#include "../../store/store_sender.h"
#include "../view.h"
#include "../web_reply.h"
#include "pages.h"
#include "pg_actor.h"
#include "pg_confirm.h"
#include "pg_held_query.h"
#include "templates.h"

#define KINDS "spam|graymail|phishing|impersonation|malware|unverified|blocked|content|unscannable"
#define RELOAD_S 2

#define DAYS "0|7|30|90|365"
#define WHATS "spam|phishing|wanted"

/* What is meant: the filter of the list, and which list. */
#define FILTER_FIELDS                          \
    {"q", FIELD_TEXT, 200, false, NULL},       \
    {"kind", FIELD_CHOICE, 0, false, KINDS},   \
    {"days", FIELD_INT, 3650, false, NULL},    \
    {"soon", FIELD_BOOL, 0, false, NULL},      \
    {"mailbox", FIELD_TEXT, 320, false, NULL}, \
    {"sort", FIELD_TEXT, 10, false, NULL},     \
    {"in", FIELD_CHOICE, 0, false, "deleted"}

const struct field bulk_query[] = {
    FILTER_FIELDS,
    {"until", FIELD_TEXT, 20, false, NULL},
    {"do", FIELD_CHOICE, 0, false, "deliver|ask|report|allow|block"},
    FIELDS_END,
};
const struct field bulk_fields[] = {
    FILTER_FIELDS,
    {"until", FIELD_TEXT, 20, true, NULL},
    {"do", FIELD_CHOICE, 0, true, "deliver|delete|undelete|ask|report|allow|block"},
    {"also_ask", FIELD_BOOL, 0, false, NULL},
    {"note", FIELD_TEXT, 800, false, NULL},
    {"what", FIELD_CHOICE, 0, false, WHATS},
    {"keep", FIELD_CHOICE, 0, false, DAYS},
    FIELDS_END,
};
const struct field bulk_job_fields[] = {
    {"back", FIELD_TEXT, REPLY_PATH_MAX, false, NULL},
    FIELDS_END,
};

/* The list that is meant, and the filter of its rows. */
static bool
read_filter(struct web_req *r, struct held_query *q, struct store_held_filter *f, int64_t at)
{
    bool deleted = *in_text(r, "in") != '\0';
    held_query_read(r, q, f, at);
    if (deleted) {
        *q = held_query_none();
        *f = held_filter_all("deleted", 1);
    }
    return deleted;
}

static const char *
list_path(struct web_req *r, const struct held_query *q, bool deleted)
{
    return deleted ? "/deleted" : held_query_path(r, q, "/", NULL, NULL);
}

int
pg_bulk_nothing(struct web_req *r, const char *back)
{
    return reply_flash(r, back,
                       &(struct flash){"error",
                                       N_("Nothing was done: no message matches any more, or other "
                                          "actions of yours are still running."),
                                       NULL, -1, NULL, NULL},
                       NULL);
}

/* The time that the page showed; never one that is still to come. */
static int64_t
read_until(struct web_req *r)
{
    int64_t v = 0, now = when_now();
    for (const char *p = in_text(r, "until"); *p >= '0' && *p <= '9' && v < now; p++)
        v = v * 10 + (*p - '0');
    return v > 0 && v < now ? v : now;
}

/* How many of them an action is for. */
static int64_t
meant(const struct pg_bulk *v)
{
    return !strcmp(v->act, "deliver") ? v->deliverable
           : !strcmp(v->act, "ask")   ? v->askable
           : !strcmp(v->act, "allow") ? v->allowable
           : !strcmp(v->act, "block") ? v->blockable
                                      : v->all;
}

static void
fill(struct web_req *r, const struct held_query *q, struct pg_bulk *v)
{
    const char *until = arena_printf(r->a, "%lld", (long long)v->until);
    v->q = q->q;
    v->kind = q->kind;
    v->days = q->days == 30 ? "" : arena_printf(r->a, "%d", q->days);
    v->period = q->days && !v->deleted
                    ? TF(TN("Last day", "Last {n} days", q->days), "n", view_int(r, q->days))
                    : NULL;
    v->soon = q->soon;
    v->mailbox = q->mailbox;
    v->sort = q->sort;
    v->path = arena_printf(r->a, "%s&do=", held_query_path(r, q, "/bulk", "until", until));
}

/* The page that offers all actions, or that of one (ask of those that it is for); shows and changes nothing. */
static int
show(struct web_req *r, struct pg_bulk *v, int status)
{
    struct held_query q;
    struct store_held_filter f;
    struct store_bulk_count n;
    v->until = read_until(r);
    v->held = -1;
    v->deleted = read_filter(r, &q, &f, v->until);
    v->back = list_path(r, &q, v->deleted);
    if (store_bulk_count(r->db, &r->scope, r->a, &f, v->until, &n, &r->err))
        return -1;
    v->all = n.all;
    v->deletable = n.deletable;
    v->deliverable = n.deliverable;
    v->askable = n.askable;
    v->allowable = n.allowable;
    v->blockable = n.blockable;
    v->requests = n.requests;
    v->reports = n.reports;
    v->room = STORE_SENDERS_MAX;
    fill(r, &q, v);
    if (!n.all || !meant(v) || (v->deleted && *v->act))
        return pg_bulk_nothing(r, v->back);
    if (*v->act)
        t_bulk_act(r, v);
    else
        t_bulk(r, v);
    return reply_page(r, status);
}

int
pg_bulk(struct web_req *r)
{
    return show(
        r,
        &(struct pg_bulk){
            .act = in_text(r, "do"), .what = "spam", .keep = "0", .note = "", .also_ask = true},
        200);
}

/* The filter as the audit log keeps it. */
static const char *
filter_json(struct web_req *r, const struct held_query *q, const struct store_held_filter *f,
            int64_t until)
{
    json_t *j = json_pack("{s:s,s:I,s:I}", "state", f->state, "since", (json_int_t)f->since,
                          "until", (json_int_t)until);
    if (*q->q)
        json_object_set_new(j, "search", jsonx_text(r->a, q->q, strlen(q->q)));
    if (*q->kind)
        json_object_set_new(j, "kind", json_string(q->kind));
    if (*q->mailbox)
        json_object_set_new(j, "mailbox", jsonx_text(r->a, q->mailbox, strlen(q->mailbox)));
    if (q->soon)
        json_object_set_new(j, "expires_before", json_integer(f->expires_before));
    return jsonx_dump(r->a, jsonx_own(r->a, j), NULL);
}

const char *
pg_bulk_job_path(struct web_req *r, const char *job, const char *back)
{
    const char *path = arena_printf(r->a, "/bulk/%s", job), *whole;
    whole = view_path(r, path, "back", strcmp(back, "/") != 0 ? back : NULL, NULL);
    return strlen(whole) < REPLY_PATH_MAX ? whole : path;
}

/* What is wrong in the filter counts as not set, and would stand for more than the page said. */
static bool
filter_ok(struct web_req *r)
{
    static const char *const names[] = {"q", "kind", "days", "mailbox", "in", "until"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (in_error_of(r, names[i]))
            return false;
    return true;
}

int
pg_bulk_start(struct web_req *r)
{
    struct held_query q;
    struct store_held_filter f;
    struct store_actor by = pg_actor(r);
    const char *job, *act = in_text(r, "do"), *what = in_text(r, "what");
    int64_t until = read_until(r);
    bool deleted = read_filter(r, &q, &f, until);
    struct store_bulk_order order = {.action = act,
                                     .also_ask = in_bool(r, "also_ask"),
                                     .note = in_text(r, "note"),
                                     .days = atoi(in_text(r, "keep"))};
    if (!*act || !filter_ok(r) || deleted != !strcmp(act, "undelete"))
        return reply_error(r, 400);
    if (!strcmp(act, "report"))
        order.what = *what ? what : "spam";
    if (!pg_note_ok(r)) {
        return show(r,
                    &(struct pg_bulk){.act = act,
                                      .what = what,
                                      .keep = in_text(r, "keep"),
                                      .note = order.note,
                                      .also_ask = order.also_ask},
                    422);
    }
    if (store_bulk_start(r->db, &r->scope, r->a, &by, &f, until, &order,
                         filter_json(r, &q, &f, until), &job, &r->err) == 0)
        return reply_redirect(r, pg_bulk_job_path(r, job, deleted ? "/" : list_path(r, &q, false)));
    if (r->err.cls != ERR_CONFLICT)
        return -1;
    r->err.cls = ERR_NONE;
    return pg_bulk_nothing(r, list_path(r, &q, deleted));
}

/* What of it can be undone; what was delivered stays so. */
static bool
can_undo(const struct pg_bulk_job *v)
{
    if (v->undone)
        return false;
    if (!strcmp(v->action, "delete") || !strcmp(v->action, "block") || !strcmp(v->action, "report"))
        return v->running || v->changed;
    if (!strcmp(v->action, "ask"))
        return v->running || v->asked;
    return !v->running && (!strcmp(v->action, "allow") ? v->senders > 0 : v->asked > 0);
}

int
pg_bulk_job(struct web_req *r)
{
    struct store_bulk b;
    if (store_bulk_get(r->db, &r->scope, r->a, r->id, &b, &r->err))
        return -1;
    struct pg_bulk_job v = {.id = r->id,
                            .action = b.action,
                            .running = !strcmp(b.state, "running") || !strcmp(b.state, "undoing"),
                            .undone = !strncmp(b.state, "undo", 4),
                            .done = b.done,
                            .changed = b.changed,
                            .returned = b.returned,
                            .total = b.total,
                            .asked = b.asked,
                            .senders = b.senders,
                            .limited = b.limited,
                            .barred = b.barred};
    bool requests = !strcmp(b.action, "ask") || !strcmp(b.action, "deliver");
    int64_t made = requests ? b.asked : !strcmp(b.action, "allow") ? 0 : b.changed;
    v.of = v.undone ? made : b.total;
    v.handled = v.undone ? (made > b.returned ? made - b.returned : 0)
                         : b.total - b.changed - b.asked - b.limited - b.barred;
    v.can_undo = can_undo(&v);
    v.back = reply_back_field(r, "back", "/");
    v.path = pg_bulk_job_path(r, r->id, v.back);
    if (v.running)
        reply_reload(r, RELOAD_S);
    t_bulk_job(r, &v);
    return reply_page(r, 200);
}

int
pg_bulk_undo(struct web_req *r)
{
    if (store_bulk_undo(r->db, &r->scope, r->a, r->id, &r->err)) {
        if (r->err.cls != ERR_CONFLICT)
            return -1;
        r->err.cls = ERR_NONE; /* its page says how it is */
    }
    return reply_redirect(r, pg_bulk_job_path(r, r->id, reply_back_field(r, "back", "/")));
}
