/*
 * The one place where SQL text from a file is run as it is: the files are part of the program.
 */
#include "migrate.h"
#include "../common/arena.h"
#include "../common/err.h"
#include "../common/token.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <libpq-fe.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define LARGEST_FILE (1024 * 1024)

struct migration {
    int version;
    const char *name, *sha256;
    char *text;
};

struct run {
    struct arena *a;
    PGconn *pg;
    struct migration *files;
    int nfiles;
    struct err *e;
};

/* ------------------------------------------------------------------ files */

static int
is_migration(const struct dirent *d)
{
    const char *n = d->d_name, *dot = strrchr(n, '.');
    return isdigit((unsigned char)n[0]) && isdigit((unsigned char)n[1]) && isdigit((unsigned char)n[2]) &&
           isdigit((unsigned char)n[3]) && n[4] == '-' && dot && strcmp(dot, ".sql") == 0;
}

static int
read_file(struct run *r, const char *folder, const char *name, struct migration *m)
{
    const char *path = arena_printf(r->a, "%s/%s", folder, name);
    unsigned char sum[32];
    FILE *f = fopen(path, "re");
    if (!f)
        return err_set(r->e, ERR_ENV, "migrate", "%s: %s", path, strerror(errno));
    m->text = arena_alloc(r->a, LARGEST_FILE + 1);
    size_t n = fread(m->text, 1, LARGEST_FILE + 1, f);
    fclose(f);
    if (n > LARGEST_FILE || memchr(m->text, '\0', n))
        return err_set(r->e, ERR_ENV, "migrate", "%s: too long or not text", path);
    m->text[n] = '\0';
    m->version = atoi(name);
    m->name = arena_strdup(r->a, name);
    token_sha256(m->text, n, sum);
    m->sha256 = token_hex(r->a, sum, 32);
    return 0;
}

static int
read_folder(struct run *r, const char *folder)
{
    struct dirent **list;
    int rc = 0, n = scandir(folder, &list, is_migration, alphasort);
    if (n <= 0)
        return err_set(r->e, ERR_ENV, "migrate", "%s: no migrations here", folder);
    r->files = arena_calloc(r->a, (size_t)n, sizeof *r->files);
    for (int i = 0; i < n; i++) {
        if (rc == 0)
            rc = read_file(r, folder, list[i]->d_name, &r->files[i]);
        if (rc == 0 && r->files[i].version != i + 1)
            rc = err_set(r->e, ERR_ENV, "migrate", "%s: the numbers have a gap before it", list[i]->d_name);
        free(list[i]);
    }
    free(list);
    r->nfiles = n;
    return rc;
}

/* ------------------------------------------------------------------ database */

static int
exec(struct run *r, const char *text, const char *what)
{
    PGresult *res = PQexec(r->pg, text);
    ExecStatusType s = PQresultStatus(res);
    int rc = 0;
    if (s != PGRES_COMMAND_OK && s != PGRES_TUPLES_OK) {
        const char *position = PQresultErrorField(res, PG_DIAG_STATEMENT_POSITION);
        rc = err_set(r->e, ERR_ENV, "migrate", "%s: %.150s (character %s)", what,
                     PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY) ? PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY)
                                                                     : PQerrorMessage(r->pg),
                     position ? position : "?");
    }
    PQclear(res);
    return rc;
}

static int
check_versions(struct run *r, int *version)
{
    PGresult *res = PQexec(r->pg, "SELECT version, sha256 FROM schema_version ORDER BY version");
    int rc = 0;
    *version = 0;
    if (PQresultStatus(res) != PGRES_TUPLES_OK)
        rc = err_set(r->e, ERR_ENV, "migrate", "%.200s", PQerrorMessage(r->pg));
    for (int i = 0; rc == 0 && i < PQntuples(res); i++) {
        int v = atoi(PQgetvalue(res, i, 0));
        if (v > r->nfiles)
            rc = err_set(r->e, ERR_CONFLICT, "schema-newer",
                         "the database has schema %d, this program knows %d: install the newer program", v,
                         r->nfiles);
        else if (v != i + 1 || strcmp(PQgetvalue(res, i, 1), r->files[i].sha256) != 0)
            rc = err_set(r->e, ERR_CONFLICT, "schema-changed",
                         "migration %04d was changed after it ran: use the original file, changes go into a new one",
                         v);
        *version = v;
    }
    PQclear(res);
    return rc;
}

static int
record(struct run *r, const struct migration *m)
{
    const char *version = arena_printf(r->a, "%d", m->version);
    const char *values[] = {version, m->name, m->sha256};
    PGresult *res = PQexecParams(r->pg, "INSERT INTO schema_version (version, name, sha256) VALUES ($1::int, $2, $3)", 3,
                                 NULL, values, NULL, NULL, 0);
    int rc = PQresultStatus(res) == PGRES_COMMAND_OK
                 ? 0
                 : err_set(r->e, ERR_ENV, "migrate", "%s: %.180s", m->name, PQerrorMessage(r->pg));
    PQclear(res);
    return rc;
}

static int
apply(struct run *r, const struct migration *m)
{
    if (exec(r, "BEGIN", m->name) == 0 && exec(r, m->text, m->name) == 0 && record(r, m) == 0 &&
        exec(r, "COMMIT", m->name) == 0)
        return 0;
    PQclear(PQexec(r->pg, "ROLLBACK"));
    return -1;
}

static void
no_notice(void *arg, const PGresult *res)
{
    (void)arg, (void)res;
}

static int
start(struct run *r, const char *conninfo, const char *folder)
{
    if (read_folder(r, folder))
        return -1;
    r->pg = PQconnectdb(conninfo);
    if (PQstatus(r->pg) != CONNECTION_OK)
        return err_set(r->e, ERR_ENV, "database-down", "the database does not answer: %.180s", PQerrorMessage(r->pg));
    PQsetNoticeReceiver(r->pg, no_notice, NULL);
    return 0;
}

int
migrate_run(const char *conninfo, const char *folder, int *applied, int *version, struct err *e)
{
    struct run r = {.a = arena_new(), .e = e};
    int rc = start(&r, conninfo, folder);
    *applied = *version = 0;
    /* 0x73656b69 "seki": held until the connection ends. */
    if (rc == 0)
        rc = exec(&r, "SELECT pg_advisory_lock(1936026473)", "lock") ||
             exec(&r,
                  "CREATE TABLE IF NOT EXISTS schema_version (version int PRIMARY KEY, name text NOT NULL, "
                  "sha256 text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())",
                  "schema_version")
                 ? -1
                 : check_versions(&r, version);
    for (int i = *version; rc == 0 && i < r.nfiles; i++) {
        rc = apply(&r, &r.files[i]);
        if (rc == 0) {
            *version = r.files[i].version;
            ++*applied;
        }
    }
    PQfinish(r.pg);
    arena_free(&r.a);
    return rc;
}

int
migrate_check(const char *conninfo, const char *folder, int *version, struct err *e)
{
    struct run r = {.a = arena_new(), .e = e};
    int rc = start(&r, conninfo, folder);
    if (rc == 0)
        rc = check_versions(&r, version);
    if (rc == 0 && *version < r.nfiles)
        rc = err_set(e, ERR_CONFLICT, "schema-older", "the database has schema %d of %d: run `sekisho migrate`", *version,
                     r.nfiles);
    PQfinish(r.pg);
    arena_free(&r.a);
    return rc;
}
