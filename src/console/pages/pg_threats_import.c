/* Import of approved links and suspicious objects: what a file would do is shown first. */
#include <stdlib.h>
#include <string.h>

#include "../../common/jsonx.h"
#include "../../common/when.h"
#include "../view.h"
#include "../web_reply.h"
#include "pages.h"
#include "pg_actor.h"
#include "pg_import.h"
#include "pg_reputation.h"

#define LISTS "approved|suspicious"

const struct field threat_import_query[] = {
    {"list", FIELD_CHOICE, 0, false, LISTS},
    FIELDS_END,
};
const struct field threat_import_fields[] = {
    {"list", FIELD_CHOICE, 0, true, LISTS},
    {"file", FIELD_FILE, THREAT_CSV_BYTES, false, NULL},
    FIELDS_END,
};
const struct field threat_import_do_fields[] = {
    {"list", FIELD_CHOICE, 0, true, LISTS},
    {"rows", FIELD_LINES, 2 * THREAT_CSV_BYTES, true, NULL},
    FIELDS_END,
};
const struct field threat_import_undo_fields[] = {PG_IMPORT_UNDO_FIELDS};

static int
by_value(const void *x, const void *y)
{
    const struct store_threat *p = x, *q = y;
    int order = strcmp(p->value, q->value);

    return order ? order : strcmp(p->type, q->type);
}

/* Those of the good lines that are listed already, sorted. */
static int
known_of(struct web_req *r, const char *list, const struct threat_csv_entry *all, int n,
         struct store_threat **known, int *nknown)
{
    const char **types = arena_calloc(r->a, (size_t)n + 1, sizeof *types);
    const char **values = arena_calloc(r->a, (size_t)n + 1, sizeof *values);
    int good = 0;

    for (int i = 0; i < n; i++)
        if (all[i].state == THREAT_CSV_OK) {
            types[good] = threat_type_name(all[i].thing.type);
            values[good++] = all[i].thing.value;
        }
    if (store_threats_known(r->db, &r->scope, r->a, r->scope.org, list, types, values, good, known,
                            nknown, &r->err))
        return -1;
    if (*nknown > 1)
        qsort(*known, (size_t)*nknown, sizeof **known, by_value);
    return 0;
}

static bool
is_approved(const char *list)
{
    return !strcmp(list, "approved");
}

/* The good lines as CSV and the others with their problem. */
static int
sort_out(struct web_req *r, const struct threat_csv_entry *all, int n, struct ui_import *v)
{
    struct buf *good = buf_new(r->a, 0);
    struct store_threat *known;
    int nknown;

    if (known_of(r, v->list, all, n, &known, &nknown))
        return -1;
    for (int i = 0; i < n; i++) {
        struct store_threat key = {.type = threat_type_name(all[i].thing.type),
                                   .value = all[i].thing.value};
        bool ok = all[i].state == THREAT_CSV_OK;
        bool twice = ok && nknown && bsearch(&key, known, (size_t)nknown, sizeof *known, by_value);
        if (ok && !twice) {
            threat_csv_write(r->a, good, is_approved(v->list), &all[i]);
            v->good++;
        } else {
            pg_import_bad(r, &v->bad, all[i].line, all[i].text,
                          twice ? T("It is in this list already")
                                : T(pg_threat_why(all[i].state, all[i].problem)));
        }
    }
    v->lines = n;
    v->rows = buf_cstr(good);
    return 0;
}

static struct ui_import
about(struct web_req *r)
{
    const char *list = pg_threats_list(r);
    bool approved = is_approved(list);

    return (struct ui_import){
        .title = approved ? T("Import approved links") : T("Import suspicious objects"),
        .parent = approved ? T("Approved links") : T("Suspicious objects"),
        .back = pg_threats_path(r, list),
        .path = "/reputation/entries/import",
        .list = list,
        .help = approved ? T("One line for each: the domain or page, a comma, a note. At most 4 MB "
                             "and 20,000 lines. Nothing is added "
                             "before you have seen what would be.")
                         : T("One line for each, with commas between: the value, a note, block or "
                             "log, the date until which it holds. "
                             "Only the value is needed. At most 4 MB and 20,000 lines. Nothing is "
                             "added before you have seen what "
                             "would be.")};
}

int
pg_threats_import_form(struct web_req *r)
{
    struct ui_import v = about(r);

    return pg_import_page(r, &v);
}

int
pg_threats_import(struct web_req *r)
{
    struct ui_import v = about(r);
    struct threat_csv_entry *all;
    size_t n;
    const char *p = pg_import_file(r, &n, N_("Choose a CSV file"));

    if (p) {
        int count = threat_csv_read(r->a, p, n, is_approved(v.list), when_now(), &all);
        if (sort_out(r, all, count, &v))
            return -1;
        v.checked = true;
    }
    return pg_import_page(r, &v);
}

/* The good lines as the statement wants them. */
static const char *
rows_json(struct web_req *r, const struct threat_csv_entry *all, int n)
{
    json_t *rows = jsonx_own(r->a, json_array());

    for (int i = 0; i < n; i++) {
        const struct threat_csv_entry *x = &all[i];
        if (x->state == THREAT_CSV_OK)
            json_array_append_new(
                rows,
                json_pack("{ss ss ss ss so}", "type", threat_type_name(x->thing.type), "value",
                          x->thing.value, "action", x->block ? "block" : "log", "note", x->note,
                          "expires", x->expires_at ? json_integer(x->expires_at) : json_null()));
    }
    return jsonx_dump(r->a, rows, NULL);
}

int
pg_threats_import_do(struct web_req *r)
{
    const char *list = pg_threats_list(r), *text = in_text(r, "rows");
    struct store_actor by = pg_actor(r);
    struct threat_csv_entry *all;
    char import_id[37];
    int64_t added = 0;
    int n = threat_csv_read(r->a, text, strlen(text), is_approved(list), when_now(), &all);
    int rc = store_threats_import(r->db, &r->scope, r->a, &by, r->scope.org, list,
                                  rows_json(r, all, n), &added, import_id, &r->err);

    return pg_import_done(
        r, rc, pg_threats_path(r, list),
        &(struct pg_imported){added, "/reputation/entries/import/undo", import_id});
}

int
pg_threats_import_undo(struct web_req *r)
{
    return pg_import_undo(r, "/reputation/entries", store_threats_import_undo);
}
