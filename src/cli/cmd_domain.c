/* sekisho domain add|list|delete */
#include <stdio.h>
#include <string.h>

#include "cli_org.h"
#include "common/addr.h"
#include "common/arena.h"
#include "store/store_domain.h"
#include "store/store_org.h"

int
cli_org(struct cli *c, const char *name, const char **org_id)
{
    struct store_org *rows;
    int n, found = 0;
    if (store_org_list(cli_db(c), c->a, &rows, &n, &c->err))
        return -1;
    for (int i = 0; i < n; i++) {
        if (!name || strcmp(rows[i].name, name) == 0 || strcmp(rows[i].org_id, name) == 0) {
            *org_id = rows[i].org_id;
            found++;
        }
    }
    if (found == 1)
        return 0;
    if (found == 0)
        return err_set(&c->err, ERR_NOTFOUND, "org", n ? "no such organisation" : "there is no organisation yet: run `sekisho setup`");
    return err_set(&c->err, ERR_INPUT, "org", "there are %d organisations: name one with --org", found);
}

struct store_actor
cli_by(struct cli *c)
{
    return (struct store_actor){NULL, cli_actor(c), "cli", ""};
}

int
cmd_domain_add(struct cli *c)
{
    const char *hop = cli_opt(c, "--next-hop"), *org_name = cli_opt(c, "--org"), *word = cli_word(c), *org;
    struct store_actor by = cli_by(c);
    struct hostport to;
    char *name, id[37];
    if (cli_end(c, !word ? "NAME" : !hop ? "--next-hop" : NULL) || addr_domain(c->a, word, &name, &c->err) ||
        addr_hostport(c->a, hop, 25, &to, &c->err) || cli_org(c, org_name, &org))
        return -1;
    if (!to.is_ip && addr_bare_domain(to.host))
        return err_set(&c->err, ERR_INPUT, "host", "%s is a domain: --next-hop takes a server in it, such as mail.%s:25", to.host, to.host);
    if (store_domain_add(cli_db(c), NULL, c->a, &by, org, name, to.host, to.port, id, &c->err)) {
        if (strcmp(c->err.code, "domain_taken") == 0)
            err_set(&c->err, ERR_CONFLICT, "domain_taken", "%s is protected here already", name);
        return -1;
    }
    if (c->json)
        cli_json(c, json_pack("{ss ss}", "domain_id", id, "name", name));
    else
        printf("%s is protected; its mail goes on to %s:%d.\n", name, to.host, to.port);
    return 0;
}

static json_t *
domain_json(const struct store_domain *d)
{
    json_t *servers = json_array();
    for (int i = 0; i < d->nservers; i++)
        json_array_append_new(servers, json_pack("{ss ss si si}", "recipient", d->servers[i].recipient, "host", d->servers[i].host,
                                                 "port", d->servers[i].port, "preference", d->servers[i].preference));
    return json_pack("{ss ss ss sI so}", "domain_id", d->domain_id, "name", d->name, "state", d->state, "held",
                     (json_int_t)d->held, "servers", servers);
}

int
cmd_domain_list(struct cli *c)
{
    struct store_domain *rows;
    int n;
    if (cli_end(c, NULL) || store_domain_list(cli_db(c), NULL, c->a, &rows, &n, &c->err))
        return -1;
    for (int i = 0; i < n; i++) {
        if (c->json) {
            cli_json(c, domain_json(&rows[i]));
            continue;
        }
        printf("%s\t%lld held", rows[i].name, (long long)rows[i].held);
        for (int k = 0; k < rows[i].nservers; k++)
            printf("\t%s -> %s:%d", cli_safe(c, rows[i].servers[k].recipient), rows[i].servers[k].host, rows[i].servers[k].port);
        putchar('\n');
    }
    return 0;
}

int
cmd_domain_delete(struct cli *c)
{
    const char *word = cli_word(c);
    struct store_actor by = cli_by(c);
    struct store_domain d;
    char *name;
    if (cli_end(c, word ? NULL : "NAME") || addr_domain(c->a, word, &name, &c->err) ||
        store_domain_find(cli_db(c), NULL, c->a, name, &d, &c->err) ||
        store_domain_delete(cli_db(c), NULL, c->a, &by, d.domain_id, &c->err))
        return -1;
    if (c->json)
        cli_json(c, json_pack("{ss}", "deleted", name));
    else
        printf("%s is not protected any more; mail for it is refused.\n", name);
    return 0;
}
