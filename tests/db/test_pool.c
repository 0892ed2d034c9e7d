/*
 * The blocking database interface against a real server: scopes on shared connections (T-I4), who
 * is first wins (64 clients), a server that stops, restarts or is slow (F-5, F-7), errors by class.
 */
#include "lib_db.h"

#include <pthread.h>

#include "common/when.h"
#include "store/store_account.h"
#include "store/store_audit.h"
#include "store/store_domain.h"
#include "store/store_org.h"
#include "store/store_quarantine.h"

#define TENANTS 8
#define ROUNDS 150

static struct db *
open_as(const char *role, int n, int deadline_ms)
{
    return db_open(settings_database(role), n, deadline_ms);
}

static int
setup(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    for (int n = 1; n <= TENANTS; n++) {
        test_org(a, n);
        for (int k = 1; k <= 3; k++)
            test_held(a, n, k, "spam");
    }
    arena_free(&a);
    return 0;
}

/* ------------------------------------------------------------------ scopes */

struct tenant {
    struct db *db;
    int n;
    unsigned seed;
    char wrong[400]; /* first thing seen that belongs to somebody else */
};

static void
see_own(struct tenant *t, struct arena *a, const struct scope *sc)
{
    struct err e;
    struct store_org o;
    struct store_held *rows;
    struct store_held_filter f = {.limit = 100};
    int n;
    bool more;
    char name[32];
    snprintf(name, sizeof name, "org%d", t->n);
    if (store_org_get(t->db, sc, a, &o, &e))
        snprintf(t->wrong, sizeof t->wrong, "org: %s", e.text);
    else if (strcmp(o.name, name) != 0)
        snprintf(t->wrong, sizeof t->wrong, "%s sees %s", name, o.name);
    if (store_quarantine_list(t->db, sc, a, &f, &rows, &n, &more, &e))
        snprintf(t->wrong, sizeof t->wrong, "list: %s", e.text);
    for (int i = 0; i < n; i++)
        if (!strstr(rows[i].recipient, arena_printf(a, "@org%d.", t->n)))
            snprintf(t->wrong, sizeof t->wrong, "%s sees mail of %s", name, rows[i].recipient);
    if (n != 3)
        snprintf(t->wrong, sizeof t->wrong, "%s sees %d mails", name, n);
}

static void
see_nothing(struct tenant *t, struct arena *a)
{
    struct err e;
    struct store_org o;
    if (store_org_get(t->db, NULL, a, &o, &e) == 0)
        snprintf(t->wrong, sizeof t->wrong, "nobody sees %s", o.name);
}

/* A transaction that ends in an error or is rolled back must not leave its scope behind either. */
static void
break_off(struct tenant *t, struct arena *a, const struct scope *sc)
{
    struct err e;
    struct db_tx *tx;
    char id[37];
    struct store_actor by = {NULL, "test", "admin", ""};
    if (store_domain_add(t->db, sc, a, &by, sc->org, "org1.example", "h", 25, id, &e) == 0 ||
        e.cls != ERR_CONFLICT)
        snprintf(t->wrong, sizeof t->wrong, "a domain twice: %d %s", e.cls, e.text);
    if (db_begin(t->db, sc, &tx, &e) == 0) {
        db_tx_query(tx, a, STMT_ORG_GET, NULL, 0, NULL, &e);
        db_rollback(&tx);
    }
}

static void *
tenant_main(void *arg)
{
    struct tenant *t = arg;
    for (int i = 0; i < ROUNDS && !*t->wrong; i++) {
        struct arena *a = arena_new();
        struct scope sc = test_scope(a, t->n, 0);
        int what = rand_r(&t->seed) % 8;
        if (what == 0)
            see_nothing(t, a);
        else if (what == 1)
            break_off(t, a, &sc);
        else
            see_own(t, a, &sc);
        arena_free(&a);
    }
    return NULL;
}

static void
tenants_on_shared_connections(void **state)
{
    (void)state;
    pthread_t threads[TENANTS];
    struct tenant t[TENANTS] = {0};
    struct db *db = open_as("sekisho_console", 4, 10000);
    for (int i = 0; i < TENANTS; i++) {
        t[i] = (struct tenant){.db = db, .n = i + 1, .seed = (unsigned)i + 7};
        pthread_create(&threads[i], NULL, tenant_main, &t[i]);
    }
    for (int i = 0; i < TENANTS; i++)
        pthread_join(threads[i], NULL);
    for (int i = 0; i < TENANTS; i++)
        assert_string_equal(t[i].wrong, "");
    db_close(&db);
}

static void
audit_rows_of_others_are_refused(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct err e;
    struct store_actor by = {NULL, "x", "admin", ""};
    struct scope sc = test_scope(a, 1, 0);
    struct db *db = open_as("sekisho_console", 1, 5000);
    assert_int_equal(store_audit_add(db, &sc, a, sc.org, &by, "test.own", "", NULL, &e), 0);
    assert_int_equal(
        store_audit_add(db, &sc, a, test_id(a, T_ORG, 2, 0), &by, "test.other", "", NULL, &e), -1);
    assert_int_equal(e.cls, ERR_DENIED);
    assert_int_equal(store_audit_add(db, NULL, a, sc.org, &by, "test.nobody", "", NULL, &e), -1);
    db_close(&db);
    arena_free(&a);
}

/* ------------------------------------------------------------------ who is first */

#define CLIENTS 64
#define MAILS 20

static struct race {
    struct db *db;
    pthread_barrier_t start;
    int changed[CLIENTS];
    int failed;
} race;

static void *
racer(void *arg)
{
    int *changed = arg, n;
    struct arena *a = arena_new();
    struct err e;
    const char *ids[MAILS], **done;
    struct store_actor by = {test_id(a, T_ACCOUNT, 1, 0), "admin@org1.example", "admin", ""};
    struct scope sc = test_scope(a, 1, 0);
    for (int i = 0; i < MAILS; i++)
        ids[i] = test_id(a, T_RECIPIENT, 1, 100 + i);
    pthread_barrier_wait(&race.start);
    if (store_quarantine_release(race.db, &sc, a, &by, ids, MAILS, false, &done, &n, &e))
        __atomic_add_fetch(&race.failed, 1, __ATOMIC_RELAXED);
    else
        *changed = n;
    arena_free(&a);
    return NULL;
}

static void
one_of_64_releases(void **state)
{
    (void)state;
    pthread_t threads[CLIENTS];
    struct arena *a = arena_new();
    long audits =
        sql_int("sekisho_owner", "SELECT count(*) FROM audit WHERE event = 'mail.released'");
    int sum = 0;
    for (int i = 0; i < MAILS; i++)
        test_held(a, 1, 100 + i, "spam");
    race.db = open_as("sekisho_console", 16, 20000);
    pthread_barrier_init(&race.start, NULL, CLIENTS);
    for (int i = 0; i < CLIENTS; i++)
        pthread_create(&threads[i], NULL, racer, &race.changed[i]);
    for (int i = 0; i < CLIENTS; i++)
        pthread_join(threads[i], NULL);
    for (int i = 0; i < CLIENTS; i++)
        sum += race.changed[i];
    assert_int_equal(race.failed, 0);
    assert_int_equal(sum, MAILS);
    assert_int_equal(
        sql_int("sekisho_owner", "SELECT count(*) FROM event WHERE kind = 'release_requested'"),
        MAILS);
    assert_int_equal(
        sql_int("sekisho_owner", "SELECT count(*) FROM audit WHERE event = 'mail.released'") -
            audits,
        MAILS);
    assert_int_equal(
        sql_int(
            "sekisho_owner",
            "SELECT count(DISTINCT release_id) FROM message_recipient WHERE state = 'releasing'"),
        MAILS);
    db_close(&race.db);
    arena_free(&a);
}

/* ------------------------------------------------------------------ errors */

static void
errors_have_their_class(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct err e;
    char id[37];
    struct store_actor by = {NULL, "x", "admin", ""};
    struct scope sc = test_scope(a, 1, 0);
    struct db *db = open_as("sekisho_console", 1, 5000);
    assert_int_equal(store_domain_add(db, &sc, a, &by, sc.org, "org2.example", "h", 25, id, &e),
                     -1);
    assert_int_equal(e.cls, ERR_CONFLICT);
    assert_string_equal(e.code, "domain_taken");
    assert_int_equal(store_domain_add(db, &sc, a, &by, sc.org, "UPPER.example", "h", 25, id, &e),
                     -1);
    assert_int_equal(e.cls, ERR_INPUT);
    assert_int_equal(store_domain_add(db, &sc, a, &by, sc.org, "port.example", "h", 99999, id, &e),
                     -1);
    assert_int_equal(e.cls, ERR_INPUT);
    /* The connection is as good as before, and nothing of the refused calls is left. */
    assert_int_equal(store_domain_add(db, &sc, a, &by, sc.org, "port.example", "h", 25, id, &e), 0);
    assert_int_equal(
        sql_int("sekisho_owner", "SELECT count(*) FROM audit WHERE event = 'domain.added'"), 1);
    db_close(&db);
    arena_free(&a);
}

/* ------------------------------------------------------------------ servers that go away */

static int
control(const char *what)
{
    char command[300];
    const char *file = getenv("DB_CONTROL");
    snprintf(command, sizeof command, "%s %s", file, what);
    return system(command);
}

static int
ask(struct db *db, struct err *e)
{
    struct arena *a = arena_new();
    struct db_rows r;
    int rc = db_query(db, NULL, a, STMT_ORG_EXISTS, NULL, 0, &r, e);
    arena_free(&a);
    return rc;
}

static void
stopped_server_fails_fast_and_comes_back(void **state)
{
    (void)state;
    struct err e;
    struct db *db = open_as("sekisho_console", 4, 1000);
    assert_int_equal(ask(db, &e), 0);
    assert_int_equal(control("stop"), 0);
    for (int i = 0; i < 3; i++) {
        int64_t from = when_mono();
        assert_int_equal(ask(db, &e), -1);
        assert_int_equal(e.cls, ERR_ENV);
        assert_true(when_mono() - from < 2000);
    }
    assert_int_equal(control("start"), 0);
    int64_t from = when_mono();
    while (ask(db, &e) && when_mono() - from < 5000)
        usleep(50000);
    assert_true(when_mono() - from < 5000);
    db_close(&db);
}

static void
restart_between_calls_is_not_seen(void **state)
{
    (void)state;
    struct err e;
    struct db *db = open_as("sekisho_console", 4, 2000);
    struct db_tx *tx[4];
    for (int i = 0; i < 4; i++) /* four open connections */
        assert_int_equal(db_begin(db, NULL, &tx[i], &e), 0);
    for (int i = 0; i < 4; i++)
        db_rollback(&tx[i]);
    assert_int_equal(control("stop"), 0);
    assert_int_equal(control("start"), 0);
    for (int i = 0; i < 8; i++)
        assert_int_equal(ask(db, &e), 0);
    db_close(&db);
}

struct slow {
    struct db *db;
    struct err e;
    int rc;
    int64_t ms;
};

/* Waits for a row that somebody else has locked. */
static void *
slow_main(void *arg)
{
    struct slow *s = arg;
    struct arena *a = arena_new();
    const char *ids[] = {test_id(a, T_RECIPIENT, 2, 1)}, **done;
    int n;
    struct store_actor by = {NULL, "x", "admin", ""};
    struct scope sc = test_scope(a, 2, 0);
    int64_t from = when_mono();
    s->rc = store_quarantine_delete(s->db, &sc, a, &by, ids, 1, &done, &n, &s->e);
    s->ms = when_mono() - from;
    arena_free(&a);
    return NULL;
}

static PGconn *
lock_row(void)
{
    struct arena *a = arena_new();
    char conninfo[1024];
    snprintf(conninfo, sizeof conninfo, "%s user=sekisho_owner", getenv("DATABASE_URL"));
    PGconn *pg = PQconnectdb(conninfo);
    PQclear(PQexec(pg, "BEGIN"));
    PGresult *r = PQexec(
        pg, arena_printf(a, "SELECT 1 FROM message_recipient WHERE recipient_id = '%s' FOR UPDATE",
                         test_id(a, T_RECIPIENT, 2, 1)));
    assert_int_equal(PQntuples(r), 1);
    PQclear(r);
    arena_free(&a);
    return pg;
}

static void
locked_row_ends_at_the_deadline(void **state)
{
    (void)state;
    struct err e;
    PGconn *pg = lock_row();
    struct slow s = {.db = open_as("sekisho_console", 1, 700)};
    slow_main(&s);
    assert_int_equal(s.rc, -1);
    assert_int_equal(s.e.cls, ERR_ENV);
    assert_true(s.ms < 2000);
    assert_int_equal(ask(s.db, &e), 0);
    PQfinish(pg);
    assert_int_equal(sql_int("sekisho_owner", "SELECT count(*) FROM event WHERE kind = 'deleted'"),
                     0);
    db_close(&s.db);
}

static void
lost_answer_is_uncertain(void **state)
{
    (void)state;
    struct err e;
    pthread_t t;
    PGconn *pg = lock_row();
    struct slow s = {.db = open_as("sekisho_console", 1, 10000)};
    pthread_create(&t, NULL, slow_main, &s);
    for (int i = 0;
         i < 100 && !sql_int("postgres", "SELECT count(*) FROM pg_locks WHERE NOT granted"); i++)
        usleep(20000);
    sql_do("postgres", "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE NOT granted");
    pthread_join(t, NULL);
    assert_int_equal(s.rc, -1);
    assert_int_equal(s.e.cls, ERR_UNCERTAIN);
    assert_int_equal(ask(s.db, &e), 0);
    PQfinish(pg);
    db_close(&s.db);
}

static void
busy_pool_refuses_after_the_deadline(void **state)
{
    (void)state;
    struct err e;
    struct db_tx *tx;
    struct db *db = open_as("sekisho_console", 1, 300);
    assert_int_equal(db_begin(db, NULL, &tx, &e), 0);
    int64_t from = when_mono();
    assert_int_equal(ask(db, &e), -1);
    assert_int_equal(e.cls, ERR_ENV);
    assert_string_equal(e.code, "database-busy");
    assert_in_range(when_mono() - from, 250, 1500);
    db_rollback(&tx);
    assert_int_equal(ask(db, &e), 0);
    db_close(&db);
}

int
main(int argc, char **argv)
{
    (void)argc;
    db_test_start(argv);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tenants_on_shared_connections),
        cmocka_unit_test(audit_rows_of_others_are_refused),
        cmocka_unit_test(one_of_64_releases),
        cmocka_unit_test(errors_have_their_class),
        cmocka_unit_test(locked_row_ends_at_the_deadline),
        cmocka_unit_test(lost_answer_is_uncertain),
        cmocka_unit_test(busy_pool_refuses_after_the_deadline),
        cmocka_unit_test(stopped_server_fails_fast_and_comes_back),
        cmocka_unit_test(restart_between_calls_is_not_seen),
    };
    return cmocka_run_group_tests(tests, setup, NULL);
}
