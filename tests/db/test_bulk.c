/* People who work on the same held mails at the same time wait for each other, and none of them is
 * told of a deadlock. */
#include "lib_db.h"

#include <pthread.h>

#include "store/store_quarantine.h"

#define MAILS 12
#define THREADS 6
#define ROUNDS 25

typedef int (*action)(struct db *db, const struct scope *sc, struct arena *a,
                      const struct store_actor *by, const char *const *ids, int n,
                      const char ***changed, int *nchanged, struct err *e);

static int
release(struct db *db, const struct scope *sc, struct arena *a, const struct store_actor *by,
        const char *const *ids, int n, const char ***changed, int *nchanged, struct err *e)
{
    return store_quarantine_release(db, sc, a, by, ids, n, false, changed, nchanged, e);
}

static struct db *db;

struct person {
    action act;
    int first, last; /* mails, in this order */
    int rc, changed;
    unsigned seed;
    struct err e;
    pthread_t thread;
};

static int
act(struct person *p, struct arena *a, action what, const char *const *ids, int n)
{
    struct scope sc = test_scope(a, 1, 0);
    struct store_actor by = {test_id(a, T_ACCOUNT, 1, 0), "admin@org1.example", "admin", ""};
    const char **done;
    return what(db, &sc, a, &by, ids, n, &done, &p->changed, &p->e);
}

static void *
person_main(void *arg)
{
    struct person *p = arg;
    struct arena *a = arena_new();
    const char *ids[MAILS];
    int n = 0, step = p->first <= p->last ? 1 : -1;
    for (int k = p->first; k != p->last + step; k += step)
        ids[n++] = test_id(a, T_RECIPIENT, 1, k);
    p->rc = act(p, a, p->act, ids, n);
    arena_free(&a);
    return NULL;
}

static void
wait_for_waiters(int n)
{
    for (int i = 0; i < 200; i++) {
        if (sql_int("postgres", "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = "
                                "'Lock' AND usename = 'sekisho_console'") >= n)
            return;
        usleep(10000);
    }
}

/* One has changed its first row and waits for the head of the audit log, which also the other one
 * wants, who begins with the last row of the first. */
static void
meet(action one, action two, int first, int last, int both)
{
    struct person p[] = {{.act = one, .first = first, .last = last},
                         {.act = two, .first = last, .last = last + 1}};
    char conninfo[1024];
    snprintf(conninfo, sizeof conninfo, "%s user=postgres", getenv("DATABASE_URL"));
    PGconn *pg = PQconnectdb(conninfo);
    PQclear(PQexec(pg, "BEGIN"));
    PQclear(PQexec(pg, "SELECT FROM audit_head FOR UPDATE"));
    for (int i = 0; i < 2; i++) {
        pthread_create(&p[i].thread, NULL, person_main, &p[i]);
        wait_for_waiters(i + 1);
    }
    PQclear(PQexec(pg, "COMMIT"));
    PQfinish(pg);
    for (int i = 0; i < 2; i++)
        pthread_join(p[i].thread, NULL);
    for (int i = 0; i < 2; i++)
        if (p[i].rc)
            fail_msg("%d: %s: %s", i, p[i].e.code, p[i].e.text);
    assert_int_equal(p[0].changed + p[1].changed, both);
}

static void
two_bulk_actions(void **state)
{
    (void)state;
    meet(store_quarantine_delete, store_quarantine_delete, 1, 3, 4);
    meet(store_quarantine_undelete, store_quarantine_undelete, 1, 3, 4);
    meet(store_quarantine_delete, release, 1, 3, 4);
    meet(release, store_quarantine_delete, 5, 7, 4);
    meet(release, release, 9, 11, 4);
}

static void *
busy_main(void *arg)
{
    static const action acts[] = {store_quarantine_delete, store_quarantine_undelete};
    struct person *p = arg;
    for (int i = 0; i < ROUNDS && p->rc == 0; i++) {
        struct arena *a = arena_new();
        const char *ids[MAILS];
        for (int k = 0; k < MAILS; k++) {
            int at = (int)(rand_r(&p->seed) % (unsigned)(k + 1));
            ids[k] = ids[at];
            ids[at] = test_id(a, T_RECIPIENT, 1, 101 + k);
        }
        p->rc = act(p, a, acts[rand_r(&p->seed) % 2], ids, 2 + (int)(rand_r(&p->seed) % 10));
        arena_free(&a);
    }
    return NULL;
}

static void
many_in_any_order(void **state)
{
    (void)state;
    struct person p[THREADS] = {0};
    for (int i = 0; i < THREADS; i++) {
        p[i].seed = (unsigned)i + 1;
        pthread_create(&p[i].thread, NULL, busy_main, &p[i]);
    }
    for (int i = 0; i < THREADS; i++)
        pthread_join(p[i].thread, NULL);
    for (int i = 0; i < THREADS; i++)
        if (p[i].rc)
            fail_msg("%d: %s: %s", i, p[i].e.code, p[i].e.text);
}

static int
setup(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    test_org(a, 1);
    /* Backwards, so that neither the order of the rows nor that of the table is the one of ids. */
    for (int k = MAILS; k > 0; k--) {
        test_held(a, 1, k, "spam");
        test_held(a, 1, 100 + k, "spam");
    }
    sql_do("sekisho_owner",
           arena_printf(a, "SELECT audit_add('%s', NULL, 'a', 'cli', '', 'test', '', '{}')",
                        test_id(a, T_ORG, 1, 0)));
    arena_free(&a);
    db = db_open(settings_database("sekisho_console"), THREADS, 20000);
    return 0;
}

static int
teardown(void **state)
{
    (void)state;
    db_close(&db);
    return 0;
}

int
main(int argc, char **argv)
{
    (void)argc;
    db_test_start(argv);
    const struct CMUnitTest tests[] = {cmocka_unit_test(two_bulk_actions),
                                       cmocka_unit_test(many_in_any_order)};
    return cmocka_run_group_tests(tests, setup, teardown);
}
