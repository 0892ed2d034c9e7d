/* Delivery history: own mail of the last 30 days and what became of it; a search is answered in one sentence. */
#include "pg_history.h"

#include <string.h>

#include "../../common/when.h"
#include "../../store/store_history.h"
#include "../reasons.h"
#include "../view.h"
#include "../web_reply.h"
#include "pages.h"
#include "templates.h"

const struct field history_fields[] = {
    {"q", FIELD_TEXT, 200, false, NULL},
    {"result", FIELD_CHOICE, 0, false, "arrived|way|held|stopped|deleted"},
    {"days", FIELD_CHOICE, 0, false, "1|7"},
    {"after", FIELD_TEXT, 80, false, NULL},
    FIELDS_END,
};

#define MOST_STATES 6
static const struct {
    const char *id, *states[MOST_STATES];
} results[] = {
    {"arrived", {"delivered"}},
    {"way", {"passed", "queued", "deferred", "releasing"}},
    {"held", {"held"}},
    {"stopped", {"rejected", "dropped", "bounced", "expired", "unaccepted"}},
    {"deleted", {"deleted", "gone", "purged"}},
};

static const char *const *
states_of(const char *result, int *n)
{
    *n = 0;
    for (size_t i = 0; i < sizeof results / sizeof *results; i++) {
        if (strcmp(results[i].id, result) != 0)
            continue;
        while (*n < MOST_STATES && results[i].states[*n])
            ++*n;
        return results[i].states;
    }
    return NULL;
}

static bool
is_one_of(const char *state, const char *result)
{
    int n;
    const char *const *list = states_of(result, &n);
    for (int i = 0; i < n; i++)
        if (!strcmp(list[i], state))
            return true;
    return false;
}

/* msgid of the sentence about the newest mail that was found. */
static const char *
sentence(const char *state)
{
    if (!strcmp(state, "delivered"))
        return N_(
            "The newest one, {subject} from {sender}, was delivered to your mail server: {time}.");
    if (!strcmp(state, "held"))
        return N_(
            "The newest one, {subject} from {sender}, is held in your quarantine since {time}.");
    if (is_one_of(state, "way"))
        return N_("The newest one, {subject} from {sender}, is on its way to your mail server "
                  "since {time}.");
    if (is_one_of(state, "deleted"))
        return N_("The newest one, {subject} from {sender}, was held and then deleted: {time}.");
    return N_("The newest one, {subject} from {sender}, was not delivered: {time}.");
}

static const char *
answer(struct web_req *r, const struct pg_history *v)
{
    if (!v->n)
        return T(
            "No mail to you in this time matches. If it was sent, ask the sender what answer came "
            "back.");
    const struct pg_history_row *m = &v->rows[0];
    return TF(T(sentence(m->state)), "subject", m->subject, "sender", m->from_address, "time",
              view_when_full(r, m->changed));
}

static void
fill(struct web_req *r, const struct store_history *m, struct pg_history_row *w)
{
    bool fine = is_one_of(m->state, "arrived") || is_one_of(m->state, "way");
    *w = (struct pg_history_row){
        .from_name = view_safe(r, m->header_from_name),
        .from_address = view_safe(r, *m->header_from ? m->header_from : m->envelope_sender),
        .subject = *m->subject ? view_safe(r, m->subject) : T("(no subject)"),
        .mailbox = view_safe(r, m->recipient),
        .state = m->state,
        .reason = fine || !*m->kind ? "" : reasons_first(r, m->reasons, m->kind),
        .link = m->was_held && strcmp(m->state, "gone") && strcmp(m->state, "purged") ? arena_printf(r->a, "/m/%s", m->recipient_id) : NULL,
        .received = m->received_at,
        .changed = m->state_at};
    if (!*w->from_address)
        w->from_address = T("(no sender)");
}

static void
options(struct web_req *r, struct pg_history *v)
{
    const struct ui_option all[] = {{"", T("All results"), NULL},
                                    {"arrived", T("Delivered"), NULL},
                                    {"way", T("On its way"), NULL},
                                    {"held", T("Held"), NULL},
                                    {"stopped", T("Not delivered"), NULL},
                                    {"deleted", T("Deleted"), NULL},
                                    {NULL, NULL, NULL}};
    const struct ui_option times[] = {
        {"", TF(TN("Last day", "Last {n} days", 30), "n", view_int(r, 30)), NULL},
        {"7", TF(TN("Last day", "Last {n} days", 7), "n", view_int(r, 7)), NULL},
        {"1", TF(TN("Last day", "Last {n} days", 1), "n", view_int(r, 1)), NULL},
        {NULL, NULL, NULL}};
    struct ui_option *copy = arena_alloc(r->a, sizeof all);
    memcpy(copy, all, sizeof all);
    v->results = copy;
    copy = arena_alloc(r->a, sizeof times);
    memcpy(copy, times, sizeof times);
    v->periods = copy;
}

int
pg_history(struct web_req *r)
{
    struct pg_history v = {
        .q = in_text(r, "q"), .result = in_text(r, "result"), .days = in_text(r, "days")};
    struct store_cursor from = store_cursor_parse(in_text(r, "after"));
    struct store_history *rows;
    int nstates, days = *v.days ? *v.days - '0' : 30;
    const char *const *states = states_of(v.result, &nstates);
    bool more;
    if (store_history_list(r->db, &r->scope, r->a, when_now() - days * 24 * 3600 * 1000LL, states,
                           nstates, v.q, &from, r->session.page_size, &rows, &v.n, &more, &r->err))
        return -1;
    struct pg_history_row *out = arena_calloc(r->a, (size_t)v.n + 1, sizeof *out);
    for (int i = 0; i < v.n; i++) {
        fill(r, &rows[i], &out[i]);
        v.several_mailboxes |= strcmp(rows[i].recipient, r->session.address) != 0;
    }
    v.rows = out;
    v.filtered = *v.q || *v.result || *v.days;
    options(r, &v);
    if (*v.q && !*from.id)
        v.answer = answer(r, &v);
    if (*from.id)
        v.pager.newer =
            view_path(r, "/history", "q", v.q, "result", v.result, "days", v.days, NULL);
    if (more)
        v.pager.older = view_path(
            r, "/history", "q", v.q, "result", v.result, "days", v.days, "after",
            store_cursor_text(r->a, rows[v.n - 1].received_at, rows[v.n - 1].recipient_id), NULL);
    t_history(r, &v);
    return reply_page(r, 200);
}
