/* Sender lists: import with a preview, export. The lines of the preview come back with the form that
 * confirms it, and are looked at again then. */
#include <string.h>

#include "../view.h"
#include "../web_reply.h"
#include "pages.h"
#include "pg_actor.h"
#include "pg_senders.h"
#include "templates.h"

_Static_assert(SENDER_FILE_LINES == 20000, "the page says how many");
#define LISTS "approved|blocked"
#define FILE_MAX (512 * 1024)
#define SHOWN 200 /* lines that are left out, in the preview */

const struct field sender_import_query[] = {
    {"list", FIELD_CHOICE, 0, false, LISTS},
    {"for", FIELD_TEXT, 320, false, NULL},
    FIELDS_END,
};
const struct field sender_import_fields[] = {
    {"list", FIELD_CHOICE, 0, true, LISTS},
    {"mode", FIELD_CHOICE, 0, false, "merge|replace"},
    {"target", FIELD_TEXT, 320, false, NULL},
    {"file", FIELD_FILE, FILE_MAX, false, NULL},
    {"lines", FIELD_LINES, 2 * FILE_MAX, false, NULL}, /* a guarded line is longer */
    {"typed", FIELD_LINES, FILE_MAX, false, NULL},     /* the preview: what it came from */
    {"edit", FIELD_BOOL, 0, false, NULL},              /* the form again, with what was typed */
    FIELDS_END,
};
const struct field sender_undo_fields[] = {
    {"id", FIELD_UUID, 0, true, NULL}, /* of the import */
    {"back", FIELD_TEXT, REPLY_PATH_MAX, false, NULL},
    FIELDS_END,
};

/* "" the organisation, a domain, an address: one field of the console's form. */
static int
target_of(struct web_req *r, const char *text, const char *field, const char **out)
{
    const char *level = !*text ? "org" : strchr(text, '@') ? "address" : "domain";
    return pg_sender_target(r, level, text, field, out);
}

static int
form(struct web_req *r, int status, struct pg_sender_import *v)
{
    int n;
    v->admin = r->surface == SURFACE_ADMIN;
    if (!v->admin && !*v->target)
        v->target = r->session.address;
    if (!v->admin && (pg_sender_mailboxes(r, &v->mailboxes, &n) || pg_sender_held(r, &v->held)))
        return -1;
    t_sender_import(r, v);
    return reply_page(r, status);
}

int
pg_sender_import_form(struct web_req *r)
{
    return form(r, 200,
                &(struct pg_sender_import){.approved = strcmp(in_text(r, "list"), "blocked") != 0,
                                           .target = in_text(r, "for"),
                                           .typed = ""});
}

/* What was sent: the file, else the text area. */
static int
read_lines(struct web_req *r, bool approved, struct sender_line **lines, int *n)
{
    const char *name;
    size_t len;
    const char *text = in_file(r, "file", &len, &name);
    if (!text || !len) {
        text = in_text(r, "lines");
        len = strlen(text);
    }
    if (sender_file_read(r->a, text, len, approved, lines, n))
        in_error(r, "file", N_("These are more than 20,000 lines. Divide the file"));
    else if (*n == 0)
        in_error(r, "file", N_("Choose a file with one sender a line, or type them below"));
    /* That an approval needs no proof is for the administrator to say. */
    for (int i = 0; r->surface == SURFACE_PORTAL && i < *n; i++)
        (*lines)[i].only_verified = approved;
    return in_ok(r) ? 0 : -1;
}

static int
compare(struct web_req *r, struct pg_sender_import *v, struct sender_line *lines, int n)
{
    struct store_sender *rows;
    int nrows;
    if (store_sender_all(r->db, &r->scope, r->a, r->scope.org, v->target, &rows, &nrows, &r->err))
        return -1;
    struct sender_known *known = arena_calloc(r->a, (size_t)nrows + 1, sizeof *known);
    for (int i = 0; i < nrows; i++)
        known[i] =
            (struct sender_known){.pattern = rows[i].pattern,
                                  .other = (!strcmp(rows[i].list, "approved")) != v->approved,
                                  .only_verified = rows[i].only_verified};
    sender_file_compare(lines, n, known, nrows,
                        strchr(v->target, '@') ? STORE_SENDERS_MAX : STORE_SENDERS_MAX_WIDE,
                        v->replace);
    for (int i = 0; i < nrows && v->replace; i++) {
        v->removed += !known[i].other && !known[i].kept;
        v->stay += known[i].kept;
        v->changed += known[i].changed;
    }
    return 0;
}

static const char *
why(struct web_req *r, const struct sender_line *l, bool approved)
{
    switch (l->state) {
    case SENDER_LINE_INVALID:
        return T(pg_sender_problem(l->problem));
    case SENDER_LINE_DUPLICATE:
        return T("It is there already, on the list or in this file");
    case SENDER_LINE_CONFLICT:
        return approved ? T("It is on the list of blocked senders")
                        : T("It is on the list of allowed senders");
    case SENDER_LINE_EXCESS:
        return T("There is no more room on the list");
    case SENDER_LINE_NEW:
    case SENDER_LINE_STATES:
        break;
    }
    return "";
}

static void
fill_preview(struct web_req *r, struct pg_sender_import *v, const struct sender_line *lines, int n)
{
    struct pg_sender_line *out = arena_calloc(r->a, SHOWN, sizeof *out);
    struct buf *good = buf_new(r->a, 0);
    for (int i = 0; i < n; i++) {
        v->count[lines[i].state]++;
        if (lines[i].state == SENDER_LINE_NEW)
            buf_str(good,
                    sender_file_line(r->a, lines[i].pattern, v->approved, lines[i].only_verified));
        else if (v->nleft_out < SHOWN)
            out[v->nleft_out++] = (struct pg_sender_line){
                view_safe(r, lines[i].text), why(r, &lines[i], v->approved), lines[i].number};
        else
            v->more_left_out++;
    }
    v->left_out = out;
    v->good = buf_cstr(good);
    v->ngood = v->count[SENDER_LINE_NEW];
    v->target_word = pg_sender_target_word(r, v->target);
    v->preview = true;
}

/* What was sent, compared with what is there. 1: a field has an error. */
static int
take(struct web_req *r, struct pg_sender_import *v, struct sender_line **lines, int *n)
{
    const char *target;
    bool ours;
    *v = (struct pg_sender_import){.approved = strcmp(in_text(r, "list"), "blocked") != 0,
                                   .replace = !strcmp(in_text(r, "mode"), "replace"),
                                   .target = in_text(r, "target"),
                                   .typed = in_text(r, "lines")};
    if (target_of(r, v->target, "target", &target))
        return -1;
    if (!target || !in_ok(r) || read_lines(r, v->approved, lines, n))
        return 1;
    v->target = target;
    if (store_sender_target_ours(r->db, &r->scope, r->a, r->scope.org, target, &ours, &r->err))
        return -1;
    if (!ours) {
        in_error(r, "target", N_("This does not belong to one of your domains"));
        return 1;
    }
    return compare(r, v, *lines, *n);
}

int
pg_sender_import(struct web_req *r)
{
    struct pg_sender_import v;
    struct sender_line *lines;
    int n, rc;
    if (in_bool(r, "edit"))
        return form(
            r, 200,
            &(struct pg_sender_import){.approved = strcmp(in_text(r, "list"), "blocked") != 0,
                                       .replace = !strcmp(in_text(r, "mode"), "replace"),
                                       .target = in_text(r, "target"),
                                       .typed = in_text(r, "typed")});
    rc = take(r, &v, &lines, &n);
    if (rc)
        return rc < 0 ? -1 : form(r, 422, &v);
    fill_preview(r, &v, lines, n);
    return form(r, 200, &v);
}

/* Somebody else was faster, or nothing is left of the lines. */
static int
not_imported(struct web_req *r, struct pg_sender_import *v, const char *why)
{
    r->err.cls = ERR_NONE;
    in_error(r, "file", why);
    v->typed = in_text(r, "typed");
    return form(r, 422, v);
}

static int
imported(struct web_req *r, const struct pg_sender_import *v,
         const struct store_sender_imported *done)
{
    const char *back = v->approved ? "/senders" : "/senders?list=blocked";
    struct flash f = {"ok", TN_("{n} sender imported.", "{n} senders imported."), done->added,
                      "/senders/import/undo", arena_strdup(r->a, done->import_id)};
    if (!done->added && !done->removed)
        f.undo_path = NULL;
    if (!v->replace)
        return reply_flash(r, back, &f, NULL);
    f.msgid = N_("The list was replaced. Added: {added}, changed: {changed}, removed: {removed}.");
    f.many = NULL;
    f.n = -1;
    return reply_flash(r, back, &f, "added", view_int(r, done->added - v->changed), "changed",
                       view_int(r, v->changed), "removed", view_int(r, done->removed - v->changed),
                       NULL);
}

int
pg_sender_import_do(struct web_req *r)
{
    struct store_actor by = pg_actor(r);
    struct store_sender_imported done;
    struct pg_sender_import v;
    struct sender_line *lines;
    int n, k = 0, rc = take(r, &v, &lines, &n);
    if (rc)
        return rc < 0 ? -1 : form(r, 422, &v);
    struct store_sender *rows = arena_calloc(r->a, (size_t)n, sizeof *rows);
    for (int i = 0; i < n; i++)
        if (lines[i].state == SENDER_LINE_NEW)
            rows[k++] = (struct store_sender){.pattern = lines[i].pattern,
                                              .only_verified = lines[i].only_verified};
    if (!k) /* replacing by nothing would clear the list */
        return not_imported(r, &v, N_("None of these lines can be imported."));
    if (store_sender_import(r->db, &r->scope, r->a, &by, r->scope.org, v.target,
                            v.approved ? "approved" : "blocked", rows, k, v.replace, &done,
                            &r->err)) {
        if (strcmp(r->err.code, "sender_limit"))
            return -1;
        return not_imported(r, &v,
                            N_("This list is full. Remove senders that are not needed any more"));
    }
    return imported(r, &v, &done);
}

int
pg_sender_import_undo(struct web_req *r)
{
    const char *back = reply_back_field(r, "back", "/senders");
    struct store_actor by = pg_actor(r);
    struct store_sender_imported done;
    struct flash f = {"error", NULL, NULL, -1, NULL, NULL};
    if (!in_ok(r)) /* no form of ours sends it */
        return reply_error(r, 422);
    if (store_sender_import_undo(r->db, &r->scope, r->a, &by, r->scope.org, in_text(r, "id"), &done,
                                 &r->err)) {
        if (strcmp(r->err.code, "sender_limit"))
            return -1;
        r->err.cls = ERR_NONE;
        f.msgid = N_("Nothing was put back: the list is full meanwhile.");
    } else if (!done.added && !done.removed) {
        f.msgid = N_("Nothing was changed: it was handled already.");
    } else {
        f.kind = "ok";
        f.msgid = N_("The import was undone. Removed: {removed}, put back: {added}.");
    }
    return reply_flash(r, back, &f, "removed", f.kind[0] == 'o' ? view_int(r, done.removed) : "",
                       "added", f.kind[0] == 'o' ? view_int(r, done.added) : "", NULL);
}

int
pg_sender_export(struct web_req *r)
{
    bool approved = strcmp(in_text(r, "list"), "blocked") != 0;
    const char *target;
    struct buf *csv = buf_new(r->a, 0);
    struct store_sender *rows;
    int n;
    if (target_of(r, in_text(r, "for"), "for", &target))
        return -1;
    if (!target)
        return reply_error(r, 404);
    if (store_sender_all(r->db, &r->scope, r->a, r->scope.org, target, &rows, &n, &r->err))
        return -1;
    for (int i = 0; i < n; i++)
        if ((!strcmp(rows[i].list, "approved")) == approved)
            buf_str(csv, sender_file_line(r->a, rows[i].pattern, approved, rows[i].only_verified));
    return reply_download(r, approved ? "allowed-senders.csv" : "blocked-senders.csv",
                          "text/csv; charset=utf-8", buf_cstr(csv), csv->len);
}
