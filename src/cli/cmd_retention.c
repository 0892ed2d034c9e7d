/* sekisho retention resume */
#include <stdio.h>

#include "cli.h"
#include "store/store_expire.h"

int
cmd_retention_resume(struct cli *c)
{
    int64_t behind;
    if (cli_end(c, NULL) || store_retention_resume(cli_db(c), c->a, cli_actor(c), &behind, &c->err))
        return -1;
    if (c->json)
        cli_json(c, json_pack("{sI}", "behind_seconds", (json_int_t)(behind / 1000)));
    else if (behind <= RETENTION_ON_TIME_MS)
        puts("Retention went by the clock already.");
    else
        printf("Retention goes by the clock again; it was %lld hours behind.\n",
               (long long)(behind / 3600000));
    return 0;
}
