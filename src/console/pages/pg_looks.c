#include "pg_looks.h"

#include <string.h>

#include "../view.h"
#include "../web_reply.h"
#include "pages.h"
#include "pg_security.h"
#include "templates.h"

const struct field looks_fields[] = {
    {"before", FIELD_INT, 0x7fffffff, false, NULL},
    FIELDS_END,
};

static const struct {
    const char *event, *icon, *tone, *what;
} words[] = {
#define LOOK(event, icon, tone, text) {event, icon, tone, text},
#include "../looks.def"
#undef LOOK
};

static struct pg_look
look(struct web_req *r, const struct store_look *l)
{
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (!strcmp(l->event, words[i].event))
            return (struct pg_look){l, "", words[i].icon, words[i].tone, T(words[i].what)};
    return (struct pg_look){l, "", "circle-help", "", l->event};
}

int
pg_looks(struct web_req *r)
{
    struct store_look *rows;
    bool more;
    int64_t before = in_int(r, "before", 0);
    struct pg_looks_view v = {.first = !before};
    if (pg_security_held(r, &v.held) ||
        store_looks_list(r->db, &r->scope, r->a, before, r->session.page_size, &rows, &v.n, &more,
                         &r->err))
        return -1;
    v.rows = arena_calloc(r->a, (size_t)v.n + 1, sizeof *v.rows);
    for (int i = 0; i < v.n; i++) {
        v.rows[i] = look(r, &rows[i]);
        v.rows[i].who = !strncmp(rows[i].who, "cli:", 4) ? T("Operator of the mail gateway")
                        : !strcmp(rows[i].who, "system") ? T("The mail gateway itself")
                                                         : view_safe(r, rows[i].who);
    }
    if (before)
        v.pager.newer = "/settings/activity";
    if (more)
        v.pager.older = view_path(r, "/settings/activity", "before",
                                  arena_printf(r->a, "%lld", (long long)rows[v.n - 1].seq), NULL);
    t_looks(r, &v);
    return reply_page(r, 200);
}
