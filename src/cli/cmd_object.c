/* sekisho object list|add|delete|import|export and reputation show|set|list-add|list-delete */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli_org.h"
#include "common/addr.h"
#include "common/arena.h"
#include "common/buf.h"
#include "common/jsonx.h"
#include "common/threat_csv.h"
#include "common/urlbl_codes.h"
#include "common/when.h"
#include "store/store_audit.h"
#include "store/store_reputation.h"

#define PAGE 1000

static const char *
list_of(struct cli *c)
{
    return cli_flag(c, "--approved") ? "approved" : "suspicious";
}

/* --all: of all organisations (M16); else the one that --org names. */
static int
org_of(struct cli *c, bool all, const char *name, const char *list, const char **org)
{
    if (!all)
        return cli_org(c, name, org);
    if (name)
        return err_set(&c->err, ERR_INPUT, "options", "--all and --org exclude each other");
    if (strcmp(list, "approved") == 0)
        return err_set(&c->err, ERR_INPUT, "options",
                       "--all is for suspicious objects: what is approved is for each organisation "
                       "to say");
    *org = STORE_NO_ORG;
    return 0;
}

static bool
is_approved(const char *list)
{
    return strcmp(list, "approved") == 0;
}

/* ---------------------------------------------------------------- list, export */

/* Calls each() for all of a list. */
static int
walk(struct cli *c, const char *org, const char *list, const char *search,
     void (*each)(struct cli *c, const char *list, const struct store_threat *x))
{
    struct store_threat_query q = {
        .list = list, .search = search ? search : "", .type = "", .limit = PAGE};
    struct store_threat *rows;
    bool more = true;
    int n;

    while (more) {
        if (store_threats(cli_db(c), NULL, c->a, org, &q, &rows, &n, &more, &c->err))
            return -1;
        for (int i = 0; i < n; i++)
            each(c, list, &rows[i]);
        if (n)
            q.from = store_cursor_parse(
                store_cursor_text(c->a, rows[n - 1].added_at, rows[n - 1].entry_id));
    }
    return 0;
}

static void
print(struct cli *c, const char *list, const struct store_threat *x)
{
    const char *expires = x->expires_at ? when_rfc3339(c->a, x->expires_at) : "";

    if (c->json)
        cli_json(c, json_pack("{ss ss ss ss ss ss sb}", "list", list, "type", x->type, "value",
                              x->value, "action", x->action, "note", x->note, "expires", expires,
                              "expired", x->expired));
    else
        printf("%s\t%s\t%s\t%s\t%s\n", x->type, cli_safe(c, x->value),
               x->expired ? "expired" : x->action, expires, cli_safe(c, x->note));
}

static void
print_csv(struct cli *c, const char *list, const struct store_threat *x)
{
    const struct threat_csv_entry entry = {.thing = {threat_type_named(x->type), x->value},
                                           .note = x->note,
                                           .block = strcmp(x->action, "block") == 0,
                                           .expires_at = x->expires_at};
    struct buf *b = buf_new(c->a, 0);

    if (x->expired)
        return;
    threat_csv_write(c->a, b, is_approved(list), &entry);
    (void)fputs(buf_cstr(b), stdout);
}

int
cmd_object_list(struct cli *c)
{
    const char *org_name = cli_opt(c, "--org"), *search = cli_opt(c, "--search"), *org;
    const char *list = list_of(c);
    bool all = cli_flag(c, "--all");

    if (cli_end(c, NULL) || org_of(c, all, org_name, list, &org))
        return -1;
    return walk(c, org, list, search, print);
}

int
cmd_object_export(struct cli *c)
{
    const char *org_name = cli_opt(c, "--org"), *list = list_of(c), *org;
    struct buf *b = buf_new(c->a, 0);
    bool all = cli_flag(c, "--all");

    if (cli_end(c, NULL) || org_of(c, all, org_name, list, &org))
        return -1;
    threat_csv_head(b, is_approved(list));
    (void)fputs(buf_cstr(b), stdout);
    return walk(c, org, list, NULL, print_csv);
}

/* ---------------------------------------------------------------- add, delete */

static int
thing_of(struct cli *c, const char *text, bool approved, struct threat *t)
{
    enum threat_problem problem = threat_parse(c->a, text, t);

    if (problem != THREAT_FINE)
        return err_set(&c->err, ERR_INPUT, "value", "%.100s: %s", text,
                       threat_problem_text(problem));
    return threat_fits(approved, t->type)
               ? 0
               : err_set(&c->err, ERR_INPUT, "value", "%s",
                         threat_csv_text(THREAT_CSV_NOT_LINK, THREAT_FINE));
}

int
cmd_object_add(struct cli *c)
{
    const char *org_name = cli_opt(c, "--org"), *note = cli_opt(c, "--note");
    const char *expires = cli_opt(c, "--expires"), *list = list_of(c), *org, *word;
    bool log_only = cli_flag(c, "--log"), all = cli_flag(c, "--all");
    struct store_actor by = cli_by(c);
    struct store_threat x = {.action = log_only ? "log" : "block", .note = note ? note : ""};
    struct threat t;

    word = cli_word(c);
    if (cli_end(c, word ? NULL : "VALUE") || thing_of(c, word, is_approved(list), &t) ||
        org_of(c, all, org_name, list, &org))
        return -1;
    if (is_approved(list) && (log_only || expires))
        return err_set(&c->err, ERR_INPUT, "options",
                       "--log and --expires are for suspicious objects only");
    if (threat_expires(expires ? expires : "", when_now(), &x.expires_at) < 0)
        return err_set(&c->err, ERR_INPUT, "expires", "%s",
                       threat_csv_text(THREAT_CSV_EXPIRES, THREAT_FINE));
    x.type = threat_type_name(t.type);
    x.value = t.value;
    return store_threat_add(cli_db(c), NULL, c->a, &by, org, list, &x, &c->err);
}

int
cmd_object_delete(struct cli *c)
{
    const char *org_name = cli_opt(c, "--org"), *list = list_of(c), *org, *word, *id, *value;
    struct store_actor by = cli_by(c);
    bool all = cli_flag(c, "--all");
    struct threat t;
    int n;

    word = cli_word(c);
    if (cli_end(c, word ? NULL : "VALUE") || thing_of(c, word, false, &t) ||
        org_of(c, all, org_name, list, &org))
        return -1;
    if (store_threat_find(cli_db(c), NULL, c->a, org, list, threat_type_name(t.type), t.value, &id,
                          &c->err))
        return c->err.cls == ERR_NOTFOUND
                   ? err_set(&c->err, ERR_NOTFOUND, "entry", "%.150s is not in the list", t.value)
                   : -1;
    return store_threats_remove(cli_db(c), NULL, c->a, &by, org, &id, 1, &n, &value, &c->err);
}

/* ---------------------------------------------------------------- import */

static void
say(struct cli *c, const struct threat_csv_entry *x)
{
    const char *what = threat_csv_text(x->state, x->problem);

    if (c->json)
        cli_json(c, json_pack("{si ss ss}", "line", x->line, "text", x->text, "problem", what));
    else
        printf("line %d: %s: %s\n", x->line, cli_safe(c, x->text), what);
}

static json_t *
row_json(const struct threat_csv_entry *x)
{
    return json_pack("{ss ss ss ss so}", "type", threat_type_name(x->thing.type), "value",
                     x->thing.value, "action", x->block ? "block" : "log", "note", x->note,
                     "expires", x->expires_at ? json_integer(x->expires_at) : json_null());
}

int
cmd_object_import(struct cli *c)
{
    const char *org_name = cli_opt(c, "--org"), *list = list_of(c), *org, *file;
    bool check = cli_flag(c, "--check"), everywhere = cli_flag(c, "--all");
    json_t *rows = jsonx_own(c->a, json_array());
    struct store_actor by = cli_by(c);
    struct threat_csv_entry *all;
    char import_id[37], *p = NULL;
    int64_t added = 0;
    size_t len = 0;
    int n;

    file = cli_word(c);
    if (cli_end(c, file ? NULL : "FILE") || org_of(c, everywhere, org_name, list, &org) ||
        cli_file(c, file, THREAT_CSV_BYTES, &p, &len))
        return -1;
    n = threat_csv_read(c->a, p, len, is_approved(list), when_now(), &all);
    for (int i = 0; i < n; i++)
        if (all[i].state == THREAT_CSV_OK)
            json_array_append_new(rows, row_json(&all[i]));
        else
            say(c, &all[i]);
    if (!check && json_array_size(rows) > 0 &&
        store_threats_import(cli_db(c), NULL, c->a, &by, org, list, jsonx_dump(c->a, rows, NULL),
                             &added, import_id, &c->err))
        return -1;
    if (c->json)
        cli_json(c, json_pack("{sI sI}", "added", (json_int_t)added, "good",
                              (json_int_t)json_array_size(rows)));
    else
        printf("%d of %d lines %s\n", (int)(check ? (int64_t)json_array_size(rows) : added), n,
               check ? "can be added" : "added");
    return 0;
}

/* ---------------------------------------------------------------- reputation */

int
cmd_reputation_show(struct cli *c)
{
    const char *org_name = cli_opt(c, "--org"), *org;
    struct store_reputation_list *lists;
    struct store_reputation s;
    int n;

    if (cli_end(c, NULL) || cli_org(c, org_name, &org) ||
        store_reputation(cli_db(c), NULL, c->a, org, &s, &c->err) ||
        store_reputation_lists(cli_db(c), NULL, c->a, org, &lists, &n, &c->err))
        return -1;
    if (c->json)
        cli_json(c,
                 json_pack("{ss sb}", "level", risk_catch_name(s.level), "untested", s.untested));
    else
        printf("level %s, untested links %s\n", risk_catch_name(s.level),
               s.untested ? "held" : "delivered");
    for (int i = 0; i < n; i++)
        if (c->json)
            cli_json(c, json_pack("{ss ss ss sb sb sb}", "list", lists[i].zone, "codes",
                                  lists[i].codes, "level", lists[i].level, "hosts", lists[i].hosts,
                                  "addresses", lists[i].addresses, "enabled", lists[i].enabled));
        else
            printf("%s\t%s\t%s\t%s\n", lists[i].zone, lists[i].level,
                   lists[i].enabled ? "on" : "off", lists[i].codes);
    return 0;
}

int
cmd_reputation_set(struct cli *c)
{
    const char *org_name = cli_opt(c, "--org"), *level = cli_opt(c, "--level"), *org;
    const char *untested = cli_opt(c, "--untested");
    struct store_actor by = cli_by(c);
    struct store_reputation s;

    if (cli_end(c, NULL) || cli_org(c, org_name, &org) ||
        store_reputation(cli_db(c), NULL, c->a, org, &s, &c->err))
        return -1;
    if (level && (s.level = risk_catch_named(level)) < 0)
        return err_set(
            &c->err, ERR_INPUT, "level",
            "the level is lowest, low, moderately-low, moderately-high, high or highest");
    if (untested && strcmp(untested, "hold") != 0 && strcmp(untested, "deliver") != 0)
        return err_set(&c->err, ERR_INPUT, "untested", "untested links: hold or deliver");
    if (untested)
        s.untested = strcmp(untested, "hold") == 0;
    return store_reputation_put(cli_db(c), NULL, c->a, &by, org, &s, &c->err);
}

int
cmd_reputation_list_add(struct cli *c)
{
    const char *org_name = cli_opt(c, "--org"), *codes = cli_opt(c, "--codes"), *org, *word;
    const char *level = cli_opt(c, "--level");
    struct store_reputation_list l = {.codes = codes ? codes : "",
                                      .level = level ? level : "dangerous",
                                      .hosts = cli_flag(c, "--hosts"),
                                      .addresses = cli_flag(c, "--addresses")};
    struct store_actor by = cli_by(c);
    struct urlbl_codes parsed;
    char *zone;

    word = cli_word(c);
    if (cli_end(c, word ? NULL : "ZONE") || addr_domain(c->a, word, &zone, &c->err) ||
        urlbl_codes_parse(l.codes, &parsed, &c->err) || cli_org(c, org_name, &org))
        return -1;
    if (risk_level_named(l.level) == RISK_LEVELS)
        return err_set(&c->err, ERR_INPUT, "level",
                       "the level is dangerous, highly-suspicious, suspicious or safe");
    l.zone = zone;
    return store_reputation_list_add(cli_db(c), NULL, c->a, &by, org, &l, &c->err);
}

int
cmd_reputation_list_delete(struct cli *c)
{
    const char *org_name = cli_opt(c, "--org"), *word = cli_word(c), *org;
    struct store_reputation_list *lists;
    struct store_actor by = cli_by(c);
    int n;

    if (cli_end(c, word ? NULL : "ZONE") || cli_org(c, org_name, &org) ||
        store_reputation_lists(cli_db(c), NULL, c->a, org, &lists, &n, &c->err))
        return -1;
    for (int i = 0; i < n; i++)
        if (strcmp(lists[i].zone, word) == 0)
            return store_reputation_list_delete(cli_db(c), NULL, c->a, &by, lists[i].list_id,
                                                &c->err);
    return err_set(&c->err, ERR_NOTFOUND, "list", "the list %.100s is not asked", word);
}
