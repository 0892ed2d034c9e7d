#include "migrate.h"
#include "../common/arena.h"
#include "../common/buf.h"
#include "../common/err.h"
#include "../common/token.h"

#include <dirent.h>
#include <errno.h>
#include <libpq-fe.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MIGRATIONS 1000
#define LOCK_KEY "7234181904" /* any number that nobody else takes */
#define LARGEST (4 * 1024 * 1024)

struct migration {
    int version;
    const char *name; /* file name */
    const char *text;
    const char *sha256; /* hex */
};

struct run {
    struct arena *a;
    struct err *e;
    PGconn *pg;
    const char *dir;
    struct migration *list; /* list[i].version is i + 1 */
    int n;
    int version; /* of the database */
};

/* ------------------------------------------------------------------ files */

static const char *
own_dir(struct arena *a)
{
    char exe[PATH_MAX];
    ssize_t n = readlink("/proc/self/exe", exe, sizeof exe - 1);
    if (n > 0) {
        exe[n] = '\0';
        for (int up = 0; up < 3; up++) { /* .../build/bin/sekisho */
            char *slash = strrchr(exe, '/');
            if (slash)
                *slash = '\0';
        }
        char *dir = arena_printf(a, "%s/sql/migrations", exe);
        if (access(dir, R_OK) == 0)
            return dir;
    }
    return "sql/migrations";
}

static int
read_text(struct run *r, struct migration *m)
{
    unsigned char sum[32];
    char piece[8192];
    char *path = arena_printf(r->a, "%s/%s", r->dir, m->name);
    FILE *f = fopen(path, "re");
    if (!f)
        return err_set(r->e, ERR_INPUT, "migration", "%s: %s", m->name, strerror(errno));
    struct buf *b = buf_new(r->a, LARGEST);
    for (size_t n; (n = fread(piece, 1, sizeof piece, f)) > 0;)
        buf_add(b, piece, n);
    bool bad = ferror(f) || b->truncated || !b->len || memchr(b->data, '\0', b->len);
    fclose(f);
    if (bad)
        return err_set(r->e, ERR_INPUT, "migration", "%s: cannot be read, empty or too long",
                       m->name);
    token_sha256(b->data, b->len, sum);
    m->text = buf_cstr(b);
    m->sha256 = token_hex(r->a, sum, sizeof sum);
    return 0;
}

/* NNNN-name.sql, or 0 for anything else in the directory. */
static int
version_of(const char *name)
{
    size_t n = strlen(name);
    if (n < 10 || strspn(name, "0123456789") != 4 || name[4] != '-' ||
        strcmp(name + n - 4, ".sql") != 0)
        return 0;
    return atoi(name);
}

static int
by_version(const void *x, const void *y)
{
    return ((const struct migration *)x)->version - ((const struct migration *)y)->version;
}

static int
read_list(struct run *r)
{
    DIR *d = opendir(r->dir);
    if (!d)
        return err_set(r->e, ERR_INPUT, "migration", "%s: %s", r->dir, strerror(errno));
    r->list = arena_calloc(r->a, MIGRATIONS, sizeof *r->list);
    for (struct dirent *f; (f = readdir(d)) && r->n < MIGRATIONS;) {
        int v = version_of(f->d_name);
        if (v)
            r->list[r->n++] =
                (struct migration){.version = v, .name = arena_strdup(r->a, f->d_name)};
    }
    closedir(d);
    qsort(r->list, (size_t)r->n, sizeof *r->list, by_version);
    for (int i = 0; i < r->n; i++) {
        if (r->list[i].version != i + 1)
            return err_set(r->e, ERR_INPUT, "migration", "%s: number %04d is expected here",
                           r->list[i].name, i + 1);
        if (read_text(r, &r->list[i]))
            return -1;
    }
    return r->n ? 0 : err_set(r->e, ERR_INPUT, "migration", "%s: no migrations there", r->dir);
}

/* ------------------------------------------------------------------ database */

static void
no_notice(void *arg, const PGresult *res)
{
    (void)arg, (void)res;
}

static void
finish(void *pg)
{
    PQfinish(pg);
}

static void
clear(void *res)
{
    PQclear(res);
}

static int
connect_owner(struct run *r, const char *conninfo)
{
    r->pg = PQconnectdb(conninfo);
    if (!r->pg)
        bug("out of memory");
    arena_defer(r->a, finish, r->pg);
    if (PQstatus(r->pg) != CONNECTION_OK)
        return err_set(r->e, ERR_ENV, "database-down", "the database does not answer: %.200s",
                       PQerrorMessage(r->pg));
    PQsetNoticeReceiver(r->pg, no_notice, NULL);
    return 0;
}

/* A command of ours: anything but success means that the server went away or is wrong. */
static PGresult *
ask(struct run *r, const char *text, int n, const char *const *values)
{
    PGresult *res = PQexecParams(r->pg, text, n, NULL, values, NULL, NULL, 0);
    ExecStatusType s = PQresultStatus(res);
    if (s == PGRES_COMMAND_OK || s == PGRES_TUPLES_OK) {
        arena_defer(r->a, clear, res);
        return res;
    }
    const char *why = PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY);
    err_set(r->e, ERR_ENV, "database", "%.200s", why ? why : PQerrorMessage(r->pg));
    PQclear(res);
    return NULL;
}

static int
lock(struct run *r)
{
    if (!ask(r, "SET lock_timeout = '60s'", 0, NULL) ||
        !ask(r, "SET statement_timeout = 0", 0, NULL))
        return -1;
    if (!ask(r, "SELECT pg_advisory_lock(" LOCK_KEY ")", 0, NULL))
        return err_set(r->e, ERR_ENV, "database-down", "another migration is still running");
    return 0;
}

static int
check_applied(struct run *r, const PGresult *res)
{
    for (int i = 0; i < PQntuples(res); i++) {
        int v = atoi(PQgetvalue(res, i, 0));
        const char *name = PQgetvalue(res, i, 1);
        if (v > r->n)
            return err_set(
                r->e, ERR_INPUT, "schema-newer",
                "the database has schema %d (%s), this program knows %d: run the newer program", v,
                name, r->n);
        if (v != i + 1)
            return err_set(r->e, ERR_INPUT, "schema-changed", "schema_version has no row for %04d",
                           i + 1);
        if (strcmp(PQgetvalue(res, i, 2), r->list[i].sha256) != 0)
            return err_set(
                r->e, ERR_INPUT, "schema-changed",
                "%s is not the file that was applied to this database: put the old one back, "
                "changes belong in a new file",
                r->list[i].name);
    }
    r->version = PQntuples(res);
    return 0;
}

static int
read_version(struct run *r)
{
    PGresult *res = ask(r, "SELECT to_regclass('schema_version') IS NOT NULL", 0, NULL);
    if (!res)
        return -1;
    if (*PQgetvalue(res, 0, 0) == 'f')
        return 0;
    res = ask(r, "SELECT version, name, sha256 FROM schema_version ORDER BY version DESC LIMIT 1",
              0, NULL);
    if (!res)
        return -1;
    if (PQntuples(res) &&
        atoi(PQgetvalue(res, 0, 0)) > r->n) /* says so before any other complaint */
        return check_applied(r, res);
    res = ask(r, "SELECT version, name, sha256 FROM schema_version ORDER BY version", 0, NULL);
    return res ? check_applied(r, res) : -1;
}

static int
line_of(const char *text, const char *position)
{
    int line = 1;
    long chars = position ? strtol(position, NULL, 10) : 0;
    for (const char *p = text; *p && chars > 1; p++) {
        line += *p == '\n';
        chars -= (*p & 0xc0) != 0x80; /* counted in characters */
    }
    return line;
}

static int
apply(struct run *r, const struct migration *m)
{
    const char *row[] = {arena_printf(r->a, "%d", m->version), m->name, m->sha256};
    if (!ask(r, "BEGIN", 0, NULL))
        return -1;
    PGresult *res = PQexec(r->pg, m->text);
    ExecStatusType s = PQresultStatus(res);
    bool done = (s == PGRES_COMMAND_OK || s == PGRES_TUPLES_OK) &&
                PQtransactionStatus(r->pg) == PQTRANS_INTRANS;
    if (!done) {
        const char *why = PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY);
        err_set(r->e, PQstatus(r->pg) == CONNECTION_OK ? ERR_INPUT : ERR_ENV, "migration",
                "%s:%d: %.180s", m->name,
                line_of(m->text, PQresultErrorField(res, PG_DIAG_STATEMENT_POSITION)),
                why                                ? why
                : PQstatus(r->pg) == CONNECTION_OK ? "it must not end the transaction"
                                                   : PQerrorMessage(r->pg));
    }
    PQclear(res);
    if (!done)
        return -1; /* closing the connection rolls back */
    if (!ask(r, "INSERT INTO schema_version (version, name, sha256) VALUES ($1, $2, $3)", 3, row) ||
        !ask(r, "COMMIT", 0, NULL))
        return -1;
    r->version = m->version;
    return 0;
}

static int
start(struct run *r, const char *conninfo)
{
    if (!r->dir)
        r->dir = own_dir(r->a);
    return read_list(r) || connect_owner(r, conninfo) ? -1 : 0;
}

static int
run_all(struct run *r, int *applied)
{
    if (lock(r) || read_version(r))
        return -1;
    if (!ask(r,
             "CREATE TABLE IF NOT EXISTS schema_version (version int PRIMARY KEY, name text NOT "
             "NULL, "
             "sha256 text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())",
             0, NULL))
        return -1;
    for (int i = r->version; i < r->n; i++, ++*applied)
        if (apply(r, &r->list[i]))
            return -1;
    return 0;
}

int
migrate_run(const char *conninfo, const char *dir, struct migrate_result *out, struct err *e)
{
    struct run r = {.a = arena_new(), .e = e, .dir = dir};
    int applied = 0;
    int rc = start(&r, conninfo) || run_all(&r, &applied) ? -1 : 0;
    if (out)
        *out = (struct migrate_result){r.version, applied};
    arena_free(&r.a); /* closes the connection: the lock goes with it */
    return rc;
}

int
migrate_check(const char *conninfo, const char *dir, struct migrate_result *out, struct err *e)
{
    struct run r = {.a = arena_new(), .e = e, .dir = dir};
    int rc = start(&r, conninfo) || read_version(&r) ? -1 : r.version < r.n;
    if (out)
        *out = (struct migrate_result){r.version, 0};
    arena_free(&r.a);
    return rc;
}
