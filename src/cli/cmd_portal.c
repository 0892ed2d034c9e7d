/* sekisho portal show|set */
#include <stdio.h>
#include <string.h>

#include "cli_org.h"
#include "common/arena.h"
#include "store/store_proof.h"

static const char *
word(bool on)
{
    return on ? "on" : "off";
}

static int
show(struct cli *c, const char *org)
{
    struct store_portal p;

    if (store_portal_get(cli_db(c), c->a, org, &p, &c->err))
        return -1;
    if (c->json)
        cli_json(c, json_pack("{sb sb}", "register", p.may_register, "links", p.link));
    else
        printf("register %s\nlinks %s\n", word(p.may_register), word(p.link));
    return 0;
}

int
cmd_portal_show(struct cli *c)
{
    const char *org_name = cli_opt(c, "--org"), *org;

    return cli_end(c, NULL) || cli_org(c, org_name, &org) ? -1 : show(c, org);
}

/* *out: NULL when the option is not there, else value. */
static int
on_off(struct cli *c, const char *option, bool *value, const bool **out)
{
    const char *v = cli_opt(c, option);

    *out = NULL;
    if (!v)
        return 0;
    if (strcmp(v, "on") != 0 && strcmp(v, "off") != 0)
        return err_set(&c->err, ERR_INPUT, "value", "%s is on or off", option);
    *value = strcmp(v, "on") == 0;
    *out = value;
    return 0;
}

int
cmd_portal_set(struct cli *c)
{
    const char *org_name = cli_opt(c, "--org"), *org;
    const bool *may_register, *link;
    bool values[2];

    if (on_off(c, "--register", &values[0], &may_register) ||
        on_off(c, "--links", &values[1], &link) || cli_end(c, NULL) || cli_org(c, org_name, &org) ||
        store_portal_set(cli_db(c), c->a, org, may_register, link, cli_by(c).name, &c->err))
        return -1;
    return show(c, org);
}
