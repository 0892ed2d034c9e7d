/* Delivery history: own mail of the last 30 days and what became of it; a search is answered in one sentence. */
#include "pg_history.h"

#include <string.h>

#include "../../common/settings.h"
#include "../../common/when.h"
#include "../../store/store_history.h"
#include "../../store/store_org.h"
#include "../reasons.h"
#include "../view.h"
#include "../web_reply.h"
#include "pages.h"
#include "templates.h"

const struct field history_fields[] = {
    {"q", FIELD_TEXT, 200, false, NULL},
    {"result", FIELD_CHOICE, 0, false, "arrived|way|held|refused|stopped|deleted"},
    {"days", FIELD_CHOICE, 0, false, "1|7"},
    {"after", FIELD_TEXT, 80, false, NULL},
    {"before", FIELD_TEXT, 80, false, NULL},
    FIELDS_END,
};

#define MOST_STATES 6
static const struct {
    const char *id, *states[MOST_STATES];
} results[] = {
    {"arrived", {"delivered"}},
    {"way", {"passed", "queued", "deferred", "releasing"}},
    {"held", {"held"}},
    {"refused", {"rejected"}},
    {"stopped", {"dropped", "bounced", "expired", "unaccepted"}},
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

/* What the recipient of refused mail may do. */
enum next { LOOK, AGAIN, ASK, NEXTS };
static const char *const next_words[NEXTS] = {
    [LOOK] =
        N_("The sender was told. If you want it, look at your list of blocked senders or ask your "
           "administrator."),
    [AGAIN] =
        N_("The sender was told. If you need it, ask the sender to put this right and to send it "
           "again."),
    [ASK] = N_("The sender was told. If you need it, ask your administrator."),
};

static const struct {
    const char *code, *sentence;
    enum next next;
} refusals[] = {
#define REFUSED(code, sentence, next) {code, sentence, next},
#include "../refused_words.def"
#undef REFUSED
};

/* Refused before it came in: nothing is known of it but sender, recipient and time. */
static void
fill_refused(struct web_req *r, const struct store_history *m, struct pg_history_row *w)
{
    size_t i = 0;
    while (*refusals[i].code && strcmp(refusals[i].code, m->refusal) != 0)
        i++;
    w->subject = T("(refused before it came in: subject not known)");
    w->reason = T(refusals[i].sentence);
    w->sender_told = *m->envelope_sender != '\0';
    w->next = w->sender_told ? T(next_words[refusals[i].next])
                             : T("If you need it, ask your administrator.");
    w->page = NULL;
}

/* msgid of the sentence about the newest mail that was found. */
static const char *
sentence(const struct pg_history_row *m)
{
    const char *state = m->state;
    if (!m->page)
        return m->sender_told
                   ? N_("The newest one, from {sender}, was refused, and the sender was told: {time}.")
                   : N_("The newest one, from {sender}, was refused: {time}.");
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
        return T("No mail to you in this time matches. Mail that was refused is found by its sender "
                 "only. If it was sent, ask the sender what answer came back.");
    const struct pg_history_row *m = &v->rows[0];
    return TF(T(sentence(m)), "subject", m->subject, "sender", m->from_address, "time",
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
        .link = m->was_held && strcmp(m->state, "gone") && strcmp(m->state, "purged")
                    ? arena_printf(r->a, "/m/%s", m->recipient_id)
                    : NULL,
        .page = arena_printf(r->a, "/history/%s", m->recipient_id),
        .received = m->received_at,
        .changed = m->state_at};
    if (!*w->from_address)
        w->from_address = T("(no sender)");
    if (*m->refusal)
        fill_refused(r, m, w);
}

/* How far back the list goes: 30 days, or as long as records of mail and of what was refused are kept for certain (partition_drop()). */
static int
days_kept(struct web_req *r, int *days)
{
    struct store_org org;
    *days = (int)settings_int(SET_tracking_days);
    if (*days < 30) {
        if (store_org_get(r->db, &r->scope, r->a, &org, &r->err))
            return -1;
        if (*days < org.retention_days + 2)
            *days = org.retention_days + 2;
    }
    if (*days > 30)
        *days = 30;
    return 0;
}

static const char *
period(struct web_req *r, int days)
{
    return TF(TN("Last day", "Last {n} days", days), "n", view_int(r, days));
}

static void
options(struct web_req *r, struct pg_history *v)
{
    const struct ui_option all[] = {{"", T("All results"), NULL},
                                    {"arrived", T("Delivered"), NULL},
                                    {"way", T("On its way"), NULL},
                                    {"held", T("Held"), NULL},
                                    {"refused", T("Refused"), NULL},
                                    {"stopped", T("Not delivered"), NULL},
                                    {"deleted", T("Deleted"), NULL},
                                    {NULL, NULL, NULL}};
    struct ui_option *copy = arena_alloc(r->a, sizeof all);
    memcpy(copy, all, sizeof all);
    v->results = copy;
    static const char *const shorter[] = {"7", "1"};
    copy = arena_calloc(r->a, 4, sizeof *copy);
    v->periods = copy;
    *copy++ = (struct ui_option){"", period(r, v->kept), NULL};
    for (int i = 0; i < 2; i++)
        if (*shorter[i] - '0' < v->kept)
            *copy++ = (struct ui_option){shorter[i], period(r, *shorter[i] - '0'), NULL};
}

/* Pages of both directions begin at the row at the edge of this one. */
static const char *
page_at(struct web_req *r, const struct pg_history *v, const char *name,
        const struct store_history *m)
{
    return view_path(r, "/history", "q", v->q, "result", v->result, "days", v->days, name,
                     store_cursor_text(r->a, m->received_at, m->recipient_id), NULL);
}

static void
pager(struct web_req *r, struct pg_history *v, const struct store_history *rows, bool newer,
      bool inside, bool more)
{
    if (!v->n)
        return;
    if (newer ? more : inside)
        v->pager.newer = page_at(r, v, "before", &rows[0]);
    if (newer || more)
        v->pager.older = page_at(r, v, "after", &rows[v->n - 1]);
}

int
pg_history(struct web_req *r)
{
    struct pg_history v = {
        .q = in_text(r, "q"), .result = in_text(r, "result"), .days = in_text(r, "days")};
    bool newer = *in_text(r, "before") != '\0', more;
    struct store_cursor from = store_cursor_parse(in_text(r, newer ? "before" : "after"));
    struct store_history *rows;
    int nstates;
    if (days_kept(r, &v.kept))
        return -1;
    int days = *v.days ? *v.days - '0' : v.kept;
    const char *const *states = states_of(v.result, &nstates);
    if (store_history_list(r->db, &r->scope, r->a, when_now() - days * 24 * 3600 * 1000LL, states,
                           nstates, v.q, &from, newer, r->session.page_size, &rows, &v.n, &more,
                           &r->err))
        return -1;
    struct pg_history_row *out = arena_calloc(r->a, (size_t)v.n + 1, sizeof *out);
    for (int i = 0; i < v.n; i++) {
        fill(r, &rows[i], &out[i]);
        v.several_mailboxes |= strcmp(rows[i].recipient, r->session.address) != 0;
    }
    v.rows = out;
    v.filtered = *v.q || *v.result || *v.days;
    if (!v.n && *from.id) /* the page that was asked for has emptied */
        return reply_redirect(
            r, view_path(r, "/history", "q", v.q, "result", v.result, "days", v.days, NULL));
    options(r, &v);
    if (*v.q && !*from.id)
        v.answer = answer(r, &v);
    pager(r, &v, rows, newer && *from.id, *from.id, more);
    t_history(r, &v);
    return reply_page(r, 200);
}

/* ------------------------------------------------------------------ one message */

static const struct {
    const char *kind, *icon, *tone, *word;
} words[] = {
#define STEP(kind, icon, tone, word) {#kind, icon, tone, word},
#include "../history_steps.def"
#undef STEP
};

static void
add_step(struct web_req *r, const struct store_history_step *s, struct pg_history_page *v,
         struct pg_history_step *out)
{
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (!strcmp(words[i].kind, s->kind) &&
            (!v->n ||
             strcmp(out[v->n - 1].word, T(words[i].word)))) /* tried again and again: once */
            out[v->n++] = (struct pg_history_step){words[i].icon, words[i].tone, T(words[i].word),
                                                   s->me ? T("You") : view_safe(r, s->who), s->at};
}

int
pg_history_message(struct web_req *r)
{
    struct pg_history_page v = {.back = "/history"};
    struct store_history m;
    struct store_history_step *steps;
    int n;
    if (store_history_get(r->db, &r->scope, r->a, r->id, &m, &steps, &n, &r->err))
        return -1;
    fill(r, &m, &v.m);
    struct pg_history_step *out = arena_calloc(r->a, (size_t)n + 1, sizeof *out);
    out[v.n++] = (struct pg_history_step){"download", "", T("Arrived"), "", m.received_at};
    for (int i = 0; i < n; i++)
        add_step(r, &steps[i], &v, out);
    v.steps = out;
    t_history_message(r, &v);
    return reply_page(r, 200);
}
