/* The migration runner: all in order, once, or a reason in one line and nothing changed. */
#include "lib_db.h"

#include <dirent.h>
#include <pthread.h>
#include <sys/stat.h>

#include "store/migrate.h"

static char dir[64];
static char conninfo[1024];

static void
put(const char *name, const char *text)
{
    char path[400];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static void
drop(const char *name)
{
    char path[400];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    unlink(path);
}

static void
empty_dir(void)
{
    DIR *d = opendir(dir);
    for (struct dirent *f; d && (f = readdir(d));)
        drop(f->d_name);
    if (d)
        closedir(d);
}

/* A database of its own for every test. */
static int
fresh(void **state)
{
    (void)state;
    static int n;
    char text[200];
    snprintf(text, sizeof text, "CREATE DATABASE m%d OWNER sekisho_owner TEMPLATE template0", ++n);
    sql_do("postgres", text);
    /* Later words of a connection string win. */
    snprintf(conninfo, sizeof conninfo, "%s user=postgres dbname=m%d", getenv("DATABASE_URL"), n);
    PGconn *pg = PQconnectdb(conninfo);
    PQclear(PQexec(pg, "ALTER SCHEMA public OWNER TO sekisho_owner"));
    PQfinish(pg);
    snprintf(conninfo, sizeof conninfo, "%s user=sekisho_owner dbname=m%d", getenv("DATABASE_URL"),
             n);
    empty_dir();
    put("0001-one.sql", "CREATE TABLE one (n int);\nINSERT INTO one VALUES (1);\n");
    put("0002-two.sql", "CREATE TABLE two (n int);\n");
    put("README", "not a migration\n");
    return 0;
}

static long
count(const char *text)
{
    PGconn *pg = PQconnectdb(conninfo);
    PGresult *r = PQexec(pg, text);
    long n = PQresultStatus(r) == PGRES_TUPLES_OK ? strtol(PQgetvalue(r, 0, 0), NULL, 10) : -1;
    PQclear(r);
    PQfinish(pg);
    return n;
}

static void
refused(const char *code, const char *words)
{
    struct err e = {0};
    struct migrate_result m;
    assert_int_equal(migrate_run(conninfo, dir, &m, &e), -1);
    assert_string_equal(e.code, code);
    if (!strstr(e.text, words))
        fail_msg("\"%s\" is not in \"%s\"", words, e.text);
    assert_null(strchr(e.text, '\n'));
}

static void
applied(int version, int how_many)
{
    struct err e = {0};
    struct migrate_result m;
    if (migrate_run(conninfo, dir, &m, &e))
        fail_msg("%s", e.text);
    assert_int_equal(m.version, version);
    assert_int_equal(m.applied, how_many);
}

static void
applies_once_in_order(void **state)
{
    (void)state;
    struct err e;
    assert_int_equal(migrate_check(conninfo, dir, NULL, &e), 1);
    applied(2, 2);
    applied(2, 0);
    assert_int_equal(migrate_check(conninfo, dir, NULL, &e), 0);
    put("0003-three.sql", "INSERT INTO one VALUES (3);\n");
    assert_int_equal(migrate_check(conninfo, dir, NULL, &e), 1);
    applied(3, 1);
    assert_int_equal(count("SELECT count(*) FROM one"), 2);
    assert_int_equal(count("SELECT count(*) FROM schema_version WHERE length(sha256) = 64"), 3);
}

static void
newer_database_is_refused(void **state)
{
    (void)state;
    struct err e;
    applied(2, 2);
    drop("0002-two.sql");
    refused("schema-newer", "0002-two.sql");
    assert_int_equal(migrate_check(conninfo, dir, NULL, &e), -1);
}

static void
changed_file_is_refused(void **state)
{
    (void)state;
    applied(2, 2);
    put("0001-one.sql", "CREATE TABLE one (n int);\n-- changed\n");
    put("0003-three.sql", "CREATE TABLE three (n int);\n");
    refused("schema-changed", "0001-one.sql");
    assert_int_equal(count("SELECT count(*) FROM pg_class WHERE relname = 'three'"), 0);
}

static void
failed_file_leaves_nothing(void **state)
{
    (void)state;
    put("0003-three.sql",
        "CREATE TABLE three (n int);\n\nCREATE TABLE \xe3\x81\x82 (n int);\nSELEC 1;\n");
    refused("migration", "0003-three.sql:4:");
    assert_int_equal(count("SELECT count(*) FROM pg_class WHERE relname = 'three'"), 0);
    assert_int_equal(count("SELECT max(version) FROM schema_version"), 2);
    put("0003-three.sql", "CREATE TABLE three (n int);\n");
    applied(3, 1);
}

static void
file_that_commits_is_refused(void **state)
{
    (void)state;
    put("0003-three.sql", "CREATE TABLE three (n int);\nCOMMIT;\n");
    refused("migration", "0003-three.sql");
    assert_int_equal(count("SELECT max(version) FROM schema_version"), 2);
}

static void
gaps_and_twins_are_refused(void **state)
{
    (void)state;
    put("0004-four.sql", "SELECT 1;\n");
    refused("migration", "0004-four.sql");
    drop("0004-four.sql");
    put("0002-other.sql", "SELECT 1;\n");
    refused("migration", "0003 is expected");
    drop("0002-other.sql");
    put("0003-empty.sql", "");
    refused("migration", "0003-empty.sql");
    assert_int_equal(count("SELECT count(*) FROM pg_class WHERE relname = 'one'"), 0);
}

static void *
runner(void *arg)
{
    struct migrate_result *m = arg;
    struct err e;
    if (migrate_run(conninfo, dir, m, &e))
        m->applied = -100;
    return NULL;
}

static void
two_runners_do_it_once(void **state)
{
    (void)state;
    pthread_t t[4];
    struct migrate_result m[4];
    int sum = 0;
    put("0003-slow.sql", "SELECT pg_sleep(0.3);\nINSERT INTO one VALUES (3);\n");
    for (int i = 0; i < 4; i++)
        pthread_create(&t[i], NULL, runner, &m[i]);
    for (int i = 0; i < 4; i++)
        pthread_join(t[i], NULL);
    for (int i = 0; i < 4; i++)
        sum += m[i].applied;
    assert_int_equal(sum, 3);
    assert_int_equal(count("SELECT count(*) FROM one"), 2);
}

/* The real ones, and no server. */
static void
real_migrations_apply(void **state)
{
    (void)state;
    struct err e = {0};
    struct migrate_result m;
    if (migrate_run(conninfo, "sql/migrations", &m, &e))
        fail_msg("%s", e.text);
    assert_int_equal(m.applied, m.version);
    assert_true(m.version >= 4);
    assert_int_equal(migrate_check(conninfo, NULL, &m, &e), 0); /* finds the same ones by itself */
}

static void
no_server_is_one_line(void **state)
{
    (void)state;
    snprintf(conninfo, sizeof conninfo, "host=/nonexistent connect_timeout=2 user=sekisho_owner");
    struct err e = {0};
    assert_int_equal(migrate_run(conninfo, dir, NULL, &e), -1);
    assert_int_equal(e.cls, ERR_ENV);
    assert_string_equal(e.code, "database-down");
}

int
main(int argc, char **argv)
{
    (void)argc;
    db_test_start(argv);
    snprintf(dir, sizeof dir, "/tmp/skmig.XXXXXX");
    if (!mkdtemp(dir))
        return 1;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(applies_once_in_order, fresh),
        cmocka_unit_test_setup(newer_database_is_refused, fresh),
        cmocka_unit_test_setup(changed_file_is_refused, fresh),
        cmocka_unit_test_setup(failed_file_leaves_nothing, fresh),
        cmocka_unit_test_setup(file_that_commits_is_refused, fresh),
        cmocka_unit_test_setup(gaps_and_twins_are_refused, fresh),
        cmocka_unit_test_setup(two_runners_do_it_once, fresh),
        cmocka_unit_test_setup(real_migrations_apply, fresh),
        cmocka_unit_test(no_server_is_one_line),
    };
    int rc = cmocka_run_group_tests(tests, NULL, NULL);
    empty_dir();
    rmdir(dir);
    return rc;
}
