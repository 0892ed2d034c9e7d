/* sekisho migrate */
#include <stdio.h>

#include "cli.h"
#include "common/settings.h"
#include "store/migrate.h"

int
cmd_migrate(struct cli *c)
{
    struct migrate_result r;
    if (cli_end(c, NULL) || migrate_run(settings_database("sekisho_owner"), NULL, &r, &c->err))
        return -1;
    if (c->json)
        cli_json(c, json_pack("{si si}", "version", r.version, "applied", r.applied));
    else if (r.applied)
        printf("The database has schema %d now (%d migrations run).\n", r.version, r.applied);
    else
        printf("The database has schema %d: nothing to do.\n", r.version);
    return 0;
}
