/* sekisho policy quarantine-rights show|set: what people may do with their held mail */
#include <stdio.h>
#include <string.h>

#include "cli_org.h"
#include "common/arena.h"
#include "store/store_rights.h"

static const char *const words[] = {"view", "deliver", "ask", "delete", "block", "approve", NULL};

static int
show(struct cli *c, const char *org)
{
    struct store_right *rows;
    int n;

    if (store_rights(cli_db(c), NULL, c->a, org, &rows, &n, &c->err))
        return -1;
    for (int i = 0; i < n; i++) {
        if (c->json)
            cli_json(c, json_pack("{ss ss ss sb}", "kind", rows[i].kind, "rights", rows[i].rights,
                                  "possible", rows[i].possible, "changed", rows[i].own));
        else
            printf("%-14s %s%s\n", rows[i].kind, *rows[i].rights ? rows[i].rights : "none",
                   rows[i].own ? "  (changed)" : "");
    }
    return 0;
}

static bool
known(const char *word)
{
    for (int i = 0; words[i]; i++)
        if (strcmp(words[i], word) == 0)
            return true;
    return false;
}

/* The words behind the kind: rights, or "none", or "standard" (*rights NULL). */
static int
read_rights(struct cli *c, const char **rights)
{
    const char *word, *text = "";
    int n = 0;

    while ((word = cli_word(c)) && n++ < 10) {
        if (n == 1 && (strcmp(word, "standard") == 0 || strcmp(word, "none") == 0)) {
            *rights = *word == 's' ? NULL : "";
            return cli_end(c, NULL);
        }
        if (!known(word))
            return err_set(&c->err, ERR_INPUT, "right",
                           "\"%.40s\" is not a right: view, deliver, ask, delete, block, approve, "
                           "or none, or standard",
                           word);
        text = *text ? arena_printf(c->a, "%s %s", text, word) : word;
    }
    *rights = text;
    return cli_end(c, n ? NULL : "RIGHT");
}

static int
set(struct cli *c, const char *org)
{
    const char *kind = cli_word(c), *rights = NULL;
    struct store_actor by = cli_by(c);

    if (!kind)
        return cli_end(c, "KIND");
    if (read_rights(c, &rights))
        return -1;
    if (store_rights_set(cli_db(c), c->a, &by, org, kind, rights, &c->err)) {
        if (strcmp(c->err.code, "right_impossible") == 0)
            return err_set(
                &c->err, ERR_INPUT, "right_impossible",
                "not possible for %.40s: nobody delivers malware himself, and approving senders "
                "is for what the spam filter finds (`show --json` lists what is possible)",
                kind);
        return -1;
    }
    return show(c, org);
}

int
cmd_policy_quarantine_rights(struct cli *c)
{
    const char *org_name = cli_opt(c, "--org"), *verb = cli_word(c), *org;

    if (!verb || (strcmp(verb, "show") != 0 && strcmp(verb, "set") != 0))
        return cli_end(c, "show or set");
    if (cli_org(c, org_name, &org))
        return -1;
    if (*verb == 's' && verb[1] == 'e')
        return set(c, org);
    return cli_end(c, NULL) ? -1 : show(c, org);
}
