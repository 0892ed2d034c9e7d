/*
 * db.h for the console: a pool of libpq connections per Kore worker, awaiting instead of blocking.
 *
 * A connection stays in pipeline mode for good: scope, (once) prepare, statement and sync leave in
 * one write, so a query costs one round trip and its scope can never leak into the next one: what
 * lies between two syncs is one transaction, and set_config(..., true) ends with it (T-I4).
 *
 * The descriptor is registered once, level-triggered for reading; an event on a connection that
 * nobody waits for means the server closed it. A statement that is late takes its connection with
 * it: cancelling would block, and statement_timeout ends it on the server.
 */
#include "db.h"

#include "../common/arena.h"
#include "../common/err.h"
#include "../common/when.h"
#include "../console/coro.h"
#include "row.h"

#include <kore/kore.h>
#include <libpq-fe.h>

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

#define WAITERS_MAX 512
#define CONNECT_MS 1500 /* pages answer within 2 s when there is no database */
#define GRACE_MS 1000   /* the server ends a statement before we give up on it */
#define MAX_PARAMS 32

static const char sql_scope[] =
    "SELECT set_config('sekisho.org', $1, true), set_config('sekisho.account', $2, true), "
    "set_config('plan_cache_mode', $3, true)";
static const char sql_setup[] = "SELECT set_config('statement_timeout', $1, false)";

enum pg_state { CLOSED, CONNECTING, IDLE, BUSY };

/* Never freed while the worker lives, since epoll may still hold a pointer to it. */
struct pg {
    struct kore_event evt; /* first: Kore calls evt.handle */
    struct db *db;
    PGconn *c;
    int fd; /* registered, -1 = none */
    enum pg_state state;
    struct coro *waiter;
    bool scope_prepared, prepared[STMT__COUNT + 1];
};

struct queued {
    struct coro *co;
    struct pg *given;
    bool woken;
    struct queued *next;
};

struct db {
    char *conninfo;
    int max, deadline_ms, nqueued;
    struct pg *conns;
    struct queued *queue, **queue_end;
};

struct db_tx {
    struct db *db;
    struct pg *pg;
    bool failed;
};

/* ---------------------------------------------------------------- descriptor */

static void
watch(struct pg *pg, short events)
{
    pg->fd = PQsocket(pg->c);
    if (pg->fd >= 0)
        kore_platform_event_schedule(pg->fd,
                                     ((events & POLLIN) ? EPOLLIN | EPOLLRDHUP : 0) |
                                         ((events & POLLOUT) ? EPOLLOUT : 0),
                                     0, pg);
}

/* Awaits an event on the connection. -1: too late. */
static int
pg_await(struct pg *pg, short events, int64_t deadline)
{
    bool keep = events == POLLIN && pg->state != CONNECTING && pg->fd >= 0;
    if (!keep)
        watch(pg, events);
    pg->waiter = coro_self();
    int late = coro_park(deadline);
    pg->waiter = NULL;
    if (!keep && !late && pg->state != CONNECTING)
        watch(pg, POLLIN);
    return late;
}

static void pool_next(struct db *db, struct pg *pg);

static void
pg_close(struct pg *pg)
{
    if (pg->c) {
        int fd = PQsocket(pg->c);
        if (fd >= 0 && pg->fd >= 0) {
            watch(pg, POLLIN); /* libpq may have opened another socket that epoll does not know */
            kore_platform_disable_read(fd);
        }
        PQfinish(pg->c);
    }
    pg->c = NULL;
    pg->fd = -1;
    pg->state = CLOSED;
    pg->scope_prepared = false;
    memset(pg->prepared, 0, sizeof pg->prepared);
}

static void
on_event(void *p, int error)
{
    struct pg *pg = p;
    if (pg->waiter) {
        coro_wake(pg->waiter);
    } else if (pg->state == IDLE) {
        /* Notices may come at any time; anything else is the end. */
        if (!PQconsumeInput(pg->c) || PQstatus(pg->c) != CONNECTION_OK || error)
            pg_close(pg);
    } else if (pg->fd >= 0) {
        /* In a transaction whose coroutine waits for something else: not again and again. */
        kore_platform_disable_read(pg->fd);
        pg->fd = -1;
    }
}

/* ---------------------------------------------------------------- pool */

struct db *
db_open(const char *conninfo, int max_connections, int deadline_ms)
{
    struct db *db = calloc(1, sizeof *db);
    if (!db)
        bug("out of memory");
    db->conninfo = strdup(conninfo);
    db->max = max_connections;
    db->deadline_ms = deadline_ms;
    db->queue_end = &db->queue;
    db->conns = calloc((size_t)max_connections, sizeof *db->conns);
    if (!db->conninfo || !db->conns)
        bug("out of memory");
    for (int i = 0; i < max_connections; i++) {
        db->conns[i].evt.handle = on_event;
        db->conns[i].db = db;
        db->conns[i].fd = -1;
    }
    return db;
}

void
db_close(struct db **dbp)
{
    struct db *db = *dbp;
    *dbp = NULL;
    if (!db)
        return;
    for (int i = 0; i < db->max; i++)
        pg_close(&db->conns[i]);
    free(db->conns);
    free(db->conninfo);
    free(db);
}

/* A connection (or with NULL the right to open one) for the first in the queue. */
static void
pool_next(struct db *db, struct pg *pg)
{
    struct queued *q = db->queue;
    if (!q)
        return;
    db->queue = q->next;
    if (!db->queue)
        db->queue_end = &db->queue;
    db->nqueued--;
    q->given = pg;
    q->woken = true;
    if (pg)
        pg->state = BUSY;
    coro_wake(q->co);
}

static void
pg_release(struct pg *pg)
{
    struct db *db = pg->db;
    if (pg->state == CLOSED) {
        pool_next(db, NULL);
        return;
    }
    pg->state = IDLE;
    if (pg->fd < 0)
        watch(pg, POLLIN);
    pool_next(db, pg);
}

/* Drops the connection and lets the next one in the queue make another. */
static void
pg_drop(struct pg *pg)
{
    pg_close(pg);
    pg_release(pg);
}

static void
quiet(void *arg, const PGresult *res)
{
    (void)arg;
    (void)res;
}

static int
pg_connect(struct pg *pg, int64_t deadline, struct err *e)
{
    const char *keys[] = {"dbname", "client_encoding", "fallback_application_name", NULL};
    const char *values[] = {pg->db->conninfo, "UTF8", "sekisho-console", NULL};
    pg->state = CONNECTING;
    pg->c = PQconnectStartParams(keys, values, 1);
    if (!pg->c)
        bug("out of memory");
    PostgresPollingStatusType want = PGRES_POLLING_WRITING;
    while (PQstatus(pg->c) != CONNECTION_BAD && want != PGRES_POLLING_OK &&
           want != PGRES_POLLING_FAILED) {
        if (pg_await(pg, want == PGRES_POLLING_READING ? POLLIN : POLLOUT, deadline))
            break;
        want = PQconnectPoll(pg->c);
    }
    if (want != PGRES_POLLING_OK || PQsetnonblocking(pg->c, 1) || !PQenterPipelineMode(pg->c)) {
        const char *why = PQerrorMessage(pg->c);
        err_set(e, ERR_ENV, "db-down", "no connection to the database: %.*s",
                (int)strcspn(why, "\n"), why);
        pg_drop(pg);
        return -1;
    }
    PQsetNoticeReceiver(pg->c, quiet, NULL);
    pg->state = BUSY;
    watch(pg, POLLIN);
    return 0;
}

/* Awaits a free connection; when it is new, it has to be set up by the first pipeline. */
static struct pg *
pool_get(struct db *db, struct err *e)
{
    int64_t deadline = when_mono() + CONNECT_MS;
    for (;;) {
        struct pg *closed = NULL;
        for (int i = 0; i < db->max; i++) {
            struct pg *pg = &db->conns[i];
            if (pg->state == IDLE) {
                pg->state = BUSY;
                return pg;
            }
            if (pg->state == CLOSED && !closed)
                closed = pg;
        }
        if (closed)
            return pg_connect(closed, deadline, e) ? NULL : closed;
        if (db->nqueued >= WAITERS_MAX) {
            err_set(e, ERR_ENV, "db-busy", "too many requests wait for the database");
            return NULL;
        }
        struct queued q = {.co = coro_self()};
        *db->queue_end = &q;
        db->queue_end = &q.next;
        db->nqueued++;
        while (!q.woken && coro_park(deadline) == 0)
            ;
        if (q.given)
            return q.given;
        if (!q.woken) {
            struct queued **p = &db->queue;
            while (*p != &q)
                p = &(*p)->next;
            *p = q.next;
            if (!q.next)
                db->queue_end = p;
            db->nqueued--;
            err_set(e, ERR_ENV, "db-busy", "no database connection became free in time");
            return NULL;
        }
    }
}

/* ---------------------------------------------------------------- pipeline */

/* One batch between two syncs. */
struct batch {
    struct pg *pg;
    int64_t deadline;
    int n;                  /* commands sent */
    int wanted;             /* index of the one whose rows are wanted, -1 = none */
    bool *mark[8];          /* set when the command with this index succeeded */
    PGresult *rows, *error; /* first error */
    bool lost;
};

static void
batch_add(struct batch *b, int sent, bool *mark)
{
    b->lost = b->lost || !sent;
    b->mark[b->n++] = mark;
}

static void
batch_setup(struct batch *b, int deadline_ms)
{
    char ms[16];
    struct pg *pg = b->pg;
    if (pg->scope_prepared)
        return;
    snprintf(ms, sizeof ms, "%d", deadline_ms);
    const char *values[] = {ms};
    batch_add(b, PQsendQueryParams(pg->c, sql_setup, 1, NULL, values, NULL, NULL, 0), NULL);
    batch_add(b, PQsendPrepare(pg->c, "scope", sql_scope, 0, NULL), &pg->scope_prepared);
}

static void
batch_scope(struct batch *b, const struct scope *sc, bool plan)
{
    const char *values[] = {sc ? sc->org : "", sc ? sc->account : "",
                            plan ? "force_custom_plan" : "auto"};
    batch_add(b, PQsendQueryPrepared(b->pg->c, "scope", 3, values, NULL, NULL, 0), NULL);
}

/* Does this role want a plan for the values of each call? Planning is most of the work of a short
 * statement, so only where the plan is worth it ("-- plan:" in sql/queries). */
static bool
own_plan(const struct pg *pg, enum stmt id)
{
    static const char prefix[] = "sekisho_";
    const char *user = PQuser(pg->c);
    return *stmt_defs[id].plan && user && !strncmp(user, prefix, sizeof prefix - 1) &&
           strstr(stmt_defs[id].plan, user + sizeof prefix - 1);
}

static void
batch_text(struct batch *b, const char *sql)
{
    batch_add(b, PQsendQueryParams(b->pg->c, sql, 0, NULL, NULL, NULL, NULL, 0), NULL);
}

static void
batch_statement(struct batch *b, enum stmt id, const struct db_param *params, int n)
{
    const struct stmt_def *def = &stmt_defs[id];
    const char *values[MAX_PARAMS];
    int lengths[MAX_PARAMS], formats[MAX_PARAMS];
    if (n != def->nparams || n > MAX_PARAMS)
        bug("statement %s takes %d parameters, not %d", def->name, def->nparams, n);
    for (int i = 0; i < n; i++) {
        values[i] = params[i].p;
        lengths[i] = (int)params[i].n;
        formats[i] = params[i].kind == DB_BYTES;
    }
    struct pg *pg = b->pg;
    if (!pg->prepared[id])
        batch_add(b, PQsendPrepare(pg->c, def->name, def->text, 0, NULL), &pg->prepared[id]);
    b->wanted = b->n;
    batch_add(b, PQsendQueryPrepared(pg->c, def->name, n, values, lengths, formats, 0), NULL);
}

/* Sends what libpq holds back and reads until a result is there. 0, -1 too late, -2 lost. */
static int
batch_wait(struct batch *b)
{
    PGconn *c = b->pg->c;
    for (;;) {
        int more = PQflush(c);
        if (more < 0)
            return -2;
        if (!more && !PQisBusy(c))
            return 0;
        if (pg_await(b->pg, more ? POLLIN | POLLOUT : POLLIN, b->deadline))
            return -1;
        if (!PQconsumeInput(c))
            return -2;
    }
}

static void
batch_result(struct batch *b, int index, PGresult *res)
{
    ExecStatusType s = PQresultStatus(res);
    bool ok = s == PGRES_COMMAND_OK || s == PGRES_TUPLES_OK;
    if (index >= b->n && ok)
        bug("database: more results than statements");
    if (ok && b->mark[index])
        *b->mark[index] = true;
    if (ok && index == b->wanted && !b->rows)
        b->rows = res;
    else if (s == PGRES_FATAL_ERROR && !b->error)
        b->error = res;
    else
        PQclear(res);
}

/* Awaits the answers of a batch. 0 all well (rows set), -1 and *e. The connection is dropped when
 * it cannot be used any more; otherwise the caller has it still. */
static int
batch_run(struct batch *b, struct err *e)
{
    struct pg *pg = b->pg;
    int state = b->lost || !PQpipelineSync(pg->c) ? -2 : 0, index = 0;
    bool sent = state == 0;
    /* Behind the last statement comes its sync, and before that an error when the commit itself failed. */
    while (state == 0 && (state = batch_wait(b)) == 0) {
        PGresult *res = PQgetResult(pg->c);
        if (!res) {
            index++;
            state = PQstatus(pg->c) == CONNECTION_OK && index <= b->n + 2 ? 0 : -2;
            continue;
        }
        if (PQresultStatus(res) == PGRES_PIPELINE_SYNC) {
            PQclear(res);
            break;
        }
        batch_result(b, index, res);
        if (PQstatus(pg->c) != CONNECTION_OK)
            state = -2;
    }
    int r = 0;
    if (state == -1)
        r = err_set(e, ERR_ENV, "db-late", "the database did not answer in time");
    else if (state == -2)
        r = err_set(e, sent ? ERR_UNCERTAIN : ERR_ENV, "db-lost", "the database connection broke");
    else if (b->error)
        r = db_sql_error(PQresultErrorField(b->error, PG_DIAG_SQLSTATE),
                         PQresultErrorField(b->error, PG_DIAG_CONSTRAINT_NAME),
                         PQresultErrorField(b->error, PG_DIAG_MESSAGE_PRIMARY), e);
    PQclear(b->error);
    b->error = NULL;
    if (r) {
        PQclear(b->rows);
        b->rows = NULL;
    }
    if (state)
        pg_drop(pg);
    b->lost = state != 0;
    return r;
}

/* ---------------------------------------------------------------- interface */

static void
give_rows(struct arena *a, PGresult *res, struct db_rows *out)
{
    if (out)
        row_take(a, res, out);
    else
        PQclear(res);
}

int
db_query(struct db *db, const struct scope *sc, struct arena *a, enum stmt id,
         const struct db_param *params, int nparams, struct db_rows *out, struct err *e)
{
    struct batch b = {.wanted = -1};
    if (!(b.pg = pool_get(db, e)))
        return -1;
    b.deadline = when_mono() + db->deadline_ms + GRACE_MS;
    batch_setup(&b, db->deadline_ms);
    batch_scope(&b, sc, own_plan(b.pg, id));
    batch_statement(&b, id, params, nparams);
    int r = batch_run(&b, e);
    if (!b.lost)
        pg_release(b.pg);
    if (!r)
        give_rows(a, b.rows, out);
    return r;
}

int
db_begin(struct db *db, const struct scope *sc, struct db_tx **tx, struct err *e)
{
    struct batch b = {.wanted = -1};
    *tx = NULL;
    if (!(b.pg = pool_get(db, e)))
        return -1;
    b.deadline = when_mono() + db->deadline_ms + GRACE_MS;
    batch_setup(&b, db->deadline_ms);
    batch_text(&b, "BEGIN");
    batch_scope(&b, sc, false);
    int r = batch_run(&b, e);
    if (r) {
        if (!b.lost)
            pg_drop(b.pg);
        return -1;
    }
    *tx = calloc(1, sizeof **tx);
    if (!*tx)
        bug("out of memory");
    **tx = (struct db_tx){db, b.pg, false};
    return 0;
}

int
db_tx_query(struct db_tx *tx, struct arena *a, enum stmt id, const struct db_param *params,
            int nparams, struct db_rows *out, struct err *e)
{
    BUG_IF(tx->failed);
    struct batch b = {
        .pg = tx->pg, .deadline = when_mono() + tx->db->deadline_ms + GRACE_MS, .wanted = -1};
    batch_statement(&b, id, params, nparams);
    int r = batch_run(&b, e);
    if (b.lost)
        tx->pg = NULL;
    if (r) {
        tx->failed = true;
        return -1;
    }
    give_rows(a, b.rows, out);
    return 0;
}

/* Ends a transaction by COMMIT or ROLLBACK. */
static int
tx_end(struct db_tx **txp, const char *sql, struct err *e)
{
    struct db_tx *tx = *txp;
    *txp = NULL;
    struct batch b = {
        .pg = tx->pg, .deadline = when_mono() + tx->db->deadline_ms + GRACE_MS, .wanted = -1};
    int r = 0;
    if (b.pg) {
        batch_text(&b, sql);
        r = batch_run(&b, e);
        if (r && e && e->cls == ERR_ENV && b.lost)
            e->cls = ERR_UNCERTAIN; /* it was sent, and nobody saw the answer */
        if (!b.lost)
            pg_release(b.pg);
    }
    free(tx);
    return r;
}

int
db_commit(struct db_tx **tx, struct err *e)
{
    BUG_IF((*tx)->failed);
    return tx_end(tx, "COMMIT", e);
}

void
db_rollback(struct db_tx **tx)
{
    struct err ignored = {0};
    if (*tx)
        tx_end(tx, "ROLLBACK", &ignored);
}
