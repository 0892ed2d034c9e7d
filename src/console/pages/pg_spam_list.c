/* High-profile users and domains, exceptions, and networks whose graymail is wanted. */
#include "pg_spam.h"

#include <string.h>

#include "../../common/arena.h"
#include "../../common/buf.h"
#include "../../store/store_spam.h"
#include "../view.h"
#include "../web_reply.h"
#include "pages.h"
#include "pg_actor.h"
#include "pg_import.h"
#include "templates.h"

#define LISTS "person|domain|exception|graymail"

const struct field spam_query[] = {
    {"list", FIELD_CHOICE, 0, false, LISTS},
    FIELDS_END,
};
const struct field spam_list_fields[] = {
    {"list", FIELD_CHOICE, 0, false, LISTS},
    {"after", FIELD_TEXT, SPAM_ENTRY_MAX, false, NULL},
    {"before", FIELD_TEXT, SPAM_ENTRY_MAX, false, NULL},
    FIELDS_END,
};
const struct field spam_add_fields[] = {
    {"list", FIELD_CHOICE, 0, true, LISTS},
    {"value", FIELD_TEXT, 300, false, NULL},
    {"first", FIELD_TEXT, 200, false, NULL},
    {"middle", FIELD_TEXT, 200, false, NULL},
    {"last", FIELD_TEXT, 200, false, NULL},
    {"addresses", FIELD_LINES, 2000, false, NULL},
    FIELDS_END,
};
const struct field spam_import_fields[] = {
    {"list", FIELD_CHOICE, 0, true, LISTS},
    {"mode", FIELD_CHOICE, 0, false, "merge|overwrite"},
    {"file", FIELD_FILE, SPAM_FILE_BYTES, false, NULL},
    FIELDS_END,
};
const struct field spam_import_do_fields[] = {
    {"list", FIELD_CHOICE, 0, true, LISTS},
    {"mode", FIELD_CHOICE, 0, true, "merge|overwrite"},
    {"rows", FIELD_LINES, 2 * SPAM_FILE_BYTES, true, NULL},
    FIELDS_END,
};

static const struct pg_spam_words words[SPAM_LISTS] = {
    [SPAM_PERSON] = {N_("High-profile users"),
                     N_("People in whose name others are asked for money: managers, accounts, "
                        "personnel. Mail with such a name and a foreign address is impersonation."),
                     N_("Nobody is listed"), N_("Add a person"), N_("Person"), NULL, N_("Person")},
    [SPAM_DOMAIN] = {N_("High-profile domains"),
                     N_("Domains of partners, banks and others that yours trust. Mail from "
                        "domains that only look like them is impersonation. Your own domains are "
                        "watched without being listed here."),
                     N_("No domain is listed"), N_("Add a domain"), N_("Domain"),
                     N_("An exact name such as example.com, without * and without www."),
                     N_("Domain")},
    [SPAM_EXCEPTION] = {N_("Exceptions"),
                        N_("Domains that look like one of yours or of the listed ones and are "
                           "good, such as those of a sister company."),
                        N_("There is no exception"), N_("Add an exception"), N_("Domain"),
                        N_("A name such as example.net. What is below it is meant, too."),
                        N_("Domain")},
    [SPAM_GRAYMAIL] = {N_("Servers of wanted bulk mail"),
                       N_("Newsletters and other bulk mail from these addresses are delivered "
                          "untouched. The other checks go on."),
                       N_("No server is listed"), N_("Add a server"), N_("Address or network"),
                       N_("IPv4 or IPv6, such as 192.0.2.7, 192.0.2.0/24 or 2001:db8::/32."),
                       N_("Address or network")},
};

const struct pg_spam_words *
pg_spam_words(enum spam_list list)
{
    return &words[list];
}

const char *
pg_spam_why(struct web_req *r, enum spam_problem p)
{
    switch (p) {
    case SPAM_NO_NAME:
        return T("The name is missing: first,middle,last,addresses");
    case SPAM_NO_ADDRESS:
        return TF(T("Not an address such as name@example.com, or more than {n} of them"), "n",
                  view_int(r, SPAM_ADDRESSES));
    case SPAM_NO_DOMAIN:
        return T("This is not a domain such as example.com");
    case SPAM_NO_NETWORK:
        return T("This is no address and no network");
    case SPAM_TOO_LONG:
        return T("It is too long");
    case SPAM_TWICE:
        return T("An earlier line says the same");
    case SPAM_FINE:
        break;
    }
    return "";
}

const char *
pg_spam_text(struct web_req *r, enum spam_list list, const char *value, const char **more)
{
    struct spam_person p;
    struct buf *b = buf_new(r->a, 0);

    *more = "";
    if (list != SPAM_PERSON)
        return view_safe(r, value);
    spam_person_read(r->a, value, &p);
    for (int i = 0; i < p.naddresses; i++)
        buf_printf(b, "%s%s", i ? ", " : "", p.addresses[i]);
    *more = view_safe(r, buf_cstr(b));
    return view_safe(r, arena_printf(r->a, "%s%s%s%s%s", p.first, *p.first ? " " : "", p.middle,
                                     *p.middle ? " " : "", p.last));
}

const char *
pg_spam_path(struct web_req *r, enum spam_list list)
{
    return view_path(r, "/spam/lists", "list", spam_list_ids[list], NULL);
}

static enum spam_list
list_in(struct web_req *r)
{
    enum spam_list list = spam_list_of(in_text(r, "list"));

    return list < SPAM_LISTS ? list : SPAM_PERSON;
}

/* ---------------------------------------------------------------- the list */

static const char *
place(struct web_req *r, const struct pg_spam_list *v, const char *name, const char *value)
{
    return view_path(r, "/spam/lists", "list", v->id, name, value, NULL);
}

static int
load(struct web_req *r, struct pg_spam_list *v)
{
    bool back = r->method == M_GET && *in_text(r, "before"), more;
    struct store_spam_filter f = {
        .list = v->id, .from = "", .back = back, .limit = r->session.page_size};
    struct store_spam_entry *rows;
    struct pg_spam_row *out;
    struct ui_pages pages;

    if (r->method == M_GET)
        f.from = in_text(r, back ? "before" : "after");
    if (store_spam_entries(r->db, &r->scope, r->a, r->scope.org, &f, &rows, &v->n, &more,
                           &r->err) ||
        pg_spam_counts(r, &v->counts))
        return -1;
    out = arena_calloc(r->a, (size_t)v->n + 1, sizeof *out);
    for (int i = 0; i < v->n; i++) {
        out[i] = (struct pg_spam_row){.id = rows[i].entry_id,
                                      .added_by = view_safe(r, rows[i].added_by),
                                      .added_at = rows[i].added_at};
        out[i].text = pg_spam_text(r, v->list, rows[i].value, &out[i].more);
    }
    pages = ui_pages(v->n, *f.from, back, more);
    if (pages.newer)
        v->pager.newer = place(r, v, "before", rows[0].value);
    if (pages.older)
        v->pager.older = place(r, v, "after", rows[v->n - 1].value);
    v->rows = out;
    v->may_change = pg_may(r, ROLES_CHANGE);
    return 0;
}

int
pg_spam_list(struct web_req *r)
{
    enum spam_list list = list_in(r);
    struct pg_spam_list v = {.list = list,
                             .id = spam_list_ids[list],
                             .value = "",
                             .first = "",
                             .middle = "",
                             .last = "",
                             .addresses = ""};

    if (load(r, &v))
        return -1;
    t_spam_list(r, &v);
    return reply_page(r, 200);
}

/* ---------------------------------------------------------------- one more, one less */

static void
take_entry(struct web_req *r, enum spam_list list, const char **value)
{
    const char *line = in_text(r, "value");
    enum spam_problem p;

    if (list == SPAM_PERSON) {
        if (strchr(in_text(r, "first"), ',') || strchr(in_text(r, "middle"), ',') ||
            strchr(in_text(r, "last"), ','))
            in_error(r, "first", N_("A name cannot have a comma"));
        line = arena_printf(r->a, "%s,%s,%s,%s", in_text(r, "first"), in_text(r, "middle"),
                            in_text(r, "last"), in_text(r, "addresses"));
    }
    p = spam_entry_parse(r->a, list, line, value);
    if (p == SPAM_NO_NAME)
        in_error(r, "first", N_("Enter the first or the last name"));
    else if (p == SPAM_NO_ADDRESS)
        in_error(r, "addresses",
                 N_("Enter addresses such as name@example.com, one a line, at most 20"));
    else if (p == SPAM_NO_DOMAIN)
        in_error(r, "value", N_("Enter an exact domain such as example.com"));
    else if (p == SPAM_NO_NETWORK)
        in_error(r, "value", N_("Enter an address or a network such as 192.0.2.0/24"));
    else if (p != SPAM_FINE)
        in_error(r, list == SPAM_PERSON ? "addresses" : "value", N_("This is too long"));
}

static int
show_typed(struct web_req *r, enum spam_list list)
{
    struct pg_spam_list v = {.list = list,
                             .id = spam_list_ids[list],
                             .value = in_text(r, "value"),
                             .first = in_text(r, "first"),
                             .middle = in_text(r, "middle"),
                             .last = in_text(r, "last"),
                             .addresses = in_text(r, "addresses")};

    r->err.cls = ERR_NONE;
    if (load(r, &v))
        return -1;
    t_spam_list(r, &v);
    return reply_page(r, 422);
}

int
pg_spam_add(struct web_req *r)
{
    struct store_actor by = pg_actor(r);
    enum spam_list list = list_in(r);
    const char *value = "", *field = list == SPAM_PERSON ? "first" : "value", *more;

    take_entry(r, list, &value);
    if (in_ok(r) && store_spam_add(r->db, &r->scope, r->a, &by, r->scope.org, spam_list_ids[list],
                                   value, &r->err)) {
        if (!strcmp(r->err.code, "spam_entry_twice"))
            in_error(r, field, N_("It is on the list already"));
        else if (!strcmp(r->err.code, "too_many"))
            in_error(r, field, N_("There is no room for more. Delete what is not needed first."));
        else
            return -1;
    }
    if (!in_ok(r))
        return show_typed(r, list);
    return reply_flash(r, pg_spam_path(r, list),
                       &(struct flash){"ok", N_("{what} added."), NULL, -1, NULL, NULL}, "what",
                       pg_spam_text(r, list, value, &more), NULL);
}

static int
find(struct web_req *r, struct pg_spam_delete *v, const char **value)
{
    const char *more;

    if (store_spam_entry(r->db, &r->scope, r->a, r->scope.org, r->id, &v->list_id, value, &r->err))
        return -1;
    v->list = spam_list_of(v->list_id);
    v->id = r->id;
    v->text = pg_spam_text(r, v->list, *value, &more);
    return 0;
}

int
pg_spam_delete_form(struct web_req *r)
{
    struct pg_spam_delete v;
    const char *value;

    if (find(r, &v, &value))
        return -1;
    t_spam_delete(r, &v);
    return reply_page(r, 200);
}

int
pg_spam_delete(struct web_req *r)
{
    struct store_actor by = pg_actor(r);
    struct pg_spam_delete v;
    const char *value;

    if (find(r, &v, &value) ||
        store_spam_delete(r->db, &r->scope, r->a, &by, r->scope.org, v.list_id, value, &r->err))
        return -1;
    return reply_flash(
        r, pg_spam_path(r, v.list),
        &(struct flash){"ok", N_("{what} deleted from the list."), NULL, -1, NULL, NULL}, "what",
        v.text, NULL);
}

/* ---------------------------------------------------------------- files */

/* As import reads it. */
int
pg_spam_export(struct web_req *r)
{
    enum spam_list list = list_in(r);
    struct store_spam_filter f = {.list = spam_list_ids[list], .from = "", .limit = 1000};
    struct store_spam_entry *rows;
    struct buf *b = buf_new(r->a, 0);
    bool more;
    int n;

    if (store_spam_entries(r->db, &r->scope, r->a, r->scope.org, &f, &rows, &n, &more, &r->err))
        return -1;
    for (int i = 0; i < n; i++)
        buf_printf(b, "%s\n", rows[i].value);
    return reply_download(r, arena_printf(r->a, "%s-list.txt", f.list), "text/plain; charset=utf-8",
                          b->data, b->len);
}

int
pg_spam_import_form(struct web_req *r)
{
    enum spam_list list = list_in(r);

    t_spam_import(r, &(struct pg_spam_import){.list = list, .id = spam_list_ids[list]});
    return reply_page(r, 200);
}

/* The good lines, and the others with their problem. */
static void
sort_out(struct web_req *r, const char *p, size_t n, struct pg_spam_import *v)
{
    struct buf *good = buf_new(r->a, 0);
    struct spam_line *lines;

    v->lines = spam_file_read(r->a, v->list, p, n, &lines);
    for (int i = 0; i < v->lines; i++) {
        if (lines[i].problem == SPAM_FINE) {
            buf_printf(good, "%s\n", lines[i].value);
            v->good++;
        } else {
            pg_import_bad(r, &v->bad, lines[i].number, lines[i].text,
                          pg_spam_why(r, lines[i].problem));
        }
    }
    v->rows = buf_cstr(good);
    v->checked = true;
}

int
pg_spam_import(struct web_req *r)
{
    enum spam_list list = list_in(r);
    struct pg_spam_import v = {.list = list,
                               .id = spam_list_ids[list],
                               .overwrite = !strcmp(in_text(r, "mode"), "overwrite")};
    size_t n;
    const char *p = pg_import_file(r, &n, N_("Choose a text file"));

    if (p)
        sort_out(r, p, n, &v);
    t_spam_import(r, &v);
    return reply_page(r, in_ok(r) ? 200 : 422);
}

int
pg_spam_import_do(struct web_req *r)
{
    enum spam_list list = list_in(r);
    const char *text = in_text(r, "rows"), **values;
    bool overwrite = !strcmp(in_text(r, "mode"), "overwrite");
    struct store_actor by = pg_actor(r);
    struct spam_line *lines;
    int64_t added, deleted;
    int n = spam_file_read(r->a, list, text, strlen(text), &lines), good = 0;

    values = arena_calloc(r->a, (size_t)n + 1, sizeof *values);
    for (int i = 0; i < n; i++)
        if (lines[i].problem == SPAM_FINE)
            values[good++] = lines[i].value;
    if (store_spam_import(r->db, &r->scope, r->a, &by, r->scope.org, spam_list_ids[list], values,
                          good, overwrite, &added, &deleted, &r->err)) {
        if (strcmp(r->err.code, "too_many"))
            return -1;
        r->err.cls = ERR_NONE;
        return reply_flash(
            r, pg_spam_path(r, list),
            &(struct flash){"error",
                            N_("The list takes {n} entries at most. Nothing was imported: shorten "
                               "the file, or delete entries first."),
                            NULL, -1, NULL, NULL},
            "n", view_int(r, spam_list_max[list]), NULL);
    }
    return reply_flash(r, pg_spam_path(r, list),
                       &(struct flash){"ok", N_("Imported: {added} added, {deleted} deleted."),
                                       NULL, -1, NULL, NULL},
                       "added", view_int(r, added), "deleted", view_int(r, deleted), NULL);
}
