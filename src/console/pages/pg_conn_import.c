/* Import of addresses: what a file would do is shown first, line by line where it would not. */
#include <stdlib.h>
#include <string.h>

#include "../../common/ip_csv.h"
#include "../../common/ipnet.h"
#include "../../common/jsonx.h"
#include "../view.h"
#include "../web_reply.h"
#include "pages.h"
#include "pg_actor.h"
#include "pg_connection.h"
#include "pg_import.h"

const struct field conn_import_query[] = {
    {"list", FIELD_CHOICE, 0, false, "approved|blocked"},
    FIELDS_END,
};
const struct field conn_import_fields[] = {
    {"list", FIELD_CHOICE, 0, true, "approved|blocked"},
    {"file", FIELD_FILE, IP_CSV_BYTES, false, NULL},
    FIELDS_END,
};
const struct field conn_import_do_fields[] = {
    {"list", FIELD_CHOICE, 0, true, "approved|blocked"},
    {"rows", FIELD_LINES, 2 * IP_CSV_BYTES, true, NULL},
    FIELDS_END,
};

const struct field conn_import_undo_fields[] = {PG_IMPORT_UNDO_FIELDS};

static const char *
why(struct web_req *r, enum ip_csv_state s)
{
    switch (s) {
    case IP_CSV_HOST_BITS:
        return T("There are bits behind the length of the network");
    case IP_CSV_LONG_NOTE:
        return T("The note is longer than 200 characters");
    case IP_CSV_TWICE:
        return T("The network stands in an earlier line");
    case IP_CSV_TOO_MANY:
        return T("More than 10,000 lines: from here on nothing was read");
    case IP_CSV_NO_ADDRESS:
    case IP_CSV_OK:
        break;
    }
    return T("This is no address and no network");
}

/* What is listed already, by network in the form that files are read in. */
struct listed {
    char network[IPNET_TEXT];
    const char *list;
};

static int
by_network(const void *x, const void *y)
{
    return strcmp(((const struct listed *)x)->network, ((const struct listed *)y)->network);
}

static const struct listed *
sorted(struct web_req *r, const struct store_conn_address *known, int *n)
{
    struct listed *out = arena_calloc(r->a, (size_t)*n + 1, sizeof *out);
    struct ipnet net;
    int k = 0;

    for (int i = 0; i < *n; i++) {
        if (ipnet_parse(known[i].network, &net, NULL))
            continue;
        ipnet_text(&net, out[k].network);
        out[k++].list = known[i].list;
    }
    if (k)
        qsort(out, (size_t)k, sizeof *out, by_network);
    *n = k;
    return out;
}

/* Where the network stands already, "" = nowhere. */
static const char *
where_listed(const char *network, const struct listed *known, int n)
{
    struct listed key = {.list = ""};
    const struct listed *found;

    if (!n || strlen(network) >= sizeof key.network)
        return "";
    (void)memcpy(key.network, network, strlen(network) + 1);
    found = bsearch(&key, known, (size_t)n, sizeof *known, by_network);
    return found ? found->list : "";
}

static int
known_of(struct web_req *r, const struct ip_csv_entry *all, int n,
         struct store_conn_address **known, int *nknown)
{
    const char **networks = arena_calloc(r->a, (size_t)n + 1, sizeof *networks);
    int good = 0;

    for (int i = 0; i < n; i++)
        if (all[i].state == IP_CSV_OK)
            networks[good++] = all[i].network;
    return store_conn_addresses_known(r->db, &r->scope, r->a, r->scope.org, networks, good, known,
                                      nknown, &r->err);
}

/* The good lines as CSV and the others with their problem. */
static int
sort_out(struct web_req *r, const struct ip_csv_entry *all, int n, struct ui_import *v)
{
    struct buf *good = buf_new(r->a, 0);
    struct store_conn_address *rows;
    const struct listed *known;
    int nknown;

    if (known_of(r, all, n, &rows, &nknown))
        return -1;
    known = sorted(r, rows, &nknown);
    for (int i = 0; i < n; i++) {
        const char *where =
            all[i].state == IP_CSV_OK ? where_listed(all[i].network, known, nknown) : "";
        if (all[i].state == IP_CSV_OK && !*where) {
            ip_csv_write(good, all[i].network, all[i].note);
            v->good++;
        } else {
            pg_import_bad(r, &v->bad, all[i].line, all[i].text,
                          !*where ? why(r, all[i].state)
                          : strcmp(where, v->list)
                              ? T("It is in the other list: that would be a conflict")
                              : T("It is in this list already"));
        }
    }
    v->lines = n;
    v->rows = buf_cstr(good);
    return 0;
}

static const char *
list_of(struct web_req *r)
{
    return strcmp(in_text(r, "list"), "blocked") ? "approved" : "blocked";
}

static struct ui_import
about(struct web_req *r)
{
    const char *list = list_of(r);
    bool blocked = !strcmp(list, "blocked");

    return (struct ui_import){.title = blocked ? T("Import blocked addresses")
                                               : T("Import approved addresses"),
                              .parent = blocked ? T("Blocked addresses") : T("Approved addresses"),
                              .back = view_path(r, "/connection/addresses", "list", list, NULL),
                              .path = "/connection/addresses/import",
                              .list = list,
                              .help = T("One line for each address: the address or network, a "
                                        "comma, a note. At most 1 MB and 10,000 lines. "
                                        "Nothing is added before you have seen what would be.")};
}

int
pg_conn_import_form(struct web_req *r)
{
    struct ui_import v = about(r);

    return pg_import_page(r, &v);
}

int
pg_conn_import(struct web_req *r)
{
    struct ui_import v = about(r);
    struct ip_csv_entry *all;
    size_t n;
    const char *p = pg_import_file(r, &n, N_("Choose a CSV file"));

    if (p) {
        int count = ip_csv_read(r->a, p, n, &all);
        if (sort_out(r, all, count, &v))
            return -1;
        v.checked = true;
    }
    return pg_import_page(r, &v);
}

int
pg_conn_import_do(struct web_req *r)
{
    const char *list = list_of(r), *text = in_text(r, "rows");
    json_t *rows = jsonx_own(r->a, json_array());
    struct store_actor by = pg_actor(r);
    struct ip_csv_entry *all;
    char import_id[37];
    int64_t added = 0;
    int n = ip_csv_read(r->a, text, strlen(text), &all), rc;

    for (int i = 0; i < n; i++)
        if (all[i].state == IP_CSV_OK)
            json_array_append_new(
                rows, json_pack("{ss ss}", "network", all[i].network, "note", all[i].note));
    rc = store_conn_addresses_import(r->db, &r->scope, r->a, &by, r->scope.org, list,
                                     jsonx_dump(r->a, rows, NULL), &added, import_id, &r->err);
    return pg_import_done(
        r, rc, view_path(r, "/connection/addresses", "list", list, NULL),
        &(struct pg_imported){added, "/connection/addresses/import/undo", import_id});
}

int
pg_conn_import_undo(struct web_req *r)
{
    return pg_import_undo(r, "/connection/addresses", store_conn_addresses_import_undo);
}
