/* sekisho outbound list|add|delete|switch|suspend|resume */
#include <stdio.h>
#include <string.h>

#include "cli_domain.h"
#include "cli_org.h"
#include "common/source.h"
#include "store/store_outbound.h"
#include "store/store_recipient.h"

static int
list_networks(struct cli *c)
{
    struct store_network *rows;
    int n;

    if (store_outbound_list(cli_db(c), NULL, c->a, NULL, &rows, &n, &c->err))
        return -1;
    for (int i = 0; i < n; i++) {
        if (c->json)
            cli_json(c, json_pack("{ss ss}", "domain", rows[i].domain, "network", rows[i].network));
        else
            printf("%s\t%s\n", rows[i].domain, rows[i].network);
    }
    return 0;
}

static int
list_suspended(struct cli *c)
{
    struct store_suspension *rows;
    const char *from = "";
    bool more = true;
    int n;

    while (more) {
        if (store_suspension_list(cli_db(c), NULL, c->a, from, false, 100, &rows, &n, &more, &c->err))
            return -1;
        for (int i = 0; i < n; i++) {
            if (c->json)
                cli_json(c, json_pack("{ss ss}", "suspended", rows[i].source, "note", rows[i].note));
            else
                printf("suspended\t%s\t%s\n", cli_safe(c, rows[i].source), cli_safe(c, rows[i].note));
        }
        from = n ? rows[n - 1].source : "";
    }
    return 0;
}

int
cmd_outbound_list(struct cli *c)
{
    return cli_end(c, NULL) || list_networks(c) || list_suspended(c) ? -1 : 0;
}

static int
network_of(struct cli *c, struct store_domain *d, const char **network)
{
    const char *word = cli_word(c), *net = cli_word(c);

    return cli_end(c, !word ? "DOMAIN" : !net ? "NETWORK" : NULL) || cli_domain(c, word, d) ||
                   source_network(c->a, net, network, &c->err)
               ? -1
               : 0;
}

int
cmd_outbound_add(struct cli *c)
{
    struct store_actor by = cli_by(c);
    struct store_domain d;
    const char *network;

    if (network_of(c, &d, &network))
        return -1;
    if (store_outbound_add(cli_db(c), NULL, c->a, &by, d.domain_id, network, &c->err)) {
        if (strcmp(c->err.code, "network_twice") == 0)
            err_set(&c->err, ERR_CONFLICT, "network_twice", "%s is an outbound server of %s already", network, d.name);
        return -1;
    }
    if (c->json)
        cli_json(c, json_pack("{ss ss}", "domain", d.name, "network", network));
    else
        printf("%s may send mail of %s.\n", network, d.name);
    return 0;
}

int
cmd_outbound_delete(struct cli *c)
{
    struct store_actor by = cli_by(c);
    struct store_domain d;
    const char *network;

    if (network_of(c, &d, &network) || store_outbound_delete(cli_db(c), NULL, c->a, &by, d.domain_id, network, &c->err))
        return -1;
    if (c->json)
        cli_json(c, json_pack("{ss ss}", "domain", d.name, "deleted", network));
    else
        printf("%s may no longer send mail of %s.\n", network, d.name);
    return 0;
}

int
cmd_outbound_switch(struct cli *c)
{
    const char *word = cli_word(c), *state = cli_word(c);
    struct store_actor by = cli_by(c);
    struct store_domain d;
    bool on;

    if (cli_end(c, !word ? "DOMAIN" : !state ? "on|off" : NULL) || cli_on_off(c, state, &on) || cli_domain(c, word, &d) ||
        store_domain_switch(cli_db(c), NULL, c->a, &by, d.domain_id, NULL, &on, &c->err))
        return -1;
    if (c->json)
        cli_json(c, json_pack("{ss sb}", "domain", d.name, "outbound", on));
    else
        printf(on ? "Mail of %s is sent.\n" : "Mail of %s is not sent.\n", d.name);
    return 0;
}

int
cmd_outbound_suspend(struct cli *c)
{
    const char *note = cli_opt(c, "--note"), *org_name = cli_opt(c, "--org"), *word = cli_word(c), *org, *source;
    struct store_actor by = cli_by(c);

    if (cli_end(c, word ? NULL : "SOURCE") || source_parse(c->a, word, &source, &c->err) || cli_org(c, org_name, &org))
        return -1;
    if (store_suspension_add(cli_db(c), NULL, c->a, &by, org, source, note, &c->err)) {
        if (strcmp(c->err.code, "suspended_twice") == 0)
            err_set(&c->err, ERR_CONFLICT, "suspended_twice", "%s is suspended already", source);
        return -1;
    }
    if (c->json)
        cli_json(c, json_pack("{ss}", "suspended", source));
    else
        printf("Outbound mail from %s is refused.\n", cli_safe(c, source));
    return 0;
}

int
cmd_outbound_resume(struct cli *c)
{
    const char *org_name = cli_opt(c, "--org"), *word = cli_word(c), *org, *source;
    const char *note;
    struct store_actor by = cli_by(c);

    if (cli_end(c, word ? NULL : "SOURCE") || source_parse(c->a, word, &source, &c->err) || cli_org(c, org_name, &org) ||
        store_suspension_delete(cli_db(c), NULL, c->a, &by, org, source, &note, &c->err))
        return -1;
    if (c->json)
        cli_json(c, json_pack("{ss}", "resumed", source));
    else
        printf("Outbound mail from %s is taken again.\n", cli_safe(c, source));
    return 0;
}
