/* Only held mail is released, and of many who press Deliver at once one counts (acceptance 3, 9).
 */
#include "lib_db.h"

#include <pthread.h>

#include "store/store_quarantine.h"

#define CLICKS 64
#define THREADS 16

static struct db *db;
static struct arena *arena;

static int
release(struct arena *a, int k, int *changed, struct err *e)
{
    struct scope sc = test_scope(a, 1, 0);
    struct store_actor by = {test_id(a, T_ACCOUNT, 1, 0), "admin@org1.example", "admin", ""};
    const char *ids[] = {test_id(a, T_RECIPIENT, 1, k)}, **done;
    return store_quarantine_release(db, &sc, a, &by, ids, 1, false, &done, changed, e);
}

struct person {
    pthread_t thread;
    int rc, changed;
    struct err e;
};

static void *
person_main(void *arg)
{
    struct person *p = arg;
    struct arena *a = arena_new();
    for (int i = 0; i < CLICKS / THREADS && !p->rc; i++) {
        int changed = 0;
        p->rc = release(a, 1, &changed, &p->e);
        p->changed += changed;
    }
    arena_free(&a);
    return NULL;
}

static long
count(const char *what, int k)
{
    return sql_int("sekisho_owner", arena_printf(arena, "SELECT count(*) FROM %s '%s'", what,
                                                 test_id(arena, T_RECIPIENT, 1, k)));
}

static void
of_64_clicks_one_counts(void **state)
{
    static struct person p[THREADS];
    int changed = 0;
    (void)state;
    test_held(arena, 1, 1, "spam");
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&p[i].thread, NULL, person_main, &p[i]), 0);
    for (int i = 0; i < THREADS; i++) {
        pthread_join(p[i].thread, NULL);
        if (p[i].rc)
            fail_msg("%s: %s", p[i].e.code, p[i].e.text);
        changed += p[i].changed;
    }
    assert_int_equal(changed, 1);
    assert_int_equal(count("event WHERE kind = 'release_requested' AND recipient_id =", 1), 1);
    assert_int_equal(count("audit WHERE event = 'mail.released' AND detail->>'recipient_id' =", 1),
                     1);
}

static void
only_held_mail_is_released(void **state)
{
    static const char *const states[] = {"releasing", "queued",  "delivered",
                                         "deferred",  "bounced", "deleted"};
    struct err e = {0};
    (void)state;
    for (size_t i = 0; i < sizeof states / sizeof *states; i++) {
        int k = 10 + (int)i, changed = 0;
        test_held(arena, 1, k, "spam");
        sql_do("sekisho_owner",
               arena_printf(arena,
                            "UPDATE message_recipient SET state = '%s' WHERE recipient_id = '%s'",
                            states[i], test_id(arena, T_RECIPIENT, 1, k)));
        if (release(arena, k, &changed, &e) || changed)
            fail_msg("released what is %s: %s %s", states[i], e.code, e.text);
        assert_int_equal(
            count(arena_printf(
                      arena, "message_recipient WHERE state = '%s' AND recipient_id =", states[i]),
                  k),
            1);
    }
}

int
main(int argc, char **argv)
{
    (void)argc;
    db_test_start(argv);
    arena = arena_new();
    test_org(arena, 1);
    db = db_open(settings_database("sekisho_console"), THREADS, 20000);
    const struct CMUnitTest tests[] = {
        {"T-L5 of 64 clicks one counts", of_64_clicks_one_counts, NULL, NULL, NULL},
        {"T-L5 only held mail is released", only_held_mail_is_released, NULL, NULL, NULL},
    };
    int rc = cmocka_run_group_tests_name("release_once", tests, NULL, NULL);
    db_close(&db);
    arena_free(&arena);
    return rc;
}
