#include "pg_import.h"

#include <string.h>

#include "../view.h"
#include "../web_reply.h"
#include "pg_actor.h"
#include "templates.h"

#define SHOWN 100

const char *
pg_import_file(struct web_req *r, size_t *n, const char *why)
{
    const char *name, *p = in_file(r, "file", n, &name);

    if (p && *n)
        return p;
    in_error(r, "file", why);
    return NULL;
}

void
pg_import_bad(struct web_req *r, struct ui_import_lines *bad, int line, const char *text,
              const char *why)
{
    if (!bad->rows)
        bad->rows = arena_calloc(r->a, SHOWN, sizeof *bad->rows);
    if (bad->n < SHOWN)
        bad->rows[bad->n++] = (struct ui_import_line){line, view_safe(r, text), why};
    else
        bad->more++;
}

int
pg_import_page(struct web_req *r, const struct ui_import *v)
{
    t_import(r, v);
    return reply_page(r, r->method == M_GET || in_ok(r) ? 200 : 422);
}

int
pg_import_done(struct web_req *r, int rc, const char *list, const struct pg_imported *what)
{
    if (rc == 0)
        return reply_flash(r, list,
                           &(struct flash){"ok", TN_("{n} entry added.", "{n} entries added."),
                                           (long)what->added, what->added ? what->undo : NULL,
                                           arena_strdup(r->a, what->import_id)},
                           NULL);
    if (strcmp(r->err.code, "too_many"))
        return -1;
    r->err.cls = ERR_NONE;
    return reply_flash(
        r, list,
        &(struct flash){"error", N_("There is no room for more. Delete what is not needed first."),
                        NULL, -1, NULL, NULL},
        NULL);
}

int
pg_import_undo(struct web_req *r, const char *list, pg_import_undo_store *undo)
{
    const char *back = reply_back_field(r, "back", list);
    struct store_actor by = pg_actor(r);
    int64_t removed;

    if (!in_ok(r)) /* no form of ours sends it */
        return reply_error(r, 422);
    if (undo(r->db, &r->scope, r->a, &by, r->scope.org, in_text(r, "id"), &removed, &r->err))
        return -1;
    if (!removed)
        return reply_flash(r, back,
                           &(struct flash){"error",
                                           N_("Nothing was changed: it was handled already."), NULL,
                                           -1, NULL, NULL},
                           NULL);
    return reply_flash(r, back,
                       &(struct flash){"ok",
                                       TN_("The import was undone: {n} entry removed.",
                                           "The import was undone: {n} entries removed."),
                                       (long)removed, NULL, NULL},
                       NULL);
}
