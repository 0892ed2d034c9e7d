/*
 * What the C tests of the database share. A test that finds no cluster starts itself again inside
 * one (lib_cluster.sh), so each runs by itself: build/tests/db/test_x.
 */
#ifndef SEKISHO_LIB_DB_H
#define SEKISHO_LIB_DB_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>
#include <libpq-fe.h>

#include "common/arena.h"
#include "common/err.h"
#include "common/settings.h"
#include "store/db.h"

/* conf: the text of a settings file; NULL: none. */
static inline void
db_test_start_with(char **argv, const char *conf)
{
    char path[] = "/tmp/sekisho-conf-XXXXXX";
    int fd = -1, rc;
    struct err e;
    if (!getenv("DB_CONTROL")) {
        char *const args[] = {(char[]){"tests/db/lib_cluster.sh"}, argv[0], NULL};
        execv(args[0], args);
        perror(args[0]);
        exit(1);
    }
    if (conf && ((fd = mkstemp(path)) < 0 || write(fd, conf, strlen(conf)) < 0)) {
        perror(path);
        exit(1);
    }
    rc = settings_load(conf ? path : NULL, &e);
    if (conf) {
        close(fd);
        unlink(path);
    }
    if (rc) {
        fprintf(stderr, "%s\n", e.text);
        exit(1);
    }
}

static inline void
db_test_start(char **argv)
{
    db_test_start_with(argv, NULL);
}

/* Any SQL, as a role ("postgres" is the superuser); the caller clears it. Fails the test on error.
 */
static inline PGresult *
sql(const char *role, const char *text)
{
    char conninfo[1024];
    snprintf(conninfo, sizeof conninfo, "%s user=%s", getenv("DATABASE_URL"), role);
    PGconn *pg = PQconnectdb(conninfo);
    PGresult *r = PQexec(pg, text);
    ExecStatusType s = PQresultStatus(r);
    if (s != PGRES_COMMAND_OK && s != PGRES_TUPLES_OK)
        fail_msg("%s: %s", text, PQerrorMessage(pg));
    PQfinish(pg);
    return r;
}

static inline void
sql_do(const char *role, const char *text)
{
    PQclear(sql(role, text));
}

static inline long
sql_int(const char *role, const char *text)
{
    PGresult *r = sql(role, text);
    long n = strtol(PQgetvalue(r, 0, 0), NULL, 10);
    PQclear(r);
    return n;
}

/* A made-up but fixed id: kind says what of, n and k which. */
static inline const char *
test_id(struct arena *a, int kind, int n, int k)
{
    return arena_printf(a, "00000000-0000-7000-8%03x-0000%04x%04x", (unsigned)kind, (unsigned)n,
                        (unsigned)k);
}
enum { T_ORG = 1, T_ACCOUNT, T_MESSAGE, T_RECIPIENT, T_DOMAIN };

/* An organisation "org<n>" with domain org<n>.example, an owner (k = 0) and a user (k = 1) with a
 * mailbox. */
static inline void
test_org(struct arena *a, int n)
{
    const char *o = test_id(a, T_ORG, n, 0), *d = test_id(a, T_DOMAIN, n, 0);
    sql_do("sekisho_owner",
           arena_printf(
               a,
               "INSERT INTO org (org_id, name, body_key) VALUES ('%s', 'org%d', '\\x00');"
               "INSERT INTO domain (org_id, domain_id, name) VALUES ('%s', '%s', 'org%d.example');"
               "INSERT INTO domain_server (org_id, domain_id, server_id, host) VALUES ('%s', '%s', "
               "'%s', '192.0.2.9');"
               "INSERT INTO account (org_id, account_id, address, role) VALUES ('%s', '%s', "
               "'admin@org%d.example', 'owner'),"
               " ('%s', '%s', 'user@org%d.example', 'user');"
               "INSERT INTO account_mailbox (org_id, account_id, address) VALUES ('%s', '%s', "
               "'user@org%d.example');",
               o, n, o, d, n, o, d, d, o, test_id(a, T_ACCOUNT, n, 0), n, o,
               test_id(a, T_ACCOUNT, n, 1), n, o, test_id(a, T_ACCOUNT, n, 1), n));
}

static inline struct scope
test_scope(struct arena *a, int n, int k)
{
    struct scope s = {0};
    memcpy(s.org, test_id(a, T_ORG, n, 0), 36);
    memcpy(s.account, test_id(a, T_ACCOUNT, n, k), 36);
    return s;
}

/* A held message for user@org<n>.example. */
static inline void
test_held(struct arena *a, int n, int k, const char *kind)
{
    sql_do("sekisho_engine",
           arena_printf(a,
                        "SELECT "
                        "ingest('{\"org_id\":\"%s\",\"message_id\":\"%s\",\"received_at\":%lld,"
                        "\"node\":\"n1\",\"direction\":\"in\","
                        "\"queue_id\":\"Q%d\",\"client_ip\":\"\",\"client_name\":\"\",\"helo\":"
                        "\"\",\"tls\":\"\",\"envelope_sender\":\"s%d@x.example\","
                        "\"sender_domain\":\"x.example\",\"header_from\":\"s@x.example\",\"header_"
                        "from_name\":\"\",\"header_id\":\"\","
                        "\"subject\":\"subject "
                        "%d\",\"bytes\":10,\"verdict\":\"spam\",\"score\":9,\"threshold\":5,"
                        "\"reasons\":[],\"scan\":{},"
                        "\"scan_us\":1,\"recipients\":[{\"recipient_id\":\"%s\",\"address\":\"user@"
                        "org%d.example\",\"domain\":\"org%d.example\","
                        "\"original\":\"User@org%d.example\",\"state\":\"held\",\"disposition\":"
                        "\"quarantine\",\"kind\":\"%s\",\"rule\":\"\"}]}',"
                        " sha256('%d'), '\\x01')",
                        test_id(a, T_ORG, n, 0), test_id(a, T_MESSAGE, n, k),
                        (long long)time(NULL) * 1000 - k * 1000, n * 1000 + k, k, k,
                        test_id(a, T_RECIPIENT, n, k), n, n, n, kind, k));
}

#endif
