/*
 * Dropping a week while mail comes in: nobody is made to fail for it, and nobody waits for long, also
 * behind somebody who reads for long.
 */
#include "lib_db.h"

#include "common/when.h"

#define ORDER 4

static struct arena *a;
static PGconn *mail, *dropper;
/* As ingest() takes them. */
static const char *const tables[ORDER] = {"message", "message_recipient", "body", "event"};

static PGconn *
connect_as(const char *role)
{
    PGconn *c = PQconnectdb(arena_printf(a, "%s user=%s", getenv("DATABASE_URL"), role));
    assert_int_equal(PQstatus(c), CONNECTION_OK);
    return c;
}

/* SQLSTATE, "" when it worked. */
static const char *
run(PGconn *c, const char *text)
{
    PGresult *r = PQexec(c, text);
    const char *state = PQresultErrorField(r, PG_DIAG_SQLSTATE);
    const char *out = arena_strdup(a, state ? state : "");
    PQclear(r);
    return out;
}

static long
old_tables(void)
{
    return sql_int("sekisho_owner", "SELECT count(*) FROM pg_class WHERE relname LIKE "
                                    "'%_p20200106' AND relname !~ '^audit' AND relkind = 'r'");
}

static void
make_old_week(void)
{
    for (int i = 0; i <= ORDER; i++) {
        const char *t = i < ORDER ? tables[i] : "audit";
        sql_do("sekisho_owner",
               arena_printf(a,
                            "CREATE TABLE IF NOT EXISTS %s_p20200106 PARTITION OF %s FOR VALUES "
                            "FROM ('2020-01-06 00:00:00+00') TO ('2020-01-13 00:00:00+00')",
                            t, t));
    }
    assert_int_equal(old_tables(), ORDER);
}

/* Until the dropper waits for a lock, or has its answer. */
static bool
waits(void)
{
    for (int i = 0; i < 500; i++) {
        if (!PQconsumeInput(dropper) || !PQisBusy(dropper))
            return false;
        if (sql_int("postgres", arena_printf(a,
                                             "SELECT count(*) FROM pg_locks WHERE NOT granted AND "
                                             "pid = %d",
                                             PQbackendPID(dropper))))
            return true;
        usleep(2000);
    }
    return false;
}

static const char *
drop_result(void)
{
    const char *state = "";
    PGresult *r;
    while ((r = PQgetResult(dropper))) {
        const char *s = PQresultErrorField(r, PG_DIAG_SQLSTATE);
        if (s)
            state = arena_strdup(a, s);
        PQclear(r);
    }
    return state;
}

static void
drop_sent(void)
{
    assert_true(PQsendQuery(dropper, "SELECT dropped FROM partition_drop(90, 36500)"));
}

/* Mail that has come as far as one of the tables meets no lock on those that it still needs. */
static void
mail_under_way_goes_on(void **state)
{
    (void)state;
    for (int i = 0; i < ORDER; i++) {
        make_old_week();
        assert_string_equal(run(mail, "BEGIN; SET LOCAL lock_timeout = '50ms'"), "");
        for (int k = 0; k <= i; k++)
            assert_string_equal(
                run(mail, arena_printf(a, "LOCK TABLE %s IN ROW EXCLUSIVE MODE", tables[k])), "");
        drop_sent();
        assert_true(waits());
        for (int k = i + 1; k < ORDER; k++)
            assert_string_equal(
                run(mail, arena_printf(a, "LOCK TABLE %s IN ROW EXCLUSIVE MODE", tables[k])), "");
        assert_string_equal(run(mail, "COMMIT"), "");
        assert_string_equal(drop_result(), "");
        assert_int_equal(old_tables(), 0);
    }
}

/* Somebody reads for as long as he likes, in the order of the pages: recipients, then messages. */
static void
a_reader_is_left_alone(void **state)
{
    (void)state;
    make_old_week();
    assert_string_equal(
        run(mail, "BEGIN; LOCK TABLE event, message_recipient IN ACCESS SHARE MODE"), "");
    drop_sent();
    assert_true(waits());
    int64_t began = when_mono();
    test_held(a, 1, 2, "spam"); /* new mail waits behind it for less than a second */
    assert_true(when_mono() - began < 900);
    assert_string_equal(run(mail, "LOCK TABLE message IN ACCESS SHARE MODE"), "");
    assert_string_equal(drop_result(), "55P03");
    assert_int_equal(old_tables(), ORDER);
    assert_string_equal(run(mail, "COMMIT"), "");
    drop_sent();
    assert_string_equal(drop_result(), "");
    assert_int_equal(old_tables(), 0);
}

static void
the_audit_log_by_itself(void **state)
{
    (void)state;
    make_old_week();
    assert_string_equal(run(mail, "BEGIN; LOCK TABLE message IN ROW EXCLUSIVE MODE"), "");
    assert_string_equal(run(dropper, "SELECT partition_drop(36500, 180)"), "");
    assert_int_equal(sql_int("sekisho_owner", "SELECT count(to_regclass('audit_p20200106'))"), 0);
    assert_int_equal(old_tables(), ORDER);
    assert_string_equal(run(mail, "ROLLBACK"), "");
}

int
main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mail_under_way_goes_on),
        cmocka_unit_test(a_reader_is_left_alone),
        cmocka_unit_test(the_audit_log_by_itself),
    };
    (void)argc;
    db_test_start(argv);
    a = arena_new();
    test_org(a, 1);
    mail = connect_as("sekisho_owner");
    dropper = connect_as("sekisho_jobs");
    int rc = cmocka_run_group_tests(tests, NULL, NULL);
    PQfinish(mail);
    PQfinish(dropper);
    arena_free(&a);
    return rc;
}
