/* sekisho request approver list|add|remove: who decides about release requests */
#include <stdio.h>
#include <string.h>

#include "cli_org.h"
#include "common/addr.h"
#include "common/arena.h"
#include "store/store_request.h"

static int
list(struct cli *c, const char *org)
{
    struct store_approver *rows;
    int n;

    if (store_approvers(cli_db(c), c->a, org, &rows, &n, &c->err))
        return -1;
    for (int i = 0; i < n; i++) {
        if (c->json)
            cli_json(c, json_pack("{ss ss}", "domain", rows[i].domain, "address", rows[i].address));
        else
            printf("%s\t%s\n", *rows[i].domain ? rows[i].domain : "all domains", rows[i].address);
    }
    return 0;
}

static int
change(struct cli *c, const char *org, bool add, const char *typed_domain)
{
    const char *typed = cli_word(c);
    struct store_actor by = cli_by(c);
    struct addr address;
    char *domain = (char[]){""};

    if (cli_end(c, typed ? NULL : "ADDRESS"))
        return -1;
    if (addr_parse(c->a, typed, &address, &c->err) ||
        (typed_domain && addr_domain(c->a, typed_domain, &domain, &c->err)))
        return -1;
    if (store_approver_set(cli_db(c), c->a, &by, org, address.key, domain, add, &c->err) == 0)
        return list(c, org);
    if (c->err.cls == ERR_NOTFOUND)
        return err_set(&c->err, ERR_NOTFOUND, "approver",
                       add ? "nothing was added: it is there already, or it is no owner, domain "
                             "admin or help desk account of this organisation, or the domain is "
                             "not its own"
                           : "nothing was removed: it is not on the list");
    return -1;
}

int
cmd_request_approver(struct cli *c)
{
    const char *org_name = cli_opt(c, "--org"), *domain = cli_opt(c, "--domain");
    const char *verb = cli_word(c), *org;
    bool add = verb && strcmp(verb, "add") == 0;

    if (!verb || (!add && strcmp(verb, "remove") != 0 && strcmp(verb, "list") != 0))
        return cli_end(c, "list, add or remove");
    if (cli_org(c, org_name, &org))
        return -1;
    if (strcmp(verb, "list") != 0)
        return change(c, org, add, domain);
    return cli_end(c, NULL) ? -1 : list(c, org);
}
