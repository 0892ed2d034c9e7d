/* A request to kill a late worker names a process: its successor in the slot is left alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <fcntl.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "common/arena.h"
#include "common/err.h"
#include "common/when.h"
#include "engine/role_kill.h"
#include "engine/scan_job.h"

static void
who_is_meant(void **state)
{
    static const struct {
        struct role_kill k;
        int slot;
        pid_t pid;
        int64_t started;
        bool hit;
    } cases[] = {
        {{1000, 3}, 3, 77, 900, true},
        {{1000, 3}, 3, 77, 1000, true},   /* it was seen in its first millisecond */
        {{1000, 3}, 3, 78, 1001, false},  /* a successor */
        {{1000, 3}, 3, 0, 900, false},    /* dead already */
        {{1000, 3}, 2, 77, 900, false},   /* another slot */
        {{1000, -1}, -1, 77, 900, false}, /* no worker at all: gate, rpc, jobs */
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (role_kill_hits(&cases[i].k, cases[i].slot, cases[i].pid, cases[i].started) !=
            cases[i].hit)
            fail_msg("case %zu", i);
}

static void
requests_come_whole_and_in_order(void **state)
{
    struct role_kill k;
    int ends[2];

    (void)state;
    assert_int_equal(pipe2(ends, O_NONBLOCK), 0);
    assert_false(role_kill_next(ends[0], &k));
    role_kill_worker(-1, 1, 1); /* nobody to ask */
    for (int i = 0; i < 128; i++)
        role_kill_worker(ends[1], i, INT64_C(5000000000) + i);
    for (int i = 0; i < 128; i++) {
        assert_true(role_kill_next(ends[0], &k));
        assert_int_equal(k.slot, i);
        assert_true(k.seen == INT64_C(5000000000) + i);
    }
    assert_false(role_kill_next(ends[0], &k));
    close(ends[1]);
    assert_false(role_kill_next(ends[0], &k));
    close(ends[0]);
}

static int sockets[2]; /* caller, worker */

static void *
begin_later(void *unused)
{
    struct arena *a = arena_new();
    struct scan_job job;
    struct err e;

    usleep(100000);
    (void)scan_job_recv(sockets[1], a, &job, &e);
    arena_free(&a);
    return unused;
}

/* begins: somebody takes the job 100 ms after it was sent, and never answers. */
static int64_t
seen_after(bool begins, int64_t *sent)
{
    struct arena *a = arena_new();
    struct scan_job job = {.id = 1, .kind = SCAN_JOB_PREVIEW};
    json_t *reply;
    pthread_t t;
    struct err e;
    int64_t seen = 0;

    assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, sockets), 0);
    job.mem_fd = scan_job_memfd("x", 1, &e);
    *sent = when_mono();
    assert_int_equal(scan_job_send(sockets[0], &job, &e), 0);
    if (begins)
        pthread_create(&t, NULL, begin_later, NULL);
    assert_int_equal(scan_job_wait(sockets[0], 1, *sent + 300, a, &reply, &seen), SCAN_JOB_LATE);
    if (begins)
        pthread_join(t, NULL);
    close(job.mem_fd);
    close(sockets[0]);
    close(sockets[1]);
    arena_free(&a);
    return seen;
}

/* Nobody took it: the one that was there when it was sent is meant, not one that has just come. */
static void
who_has_the_job_is_meant(void **state)
{
    int64_t sent, seen = seen_after(false, &sent);

    (void)state;
    assert_in_range(seen - sent, 0, 90);
    seen = seen_after(true, &sent);
    assert_in_range(seen - sent, 100, 299); /* also when it was started after the job was sent */
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_is_meant),
        cmocka_unit_test(requests_come_whole_and_in_order),
        cmocka_unit_test(who_has_the_job_is_meant),
    };

    return cmocka_run_group_tests_name("role_kill", tests, NULL, NULL);
}
