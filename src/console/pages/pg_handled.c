#include "pg_handled.h"

#include <string.h>

#include "../../common/jsonx.h"
#include "../../common/token.h"
#include "../../store/store_rights.h"
#include "../rights.h"
#include "../view.h"

const char *
handled_text(struct web_req *r, const struct store_held_page *p)
{
    const char *who = view_safe(r, p->state_by), *when = view_when(r, p->m.state_at);
    bool deleted = !strcmp(p->m.state, "deleted");
    if (!strcmp(p->m.state, "held") || !strcmp(p->m.state, "purged"))
        return NULL;
    if (!*who)
        return deleted ? TF(T("Deleted {when}"), "when", when) : NULL;
    return deleted ? TF(T("Deleted by {who}, {when}"), "who", who, "when", when)
                   : TF(T("Delivered by {who}, {when}"), "who", who, "when", when);
}

static bool
among(const char *id, const char *const *ids, int n)
{
    for (int i = 0; i < n; i++)
        if (!strcmp(ids[i], id))
            return true;
    return false;
}

int
handled_find(struct web_req *r, const char *const *chosen, int n, const char *const *done,
             int ndone, struct handled *out)
{
    struct store_held_sender *rows;
    const struct rights *rights;
    int nrows;
    *out = (struct handled){.ask = arena_calloc(r->a, (size_t)n + 1, sizeof *out->ask),
                            .by = arena_calloc(r->a, (size_t)n + 1, sizeof *out->by)};
    if (rights_load(r, &rights) ||
        store_held_senders(r->db, &r->scope, r->a, chosen, n, &rows, &nrows, &r->err))
        return -1;
    for (int i = 0; i < nrows; i++) {
        if (among(rows[i].recipient_id, done, ndone))
            continue;
        if (strcmp(rows[i].state, "held"))
            out->by[out->nby++] = rows[i].recipient_id;
        else if (rights_of(rights, rows[i].kind) & RIGHT_ASK)
            out->ask[out->nask++] = rows[i].recipient_id;
    }
    return 0;
}

int
handled_shown(struct web_req *r, const char *const **ids)
{
    json_t *j;
    const char **out = arena_calloc(r->a, HANDLED_MAX, sizeof *out), *list;
    int n = 0;
    *ids = out;
    if (!r->session.flash || !*r->session.flash ||
        jsonx_load(r->a, r->session.flash, strlen(r->session.flash), 65536, &j, NULL) < 0)
        return 0;
    list = jsonx_str(json_object_get(j, "values"), "handled");
    if (!list)
        return 0;
    char *save, *text = arena_strdup(r->a, list);
    for (char *id = strtok_r(text, ",", &save); id && n < HANDLED_MAX;
         id = strtok_r(NULL, ",", &save))
        if (token_is_uuid(id))
            out[n++] = id;
    return n;
}
