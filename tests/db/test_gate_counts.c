/* What the gates count together, with a real database: rates over a restart and between two gates, sources of bad
 * mail, refusals in batches. */
#include "lib_db.h"

#include <sys/wait.h>

#include "common/when.h"
#include "engine/intake/rates.h"
#include "engine/intake/refusals.h"
#include "engine/intake/sources.h"

static struct arena *a;
static struct err e;
static struct db *db;

static void
flush_rates(struct rates *r)
{
    if (rates_flush(r, db, &e))
        fail_msg("%s: %s", e.code, e.text);
}

/* B08 B09 */
static void
rates_hold_together(void **state)
{
    const struct rate ten = {"in-ip x 192.0.2.1", 3600, 10};
    struct rates *one = rates_new(), *two = rates_new();
    int64_t now = when_mono();

    (void)state;
    for (int i = 0; i < 6; i++)
        assert_int_equal(rates_take(one, &ten, 1, now), -1);
    for (int i = 0; i < 3; i++)
        assert_int_equal(rates_take(two, &ten, 1, now), -1);
    flush_rates(one);
    flush_rates(two);
    assert_int_equal(rates_take(two, &ten, 1, now), -1);
    assert_int_equal(rates_take(two, &ten, 1, now), 0); /* 6 of the other gate, 4 of its own */
    flush_rates(two);
    rates_free(&one);
    one = rates_new(); /* a restart */
    flush_rates(one);
    assert_int_equal(rates_take(one, &ten, 1, now), 0);
    flush_rates(one);
    flush_rates(one);
    assert_int_equal(sql_int("sekisho_owner", "SELECT n FROM rate_window"), 10);
    rates_free(&one);
    rates_free(&two);
}

/* C02 */
static void
sources_hold_together(void **state)
{
    struct sources *one = sources_new(), *two = sources_new();

    (void)state;
    sources_note(one, "192.0.2.7", true);
    sources_note(one, "192.0.2.8", false);
    sources_note(one, "2001:db8::1", true);
    assert_int_equal(sources_flush(one, db, &e), 0);
    assert_false(sources_listed(two, "192.0.2.7", 4));
    assert_int_equal(sources_flush(two, db, &e), 0);
    assert_true(sources_listed(two, "192.0.2.7", 4));
    assert_true(sources_listed(two, "2001:db8::2", 4));
    assert_false(sources_listed(two, "192.0.2.8", 4));
    sources_note(two, "192.0.2.7", true);
    sources_note(two, "192.0.2.7", true);
    assert_int_equal(sources_flush(two, db, &e), 0);
    assert_int_equal(sources_flush(one, db, &e), 0);
    assert_true(sources_listed(one, "192.0.2.7", 4));
    assert_int_equal(
        sql_int("sekisho_owner", "SELECT round(bad) FROM source_seen WHERE source = '192.0.2.7'"),
        3);
    assert_int_equal(
        sql_int("sekisho_owner", "SELECT good FROM source_seen WHERE source = '192.0.2.8'"), 1);
    sources_free(&one);
    sources_free(&two);
}

/* Starts and stops the cluster. */
static void
control(const char *what)
{
    char *const argv[] = {getenv("DB_CONTROL"), (char *)(uintptr_t)what, NULL};
    int status = 0;
    pid_t pid = fork();

    if (pid == 0) {
        execv(argv[0], argv);
        _exit(127);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
}

static void
add(struct refusals *r, int client, const char *to)
{
    refusals_add(r, &(struct refusal){
                        .org = test_id(a, T_ORG, 1, 0),
                        .client_ip = arena_printf(a, "192.0.%d.%d", client / 250, client % 250),
                        .client_name = "x\xff\ny",
                        .helo = "h",
                        .sender = "\"a\\b\"@x.example",
                        .recipient = to,
                        .code = 550,
                        .enhanced = "5.7.1",
                        .reason = "ip-blocked",
                        .slot = "192.0.2.1"});
}

/* A flood is written in batches, is bounded, and what waits survives a database that is down. */
static void
refusals_in_batches(void **state)
{
    struct refusals *r = refusals_new("n1");
    int flushes = 1, rc;

    (void)state;
    add(r, 1, "first@org1.example");
    control("stop");
    assert_int_equal(refusals_flush(r, db, &e), -1);
    control("start");
    for (int i = 0; i < REFUSALS_WAITING + 5; i++)
        add(r, i / 90 + 2, "u@org1.example");
    while ((rc = refusals_flush(r, db, &e)) != 0) /* its old connection is noticed first */
        flushes += rc > 0;
    assert_int_equal(flushes, REFUSALS_WAITING / REFUSALS_BATCH);
    assert_int_equal(refusals_flush(r, db, &e), 0);
    assert_int_equal(sql_int("sekisho_owner", "SELECT count(*) FROM refusal"), REFUSALS_WAITING);
    assert_int_equal(sql_int("sekisho_owner", "SELECT count(*) FROM refusal WHERE recipient = "
                                              "'first@org1.example' AND permanent AND node = 'n1'"),
                     1);
    refusals_free(&r);
}

int
main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rates_hold_together),
        cmocka_unit_test(sources_hold_together),
        cmocka_unit_test(refusals_in_batches),
    };
    int rc;

    (void)argc;
    db_test_start(argv);
    a = arena_new();
    db = db_open(settings_database("sekisho_engine"), 2, 5000);
    rc = cmocka_run_group_tests_name("gate_counts", tests, NULL, NULL);
    db_close(&db);
    arena_free(&a);
    return rc;
}
