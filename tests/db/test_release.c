/* The release job against a database and a Postfix that answers, refuses, or breaks the connection
 * after the last dot: sent once, whatever happens, believed by the log of the right node only, and
 * signed when it leaves for outside.
 */
#include "lib_db.h"

#include <pthread.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "../dns_table.h"
#include "common/jsonx.h"
#include "common/token.h"
#include "common/when.h"
#include "engine/authn/auth_key.h"
#include "engine/authn/dkim_verify.h"
#include "engine/domains/dkim_key.h"
#include "engine/jobs/job.h"
#include "engine/jobs/rescan.h"
#include "engine/orgconf/orgconf_dkim.h"
#include "store/store_body.h"
#include "store/store_ingest.h"
#include "store/store_release.h"

static struct jobs here = {.node = "n1"}, there = {.node = "n2"};
static struct db *engine;
static struct arena *a;
static struct err e;
static int made; /* messages so far */

#define OK(call)                                           \
    do {                                                   \
        if ((call) < 0)                                    \
            fail_msg("%s: %s: %s", #call, e.code, e.text); \
    } while (0)

/* ------------------------------------------------------------------ a Postfix */

static atomic_int dots; /* messages that were sent to the end */
static atomic_int breaks, pause_ms;
static const char *_Atomic says = "250 2.0.0 Ok: queued as 4cXyZ21bQzT\r\n";
static char got[8192]; /* the last message, as its next hop would have it */
static int listener;
static char run_dir[] = "/tmp/skrel-XXXXXX";

static void
say(int fd, const char *line)
{
    if (write(fd, line, strlen(line)) < 0)
        perror("write");
}

/* One command, or the message up to its dot. false: the connection is to be closed. */
static bool
answer(int fd, const char *line, bool *in_data)
{
    size_t n = strlen(got);
    if (*in_data) {
        if (strcmp(line, ".\r\n") != 0) {
            (void)snprintf(got + n, sizeof got - n, "%s", line + (line[0] == '.'));
            return true;
        }
        *in_data = false;
        atomic_fetch_add(&dots, 1);
        usleep((useconds_t)atomic_load(&pause_ms) * 1000);
        if (atomic_load(&breaks))
            return false;
        say(fd, atomic_load(&says));
        return true;
    }
    if ((*in_data = strncasecmp(line, "DATA", 4) == 0))
        got[0] = '\0';
    say(fd, *in_data ? "354 go on\r\n" : "250 ok\r\n");
    return strncasecmp(line, "QUIT", 4) != 0;
}

static void *
serve(void *unused)
{
    (void)unused;
    for (;;) {
        int fd = accept(listener, NULL, NULL);
        FILE *f = fdopen(fd, "r");
        char line[4096];
        bool in_data = false;
        if (!f)
            return NULL;
        say(fd, "220 test\r\n");
        while (fgets(line, sizeof line, f) && answer(fd, line, &in_data))
            ;
        fclose(f);
    }
}

static void
start_server(void)
{
    struct sockaddr_un un = {.sun_family = AF_UNIX};
    pthread_t t;
    if (!mkdtemp(run_dir)) {
        perror(run_dir);
        exit(1);
    }
    (void)snprintf(un.sun_path, sizeof un.sun_path, "%s/reinject.sock", run_dir);
    listener = socket(AF_UNIX, SOCK_STREAM, 0);
    if (bind(listener, (struct sockaddr *)&un, sizeof un) || listen(listener, 8) ||
        pthread_create(&t, NULL, serve, NULL)) {
        perror("server");
        exit(1);
    }
    setenv("SEKISHO_RUN", run_dir, 1);
}

static void
remove_server(void)
{
    (void)unlink(settings_run("reinject.sock"));
    (void)rmdir(run_dir);
}

/* ------------------------------------------------------------------ mail */

static const char inbound[] = "Subject: x\r\n\r\nx\r\n";

/* One that somebody pressed Deliver on. */
static const char *
releasing_mail(const char *direction, const char *sender, const char *raw)
{
    const char *org = test_id(a, T_ORG, 1, 0), *id = test_id(a, T_MESSAGE, 1, ++made);
    const char *recipient = test_id(a, T_RECIPIENT, 1, made);
    struct store_ingest_recipient r = {
        recipient, "user@org1.example", "org1.example", "user@org1.example",
        "held",    "quarantine",        "spam",         ""};
    struct store_ingest m = {.org_id = org,
                             .message_id = id,
                             .received_at = when_now(),
                             .node = "n1",
                             .direction = direction,
                             .queue_id = "",
                             .client_ip = "",
                             .client_name = "",
                             .helo = "",
                             .tls = "",
                             .envelope_sender = sender,
                             .sender_domain = strchr(sender, '@') + 1,
                             .header_from = "",
                             .header_from_name = "",
                             .header_id = "",
                             .subject = "x",
                             .bytes = (int64_t)strlen(raw),
                             .verdict = "spam",
                             .reasons = "[]",
                             .scan = "{}",
                             .recipients = &r,
                             .nrecipients = 1};
    token_sha256(raw, strlen(raw), m.sha256);
    OK(store_body_key(engine, a, org, here.master_key, m.key, &e));
    m.raw = (const unsigned char *)raw;
    m.raw_len = strlen(raw);
    OK(store_ingest(engine, a, &m, 1, &e));
    sql_do("sekisho_owner", arena_printf(a,
                                         "UPDATE message_recipient SET state = 'releasing', "
                                         "release_id = uuid7() WHERE recipient_id = '%s'",
                                         recipient));
    return recipient;
}

static const char *
releasing(void)
{
    return releasing_mail("in", "s@x.example", inbound);
}

/* Changes the row, and makes it due at once. */
static void
set(const char *recipient, const char *changes)
{
    sql_do("sekisho_owner",
           arena_printf(a,
                        "UPDATE message_recipient SET release_try_at = NULL%s%s WHERE "
                        "recipient_id = '%s'",
                        *changes ? ", " : "", changes, recipient));
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

/* The log of a node is known up to now + seconds; facts as logfollow() takes them. */
static void
log_says(const char *node, int seconds, const char *facts)
{
    sql_do("sekisho_jobs", arena_printf(a,
                                        "DELETE FROM log_position WHERE node = '%s';"
                                        "SELECT logfollow('%s', 1, 2, 3, now() + interval '%d "
                                        "seconds', '%s')",
                                        node, node, seconds, facts));
}

static const char *
fact(const char *kind, const char *queue_id, const char *recipient)
{
    return arena_printf(a,
                        "{\"kind\":\"%s\",\"queue_id\":\"%s\",\"at\":%lld,\"nrcpt\":1,"
                        "\"release_id\":\"%s\"}",
                        kind, queue_id, (long long)when_now(), get(recipient, "release_id"));
}

/* How many messages one run sends. */
static int
run(struct jobs *j)
{
    int before = atomic_load(&dots);
    OK(job_release(j, a, &e));
    return atomic_load(&dots) - before;
}

/* ------------------------------------------------------------------ tests */

static void
sent_once(void **state)
{
    (void)state;
    const char *r = releasing();
    assert_int_equal(run(&here), 1);
    assert_string_equal(get(r, "state || ' ' || queue_id"), "queued 4cXyZ21bQzT");
    set(r, "");
    assert_int_equal(run(&here), 0);
}

static const char *
steps(const char *recipient)
{
    return get(recipient,
               arena_printf(a,
                            "(SELECT string_agg(kind || ' ' || (detail->>'reply'), ', ' ORDER BY "
                            "at) FROM event e WHERE e.recipient_id = "
                            "message_recipient.recipient_id AND kind LIKE 'release\\_%%')"));
}

/* Refused for now is tried again, refused for good is held again: people are told which. */
static void
refused_for_now_or_for_good(void **state)
{
    (void)state;
    const char *r = releasing(), *good = atomic_load(&says);
    atomic_store(&says, "451 4.3.0 not now\r\n");
    for (int i = 0; i < 3; i++) {
        set(r, "");
        assert_int_equal(run(&here), 1);
        assert_string_equal(get(r, "state"), "releasing");
        assert_string_equal(get(r, "release_claimed_at IS NULL"), "t");   /* certainly not sent */
        assert_string_equal(steps(r), "release_later 451 4.3.0 not now"); /* said once */
    }
    set(r, "expires_at = now() - interval '1 hour'");
    atomic_store(&says, "554 5.7.1 never\r\n");
    assert_int_equal(run(&here), 1);
    assert_string_equal(get(r, "state"), "held");
    /* not purged a minute later: somebody has to decide anew */
    assert_string_equal(get(r, "expires_at > now() + interval '6 days'"), "t");
    assert_string_equal(steps(r),
                        "release_later 451 4.3.0 not now, release_failed 554 5.7.1 never");
    set(r, "state = 'releasing', release_id = uuid7(), released_at = now()");
    atomic_store(&says, "452 4.3.1 full\r\n");
    assert_int_equal(run(&here), 1);
    assert_string_equal(steps(r),
                        "release_later 451 4.3.0 not now, release_failed 554 5.7.1 never, "
                        "release_later 452 4.3.1 full"); /* another release */
    atomic_store(&says, good);
    set(r, "");
    assert_int_equal(run(&here), 1);
    assert_string_equal(get(r, "state"), "queued");
}

/* What looking once more says. */
static enum rescan_result outcome = RESCAN_FINE;

static void
look(const struct store_release *r, struct rescan_outcome *out)
{
    (void)r;
    out->result = outcome;
    out->kind = "malware";
    out->reason = "the virus scanner does not answer";
    out->why = jsonx_own(a, json_pack("{ss ss}", "code", "Eicar", "evidence", "Eicar"));
}

static void
tl6_what_turned_malicious_is_held_again(void **state)
{
    (void)state;
    const char *r = releasing();
    outcome = RESCAN_TURNED;
    set(r, arena_printf(a, "released_by = '%s'", test_id(a, T_ACCOUNT, 1, 1)));
    assert_int_equal(run(&here), 0);
    outcome = RESCAN_FINE;
    assert_string_equal(get(r, "state || ' ' || kind"), "held malware");
    assert_string_equal(get(r, "release_id IS NULL AND released_by IS NULL"), "t");
    assert_string_equal(
        get(r, "(SELECT detail->>'code' || ' ' || (detail->>'was') FROM event e WHERE "
               "e.recipient_id = message_recipient.recipient_id AND kind = 'rescan_held')"),
        "Eicar spam");
    assert_string_equal(get(r, "(SELECT count(*) FROM audit WHERE event = 'mail.rescan_held' AND "
                               "detail->>'recipient_id' = message_recipient.recipient_id::text)"),
                        "1");
    assert_string_equal(get(r, "(SELECT string_agg(recipient, ' ') FROM user_mail WHERE kind = "
                               "'rescan_held' AND once LIKE recipient_id || '%')"),
                        "user@org1.example");
    set(r, "");
    assert_int_equal(run(&here), 0);
}

static void
tl6_without_a_scan_nothing_is_delivered(void **state)
{
    (void)state;
    const char *r = releasing();
    struct rescan *scanner = here.rescan;
    outcome = RESCAN_LATER;
    for (int i = 0; i < 3; i++) {
        set(r, "");
        assert_int_equal(run(&here), 0);
        assert_string_equal(get(r, "state"), "releasing");
        assert_string_equal(steps(r), "release_later the virus scanner does not answer");
    }
    here.rescan = NULL;
    outcome = RESCAN_FINE;
    set(r, "");
    assert_int_equal(run(&here), 0);
    here.rescan = scanner;
    set(r, "");
    assert_int_equal(run(&here), 1);
    assert_string_equal(get(r, "state"), "queued");
}

static void
damaged_bytes_are_held_again(void **state)
{
    (void)state;
    const char *r = releasing();
    sql_do("postgres", arena_printf(a,
                                    "UPDATE body SET data = set_byte(data, 20, get_byte(data, "
                                    "20) # 1) WHERE message_id = '%s'",
                                    test_id(a, T_MESSAGE, 1, made)));
    assert_int_equal(run(&here), 0);
    assert_string_equal(get(r, "state"), "held");
    assert_non_null(strstr(steps(r), "release_failed the stored bytes are damaged"));
}

static void
unknown_waits_from_when_it_became_unknown(void **state)
{
    (void)state;
    const char *r = releasing();
    atomic_store(&breaks, 1);
    atomic_store(&pause_ms, 1500);
    assert_int_equal(run(&here), 1);
    atomic_store(&breaks, 0);
    atomic_store(&pause_ms, 0);
    assert_string_equal(get(r, "state"), "releasing");
    /* Not from the claim, which was 1.5 seconds before. */
    assert_string_equal(get(r, "release_claimed_at > now() - interval '1 second'"), "t");
    assert_string_equal(get(r, "release_try_at > now() + interval '28 seconds'"), "t");
    log_says("n1", 0, "[]");
    assert_int_equal(run(&here), 0); /* not due */
    set(r, "");
    assert_int_equal(run(&here), 0); /* due, but the log is not known far enough */
    assert_string_equal(get(r, "state || possible_duplicate"), "releasingfalse");
    log_says("n1", 60, "[]");
    set(r, "");
    assert_int_equal(run(&here), 1);
    assert_string_equal(get(r, "state || possible_duplicate"), "queuedtrue");
}

static void
proof_by_the_log_wins(void **state)
{
    (void)state;
    const char *r = releasing();
    atomic_store(&breaks, 1);
    assert_int_equal(run(&here), 1);
    atomic_store(&breaks, 0);
    log_says(
        "n1", 60,
        arena_printf(a, "[%s,%s]", fact("release", "4PROOF00", r), fact("queued", "4PROOF00", r)));
    assert_string_equal(get(r, "state || ' ' || queue_id"), "queued 4PROOF00");
    set(r, "");
    assert_int_equal(run(&here), 0);
    assert_string_equal(get(r, "possible_duplicate"), "f");
}

/* Cleanup has seen it, the queue manager not: half a minute, then it is sent. */
static void
half_a_proof_takes_longer(void **state)
{
    (void)state;
    const char *r = releasing();
    set(r, "release_claimed_at = now(), release_node = 'n1'");
    log_says("n1", 10, arena_printf(a, "[%s]", fact("release", "4HALF000", r)));
    set(r, "");
    assert_int_equal(run(&here), 0);
    log_says("n1", 60, "[]");
    set(r, "");
    assert_int_equal(run(&here), 1);
    assert_string_equal(get(r, "state || possible_duplicate"), "queuedtrue");
}

/* Node n1 claimed it and is not heard of: n2 reads its own log only, which knows nothing. */
static void
another_node_does_not_conclude(void **state)
{
    (void)state;
    const char *r = releasing();
    set(r, "release_claimed_at = now() - interval '10 minutes', release_node = 'n1'");
    log_says("n1", -1200, "[]");
    log_says("n2", 60, "[]");
    assert_int_equal(run(&there), 0);
    assert_string_equal(get(r, "state || possible_duplicate || release_node"), "releasingfalsen1");
    sql_do("sekisho_owner", "DELETE FROM log_position WHERE node = 'n1'");
    set(r, "");
    assert_int_equal(run(&there), 0); /* n1 has not even begun to read */
    /* n1's log proves it, whoever asks. */
    log_says(
        "n1", -1200,
        arena_printf(a, "[%s,%s]", fact("release", "4NODE000", r), fact("queued", "4NODE000", r)));
    assert_string_equal(get(r, "state || ' ' || queue_id"), "queued 4NODE000");
}

static void
what_the_right_log_does_not_know_is_sent(void **state)
{
    (void)state;
    const char *r = releasing();
    set(r, "release_claimed_at = now() - interval '10 minutes', release_node = 'n1'");
    log_says("n1", 0, "[]");
    assert_int_equal(run(&there), 1);
    assert_string_equal(get(r, "state || possible_duplicate || release_node"), "queuedtruen2");
    /* A node that is gone for a day will not tell any more. */
    r = releasing();
    set(r, "release_claimed_at = now() - interval '25 hours', release_node = 'n1'");
    log_says("n1", -90001, "[]");
    assert_int_equal(run(&there), 1);
    assert_string_equal(get(r, "state || possible_duplicate"), "queuedtrue");
}

/* A log that was read up to a moment before this process began tells nothing of what the one before it
 * had in hand when it died: what counts is a log that was read since. */
static void
a_log_from_before_this_run_does_not_count(void **state)
{
    (void)state;
    const char *r = releasing();
    set(r, "release_claimed_at = now() - interval '10 minutes', release_node = 'n1'");
    here.quiet_since = when_now();
    log_says("n1", -60, "[]"); /* nine minutes after the claim */
    assert_int_equal(run(&here), 0);
    assert_string_equal(get(r, "state || possible_duplicate"), "releasingfalse");
    log_says("n1", 60, "[]");
    set(r, "");
    assert_int_equal(run(&here), 1);
    assert_string_equal(get(r, "state || possible_duplicate"), "queuedtrue");
    here.quiet_since = 0;
}

/* ------------------------------------------------------------------ between claim and sending */

static PGconn *
begin(const char *text)
{
    PGconn *pg = PQconnectdb(arena_printf(a, "%s user=postgres", getenv("DATABASE_URL")));
    PGresult *r = PQexec(pg, arena_printf(a, "BEGIN; %s", text));
    if (PQresultStatus(r) != PGRES_COMMAND_OK && PQresultStatus(r) != PGRES_TUPLES_OK)
        fail_msg("%s: %s", text, PQerrorMessage(pg));
    PQclear(r);
    return pg;
}

static void *
run_main(void *result)
{
    struct arena *own = arena_new();
    struct err err = {0};
    *(int *)result = job_release(&here, own, &err);
    arena_free(&own);
    return NULL;
}

/* A run that has claimed and waits for the bytes; *body is the transaction that keeps it waiting. */
static pthread_t
claimed_and_stopped(PGconn **body, int *result)
{
    pthread_t t;
    *body = begin("LOCK TABLE body IN ACCESS EXCLUSIVE MODE");
    assert_int_equal(pthread_create(&t, NULL, run_main, result), 0);
    for (int i = 0; i < 500 && !sql_int("postgres", "SELECT count(*) FROM pg_locks WHERE NOT "
                                                    "granted");
         i++)
        usleep(10000);
    return t;
}

/* The first run slept too long, and a second one has taken it over: who armed it last sends. */
static void
what_was_taken_over_is_not_sent(void **state)
{
    static const char *const others[] = {
        "release_claimed_at = release_claimed_at + interval '1 microsecond'",
        "release_node = 'n2'",
        "state = 'queued'",
        "release_id = uuid7()",
    };
    (void)state;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        const char *r = releasing();
        int before = atomic_load(&dots), rc = -2;
        PGconn *body;
        pthread_t t = claimed_and_stopped(&body, &rc);
        set(r, others[i]);
        PQfinish(body);
        pthread_join(t, NULL);
        assert_int_equal(rc, 0);
        assert_int_equal(atomic_load(&dots) - before, 0);
        assert_string_equal(get(r, "possible_duplicate"), "f");
        set(r, "state = 'held'");
    }
}

/* The answer to arming came after the time in which it would have been right to send. */
static void
what_was_armed_long_ago_is_not_sent(void **state)
{
    (void)state;
    const char *r = releasing();
    int before = atomic_load(&dots), rc = -2;
    PGconn *body, *row;
    pthread_t t = claimed_and_stopped(&body, &rc);
    here.arm_ms = 300;
    row = begin(
        arena_printf(a, "SELECT FROM message_recipient WHERE recipient_id = '%s' FOR UPDATE", r));
    PQfinish(body);
    usleep(800000);
    PQfinish(row);
    pthread_join(t, NULL);
    here.arm_ms = 0;
    assert_int_equal(rc, 0);
    assert_int_equal(atomic_load(&dots) - before, 0);
    /* Nobody may have sent it, and it is due. */
    assert_string_equal(get(r, "release_claimed_at IS NULL AND release_try_at <= now()"), "t");
    assert_int_equal(run(&here), 1);
    assert_string_equal(get(r, "state || possible_duplicate"), "queuedfalse");
}

/* Of two who found the same claim one arms it, and the other's words count no more. */
static void
one_arms_it(void **state)
{
    (void)state;
    struct store_release *first, *second;
    int n = 0;
    const char *r = releasing();
    OK(store_release_claim(here.db, a, "n1", 10, &first, &n, &e));
    assert_int_equal(n, 1);
    set(r, "");
    OK(store_release_claim(here.db, a, "n2", 10, &second, &n, &e));
    assert_int_equal(n, 1);
    assert_int_equal(store_release_arm(here.db, a, second, "n2", true, &e), 0);
    assert_int_equal(store_release_arm(here.db, a, first, "n1", false, &e), 1);
    OK(store_release_later(here.db, a, first, 0, "451 late", &e));
    OK(store_release_failed(here.db, a, first, "554 no", &e));
    OK(store_release_unknown(here.db, a, first, 0, &e));
    OK(store_release_unclaim(here.db, a, first, false, 0, &e));
    assert_string_equal(get(r, "state || release_node || possible_duplicate"), "releasingn2true");
    assert_string_equal(get(r, "release_try_at > now() + interval '30 seconds'"), "t");
    OK(store_release_later(here.db, a, second, 0, "451 later", &e));
    assert_string_equal(get(r, "release_claimed_at IS NULL"), "t");
    assert_string_equal(steps(r), "release_later 451 later");
    set(r, "state = 'held'");
}

/* ------------------------------------------------------------------ signatures */

static struct dns_table zone;

/* A key that signs for org<n>.example; its record is in the zone. */
static void
signing_key(int n, const char *selector, const char *algorithm, int bits)
{
    const char *domain = arena_printf(a, "org%d.example", n);
    struct dkim_new_key k;
    OK(dkim_key_make(a, here.master_key, domain, selector, algorithm, bits, &k, &e));
    sql_do(
        "sekisho_owner",
        arena_printf(a,
                     "INSERT INTO dkim_key (org_id, domain_id, key_id, selector, algorithm, bits, "
                     "private_key, record, state) VALUES ('%s', '%s', uuid7(), '%s', '%s', %d, "
                     "'\\x%s', '', 'signing')",
                     test_id(a, T_ORG, n, 0), test_id(a, T_DOMAIN, n, 0), selector, algorithm,
                     k.bits, token_hex(a, k.sealed, k.n)));
    dns_table_add(&zone, arena_printf(a, "%s._domainkey.%s", selector, domain), k.record);
}

static int
no_keys(void **state)
{
    (void)state;
    sql_do("sekisho_owner", "DELETE FROM dkim_key");
    memset(&zone, 0, sizeof zone);
    return 0;
}

static void
damage_keys(void)
{
    sql_do("sekisho_owner", "UPDATE dkim_key SET private_key = set_byte(private_key, 20, 255 - "
                            "get_byte(private_key, 20))");
}

/* What was sent last must have that many signatures, and all verify. */
static void
expect_signatures(int n)
{
    struct dns dns = dns_table_dns(&zone);
    struct auth_message m;
    struct dkim_verdict v;
    auth_split(a, got, strlen(got), &m);
    dkim_verify(a, &m, auth_keys_new(a, &dns), when_now() / 1000, NULL, &v);
    assert_int_equal(v.n, n);
    for (int i = 0; i < n; i++) {
        assert_string_equal(v.results[i].domain, "org1.example");
        if (v.results[i].status != DKIM_PASS)
            fail_msg("%s: %s", v.results[i].selector, v.results[i].code);
    }
}

#define OUTBOUND                                                                  \
    "X-Sekisho-Verdict: forged\r\nFrom: boss@org1.example\r\nTo: f@x.example\r\n" \
    "Subject: folded\r\n subject\r\n\r\n.dot \r\n"

static const char *
releasing_out(const char *raw)
{
    return releasing_mail("out", "boss@org1.example", raw);
}

static void
e08_released_outbound_mail_is_signed(void **state)
{
    (void)state;
    signing_key(1, "rsa", "rsa-sha256", 1024);
    signing_key(1, "ed", "ed25519-sha256", 0);
    releasing_out(OUTBOUND);
    assert_int_equal(run(&here), 1);
    assert_int_equal(strncmp(got, "X-Sekisho-Release: ", 19), 0);
    assert_non_null(strstr(got, "\r\n\r\n.dot \r\n"));
    assert_null(strstr(got, "forged"));
    expect_signatures(2);
}

/* What is signed is what is sent: bare CR and LF are spaces then, and the last line has its end. */
static void
e08_signed_is_what_is_sent(void **state)
{
    (void)state;
    signing_key(1, "ed", "ed25519-sha256", 0);
    sql_do("sekisho_owner", "UPDATE dkim_setting SET body_canon = 'simple'");
    releasing_out(OUTBOUND "bare\nfeed, bare\rreturn\r\nno end");
    assert_int_equal(run(&here), 1);
    sql_do("sekisho_owner", "UPDATE dkim_setting SET body_canon = 'relaxed'");
    assert_non_null(strstr(got, "bare feed, bare return\r\nno end\r\n"));
    expect_signatures(1);
}

static void
e08_not_what_came_from_outside_nor_with_keys_of_others(void **state)
{
    (void)state;
    signing_key(1, "ed", "ed25519-sha256", 0);
    signing_key(2, "ed", "ed25519-sha256", 0);
    releasing_mail("in", "boss@org1.example", "From: boss@org1.example\r\n\r\nx\r\n");
    assert_int_equal(run(&here), 1);
    assert_string_equal(strchr(got, '\n') + 1, "From: boss@org1.example\r\n\r\nx\r\n");
    releasing_mail("out", "x@org2.example", "From: x@org2.example\r\n\r\nx\r\n");
    assert_int_equal(run(&here), 1);
    expect_signatures(0);
}

static void
e08_a_key_that_cannot_sign_puts_the_release_off(void **state)
{
    (void)state;
    signing_key(1, "ed", "ed25519-sha256", 0);
    damage_keys();
    const char *r = releasing_out(OUTBOUND), *other = releasing();
    for (int i = 0; i < 3; i++) {
        set(r, "");
        assert_int_equal(run(&here), i == 0); /* only the other one */
        assert_string_equal(get(r, "state"), "releasing");
        assert_string_equal(get(r, "release_claimed_at IS NULL AND release_try_at > now()"), "t");
        assert_string_equal(steps(r),
                            "release_later the key ed._domainkey.org1.example cannot sign now");
    }
    assert_string_equal(get(other, "state"), "queued");
    damage_keys(); /* whole again */
    set(r, "");
    assert_int_equal(run(&here), 1);
    assert_string_equal(get(r, "state || possible_duplicate"), "queuedfalse");
    expect_signatures(1);
}

/* Put off does not mean that nobody has sent it before. */
static void
e08_put_off_is_still_perhaps_sent(void **state)
{
    (void)state;
    signing_key(1, "ed", "ed25519-sha256", 0);
    damage_keys();
    const char *r = releasing_out(OUTBOUND);
    set(r, "release_claimed_at = now() - interval '10 minutes', release_node = 'n1'");
    log_says("n1", 60, "[]");
    assert_int_equal(run(&here), 0);
    assert_string_equal(get(r, "release_claimed_at IS NOT NULL AND release_try_at > now()"), "t");
    no_keys(NULL);
    set(r, "");
    assert_int_equal(run(&here), 1);
    assert_string_equal(get(r, "state || possible_duplicate"), "queuedtrue");
}

int
main(int argc, char **argv)
{
    (void)argc;
    unsigned char key[32], sealed[32 + SEAL_OVERHEAD];
    if (getenv("DB_CONTROL"))
        start_server();
    db_test_start(argv);
    a = arena_new();
    here.db = there.db = db_open(settings_database("sekisho_jobs"), 2, 20000);
    engine = db_open(settings_database("sekisho_engine"), 1, 20000);
    test_org(a, 1);
    test_org(a, 2);
    orgconf_dkim_open_with(here.master_key);
    here.rescan = there.rescan = rescan_fake(look);
    token_random(key, sizeof key);
    token_seal(here.master_key, "org-key", key, sizeof key, sealed);
    char hex[2 * sizeof sealed + 1];
    for (size_t i = 0; i < sizeof sealed; i++)
        (void)snprintf(hex + 2 * i, 3, "%02x", sealed[i]);
    sql_do("sekisho_owner", arena_printf(a, "UPDATE org SET body_key = '\\x%s'", hex));
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sent_once),
        cmocka_unit_test(refused_for_now_or_for_good),
        {"T-L6 what turned malicious is held again", tl6_what_turned_malicious_is_held_again, NULL, NULL, NULL},
        {"T-L6 without a scan nothing is delivered", tl6_without_a_scan_nothing_is_delivered, NULL, NULL, NULL},
        cmocka_unit_test(damaged_bytes_are_held_again),
        cmocka_unit_test(unknown_waits_from_when_it_became_unknown),
        cmocka_unit_test(proof_by_the_log_wins),
        cmocka_unit_test(half_a_proof_takes_longer),
        cmocka_unit_test(another_node_does_not_conclude),
        cmocka_unit_test(what_the_right_log_does_not_know_is_sent),
        cmocka_unit_test(a_log_from_before_this_run_does_not_count),
        cmocka_unit_test(what_was_taken_over_is_not_sent),
        cmocka_unit_test(what_was_armed_long_ago_is_not_sent),
        cmocka_unit_test(one_arms_it),
        cmocka_unit_test_setup(e08_released_outbound_mail_is_signed, no_keys),
        cmocka_unit_test_setup(e08_signed_is_what_is_sent, no_keys),
        cmocka_unit_test_setup(e08_not_what_came_from_outside_nor_with_keys_of_others, no_keys),
        cmocka_unit_test_setup(e08_a_key_that_cannot_sign_puts_the_release_off, no_keys),
        cmocka_unit_test_setup(e08_put_off_is_still_perhaps_sent, no_keys),
    };
    int rc = cmocka_run_group_tests(tests, NULL, NULL);
    db_close(&here.db);
    db_close(&engine);
    remove_server();
    arena_free(&a);
    return rc;
}
