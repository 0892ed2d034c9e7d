/* Passwords for files in mail. Who may only look does not see them. */
#include "pg_file_passwords.h"

#include <string.h>

#include "../../common/arena.h"
#include "../../common/buf.h"
#include "../view.h"
#include "../web_reply.h"
#include "pages.h"
#include "pg_actor.h"
#include "pg_import.h"
#include "pg_version.h"
#include "templates.h"

#define PATH "/file-passwords"

const struct field file_password_fields[] = {
    {"inbound", FIELD_BOOL, 0, false, NULL},
    {"outbound", FIELD_BOOL, 0, false, NULL},
    {"minutes", FIELD_TEXT, 10, false, NULL},
    FIELD_VERSION,
    FIELDS_END,
};
const struct field file_password_add_fields[] = {
    {"value", FIELD_TEXT, FILE_PASSWORD_BYTES, false, NULL},
    {"priority", FIELD_TEXT, 10, false, NULL},
    FIELDS_END,
};
const struct field file_password_import_fields[] = {
    {"list", FIELD_TEXT, 10, false, NULL},
    {"file", FIELD_FILE, FILE_PASSWORD_FILE, false, NULL},
    FIELDS_END,
};
const struct field file_password_import_do_fields[] = {
    {"list", FIELD_TEXT, 10, false, NULL},
    {"rows", FIELD_LINES, 2 * FILE_PASSWORD_FILE, true, NULL},
    FIELDS_END,
};

/* s NULL: as it is stored. */
static int
page(struct web_req *r, int status, const struct store_file_password_setting *s,
     const char *minutes, const char *priority)
{
    struct pg_file_passwords v = {.priority = priority, .may_change = pg_may(r, ROLES_CHANGE)};
    struct store_file_password *rows;

    if (store_file_password_setting(r->db, &r->scope, r->a, r->scope.org, &v.s, &r->err) ||
        store_file_passwords(r->db, &r->scope, r->a, r->scope.org, &rows, &v.n, &r->err))
        return -1;
    v.version = v.s.version;
    v.rows = rows;
    v.minutes = minutes ? minutes : arena_printf(r->a, "%d", v.s.earlier_minutes);
    if (s)
        v.s = *s;
    for (int i = 0; i < v.n; i++)
        rows[i].value =
            v.may_change ? view_safe(r, rows[i].value) : "\u2022\u2022\u2022\u2022\u2022\u2022";
    t_file_passwords(r, &v);
    return reply_page(r, status);
}

int
pg_file_passwords(struct web_req *r)
{
    return page(r, 200, NULL, NULL, "50");
}

int
pg_file_passwords_save(struct web_req *r)
{
    const char *minutes = in_text(r, "minutes");
    struct store_file_password_setting s = {.inbound = in_bool(r, "inbound"),
                                            .outbound = in_bool(r, "outbound"),
                                            .version = in_text(r, "version")};
    struct store_actor by = pg_actor(r);

    if (!in_number(r, "minutes", 0, FILE_PASSWORD_MINUTES, &s.earlier_minutes))
        in_error(r, "minutes", N_("Enter a number from 0 to 1440"));
    if (in_ok(r) &&
        store_file_password_setting_put(r->db, &r->scope, r->a, &by, r->scope.org, &s, &r->err) &&
        !pg_version_stale(r))
        return -1;
    if (!in_ok(r))
        return page(r, 422, &s, minutes, "50");
    return reply_flash(
        r, PATH,
        &(struct flash){"ok", N_("Saved. It works within a second."), NULL, -1, NULL, NULL}, NULL);
}

/* ---------------------------------------------------------------- one more, one less */

static const char *
why(enum file_password_problem p)
{
    switch (p) {
    case FILE_PASSWORD_EMPTY:
        return N_("Enter a password");
    case FILE_PASSWORD_LONG:
        return N_("This password is longer than 128 bytes");
    case FILE_PASSWORD_SIGNS:
        return N_("This password has characters that cannot be typed");
    case FILE_PASSWORD_RANK:
        return N_("The priority is a number from 1 to 100");
    case FILE_PASSWORD_AGAIN:
        return N_("An earlier line says the same");
    case FILE_PASSWORD_FINE:
        break;
    }
    return "";
}

/* What the database says against it stands beside the field. false: a real error. */
static bool
refused(struct web_req *r)
{
    if (!strcmp(r->err.code, "file_password_twice"))
        in_error(r, "value", N_("It is on the list already"));
    else if (!strcmp(r->err.code, "too_many"))
        in_error(r, "value", N_("There are 100 passwords already. Delete one first."));
    else
        return false;
    r->err.cls = ERR_NONE;
    return true;
}

int
pg_file_password_add(struct web_req *r)
{
    const char *value = in_text(r, "value"), *rank = in_text(r, "priority");
    int priority = 50;
    enum file_password_problem p = file_password_check(value);
    struct store_actor by = pg_actor(r);

    if (p != FILE_PASSWORD_FINE)
        in_error(r, "value", why(p));
    if (*rank && !in_number(r, "priority", 1, FILE_PASSWORD_PRIORITIES, &priority))
        in_error(r, "priority", why(FILE_PASSWORD_RANK));
    if (in_ok(r) &&
        store_file_password_add(r->db, &r->scope, r->a, &by, r->scope.org, value, priority,
                                &r->err) &&
        !refused(r))
        return -1;
    if (!in_ok(r))
        return page(r, 422, NULL, NULL, rank);
    return reply_flash(r, PATH, &(struct flash){"ok", N_("Password added."), NULL, -1, NULL, NULL},
                       NULL);
}

int
pg_file_password_delete_form(struct web_req *r)
{
    struct store_file_password *rows;
    int n;

    if (store_file_passwords(r->db, &r->scope, r->a, r->scope.org, &rows, &n, &r->err))
        return -1;
    for (int i = 0; i < n; i++)
        if (!strcmp(rows[i].entry_id, r->id)) {
            t_file_password_delete(
                r, &(struct pg_file_password_delete){r->id, view_safe(r, rows[i].value)});
            return reply_page(r, 200);
        }
    return reply_error(r, 404);
}

int
pg_file_password_delete(struct web_req *r)
{
    struct store_actor by = pg_actor(r);

    if (store_file_password_delete(r->db, &r->scope, r->a, &by, r->scope.org, r->id, NULL, &r->err))
        return -1;
    return reply_flash(r, PATH,
                       &(struct flash){"ok", N_("Password deleted."), NULL, -1, NULL, NULL}, NULL);
}

/* ---------------------------------------------------------------- files */

int
pg_file_password_export(struct web_req *r)
{
    struct buf *b = buf_new(r->a, 0);
    struct store_file_password *rows;
    int n;

    if (store_file_passwords(r->db, &r->scope, r->a, r->scope.org, &rows, &n, &r->err))
        return -1;
    for (int i = 0; i < n; i++)
        file_password_write(b, rows[i].value, rows[i].priority);
    return reply_download(r, "file-passwords.txt", "text/plain; charset=utf-8", b->data, b->len);
}

static struct ui_import
about(struct web_req *r)
{
    return (struct ui_import){
        .title = T("Import passwords"),
        .parent = T("Passwords of files"),
        .back = PATH,
        .path = PATH "/import",
        .list = "",
        .label = T("Text file"),
        .help = T("One password a line, then perhaps a tab and its priority. At most 64 KB. "
                  "Passwords that are listed already get the new priority. Nothing is added before "
                  "you have seen what would be.")};
}

int
pg_file_password_import_form(struct web_req *r)
{
    struct ui_import v = about(r);

    return pg_import_page(r, &v);
}

static void
sort_out(struct web_req *r, const char *p, size_t n, struct ui_import *v)
{
    struct buf *good = buf_new(r->a, 0);
    struct file_password *all;

    v->lines = file_password_read(r->a, p, n, &all);
    for (int i = 0; i < v->lines; i++)
        if (all[i].problem == FILE_PASSWORD_FINE) {
            file_password_write(good, all[i].value, all[i].priority);
            v->good++;
        } else {
            pg_import_bad(r, &v->bad, all[i].line, "", T(why(all[i].problem)));
        }
    v->rows = buf_cstr(good);
    v->checked = true;
}

int
pg_file_password_import(struct web_req *r)
{
    struct ui_import v = about(r);
    size_t n;
    const char *p = pg_import_file(r, &n, N_("Choose a text file"));

    if (p)
        sort_out(r, p, n, &v);
    return pg_import_page(r, &v);
}

int
pg_file_password_import_do(struct web_req *r)
{
    const char *text = in_text(r, "rows"), **values, **ranks;
    struct store_actor by = pg_actor(r);
    struct file_password *all;
    int64_t added = 0, changed = 0;
    int n = file_password_read(r->a, text, strlen(text), &all), good = 0;

    values = arena_calloc(r->a, (size_t)n + 1, sizeof *values);
    ranks = arena_calloc(r->a, (size_t)n + 1, sizeof *ranks);
    for (int i = 0; i < n; i++)
        if (all[i].problem == FILE_PASSWORD_FINE) {
            ranks[good] = arena_printf(r->a, "%d", all[i].priority);
            values[good++] = all[i].value;
        }
    if (good && store_file_password_import(r->db, &r->scope, r->a, &by, r->scope.org, values, ranks,
                                           good, &added, &changed, &r->err)) {
        if (strcmp(r->err.code, "too_many"))
            return -1;
        r->err.cls = ERR_NONE;
        return reply_flash(r, PATH,
                           &(struct flash){"error",
                                           N_("The list takes 100 passwords. Nothing was "
                                              "imported: shorten the file, or delete some first."),
                                           NULL, -1, NULL, NULL},
                           NULL);
    }
    return reply_flash(
        r, PATH,
        &(struct flash){"ok", N_("Imported: {added} added, {changed} with another priority."), NULL,
                        -1, NULL, NULL},
        "added", view_int(r, added), "changed", view_int(r, changed), NULL);
}
