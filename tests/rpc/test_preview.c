/*
 * Safe previews against a real database: only who is signed in and may see a message gets one, a
 * worker that lies, dies or hangs means "no safe view", and many at once stay small.
 */
#include "../db/lib_db.h"

#include <fcntl.h>
#include <pthread.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include "common/jsonx.h"
#include "common/token.h"
#include "common/when.h"
#include "engine/handlers/hnd_ctx.h"
#include "engine/heap.h"
#include "engine/role.h"
#include "engine/role_kill.h"
#include "engine/scan_job.h"
#include "rpc/rpc_codec.h"
#include "rpc/rpc_server.h"
#include "store/store_body.h"

#define LARGE (4 * 1024 * 1024) /* preview_size below is 5M */
#define MANY 16

static struct hnd_ctx ctx;
static struct role_ctx role;
static struct rpc_caller caller = {'L', 0, &ctx};
static struct arena *a;
static struct err e;
static int ends[2], control[2];
static int64_t worker_started;
static pthread_t worker_thread, killer_thread;

/* ------------------------------------------------------------------ worker and supervisor */

static enum { GOOD, ARRAY, TOO_LARGE, DIED, HANGS } worker_does;
static int jobs_seen, kills;

/* A worker that cannot be trusted. */
static void *
worker(void *arg)
{
    int fd = *(int *)arg;
    for (;;) {
        struct arena *mem = arena_new();
        struct scan_job job;
        int got = scan_job_recv(fd, NULL, mem, &job, NULL);
        json_t *reply = NULL;
        jobs_seen += got > 0;
        if (got > 0 && worker_does == DIED) {
            scan_job_send_died(fd, job.id);
        } else if (got > 0 && worker_does != HANGS) {
            char *large = arena_alloc(mem, 1000001);
            memset(large, 'x', worker_does == TOO_LARGE ? 1000000 : 10);
            reply = worker_does == ARRAY
                        ? json_pack("[s]", large)
                        : json_pack("{ss sI}", "text", large, "bytes", (json_int_t)job.raw_len);
            scan_job_reply(fd, job.id, reply);
        }
        json_decref(reply);
        arena_free(&mem);
        if (got == 0)
            return NULL;
    }
}

/* A worker is dead a moment after somebody asked for that. */
static void *
killer(void *arg)
{
    struct role_kill k;
    while (role_kill_next(*(int *)arg, &k)) {
        kills += role_kill_hits(&k, 7, 1, worker_started, 0);
        usleep(100000);
        scan_job_send_died(ends[1], k.job);
    }
    return NULL;
}

/* ------------------------------------------------------------------ messages and sessions */

static const char *
org(int n)
{
    return test_id(a, T_ORG, n, 0);
}

static void
store_message(int n, int k, const unsigned char *raw, size_t len)
{
    unsigned char key[32], sum[32], *body = arena_alloc(a, 2 * len + 1024);
    size_t body_len = 0, piece_len;
    bool last = false;
    const char *message = test_id(a, T_MESSAGE, n, k);
    test_held(a, n, k, "spam");
    assert_int_equal(store_body_key(ctx.db, a, org(n), ctx.master_key, key, &e), 0);
    struct store_sealer *s = store_sealer_new(key, message, raw, len);
    while (!last) {
        const unsigned char *piece = store_sealer_piece(s, &piece_len, &last);
        memcpy(body + body_len, piece, piece_len);
        body_len += piece_len;
    }
    store_sealer_free(&s);
    token_sha256(raw, len, sum);
    sql_do("postgres", arena_printf(a, "UPDATE body SET data = '\\x%s' WHERE message_id = '%s'",
                                    token_hex(a, body, body_len), message));
    sql_do("postgres",
           arena_printf(a,
                        "UPDATE message SET bytes = %zu, sha256 = '\\x%s' WHERE message_id = '%s'",
                        len, token_hex(a, sum, 32), message));
}

static void
store_org(int n)
{
    unsigned char key[32], sealed[32 + SEAL_OVERHEAD];
    test_org(a, n);
    token_random(key, sizeof key);
    token_seal(ctx.master_key, "org-key", key, sizeof key, sealed);
    sql_do("postgres", arena_printf(a, "UPDATE org SET body_key = '\\x%s' WHERE org_id = '%s'",
                                    token_hex(a, sealed, sizeof sealed), org(n)));
}

/* A session of account k of organisation n; returns what the web program sends. */
static const char *
sign_in(int n, int k, const char *surface)
{
    unsigned char hash[32];
    token_random(hash, sizeof hash);
    sql_do("postgres",
           arena_printf(a,
                        "INSERT INTO session (session_hash, org_id, account_id, surface, csrf) "
                        "VALUES ('\\x%s', '%s', '%s', '%s', sha256('x'))",
                        token_hex(a, hash, 32), org(n), test_id(a, T_ACCOUNT, n, k), surface));
    return token_base64url(a, hash, sizeof hash);
}

static json_t *
ask(char class, const char *org_id, const char *message, const char *session)
{
    json_t *reply = NULL,
           *params = jsonx_own(a, json_pack("{ss ss ss}", "org_id", org_id, "message_id", message,
                                            "session", session));
    char why[80];
    e = (struct err){0};
    caller.class = class;
    if (!rpc_fields_ok(rpc_methods[RPC_message_preview].request, params, why))
        fail_msg("%s", why);
    if (hnd_message_preview(a, &caller, params, &reply, &e))
        return NULL;
    if (!rpc_fields_ok(rpc_methods[RPC_message_preview].reply, reply, why))
        fail_msg("%s", why);
    return jsonx_own(a, reply);
}

static json_t *
preview(const char *org_id, const char *message)
{
    return ask('L', org_id, message, "");
}

/* ------------------------------------------------------------------ tests */

static void
a_worker_that_lies_or_dies(void **state)
{
    (void)state;
    const char *message = test_id(a, T_MESSAGE, 1, 1);
    worker_does = GOOD;
    json_t *good = preview(org(1), message);
    assert_non_null(good);
    assert_true(jsonx_bool(good, "found", false));
    assert_int_equal(jsonx_int(json_object_get(good, "preview"), "bytes", 0), 10);
    for (worker_does = ARRAY; worker_does <= DIED; worker_does++) {
        assert_null(preview(org(1), message));
        assert_int_equal(e.cls, ERR_ENV);
        assert_string_equal(e.code, "preview-failed");
    }
    worker_does = GOOD;
    assert_non_null(preview(org(1), message));
    assert_false(jsonx_bool(preview(org(1), test_id(a, T_MESSAGE, 1, 9)), "found", true));
    assert_false(jsonx_bool(preview(org(9), message), "found", true));
    assert_null(preview("x", message));
    assert_int_equal(e.cls, ERR_INPUT);
}

/* Its death is waited for, so that it is not taken for the next one's. */
static void
a_worker_that_hangs_is_killed(void **state)
{
    (void)state;
    const char *message = test_id(a, T_MESSAGE, 1, 1);
    ctx.preview_ms = 200;
    for (int i = 1; i <= 3; i++) {
        int64_t start = when_mono();
        worker_does = HANGS;
        assert_null(preview(org(1), message));
        assert_string_equal(e.code, "preview-failed");
        assert_in_range(when_mono() - start, 300, 1500);
        assert_int_equal(kills, i);
        worker_does = GOOD;
        assert_non_null(preview(org(1), message));
    }
    ctx.preview_ms = 0;
}

static bool
denied(char class, int n, int k, const char *session)
{
    int before = jobs_seen;
    json_t *j = ask(class, org(n), test_id(a, T_MESSAGE, n, k), session);
    if (j || e.cls != ERR_DENIED)
        return false;
    assert_int_equal(jobs_seen, before); /* it was not even opened */
    return true;
}

static void
only_who_may_see_it(void **state)
{
    (void)state;
    worker_does = GOOD;
    const char *user = sign_in(1, 1, "portal"), *other = sign_in(2, 1, "portal"),
               *owner = sign_in(1, 0, "portal"), *admin = sign_in(1, 0, "admin"),
               *other_admin = sign_in(2, 0, "admin");
    const char *message = test_id(a, T_MESSAGE, 1, 1);
    /* the portal: one's own mailbox */
    assert_non_null(ask('P', org(1), message, user));
    assert_true(denied('P', 1, 1, ""));
    assert_true(denied('P', 1, 1, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"));
    assert_true(denied('P', 1, 1, other));
    assert_true(denied('P', 2, 1, user));
    assert_true(denied('P', 1, 1, owner)); /* an owner in the portal has no such mailbox */
    assert_true(denied('P', 1, 1, admin)); /* a session of the other program */
    assert_true(denied('P', 1, 9, user));  /* no such message: the same answer */
    assert_null(ask('P', org(2), message, other));
    assert_int_equal(e.cls, ERR_DENIED);
    /* the console: the organisation's mail */
    assert_non_null(ask('C', org(1), message, admin));
    assert_true(denied('C', 1, 1, other_admin));
    assert_true(denied('C', 2, 1, admin));
    assert_true(denied('C', 1, 1, user));
    assert_true(denied('C', 1, 1, ""));
}

static void
only_while_signed_in(void **state)
{
    (void)state;
    const char *message = test_id(a, T_MESSAGE, 1, 1), *user = sign_in(1, 1, "portal"),
               *admin = sign_in(1, 0, "admin");
    worker_does = GOOD;
    assert_non_null(ask('P', org(1), message, user));
    sql_do("postgres", "UPDATE session SET seen_at = now() - interval '61 minutes'");
    assert_true(denied('P', 1, 1, user));
    sql_do("postgres",
           "UPDATE session SET seen_at = now(), created_at = now() - interval '13 hours'");
    assert_true(denied('P', 1, 1, user));
    sql_do("postgres", "UPDATE session SET created_at = now()");
    sql_do("postgres",
           "UPDATE account SET state = 'suspended' WHERE address = 'user@org1.example'");
    assert_true(denied('P', 1, 1, user));
    sql_do("postgres", "UPDATE account SET state = 'active' WHERE address = 'user@org1.example'");
    assert_non_null(ask('P', org(1), message, user));
    /* not an administrator any more */
    assert_non_null(ask('C', org(1), message, admin));
    sql_do("postgres", "UPDATE account SET role = 'user' WHERE address = 'admin@org1.example'");
    assert_true(denied('C', 1, 1, admin));
    sql_do("postgres", "DELETE FROM session");
    assert_true(denied('P', 1, 1, user));
}

static void *
one_of_many(void *arg)
{
    struct arena *mine = arena_new();
    const struct rpc_caller who = {'L', 0, &ctx};
    json_t *reply = NULL;
    struct err err = {0};
    json_t *params =
        jsonx_own(mine, json_pack("{ss ss ss}", "org_id", "00000000-0000-7000-8001-000000020000",
                                  "message_id", (const char *)arg, "session", ""));
    intptr_t rc = hnd_message_preview(mine, &who, params, &reply, &err);
    if (rc && strcmp(err.code, "preview-busy") == 0) /* on a machine that is */
        rc = 1;
    if (rc && strcmp(err.code, "preview-queue") == 0)
        rc = 2;
    json_decref(reply);
    arena_free(&mine);
    return (void *)rc;
}

/* Whoever opens many messages at once does not take the places of those who sign in. */
static void
few_may_wait(void **state)
{
    (void)state;
    pthread_t t[MANY];
    void *rc;
    int refused = 0;
    worker_does = HANGS;
    ctx.preview_ms = 1500;
    for (int i = 0; i < MANY; i++)
        pthread_create(&t[i], NULL, one_of_many, (void *)(uintptr_t)test_id(a, T_MESSAGE, 2, 1));
    for (int i = 0; i < MANY; i++) {
        pthread_join(t[i], &rc);
        refused += (intptr_t)rc == 2;
    }
    assert_int_equal(refused, MANY - 8);
    worker_does = GOOD;
    ctx.preview_ms = 0;
    assert_non_null(preview(org(2), test_id(a, T_MESSAGE, 2, 1)));
}

static long
peak_mb(void)
{
    struct rusage u;
    getrusage(RUSAGE_SELF, &u);
    return u.ru_maxrss / 1024;
}

static void
many_large_ones_stay_small(void **state)
{
    (void)state;
    pthread_t t[MANY];
    unsigned char *raw = arena_alloc(a, 2 * LARGE);
    void *rc;
    int done = 0;
    worker_does = GOOD;
    token_random(raw, 2 * LARGE); /* cannot be compressed */
    store_message(2, 2, raw, LARGE);
    store_message(2, 3, raw, LARGE + 2 * 1024 * 1024);
    assert_string_equal(org(2), "00000000-0000-7000-8001-000000020000");
    long before = peak_mb();
    for (int i = 0; i < MANY; i++)
        pthread_create(&t[i], NULL, one_of_many, (void *)(uintptr_t)test_id(a, T_MESSAGE, 2, 2));
    for (int i = 0; i < MANY; i++) {
        pthread_join(t[i], &rc);
        assert_in_range((intptr_t)rc, 0, 2);
        done += !rc;
    }
    assert_true(done > 0);
    printf("# shown: %d previews of %d MB at once: peak of memory %ld MB more\n", MANY,
           LARGE / 1024 / 1024, peak_mb() - before);
#if !defined(__SANITIZE_ADDRESS__)
    assert_true(peak_mb() - before < 100);
#endif
    /* larger than preview_size: the worker gets the beginning, and of one that is altered nothing at all */
    json_t *begun = json_object_get(preview(org(2), test_id(a, T_MESSAGE, 2, 3)), "preview");
    assert_true(jsonx_bool(begun, "partial", false));
    assert_int_equal(jsonx_int(begun, "bytes", 0), 5 * 1024 * 1024);
    assert_null(json_object_get(json_object_get(preview(org(2), test_id(a, T_MESSAGE, 2, 2)), "preview"), "partial"));
    sql_do("postgres", arena_printf(a, "UPDATE body SET data = '\\x00' WHERE message_id = '%s'",
                                    test_id(a, T_MESSAGE, 2, 3)));
    assert_null(preview(org(2), test_id(a, T_MESSAGE, 2, 3)));
    assert_string_equal(e.code, "body-damaged");
}

/* n pieces instead of one. */
static void
in_pieces(const char *message, int n)
{
    sql_do("postgres",
           arena_printf(a,
                        "WITH b AS (DELETE FROM body WHERE message_id = '%s' RETURNING *)"
                        "INSERT INTO body (org_id, message_id, received_at, seq, data)"
                        "SELECT org_id, message_id, received_at, i, substr(data, 1 + i * w, CASE WHEN i < %d THEN w ELSE length(data) END)"
                        "  FROM b, LATERAL (SELECT length(data) / %d AS w) l, generate_series(0, %d) i",
                        message, n - 1, n, n - 1));
}

/* Reading has the time that a preview has, since nobody else gets one meanwhile. */
static void
reading_has_an_end(void **state)
{
    (void)state;
    const char *message = test_id(a, T_MESSAGE, 2, 4);
    size_t len = 6 * 1024 * 1024;
    unsigned char *raw = arena_alloc(a, len);
    int before = jobs_seen;
    worker_does = GOOD;
    token_random(raw, len);
    store_message(2, 4, raw, len);
    in_pieces(message, 300);
    ctx.preview_ms = 60000; /* whatever else the machine does */
    assert_int_equal(jsonx_int(json_object_get(preview(org(2), message), "preview"), "bytes", 0), 5 * 1024 * 1024);
    ctx.preview_ms = 10;
    assert_null(preview(org(2), message));
    assert_string_equal(e.code, "body-late");
    assert_int_equal(jobs_seen, before + 1); /* no worker is killed for it */
    ctx.preview_ms = 0;
}

/* Bytes are deleted a few pieces at a time. Who reads meanwhile is told that there are none, not that they are damaged. */
static void
what_is_being_deleted_is_gone(void **state)
{
    (void)state;
    const char *small = test_id(a, T_MESSAGE, 2, 1), *large = test_id(a, T_MESSAGE, 2, 4);
    worker_does = GOOD;
    in_pieces(small, 2);
    ctx.preview_ms = 60000;
    assert_true(jsonx_bool(preview(org(2), small), "found", false));
    assert_true(jsonx_bool(preview(org(2), large), "found", false));
    sql_do("postgres", arena_printf(a, "DELETE FROM body WHERE message_id IN ('%s', '%s') AND seq = 0", small, large));
    assert_false(jsonx_bool(preview(org(2), small), "found", true));
    assert_false(jsonx_bool(preview(org(2), large), "found", true));
    ctx.preview_ms = 0;
}

static int
begin(void **state)
{
    (void)state;
    a = arena_new();
    token_random(ctx.master_key, sizeof ctx.master_key);
    ctx.db = db_open(settings_database("sekisho_engine"), 4, 10000);
    store_org(1);
    store_org(2);
    store_message(1, 1, (const unsigned char *)"Subject: x", 10);
    store_message(2, 1, (const unsigned char *)"Subject: y", 10);
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) || pipe2(control, O_CLOEXEC))
        return -1;
    role = (struct role_ctx){.scan_fd = ends[0], .control_fd = control[1], .slot = 7};
    ctx.role = &role;
    worker_started = when_mono();
    return pthread_create(&worker_thread, NULL, worker, &ends[1]) ||
           pthread_create(&killer_thread, NULL, killer, &control[0]);
}

static int
end(void **state)
{
    (void)state;
    shutdown(ends[0], SHUT_RDWR);
    close(control[1]);
    pthread_join(worker_thread, NULL);
    pthread_join(killer_thread, NULL);
    db_close(&ctx.db);
    arena_free(&a);
    return 0;
}

int
main(int argc, char **argv)
{
    (void)argc;
    db_test_start_with(argv, "preview_size = 5M\n");
    heap_give_back();
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_worker_that_lies_or_dies),
                                       cmocka_unit_test(a_worker_that_hangs_is_killed),
                                       cmocka_unit_test(only_who_may_see_it),
                                       cmocka_unit_test(only_while_signed_in),
                                       cmocka_unit_test(few_may_wait),
                                       cmocka_unit_test(many_large_ones_stay_small),
                                       cmocka_unit_test(reading_has_an_end),
                                       cmocka_unit_test(what_is_being_deleted_is_gone)};
    return cmocka_run_group_tests(tests, begin, end);
}
