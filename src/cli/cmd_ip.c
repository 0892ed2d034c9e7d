/* sekisho ip list|add|delete|import|export */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli_org.h"
#include "common/arena.h"
#include "common/buf.h"
#include "common/ip_csv.h"
#include "common/ipnet.h"
#include "common/jsonx.h"
#include "store/store_connection.h"

#define PAGE 1000

static int
which_list(struct cli *c, const char **list)
{
    *list = cli_word(c);
    if (*list && strcmp(*list, "approved") && strcmp(*list, "blocked"))
        return err_set(&c->err, ERR_INPUT, "list", "the list is approved or blocked");
    return 0;
}

/* As a person writes it -> normal form. */
static int
network(struct cli *c, const char *text, char out[IPNET_TEXT])
{
    struct ipnet net;

    if (ipnet_parse(text, &net, &c->err))
        return -1;
    ipnet_text(&net, out);
    return 0;
}

/* Calls each() for all of a list. */
static int
walk(struct cli *c, const char *org, const char *list,
     void (*each)(struct cli *c, const struct store_conn_address *x))
{
    struct store_conn_address_filter f = {
        .list = list, .search = "", .network = "", .address_id = "", .limit = PAGE};
    struct store_conn_address *rows;
    bool more = true;
    int n;

    while (more) {
        if (store_conn_addresses(cli_db(c), NULL, c->a, org, &f, &rows, &n, &more, &c->err))
            return -1;
        for (int i = 0; i < n; i++)
            each(c, &rows[i]);
        if (n) {
            f.network = rows[n - 1].network;
            f.address_id = rows[n - 1].address_id;
        }
    }
    return 0;
}

static void
print(struct cli *c, const struct store_conn_address *x)
{
    if (c->json)
        cli_json(c, json_pack("{ss ss ss sI}", "network", x->network, "list", x->list, "note",
                              x->note, "created_at", (json_int_t)x->created_at));
    else
        printf("%s\t%s\n", x->network, cli_safe(c, x->note));
}

static void
print_csv(struct cli *c, const struct store_conn_address *x)
{
    struct buf *b = buf_new(c->a, 0);

    ip_csv_write(b, x->network, x->note);
    (void)fputs(buf_cstr(b), stdout);
}

int
cmd_ip_list(struct cli *c)
{
    const char *org_name = cli_opt(c, "--org"), *org, *list;

    if (which_list(c, &list) || cli_end(c, list ? NULL : "approved or blocked") ||
        cli_org(c, org_name, &org))
        return -1;
    return walk(c, org, list, print);
}

int
cmd_ip_export(struct cli *c)
{
    const char *org_name = cli_opt(c, "--org"), *org, *list;
    struct buf *b = buf_new(c->a, 0);

    if (which_list(c, &list) || cli_end(c, list ? NULL : "approved or blocked") ||
        cli_org(c, org_name, &org))
        return -1;
    ip_csv_head(b);
    (void)fputs(buf_cstr(b), stdout);
    return walk(c, org, list, print_csv);
}

int
cmd_ip_add(struct cli *c)
{
    const char *org_name = cli_opt(c, "--org"), *note = cli_opt(c, "--note"), *org, *list, *word;
    struct store_actor by = cli_by(c);
    char net[IPNET_TEXT];

    if (which_list(c, &list))
        return -1;
    word = cli_word(c);
    if (cli_end(c, !list   ? "approved or blocked"
                   : !word ? "NETWORK"
                           : NULL) ||
        network(c, word, net) || cli_org(c, org_name, &org))
        return -1;
    if (!store_conn_address_add(cli_db(c), NULL, c->a, &by, org, list, net, note ? note : "",
                                &c->err))
        return 0;
    if (strcmp(c->err.code, "address_listed") == 0)
        return err_set(&c->err, ERR_CONFLICT, "address_listed",
                       "%s is listed already; delete it first to move it", net);
    return -1;
}

int
cmd_ip_delete(struct cli *c)
{
    const char *org_name = cli_opt(c, "--org"), *org, *word = cli_word(c);
    struct store_actor by = cli_by(c);
    struct store_conn_address x;
    char net[IPNET_TEXT];

    if (cli_end(c, word ? NULL : "NETWORK") || network(c, word, net) || cli_org(c, org_name, &org))
        return -1;
    if (store_conn_address_find(cli_db(c), NULL, c->a, org, net, &x, &c->err))
        return c->err.cls == ERR_NOTFOUND
                   ? err_set(&c->err, ERR_NOTFOUND, "address", "%s is in no list", net)
                   : -1;
    return store_conn_address_delete(cli_db(c), NULL, c->a, &by, x.address_id, &c->err);
}

/* ---------------------------------------------------------------- import */

static const char *
problem(enum ip_csv_state s)
{
    static const char *const texts[] = {
        [IP_CSV_OK] = "",
        [IP_CSV_NO_ADDRESS] = "not an address or network",
        [IP_CSV_HOST_BITS] = "has bits behind the length of the network",
        [IP_CSV_LONG_NOTE] = "its note is longer than 200 characters",
        [IP_CSV_TWICE] = "stands in an earlier line",
        [IP_CSV_TOO_MANY] = "more than 10,000 lines: from here on nothing was read",
    };

    return texts[s];
}

static void
say(struct cli *c, const struct ip_csv_entry *x, const char *what)
{
    if (c->json)
        cli_json(c, json_pack("{si ss ss}", "line", x->line, "text", x->text, "problem", what));
    else
        printf("line %d: %s: %s\n", x->line, cli_safe(c, x->text), what);
}

/* Where the network stands already, NULL: nowhere. */
static const char *
listed(const char *network_text, const struct store_conn_address *known, int n)
{
    char text[IPNET_TEXT];
    struct ipnet net;

    for (int i = 0; i < n; i++) {
        if (ipnet_parse(known[i].network, &net, NULL) < 0)
            continue;
        ipnet_text(&net, text);
        if (strcmp(text, network_text) == 0)
            return known[i].list;
    }
    return NULL;
}

/* What can be added, as JSON; says what cannot. */
static int
sort_out(struct cli *c, const char *org, const char *list, struct ip_csv_entry *all, int n,
         json_t **out)
{
    const char **networks = arena_calloc(c->a, (size_t)n + 1, sizeof *networks);
    struct store_conn_address *known;
    int good = 0, nknown;

    for (int i = 0; i < n; i++)
        if (all[i].state == IP_CSV_OK)
            networks[good++] = all[i].network;
    if (store_conn_addresses_known(cli_db(c), NULL, c->a, org, networks, good, &known, &nknown,
                                   &c->err))
        return -1;
    *out = jsonx_own(c->a, json_array());
    for (int i = 0; i < n; i++) {
        const char *where =
            all[i].state == IP_CSV_OK ? listed(all[i].network, known, nknown) : NULL;
        if (all[i].state != IP_CSV_OK)
            say(c, &all[i], problem(all[i].state));
        else if (where)
            say(c, &all[i],
                strcmp(where, list) ? "is in the other list" : "is in the list already");
        else
            json_array_append_new(
                *out, json_pack("{ss ss}", "network", all[i].network, "note", all[i].note));
    }
    return 0;
}

int
cmd_ip_import(struct cli *c)
{
    const char *org_name = cli_opt(c, "--org"), *org, *list, *file;
    bool check = cli_flag(c, "--check");
    struct store_actor by = cli_by(c);
    struct ip_csv_entry *all;
    char import_id[37];
    int64_t added = 0;
    json_t *rows;
    char *p = NULL;
    size_t len = 0;
    int n;

    if (which_list(c, &list))
        return -1;
    file = cli_word(c);
    if (cli_end(c, !list   ? "approved or blocked"
                   : !file ? "FILE"
                           : NULL) ||
        cli_org(c, org_name, &org) || cli_file(c, file, IP_CSV_BYTES, &p, &len))
        return -1;
    n = ip_csv_read(c->a, p, len, &all);
    if (sort_out(c, org, list, all, n, &rows))
        return -1;
    if (!check && json_array_size(rows) > 0 &&
        store_conn_addresses_import(cli_db(c), NULL, c->a, &by, org, list,
                                    jsonx_dump(c->a, rows, NULL), &added, import_id, &c->err))
        return -1;
    if (c->json)
        cli_json(c, json_pack("{sI sI}", "added", (json_int_t)added, "good",
                              (json_int_t)json_array_size(rows)));
    else
        printf("%d of %d lines %s\n", (int)(check ? (int64_t)json_array_size(rows) : added), n,
               check ? "can be added" : "added");
    return 0;
}
