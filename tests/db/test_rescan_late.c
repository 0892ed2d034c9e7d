/* T-L6: looking once more before a delivery never ends in time. The release job, the database and the protocol of the worker are real;
 * the worker takes the message and says nothing until the supervisor is asked to kill it. */
#include "lib_db.h"

#include <pthread.h>
#include <stdatomic.h>
#include <sys/socket.h>

#include "common/token.h"
#include "common/when.h"
#include "engine/jobs/job.h"
#include "engine/jobs/rescan.h"
#include "engine/role.h"
#include "engine/role_kill.h"
#include "engine/scan_job.h"
#include "store/store_body.h"
#include "store/store_ingest.h"

#define LATE 5 /* times that it is put off */

static struct jobs jobs = {.node = "n1"};
static struct db *engine;
static struct arena *a;
static struct err e;
static int made, worker_fd, kill_fd;
static atomic_int taken; /* messages by the worker */

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

static void *
worker_main(void *unused)
{
    struct scan_job job;
    struct role_kill k;
    struct err why;
    int rc = 1;
    while (rc) {
        struct arena *mine = arena_new();
        rc = scan_job_recv(worker_fd, mine, &job, &why);
        if (rc > 0) {
            atomic_fetch_add(&taken, 1);
            if (role_kill_next(kill_fd, &k))
                (void)scan_job_send_died(worker_fd);
        }
        arena_free(&mine);
    }
    return unused;
}

/* One that somebody pressed Deliver on. */
static const char *
releasing(const char *kind)
{
    static const char raw[] = "Subject: x\r\n\r\nx\r\n";
    const char *org = test_id(a, T_ORG, 1, 0), *recipient = test_id(a, T_RECIPIENT, 1, ++made);
    struct store_ingest_recipient r = {
        recipient, "user@org1.example", "org1.example", "user@org1.example",
        "held",    "quarantine",        kind,           ""};
    struct store_ingest m = {.org_id = org,
                             .message_id = test_id(a, T_MESSAGE, 1, made),
                             .received_at = when_now(),
                             .node = "n1",
                             .direction = "in",
                             .queue_id = "",
                             .client_ip = "",
                             .client_name = "",
                             .helo = "",
                             .tls = "",
                             .envelope_sender = "s@x.example",
                             .sender_domain = "x.example",
                             .header_from = "",
                             .header_from_name = "",
                             .header_id = "",
                             .subject = "x",
                             .bytes = sizeof raw - 1,
                             .verdict = "spam",
                             .reasons = "[]",
                             .scan = "{}",
                             .recipients = &r,
                             .nrecipients = 1};
    token_sha256(raw, sizeof raw - 1, m.sha256);
    OK(store_body_key(engine, a, org, jobs.master_key, m.key, &e));
    m.raw = (const unsigned char *)raw;
    m.raw_len = sizeof raw - 1;
    OK(store_ingest(engine, a, &m, 1, &e));
    sql_do("sekisho_owner",
           arena_printf(a,
                        "UPDATE message_recipient SET state = 'releasing', release_id = uuid7(), "
                        "released_at = now(), released_by = '%s' WHERE recipient_id = '%s'",
                        test_id(a, T_ACCOUNT, 1, 1), recipient));
    return recipient;
}

static const char *
get(const char *recipient, const char *expression)
{
    PGresult *r = sql("sekisho_owner", arena_printf(a,
                                                    "SELECT %s FROM message_recipient WHERE "
                                                    "recipient_id = '%s'",
                                                    expression, recipient));
    const char *text = arena_strdup(a, PQgetvalue(r, 0, 0));
    PQclear(r);
    return text;
}

/* The job, as often as it takes, without the waits between. */
static void
tries(const char *recipient, int n)
{
    for (int i = 0; i < n; i++) {
        assert_string_equal(get(recipient, "state"), "releasing");
        sql_do("sekisho_owner",
               arena_printf(
                   a,
                   "UPDATE message_recipient SET release_try_at = NULL WHERE recipient_id = '%s'",
                   recipient));
        OK(job_release(&jobs, a, &e));
    }
}

static void
tl6_five_times_late_is_held_again(void **unused)
{
    const char *r = releasing("spam");
    (void)unused;
    tries(r, LATE);
    assert_string_equal(get(r, "state || ' ' || kind"), "releasing spam");
    tries(r, 1);
    assert_int_equal(atomic_load(&taken), LATE + 1);
    assert_string_equal(get(r, "state || ' ' || kind"), "held unscannable");
    assert_string_equal(get(r, "(SELECT detail->>'code' FROM event e WHERE e.recipient_id = "
                               "message_recipient.recipient_id AND e.kind = 'rescan_held')"),
                        "worker-died");
    assert_string_equal(get(r, "(SELECT string_agg(recipient, ' ') FROM user_mail WHERE kind = "
                               "'rescan_held' AND once LIKE recipient_id || '%')"),
                        "user@org1.example");
    assert_string_equal(get(r, "expires_at > now() + interval '6 days'"), "t");
}

int
main(int argc, char **argv)
{
    (void)argc;
    unsigned char key[32], sealed[32 + SEAL_OVERHEAD];
    char hex[2 * sizeof sealed + 1];
    int pair[2], control[2];
    pthread_t worker;
    db_test_start_with(argv, "scan_seconds = 1\nclamd_socket = none\nresolver = 127.0.0.1:9\n");
    a = arena_new();
    jobs.db = db_open(settings_database("sekisho_jobs"), 2, 20000);
    engine = db_open(settings_database("sekisho_engine"), 1, 20000);
    test_org(a, 1);
    token_random(key, sizeof key);
    token_seal(jobs.master_key, "org-key", key, sizeof key, sealed);
    for (size_t i = 0; i < sizeof sealed; i++)
        (void)snprintf(hex + 2 * i, 3, "%02x", sealed[i]);
    sql_do("sekisho_owner", arena_printf(a, "UPDATE org SET body_key = '\\x%s'", hex));
    if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair) || pipe(control)) {
        perror("socketpair");
        return 1;
    }
    worker_fd = pair[1];
    kill_fd = control[0];
    struct role_ctx ctx = {
        .scan_fd = pair[0], .slot = 0, .control_fd = control[1], .listen_fd = -1};
    jobs.rescan = rescan_new(&ctx, jobs.db);
    pthread_create(&worker, NULL, worker_main, NULL);
    const struct CMUnitTest tests[] = {
        {"T-L6 five times late is held again as unscannable", tl6_five_times_late_is_held_again,
         NULL, NULL, NULL},
    };
    int rc = cmocka_run_group_tests_name("late scans before a delivery", tests, NULL, NULL);
    close(pair[0]);
    close(control[1]);
    pthread_join(worker, NULL);
    db_close(&jobs.db);
    db_close(&engine);
    arena_free(&a);
    return rc;
}
