/* T-I6: whoever alters the audit log as owner of the database, the verifier names the first bad
 * row. */
#include "lib_db.h"

#include "store/store_audit.h"

#define ROWS 30

static struct db *db;
static char org[37];

/* As the superuser, with the trigger that forbids it switched off. */
static void
tamper(const char *text)
{
    char all[1000];
    snprintf(all, sizeof all, "SET session_replication_role = replica; %s", text);
    sql_do("postgres", all);
}

static struct store_audit_check
verify(struct arena *a)
{
    struct store_audit_check c;
    struct err e;
    if (store_audit_verify(db, a, org, &c, &e))
        fail_msg("%s", e.text);
    return c;
}

static void
expect_bad(int64_t bad)
{
    struct arena *a = arena_new();
    struct store_audit_check c = verify(a);
    print_message("# %lld rows, first bad %lld: %s\n", (long long)c.rows, (long long)c.bad, c.why);
    assert_int_equal(c.bad, bad);
    assert_true(c.why && *c.why);
    arena_free(&a);
}

static int
fresh(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct err e;
    struct store_actor by = {NULL, "ab\"c\xe3\x81\x82", "admin", "192.0.2.1"};
    tamper("DELETE FROM audit; DELETE FROM audit_head");
    for (int i = 1; i <= ROWS; i++)
        if (store_audit_add(db, NULL, a, org, &by, "test.event", arena_printf(a, "object %d", i),
                            i % 2 ? "{\"z\": 1, \"a\": [1, 2.50, null]}" : NULL, &e))
            fail_msg("%s", e.text);
    arena_free(&a);
    return 0;
}

static void
untouched_is_right(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct store_audit_check c = verify(a);
    assert_int_equal(c.bad, 0);
    assert_int_equal(c.rows, ROWS);
    arena_free(&a);
}

static void
altered_row(void **state)
{
    (void)state;
    tamper("UPDATE audit SET actor = 'somebody else' WHERE seq = 7");
    expect_bad(7);
}

static void
altered_row_with_new_hash(void **state)
{
    (void)state;
    tamper("UPDATE audit SET actor = 'somebody else' WHERE seq = 7;"
           "UPDATE audit a SET hash = sha256(prev || convert_to(audit_canonical(a.*), 'UTF8')) "
           "WHERE seq = 7");
    expect_bad(8); /* its hash is right now, but the next row does not follow it */
}

static void
deleted_row(void **state)
{
    (void)state;
    tamper("DELETE FROM audit WHERE seq = 12");
    expect_bad(12);
}

static void
deleted_first_row(void **state)
{
    (void)state;
    tamper("DELETE FROM audit WHERE seq = 1");
    expect_bad(1);
}

static void
inserted_row(void **state)
{
    (void)state;
    tamper("INSERT INTO audit SELECT org_id, seq, at + interval '1 millisecond', account_id, "
           "actor, surface, client_ip, 'other',"
           " object, detail, prev, hash FROM audit WHERE seq = 15");
    struct arena *a = arena_new();
    struct store_audit_check c = verify(a);
    assert_in_range(c.bad, 15, 16);
    arena_free(&a);
}

static void
reordered_rows(void **state)
{
    (void)state;
    tamper("UPDATE audit SET seq = seq + 1000 WHERE seq = 20; UPDATE audit SET seq = 20 WHERE seq "
           "= 21;"
           "UPDATE audit SET seq = 21 WHERE seq = 1020");
    expect_bad(20);
}

static void
cut_tail(void **state)
{
    (void)state;
    tamper("DELETE FROM audit WHERE seq > 25");
    expect_bad(26);
}

static void
cut_all(void **state)
{
    (void)state;
    tamper("DELETE FROM audit");
    expect_bad(1);
}

static void
dropped_by_retention_is_right(void **state)
{
    (void)state;
    tamper(
        "WITH x AS (DELETE FROM audit WHERE seq <= 10 RETURNING seq, hash)"
        " UPDATE audit_head SET kept_from = 11, kept_prev = (SELECT hash FROM x WHERE seq = 10)");
    struct arena *a = arena_new();
    struct store_audit_check c = verify(a);
    assert_int_equal(c.bad, 0);
    assert_int_equal(c.rows, ROWS - 10);
    arena_free(&a);
}

int
main(int argc, char **argv)
{
    (void)argc;
    db_test_start(argv);
    struct arena *a = arena_new();
    test_org(a, 1);
    memcpy(org, test_id(a, T_ORG, 1, 0), 37);
    arena_free(&a);
    db = db_open(settings_database("sekisho_owner"), 2, 10000);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(untouched_is_right, fresh),
        cmocka_unit_test_setup(altered_row, fresh),
        cmocka_unit_test_setup(altered_row_with_new_hash, fresh),
        cmocka_unit_test_setup(deleted_row, fresh),
        cmocka_unit_test_setup(deleted_first_row, fresh),
        cmocka_unit_test_setup(inserted_row, fresh),
        cmocka_unit_test_setup(reordered_rows, fresh),
        cmocka_unit_test_setup(cut_tail, fresh),
        cmocka_unit_test_setup(cut_all, fresh),
        cmocka_unit_test_setup(dropped_by_retention_is_right, fresh),
    };
    int rc = cmocka_run_group_tests(tests, NULL, NULL);
    db_close(&db);
    return rc;
}
