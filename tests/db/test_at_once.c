/* What two people do in the same moment, with mailboxes and lists of senders: as if one had come after the other. */
#include "lib_db.h"

#include <pthread.h>

#include "store/store_domain.h"

static struct arena *a;
static struct db *owner;

/* Runs statements in a transaction that stays open. */
static PGconn *
begins(const char *statement)
{
    PGconn *pg = PQconnectdb(arena_printf(a, "%s user=sekisho_owner", getenv("DATABASE_URL")));
    PGresult *r =
        PQexec(pg, arena_printf(a, "SET idle_in_transaction_session_timeout = '15s'; BEGIN; %s",
                                statement));
    ExecStatusType s = PQresultStatus(r);
    if (s != PGRES_COMMAND_OK && s != PGRES_TUPLES_OK)
        fail_msg("%s: %s", statement, PQerrorMessage(pg));
    PQclear(r);
    return pg;
}

static void
goes_on(PGconn *pg, const char *statement)
{
    PGresult *r = PQexec(pg, statement);
    ExecStatusType s = PQresultStatus(r);
    if (s != PGRES_COMMAND_OK && s != PGRES_TUPLES_OK)
        fail_msg("%s: %s", statement, PQerrorMessage(pg));
    PQclear(r);
}

static void
ends(PGconn *pg)
{
    goes_on(pg, "COMMIT");
    PQfinish(pg);
}

static PGconn *
asks(const char *statement)
{
    PGconn *pg = PQconnectdb(arena_printf(a, "%s user=sekisho_owner", getenv("DATABASE_URL")));
    assert_true(PQsendQuery(pg, statement));
    return pg;
}

/* Until that one waits; at most five seconds: it need not. */
static void
waits(void)
{
    for (int i = 0; i < 500; i++) {
        if (sql_int("postgres", "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = "
                                "'Lock' AND usename = 'sekisho_owner'"))
            return;
        usleep(10000);
    }
}

static const char *
answer(PGconn *pg)
{
    PGresult *r = PQgetResult(pg);
    if (PQresultStatus(r) != PGRES_TUPLES_OK && PQresultStatus(r) != PGRES_COMMAND_OK)
        fail_msg("%s", PQerrorMessage(pg));
    const char *text = PQntuples(r) ? arena_strdup(a, PQgetvalue(r, 0, 0)) : "";
    PQclear(r);
    PQfinish(pg);
    return text;
}

/* The second begins while the first has not committed. */
static const char *
meet(const char *first, const char *second)
{
    PGconn *pg = begins(first), *other = asks(second);
    waits();
    ends(pg);
    return answer(other);
}

static const char *
give(int account, const char *address, const char *how)
{
    return arena_printf(a, "SELECT mailbox_give('%s', '%s', '%s', '%s', NULL, 'x', 'cli', '')",
                        test_id(a, T_ORG, 1, 0), test_id(a, T_ACCOUNT, 1, account), address, how);
}

static const char *
withdraw(const char *address)
{
    return arena_printf(a, "SELECT mailbox_withdraw('%s', '%s', '%s', NULL, 'x', 'cli', '')",
                        test_id(a, T_ORG, 1, 0), test_id(a, T_ACCOUNT, 1, 1), address);
}

static const char *
account(const char *address)
{
    return arena_printf(a,
                        "INSERT INTO account (org_id, account_id, address, role) VALUES ('%s', "
                        "uuid7(), '%s', 'user')",
                        test_id(a, T_ORG, 1, 0), address);
}

static const char *
logged(void)
{
    return arena_printf(a, "SELECT audit_add('%s', NULL, 'x', 'cli', '', 'test', '', '{}')",
                        test_id(a, T_ORG, 1, 0));
}

static long
have(const char *address)
{
    return sql_int("postgres", arena_printf(a,
                                            "SELECT count(*) FROM account_mailbox WHERE address = "
                                            "'%s'",
                                            address));
}

static void
an_alias_of_one_is_not_shared_with_another(void **unused)
{
    (void)unused;
    assert_string_equal(
        meet(give(0, "one@org1.example", "directory"), give(1, "one@org1.example", "shared")),
        "taken");
    assert_string_equal(
        meet(give(0, "two@org1.example", "shared"), give(1, "two@org1.example", "directory")),
        "taken");
    assert_string_equal(
        meet(give(0, "three@org1.example", "shared"), give(1, "three@org1.example", "shared")),
        "ok");
    assert_string_equal(
        meet(give(0, "four@org1.example", "directory"), give(1, "four@org1.example", "directory")),
        "taken");
    assert_int_equal(have("one@org1.example") + have("two@org1.example"), 2);
}

/* user+tag@ would take that mail from the mailbox without it. */
static void
a_tagged_form_waits_for_its_mailbox(void **unused)
{
    (void)unused;
    assert_string_equal(meet(give(0, "five@org1.example", "directory"),
                             give(1, "five+shop@org1.example", "directory")),
                        "taken");
}

static void
what_somebody_signs_in_with_is_given_to_nobody(void **unused)
{
    static const char *const forms[] = {"six@org1.example", "six+shop@org1.example",
                                        "seven@org1.example", "seven+shop@org1.example"};
    (void)unused;
    assert_string_equal(meet(account("six@org1.example"), give(1, forms[0], "shared")), "taken");
    assert_string_equal(
        meet(account("nine@org1.example"), give(1, "nine+shop@org1.example", "directory")),
        "taken");
    /* The other way round: what was given ends. */
    meet(give(1, forms[2], "shared"), account("seven@org1.example"));
    assert_int_equal(have(forms[2]), 0);
    meet(give(1, "eight+shop@org1.example", "directory"), account("eight@org1.example"));
    assert_int_equal(have("eight+shop@org1.example"), 0);
    assert_int_equal(sql_int("postgres", "SELECT count(*) FROM audit WHERE event = "
                                         "'mailbox.unlinked' AND actor = 'system'"),
                     2);
}

static void
nobody_registers_what_is_shared(void **unused)
{
    const char *org = test_id(a, T_ORG, 1, 0);
    (void)unused;
    sql_do("sekisho_owner",
           arena_printf(a,
                        "UPDATE org SET register = true WHERE org_id = '%s';"
                        "INSERT INTO mail_proof (org_id, proof_id, purpose, address, token_hash, "
                        "expires_at) VALUES ('%s', uuid7(), 'register', 'ten@org1.example', "
                        "sha256('r'), now() + interval '1 hour')",
                        org, org));
    assert_string_equal(meet(give(1, "ten@org1.example", "shared"),
                             "SELECT proof_register(sha256('r'), uuid7(), 'hash', 'en', '')"),
                        "gone");
    assert_int_equal(have("ten@org1.example"), 1);
    assert_int_equal(
        sql_int("postgres", "SELECT count(*) FROM account WHERE address = 'ten@org1.example'"), 0);
}

/* Whoever registers the alias of somebody has it alone; T-I4: the portal's role may do so before anybody is signed in. */
static void
who_registers_an_alias_ends_it(void **unused)
{
    const char *org = test_id(a, T_ORG, 1, 0);
    (void)unused;
    sql_do("sekisho_owner", give(1, "sales@org1.example", "directory"));
    sql_do("sekisho_owner",
           arena_printf(a,
                        "INSERT INTO mail_proof (org_id, proof_id, purpose, address, token_hash, "
                        "expires_at) VALUES ('%s', uuid7(), 'register', 'sales@org1.example', "
                        "sha256('s'), now() + interval '1 hour')",
                        org));
    sql_do("sekisho_portal", "SELECT proof_register(sha256('s'), uuid7(), 'hash', 'en', '')");
    assert_int_equal(
        sql_int("postgres", "SELECT count(*) FROM account WHERE address = 'sales@org1.example'"),
        1);
    assert_int_equal(have("sales@org1.example"), 1);
    assert_int_equal(sql_int("postgres", "SELECT count(*) FROM audit WHERE event = "
                                         "'mailbox.unlinked' AND object = 'sales@org1.example'"),
                     1);
}

/* Whoever deletes an account or a domain holds the audit log when its mailboxes go. */
static void
taking_away_waits_with_nothing_that_others_want(void **unused)
{
    const char *row = "DELETE FROM account_mailbox WHERE address = 'own@org1.example'";
    (void)unused;
    for (int i = 0; i < 2; i++) {
        sql_do("sekisho_owner", arena_printf(a,
                                             "INSERT INTO account_mailbox (org_id, account_id, "
                                             "address, how) VALUES ('%s', '%s', "
                                             "'own@org1.example', 'added')",
                                             test_id(a, T_ORG, 1, 0), test_id(a, T_ACCOUNT, 1, 1)));
        PGconn *pg = begins(logged());
        PGconn *other =
            i ? asks(arena_printf(a,
                                  "SELECT mailbox_unlink('own@org1.example', '') FROM (SELECT "
                                  "set_config('sekisho.org', '%s', false), "
                                  "set_config('sekisho.account', '%s', false) OFFSET 0) x",
                                  test_id(a, T_ORG, 1, 0), test_id(a, T_ACCOUNT, 1, 1)))
              : asks(withdraw("own@org1.example"));
        waits();
        goes_on(pg, row);
        ends(pg);
        assert_string_equal(answer(other), i ? "f" : "none");
    }
    /* And whose alias ends with a new account. */
    sql_do("sekisho_owner", give(1, "eleven@org1.example", "directory"));
    PGconn *pg = begins(logged()), *other = asks(account("eleven@org1.example"));
    waits();
    goes_on(pg, "DELETE FROM account_mailbox WHERE address = 'eleven@org1.example'");
    ends(pg);
    answer(other);
}

/* Who reports or asks holds the audit log, and looks at the account behind it. */
static void
adding_ones_own_locks_no_keys(void **unused)
{
    (void)unused;
    PGconn *pg = begins(logged());
    PGconn *other =
        asks(arena_printf(a,
                          "SELECT mailbox_take('%s', '%s', 'mine@org1.example', 'portal', '', "
                          "'mail')",
                          test_id(a, T_ORG, 1, 0), test_id(a, T_ACCOUNT, 1, 1)));
    waits();
    goes_on(pg, arena_printf(a, "SELECT FROM account WHERE account_id = '%s' FOR KEY SHARE",
                             test_id(a, T_ACCOUNT, 1, 1)));
    ends(pg);
    assert_string_equal(answer(other), "ok");
}

static void *
delete_main(void *domain)
{
    struct arena *mine = arena_new();
    struct store_actor by = {NULL, "x", "cli", ""};
    struct err e;
    if (store_domain_delete(owner, NULL, mine, &by, domain, &e))
        fprintf(stderr, "%s\n", e.text);
    arena_free(&mine);
    return NULL;
}

static void
a_domain_goes_with_what_was_given_in_the_same_moment(void **unused)
{
    char domain[37];
    pthread_t thread;
    (void)unused;
    sql_do("sekisho_owner", arena_printf(a,
                                         "INSERT INTO domain (org_id, domain_id, name) VALUES "
                                         "('%s', '%s', 'gone.example')",
                                         test_id(a, T_ORG, 1, 0), test_id(a, T_DOMAIN, 1, 7)));
    snprintf(domain, sizeof domain, "%s", test_id(a, T_DOMAIN, 1, 7));
    sql_do("sekisho_owner", give(0, "before@gone.example", "shared"));
    PGconn *pg = begins(give(1, "team@gone.example", "shared"));
    pthread_create(&thread, NULL, delete_main, domain);
    waits();
    ends(pg);
    pthread_join(thread, NULL);
    assert_int_equal(sql_int("postgres", "SELECT count(*) FROM domain WHERE name = 'gone.example'"),
                     0);
    assert_int_equal(have("before@gone.example") + have("team@gone.example"), 0);
    /* And what is asked for while it goes is not given. */
    sql_do("sekisho_owner", arena_printf(a,
                                         "INSERT INTO domain (org_id, domain_id, name) VALUES "
                                         "('%s', '%s', 'gone.example')",
                                         test_id(a, T_ORG, 1, 0), domain));
    assert_string_equal(
        meet("DELETE FROM domain WHERE name = 'gone.example'",
             arena_printf(a,
                          "SELECT mailbox_take('%s', '%s', 'late@gone.example', 'portal', '', "
                          "'mail')",
                          test_id(a, T_ORG, 1, 0), test_id(a, T_ACCOUNT, 1, 1))),
        "outside");
    assert_int_equal(have("late@gone.example"), 0);
}

/* A page and a link of a digest, for one sender: neither waits for what the other holds (a deadlock is an error of one of them). */
static void
a_sender_is_listed_by_two(void **unused)
{
    (void)unused;
    const char *o = test_id(a, T_ORG, 1, 0);
    const char *listed = arena_printf(a,
                                      "INSERT INTO sender_entry (org_id, entry_id, target, list, "
                                      "pattern) VALUES ('%s', uuid7(), 'user@org1.example', "
                                      "'approved', 's@x.example') RETURNING entry_id",
                                      o);
    sql_do("sekisho_owner", listed);
    PGconn *pg = begins(
        arena_printf(a,
                     "SELECT set_config('sekisho.org', '%s', true); DELETE FROM sender_entry WHERE "
                     "target = 'user@org1.example'",
                     o));
    PGconn *other = asks(arena_printf(
        a, "SELECT link_sender('%s', 'user@org1.example', 'blocked', 's@x.example', '')", o));
    waits();
    goes_on(pg, logged());
    ends(pg);
    assert_int_equal(strlen(answer(other)), 36);
    assert_int_equal(
        sql_int("postgres", "SELECT count(*) FROM sender_entry WHERE list = 'blocked'"), 1);
}

int
main(int argc, char **argv)
{
    (void)argc;
    db_test_start(argv);
    a = arena_new();
    test_org(a, 1);
    sql_do("sekisho_owner", logged());
    owner = db_open(settings_database("sekisho_owner"), 1, 20000);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_alias_of_one_is_not_shared_with_another),
        cmocka_unit_test(a_tagged_form_waits_for_its_mailbox),
        cmocka_unit_test(what_somebody_signs_in_with_is_given_to_nobody),
        cmocka_unit_test(nobody_registers_what_is_shared),
        cmocka_unit_test(who_registers_an_alias_ends_it),
        cmocka_unit_test(taking_away_waits_with_nothing_that_others_want),
        cmocka_unit_test(adding_ones_own_locks_no_keys),
        cmocka_unit_test(a_domain_goes_with_what_was_given_in_the_same_moment),
        cmocka_unit_test(a_sender_is_listed_by_two),
    };
    int rc = cmocka_run_group_tests_name("in the same moment", tests, NULL, NULL);
    db_close(&owner);
    arena_free(&a);
    return rc;
}
