/* sekisho second show|set, user second-off */
#include <stdio.h>
#include <string.h>

#include "cli_org.h"
#include "common/addr.h"
#include "common/arena.h"
#include "common/when.h"
#include "store/store_second.h"

static int
show(struct cli *c, const char *org)
{
    struct store_second_rule x;

    if (store_second_rule(cli_db(c), NULL, c->a, org, &x, &c->err))
        return -1;
    const char *who = strcmp(x.required, "optional") ? x.required : "nobody";
    if (c->json)
        cli_json(c, json_pack("{ss sb ss ss}", "required", who, "trust", x.trust, "from", x.from,
                              "kinds", x.kinds));
    else
        printf("required %s\ntrust %s\nfrom %s\nkinds %s\n", who, x.trust ? "on" : "off",
               *x.from ? x.from : "now", x.kinds);
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

/* The day of --from, "" = at once; NULL: not given. */
static int
from(struct cli *c, const char **out)
{
    int64_t ms;

    *out = cli_opt(c, "--from");
    if (!*out)
        return 0;
    if (strcmp(*out, "now") == 0) {
        *out = "";
        return 0;
    }
    return strlen(*out) == 10 && !when_parse(arena_printf(c->a, "%sT00:00:00Z", *out), &ms)
               ? 0
               : err_set(&c->err, ERR_INPUT, "value", "--from is a day such as 2026-12-01, or now");
}

int
cmd_second_set(struct cli *c)
{
    const char *org_name = cli_opt(c, "--org"), *trust = cli_opt(c, "--trust"), *org;
    struct store_second_change x = {.kinds = cli_opt(c, "--kinds")};
    struct store_actor by = cli_by(c);
    bool on = trust && strcmp(trust, "on") == 0;

    if (required(c, &x.required) || from(c, &x.from))
        return -1;
    if (x.kinds && strcmp(x.kinds, "app") != 0 && strcmp(x.kinds, "any") != 0)
        return err_set(&c->err, ERR_INPUT, "value", "--kinds is app or any");
    x.trust = trust ? &on : NULL;
    if (trust && !on && strcmp(trust, "off") != 0)
        return err_set(&c->err, ERR_INPUT, "value", "--trust is on or off");
    if (cli_end(c, NULL) || cli_org(c, org_name, &org) ||
        store_second_rule_set(cli_db(c), NULL, c->a, org, &x, &by, &c->err))
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
