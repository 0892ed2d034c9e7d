#include "pg_handled.h"

#include <string.h>

#include "../../common/jsonx.h"
#include "../../common/token.h"
#include "../../store/store_rights.h"
#include "../rights.h"
#include "../view.h"
#include "../web_reply.h"
#include "pages.h"
#include "pg_actor.h"

/* What became of a message, as far as that is known. */
enum became { UNKNOWN, DELETED, DELETED_BY, DELIVERED_BY };

static enum became
became(struct web_req *r, const struct store_held_page *p, const char **who, const char **when)
{
    bool deleted = !strcmp(p->m.state, "deleted");
    *who = view_safe(r, p->state_by);
    *when = view_when(r, p->m.state_at);
    if (!strcmp(p->m.state, "held") || !strcmp(p->m.state, "purged") || !strcmp(p->m.state, "gone"))
        return UNKNOWN;
    if (!**who)
        return deleted ? DELETED : UNKNOWN;
    return deleted ? DELETED_BY : DELIVERED_BY;
}

const char *
handled_text(struct web_req *r, const struct store_held_page *p)
{
    const char *who, *when;
    switch (became(r, p, &who, &when)) {
    case DELETED:
        return TF(T("Deleted {when}"), "when", when);
    case DELETED_BY:
        return TF(T("Deleted by {who}, {when}"), "who", who, "when", when);
    case DELIVERED_BY:
        return TF(T("Delivered by {who}, {when}"), "who", who, "when", when);
    case UNKNOWN:
        break;
    }
    return NULL;
}

/* A sentence about the only message that was chosen; *text stays when there is nothing to be said. */
static int
said_of_one(struct web_req *r, const char *id, const char **text, const char **who, const char **when)
{
    static const char *const texts[] = {
        [DELETED] = N_("Nothing was changed: deleted {when}."),
        [DELETED_BY] = N_("Nothing was changed: deleted by {who}, {when}."),
        [DELIVERED_BY] = N_("Nothing was changed: delivered by {who}, {when}."),
    };
    struct store_held_page p;
    if (store_quarantine_get(r->db, &r->scope, r->a, id, NULL, &p, &r->err)) {
        if (r->err.cls != ERR_NOTFOUND)
            return -1;
        r->err.cls = ERR_NONE;
        return 0;
    }
    enum became b = became(r, &p, who, when);
    if (b != UNKNOWN)
        *text = texts[b];
    return 0;
}

int
handled_reply(struct web_req *r, const char *back, const char *text, int asked,
              const char *const *by, int nby)
{
    const char *who = "", *when = "";
    if (asked == 1 && nby == 1 && said_of_one(r, by[0], &text, &who, &when))
        return -1;
    return reply_flash(r, back, &(struct flash){"error", text, NULL, -1, NULL, NULL}, "handled",
                       pg_joined(r, by, nby < HANDLED_MAX ? nby : HANDLED_MAX), "who", who, "when",
                       when, NULL);
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
