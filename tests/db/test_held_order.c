/* Held mail where several act at once or much is asked for: nobody waits for somebody who waits for him, many requests of one do
 * not keep those of others, jobs of suspended people end, and undo brings back what was replaced. */
#include "lib_db.h"

#include <stdatomic.h>

#include "engine/jobs/job.h"
#include "store/store_bulk.h"
#include "store/store_looks.h"
#include "store/store_quarantine.h"
#include "store/store_release.h"
#include "store/store_request.h"
#include "store/store_rights.h"

static struct db *portal, *console;
static struct jobs jobs = {.node = "n1"};
static struct arena *a;
static struct err e;
static int made;

#define OK(call)                                           \
    do {                                                   \
        if ((call) < 0)                                    \
            fail_msg("%s: %s: %s", #call, e.code, e.text); \
    } while (0)

bool
jobs_stopping(void)
{
    return false;
}

static struct store_actor
person(int k)
{
    return (struct store_actor){test_id(a, T_ACCOUNT, 1, k),
                                k ? "user@org1.example" : "admin@org1.example",
                                k ? "portal" : "admin", "192.0.2.3"};
}

static const char *
org(int n)
{
    return test_id(a, T_ORG, n, 0);
}

static const char *
held(const char *kind)
{
    test_held(a, 1, ++made, kind);
    sql_do("postgres",
           arena_printf(a,
                        "UPDATE message SET scan = jsonb_build_object('features', 'AAAA') WHERE "
                        "message_id = '%s'",
                        test_id(a, T_MESSAGE, 1, made)));
    return test_id(a, T_RECIPIENT, 1, made);
}

static long
count(const char *what)
{
    return sql_int("postgres", arena_printf(a, "SELECT count(*) FROM %s", what));
}

static const char *
state(const char *recipient)
{
    PGresult *r = sql(
        "postgres", arena_printf(a, "SELECT state FROM message_recipient WHERE recipient_id = '%s'",
                                 recipient));
    const char *text = arena_strdup(a, PQgetvalue(r, 0, 0));
    PQclear(r);
    return text;
}

static int
clear(void **unused)
{
    (void)unused;
    sql_do("postgres",
           "DELETE FROM sender_entry; DELETE FROM sender_removed; DELETE FROM learn_sample;"
           "DELETE FROM mail_report; DELETE FROM release_request; DELETE FROM user_mail;"
           "DELETE FROM bulk_item; DELETE FROM bulk_job; DELETE FROM event;"
           "DELETE FROM message_recipient; DELETE FROM body; DELETE FROM message;"
           "UPDATE account SET state = 'active'");
    return 0;
}

/* ------------------------------------------------------------------ one order of locks */

/* Somebody in the middle of a function of several statements, as bulk_step() and link_act() are. */
static PGconn *
in_the_middle(const char *statement)
{
    PGconn *pg = PQconnectdb(arena_printf(a, "%s user=sekisho_owner", getenv("DATABASE_URL")));
    PGresult *r =
        PQexec(pg, arena_printf(a, "SET idle_in_transaction_session_timeout = '15s'; BEGIN; %s",
                                statement));
    if (PQresultStatus(r) != PGRES_COMMAND_OK)
        fail_msg("%s: %s", statement, PQerrorMessage(pg));
    PQclear(r);
    return pg;
}

static void
ends(PGconn *pg)
{
    PGresult *r = PQexec(pg, arena_printf(a,
                                          "SELECT audit_add('%s', NULL, 'x', 'portal', '', "
                                          "'mail.released', 'x', '{}'); COMMIT",
                                          org(1)));
    if (PQresultStatus(r) != PGRES_COMMAND_OK)
        fail_msg("%s", PQerrorMessage(pg));
    PQclear(r);
    PQfinish(pg);
}

static void
tl5_two_who_deliver_do_not_wait_for_each_other(void **unused)
{
    struct scope sc = test_scope(a, 1, 1);
    struct store_actor by = person(1);
    const char *ids[] = {held("spam"), held("spam")}, **done;
    int n;
    (void)unused;
    PGconn *pg = in_the_middle(
        arena_printf(a,
                     "UPDATE message_recipient SET state = 'releasing', release_id = uuid7(), "
                     "released_at = now(), released_by = '%s' WHERE recipient_id = '%s'",
                     by.account_id, ids[0]));
    OK(store_quarantine_release(portal, &sc, a, &by, ids + 1, 1, true, &done, &n, &e));
    assert_int_equal(n, 1);
    ends(pg);
    assert_int_equal(count("learn_sample WHERE NOT spam AND origin = 'release'"), 2);
}

static void
n8_two_who_ask_do_not_wait_for_each_other(void **unused)
{
    struct scope sc = test_scope(a, 1, 1);
    struct store_actor by = person(1);
    const char *ids[] = {held("phishing"), held("phishing")}, *const * asked;
    int n;
    (void)unused;
    PGconn *pg = in_the_middle(arena_printf(
        a,
        "INSERT INTO release_request (org_id, request_id, recipient_id, message_id, received_at, "
        "account_id, by_name, mailbox, domain, kind) SELECT org_id, uuid7(), recipient_id, "
        "message_id, received_at, '%s', '', address, domain, kind FROM message_recipient WHERE "
        "recipient_id = '%s'",
        by.account_id, ids[0]));
    OK(store_request_ask(portal, &sc, a, &by, ids + 1, 1, "", &asked, &n, &e));
    assert_int_equal(n, 1);
    ends(pg);
    assert_int_equal(count("user_mail WHERE kind = 'request_new'"), 2);
}

/* The same person at once by a link and in the portal, which changes another entry of the same list. */
static void
tl5_a_link_and_its_page_do_not_wait_for_each_other(void **unused)
{
    const char *id = held("spam");
    (void)unused;
    PGconn *pg = in_the_middle(arena_printf(a,
                                            "DO $$ BEGIN PERFORM audit_add('%s', NULL, 'x', "
                                            "'portal', '', 'mail.released', 'x', '{}'); END $$",
                                            org(1)));
    PGconn *link = PQconnectdb(arena_printf(a, "%s user=sekisho_engine", getenv("DATABASE_URL")));
    assert_true(PQsendQuery(
        link, arena_printf(a,
                           "SELECT link_act('%s', '%s', sha256('l'), now() + interval '1 day', "
                           "'allow', 'new@x.example', '')",
                           org(1), id)));
    while (sql_int("postgres", arena_printf(a,
                                            "SELECT count(*) FROM pg_stat_activity WHERE pid = %d "
                                            "AND wait_event_type = 'Lock'",
                                            PQbackendPID(link))) == 0)
        usleep(10000);
    PGresult *r = PQexec(pg, arena_printf(a,
                                          "INSERT INTO sender_entry (org_id, entry_id, target, "
                                          "list, pattern) VALUES ('%s', uuid7(), "
                                          "'user@org1.example', 'blocked', 'other@x.example')",
                                          org(1)));
    if (PQresultStatus(r) != PGRES_COMMAND_OK)
        fail_msg("%s", PQerrorMessage(pg));
    PQclear(r);
    ends(pg);
    r = PQgetResult(link);
    if (PQresultStatus(r) != PGRES_TUPLES_OK)
        fail_msg("%s", PQerrorMessage(link));
    assert_string_equal(PQgetvalue(r, 0, 0), "done");
    PQclear(r);
    PQfinish(link);
    assert_int_equal(count("sender_entry WHERE target = 'user@org1.example'"), 2);
}

/* ------------------------------------------------------------------ requests */

static void
n8_many_requests_of_one_are_few_mails(void **unused)
{
    struct scope sc = test_scope(a, 1, 1);
    struct store_actor by = person(1);
    const char *ids[100], *const *asked;
    int n;
    (void)unused;
    for (int i = 0; i < 100; i++)
        ids[i] = held("phishing");
    OK(store_request_ask(portal, &sc, a, &by, ids, 100, "", &asked, &n, &e));
    assert_int_equal(n, 100);
    assert_int_equal(count("user_mail WHERE kind = 'request_new'"), 10);
    /* Again and again: 200 a day. */
    OK(store_request_withdraw(portal, &sc, a, &by, asked, 100, &n, &e));
    OK(store_request_ask(portal, &sc, a, &by, ids, 100, "", &asked, &n, &e));
    OK(store_request_withdraw(portal, &sc, a, &by, asked, 100, &n, &e));
    assert_int_equal(n, 100);
    assert_int_equal(store_request_ask(portal, &sc, a, &by, ids, 1, "", &asked, &n, &e), -1);
    assert_string_equal(e.code, "too_many");
    assert_int_equal(count("release_request WHERE state = 'waiting'"), 0);
    assert_int_equal(count("user_mail WHERE kind = 'request_new'"), 10);
}

/* What n accounts of organisation 1 asked for, all reminded of already. */
static void
many_wait(int n)
{
    const char *one = held("phishing");
    sql_do("postgres",
           arena_printf(
               a,
               "SET session_replication_role = replica;"
               "INSERT INTO release_request (org_id, request_id, recipient_id, message_id, "
               "received_at, account_id, by_name, mailbox, domain, kind, asked_at, reminded_at) "
               "SELECT r.org_id, uuid7(), uuid7(), r.message_id, r.received_at, '%s', '', '', '', "
               "r.kind, now() - interval '9 hours', now() FROM message_recipient r, "
               "generate_series(1, %d) WHERE r.recipient_id = '%s';"
               "INSERT INTO message_recipient (org_id, message_id, recipient_id, received_at, "
               "address, domain, original, state, state_at, disposition, kind, rule, expires_at) "
               "SELECT r.org_id, r.message_id, q.recipient_id, r.received_at, r.address, r.domain, "
               "r.original, 'held', now(), r.disposition, r.kind, '', r.expires_at FROM "
               "message_recipient r, release_request q WHERE r.recipient_id = '%s'",
               test_id(a, T_ACCOUNT, 1, 1), n, one, one));
}

static void
n8_many_that_wait_do_not_keep_others(void **unused)
{
    struct scope sc = test_scope(a, 2, 1);
    struct store_actor by = {test_id(a, T_ACCOUNT, 2, 1), "user@org2.example", "portal", ""};
    const char *id, *const *asked;
    int n;
    (void)unused;
    many_wait(1005);
    test_held(a, 2, ++made, "phishing");
    id = test_id(a, T_RECIPIENT, 2, made);
    OK(store_request_ask(portal, &sc, a, &by, &id, 1, "", &asked, &n, &e));
    sql_do("postgres", arena_printf(a,
                                    "UPDATE release_request SET asked_at = now() - interval '5 "
                                    "hours' WHERE org_id = '%s'",
                                    org(2)));
    OK(job_request(&jobs, a, &e));
    assert_int_equal(
        count(arena_printf(a, "release_request WHERE org_id = '%s' AND reminded_at IS NOT NULL",
                           org(2))),
        1);
    assert_int_equal(
        count("user_mail WHERE kind = 'request_new' AND (params->>'reminder')::boolean"), 1);
    sql_do("postgres",
           arena_printf(a, "UPDATE message_recipient SET state = 'purged' WHERE org_id = '%s'",
                        org(2)));
    OK(job_request(&jobs, a, &e));
    assert_int_equal(count("release_request WHERE state = 'over'"), 1);
    sql_do("postgres", "UPDATE release_request SET asked_at = now() - interval '181 days' WHERE "
                       "state = 'over'");
    OK(job_request(&jobs, a, &e)); /* forgotten after half a year */
    assert_int_equal(count("release_request"), 1005);
}

static void
tl6_who_asked_hears_that_it_is_held_again(void **unused)
{
    struct scope sc = test_scope(a, 1, 1), admin = test_scope(a, 1, 0);
    struct store_actor by = person(1), adm = person(0);
    const char *id = held("phishing"), *const * asked, *now;
    struct store_release *rows;
    int n;
    (void)unused;
    OK(store_request_ask(portal, &sc, a, &by, &id, 1, "", &asked, &n, &e));
    OK(store_request_decide(console, &admin, a, &adm, asked[0], true, "", &now, &e));
    OK(store_release_claim(jobs.db, a, "n1", 10, &rows, &n, &e));
    assert_int_equal(n, 1);
    OK(store_release_turned(jobs.db, a, &rows[0], "malware", "{}", &e));
    assert_string_equal(state(id), "held");
    assert_int_equal(count("user_mail WHERE kind = 'rescan_held'"), 2);
    assert_int_equal(
        count("user_mail WHERE kind = 'rescan_held' AND recipient = 'user@org1.example'"), 1);
}

/* ------------------------------------------------------------------ jobs of many mails */

static const struct store_held_filter everything = {
    .search = "", .kind = "", .domain = "", .recipient = "", .state = "held"};

static const char *
start(int n, const char *action)
{
    struct scope sc = test_scope(a, n, 1);
    struct store_actor by = {test_id(a, T_ACCOUNT, n, 1), "user", "portal", ""};
    const char *job = "";
    OK(store_bulk_start(portal, &sc, a, &by, &everything, (int64_t)time(NULL) * 1000 + 60000,
                        &(struct store_bulk_order){.action = action}, "{}", &job, &e));
    return job;
}

static void
a57_the_job_of_a_suspended_account_ends(void **unused)
{
    bool more;
    (void)unused;
    for (int i = 0; i < 4; i++)
        held("spam");
    start(1, "deliver");
    OK(store_bulk_step(jobs.db, a, 2, &more, &e));
    assert_int_equal(count("message_recipient WHERE state = 'releasing'"), 2);
    sql_do("sekisho_owner", arena_printf(a,
                                         "UPDATE account SET state = 'suspended' WHERE account_id "
                                         "= '%s'",
                                         test_id(a, T_ACCOUNT, 1, 1)));
    do
        OK(store_bulk_step(jobs.db, a, 2, &more, &e));
    while (more);
    assert_int_equal(count("message_recipient WHERE state = 'releasing'"), 2);
    assert_int_equal(count("bulk_job WHERE state = 'done'"), 1);
}

static void
j04_a_job_that_fails_does_not_keep_others(void **unused)
{
    (void)unused;
    held("spam");
    test_held(a, 2, ++made, "spam");
    start(1, "delete");
    start(2, "delete");
    sql_do("postgres",
           arena_printf(a,
                        "CREATE FUNCTION broken() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                        "RAISE EXCEPTION 'broken'; END $$;"
                        "CREATE TRIGGER broken BEFORE INSERT ON event FOR EACH ROW WHEN "
                        "(NEW.org_id = '%s') EXECUTE FUNCTION broken()",
                        org(1)));
    int failed = 0;
    for (int i = 0; i < 4; i++)
        failed += job_bulk(&jobs, a, &e) < 0;
    sql_do("postgres", "DROP TRIGGER broken ON event; DROP FUNCTION broken()");
    assert_true(failed > 0);
    assert_int_equal(
        count(arena_printf(a, "bulk_job WHERE org_id = '%s' AND state = 'done'", org(2))), 1);
    while (job_bulk(&jobs, a, &e) > 0)
        ;
    assert_int_equal(count("bulk_job WHERE state = 'done'"), 2);
}

/* ------------------------------------------------------------------ lists */

static void
add_entry(const char *list, const char *ends)
{
    sql_do("postgres", arena_printf(a,
                                    "INSERT INTO sender_entry (org_id, entry_id, target, list, "
                                    "pattern, expires_at, added_by) VALUES ('%s', uuid7(), "
                                    "'user@org1.example', '%s', 's@x.example', %s, 'before')",
                                    org(1), list, ends));
}

#define ENTRY(list, ends) "sender_entry WHERE list = '" list "' AND expires_at IS " ends

static void
n9_what_an_entry_replaces_is_back_after_undo(void **unused)
{
    struct scope sc = test_scope(a, 1, 1);
    struct store_actor by = person(1);
    const char *ids[] = {held("spam")};
    const char *const patterns[] = {"s@x.example"};
    struct store_with_sender w = {ids, patterns, 1, 0, false, NULL};
    struct store_done d, u;
    long before = count("audit WHERE event = 'sender.removed'");
    (void)unused;
    add_entry("blocked", "NULL");
    OK(store_deliver_allow(portal, &sc, a, &by, &w, &d, &e));
    assert_int_equal(d.nsenders, 1);
    assert_int_equal(count(ENTRY("approved", "NULL")), 1);
    assert_int_equal(count("sender_entry"), 1);
    assert_int_equal(count("audit WHERE event = 'sender.removed'"), before + 1);
    OK(store_combined_undo(portal, &sc, a, &by, d.senders, 1, &u, &e));
    assert_int_equal(u.nsenders, 1);
    assert_int_equal(count("sender_entry WHERE list = 'blocked' AND added_by = 'before'"), 1);
    assert_int_equal(count("sender_entry"), 1);
}

static void
n9_always_is_longer_than_thirty_days(void **unused)
{
    struct scope sc = test_scope(a, 1, 1);
    struct store_actor by = person(1);
    const char *const patterns[] = {"s@x.example"};
    struct store_done d;
    static const char *const ends[] = {"now() + interval '30 days'", "now() - interval '1 minute'"};
    (void)unused;
    for (int i = 0; i < 2; i++) {
        const char *ids[] = {held("spam")};
        struct store_with_sender w = {ids, patterns, 1, 0, false, NULL};
        add_entry("blocked", ends[i]);
        OK(store_delete_block(portal, &sc, a, &by, &w, &d, &e));
        assert_int_equal(d.nsenders, 1);
        assert_int_equal(count(ENTRY("blocked", "NULL")), 1);
        sql_do("postgres", "DELETE FROM sender_entry");
    }
    /* And what is there for ever stays so. */
    const char *ids[] = {held("spam")};
    struct store_with_sender w = {ids, patterns, 1, 30, false, NULL};
    add_entry("blocked", "NULL");
    OK(store_delete_block(portal, &sc, a, &by, &w, &d, &e));
    assert_int_equal(d.nsenders, 0);
    assert_int_equal(count(ENTRY("blocked", "NULL") " AND added_by = 'before'"), 1);
}

/* ------------------------------------------------------------------ N13 */

static void
n13_every_side_of_a_message_is_written_down(void **unused)
{
    struct scope sc = test_scope(a, 1, 0), other = test_scope(a, 2, 0);
    struct store_actor by = person(0), stranger = {test_id(a, T_ACCOUNT, 2, 0), "x", "admin", ""};
    const char *id = held("spam");
    const char *looks =
        arena_printf(a, "audit WHERE event = 'mail.viewed' AND detail->>'recipient_id' = '%s'", id);
    (void)unused;
    sql_do("postgres", "ALTER TABLE audit DISABLE TRIGGER USER; DELETE FROM audit; ALTER TABLE "
                       "audit ENABLE TRIGGER USER");
    OK(store_looks_tab(console, &other, a, &stranger, id, &e));
    assert_int_equal(count(looks), 0);
    for (int i = 0; i < 3; i++)
        OK(store_looks_tab(console, &sc, a, &by, id, &e));
    assert_int_equal(count(looks), 1); /* once in ten minutes */
    sql_do("postgres", "UPDATE event SET at = at - interval '11 minutes' WHERE kind = 'viewed'");
    OK(store_looks_tab(console, &sc, a, &by, id, &e));
    assert_int_equal(count(looks), 2);
}

int
main(int argc, char **argv)
{
    (void)argc;
    db_test_start(argv);
    a = arena_new();
    test_org(a, 1);
    test_org(a, 2);
    portal = db_open(settings_database("sekisho_portal"), 2, 10000);
    console = db_open(settings_database("sekisho_console"), 2, 10000);
    jobs.db = db_open(settings_database("sekisho_jobs"), 1, 20000);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(tl5_two_who_deliver_do_not_wait_for_each_other, clear),
        cmocka_unit_test_setup(tl5_a_link_and_its_page_do_not_wait_for_each_other, clear),
        cmocka_unit_test_setup(n8_two_who_ask_do_not_wait_for_each_other, clear),
        cmocka_unit_test_setup(n8_many_requests_of_one_are_few_mails, clear),
        cmocka_unit_test_setup(n8_many_that_wait_do_not_keep_others, clear),
        cmocka_unit_test_setup(tl6_who_asked_hears_that_it_is_held_again, clear),
        cmocka_unit_test_setup(a57_the_job_of_a_suspended_account_ends, clear),
        cmocka_unit_test_setup(j04_a_job_that_fails_does_not_keep_others, clear),
        cmocka_unit_test_setup(n9_what_an_entry_replaces_is_back_after_undo, clear),
        cmocka_unit_test_setup(n9_always_is_longer_than_thirty_days, clear),
        cmocka_unit_test_setup(n13_every_side_of_a_message_is_written_down, clear),
    };
    int rc = cmocka_run_group_tests_name("held mail, several at once", tests, NULL, NULL);
    db_close(&portal);
    db_close(&console);
    db_close(&jobs.db);
    arena_free(&a);
    return rc;
}
