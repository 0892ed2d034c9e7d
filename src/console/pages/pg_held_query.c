/* The filter of a person's list of held mail: read from the address, written into addresses, counted. */
#include "pg_held_query.h"

#include <string.h>

#include "../view.h"
#include "../ui.h"

static const char *
days_text(struct web_req *r, int days)
{
    return days == 30 ? NULL : arena_printf(r->a, "%d", days);
}

const char *
held_query_path(struct web_req *r, const struct held_query *q, const char *path, const char *name,
                const char *value)
{
    return view_path(r, path, "q", q->q, "kind", q->kind, "days", days_text(r, q->days), "soon",
                     q->soon ? "1" : NULL, "mailbox", q->mailbox, "sort", q->sort, name, value,
                     NULL);
}

struct store_held_filter
held_filter_all(const char *state, int limit)
{
    return (struct store_held_filter){.search = "",
                                      .kind = "",
                                      .domain = "",
                                      .recipient = "",
                                      .state = state,
                                      .own = true,
                                      .limit = limit};
}

struct held_query
held_query_none(void)
{
    return (struct held_query){.q = "", .kind = "", .mailbox = "", .sort = ""};
}

void
held_query_read(struct web_req *r, struct held_query *q, struct store_held_filter *f, int64_t at)
{
    const char *sort = in_text(r, "sort");
    *q = (struct held_query){.q = in_text(r, "q"),
                             .kind = "",
                             .mailbox = in_text(r, "mailbox"),
                             .sort = "",
                             .days = (int)in_int(r, "days", 30),
                             .soon = in_bool(r, "soon")};
    for (const struct ui_kind *k = ui_kinds(); k->id; k++)
        if (!strcmp(k->id, in_text(r, "kind")))
            q->kind = k->id;
    if (!strcmp(sort, "expires") || !strcmp(sort, "sender"))
        q->sort = sort;
    if (q->days != 0 && q->days != 1 && q->days != 7)
        q->days = 30;
    int64_t day = 24 * 3600 * 1000LL;
    *f = held_filter_all("held", r->session.page_size);
    f->search = q->q;
    f->kind = q->kind;
    f->recipient = q->mailbox;
    f->order = q->sort;
    f->since = q->days ? at - q->days * day : 0;
    f->expires_before = q->soon ? at + STORE_SOON_MS : 0;
}

static bool
matches(const struct store_held_sort *s, const struct held_query *q)
{
    return s->hit && (!*q->kind || !strcmp(s->kind, q->kind)) &&
           (!*q->mailbox || !strcmp(s->mailbox, q->mailbox)) &&
           (!q->days || (s->age && s->age <= q->days)) && (!q->soon || s->soon);
}

int64_t
held_count(const struct held_sorts *c, const struct held_query *q)
{
    int64_t n = 0;
    for (int i = 0; i < c->n; i++)
        if (!strcmp(c->rows[i].state, "held") && (!q || matches(&c->rows[i], q)))
            n += c->rows[i].n;
    return n;
}

int64_t
held_count_deleted(const struct held_sorts *c)
{
    int64_t n = 0;
    for (int i = 0; i < c->n; i++)
        if (!strcmp(c->rows[i].state, "deleted"))
            n += c->rows[i].n;
    return n;
}
