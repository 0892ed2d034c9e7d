/* sekisho quarantine list|show|release|delete|undelete */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli_org.h"
#include "common/addr.h"
#include "common/arena.h"
#include "common/token.h"
#include "store/store_quarantine.h"

#define IDS 1000

static json_t *
held_json(const struct store_held *h)
{
    json_t *reasons = json_loads(h->reasons, 0, NULL);
    return json_pack("{ss ss ss ss ss ss ss ss ss sI sI sI sf so}", "id", h->recipient_id, "message_id", h->message_id, "recipient",
                     h->recipient, "sender", h->envelope_sender, "from", h->header_from, "subject", h->subject, "kind", h->kind,
                     "state", h->state, "rule", h->rule, "received_at", (json_int_t)h->received_at, "expires_at",
                     (json_int_t)h->expires_at, "bytes", (json_int_t)h->bytes, "score", h->score, "reasons",
                     reasons ? reasons : json_array());
}

static void
print_held(struct cli *c, const struct store_held *h)
{
    if (c->json)
        cli_json(c, held_json(h));
    else
        printf("%s\t%s\t%s\t%s\t%s\t%s\n", h->recipient_id, cli_time(c, h->received_at), h->kind, cli_safe(c, h->envelope_sender),
               cli_safe(c, h->recipient), cli_safe(c, h->subject));
}

static int
limit_of(struct cli *c, const char *text, int *limit)
{
    *limit = 50;
    return cli_number(c, "--limit", text, 1, 100000, limit);
}

int
cmd_quarantine_list(struct cli *c)
{
    const char *user = cli_opt(c, "--user"), *text = cli_opt(c, "--limit");
    struct store_held_filter f = {.search = "", .kind = "", .domain = "", .recipient = "", .state = cli_flag(c, "--deleted") ? "deleted" : "held"};
    struct store_held *rows;
    struct addr address;
    bool more = true;
    int n, left;
    if (cli_end(c, NULL) || limit_of(c, text, &left) || (user && addr_parse(c->a, user, &address, &c->err)))
        return -1;
    if (user)
        f.recipient = address.key;
    while (more && left > 0) {
        f.limit = left > 100 ? 100 : left;
        if (store_quarantine_list(cli_db(c), NULL, c->a, &f, &rows, &n, &more, &c->err))
            return -1;
        for (int i = 0; i < n; i++)
            print_held(c, &rows[i]);
        left -= n;
        if (n) {
            f.cursor.at = rows[n - 1].received_at;
            memcpy(f.cursor.id, rows[n - 1].recipient_id, 37);
        }
    }
    return 0;
}

int
cmd_quarantine_show(struct cli *c)
{
    const char *id = cli_word(c);
    struct store_held_page p;
    if (cli_end(c, id ? NULL : "ID"))
        return -1;
    if (!token_is_uuid(id))
        return err_set(&c->err, ERR_INPUT, "id", "\"%.60s\" is not an id; `sekisho quarantine list` shows them", id);
    if (store_quarantine_get(cli_db(c), NULL, c->a, id, NULL, &p, &c->err))
        return -1;
    print_held(c, &p.m);
    return 0;
}

typedef int change(struct db *, const struct scope *, struct arena *, const struct store_actor *, const char *const *, int, const char ***,
                   int *, struct err *);

static int
release(struct db *db, const struct scope *sc, struct arena *a, const struct store_actor *by, const char *const *ids, int n,
        const char ***changed, int *nchanged, struct err *e)
{
    return store_quarantine_release(db, sc, a, by, ids, n, false, changed, nchanged, e);
}

static int
change_all(struct cli *c, change *fn, const char *what)
{
    const char *ids[IDS], *id, **changed;
    struct store_actor by = cli_by(c);
    int n = 0, done;
    while ((id = cli_word(c))) {
        if (n == IDS || !token_is_uuid(id))
            return err_set(&c->err, ERR_INPUT, "id", "\"%.60s\" is not an id, or there are more than %d", id, IDS);
        ids[n++] = id;
    }
    if (cli_end(c, n ? NULL : "ID") || fn(cli_db(c), NULL, c->a, &by, ids, n, &changed, &done, &c->err))
        return -1;
    if (c->json) {
        json_t *list = json_array();
        for (int i = 0; i < done; i++)
            json_array_append_new(list, json_string(changed[i]));
        cli_json(c, json_pack("{so si}", "changed", list, "asked", n));
    } else {
        printf("%d of %d %s.\n", done, n, what);
    }
    if (done == 0)
        return err_set(&c->err, ERR_CONFLICT, "unchanged", "nothing was changed: not held any more, or no such id");
    return 0;
}

int
cmd_quarantine_release(struct cli *c)
{
    return change_all(c, release, "on their way");
}

int
cmd_quarantine_delete(struct cli *c)
{
    return change_all(c, store_quarantine_delete, "deleted");
}

int
cmd_quarantine_undelete(struct cli *c)
{
    return change_all(c, store_quarantine_undelete, "put back");
}
