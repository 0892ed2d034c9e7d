/* sekisho track */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "common/arena.h"
#include "common/track_query.h"
#include "common/when.h"
#include "store/store_message.h"

static void
print_row(struct cli *c, const struct store_track *t)
{
    if (c->json)
        cli_json(c, json_pack("{ss ss ss ss ss ss ss ss sI}", "message_id", t->message_id, "recipient_id", t->recipient_id, "sender",
                              t->envelope_sender, "from", t->header_from, "recipient", t->recipient, "subject", t->subject, "state",
                              t->state, "kind", t->kind, "received_at", (json_int_t)t->received_at));
    else
        printf("%s\t%s\t%s\t%s\t%s\n", cli_time(c, t->received_at), t->state, cli_safe(c, t->envelope_sender),
               cli_safe(c, t->recipient), cli_safe(c, t->subject));
}

int
cmd_track(struct cli *c)
{
    const char *text = cli_opt(c, "--limit"), *query = cli_word(c);
    int left = 50, n;
    struct track_clock clock = {.now = when_now()};
    struct store_track_filter f = {0};
    struct store_track *rows;
    bool more = true;
    if (cli_end(c, NULL))
        return -1;
    if (cli_number(c, "--limit", text, 1, 1000000, &left))
        return -1;
    struct track_query *q = track_query_parse(c->a, query ? query : "", &clock);
    if (q->nproblems)
        return err_set(&c->err, ERR_INPUT, "query", "\"%.60s\" is not understood%s%.40s", q->problems[0].text,
                       *q->problems[0].suggest ? ", did you mean " : "", q->problems[0].suggest);
    f.query = q;
    while (more && left > 0) {
        f.limit = left > 100 ? 100 : left;
        if (store_message_list(cli_db(c), NULL, c->a, &f, &rows, &n, &more, &c->err))
            return -1;
        for (int i = 0; i < n; i++)
            print_row(c, &rows[i]);
        left -= n;
        if (n) {
            f.cursor.at = rows[n - 1].received_at;
            memcpy(f.cursor.id, rows[n - 1].recipient_id, 37);
        }
    }
    return 0;
}
