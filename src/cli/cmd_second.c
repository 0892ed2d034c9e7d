/* sekisho second show|set, user second-off */
#include <stdio.h>
#include <string.h>

#include "cli_org.h"
#include "common/addr.h"
#include "common/arena.h"
#include "store/store_second.h"

static int
show(struct cli *c, const char *org)
{
    struct store_second_rule x;

    if (store_second_rule(cli_db(c), c->a, org, &x, &c->err))
        return -1;
    const char *who = strcmp(x.required, "optional") ? x.required : "nobody";
    if (c->json)
        cli_json(c, json_pack("{ss sb}", "required", who, "trust", x.trust));
    else
        printf("required %s\ntrust %s\n", who, x.trust ? "on" : "off");
    return 0;
}

int
cmd_second_show(struct cli *c)
{
    const char *org_name = cli_opt(c, "--org"), *org;

    return cli_end(c, NULL) || cli_org(c, org_name, &org) ? -1 : show(c, org);
}

/* The word of --required as it is stored; NULL: not given. */
static int
required(struct cli *c, const char **out)
{
    const char *v = cli_opt(c, "--required");

    *out = v;
    if (!v || strcmp(v, "admins") == 0 || strcmp(v, "everyone") == 0)
        return 0;
    *out = "optional";
    return strcmp(v, "nobody") == 0
               ? 0
               : err_set(&c->err, ERR_INPUT, "value", "--required is nobody, admins or everyone");
}

int
cmd_second_set(struct cli *c)
{
    const char *org_name = cli_opt(c, "--org"), *trust = cli_opt(c, "--trust"), *who, *org;
    struct store_actor by = cli_by(c);
    bool on = trust && strcmp(trust, "on") == 0;

    if (required(c, &who))
        return -1;
    if (trust && !on && strcmp(trust, "off") != 0)
        return err_set(&c->err, ERR_INPUT, "value", "--trust is on or off");
    if (cli_end(c, NULL) || cli_org(c, org_name, &org) ||
        store_second_rule_set(cli_db(c), c->a, org, who, trust ? &on : NULL, &by, &c->err))
        return -1;
    return show(c, org);
}

int
cmd_user_second_off(struct cli *c)
{
    const char *word = cli_word(c);
    struct store_actor by = cli_by(c);
    struct addr address;

    if (cli_end(c, !word ? "ADDRESS" : NULL) || addr_parse(c->a, word, &address, &c->err) ||
        store_second_reset(cli_db(c), c->a, address.key, &by, &c->err))
        return -1;
    if (c->json)
        cli_json(c, json_pack("{ss}", "address", address.key));
    else
        printf("%s signs in with the password alone.\n", cli_safe(c, address.key));
    return 0;
}
