/* Postfix's queue and the rows of the database, compared one by one. */
#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli_ledger.h"
#include "common/addr.h"
#include "common/arena.h"
#include "common/settings.h"
#include "common/when.h"

#define IDS 1000   /* queue ids per question */
#define SETTLED 60 /* seconds: the log has been read up to then */

struct queued {
    const char *queue_id, *address;
    const char *message_id; /* of the row that belongs to it, NULL = none seen */
    bool settled;           /* not there since a moment only */
    bool known;             /* a row names it, or it is no mail that came in */
};

extern char **environ;

/* ------------------------------------------------------------------ Postfix's queue */

static void
add_queued(struct ledger *l, const char *id, const char *address, bool settled)
{
    struct addr parsed;
    addr_envelope(l->a, address, &parsed);
    if ((l->nqueue & (l->nqueue - 1)) == 0) {
        size_t n = l->nqueue ? (size_t)l->nqueue : 0;
        struct queued *more = arena_calloc(l->a, n ? n * 2 : 1, sizeof *more);
        if (n)
            memcpy(more, l->queue, n * sizeof *more);
        l->queue = more;
    }
    l->queue[l->nqueue++] =
        (struct queued){arena_strdup(l->a, id), parsed.key, NULL, settled, false};
}

static void
add_queue_line(struct ledger *l, const char *line)
{
    json_t *j = json_loads(line, 0, NULL), *r;
    const char *id = json_string_value(json_object_get(j, "queue_id"));
    json_int_t arrived = json_integer_value(json_object_get(j, "arrival_time"));
    bool settled = arrived < when_now() / 1000 - SETTLED;
    size_t i;
    json_array_foreach(json_object_get(j, "recipients"), i, r)
    {
        const char *address = json_string_value(json_object_get(r, "address"));
        if (id && address)
            add_queued(l, id, address, settled);
    }
    json_decref(j);
}

static int
by_place(const void *a, const void *b)
{
    const struct queued *x = a, *y = b;
    int by_id = strcmp(x->queue_id, y->queue_id);
    return by_id ? by_id : strcmp(x->address, y->address);
}

static int
read_queue(struct ledger *l)
{
    char *argv[] = {"postqueue", "-c", arena_strdup(l->a, settings_path("postfix/etc")), "-j",
                    NULL};
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
        return err_set(&l->c->err, ERR_ENV, "queue",
                       "postqueue does not answer: is Postfix started?");
    if (l->nqueue)
        qsort(l->queue, (size_t)l->nqueue, sizeof *l->queue, by_place);
    return 0;
}

/* ------------------------------------------------------------------ comparing */

static struct queued *
in_queue(const struct ledger *l, const struct store_ledger_row *r)
{
    struct queued key = {.queue_id = r->queue_id, .address = r->address};
    return l->nqueue ? bsearch(&key, l->queue, (size_t)l->nqueue, sizeof key, by_place) : NULL;
}

static void
add_row(struct arena *a, struct ledger_rows *to, const struct store_ledger_row *r)
{
    if ((to->n & (to->n - 1)) == 0) {
        size_t n = to->n ? (size_t)to->n : 0;
        struct store_ledger_row *more = arena_calloc(a, n ? n * 2 : 1, sizeof *more);
        if (n)
            memcpy(more, to->list, n * sizeof *more);
        to->list = more;
    }
    to->list[to->n++] = (struct store_ledger_row){
        arena_strdup(a, r->recipient_id), arena_strdup(a, r->message_id),
        arena_strdup(a, r->queue_id), arena_strdup(a, r->address), arena_strdup(a, r->state)};
}

/* What the rows say is in the queue: is it, and for one message only? Postfix tells recipients of a
 * message apart by their addresses, so each place belongs to one row. */
static int
compare_rows(struct ledger *l, struct ledger_rows *absent, struct ledger_rows *twice)
{
    struct store_ledger_rows page;
    const char *after = "";
    for (;;) {
        struct arena *a = arena_new();
        int rc = store_ledger_open(cli_db(l->c), a, after, &page, &l->c->err);
        for (int i = 0; rc == 0 && i < page.n; i++) {
            struct queued *q = in_queue(l, &page.list[i]);
            if (!q)
                add_row(l->a, absent, &page.list[i]);
            else if (!q->message_id)
                q->message_id = arena_strdup(l->a, page.list[i].message_id);
            else if (strcmp(q->message_id, page.list[i].message_id) != 0)
                add_row(l->a, twice, &page.list[i]);
        }
        bool end = rc != 0 || page.n == 0;
        if (!end)
            after = arena_strdup(l->a, page.list[page.n - 1].recipient_id);
        arena_free(&a);
        if (end)
            return rc;
    }
}

static bool
may_be_queued(const char *state)
{
    return strcmp(state, "queued") == 0 || strcmp(state, "deferred") == 0 ||
           strcmp(state, "passed") == 0 || strcmp(state, "releasing") == 0;
}

/* All places of a queue id. They stand side by side. */
static void
mark_known(struct ledger *l, const char *queue_id)
{
    int from = 0, to = l->nqueue;
    while (from < to) {
        int middle = from + (to - from) / 2;
        if (strcmp(l->queue[middle].queue_id, queue_id) < 0)
            from = middle + 1;
        else
            to = middle;
    }
    for (; from < l->nqueue && strcmp(l->queue[from].queue_id, queue_id) == 0; from++)
        l->queue[from].known = true;
}

static int
compare_ids(struct ledger *l, const char *const *ids, int n, struct ledger_rows *elsewhere)
{
    struct store_ledger_rows page;
    struct arena *a = arena_new();
    int rc = store_ledger_queue_ids(cli_db(l->c), a, ids, n, &page, &l->c->err);
    for (int i = 0; rc == 0 && i < page.n; i++) {
        struct queued *q = in_queue(l, &page.list[i]);
        if (q && !may_be_queued(page.list[i].state))
            add_row(l->a, elsewhere, &page.list[i]);
        if (q)
            q->known = true;
    }
    if (rc == 0)
        rc = store_ledger_queue_facts(cli_db(l->c), a, ids, n, &page, &l->c->err);
    for (int i = 0; rc == 0 && i < page.n; i++)
        mark_known(l, page.list[i].queue_id);
    arena_free(&a);
    return rc;
}

/* Mail that came in has its row before Postfix has it. What was sent or made by Postfix itself is
 * known from its log, which is read a moment later. */
static void
list_unknown(struct ledger *l, struct ledger_rows *unknown)
{
    for (int i = 0; i < l->nqueue; i++) {
        const struct queued *q = &l->queue[i];
        if (q->known || !q->settled)
            continue;
        const char *place = arena_printf(l->a, "%s %s", q->queue_id, q->address);
        add_row(l->a, unknown,
                &(struct store_ledger_row){place, "", q->queue_id, q->address, "unknown"});
    }
}

/* What is in the queue: do the rows agree? Bounce notices and the like are Postfix's own mail. */
static int
compare_queue(struct ledger *l, struct ledger_rows *elsewhere, struct ledger_rows *unknown)
{
    const char *ids[IDS];
    int n = 0;
    for (int i = 0; i < l->nqueue; i++) {
        if (i == 0 || strcmp(l->queue[i].queue_id, l->queue[i - 1].queue_id) != 0)
            ids[n++] = l->queue[i].queue_id;
        if (n == IDS || (n > 0 && i == l->nqueue - 1)) {
            if (compare_ids(l, ids, n, elsewhere))
                return -1;
            n = 0;
        }
    }
    list_unknown(l, unknown);
    return 0;
}

static int
by_recipient(const void *a, const void *b)
{
    return strcmp(((const struct store_ledger_row *)a)->recipient_id,
                  ((const struct store_ledger_row *)b)->recipient_id);
}

/* Mail moves while it is looked at, and the log follower is a moment behind: only what was wrong in
 * all tries is. */
static void
keep_both(struct ledger *l, bool first, struct ledger_rows *known, const struct ledger_rows *now)
{
    struct ledger_rows both = {0};
    if (known->n)
        qsort(known->list, (size_t)known->n, sizeof *known->list, by_recipient);
    for (int i = 0; i < now->n; i++)
        if (first || (known->n && bsearch(&now->list[i], known->list, (size_t)known->n,
                                          sizeof *known->list, by_recipient)))
            add_row(l->c->a, &both, &now->list[i]);
    *known = both;
}

int
ledger_compare(struct ledger *l, bool first)
{
    struct ledger_rows absent = {0}, elsewhere = {0}, twice = {0}, unknown = {0};
    l->queue = NULL;
    l->nqueue = 0;
    l->a = arena_new();
    int rc = read_queue(l) || store_ledger(cli_db(l->c), l->c->a, &l->db, &l->c->err) ||
                     compare_rows(l, &absent, &twice) || compare_queue(l, &elsewhere, &unknown)
                 ? -1
                 : 0;
    if (rc == 0) {
        keep_both(l, first, &l->absent, &absent);
        keep_both(l, first, &l->elsewhere, &elsewhere);
        keep_both(l, first, &l->twice, &twice);
        keep_both(l, first, &l->unknown, &unknown);
    }
    arena_free(&l->a);
    return rc;
}
