/* Sources whose outbound mail is stopped because of possible spam: list, suspend, resume. */
#include "pg_suspended.h"

#include <string.h>

#include "../../common/source.h"
#include "../../store/store_outbound.h"
#include "../view.h"
#include "../web_reply.h"
#include "pages.h"
#include "pg_actor.h"
#include "templates.h"

#define NOTE_MAX 200

const struct field suspended_fields[] = {
    {"after", FIELD_TEXT, 320, false, NULL},
    {"before", FIELD_TEXT, 320, false, NULL},
    FIELDS_END,
};
const struct field suspend_fields[] = {
    {"source", FIELD_TEXT, 320, false, NULL},
    {"note", FIELD_TEXT, NOTE_MAX, false, NULL},
    FIELDS_END,
};
const struct field resume_fields[] = {
    {"source", FIELD_TEXT, 320, true, NULL},
    FIELDS_END,
};
const struct field suspended_restore_fields[] = {
    {"id", FIELD_TEXT, 1000, true, NULL}, /* undo_of() */
    {"back", FIELD_TEXT, REPLY_PATH_MAX, false, NULL},
    FIELDS_END,
};

static int
suspended_page(struct web_req *r, int status, const char *typed, const char *note)
{
    bool get = r->method == M_GET, back = get && *in_text(r, "before") != '\0', more;
    const char *from = get ? in_text(r, back ? "before" : "after") : "";
    struct pg_suspended v = {.may_change = pg_may(r, ROLES_CHANGE), .typed = typed, .note = note};
    struct store_suspension *rows;
    if (store_suspension_list(r->db, &r->scope, r->a, from, back, r->session.page_size, &rows, &v.n,
                              &more, &r->err))
        return -1;
    struct pg_suspension *list = arena_calloc(r->a, (size_t)v.n + 1, sizeof *list);
    for (int i = 0; i < v.n; i++)
        list[i] =
            (struct pg_suspension){rows[i].source, view_safe(r, rows[i].note), rows[i].created_at};
    v.rows = list;
    if (v.n && (back ? more : *from != '\0'))
        v.pager.newer = view_path(r, "/suspended", "before", rows[0].source, NULL);
    if (v.n && (back || more))
        v.pager.older = view_path(r, "/suspended", "after", rows[v.n - 1].source, NULL);
    t_suspended(r, &v);
    return reply_page(r, status);
}

int
pg_suspended(struct web_req *r)
{
    return suspended_page(r, 200, "", "");
}

int
pg_suspend(struct web_req *r)
{
    struct store_actor by = pg_actor(r);
    const char *source = "";
    if (source_parse(r->a, in_text(r, "source"), &source, NULL))
        in_error(r, "source", N_("Enter an IP address, or an address such as name@example.com"));
    if (in_ok(r) && store_suspension_add(r->db, &r->scope, r->a, &by, r->scope.org, source,
                                         in_text(r, "note"), &r->err)) {
        if (!strcmp(r->err.code, "suspended_twice"))
            in_error(r, "source", N_("This source is suspended already"));
        else if (!strcmp(r->err.code, "too_many"))
            in_error(r, "source", N_("There is no room for more. Delete what is not needed first."));
        else
            return -1;
    }
    if (!in_ok(r))
        return suspended_page(r, 422, in_text(r, "source"), in_text(r, "note"));
    return reply_flash(r, "/suspended",
                       &(struct flash){"ok", N_("Outbound mail from {source} is refused now."),
                                       NULL, -1, NULL, NULL},
                       "source", source, NULL);
}

/* What Undo sends: the source, a space, the note; without commas, which divide what Undo sends. */
static const char *
undo_of(struct web_req *r, const char *source, const char *note)
{
    struct buf *b = buf_new(r->a, 0);
    buf_printf(b, "%s ", source);
    for (; *note; note++)
        if (*note == ',' || *note == '%')
            buf_str(b, *note == ',' ? "%c" : "%p");
        else
            buf_char(b, *note);
    return buf_cstr(b);
}

static const char *
decoded(struct web_req *r, const char *s)
{
    struct buf *b = buf_new(r->a, 0);
    for (; *s; s++)
        if (*s == '%' && s[1])
            buf_char(b, *++s == 'c' ? ',' : '%');
        else
            buf_char(b, *s);
    return buf_cstr(b);
}

int
pg_resume(struct web_req *r)
{
    struct store_actor by = pg_actor(r);
    const char *source = in_text(r, "source"), *note;
    if (store_suspension_delete(r->db, &r->scope, r->a, &by, r->scope.org, source, &note, &r->err))
        return -1;
    return reply_flash(r, "/suspended",
                       &(struct flash){"ok", N_("Outbound mail from {source} is taken again."),
                                       NULL, -1, "/suspended/restore", undo_of(r, source, note)},
                       "source", source, NULL);
}

int
pg_suspended_restore(struct web_req *r)
{
    const char *id = in_text(r, "id"), *space = strchr(id, ' '), *source;
    const char *note = space ? decoded(r, space + 1) : "";
    struct store_actor by = pg_actor(r);
    if (!in_ok(r) || strlen(note) > NOTE_MAX ||
        source_parse(r->a, arena_strndup(r->a, id, space ? (size_t)(space - id) : strlen(id)),
                     &source, NULL))
        return reply_error(r, 422); /* no form of ours sends it */
    if (store_suspension_add(r->db, &r->scope, r->a, &by, r->scope.org, source, note, &r->err)) {
        if (strcmp(r->err.code, "suspended_twice"))
            return -1;
        r->err.cls = ERR_NONE; /* somebody else was faster: it is as was asked */
    }
    return reply_flash(r, reply_back_field(r, "back", "/suspended"),
                       &(struct flash){"ok", N_("Outbound mail from {source} is refused now."),
                                       NULL, -1, NULL, NULL},
                       "source", source, NULL);
}
