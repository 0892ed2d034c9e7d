/* sekisho authentication show|set|reset */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli_org.h"
#include "common/addr.h"
#include "common/arena.h"
#include "common/auth_rule.h"
#include "common/jsonx.h"
#include "store/store_auth_rule.h"
#include "store/store_domain.h"

#define FILE_MAX (AUTH_RULE_BYTES * 4)

/* Of a domain, or of an organisation's default. */
struct target {
    const char *org, *domain_id;
    const char *name; /* "" */
};

static int
find_target(struct cli *c, const char *word, const char *org_name, struct target *t)
{
    struct store_domain d;
    char *name;

    if (!word) {
        *t = (struct target){.domain_id = "", .name = ""};
        return cli_org(c, org_name, &t->org);
    }
    if (addr_domain(c->a, word, &name, &c->err) ||
        store_domain_find(cli_db(c), NULL, c->a, name, &d, &c->err))
        return -1;
    *t = (struct target){d.org_id, d.domain_id, name};
    return 0;
}

static int
read_rule(struct cli *c, const char *text, size_t n, struct auth_rule *out)
{
    json_t *j;

    if (jsonx_load(c->a, text, n, FILE_MAX, &j, &c->err))
        return -1;
    return auth_rule_from_json(c->a, j, out, &c->err);
}

int
cmd_authentication_show(struct cli *c)
{
    const char *org = cli_opt(c, "--org"), *word = cli_word(c);
    struct store_auth_rule row;
    struct auth_rule rule;
    struct target t;
    char *text;

    auth_rule_default(&rule);
    if (cli_end(c, NULL) || find_target(c, word, org, &t) ||
        store_auth_rule_get(cli_db(c), NULL, c->a, t.org, t.domain_id, &row, &c->err))
        return -1;
    if (!row.settings && *t.domain_id &&
        store_auth_rule_get(cli_db(c), NULL, c->a, t.org, "", &row, &c->err))
        return -1;
    if (row.settings && read_rule(c, row.settings, strlen(row.settings), &rule))
        return -1;
    text = json_dumps(auth_rule_to_json(c->a, &rule), JSON_INDENT(c->json ? 0 : 2));
    BUG_IF(!text);
    puts(text);
    free(text);
    return 0;
}

int
cmd_authentication_set(struct cli *c)
{
    const char *org = cli_opt(c, "--org"), *file = cli_opt(c, "--file"), *word = cli_word(c);
    struct store_actor by = cli_by(c);
    struct auth_rule rule;
    struct target t;
    char *p;
    size_t n;

    if (cli_end(c, file ? NULL : "--file") || find_target(c, word, org, &t) ||
        cli_file(c, file, FILE_MAX, &p, &n) || read_rule(c, p, n, &rule))
        return -1;
    if (store_auth_rule_put(cli_db(c), NULL, c->a, &by, t.org, t.domain_id,
                            jsonx_dump(c->a, auth_rule_to_json(c->a, &rule), NULL), NULL, &c->err))
        return -1;
    if (c->json)
        cli_json(c, json_pack("{ss}", "domain", t.name));
    else
        printf("The rule %s%s is changed.\n", *t.name ? "of " : "for all domains", t.name);
    return 0;
}

int
cmd_authentication_reset(struct cli *c)
{
    const char *word = cli_word(c);
    struct store_actor by = cli_by(c);
    struct target t;

    if (cli_end(c, word ? NULL : "DOMAIN") || find_target(c, word, NULL, &t) ||
        store_auth_rule_delete(cli_db(c), NULL, c->a, &by, t.org, t.domain_id, &c->err))
        return -1;
    if (c->json)
        cli_json(c, json_pack("{ss}", "domain", t.name));
    else
        printf("%s goes by the rule for all domains again.\n", t.name);
    return 0;
}
