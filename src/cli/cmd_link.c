/* sekisho link revoke */
#include <stdio.h>

#include "cli.h"
#include "store/store_link.h"

int
cmd_link_revoke(struct cli *c)
{
    int kid;
    if (cli_end(c, NULL) || store_link_revoke(cli_db(c), c->a, cli_actor(c), &kid, &c->err))
        return -1;
    if (c->json)
        cli_json(c, json_pack("{si}", "generation", kid));
    else
        puts("All links in mails that were sent so far have stopped working.");
    return 0;
}
