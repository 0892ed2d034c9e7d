/* Delivering, deleting and putting back held mail; more than ten at once are asked for. */
#include <string.h>

#include "../../store/store_quarantine.h"
#include "../view.h"
#include "../web_reply.h"
#include "pages.h"
#include "pg_actor.h"
#include "pg_held.h"
#include "pg_held_query.h"
#include "templates.h"

#define ASK_FROM 11

const struct field held_act_fields[] = {
    {"id", FIELD_UUIDS, 100, false, NULL},
    {"back", FIELD_TEXT, REPLY_PATH_MAX, false, NULL},
    {"confirmed", FIELD_BOOL, 0, false, NULL},
    FIELDS_END,
};

static const char *
back_of(struct web_req *r)
{
    return reply_back_field(r, "back", "/quarantine");
}

/* The page that asks; what is no longer held is left out. */
static int
ask(struct web_req *r, const char *action, const char *const *ids, int n)
{
    struct pg_held_row *rows = arena_calloc(r->a, (size_t)n, sizeof *rows);
    struct pg_held_confirm v = {.action = action, .rows = rows, .back = back_of(r)};
    struct store_held_page p;

    for (int i = 0; i < n; i++) {
        if (store_quarantine_get(r->db, &r->scope, r->a, ids[i], NULL, &p, &r->err)) {
            if (r->err.cls != ERR_NOTFOUND)
                return -1;
            r->err.cls = ERR_NONE;
        } else if (!strcmp(p.m.state, "held")) {
            rows[v.n++] = pg_held_row(r, &p.m);
            v.risky += !ui_kind(p.m.kind)->user_delivers;
        }
    }
    t_held_confirm(r, &v);
    return reply_page(r, 200);
}

static int
nothing(struct web_req *r, int asked)
{
    const char *text = asked ? N_("Nothing was changed: it was handled already.")
                             : N_("Nothing was chosen. Tick a message first.");
    return reply_flash(r, back_of(r), &(struct flash){"error", text, NULL, -1, NULL, NULL}, NULL);
}

int
pg_held_deliver(struct web_req *r)
{
    struct store_actor by = pg_actor(r);
    const char *const *ids, **done;
    int n = in_uuids(r, "id", &ids), ndone = 0;

    if (n >= ASK_FROM && !in_bool(r, "confirmed"))
        return ask(r, "deliver", ids, n);
    if (n && store_quarantine_release(r->db, &r->scope, r->a, &by, ids, n, false, &done, &ndone,
                                      &r->err))
        return -1;
    if (!ndone)
        return nothing(r, n);
    return reply_flash(
        r, back_of(r),
        &(struct flash){"ok",
                        TN_("{n} message is on its way. It arrives in about a minute.",
                            "{n} messages are on their way. They arrive in about a minute."),
                        ndone, NULL, NULL},
        NULL);
}

int
pg_held_delete(struct web_req *r)
{
    struct store_actor by = pg_actor(r);
    const char *const *ids, **done;
    int n = in_uuids(r, "id", &ids), ndone = 0;

    if (n >= ASK_FROM && !in_bool(r, "confirmed"))
        return ask(r, "delete", ids, n);
    if (n && store_quarantine_delete(r->db, &r->scope, r->a, &by, ids, n, &done, &ndone, &r->err))
        return -1;
    if (!ndone)
        return nothing(r, n);
    return reply_flash(r, back_of(r),
                       &(struct flash){"ok", TN_("{n} message deleted.", "{n} messages deleted."),
                                       ndone, "/quarantine/undelete", pg_joined(r, done, ndone)},
                       NULL);
}

int
pg_held_undelete(struct web_req *r)
{
    struct store_actor by = pg_actor(r);
    const char *const *ids, **done;
    int n = in_uuids(r, "id", &ids), ndone = 0;

    if (n && store_quarantine_undelete(r->db, &r->scope, r->a, &by, ids, n, &done, &ndone, &r->err))
        return -1;
    if (!ndone)
        return nothing(r, n);
    return reply_flash(r, back_of(r),
                       &(struct flash){"ok", TN_("{n} message put back.", "{n} messages put back."),
                                       ndone, NULL, NULL},
                       NULL);
}
