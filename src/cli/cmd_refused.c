/* sekisho refused */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "common/arena.h"
#include "common/track_query.h"
#include "common/when.h"
#include "store/store_refusal.h"

static void
print_row(struct cli *c, const struct store_refusal *t)
{
    if (c->json)
        cli_json(c, json_pack("{ss ss ss ss ss ss ss si ss ss ss sI}", "refusal_id", t->refusal_id,
                              "direction", t->direction, "client_ip", t->client_ip, "client_name",
                              t->client_name, "helo", t->helo, "sender", t->sender, "recipient",
                              t->recipient, "code", t->code, "enhanced", t->enhanced, "reason",
                              t->reason, "slot", t->slot, "at", (json_int_t)t->at));
    else
        printf("%s\t%d %s\t%s%s%s\t%s\t%s\t%s\n", cli_time(c, t->at), t->code, t->enhanced,
               t->reason, *t->slot ? " " : "", cli_safe(c, t->slot), t->client_ip,
               cli_safe(c, t->sender), cli_safe(c, t->recipient));
}

/* Blocked traffic has no subject, no id and no state. */
static int
check_query(struct cli *c, const struct track_query *q)
{
    if (q->nproblems)
        return err_set(&c->err, ERR_INPUT, "query", "\"%.60s\" is not understood%s%.40s",
                       q->problems[0].text, *q->problems[0].suggest ? ", did you mean " : "",
                       q->problems[0].suggest);
    for (int i = 0; i < q->nterms; i++)
        if (q->terms[i].key == TRACK_SUBJECT || q->terms[i].key == TRACK_ID ||
            q->terms[i].key == TRACK_STATUS)
            return err_set(&c->err, ERR_INPUT, "query",
                           "blocked traffic has no %s:, use from:, to:, ip:, domain:, after: or "
                           "before:",
                           track_key_name(q->terms[i].key));
    return 0;
}

int
cmd_refused(struct cli *c)
{
    const char *text = cli_opt(c, "--limit"), *reason = cli_opt(c, "--reason"),
               *query = cli_word(c);
    int left = 50, n;
    struct track_clock clock = {.now = when_now()};
    struct store_refusal_filter f = {.reason = reason ? reason : ""};
    struct store_refusal *rows;
    bool more = true;

    if (cli_end(c, NULL))
        return -1;
    if (cli_number(c, "--limit", text, 1, 1000000, &left))
        return -1;
    f.query = track_query_parse(c->a, query ? query : "", &clock);
    if (check_query(c, f.query))
        return -1;
    while (more && left > 0) {
        f.limit = left > 100 ? 100 : left;
        if (store_refusal_list(cli_db(c), NULL, c->a, &f, &rows, &n, &more, &c->err))
            return -1;
        for (int i = 0; i < n; i++)
            print_row(c, &rows[i]);
        left -= n;
        if (n) {
            f.cursor.at = rows[n - 1].at;
            memcpy(f.cursor.id, rows[n - 1].refusal_id, 37);
        }
    }
    return 0;
}
