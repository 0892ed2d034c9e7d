/* sekisho audit verify */
#include <stdio.h>
#include <string.h>

#include "cli.h"
#include "common/arena.h"
#include "store/store_audit.h"
#include "store/store_org.h"

static int
verify(struct cli *c, const char *org, const char *name, int *bad)
{
    struct store_audit_check r;
    if (store_audit_verify(cli_db(c), c->a, org, &r, &c->err))
        return -1;
    *bad += r.bad != 0;
    if (c->json)
        cli_json(c, json_pack("{ss ss sI sI ss}", "org_id", org, "name", name, "rows", (json_int_t)r.rows, "first_bad", (json_int_t)r.bad,
                              "why", r.why));
    else if (r.bad)
        printf("%s: row %lld: %s\n", cli_safe(c, name), (long long)r.bad, r.why);
    else
        printf("%s: %lld rows, unbroken\n", cli_safe(c, name), (long long)r.rows);
    return 0;
}

int
cmd_audit_verify(struct cli *c)
{
    struct store_org *rows;
    int n, bad = 0;
    if (cli_end(c, NULL) || store_org_list(cli_db(c), c->a, &rows, &n, &c->err) || verify(c, STORE_NO_ORG, "installation", &bad))
        return -1;
    for (int i = 0; i < n; i++)
        if (verify(c, rows[i].org_id, rows[i].name, &bad))
            return -1;
    return bad ? err_set(&c->err, ERR_CONFLICT, "audit-broken", "the audit log was altered: %d of %d chains are broken", bad, n + 1) : 0;
}
