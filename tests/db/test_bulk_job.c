/* All that match a filter, as one job: frozen when it is confirmed, worked off in batches that may be killed, undone as
 * a whole; ux.md 12.4: the same rows are back and the audit log has three entries. */
#include "lib_db.h"

#include <pthread.h>
#include <stdatomic.h>

#include "common/when.h"
#include "store/store_bulk.h"
#include "store/store_sender.h"

#define SPAM 37
#define MALWARE 3
#define ALL (SPAM + MALWARE)
#define BATCH 9

static struct db *portal, *worker;
static struct arena *a;
static struct err e;

#define OK(call)                                           \
    do {                                                   \
        if ((call) < 0)                                    \
            fail_msg("%s: %s: %s", #call, e.code, e.text); \
    } while (0)

static struct store_actor
user(void)
{
    return (struct store_actor){test_id(a, T_ACCOUNT, 1, 1), "user@org1.example", "portal",
                                "192.0.2.3"};
}

static const struct store_held_filter everything = {
    .search = "", .kind = "", .domain = "", .recipient = "", .state = "held"};

static const struct store_bulk_order deletion = {.action = "delete"};

static long
count(const char *what)
{
    return sql_int("postgres", arena_printf(a, "SELECT count(*) FROM %s", what));
}

/* Fresh mail for the user of organisation 1. */
static int
fresh(void **unused)
{
    (void)unused;
    sql_do("postgres", "DELETE FROM bulk_item; DELETE FROM bulk_job; DELETE FROM event; DELETE "
                       "FROM message_recipient;"
                       "DELETE FROM message; DELETE FROM body; DELETE FROM quarantine_right;"
                       "DELETE FROM release_request; DELETE FROM mail_report; DELETE FROM "
                       "sender_entry; DELETE FROM sender_removed; DELETE FROM user_mail;"
                       "ALTER TABLE audit DISABLE TRIGGER USER; DELETE FROM audit; ALTER TABLE "
                       "audit ENABLE TRIGGER USER");
    for (int k = 1; k <= ALL; k++)
        test_held(a, 1, k, k <= SPAM ? "spam" : "malware");
    test_held(a, 2, 1, "spam");
    return 0;
}

static const char *
start(const struct store_held_filter *f, const char *action)
{
    struct scope sc = test_scope(a, 1, 1);
    struct store_actor by = user();
    const char *job = "";
    const struct store_bulk_order o = {.action = action};
    OK(store_bulk_start(portal, &sc, a, &by, f, when_now(), &o, "{}", &job, &e));
    return job;
}

static int
steps(void)
{
    bool more = true;
    int n = 0;
    while (more) {
        OK(store_bulk_step(worker, a, BATCH, &more, &e));
        n += more;
    }
    return n;
}

/* With what else belongs to the action. */
static const char *
order(const struct store_bulk_order *o)
{
    struct scope sc = test_scope(a, 1, 1);
    struct store_actor by = user();
    const char *job = "";
    OK(store_bulk_start(portal, &sc, a, &by, &everything, when_now(), o, "{}", &job, &e));
    return job;
}

static struct store_bulk
get(const char *job)
{
    struct scope sc = test_scope(a, 1, 1);
    struct store_bulk b;
    OK(store_bulk_get(portal, &sc, a, job, &b, &e));
    return b;
}

static void
undo(const char *job)
{
    struct scope sc = test_scope(a, 1, 1);
    OK(store_bulk_undo(portal, &sc, a, job, &e));
}

/* A worker that was killed before its commit. */
static void
killed(void)
{
    sql_do("sekisho_jobs", arena_printf(a, "BEGIN; SELECT bulk_step(%d); ROLLBACK", BATCH));
}

#define ROWS                                                                                \
    "SELECT md5(string_agg(concat_ws(' ', recipient_id, state, kind, address, expires_at, " \
    "release_id, deleted_by), E'\\n' ORDER BY recipient_id)) FROM message_recipient"

static const char *
rows(void)
{
    PGresult *r = sql("postgres", ROWS);
    const char *text = arena_strdup(a, PQgetvalue(r, 0, 0));
    PQclear(r);
    return text;
}

static void
j04_all_that_match_are_deleted_and_put_back(void **unused)
{
    const char *before = rows(), *job = start(&everything, "delete");
    struct store_bulk b = get(job);
    (void)unused;
    assert_string_equal(b.state, "running");
    assert_int_equal(b.total, ALL);
    killed();
    assert_int_equal(count("message_recipient WHERE state = 'deleted'"), 0);
    bool more;
    OK(store_bulk_step(worker, a, BATCH, &more, &e));
    killed();
    b = get(job);
    assert_int_equal(b.done, BATCH);
    steps();
    b = get(job);
    assert_string_equal(b.state, "done");
    assert_int_equal(b.changed, ALL);
    assert_int_equal(count("message_recipient WHERE state = 'deleted'"), ALL);
    assert_int_equal(count("event WHERE kind = 'deleted'"), ALL);
    undo(job);
    killed();
    steps();
    b = get(job);
    assert_string_equal(b.state, "undone");
    assert_int_equal(b.returned, ALL);
    assert_string_equal(rows(), before);
    assert_int_equal(count("audit"), 3);
    assert_int_equal(count("audit WHERE event = 'bulk.started'"), 1);
    assert_int_equal(count("audit WHERE event = 'bulk.deleted' AND object = '40'"), 1);
    assert_int_equal(count("audit WHERE event = 'bulk.undeleted' AND object = '40'"), 1);
}

static void
j04_undone_while_it_runs(void **unused)
{
    const char *before = rows(), *job = start(&everything, "delete");
    bool more;
    (void)unused;
    OK(store_bulk_step(worker, a, BATCH, &more, &e));
    undo(job);
    steps();
    assert_string_equal(rows(), before);
    struct store_bulk b = get(job);
    assert_string_equal(b.state, "undone");
    assert_int_equal(b.returned, BATCH);
    struct scope sc = test_scope(a, 1, 1);
    assert_int_equal(store_bulk_undo(portal, &sc, a, job, &e), -1);
    assert_int_equal(e.cls, ERR_CONFLICT);
}

static void
j05_only_what_may_be_delivered(void **unused)
{
    struct scope sc = test_scope(a, 1, 1);
    struct store_bulk_count n;
    (void)unused;
    OK(store_bulk_count(portal, &sc, a, &everything, when_now(), &n, &e));
    assert_int_equal(n.all, ALL);
    assert_int_equal(n.deletable, ALL);
    assert_int_equal(n.deliverable, SPAM);
    const char *job = start(&everything, "deliver");
    steps();
    assert_int_equal(get(job).changed, SPAM);
    assert_int_equal(
        count("message_recipient WHERE state = 'releasing' AND release_id IS NOT NULL"), SPAM);
    assert_int_equal(count("message_recipient WHERE kind = 'malware' AND state = 'held'"), MALWARE);
    assert_int_equal(count("audit WHERE event = 'bulk.released'"), 1);
}

static void
mail_that_came_later_is_not_meant(void **unused)
{
    struct scope sc = test_scope(a, 1, 1);
    struct store_actor by = user();
    const char *job;
    /* The newest five came after the page was shown. */
    int64_t until = sql_int(
        "postgres",
        arena_printf(
            a,
            "SELECT floor(extract(epoch FROM received_at) * 1000)::bigint FROM message_recipient "
            "WHERE org_id = '%s' ORDER BY received_at DESC OFFSET 5 LIMIT 1",
            test_id(a, T_ORG, 1, 0)));
    /* Two have the same time when the machine is so busy that making them takes longer than they lie apart. */
    long there = sql_int(
        "postgres",
        arena_printf(a,
                     "SELECT count(*) FROM message_recipient WHERE org_id = '%s' AND received_at < "
                     "to_timestamp(%lld / 1000.0) + interval '1 ms'",
                     test_id(a, T_ORG, 1, 0), (long long)until));
    (void)unused;
    assert_in_range(there, 1, ALL - 1);
    OK(store_bulk_start(portal, &sc, a, &by, &everything, until, &deletion, "{}", &job, &e));
    assert_int_equal(get(job).total, there);
    test_held(a, 1, ALL + 1, "spam");
    steps();
    assert_int_equal(count("message_recipient WHERE state = 'deleted'"), there);
}

/* Held again, or deleted by somebody else, after the page was shown: it did not stand on it. */
static void
j04_what_came_into_the_list_later_is_not_meant(void **unused)
{
    static const char later[] = "UPDATE message_recipient SET state = '%s', state_at = now() + "
                                "interval '1 hour' WHERE recipient_id = '%s'";
    const char *one = test_id(a, T_RECIPIENT, 1, 5);
    const struct store_held_filter deleted = {
        .search = "", .kind = "", .domain = "", .recipient = "", .state = "deleted"};
    (void)unused;
    const char *job = start(&everything, "delete");
    sql_do("postgres", arena_printf(a, later, "held", one));
    steps();
    assert_int_equal(get(job).changed, ALL - 1);
    assert_int_equal(count("message_recipient WHERE state = 'held' AND org_id = (SELECT org_id "
                           "FROM bulk_job)"),
                     1);
    job = start(&deleted, "undelete");
    sql_do("postgres", arena_printf(a, later, "deleted", test_id(a, T_RECIPIENT, 1, 6)));
    steps();
    assert_int_equal(get(job).changed, ALL - 2);
    assert_int_equal(count("message_recipient WHERE state = 'deleted'"), 1);
}

static atomic_bool ended;

static void *
start_main(void *arg)
{
    int *rc = arg;
    struct arena *mine = arena_new();
    struct scope sc = test_scope(mine, 1, 1);
    struct store_actor by = {test_id(mine, T_ACCOUNT, 1, 1), "user@org1.example", "portal", ""};
    struct err why = {0};
    const char *job;
    *rc = store_bulk_start(portal, &sc, mine, &by, &everything, when_now(), &deletion, "{}", &job,
                           &why)
              ? (int)why.cls
              : -1;
    arena_free(&mine);
    ended = true;
    return NULL;
}

/* The sixth at the same moment as the fifth, which is not committed yet. */
static void
j04_two_at_once_are_no_more_than_five(void **unused)
{
    PGconn *pg = PQconnectdb(arena_printf(a, "%s user=postgres", getenv("DATABASE_URL")));
    pthread_t thread;
    int rc = 0;
    (void)unused;
    for (int i = 0; i < 4; i++)
        start(&everything, "delete");
    PGresult *r =
        PQexec(pg, arena_printf(a,
                                "BEGIN; INSERT INTO bulk_job (org_id, account_id, job_id, by_name, "
                                "client_ip, action, total) VALUES ('%s', '%s', uuid7(), '', '', "
                                "'delete', 1)",
                                test_id(a, T_ORG, 1, 0), test_id(a, T_ACCOUNT, 1, 1)));
    assert_int_equal(PQresultStatus(r), PGRES_COMMAND_OK);
    PQclear(r);
    ended = false;
    pthread_create(&thread, NULL, start_main, &rc);
    while (!ended && !count("pg_stat_activity WHERE wait_event_type = 'Lock' AND usename = "
                            "'sekisho_portal'"))
        usleep(10000);
    PQclear(PQexec(pg, "COMMIT"));
    PQfinish(pg);
    pthread_join(thread, NULL);
    assert_int_equal(rc, ERR_CONFLICT);
    assert_int_equal(count("bulk_job"), 5);
}

static void
what_others_did_meanwhile_stays(void **unused)
{
    const char *job = start(&everything, "delete");
    struct store_bulk b;
    (void)unused;
    sql_do("postgres",
           arena_printf(
               a, "UPDATE message_recipient SET state = 'delivered' WHERE recipient_id = '%s'",
               test_id(a, T_RECIPIENT, 1, 5)));
    steps();
    b = get(job);
    assert_int_equal(b.changed, ALL - 1);
    /* Put back and deleted again by somebody else: his deletion is not undone. */
    sql_do("postgres",
           arena_printf(a,
                        "UPDATE message_recipient SET deleted_by = '%s' WHERE recipient_id = '%s'",
                        test_id(a, T_ACCOUNT, 1, 0), test_id(a, T_RECIPIENT, 1, 6)));
    undo(job);
    steps();
    assert_int_equal(get(job).returned, ALL - 2);
    assert_int_equal(count("message_recipient WHERE state = 'deleted'"), 1);
}

/* T-I4, T-W21: whatever the portal writes into its tables, nothing happens to mail of others or of kinds that are
 * not the person's to deliver. */
/* The k-th mail of user@ is one of two@ of the same organisation. */
static void
is_of_another(int k)
{
    sql_do("postgres", arena_printf(a,
                                    "UPDATE message_recipient SET address = 'two@org1.example' "
                                    "WHERE recipient_id = '%s'",
                                    test_id(a, T_RECIPIENT, 1, k)));
}

static void
t_i4_forged_selection_does_nothing(void **unused)
{
    static const char forged[] =
        "BEGIN; SELECT set_config('sekisho.org', '%s', true), set_config('sekisho.account', '%s', "
        "true);"
        "INSERT INTO bulk_job (org_id, account_id, job_id, by_name, client_ip, action, total) "
        "VALUES ('%s', '%s', '%s', '', '', 'deliver', 3);"
        "INSERT INTO bulk_item (org_id, account_id, job_id, recipient_id, received_at) SELECT "
        "'%s', '%s', '%s', unnest('{%s,%s,%s}'::uuid[]), now();"
        "COMMIT";
    const char *o = test_id(a, T_ORG, 1, 0), *me = test_id(a, T_ACCOUNT, 1, 1),
               *job = test_id(a, 99, 1, 1);
    (void)unused;
    is_of_another(1);
    const char *before = rows();
    sql_do("sekisho_portal",
           arena_printf(a, forged, o, me, o, me, job, o, me, job, test_id(a, T_RECIPIENT, 1, ALL),
                        test_id(a, T_RECIPIENT, 1, 1), test_id(a, T_RECIPIENT, 2, 1)));
    sql_do("postgres", "UPDATE bulk_item i SET received_at = r.received_at FROM message_recipient "
                       "r WHERE r.recipient_id = i.recipient_id");
    steps();
    assert_string_equal(rows(), before);
    assert_int_equal(get(job).changed, 0);
    struct scope other = test_scope(a, 2, 1);
    struct store_bulk b;
    assert_int_equal(store_bulk_get(portal, &other, a, job, &b, &e), -1);
    assert_int_equal(e.cls, ERR_NOTFOUND);
}

static void
rights_that_were_taken_away_count(void **unused)
{
    const char *job = start(&everything, "delete");
    (void)unused;
    sql_do(
        "postgres",
        arena_printf(
            a,
            "INSERT INTO quarantine_right (org_id, kind, rights) VALUES ('%s', 'spam', '{view}')",
            test_id(a, T_ORG, 1, 0)));
    steps();
    assert_int_equal(get(job).changed, MALWARE);
    assert_int_equal(get(job).barred, SPAM);
}

/* ------------------------------------------------------------------ asking, reporting, lists of senders */

static const char *
word(const char *query)
{
    PGresult *r = sql("postgres", query);
    const char *text = arena_strdup(a, PQntuples(r) ? PQgetvalue(r, 0, 0) : "");
    PQclear(r);
    return text;
}

/* Until a worker that was killed between its batches has nothing left. */
static void
steps_killed(void)
{
    bool more = true;
    while (more) {
        killed();
        OK(store_bulk_step(worker, a, BATCH, &more, &e));
    }
}

/* Deliver and delete alone do not entitle to decide about senders. */
static void
rights_about_senders_count(void **unused)
{
    static const char *const acts[] = {"block", "allow"};
    const char *before = rows();
    (void)unused;
    for (int i = 0; i < 2; i++) {
        const char *job = start(
            &(struct store_held_filter){
                .search = "", .kind = "spam", .domain = "", .recipient = "", .state = "held"},
            acts[i]);
        sql_do("postgres", arena_printf(a,
                                        "INSERT INTO quarantine_right (org_id, kind, rights) "
                                        "VALUES ('%s', 'spam', '{view,deliver,delete}')",
                                        test_id(a, T_ORG, 1, 0)));
        steps();
        assert_string_equal(rows(), before);
        assert_int_equal(get(job).changed + get(job).senders, 0);
        assert_int_equal(get(job).barred, SPAM);
        assert_int_equal(count("sender_entry"), 0);
        sql_do("postgres", "DELETE FROM quarantine_right");
    }
}

/* Of a mix, what may be delivered is delivered, and an administrator is asked for the rest; who had asked before is not
 * asked again. */
static void
j05_a_mix_is_delivered_and_asked_for(void **unused)
{
    struct scope sc = test_scope(a, 1, 1);
    struct store_bulk_count n;
    (void)unused;
    OK(store_bulk_count(portal, &sc, a, &everything, when_now(), &n, &e));
    assert_int_equal(n.askable, MALWARE);
    assert_int_equal(n.requests, 200);
    const char *job = order(
        &(struct store_bulk_order){.action = "deliver", .also_ask = true, .note = "For the audit"});
    assert_int_equal(get(job).total, ALL);
    steps_killed();
    struct store_bulk b = get(job);
    assert_string_equal(b.state, "done");
    assert_int_equal(b.changed, SPAM);
    assert_int_equal(b.asked, MALWARE);
    assert_int_equal(count("release_request WHERE state = 'waiting' AND note = 'For the audit' AND "
                           "kind = 'malware'"),
                     MALWARE);
    assert_int_equal(count("message_recipient WHERE kind = 'malware' AND state = 'held'"), MALWARE);
    assert_int_equal(count("event WHERE kind = 'asked'"), MALWARE);
    assert_int_equal(count("audit WHERE event = 'bulk.released' AND detail->>'asked' = '3'"), 1);
    const char *again = start(&everything, "ask");
    steps();
    assert_int_equal(get(again).asked, 0);
    assert_int_equal(count("release_request"), MALWARE);
    /* Delivered mail stays delivered, the requests are withdrawn: not what an administrator has decided. */
    sql_do("postgres", "UPDATE release_request SET state = 'declined' WHERE request_id = (SELECT "
                       "min(request_id::text)::uuid FROM release_request)");
    undo(job);
    steps();
    b = get(job);
    assert_string_equal(b.state, "undone");
    assert_int_equal(b.returned, MALWARE - 1);
    assert_int_equal(count("release_request WHERE state = 'withdrawn'"), MALWARE - 1);
    assert_int_equal(count("message_recipient WHERE state = 'releasing'"), SPAM);
    assert_int_equal(count("audit WHERE event = 'bulk.withdrawn' AND object = '2'"), 1);
}

/* The limit of a day: what has room is asked for and reported, the job says how many it left. */
static void
n8_as_many_requests_as_a_day_has_room_for(void **unused)
{
    (void)unused;
    sql_do("postgres",
           arena_printf(a,
                        "INSERT INTO quarantine_right (org_id, kind, rights) VALUES ('%s', 'spam', "
                        "'{view,ask}');"
                        "INSERT INTO release_request (org_id, request_id, recipient_id, "
                        "message_id, received_at, account_id, by_name, mailbox, domain, kind, "
                        "state) SELECT '%s', uuid7(), uuid7(), uuid7(), now(), '%s', '', '', '', "
                        "'spam', 'withdrawn' FROM generate_series(1, 190)",
                        test_id(a, T_ORG, 1, 0), test_id(a, T_ORG, 1, 0),
                        test_id(a, T_ACCOUNT, 1, 1)));
    const char *job = start(&everything, "ask");
    steps_killed();
    struct store_bulk b = get(job);
    assert_string_equal(b.state, "done");
    assert_int_equal(b.asked, 10);
    assert_int_equal(b.limited, ALL - 10);
    assert_int_equal(count("release_request WHERE state = 'waiting'"), 10);
    assert_int_equal(count("audit WHERE event = 'bulk.asked' AND object = '10' AND "
                           "detail->>'limited' = '30'"),
                     1);
}

static void
n9_as_many_reports_as_a_day_has_room_for(void **unused)
{
    (void)unused;
    sql_do("postgres", arena_printf(a,
                                    "INSERT INTO mail_report (org_id, report_id, recipient_id, "
                                    "message_id, received_at, account_id, by_name, mailbox, what, "
                                    "kind) SELECT '%s', uuid7(), uuid7(), uuid7(), now(), '%s', "
                                    "'', '', 'spam', 'spam' FROM generate_series(1, 185)",
                                    test_id(a, T_ORG, 1, 0), test_id(a, T_ACCOUNT, 1, 1)));
    const char *job = order(&(struct store_bulk_order){.action = "report", .what = "phishing"});
    steps_killed();
    struct store_bulk b = get(job);
    assert_int_equal(b.changed, 15);
    assert_int_equal(b.limited, ALL - 15);
    assert_int_equal(count("mail_report WHERE what = 'phishing' AND state = 'open'"), 15);
    assert_int_equal(count("event WHERE kind = 'reported'"), 15);
    undo(job);
    steps_killed();
    assert_int_equal(get(job).returned, 15);
    assert_int_equal(count("mail_report WHERE what = 'phishing'"), 0);
    assert_int_equal(count("audit WHERE event IN ('bulk.reported', 'bulk.report_withdrawn') AND "
                           "object = '15'"),
                     2);
}

/* Every mail has a sender of its own; their patterns are made by the program. */
static void
senders_differ(void)
{
    sql_do("postgres",
           "UPDATE message m SET header_from = 'S' || right(r.recipient_id::text, 3) || "
           "'@Shop.example' FROM message_recipient r WHERE r.message_id = m.message_id");
}

static void
n9_senders_are_blocked_as_far_as_the_list_has_room(void **unused)
{
    const char *before;
    (void)unused;
    senders_differ();
    /* 490 entries are there, one of them for one of these senders; another of them is allowed. */
    sql_do("postgres",
           arena_printf(a,
                        "INSERT INTO sender_entry (org_id, entry_id, target, list, pattern) SELECT "
                        "'%s', uuid7(), 'user@org1.example', 'blocked', 'x' || i || '@old.example' "
                        "FROM generate_series(1, 489) i;"
                        "INSERT INTO sender_entry (org_id, entry_id, target, list, pattern) SELECT "
                        "'%s', uuid7(), 'user@org1.example', x.list, (SELECT lower(m.header_from) "
                        "FROM message m JOIN message_recipient r USING (message_id) WHERE "
                        "r.recipient_id = x.id::uuid) FROM (VALUES ('blocked', '%s'), ('approved', "
                        "'%s')) x(list, id)",
                        test_id(a, T_ORG, 1, 0), test_id(a, T_ORG, 1, 0),
                        test_id(a, T_RECIPIENT, 1, 2), test_id(a, T_RECIPIENT, 1, 1)));
    before = word("SELECT string_agg(list || pattern, ',' ORDER BY pattern) FROM sender_entry");
    const char *job = start(&everything, "block");
    steps_killed();
    struct store_bulk b = get(job);
    assert_string_equal(b.state, "done");
    assert_int_equal(b.senders, 10);
    assert_int_equal(b.changed, 11); /* and that of the sender who was blocked already */
    assert_int_equal(b.limited, ALL - 11);
    assert_int_equal(sql_int("postgres", "SELECT blocked FROM sender_list"), 500);
    assert_int_equal(count("message_recipient WHERE state = 'deleted'"), 11);
    assert_int_equal(count("audit WHERE event = 'sender.blocked' AND object LIKE "
                           "'s%@shop.example' AND actor = 'user@org1.example'"),
                     10);
    undo(job);
    steps_killed();
    b = get(job);
    assert_string_equal(b.state, "undone");
    assert_int_equal(b.returned, 11);
    assert_int_equal(b.senders, 10);
    assert_int_equal(count("message_recipient WHERE state = 'held' AND kind IN ('spam', "
                           "'malware')"),
                     ALL + 1);
    assert_string_equal(
        word("SELECT string_agg(list || pattern, ',' ORDER BY pattern) FROM sender_entry"), before);
}

/* Only kinds that the person may deliver and approve; for the mailbox, also of mail to user+tag@. */
static void
n9_senders_are_allowed_for_the_own_mailbox(void **unused)
{
    (void)unused;
    senders_differ();
    sql_do("postgres",
           arena_printf(a,
                        "UPDATE message_recipient SET address = 'user+tag@org1.example' WHERE "
                        "recipient_id = '%s';"
                        "UPDATE message SET header_from = '', envelope_sender = '' WHERE "
                        "message_id = (SELECT message_id FROM message_recipient WHERE recipient_id "
                        "= '%s')",
                        test_id(a, T_RECIPIENT, 1, 3), test_id(a, T_RECIPIENT, 1, 4)));
    const char *job = order(&(struct store_bulk_order){.action = "allow", .days = 30});
    steps_killed();
    struct store_bulk b = get(job);
    assert_int_equal(b.total, SPAM);
    assert_int_equal(b.changed, SPAM);
    assert_int_equal(b.senders, SPAM - 1); /* one has no sender */
    assert_int_equal(count("message_recipient WHERE state = 'releasing'"), SPAM);
    assert_int_equal(count("sender_entry WHERE target = 'user@org1.example' AND list = 'approved' "
                           "AND only_verified AND expires_at BETWEEN now() + interval '29 days' "
                           "AND now() + interval '30 days'"),
                     SPAM - 1);
    assert_int_equal(count("sender_entry"), SPAM - 1);
    undo(job);
    steps();
    assert_int_equal(get(job).senders, SPAM - 1);
    assert_int_equal(count("sender_entry"), 0);
    assert_int_equal(count("message_recipient WHERE state = 'releasing'"), SPAM);
}

/* One sender in many batches is one entry; taken back when the other list is full again, what it replaced has no room. */
static void
n9_one_sender_of_many_mails_is_one_entry_and_goes(void **unused)
{
    struct store_bulk b;
    (void)unused;
    sql_do("postgres", arena_printf(a,
                                    "UPDATE message SET header_from = 'one@shop.example';"
                                    "INSERT INTO sender_entry (org_id, entry_id, target, list, "
                                    "pattern) VALUES ('%s', uuid7(), 'user@org1.example', "
                                    "'blocked', 'one@shop.example')",
                                    test_id(a, T_ORG, 1, 0)));
    for (int full = 0; full < 2; full++) {
        const char *job = order(&(struct store_bulk_order){.action = "allow", .days = 30});
        steps();
        b = get(job);
        assert_string_equal(b.state, "done");
        assert_int_equal(b.senders, 1);
        assert_string_equal(word("SELECT string_agg(list, ',') FROM sender_entry"), "approved");
        if (full)
            sql_do("postgres",
                   arena_printf(a,
                                "INSERT INTO sender_entry (org_id, entry_id, target, list, "
                                "pattern) SELECT '%s', uuid7(), 'user@org1.example', 'blocked', "
                                "'x' || i || '@old.example' FROM generate_series(1, 500) i",
                                test_id(a, T_ORG, 1, 0)));
        undo(job);
        steps();
        assert_string_equal(get(job).state, "undone");
        assert_int_equal(count("sender_entry WHERE list = 'approved'"), 0);
        assert_int_equal(count("sender_entry WHERE pattern = 'one@shop.example'"), !full);
        sql_do("postgres", "UPDATE message_recipient SET state = 'held' WHERE state = 'releasing'");
    }
}

/* T-I4, T-W21 of the others: nothing is asked, reported or listed for mail that is not the account's. */
/* The last word counts, and takes no room of the day; undo says again what was said before. */
static void
n9_what_was_reported_before_is_said_again(void **unused)
{
    (void)unused;
    sql_do("postgres",
           arena_printf(a,
                        "INSERT INTO mail_report (org_id, report_id, recipient_id, message_id, "
                        "received_at, account_id, by_name, mailbox, what, kind) SELECT r.org_id, "
                        "uuid7(), r.recipient_id, r.message_id, r.received_at, '%s', '', '', "
                        "CASE r.recipient_id WHEN '%s' THEN 'wanted' ELSE 'phishing' END, '' FROM "
                        "message_recipient r WHERE r.recipient_id IN ('%s', '%s');"
                        "INSERT INTO mail_report (org_id, report_id, recipient_id, message_id, "
                        "received_at, account_id, by_name, mailbox, what, kind) SELECT '%s', "
                        "uuid7(), uuid7(), uuid7(), now(), '%s', '', '', 'spam', 'spam' FROM "
                        "generate_series(1, 198)",
                        test_id(a, T_ACCOUNT, 1, 1), test_id(a, T_RECIPIENT, 1, 1),
                        test_id(a, T_RECIPIENT, 1, 1), test_id(a, T_RECIPIENT, 1, 2),
                        test_id(a, T_ORG, 1, 0), test_id(a, T_ACCOUNT, 1, 1)));
    const char *mine = arena_printf(a,
                                    "SELECT string_agg(what, ' ' ORDER BY recipient_id) FROM "
                                    "mail_report WHERE recipient_id IN ('%s', '%s')",
                                    test_id(a, T_RECIPIENT, 1, 1), test_id(a, T_RECIPIENT, 1, 2));
    const char *before = word(mine);
    const char *job = order(&(struct store_bulk_order){.action = "report", .what = "phishing"});
    steps_killed();
    struct store_bulk b = get(job);
    assert_string_equal(word(mine), "phishing phishing");
    assert_int_equal(b.changed, 1); /* the other was reported so already */
    assert_int_equal(b.limited, ALL - 2);
    undo(job);
    steps_killed();
    assert_int_equal(get(job).returned, 1);
    assert_string_equal(word(mine), before);
}

/* Three jobs and a report of before about one mail: in whatever order they are undone, the last word that stands counts. */
static void
n9_reports_of_jobs_are_undone_in_any_order(void **unused)
{
    static const int orders[][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2},
                                    {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
    static const char *const words[] = {"spam", "phishing", "spam"};
    const char *said = "SELECT coalesce(string_agg(DISTINCT what, ' '), '') FROM mail_report";
    (void)unused;
    for (int before = 0; before <= 1; before++)
        for (size_t i = 0; i < sizeof orders / sizeof *orders; i++) {
            const char *jobs[3];
            bool undone[3] = {0};
            fresh(NULL);
            if (before)
                sql_do("postgres",
                       arena_printf(a,
                                    "INSERT INTO mail_report (org_id, report_id, "
                                    "recipient_id, message_id, received_at, account_id, "
                                    "by_name, mailbox, what, kind) SELECT r.org_id, "
                                    "uuid7(), r.recipient_id, r.message_id, "
                                    "r.received_at, '%s', '', '', 'wanted', '' FROM "
                                    "message_recipient r WHERE r.org_id = '%s'",
                                    test_id(a, T_ACCOUNT, 1, 1), test_id(a, T_ORG, 1, 0)));
            for (int k = 0; k < 3; k++) {
                jobs[k] = order(&(struct store_bulk_order){.action = "report", .what = words[k]});
                steps();
                assert_int_equal(get(jobs[k]).changed, ALL);
            }
            for (int k = 0; k < 3; k++) {
                const char *stands = before ? "wanted" : "";
                undo(jobs[orders[i][k]]);
                steps();
                undone[orders[i][k]] = true;
                for (int m = 0; m < 3; m++)
                    if (!undone[m])
                        stands = words[m];
                assert_string_equal(word(said), stands);
            }
        }
}

/* What came with a job goes with it, though it was taken off by hand and put back meanwhile. */
static void
n9_an_entry_that_is_put_back_is_still_that_of_its_job(void **unused)
{
    struct scope sc = test_scope(a, 1, 1);
    struct store_actor by = user();
    const char *const *gone, *text;
    int n;
    (void)unused;
    const char *job = order(&(struct store_bulk_order){.action = "block"});
    steps();
    const char *const id[] = {word("SELECT entry_id FROM sender_entry")};
    OK(store_sender_remove(portal, &sc, a, &by, sc.org, id, 1, &gone, &n, &text, &e));
    assert_int_equal(count("sender_entry"), 0);
    OK(store_sender_restore(portal, &sc, a, &by, sc.org, id, 1, &n, &text, &e));
    assert_int_equal(count("sender_entry"), 1);
    undo(job);
    steps();
    assert_int_equal(count("sender_entry"), 0);
}

/* Three jobs and an entry of before for one sender: in whatever order they are undone, it is as before in the end. */
static void
n9_jobs_for_one_sender_are_undone_in_any_order(void **unused)
{
    static const int orders[][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2},
                                    {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
    static const int days[] = {10, 20, 0};
    const char *entries =
        "SELECT string_agg(list || ' ' || pattern || ' ' || added_by, ',') FROM sender_entry";
    (void)unused;
    for (size_t i = 0; i < sizeof orders / sizeof *orders; i++) {
        const char *jobs[3], *made[3];
        fresh(NULL);
        sql_do("postgres", arena_printf(a,
                                        "INSERT INTO sender_entry (org_id, entry_id, target, list, "
                                        "pattern, added_by) VALUES ('%s', uuid7(), "
                                        "'user@org1.example', 'approved', 's@x.example', 'me')",
                                        test_id(a, T_ORG, 1, 0)));
        for (int k = 0; k < 3; k++) {
            test_held(a, 1, ALL + 1 + k, "spam"); /* what the jobs before have left */
            jobs[k] = order(&(struct store_bulk_order){.action = "block", .days = days[k]});
            steps();
            made[k] = word("SELECT entry_id FROM sender_entry");
            assert_int_equal(count("sender_entry WHERE list = 'blocked'"), 1);
        }
        for (int k = 0; k < 3; k++) {
            undo(jobs[orders[i][k]]);
            steps();
            /* The entry is that of the last job that stands. */
            int stands = -1;
            for (int m = 0; m < 3; m++) {
                bool undone = false;
                for (int u = 0; u <= k; u++)
                    undone |= orders[i][u] == m;
                if (!undone)
                    stands = m;
            }
            if (stands >= 0)
                assert_string_equal(word("SELECT entry_id FROM sender_entry"), made[stands]);
        }
        assert_string_equal(word(entries), "approved s@x.example me");
        assert_int_equal(count("sender_removed"), 0);
    }
}

/* Who may deliver a mail need not ask for it, though he ticked it. */
static void
n8_ticked_mail_that_may_be_delivered_is_not_asked_for(void **unused)
{
    struct scope sc = test_scope(a, 1, 1);
    struct store_actor by = user();
    const char *ids[ALL], *job = "";
    (void)unused;
    sql_do("postgres", arena_printf(a,
                                    "INSERT INTO quarantine_right (org_id, kind, rights) VALUES "
                                    "('%s', 'spam', '{view,deliver,ask}')",
                                    test_id(a, T_ORG, 1, 0)));
    for (int k = 0; k < ALL; k++)
        ids[k] = test_id(a, T_RECIPIENT, 1, k + 1);
    const struct store_bulk_order ask = {.action = "ask", .also_ask = true};
    OK(store_bulk_start_ticked(portal, &sc, a, &by, ids, ALL, &ask, &job, &e));
    steps();
    assert_int_equal(get(job).total, MALWARE);
    assert_int_equal(get(job).asked, MALWARE);
    assert_int_equal(count("release_request WHERE kind = 'spam'"), 0);
}

static void
t_i4_forged_selection_of_the_other_actions_does_nothing(void **unused)
{
    static const char *const acts[] = {"ask", "report", "allow", "block"};
    const char *o = test_id(a, T_ORG, 1, 0), *me = test_id(a, T_ACCOUNT, 1, 1);
    (void)unused;
    is_of_another(1);
    const char *before = rows();
    for (int i = 0; i < 4; i++) {
        const char *job = test_id(a, 99, 1, i + 1);
        sql_do("sekisho_portal",
               arena_printf(
                   a,
                   "BEGIN; SELECT set_config('sekisho.org', '%s', true), "
                   "set_config('sekisho.account', '%s', true);"
                   "INSERT INTO bulk_job (org_id, account_id, job_id, by_name, client_ip, action, "
                   "what, total) VALUES ('%s', '%s', '%s', '', '', '%s', 'spam', 2);"
                   "INSERT INTO bulk_item (org_id, account_id, job_id, recipient_id, received_at) "
                   "SELECT '%s', '%s', '%s', unnest('{%s,%s}'::uuid[]), now(); COMMIT",
                   o, me, o, me, job, acts[i], o, me, job, test_id(a, T_RECIPIENT, 1, 1),
                   test_id(a, T_RECIPIENT, 2, 1)));
        sql_do("postgres", "UPDATE bulk_item i SET received_at = r.received_at FROM "
                           "message_recipient r WHERE r.recipient_id = i.recipient_id");
        steps();
        struct store_bulk b = get(job);
        assert_int_equal(b.changed + b.asked + b.senders + b.limited + b.barred, 0);
    }
    assert_string_equal(rows(), before);
    assert_int_equal(count("release_request"), 0);
    assert_int_equal(count("mail_report"), 0);
    assert_int_equal(count("sender_entry"), 0);
}

int
main(int argc, char **argv)
{
    (void)argc;
    db_test_start(argv);
    a = arena_new();
    portal = db_open(settings_database("sekisho_portal"), 2, 20000);
    worker = db_open(settings_database("sekisho_jobs"), 2, 20000);
    test_org(a, 1);
    test_org(a, 2);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(j04_all_that_match_are_deleted_and_put_back, fresh),
        cmocka_unit_test_setup(j04_undone_while_it_runs, fresh),
        cmocka_unit_test_setup(j05_only_what_may_be_delivered, fresh),
        cmocka_unit_test_setup(mail_that_came_later_is_not_meant, fresh),
        cmocka_unit_test_setup(j04_what_came_into_the_list_later_is_not_meant, fresh),
        cmocka_unit_test_setup(j04_two_at_once_are_no_more_than_five, fresh),
        cmocka_unit_test_setup(what_others_did_meanwhile_stays, fresh),
        cmocka_unit_test_setup(t_i4_forged_selection_does_nothing, fresh),
        cmocka_unit_test_setup(rights_that_were_taken_away_count, fresh),
        cmocka_unit_test_setup(rights_about_senders_count, fresh),
        cmocka_unit_test_setup(j05_a_mix_is_delivered_and_asked_for, fresh),
        cmocka_unit_test_setup(n8_as_many_requests_as_a_day_has_room_for, fresh),
        cmocka_unit_test_setup(n9_as_many_reports_as_a_day_has_room_for, fresh),
        cmocka_unit_test_setup(n9_senders_are_blocked_as_far_as_the_list_has_room, fresh),
        cmocka_unit_test_setup(n9_senders_are_allowed_for_the_own_mailbox, fresh),
        cmocka_unit_test_setup(n9_one_sender_of_many_mails_is_one_entry_and_goes, fresh),
        cmocka_unit_test_setup(n9_what_was_reported_before_is_said_again, fresh),
        cmocka_unit_test_setup(n9_reports_of_jobs_are_undone_in_any_order, fresh),
        cmocka_unit_test_setup(n9_an_entry_that_is_put_back_is_still_that_of_its_job, fresh),
        cmocka_unit_test_setup(n9_jobs_for_one_sender_are_undone_in_any_order, fresh),
        cmocka_unit_test_setup(n8_ticked_mail_that_may_be_delivered_is_not_asked_for, fresh),
        cmocka_unit_test_setup(t_i4_forged_selection_of_the_other_actions_does_nothing, fresh),
    };
    int rc = cmocka_run_group_tests_name("bulk_job", tests, NULL, NULL);
    db_close(&portal);
    db_close(&worker);
    arena_free(&a);
    return rc;
}
