/* sekisho password list|add|delete|import|export|show|set: passwords for files in mail */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli_org.h"
#include "common/arena.h"
#include "common/buf.h"
#include "common/file_password.h"
#include "common/jsonx.h"
#include "store/store_file_password.h"

static const char *
problem(enum file_password_problem p)
{
    static const char *const texts[] = {
        [FILE_PASSWORD_FINE] = "",
        [FILE_PASSWORD_EMPTY] = "it is empty",
        [FILE_PASSWORD_LONG] = "it is longer than 128 bytes",
        [FILE_PASSWORD_SIGNS] = "it has control characters or is not UTF-8",
        [FILE_PASSWORD_RANK] = "the priority is a number from 1 to 100",
        [FILE_PASSWORD_AGAIN] = "it stands in an earlier line",
    };

    return texts[p];
}

/* A password as a word of the command, or as the first line of standard input. */
static int
value_of(struct cli *c, const char *word, const char **value)
{
    enum file_password_problem p;
    char *text;
    size_t n;

    *value = word;
    if (strcmp(word, "-") == 0) {
        if (cli_file(c, word, FILE_PASSWORD_FILE, &text, &n))
            return -1;
        text[strcspn(text, "\r\n")] = '\0';
        *value = text;
    }
    p = file_password_check(*value);
    return p == FILE_PASSWORD_FINE
               ? 0
               : err_set(&c->err, ERR_INPUT, "password", "not a password: %s", problem(p));
}

/* ------------------------------------------------------------------ the list */

static int
all_of(struct cli *c, struct store_file_password **rows, int *n)
{
    const char *org_name = cli_opt(c, "--org"), *org;

    if (cli_end(c, NULL) || cli_org(c, org_name, &org))
        return -1;
    return store_file_passwords(cli_db(c), NULL, c->a, org, rows, n, &c->err);
}

int
cmd_password_list(struct cli *c)
{
    struct store_file_password *rows;
    int n;

    if (all_of(c, &rows, &n))
        return -1;
    for (int i = 0; i < n; i++)
        if (c->json)
            cli_json(c, json_pack("{ss si ss}", "password", rows[i].value, "priority",
                                  rows[i].priority, "added_by", rows[i].added_by));
        else
            printf("%d\t%s\n", rows[i].priority, cli_safe(c, rows[i].value));
    return 0;
}

int
cmd_password_export(struct cli *c)
{
    struct buf *b = buf_new(c->a, 0);
    struct store_file_password *rows;
    int n;

    if (all_of(c, &rows, &n))
        return -1;
    for (int i = 0; i < n; i++)
        file_password_write(b, rows[i].value, rows[i].priority);
    (void)fputs(buf_cstr(b), stdout);
    return 0;
}

int
cmd_password_add(struct cli *c)
{
    const char *org_name = cli_opt(c, "--org"), *rank = cli_opt(c, "--priority"), *org, *value;
    const char *word = cli_word(c);
    int priority = FILE_PASSWORD_PRIORITY;
    struct store_actor by = cli_by(c);

    if (cli_end(c, word ? NULL : "PASSWORD") || value_of(c, word, &value))
        return -1;
    if (cli_number(c, "--priority", rank, 1, FILE_PASSWORD_PRIORITIES, &priority) ||
        cli_org(c, org_name, &org))
        return -1;
    return store_file_password_add(cli_db(c), NULL, c->a, &by, org, value, priority, &c->err);
}

int
cmd_password_delete(struct cli *c)
{
    const char *org_name = cli_opt(c, "--org"), *org, *value, *word = cli_word(c);
    struct store_actor by = cli_by(c);

    if (cli_end(c, word ? NULL : "PASSWORD") || value_of(c, word, &value) ||
        cli_org(c, org_name, &org))
        return -1;
    return store_file_password_delete(cli_db(c), NULL, c->a, &by, org, NULL, value, &c->err);
}

int
cmd_password_import(struct cli *c)
{
    const char *org_name = cli_opt(c, "--org"), *org, *file = cli_word(c);
    const char **values, **ranks;
    struct store_actor by = cli_by(c);
    struct file_password *all;
    int64_t added = 0, changed = 0;
    int n, good = 0;
    size_t len;
    char *p;

    if (cli_end(c, file ? NULL : "FILE") || cli_file(c, file, FILE_PASSWORD_FILE, &p, &len) ||
        cli_org(c, org_name, &org))
        return -1;
    n = file_password_read(c->a, p, len, &all);
    values = arena_calloc(c->a, (size_t)n + 1, sizeof *values);
    ranks = arena_calloc(c->a, (size_t)n + 1, sizeof *ranks);
    for (int i = 0; i < n; i++)
        if (all[i].problem == FILE_PASSWORD_FINE) {
            ranks[good] = arena_printf(c->a, "%d", all[i].priority);
            values[good++] = all[i].value;
        } else if (!c->json) {
            printf("line %d: %s\n", all[i].line, problem(all[i].problem));
        }
    if (good && store_file_password_import(cli_db(c), NULL, c->a, &by, org, values, ranks, good,
                                           &added, &changed, &c->err))
        return -1;
    if (c->json)
        cli_json(c, json_pack("{sI sI si}", "added", (json_int_t)added, "changed",
                              (json_int_t)changed, "good", good));
    else
        printf("%d of %d lines are good: %d added, %d changed\n", good, n, (int)added,
               (int)changed);
    return 0;
}

/* ------------------------------------------------------------------ settings */

static void
print(struct cli *c, const struct store_file_password_setting *s)
{
    if (c->json)
        cli_json(c, json_pack("{sb sb si}", "inbound", s->inbound, "outbound", s->outbound,
                              "earlier_minutes", s->earlier_minutes));
    else
        printf("inbound %s, outbound %s, of earlier mails: %d minutes\n", s->inbound ? "on" : "off",
               s->outbound ? "on" : "off", s->earlier_minutes);
}

int
cmd_password_show(struct cli *c)
{
    const char *org_name = cli_opt(c, "--org"), *org;
    struct store_file_password_setting s;

    if (cli_end(c, NULL) || cli_org(c, org_name, &org) ||
        store_file_password_setting(cli_db(c), NULL, c->a, org, &s, &c->err))
        return -1;
    print(c, &s);
    return 0;
}

static int
on_off(struct cli *c, const char *option, const char *word, bool *out)
{
    if (word && strcmp(word, "on") != 0 && strcmp(word, "off") != 0)
        return err_set(&c->err, ERR_INPUT, "value", "%s is on or off", option);
    if (word)
        *out = strcmp(word, "on") == 0;
    return 0;
}

int
cmd_password_set(struct cli *c)
{
    const char *org_name = cli_opt(c, "--org"), *in = cli_opt(c, "--inbound"), *org;
    const char *out = cli_opt(c, "--outbound"), *minutes = cli_opt(c, "--earlier");
    struct store_file_password_setting s;
    struct store_actor by = cli_by(c);

    if (cli_end(c, NULL) || cli_org(c, org_name, &org) ||
        store_file_password_setting(cli_db(c), NULL, c->a, org, &s, &c->err) ||
        on_off(c, "--inbound", in, &s.inbound) || on_off(c, "--outbound", out, &s.outbound) ||
        cli_number(c, "--earlier", minutes, 0, FILE_PASSWORD_MINUTES, &s.earlier_minutes))
        return -1;
    s.version = NULL;
    if (store_file_password_setting_put(cli_db(c), NULL, c->a, &by, org, &s, &c->err))
        return -1;
    print(c, &s);
    return 0;
}
