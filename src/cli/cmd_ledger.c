/*
 * sekisho ledger: is every accepted recipient in exactly one place? The database says where each
 * one is; Postfix's queue and the stored bodies are asked whether that is true.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli_ledger.h"
#include "common/arena.h"

#define EXAMPLES 10
#define TRIES 5

struct report {
    struct ledger *l;
    json_t *problems;
    int n;
};

static void
problem(struct report *r, const char *code, int64_t n, const struct store_ledger_row *rows,
        int nrows)
{
    json_t *examples = json_array();
    if (n == 0) {
        json_decref(examples);
        return;
    }
    for (int i = 0; i < nrows && i < EXAMPLES; i++)
        json_array_append_new(examples, json_pack("{ss ss ss ss}", "message_id", rows[i].message_id,
                                                  "queue_id", rows[i].queue_id, "address",
                                                  rows[i].address, "state", rows[i].state));
    json_array_append_new(r->problems, json_pack("{ss sI so sb}", "code", code, "count",
                                                 (json_int_t)n, "examples", examples, "cut",
                                                 n > (int64_t)json_array_size(examples)));
    r->n++;
}

static int
stored_problem(struct report *r, const char *code, int64_t n, enum store_ledger_example which)
{
    struct store_ledger_rows rows = {0};
    struct cli *c = r->l->c;
    if (n && store_ledger_examples(cli_db(c), c->a, which, EXAMPLES, &rows, &c->err))
        return -1;
    problem(r, code, n, rows.list, rows.n);
    return 0;
}

static int
find_problems(struct report *r)
{
    const struct ledger *l = r->l;
    if (stored_problem(r, "held-without-bytes", l->db.without_body, LEDGER_WITHOUT_BODY) ||
        stored_problem(r, "bytes-without-message", l->db.orphan_bodies, LEDGER_ORPHANS) ||
        stored_problem(r, "unconfirmed-for-long", l->db.late, LEDGER_LATE) ||
        stored_problem(r, "releasing-for-long", l->db.stuck, LEDGER_STUCK))
        return -1;
    problem(r, "queued-but-not-in-queue", l->absent.n, l->absent.list, l->absent.n);
    problem(r, "in-queue-and-elsewhere", l->elsewhere.n, l->elsewhere.list, l->elsewhere.n);
    problem(r, "queued-twice", l->twice.n, l->twice.list, l->twice.n);
    problem(r, "in-queue-and-unknown", l->unknown.n, l->unknown.list, l->unknown.n);
    return 0;
}

static int64_t
count(const struct ledger *l, const char *state)
{
    for (int i = 0; i < l->db.nstates; i++)
        if (strcmp(l->db.states[i].state, state) == 0)
            return l->db.states[i].n;
    return 0;
}

static json_t *
result(const struct report *r)
{
    const struct ledger *l = r->l;
    const struct {
        const char *name;
        int64_t n;
    } numbers[] = {
        {"messages", l->db.messages},
        {"delivered", count(l, "delivered")},
        {"queued", count(l, "queued") + count(l, "deferred")},
        {"releasing", count(l, "releasing")},
        {"held", count(l, "held")},
        {"deleted", count(l, "deleted") + count(l, "gone") + count(l, "dropped") +
                        count(l, "purged")},
        {"bounced", count(l, "bounced") + count(l, "expired")},
        {"refused", count(l, "rejected")},
        {"unconfirmed", count(l, "passed")},
        {"unaccepted", count(l, "unaccepted")},
        {"lost", l->db.without_body},
        {"duplicates", l->db.delivered_twice},
        {"possible_duplicates", l->db.possible_duplicates},
        {"resends", l->db.resends},
        {"in_queue", l->nqueue},
    };
    int64_t total = -count(l, "unaccepted");
    for (int i = 0; i < l->db.nstates; i++)
        total += l->db.states[i].n;
    json_t *j = json_pack("{sI}", "received", (json_int_t)total);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        json_object_set_new(j, numbers[i].name, json_integer(numbers[i].n));
    json_object_set_new(j, "balanced", json_boolean(r->n == 0));
    json_object_set(j, "problems", r->problems);
    return j;
}

static void
print_problem(struct cli *c, const json_t *p)
{
    json_int_t n = json_integer_value(json_object_get(p, "count"));
    const json_t *examples = json_object_get(p, "examples"), *x;
    size_t i;
    printf("problem: %s, %" JSON_INTEGER_FORMAT "\n", json_string_value(json_object_get(p, "code")),
           n);
    json_array_foreach(examples, i, x)
    {
        const char *message = json_string_value(json_object_get(x, "message_id"));
        const char *id = json_string_value(json_object_get(x, "queue_id"));
        const char *address = json_string_value(json_object_get(x, "address"));
        const char *state = json_string_value(json_object_get(x, "state"));
        printf("  message %s %s %s %s\n", *message ? message : "-", cli_safe(c, state),
               cli_safe(c, id), cli_safe(c, address));
    }
    if (json_is_true(json_object_get(p, "cut")))
        printf("  ... and %" JSON_INTEGER_FORMAT " more\n",
               n - (json_int_t)json_array_size(examples));
}

static void
print(struct cli *c, const json_t *j)
{
    static const char *const shown[] = {"received",    "delivered",  "queued",  "releasing",
                                        "held",        "deleted",    "bounced", "refused",
                                        "unconfirmed", "unaccepted", "lost",    "duplicates"};
    for (size_t i = 0; i < sizeof shown / sizeof *shown; i++)
        printf("%-12s %10" JSON_INTEGER_FORMAT "\n", shown[i],
               json_integer_value(json_object_get(j, shown[i])));
    const json_t *p;
    size_t i;
    json_array_foreach(json_object_get(j, "problems"), i, p) print_problem(c, p);
    puts(json_is_true(json_object_get(j, "balanced")) ? "Every message is accounted for."
                                                      : "The ledger does not balance.");
}

int
cmd_ledger(struct cli *c)
{
    struct ledger l = {.c = c};
    struct report r = {&l, json_array(), 0};
    if (cli_end(c, NULL))
        return -1;
    for (int i = 0; i < TRIES; i++) {
        if (i)
            usleep(400000);
        if (ledger_compare(&l, i == 0))
            return -1;
        if (!l.absent.n && !l.elsewhere.n && !l.twice.n && !l.unknown.n && count(&l, "passed") == 0)
            break;
    }
    if (find_problems(&r))
        return -1;
    json_t *j = result(&r);
    json_decref(r.problems);
    if (c->json) {
        cli_json(c, j);
    } else {
        print(c, j);
        json_decref(j);
    }
    if (l.db.without_body)
        return err_set(&c->err, ERR_CONFLICT, "lost",
                       "held mail without its bytes: restore from a backup");
    if (r.n)
        return err_set(&c->err, ERR_CONFLICT, "unbalanced",
                       "the ledger does not balance: %d kinds of problems", r.n);
    return 0;
}
