/* What several things at once do: all of it or nothing (N9), once whoever presses how often (T-L5); requests for
 * delivery and their answers (N8); reports (T-E8); what the organisation lets people do (I06). */
#include "lib_db.h"

#include <pthread.h>
#include <stdatomic.h>

#include "engine/jobs/job.h"
#include "store/store_body.h"
#include "store/store_quarantine.h"
#include "store/store_release.h"
#include "store/store_request.h"
#include "store/store_rights.h"
#include "store/store_sender.h"

#define ROUNDS 500
#define CLICKS 64
#define THREADS 8

static struct db *portal, *console, *owner;
static struct jobs jobs = {.node = "n1"};
static struct arena *a;
static struct err e;
static int made;

#define OK(call)                                           \
    do {                                                   \
        if ((call) < 0)                                    \
            fail_msg("%s: %s: %s", #call, e.code, e.text); \
    } while (0)

static const struct store_actor cli = {NULL, "cli:root", "cli", ""};

static struct store_actor
person(int k)
{
    return (struct store_actor){test_id(a, T_ACCOUNT, 1, k),
                                k ? "user@org1.example" : "admin@org1.example",
                                k ? "portal" : "admin", "192.0.2.3"};
}

static const char *
org(void)
{
    return test_id(a, T_ORG, 1, 0);
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
    return sql_int("sekisho_owner", arena_printf(a, "SELECT count(*) FROM %s", what));
}

static const char *
state(const char *recipient)
{
    PGresult *r =
        sql("sekisho_owner",
            arena_printf(a, "SELECT state FROM message_recipient WHERE recipient_id = '%s'",
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
           "DELETE FROM quarantine_right; DELETE FROM request_approver;"
           "UPDATE message_recipient SET state = 'purged'");
    return 0;
}

/* ------------------------------------------------------------------ rights */

static void
i06_rights_are_set_by_the_command_and_audited(void **unused)
{
    struct store_right *rows;
    int n;
    (void)unused;
    OK(store_rights(owner, NULL, a, org(), &rows, &n, &e));
    assert_int_equal(n, 9);
    assert_string_equal(rows[0].rights, "view deliver delete block approve");
    assert_false(rows[0].own);
    OK(store_rights_set(owner, a, &cli, org(), "spam", "delete ask", &e));
    OK(store_rights(owner, NULL, a, org(), &rows, &n, &e));
    assert_string_equal(rows[0].rights, "view ask delete");
    assert_true(rows[0].own);
    assert_int_equal(count("audit WHERE event = 'rights.changed' AND detail->'before'->>'rights' = "
                           "'view deliver delete block approve' AND detail->'after'->>'rights' = "
                           "'view ask delete'"),
                     1);
    OK(store_rights_set(owner, a, &cli, org(), "spam", NULL, &e));
    OK(store_rights(owner, NULL, a, org(), &rows, &n, &e));
    assert_false(rows[0].own);
    OK(store_rights_set(owner, a, &cli, org(), "spam", "", &e));
    OK(store_rights(owner, NULL, a, org(), &rows, &n, &e));
    assert_string_equal(rows[0].rights, "");
    assert_int_equal(store_rights_set(owner, a, &cli, org(), "malware", "view deliver", &e), -1);
    assert_string_equal(e.code, "right_impossible");
    assert_int_equal(store_rights_set(owner, a, &cli, org(), "nothing", "view", &e), -1);
    assert_int_equal(e.cls, ERR_NOTFOUND);
}

/* The engine shows previews by a session's right, not by the portal's word. */
static void
i06_no_preview_of_what_is_not_shown(void **unused)
{
    struct db *engine = db_open(settings_database("sekisho_engine"), 1, 20000);
    struct store_session s = {.surface = "portal", .idle = 3600, .absolute = 3600};
    unsigned char id[32];
    (void)unused;
    sql_do("postgres",
           arena_printf(a,
                        "INSERT INTO session (session_hash, org_id, account_id, surface, csrf) "
                        "VALUES (rpad('a session', 32, E'\\x01')::bytea, '%s', '%s', 'portal', "
                        "sha256('x'))",
                        org(), test_id(a, T_ACCOUNT, 1, 1)));
    memset(id, 1, sizeof id);
    memcpy(id, "a session", 9);
    s.hash = id;
    held("content");
    const char *message = test_id(a, T_MESSAGE, 1, made);
    OK(store_body_may_see(engine, a, org(), message, &s, &e));
    OK(store_rights_set(owner, a, &cli, org(), "content", "", &e));
    assert_int_equal(store_body_may_see(engine, a, org(), message, &s, &e), -1);
    assert_int_equal(e.cls, ERR_DENIED);
    OK(store_rights_set(owner, a, &cli, org(), "content", NULL, &e));
    OK(store_body_may_see(engine, a, org(), message, &s, &e));
    sql_do("sekisho_owner",
           arena_printf(a, "UPDATE message_recipient SET outbound = true WHERE message_id = '%s'",
                        message));
    assert_int_equal(store_body_may_see(engine, a, org(), message, &s, &e), -1);
    db_close(&engine);
}

/* ------------------------------------------------------------------ N9 */

static void
n9_deliver_and_allow(void **unused)
{
    struct scope sc = test_scope(a, 1, 1);
    struct store_actor by = person(1);
    const char *ids[] = {held("spam"), held("phishing"), held("spam")};
    const char *const patterns[] = {"s@x.example", "p@x.example", "s@x.example"};
    struct store_with_sender w = {ids, patterns, 3, 30, false, NULL};
    struct store_done d;
    (void)unused;
    sql_do("sekisho_owner",
           arena_printf(a,
                        "INSERT INTO sender_entry (org_id, entry_id, target, list, pattern) VALUES "
                        "('%s', uuid7(), 'user@org1.example', 'blocked', 's@x.example')",
                        org()));
    OK(store_deliver_allow(portal, &sc, a, &by, &w, &d, &e));
    assert_int_equal(d.nmails, 2); /* phishing is not his to deliver */
    assert_int_equal(d.nsenders, 1);
    assert_string_equal(d.patterns[0], "s@x.example");
    assert_string_equal(state(ids[0]), "releasing");
    assert_string_equal(state(ids[1]), "held");
    assert_int_equal(count("sender_entry"),
                     1); /* moved from the other list; nobody else is allowed */
    assert_int_equal(
        count("sender_entry WHERE list = 'approved' AND target = 'user@org1.example' "
              "AND only_verified AND expires_at BETWEEN now() + interval '29 days' AND "
              "now() + interval '31 days'"),
        1); /* T-L8: an approval that wants a proof */
    assert_int_equal(count("sender_list WHERE target = 'user@org1.example' AND approved = 1 AND "
                           "blocked = 0"),
                     1);
    assert_int_equal(count("learn_sample WHERE NOT spam AND origin = 'release' AND NOT trusted"),
                     2);
    assert_int_equal(count("audit WHERE event = 'sender.approved' AND object = 's@x.example'"), 1);
    OK(store_deliver_allow(portal, &sc, a, &by, &w, &d, &e));
    assert_int_equal(d.nmails + d.nsenders, 0);
    const char *entry[] = {ids[0]};
    OK(store_combined_undo(portal, &sc, a, &by, entry, 1, &d, &e));
    assert_int_equal(d.nmails, 0); /* what is on its way does not come back */
    assert_string_equal(state(ids[0]), "releasing");
}

static void
n9_all_or_nothing(void **unused)
{
    struct scope sc = test_scope(a, 1, 1);
    struct store_actor by = person(1);
    const char *ids[] = {held("spam")};
    const char *const patterns[] = {"new@x.example"};
    struct store_with_sender w = {ids, patterns, 1, 0, false, "spam"};
    struct store_done d;
    (void)unused;
    sql_do("sekisho_owner",
           arena_printf(a,
                        "INSERT INTO sender_entry (org_id, entry_id, target, list, pattern) SELECT "
                        "'%s', uuid7(), 'user@org1.example', l, l || i || '@x.example' FROM "
                        "generate_series(1, 500) i, unnest('{approved,blocked}'::text[]) l",
                        org()));
    assert_int_equal(store_deliver_allow(portal, &sc, a, &by, &w, &d, &e), -1);
    assert_string_equal(e.code, "sender_limit");
    assert_string_equal(state(ids[0]), "held");
    assert_int_equal(store_delete_block(portal, &sc, a, &by, &w, &d, &e), -1);
    assert_string_equal(state(ids[0]), "held");
    assert_int_equal(count("learn_sample"), 0);
    assert_int_equal(count("mail_report"), 0);
}

static void
n9_delete_block_report_and_undo(void **unused)
{
    struct scope sc = test_scope(a, 1, 1), other = test_scope(a, 1, 0);
    struct store_actor by = person(1), admin = person(0);
    const char *ids[] = {held("phishing")}, *all[3];
    const char *const patterns[] = {"*@x.example"};
    struct store_with_sender w = {ids, patterns, 1, 0, false, "phishing"};
    struct store_done d, u;
    (void)unused;
    OK(store_delete_block(portal, &sc, a, &by, &w, &d, &e));
    assert_int_equal(d.nmails, 1);
    assert_int_equal(d.nsenders, 1);
    assert_int_equal(d.nreports, 1);
    assert_string_equal(state(ids[0]), "deleted");
    assert_int_equal(count("sender_entry WHERE list = 'blocked' AND pattern = '*@x.example' AND "
                           "expires_at IS NULL"),
                     1);
    assert_int_equal(count("learn_sample WHERE spam AND origin = 'report' AND NOT trusted"), 1);
    assert_int_equal(
        count("audit WHERE event IN ('mail.reported', 'sender.blocked') AND object IN "
              "('user@org1.example', '*@x.example') AND detail::text LIKE '%phishing%' "
              "OR event = 'sender.blocked' AND object = '*@x.example'"),
        2);
    all[0] = d.mails[0];
    all[1] = d.senders[0];
    all[2] = d.reports[0];
    OK(store_combined_undo(portal, &other, a, &admin, all, 3, &u, &e)); /* somebody else */
    assert_int_equal(u.nmails + u.nsenders + u.nreports, 0);
    OK(store_combined_undo(portal, &sc, a, &by, all, 3, &u, &e));
    assert_int_equal(u.nmails, 1);
    assert_int_equal(u.nsenders, 1);
    assert_int_equal(u.nreports, 1);
    assert_string_equal(state(ids[0]), "held");
    assert_int_equal(count("sender_entry"), 0);
    assert_int_equal(count("learn_sample"), 0);
}

static void
n9_for_a_whole_domain(void **unused)
{
    struct scope user = test_scope(a, 1, 1), admin = test_scope(a, 1, 0);
    struct store_actor by_user = person(1), by_admin = person(0);
    const char *ids[] = {held("spam")};
    const char *const patterns[] = {"s@x.example"};
    struct store_with_sender w = {ids, patterns, 1, 0, true, NULL};
    struct store_done d;
    (void)unused;
    assert_int_equal(store_delete_block(portal, &user, a, &by_user, &w, &d, &e), -1);
    assert_int_equal(e.cls, ERR_DENIED);
    assert_string_equal(state(ids[0]), "held");
    sql_do("sekisho_owner",
           arena_printf(a,
                        "INSERT INTO account_mailbox VALUES ('%s', '%s', 'user@org1.example') ON "
                        "CONFLICT DO NOTHING",
                        org(), test_id(a, T_ACCOUNT, 1, 0)));
    OK(store_delete_block(portal, &admin, a, &by_admin, &w, &d, &e));
    assert_int_equal(d.nsenders, 1);
    assert_int_equal(count("sender_entry WHERE target = 'org1.example' AND list = 'blocked'"), 1);
    sql_do("sekisho_owner", arena_printf(a, "DELETE FROM account_mailbox WHERE account_id = '%s'",
                                         test_id(a, T_ACCOUNT, 1, 0)));
}

static void
n9_entries_end(void **unused)
{
    struct store_sender_match *rows;
    struct db *engine = db_open(settings_database("sekisho_engine"), 1, 20000);
    const char *const to[] = {"user@org1.example"}, *const from[] = {"s@x.example"};
    int n;
    (void)unused;
    for (int i = 0; i < 2; i++) {
        sql_do("sekisho_owner",
               arena_printf(a,
                            "DELETE FROM sender_entry; INSERT INTO sender_entry (org_id, entry_id, "
                            "target, list, pattern, expires_at) VALUES ('%s', uuid7(), "
                            "'user@org1.example', 'blocked', 's@x.example', now() + interval '%d "
                            "days')",
                            org(), i ? -1 : 1));
        OK(store_sender_match(engine, a, org(), to, 1, from, 1, &rows, &n, &e));
        assert_int_equal(n, !i);
    }
    db_close(&engine);
}

/* ------------------------------------------------------------------ T-L5 */

static const char *target;
static int
    first; /* what all begin with, so that each of the three is the first one in some rounds */
static atomic_int counted;

/* Whoever gets the mail counts: deliver, deliver and allow, delete and block, all at the same time. */
static int
click(struct arena *own, int how, struct err *err)
{
    struct scope sc = test_scope(own, 1, 1);
    struct store_actor by = {test_id(own, T_ACCOUNT, 1, 1), "user@org1.example", "portal", ""};
    const char *ids[] = {target}, **done;
    const char *const patterns[] = {"s@x.example"};
    struct store_with_sender w = {ids, patterns, 1, 0, false, "spam"};
    struct store_done d = {0};
    int n = 0, rc;
    if (how % 3 == 0)
        rc = store_quarantine_release(portal, &sc, own, &by, ids, 1, true, &done, &n, err);
    else if (how % 3 == 1)
        rc = store_deliver_allow(portal, &sc, own, &by, &w, &d, err);
    else
        rc = store_delete_block(portal, &sc, own, &by, &w, &d, err);
    atomic_fetch_add(&counted, n + d.nmails);
    return rc;
}

static void *
clicks(void *arg)
{
    struct err *err = arg;
    struct arena *own = arena_new();
    for (int i = 0; i < CLICKS / THREADS && !err->code[0]; i++)
        if (click(own, first + i, err) == 0)
            err->code[0] = '\0';
    arena_free(&own);
    return NULL;
}

static void
tl5_of_many_clicks_one_counts(void **unused)
{
    pthread_t t[THREADS];
    struct err errs[THREADS];
    int rounds = getenv("SEKISHO_ROUNDS") ? atoi(getenv("SEKISHO_ROUNDS")) : ROUNDS / 10;
    (void)unused;
    for (int k = 0; k < rounds; k++) {
        target = held("spam");
        first = k;
        atomic_store(&counted, 0);
        memset(errs, 0, sizeof errs);
        for (int i = 0; i < THREADS; i++)
            assert_int_equal(pthread_create(&t[i], NULL, clicks, &errs[i]), 0);
        for (int i = 0; i < THREADS; i++) {
            pthread_join(t[i], NULL);
            if (errs[i].code[0])
                fail_msg("%s: %s", errs[i].code, errs[i].text);
        }
        assert_int_equal(atomic_load(&counted), 1);
        assert_int_equal(
            count(arena_printf(a,
                               "event WHERE recipient_id = '%s' AND kind IN ('release_requested', "
                               "'deleted')",
                               target)),
            1);
    }
}

/* ------------------------------------------------------------------ N8 */

static const char *
asked(const char *recipient, const char *note)
{
    struct scope sc = test_scope(a, 1, 1);
    struct store_actor by = person(1);
    const char *const *ids;
    int n;
    OK(store_request_ask(portal, &sc, a, &by, &recipient, 1, note, &ids, &n, &e));
    return n ? ids[0] : NULL;
}

static void
n8_asked_and_approved(void **unused)
{
    struct scope sc = test_scope(a, 1, 0), user = test_scope(a, 1, 1);
    struct store_cursor start = {0};
    struct store_actor admin = person(0);
    struct store_request *rows, q;
    const char *mail = held("phishing"), *state_now;
    bool more;
    int n;
    (void)unused;
    const char *id = asked(mail, "I know them");
    assert_non_null(id);
    assert_null(asked(mail, "again"));
    assert_null(asked(held("spam"), "mine anyway"));
    assert_int_equal(count("user_mail WHERE kind = 'request_new' AND recipient = "
                           "'admin@org1.example' AND params->>'note' = 'I know them'"),
                     1);
    OK(store_request_list(console, &sc, a, org(), sc.account, true, &start, false, 10, &rows, &n, &more,
                          &e));
    assert_int_equal(n, 1);
    assert_true(rows[0].may_decide);
    OK(store_request_get(console, &sc, a, id, sc.account, &q, &e));
    assert_string_equal(q.note, "I know them");
    OK(store_request_decide(console, &sc, a, &admin, id, true, "fine", &state_now, &e));
    assert_string_equal(state_now, "approved");
    assert_string_equal(state(mail), "releasing");
    assert_int_equal(store_request_decide(console, &sc, a, &admin, id, false, "", &state_now, &e),
                     -1);
    assert_string_equal(e.code, "decided");
    OK(store_request_own(portal, &user, a, &start, false, 10, &rows, &n, &more, &e));
    assert_string_equal(rows[0].answer, "fine");
    assert_int_equal(count("user_mail WHERE kind = 'request_answer' AND recipient = "
                           "'user@org1.example' AND params->>'answer' = 'fine'"),
                     1);
    assert_int_equal(count("audit WHERE event IN ('request.asked', 'request.approved')"), 2);
    assert_int_equal(count("learn_sample"), 0); /* phishing is no word about its text */
}

static void
tend(int64_t *over, int64_t *reminded)
{
    struct store_request_place start = {"", ""};
    OK(store_request_tend(jobs.db, a, 4, 100, &start, over, reminded, &e));
}

static void
n8_declined_withdrawn_over(void **unused)
{
    struct scope sc = test_scope(a, 1, 0), user = test_scope(a, 1, 1);
    struct store_actor admin = person(0), by = person(1);
    const char *mail = held("malware"), *id = asked(mail, ""), *now;
    int64_t over, reminded;
    int n;
    (void)unused;
    OK(store_request_decide(console, &sc, a, &admin, id, false, "a virus", &now, &e));
    assert_string_equal(now, "declined");
    assert_string_equal(state(mail), "held");
    id = asked(mail, "please");
    OK(store_request_withdraw(portal, &user, a, &by, &id, 1, &n, &e));
    assert_int_equal(n, 1);
    OK(store_request_withdraw(portal, &user, a, &by, &id, 1, &n, &e));
    assert_int_equal(n, 0);
    assert_int_equal(count("user_mail WHERE kind = 'request_answer'"),
                     1); /* not for what he withdrew */
    id = asked(mail, "once more");
    sql_do("sekisho_owner",
           arena_printf(a,
                        "UPDATE message_recipient SET state = 'deleted' WHERE recipient_id = '%s'",
                        mail));
    OK(store_request_decide(console, &sc, a, &admin, id, true, "", &now, &e));
    assert_string_equal(now, "over");
    assert_string_equal(state(mail), "deleted");
    mail = held("content");
    id = asked(mail, "");
    sql_do(
        "sekisho_owner",
        "UPDATE release_request SET asked_at = now() - interval '5 hours' WHERE state = 'waiting'");
    for (int i = 0; i < 2; i++) {
        tend(&over, &reminded);
        assert_int_equal(reminded, !i); /* once */
        assert_int_equal(over, 0);
    }
    assert_int_equal(
        count("user_mail WHERE kind = 'request_new' AND (params->>'reminder')::boolean"), 1);
    sql_do("sekisho_owner",
           arena_printf(
               a, "UPDATE message_recipient SET state = 'purged' WHERE recipient_id = '%s'", mail));
    tend(&over, &reminded);
    assert_int_equal(over, 1);
}

static void
n8_four_eyes(void **unused)
{
    struct scope sc = test_scope(a, 1, 0);
    struct store_actor by = person(0);
    const char *id, *now, *mail = held("phishing"), *const * ids;
    int n;
    (void)unused;
    sql_do("sekisho_owner",
           arena_printf(a,
                        "INSERT INTO account (org_id, account_id, address, role) VALUES ('%s', "
                        "'%s', 'help@org1.example', 'help_desk');"
                        "INSERT INTO account_mailbox VALUES ('%s', '%s', 'user@org1.example')",
                        org(), test_id(a, T_ACCOUNT, 1, 5), org(), test_id(a, T_ACCOUNT, 1, 0)));
    OK(store_request_ask(portal, &sc, a, &by, &mail, 1, "", &ids, &n, &e));
    id = ids[0];
    assert_int_equal(store_request_decide(console, &sc, a, &by, id, true, "", &now, &e), -1);
    assert_string_equal(state(mail), "held");
    assert_int_equal(count("user_mail WHERE recipient = 'help@org1.example'"), 1);
    assert_int_equal(count("user_mail WHERE recipient = 'admin@org1.example'"), 0);
    OK(store_approver_set(owner, a, &cli, org(), "help@org1.example", "org1.example", true, &e));
    assert_int_equal(store_approver_set(owner, a, &cli, org(), "user@org1.example", "", true, &e),
                     -1);
    assert_int_equal(
        store_approver_set(owner, a, &cli, org(), "help@org1.example", "org2.example", true, &e),
        -1);
    sql_do("sekisho_owner", "DELETE FROM account WHERE address = 'help@org1.example'");
    OK(store_request_decide(console, &sc, a, &by, id, true, "", &now, &e)); /* nobody else could */
    assert_string_equal(state(mail), "releasing");
    sql_do("sekisho_owner", arena_printf(a, "DELETE FROM account_mailbox WHERE account_id = '%s'",
                                         test_id(a, T_ACCOUNT, 1, 0)));
}

/* ------------------------------------------------------------------ reports */

static void
te8_reports_teach_and_wait_for_an_admin(void **unused)
{
    struct scope sc = test_scope(a, 1, 1), admin = test_scope(a, 1, 0);
    struct store_actor by = person(1), adm = person(0);
    struct store_cursor start = {0};
    const char *mails[] = {held("phishing"), held("spam")};
    const char *patterns[1] = {"s@x.example"};
    struct store_report *rows;
    struct store_done d;
    bool more;
    int n;
    (void)unused;
    OK(store_report_add(portal, &sc, a, &by, mails, 1, "wanted", &d, &e));
    assert_int_equal(d.nreports, 1);
    OK(store_report_add(portal, &sc, a, &by, mails, 1, "phishing", &d, &e)); /* the last word */
    assert_int_equal(d.nreports, 1);
    assert_int_equal(count("learn_sample WHERE spam AND NOT trusted"), 1);
    assert_int_equal(count("learn_sample"), 1);
    assert_string_equal(state(mails[0]), "held");
    OK(store_report_list(console, &admin, a, org(), "open", &start, 10, &rows, &n, &more, &e));
    assert_int_equal(n, 1);
    OK(store_report_decide(console, &admin, a, &adm, org(), true, &rows[0].report_id, patterns, 1,
                           &d, &e));
    assert_int_equal(d.nreports, 1);
    assert_int_equal(d.nsenders, 1);
    assert_int_equal(count("learn_sample WHERE spam AND trusted"), 1);
    assert_int_equal(count("sender_entry WHERE target = '' AND list = 'blocked'"), 1);
    OK(store_report_add(portal, &sc, a, &by, mails, 1, "wanted", &d, &e));
    assert_int_equal(d.nreports, 0); /* decided */
    OK(store_report_add(portal, &sc, a, &by, mails + 1, 1, "wanted", &d, &e));
    OK(store_report_list(console, &admin, a, org(), "open", &start, 10, &rows, &n, &more, &e));
    patterns[0] = "";
    OK(store_report_decide(console, &admin, a, &adm, org(), false, &rows[0].report_id, patterns, 1,
                           &d, &e));
    assert_int_equal(count("learn_sample WHERE NOT spam"), 0);
    assert_int_equal(count("audit WHERE event IN ('mail.report_agreed', 'mail.report_dismissed')"),
                     2);
}

int
main(int argc, char **argv)
{
    (void)argc;
    db_test_start(argv);
    a = arena_new();
    test_org(a, 1);
    test_org(a, 2);
    portal = db_open(settings_database("sekisho_portal"), THREADS, 20000);
    console = db_open(settings_database("sekisho_console"), 2, 20000);
    owner = db_open(settings_database("sekisho_owner"), 1, 20000);
    jobs.db = db_open(settings_database("sekisho_jobs"), 1, 20000);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(i06_rights_are_set_by_the_command_and_audited, clear),
        cmocka_unit_test_setup(i06_no_preview_of_what_is_not_shown, clear),
        {"N9 T-L8 deliver and allow: only who proves it", n9_deliver_and_allow, clear, NULL, NULL},
        cmocka_unit_test_setup(n9_all_or_nothing, clear),
        cmocka_unit_test_setup(n9_delete_block_report_and_undo, clear),
        cmocka_unit_test_setup(n9_for_a_whole_domain, clear),
        cmocka_unit_test_setup(n9_entries_end, clear),
        {"T-L5 of many clicks one counts", tl5_of_many_clicks_one_counts, clear, NULL, NULL},
        cmocka_unit_test_setup(n8_asked_and_approved, clear),
        cmocka_unit_test_setup(n8_declined_withdrawn_over, clear),
        cmocka_unit_test_setup(n8_four_eyes, clear),
        cmocka_unit_test_setup(te8_reports_teach_and_wait_for_an_admin, clear),
    };
    int rc = cmocka_run_group_tests_name("rights", tests, NULL, NULL);
    db_close(&portal);
    db_close(&console);
    db_close(&owner);
    db_close(&jobs.db);
    arena_free(&a);
    return rc;
}
