/*
 * sekisho ledger: is every accepted recipient in exactly one place? The database says where each one
 * is; Postfix's queue and the stored bodies are asked whether that is true.
 */
#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli.h"
#include "common/arena.h"
#include "common/settings.h"
#include "store/store_ledger.h"

struct queued {
    const char *queue_id, *address;
};
struct ledger {
    struct cli *c;
    struct store_ledger db;
    struct queued *queue;
    int nqueue;
    json_t *problems;
};

extern char **environ;

/* ------------------------------------------------------------------ Postfix's queue */

static void
add_queue_line(struct ledger *l, const char *line)
{
    json_t *j = json_loads(line, 0, NULL), *r;
    const char *id = json_string_value(json_object_get(j, "queue_id"));
    size_t i;
    json_array_foreach(json_object_get(j, "recipients"), i, r)
    {
        const char *address = json_string_value(json_object_get(r, "address"));
        if (!id || !address)
            continue;
        if ((l->nqueue & (l->nqueue - 1)) == 0) {
            struct queued *more = arena_calloc(l->c->a, l->nqueue ? (size_t)l->nqueue * 2 : 1, sizeof *more);
            if (l->nqueue)
                memcpy(more, l->queue, (size_t)l->nqueue * sizeof *more);
            l->queue = more;
        }
        l->queue[l->nqueue++] = (struct queued){arena_strdup(l->c->a, id), arena_strdup(l->c->a, address)};
    }
    json_decref(j);
}

static int
read_queue(struct ledger *l)
{
    char *argv[] = {"postqueue", "-c", arena_strdup(l->c->a, settings_path("postfix/etc")), "-j", NULL};
    int out[2], status = 0;
    pid_t pid;
    posix_spawn_file_actions_t act;
    if (pipe(out))
        return err_set(&l->c->err, ERR_ENV, "queue", "no pipe: %s", strerror(errno));
    posix_spawn_file_actions_init(&act);
    posix_spawn_file_actions_adddup2(&act, out[1], 1);
    posix_spawn_file_actions_addclose(&act, out[0]);
    int rc = posix_spawnp(&pid, "postqueue", &act, NULL, argv, environ);
    posix_spawn_file_actions_destroy(&act);
    close(out[1]);
    FILE *f = fdopen(out[0], "r");
    char *line = NULL;
    size_t cap = 0;
    while (rc == 0 && f && getline(&line, &cap, f) > 0)
        add_queue_line(l, line);
    free(line);
    if (f)
        fclose(f);
    if (rc == 0)
        waitpid(pid, &status, 0);
    if (rc || status)
        return err_set(&l->c->err, ERR_ENV, "queue", "postqueue does not answer: is Postfix started?");
    return 0;
}

/* ------------------------------------------------------------------ comparing */

static void
problem(struct ledger *l, const char *code, int64_t n)
{
    if (n)
        json_array_append_new(l->problems, json_pack("{ss sI}", "code", code, "count", (json_int_t)n));
}

static int
by_id(const void *a, const void *b)
{
    return strcmp(((const struct queued *)a)->queue_id, ((const struct queued *)b)->queue_id);
}

static bool
in_queue(const struct ledger *l, const char *id)
{
    struct queued key = {id, ""};
    return l->nqueue && bsearch(&key, l->queue, (size_t)l->nqueue, sizeof key, by_id);
}

/* Rows that say "queued" while Postfix has no such mail. The queue was read after the rows, and the
 * log follower may be a moment behind, so this is a delay first and a loss only if it stays. */
static int64_t
not_in_queue(const struct ledger *l)
{
    int64_t n = 0;
    for (int i = 0; i < l->db.nopen; i++)
        n += strcmp(l->db.open[i].state, "passed") != 0 && !in_queue(l, l->db.open[i].queue_id);
    return n;
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
result(struct ledger *l, int64_t absent)
{
    int64_t total = 0;
    for (int i = 0; i < l->db.nstates; i++)
        total += l->db.states[i].n;
    int64_t unaccepted = count(l, "unaccepted"), lost = l->db.without_body;
    problem(l, "held-without-bytes", l->db.without_body);
    problem(l, "bytes-without-message", l->db.orphan_bodies);
    problem(l, "queued-but-not-in-queue", absent);
    return json_pack(
        "{sI sI sI sI sI sI sI sI sI sI sI sI sI sI sI sI sb sO}", "received", (json_int_t)(total - unaccepted), "messages",
        (json_int_t)l->db.messages, "delivered", (json_int_t)count(l, "delivered"), "queued",
        (json_int_t)(count(l, "queued") + count(l, "deferred")), "releasing", (json_int_t)count(l, "releasing"), "held",
        (json_int_t)count(l, "held"), "deleted", (json_int_t)(count(l, "deleted") + count(l, "dropped") + count(l, "purged")), "bounced",
        (json_int_t)(count(l, "bounced") + count(l, "expired")), "refused", (json_int_t)count(l, "rejected"), "unconfirmed",
        (json_int_t)count(l, "passed"), "unaccepted", (json_int_t)unaccepted, "lost", (json_int_t)lost, "duplicates",
        (json_int_t)l->db.delivered_twice, "possible_duplicates", (json_int_t)l->db.possible_duplicates, "resends",
        (json_int_t)l->db.resends, "in_queue", (json_int_t)l->nqueue, "balanced",
        lost == 0 && l->db.orphan_bodies == 0 && absent == 0 && count(l, "passed") == 0, "problems", l->problems);
}

static void
print(const json_t *j)
{
    static const char *const shown[] = {"received", "delivered", "queued", "releasing", "held", "deleted", "bounced", "refused",
                                        "unconfirmed", "unaccepted", "lost", "duplicates"};
    for (size_t i = 0; i < sizeof shown / sizeof *shown; i++)
        printf("%-12s %10" JSON_INTEGER_FORMAT "\n", shown[i], json_integer_value(json_object_get(j, shown[i])));
    const json_t *problems = json_object_get(j, "problems"), *p;
    size_t i;
    json_array_foreach(problems, i, p) printf("problem: %s, %" JSON_INTEGER_FORMAT "\n", json_string_value(json_object_get(p, "code")),
                                              json_integer_value(json_object_get(p, "count")));
    puts(json_is_true(json_object_get(j, "balanced")) ? "Every message is accounted for." : "The ledger does not balance yet.");
}

int
cmd_ledger(struct cli *c)
{
    struct ledger l = {.c = c, .problems = json_array()};
    int64_t absent = 0;
    if (cli_end(c, NULL))
        return -1;
    /* A moment between row, log line and queue is normal: looked at again before it is called a problem. */
    for (int try = 0; try < 5; try++) {
        l.nqueue = 0;
        if (read_queue(&l) || store_ledger(cli_db(c), c->a, &l.db, &c->err))
            return -1;
        qsort(l.queue, (size_t)l.nqueue, sizeof *l.queue, by_id);
        absent = not_in_queue(&l);
        if (!absent && count(&l, "passed") == 0)
            break;
        usleep(400000);
    }
    json_t *j = result(&l, absent);
    bool lost = json_integer_value(json_object_get(j, "lost")) > 0;
    if (c->json) {
        cli_json(c, j);
    } else {
        print(j);
        json_decref(j);
    }
    return lost ? err_set(&c->err, ERR_CONFLICT, "lost", "held mail without its bytes: restore from a backup") : 0;
}
