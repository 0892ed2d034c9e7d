/*
 * The blocking database interface: a pool shared by threads.
 *
 * One call is one round trip: set_config for the scope and the statement travel in one pipeline,
 * and the implicit transaction of that pipeline ends with its sync message. Statements are prepared
 * on their first use on a connection, in the same pipeline.
 *
 * A connection that was found dead before anything was sent is replaced and the call goes on; one
 * that dies after sending leaves ERR_UNCERTAIN, because the commit may have happened.
 */
#include "db.h"
#include "../common/arena.h"
#include "../common/err.h"
#include "../common/when.h"
#include "row.h"

#include <errno.h>
#include <libpq-fe.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct conn {
    PGconn *pg;
    bool scope_prepared;
    bool prepared[STMT__COUNT + 1];
    struct conn *next;
};

struct db {
    char *conninfo;
    int max, open, deadline_ms;
    struct conn *idle;
    int64_t
        refused_until; /* after a failed connect: fail at once for a moment, no thread pile-up */
    pthread_mutex_t lock;
    pthread_cond_t freed;
};

struct db_tx {
    struct db *db;
    struct conn *conn;
    bool failed;
};

static const struct scope nobody;
static const char scope_text[] =
    "SELECT set_config('sekisho.org', $1, true), set_config('sekisho.account', $2, true)";

struct db *
db_open(const char *conninfo, int max_connections, int deadline_ms)
{
    struct db *db = calloc(1, sizeof *db);
    if (!db || !(db->conninfo = strdup(conninfo)))
        bug("out of memory");
    db->max = max_connections > 0 ? max_connections : 1;
    db->deadline_ms = deadline_ms;
    pthread_mutex_init(&db->lock, NULL);
    pthread_condattr_t attr;
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&db->freed, &attr);
    pthread_condattr_destroy(&attr);
    return db;
}

static void
conn_free(struct conn *c)
{
    PQfinish(c->pg);
    free(c);
}

void
db_close(struct db **dbp)
{
    struct db *db = *dbp;
    if (!db)
        return;
    *dbp = NULL;
    for (struct conn *c = db->idle, *next; c; c = next) {
        next = c->next;
        conn_free(c);
    }
    pthread_cond_destroy(&db->freed);
    pthread_mutex_destroy(&db->lock);
    free(db->conninfo);
    free(db);
}

/* ------------------------------------------------------------------ connections */

static void
no_notice(void *arg, const PGresult *r)
{
    (void)arg, (void)r;
}

/* Waits until the socket is ready for events or the time is up. */
static bool
wait_socket(PGconn *pg, short events, int64_t until)
{
    struct pollfd p = {.fd = PQsocket(pg), .events = events};
    for (;;) {
        int64_t left = until - when_mono();
        if (left <= 0 || p.fd < 0)
            return false;
        int n = poll(&p, 1, (int)left);
        if (n > 0)
            return true;
        if (n < 0 && errno != EINTR)
            return false;
    }
}

static struct conn *
conn_open(const struct db *db, struct err *e)
{
    int64_t until = when_mono() + db->deadline_ms;
    char options[64]; /* the server gives up before we do, so the outcome is known (F-7) */
    (void)snprintf(options, sizeof options, "-c statement_timeout=%d", db->deadline_ms);
    const char *const keys[] = {"dbname", "options", NULL};
    const char *const values[] = {db->conninfo, options, NULL};
    PGconn *pg = PQconnectStartParams(keys, values, 1);
    if (!pg)
        bug("out of memory");
    PostgresPollingStatusType s = PGRES_POLLING_WRITING;
    while (PQstatus(pg) != CONNECTION_BAD && s != PGRES_POLLING_OK && s != PGRES_POLLING_FAILED) {
        if (!wait_socket(pg, s == PGRES_POLLING_READING ? POLLIN : POLLOUT, until))
            break;
        s = PQconnectPoll(pg);
    }
    if (PQstatus(pg) != CONNECTION_OK || s != PGRES_POLLING_OK) {
        err_set(e, ERR_ENV, "database-down", "the database does not answer: %.180s",
                PQerrorMessage(pg));
        PQfinish(pg);
        return NULL;
    }
    PQsetNoticeReceiver(pg, no_notice, NULL);
    PQsetnonblocking(pg, 1);
    struct conn *c = calloc(1, sizeof *c);
    if (!c)
        bug("out of memory");
    c->pg = pg;
    if (!PQenterPipelineMode(pg))
        bug("libpq: no pipeline mode");
    return c;
}

/* A server that went away has closed its end: readable, and nothing was asked. */
static bool
conn_alive(struct conn *c)
{
    struct pollfd p = {.fd = PQsocket(c->pg), .events = POLLIN};
    if (poll(&p, 1, 0) == 0)
        return PQstatus(c->pg) == CONNECTION_OK;
    return PQconsumeInput(c->pg) && PQstatus(c->pg) == CONNECTION_OK && poll(&p, 1, 0) == 0;
}

static struct timespec
until_timespec(int64_t mono_ms)
{
    return (struct timespec){mono_ms / 1000, mono_ms % 1000 * 1000000};
}

/* An idle connection, or a place for a new one (*c = NULL, db->open counted). */
static int
pool_take(struct db *db, struct conn **c, struct err *e)
{
    int64_t until = when_mono() + db->deadline_ms;
    struct timespec ts = until_timespec(until);
    int rc = 0;
    *c = NULL;
    pthread_mutex_lock(&db->lock);
    while (!db->idle && db->open >= db->max && rc == 0)
        rc = pthread_cond_timedwait(&db->freed, &db->lock, &ts);
    if (db->idle) {
        *c = db->idle;
        db->idle = (*c)->next;
        rc = 0;
    } else if (db->open < db->max) {
        if (db->refused_until > when_mono()) {
            rc = ECONNREFUSED;
        } else {
            db->open++;
            rc = 0;
        }
    }
    pthread_mutex_unlock(&db->lock);
    if (rc == ECONNREFUSED)
        return err_set(e, ERR_ENV, "database-down", "the database does not answer");
    if (rc)
        return err_set(e, ERR_ENV, "database-busy", "all %d database connections are busy",
                       db->max);
    return 0;
}

static void
pool_give(struct db *db, struct conn *c) /* NULL: the place is free again */
{
    pthread_mutex_lock(&db->lock);
    if (c) {
        c->next = db->idle;
        db->idle = c;
    } else {
        db->open--;
    }
    pthread_cond_signal(&db->freed);
    pthread_mutex_unlock(&db->lock);
}

static int
acquire(struct db *db, struct conn **out, struct err *e)
{
    for (;;) {
        struct conn *c;
        if (pool_take(db, &c, e))
            return -1;
        if (c && conn_alive(c)) {
            *out = c;
            return 0;
        }
        if (c) { /* died while idle: nothing was lost, look for the next */
            conn_free(c);
            pool_give(db, NULL);
            continue;
        }
        if ((*out = conn_open(db, e)))
            return 0;
        pthread_mutex_lock(&db->lock);
        db->refused_until = when_mono() + 250;
        pthread_mutex_unlock(&db->lock);
        pool_give(db, NULL);
        return -1;
    }
}

static void
release(struct db *db, struct conn *c)
{
    if (PQstatus(c->pg) == CONNECTION_OK && PQtransactionStatus(c->pg) == PQTRANS_IDLE) {
        pool_give(db, c);
        return;
    }
    conn_free(c);
    pool_give(db, NULL);
}

/* ------------------------------------------------------------------ one pipeline */

struct pipe {
    struct conn *c;
    int64_t until;
    PGresult *rows;  /* of the last statement */
    PGresult *error; /* the first error */
    bool lost;
};

static void
scope_values(const struct scope *sc, const char *values[2])
{
    if (!sc)
        sc = &nobody;
    values[0] = sc->org;
    values[1] = sc->account;
}

static bool
send_scope(struct conn *c, const struct scope *sc)
{
    const char *values[2];
    scope_values(sc, values);
    if (!c->scope_prepared && !PQsendPrepare(c->pg, "scope", scope_text, 2, NULL))
        return false;
    c->scope_prepared = true;
    return PQsendQueryPrepared(c->pg, "scope", 2, values, NULL, NULL, 0);
}

static bool
send_statement(struct conn *c, enum stmt id, const struct db_param *params, int n)
{
    const char *values[64];
    int lengths[64], formats[64];
    const struct stmt_def *d = &stmt_defs[id];
    if (n != d->nparams || n > 64)
        bug("statement %s takes %d parameters, %d given", d->name, d->nparams, n);
    for (int i = 0; i < n; i++) {
        values[i] = params[i].p;
        lengths[i] = (int)params[i].n;
        formats[i] = params[i].kind == DB_BYTES;
    }
    if (!c->prepared[id] && !PQsendPrepare(c->pg, d->name, d->text, 0, NULL))
        return false;
    c->prepared[id] = true;
    return PQsendQueryPrepared(c->pg, d->name, n, values, lengths, formats, 0);
}

static bool
flush(struct pipe *p)
{
    int rc;
    while ((rc = PQflush(p->c->pg)) == 1) {
        if (!wait_socket(p->c->pg, POLLIN | POLLOUT, p->until))
            return false;
        if (!PQconsumeInput(p->c->pg))
            return false;
    }
    return rc == 0;
}

/* Reads all results up to the sync. */
static void
collect(struct pipe *p)
{
    PGconn *pg = p->c->pg;
    for (;;) {
        while (PQisBusy(pg)) {
            if (!wait_socket(pg, POLLIN, p->until) || !PQconsumeInput(pg)) {
                p->lost = true;
                return;
            }
        }
        PGresult *r = PQgetResult(pg);
        if (!r)
            continue;
        switch (PQresultStatus(r)) {
        case PGRES_PIPELINE_SYNC:
            PQclear(r);
            return;
        case PGRES_TUPLES_OK:
            PQclear(p->rows);
            p->rows = r;
            break;
        case PGRES_FATAL_ERROR:
            if (!p->error)
                p->error = r;
            else
                PQclear(r);
            if (PQstatus(pg) == CONNECTION_BAD) {
                p->lost = true;
                return;
            }
            break;
        default:
            PQclear(r);
        }
    }
}

static int
sql_error(const PGresult *r, struct err *e)
{
    const char *state = PQresultErrorField(r, PG_DIAG_SQLSTATE);
    const char *constraint = PQresultErrorField(r, PG_DIAG_CONSTRAINT_NAME);
    const char *text = PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY);
    return db_sql_error(state, constraint, text, e);
}

/* Runs what was queued on the connection; takes the rows into the arena. */
static int
run(struct db *db, struct conn *c, struct arena *a, bool queued, bool writes, struct db_rows *out,
    struct err *e)
{
    struct pipe p = {.c = c, .until = when_mono() + db->deadline_ms + 1000};
    if (!queued || !PQpipelineSync(c->pg) || !flush(&p))
        p.lost = true;
    else
        collect(&p);
    int rc = 0;
    if (p.error && !p.lost)
        rc = sql_error(p.error, e);
    else if (p.lost)
        rc = err_set(e, writes ? ERR_UNCERTAIN : ERR_ENV, "database-lost",
                     "the database connection broke: %.180s", PQerrorMessage(c->pg));
    if (p.error) /* a failed PREPARE leaves nothing prepared: forget what this connection knows */
        memset(c->prepared, 0, sizeof c->prepared), c->scope_prepared = false;
    PQclear(p.error);
    if (rc || !out) {
        PQclear(p.rows);
        return rc;
    }
    row_take(a, p.rows, out);
    return 0;
}

static int
simple(struct db *db, struct conn *c, const char *text, bool writes, struct err *e)
{
    bool queued = PQsendQueryParams(c->pg, text, 0, NULL, NULL, NULL, NULL, 0);
    return run(db, c, NULL, queued, writes, NULL, e);
}

/* After an error the named statements may or may not exist: start from none. If even that fails,
 * the connection is not idle any more and release() drops it. */
static void
forget_statements(struct db *db, struct conn *c)
{
    struct err ignored;
    simple(db, c, "DEALLOCATE ALL", false, &ignored);
}

int
db_query(struct db *db, const struct scope *sc, struct arena *a, enum stmt id,
         const struct db_param *params, int nparams, struct db_rows *out, struct err *e)
{
    struct conn *c;
    if (out)
        *out = (struct db_rows){0};
    if (acquire(db, &c, e))
        return -1;
    bool queued = send_scope(c, sc) && send_statement(c, id, params, nparams);
    int rc = run(db, c, a, queued, true, out, e);
    if (rc && PQtransactionStatus(c->pg) == PQTRANS_IDLE)
        forget_statements(db, c);
    release(db, c);
    return rc;
}

/* ------------------------------------------------------------------ transactions */

int
db_begin(struct db *db, const struct scope *sc, struct db_tx **tx, struct err *e)
{
    struct conn *c;
    *tx = NULL;
    if (acquire(db, &c, e))
        return -1;
    bool queued =
        PQsendQueryParams(c->pg, "BEGIN", 0, NULL, NULL, NULL, NULL, 0) && send_scope(c, sc);
    if (run(db, c, NULL, queued, false, NULL, e)) {
        conn_free(c);
        pool_give(db, NULL);
        return -1;
    }
    struct db_tx *t = calloc(1, sizeof *t);
    if (!t)
        bug("out of memory");
    *t = (struct db_tx){.db = db, .conn = c};
    *tx = t;
    return 0;
}

int
db_tx_query(struct db_tx *tx, struct arena *a, enum stmt id, const struct db_param *params,
            int nparams, struct db_rows *out, struct err *e)
{
    if (tx->failed)
        bug("statement %s after an error in the transaction", stmt_defs[id].name);
    if (out)
        *out = (struct db_rows){0};
    bool queued = send_statement(tx->conn, id, params, nparams);
    int rc = run(tx->db, tx->conn, a, queued, false, out, e);
    tx->failed = rc != 0;
    return rc;
}

static void
tx_end(struct db_tx *t, bool keep)
{
    if (keep) {
        release(t->db, t->conn);
    } else {
        conn_free(t->conn);
        pool_give(t->db, NULL);
    }
    free(t);
}

int
db_commit(struct db_tx **txp, struct err *e)
{
    struct db_tx *t = *txp;
    *txp = NULL;
    if (t->failed)
        bug("commit after an error");
    int rc = simple(t->db, t->conn, "COMMIT", true, e);
    tx_end(t, rc == 0);
    return rc;
}

void
db_rollback(struct db_tx **txp)
{
    struct db_tx *t = *txp;
    if (!t)
        return;
    *txp = NULL;
    struct err ignored;
    bool keep = !t->failed && simple(t->db, t->conn, "ROLLBACK", false, &ignored) == 0;
    tx_end(t, keep);
}
