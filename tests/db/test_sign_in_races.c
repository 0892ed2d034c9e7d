/* Signing in while the password changes: one waits for the other, and nobody is told of a deadlock. */
#include "lib_db.h"

static struct arena *a;

/* One who has the account locked, as an UPDATE of its password does. */
static PGconn *
holds_the_account(void)
{
    PGconn *pg = PQconnectdb(arena_printf(a, "%s user=sekisho_owner", getenv("DATABASE_URL")));
    PGresult *r = PQexec(
        pg, arena_printf(a, "BEGIN; SELECT FROM account WHERE account_id = '%s' FOR NO KEY UPDATE",
                         test_id(a, T_ACCOUNT, 1, 1)));
    if (PQresultStatus(r) != PGRES_TUPLES_OK)
        fail_msg("%s", PQerrorMessage(pg));
    PQclear(r);
    return pg;
}

/* And ends what the old password was good for, after the other one has begun. */
static void
changes_it(PGconn *pg, PGconn *other)
{
    while (sql_int("postgres", arena_printf(a,
                                            "SELECT count(*) FROM pg_stat_activity WHERE pid = %d "
                                            "AND wait_event_type = 'Lock'",
                                            PQbackendPID(other))) == 0)
        usleep(10000);
    PGresult *r =
        PQexec(pg, arena_printf(a, "UPDATE account SET password = 'new' WHERE account_id = '%s'",
                                test_id(a, T_ACCOUNT, 1, 1)));
    if (PQresultStatus(r) != PGRES_COMMAND_OK)
        fail_msg("%s", PQerrorMessage(pg));
    PQclear(r);
    r = PQexec(pg, "COMMIT");
    assert_int_equal(PQresultStatus(r), PGRES_COMMAND_OK);
    PQclear(r);
    PQfinish(pg);
}

static void
answers(PGconn *pg, const char *want)
{
    PGresult *r = PQgetResult(pg);
    if (PQresultStatus(r) != PGRES_TUPLES_OK)
        fail_msg("%s", PQerrorMessage(pg));
    assert_string_equal(PQgetvalue(r, 0, 0), want);
    PQclear(r);
    PQfinish(pg);
}

static PGconn *
asks(const char *role, const char *statement)
{
    PGconn *pg = PQconnectdb(arena_printf(a, "%s user=%s", getenv("DATABASE_URL"), role));
    assert_true(PQsendQuery(pg, statement));
    return pg;
}

static void
a57_a_sign_in_waits_for_the_new_password(void **unused)
{
    (void)unused;
    sql_do("sekisho_engine",
           arena_printf(a,
                        "INSERT INTO sign_in_ticket (ticket_hash, org_id, account_id, surface) "
                        "VALUES (sha256('t'), '%s', '%s', 'portal')",
                        test_id(a, T_ORG, 1, 0), test_id(a, T_ACCOUNT, 1, 1)));
    PGconn *pg = holds_the_account();
    PGconn *other = asks("sekisho_portal",
                         "SELECT session_create(sha256('s'), 't', 'portal', sha256('c'), '', '')");
    changes_it(pg, other);
    answers(other, "f");
    assert_int_equal(sql_int("postgres", "SELECT count(*) FROM session"), 0);
}

static void
a52_a_mailed_reset_waits_for_the_new_password(void **unused)
{
    (void)unused;
    sql_do("sekisho_owner",
           arena_printf(a,
                        "INSERT INTO mail_proof (org_id, proof_id, purpose, address, account_id, "
                        "token_hash, expires_at) VALUES ('%s', uuid7(), 'reset', "
                        "'user@org1.example', '%s', sha256('p'), now() + interval '1 hour')",
                        test_id(a, T_ORG, 1, 0), test_id(a, T_ACCOUNT, 1, 1)));
    PGconn *pg = holds_the_account();
    PGconn *other = asks("sekisho_portal", "SELECT proof_reset(sha256('p'), 'mailed', '')");
    changes_it(pg, other);
    answers(other, "gone");
    assert_int_equal(sql_int("postgres", "SELECT count(*) FROM account WHERE password = 'new'"), 1);
}

/* Who opened a mailed link has it locked, too, when the tickets end. */
static void
a58_taking_the_second_step_away_waits_for_the_new_password(void **unused)
{
    const char *org = test_id(a, T_ORG, 1, 0), *account = test_id(a, T_ACCOUNT, 1, 1);

    (void)unused;
    sql_do("sekisho_owner",
           arena_printf(a,
                        "INSERT INTO second_step (org_id, account_id, secret, state) "
                        "VALUES ('%s', '%s', '\\x00', 'on'); "
                        "INSERT INTO sign_in_ticket (ticket_hash, org_id, account_id, surface) "
                        "VALUES (sha256('t2'), '%s', '%s', 'portal'); "
                        "INSERT INTO mail_proof (org_id, proof_id, purpose, address, account_id, "
                        "token_hash, expires_at) VALUES ('%s', uuid7(), 'reset', "
                        "'user@org1.example', '%s', sha256('p2'), now() + interval '1 hour')",
                        org, account, org, account, org, account));
    PGconn *pg = holds_the_account();
    PQclear(PQexec(pg, "UPDATE mail_proof SET used_at = now() WHERE token_hash = sha256('p2')"));
    PGconn *other = asks(
        "sekisho_owner",
        arena_printf(a, "SELECT second_remove('%s', '%s', NULL, '', 'cli', '')", org, account));
    changes_it(pg, other);
    answers(other, "t");
}

/* Turning it on ends a session that was made while it waited: that one proved the password only. */
static void
a57_turning_the_second_step_on_ends_a_sign_in_of_the_same_moment(void **unused)
{
    const char *org = test_id(a, T_ORG, 1, 0), *account = test_id(a, T_ACCOUNT, 1, 1);

    (void)unused;
    sql_do("sekisho_owner",
           arena_printf(a,
                        "DELETE FROM second_step; DELETE FROM sign_in_ticket; DELETE FROM session; "
                        "INSERT INTO second_step (org_id, account_id, secret) "
                        "VALUES ('%s', '%s', '\\x00'); "
                        "INSERT INTO sign_in_ticket (ticket_hash, org_id, account_id, surface) "
                        "VALUES (sha256('t3'), '%s', '%s', 'portal')",
                        org, account, org, account));
    PGconn *pg = holds_the_account();
    PGresult *r =
        PQexec(pg, "SELECT session_create(sha256('s3'), 't3', 'portal', sha256('c'), '', '')");
    assert_string_equal(PQgetvalue(r, 0, 0), "t");
    PQclear(r);
    PGconn *other =
        asks("sekisho_engine", arena_printf(a,
                                            "SELECT second_turn_on('%s', '%s', 1, '{}', 'user', "
                                            "'portal', '', sha256('mine'))",
                                            org, account));
    changes_it(pg, other);
    answers(other, "t");
    assert_int_equal(sql_int("postgres", "SELECT count(*) FROM session"), 0);
}

static int
fresh(void **unused)
{
    (void)unused;
    sql_do("postgres", "UPDATE account SET password = 'old' WHERE address = 'user@org1.example'");
    return 0;
}

int
main(int argc, char **argv)
{
    (void)argc;
    db_test_start(argv);
    a = arena_new();
    test_org(a, 1);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a57_a_sign_in_waits_for_the_new_password, fresh),
        cmocka_unit_test_setup(a52_a_mailed_reset_waits_for_the_new_password, fresh),
        cmocka_unit_test_setup(a58_taking_the_second_step_away_waits_for_the_new_password, fresh),
        cmocka_unit_test_setup(a57_turning_the_second_step_on_ends_a_sign_in_of_the_same_moment,
                               fresh),
    };
    int rc =
        cmocka_run_group_tests_name("signing in while the password changes", tests, NULL, NULL);
    arena_free(&a);
    return rc;
}
