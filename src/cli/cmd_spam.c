/* sekisho spam show|set; people, lookalike, graymail: list|add|delete|import|export */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli_org.h"
#include "common/arena.h"
#include "common/jsonx.h"
#include "common/spam_entry.h"
#include "common/spam_rule.h"
#include "store/store_spam.h"

/* ------------------------------------------------------------------ settings */

static int
load(struct cli *c, const char *org, struct spam_rule *rule)
{
    const char *settings, *version;
    json_t *j;

    spam_rule_default(rule);
    if (store_spam_setting(cli_db(c), NULL, c->a, org, &settings, &version, &c->err))
        return -1;
    if (!settings)
        return 0;
    return jsonx_load(c->a, settings, strlen(settings), SPAM_RULE_BYTES * 4, &j, &c->err) ||
                   spam_rule_from_json(c->a, j, rule, &c->err)
               ? -1
               : 0;
}

static void
print(struct cli *c, const struct spam_rule *rule)
{
    char *text = json_dumps(spam_rule_to_json(c->a, rule), JSON_INDENT(c->json ? 0 : 2));

    BUG_IF(!text);
    puts(text);
    free(text);
}

int
cmd_spam_show(struct cli *c)
{
    const char *org_name = cli_opt(c, "--org"), *org;
    struct spam_rule rule;

    if (cli_end(c, NULL) || cli_org(c, org_name, &org) || load(c, org, &rule))
        return -1;
    print(c, &rule);
    return 0;
}

/* "on" or "off" for a category; a word for all else. */
static int
set_option(struct cli *c, json_t *j, const char *option, const char *in, const char *key,
           bool yes_no)
{
    const char *v = cli_opt(c, option);
    json_t *o = in ? json_object_get(j, in) : j;

    if (!v)
        return 0;
    if (yes_no && strcmp(v, "on") != 0 && strcmp(v, "off") != 0)
        return err_set(&c->err, ERR_INPUT, "value", "%s is on or off", option);
    json_object_set_new(o, key, yes_no ? json_boolean(strcmp(v, "on") == 0) : json_string(v));
    return 0;
}

static int
read_options(struct cli *c, json_t *j)
{
    for (int k = 0; k < SPAM_KINDS; k++)
        if (set_option(c, j, arena_printf(c->a, "--%s", spam_kinds[k].id), "actions",
                       spam_kinds[k].id, false))
            return -1;
    for (int g = 0; g < SPAM_GRAYS; g++)
        if (set_option(c, j, arena_printf(c->a, "--%s", spam_grays[g].id), "graymail",
                       spam_grays[g].id, true))
            return -1;
    return set_option(c, j, "--level", NULL, "level", false) ||
                   set_option(c, j, "--tag", NULL, "tag", false) ||
                   set_option(c, j, "--closeness", NULL, "closeness", false) ||
                   set_option(c, j, "--people", NULL, "people", true) ||
                   set_option(c, j, "--lookalikes", NULL, "domains", true)
               ? -1
               : 0;
}

int
cmd_spam_set(struct cli *c)
{
    const char *org_name = cli_opt(c, "--org"), *org;
    struct store_actor by = cli_by(c);
    struct spam_rule rule;
    json_t *j;

    if (cli_org(c, org_name, &org) || load(c, org, &rule))
        return -1;
    j = spam_rule_to_json(c->a, &rule);
    if (read_options(c, j) || cli_end(c, NULL))
        return -1;
    if (spam_rule_from_json(c->a, j, &rule, &c->err))
        return err_set(&c->err, ERR_INPUT, "spam-rule",
                       "an unknown level, action (hold, tag, deliver) or closeness, or a tag that "
                       "is too long");
    if (store_spam_setting_put(cli_db(c), NULL, c->a, &by, org,
                               jsonx_dump(c->a, spam_rule_to_json(c->a, &rule), NULL), NULL,
                               &c->err))
        return -1;
    print(c, &rule);
    return 0;
}

/* ------------------------------------------------------------------ lists */

static enum spam_list
domains_or_exceptions(struct cli *c)
{
    return cli_flag(c, "--exception") ? SPAM_EXCEPTION : SPAM_DOMAIN;
}

static const char *
problem(enum spam_problem p)
{
    static const char *const texts[] = {
        [SPAM_FINE] = "",
        [SPAM_NO_NAME] = "not First,Middle,Last,addresses",
        [SPAM_NO_ADDRESS] = "has something that is no address, or more than 20 addresses",
        [SPAM_NO_DOMAIN] = "not a domain",
        [SPAM_NO_NETWORK] = "not an address or network",
        [SPAM_TOO_LONG] = "too long",
        [SPAM_TWICE] = "stands in an earlier line",
    };

    return texts[p];
}

static int
list_all(struct cli *c, enum spam_list list)
{
    const char *org_name = cli_opt(c, "--org"), *org;
    struct store_spam_filter f = {.list = spam_list_ids[list], .from = "", .limit = 1000};
    struct store_spam_entry *rows;
    bool more;
    int n;

    if (cli_end(c, NULL) || cli_org(c, org_name, &org) ||
        store_spam_entries(cli_db(c), NULL, c->a, org, &f, &rows, &n, &more, &c->err))
        return -1;
    for (int i = 0; i < n; i++)
        if (c->json)
            cli_json(c, json_pack("{ss sI ss}", "value", rows[i].value, "added_at",
                                  (json_int_t)rows[i].added_at, "added_by", rows[i].added_by));
        else
            puts(cli_safe(c, rows[i].value));
    return 0;
}

static int
one(struct cli *c, enum spam_list list, bool add)
{
    const char *org_name = cli_opt(c, "--org"), *org, *word = cli_word(c), *value;
    struct store_actor by = cli_by(c);
    enum spam_problem p;

    if (cli_end(c, word ? NULL : "ENTRY") || cli_org(c, org_name, &org))
        return -1;
    p = spam_entry_parse(c->a, list, word, &value);
    if (p != SPAM_FINE)
        return err_set(&c->err, ERR_INPUT, "entry", "%.100s: %s", cli_safe(c, word), problem(p));
    if (!add)
        return store_spam_delete(cli_db(c), NULL, c->a, &by, org, spam_list_ids[list], value,
                                 &c->err);
    if (store_spam_add(cli_db(c), NULL, c->a, &by, org, spam_list_ids[list], value, &c->err) == 0)
        return 0;
    if (strcmp(c->err.code, "spam_entry_twice") == 0)
        return err_set(&c->err, ERR_CONFLICT, "spam_entry_twice", "it is on the list already");
    return -1;
}

/* What can be taken; says what cannot. */
static const char **
good_values(struct cli *c, enum spam_list list, const char *p, size_t len, int *lines, int *good)
{
    struct spam_line *all;
    const char **values;

    *lines = spam_file_read(c->a, list, p, len, &all);
    *good = 0;
    values = arena_calloc(c->a, (size_t)*lines + 1, sizeof *values);
    for (int i = 0; i < *lines; i++) {
        if (all[i].problem == SPAM_FINE)
            values[(*good)++] = all[i].value;
        else if (c->json)
            cli_json(c, json_pack("{si ss ss}", "line", all[i].number, "text", all[i].text,
                                  "problem", problem(all[i].problem)));
        else
            printf("line %d: %s: %s\n", all[i].number, cli_safe(c, all[i].text),
                   problem(all[i].problem));
    }
    return values;
}

static int
import(struct cli *c, enum spam_list list)
{
    const char *org_name = cli_opt(c, "--org"), *org, *file, **values;
    bool overwrite = cli_flag(c, "--overwrite"), check = cli_flag(c, "--check");
    struct store_actor by = cli_by(c);
    int64_t added = 0, deleted = 0;
    int lines, good;
    char *p = NULL;
    size_t len = 0;

    file = cli_word(c);
    if (cli_end(c, file ? NULL : "FILE") || cli_org(c, org_name, &org) ||
        cli_file(c, file, SPAM_FILE_BYTES, &p, &len))
        return -1;
    values = good_values(c, list, p, len, &lines, &good);
    if (!check && store_spam_import(cli_db(c), NULL, c->a, &by, org, spam_list_ids[list], values,
                                    good, overwrite, &added, &deleted, &c->err))
        return -1;
    if (c->json)
        cli_json(c, json_pack("{si sI sI}", "good", good, "added", (json_int_t)added, "deleted",
                              (json_int_t)deleted));
    else if (check)
        printf("%d of %d lines can be taken\n", good, lines);
    else
        printf("%lld added, %lld deleted\n", (long long)added, (long long)deleted);
    return 0;
}

/* What `export` prints, `import` reads. */
#define COMMANDS(topic, which)              \
    int cmd_##topic##_list(struct cli *c)   \
    {                                       \
        return list_all(c, which);          \
    }                                       \
    int cmd_##topic##_export(struct cli *c) \
    {                                       \
        return list_all(c, which);          \
    }                                       \
    int cmd_##topic##_add(struct cli *c)    \
    {                                       \
        return one(c, which, true);         \
    }                                       \
    int cmd_##topic##_delete(struct cli *c) \
    {                                       \
        return one(c, which, false);        \
    }                                       \
    int cmd_##topic##_import(struct cli *c) \
    {                                       \
        return import(c, which);            \
    }
COMMANDS(people, SPAM_PERSON)
COMMANDS(lookalike, domains_or_exceptions(c))
COMMANDS(graymail, SPAM_GRAYMAIL)
