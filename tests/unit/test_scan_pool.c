/*
 * The pool of scan workers with workers that die, hang, lie and answer for their predecessors.
 * Workers are threads at the other end of the socket; what the supervisor does at a death is one
 * call, so a thread does it itself.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <pthread.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "common/arena.h"
#include "common/err.h"
#include "common/when.h"
#include "engine/intake/scan_pool.h"
#include "engine/msg/msg.h"
#include "engine/role.h"
#include "engine/role_kill.h"
#include "engine/scan_job.h"

#define WORKERS 3

/* What a worker does with a message, by its first letter. */
enum {
    WORK = 'w',
    DIE = 'd',
    DIE_ONCE = 'o',
    HANG = 'h',
    GARBAGE = 'g',
    EMPTY = 'e',
    HUGE = 'b',
    STALE = 's',
    DIE_AFTER = 'a', /* answers, then dies with the next job in its socket */
    ANSWER_LATE = 'l'
};

struct fake {
    int caller[WORKERS], worker[WORKERS];
    pthread_t threads[WORKERS];
    int died_once; /* guarded by lock */
    int jobs[WORKERS];
    pthread_mutex_t lock;
};
static struct fake f;

static json_t *
answer(struct arena *a, const struct scan_job *job)
{
    struct msg *m = msg_new(a);

    m->bytes = (int64_t)job->raw_len;
    m->subject = "looked at";
    return json_pack("{s:s}", "facts", msg_pack(m));
}

static bool
first_death(void)
{
    bool first;

    pthread_mutex_lock(&f.lock);
    first = f.died_once++ == 0;
    pthread_mutex_unlock(&f.lock);
    return first;
}

static void
huge_answer(int fd, uint64_t id)
{
    char *text = malloc(9 * 1024 * 1024);
    json_t *j;

    memset(text, 'a', 9 * 1024 * 1024 - 1);
    text[9 * 1024 * 1024 - 1] = '\0';
    j = json_pack("{s:s}", "subject", text);
    scan_job_reply(fd, id, j);
    json_decref(j);
    free(text);
}

static void
work(int slot, struct arena *a, const struct scan_job *job)
{
    int fd = f.worker[slot];
    json_t *j = answer(a, job);
    char what = job->raw_len ? (char)job->raw[0] : WORK;

    if (what == DIE || (what == DIE_ONCE && first_death()))
        scan_job_send_died(fd, job->id);
    else if (what == GARBAGE)
        (void)send(fd, "not a packet of ours at all, but long enough to be looked at", 60, 0);
    else if (what == EMPTY)
        scan_job_reply(fd, job->id, NULL);
    else if (what == HUGE)
        huge_answer(fd, job->id);
    else if (what == HANG)
        ; /* the next job is taken as if by a successor */
    else {
        if (what == STALE) { /* what a predecessor had still to say */
            json_t *old = json_pack("{s:s}", "subject", "of another message");
            scan_job_reply(fd, job->id - 1, old);
            scan_job_reply(fd, job->id + 77, old);
            json_decref(old);
        }
        if (what == ANSWER_LATE)
            usleep(150000);
        scan_job_reply(fd, job->id, j);
        if (what == DIE_AFTER) {
            usleep(100000);
            scan_job_send_died(fd, job->id);
        }
    }
    json_decref(j);
}

static void *
worker(void *arg)
{
    int slot = (int)(intptr_t)arg, rc;

    do {
        struct arena *a = arena_new();
        struct scan_job job;
        struct err e;
        rc = scan_job_recv(f.worker[slot], NULL, a, &job, &e);
        if (rc > 0) {
            f.jobs[slot]++;
            work(slot, a, &job);
        }
        arena_free(&a);
    } while (rc != 0);
    return NULL;
}

static int
start(void **state)
{
    int pair[2];

    memset(&f, 0, sizeof f);
    pthread_mutex_init(&f.lock, NULL);
    for (int i = 0; i < WORKERS; i++) {
        assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair), 0);
        f.caller[i] = pair[0];
        f.worker[i] = pair[1];
        pthread_create(&f.threads[i], NULL, worker, (void *)(intptr_t)i);
    }
    *state = scan_pool_new(f.caller, WORKERS, NULL);
    return 0;
}

static int
stop(void **state)
{
    struct scan_pool *p = *state;

    for (int i = 0; i < WORKERS; i++)
        close(f.caller[i]);
    for (int i = 0; i < WORKERS; i++) {
        pthread_join(f.threads[i], NULL);
        close(f.worker[i]);
    }
    scan_pool_free(&p);
    return 0;
}

/* One message from begin to finish. */
static enum scan_outcome
scan(struct scan_pool *p, char what, int scan_ms, int avoid, int *slot)
{
    static const char *const to[] = {"u@a.example"};
    const struct envelope env = {.client_ip = "192.0.2.1",
                                 .client_name = "x\xff",
                                 .helo = "h",
                                 .tls = "",
                                 .sender = "",
                                 .recipients = to,
                                 .nrecipients = 1,
                                 .direction = "in"};
    struct arena *a = arena_new();
    struct scan_ticket t;
    json_t *reply = NULL;
    struct msg *m = NULL;
    struct err e;
    int fd = scan_job_memfd(&what, 1, &e);
    const struct scan_job job = {.kind = SCAN_JOB_SCAN, .mem_fd = fd, .env = &env};
    enum scan_outcome o = scan_pool_begin(p, &job, when_mono() + 500, scan_ms, avoid, &t);

    if (slot)
        *slot = t.slot;
    if (o == SCAN_DONE)
        o = scan_pool_finish(p, &t, a, &reply);
    if (o == SCAN_DONE && msg_unpack(a, reply, &m, &e) < 0)
        o = SCAN_BROKEN;
    if (o == SCAN_DONE)
        assert_string_equal(m->subject, "looked at");
    close(fd);
    arena_free(&a);
    return o;
}

static void
works(void **state)
{
    for (int i = 0; i < 50; i++)
        assert_int_equal(scan(*state, WORK, 2000, -1, NULL), SCAN_DONE);
}

static void
a_death_is_told_and_the_next_try_goes_elsewhere(void **state)
{
    int first, second;

    assert_int_equal(scan(*state, DIE_ONCE, 2000, -1, &first), SCAN_DIED);
    assert_int_equal(scan(*state, DIE_ONCE, 2000, first, &second), SCAN_DONE);
    assert_int_not_equal(first, second);
    assert_int_equal(scan(*state, DIE, 2000, -1, NULL), SCAN_DIED);
    assert_int_equal(scan(*state, DIE, 2000, -1, NULL), SCAN_DIED);
    assert_int_equal(scan(*state, WORK, 2000, -1, NULL), SCAN_DONE);
}

static void
a_late_worker_is_given_up(void **state)
{
    int64_t start_ms = when_mono();

    assert_int_equal(scan(*state, HANG, 100, -1, NULL), SCAN_LATE);
    assert_true(when_mono() - start_ms < 100 + SCAN_JOB_KILL_MS + 500);
    assert_int_equal(scan(*state, WORK, 2000, -1, NULL), SCAN_DONE);
}

/* The supervisor: a worker is dead 300 ms after somebody asked for that. */
static void *
killer(void *arg)
{
    struct role_kill k;

    while (role_kill_next(*(int *)arg, &k)) {
        usleep(300000);
        scan_job_send_died(f.worker[k.slot], k.job);
    }
    return NULL;
}

/* One worker only: what happens to it must not be charged to the message that comes next. */
static void
deaths_are_not_charged_to_the_next_message(void **state)
{
    int ends[2];
    struct role_ctx ctx = {0};
    struct scan_pool *one;
    pthread_t t;

    (void)state;
    assert_int_equal(pipe(ends), 0);
    ctx.control_fd = ends[1];
    pthread_create(&t, NULL, killer, &ends[0]);
    one = scan_pool_new(f.caller, 1, &ctx);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(scan(one, DIE_AFTER, 2000, -1, NULL), SCAN_DONE);
        assert_int_equal(scan(one, WORK, 2000, -1, NULL), SCAN_DONE);
    }
    assert_int_equal(scan(one, HANG, 50, -1, NULL), SCAN_LATE);
    assert_int_equal(scan(one, WORK, 2000, -1, NULL), SCAN_DONE);
    /* Its answer comes while the supervisor is about to kill it. */
    assert_int_equal(scan(one, ANSWER_LATE, 50, -1, NULL), SCAN_LATE);
    for (int i = 0; i < 3; i++)
        assert_int_equal(scan(one, ANSWER_LATE, 2000, -1, NULL), SCAN_DONE);
    /* Its own deaths still count. */
    assert_int_equal(scan(one, DIE, 2000, -1, NULL), SCAN_DIED);
    close(ends[1]);
    pthread_join(t, NULL);
    close(ends[0]);
    scan_pool_free(&one);
}

static void
unreadable_answers(void **state)
{
    assert_int_equal(scan(*state, GARBAGE, 2000, -1, NULL), SCAN_BROKEN);
    assert_int_equal(scan(*state, EMPTY, 2000, -1, NULL), SCAN_BROKEN);
    assert_int_equal(scan(*state, HUGE, 30000, -1, NULL), SCAN_BROKEN);
    assert_int_equal(scan(*state, WORK, 2000, -1, NULL), SCAN_DONE);
}

static void
answers_to_other_questions_are_ignored(void **state)
{
    for (int i = 0; i < 10; i++)
        assert_int_equal(scan(*state, STALE, 2000, -1, NULL), SCAN_DONE);
    /* news of a death while nothing ran */
    for (int i = 0; i < WORKERS; i++)
        scan_job_send_died(f.worker[i], 0);
    for (int i = 0; i < 10; i++)
        assert_int_equal(scan(*state, WORK, 2000, -1, NULL), SCAN_DONE);
}

static void
busy_until_the_deadline(void **state)
{
    const struct envelope env = {.direction = "in"};
    struct scan_ticket t[WORKERS], more;
    struct arena *a = arena_new();
    json_t *reply;
    struct err e;
    int fd = scan_job_memfd("w", 1, &e);
    const struct scan_job job = {.kind = SCAN_JOB_SCAN, .mem_fd = fd, .env = &env};
    int64_t start_ms;

    for (int i = 0; i < WORKERS; i++)
        assert_int_equal(scan_pool_begin(*state, &job, when_mono(), 2000, -1, &t[i]), SCAN_DONE);
    start_ms = when_mono();
    assert_int_equal(scan_pool_begin(*state, &job, when_mono() + 200, 2000, -1, &more), SCAN_BUSY);
    assert_in_range(when_mono() - start_ms, 190, 1000);
    for (int i = 0; i < WORKERS; i++)
        assert_int_equal(scan_pool_finish(*state, &t[i], a, &reply), SCAN_DONE);
    close(fd);
    arena_free(&a);
}

static void *
many(void *arg)
{
    static const char kinds[] = {WORK, WORK, DIE, WORK, STALE, WORK, GARBAGE, WORK};
    intptr_t good = 0;

    for (int i = 0; i < 200; i++) {
        char what = kinds[i % (int)sizeof kinds];
        enum scan_outcome o = scan(arg, what, 2000, -1, NULL);
        if (what == WORK || what == STALE)
            good += o == SCAN_DONE;
        else
            good += o == (what == DIE ? SCAN_DIED : SCAN_BROKEN);
    }
    return (void *)good;
}

static void
many_threads(void **state)
{
    pthread_t t[8];
    void *good;

    for (int i = 0; i < 8; i++)
        pthread_create(&t[i], NULL, many, *state);
    for (int i = 0; i < 8; i++) {
        pthread_join(t[i], &good);
        assert_int_equal((intptr_t)good, 200);
    }
}

static void
a_job_must_be_sealed_memory(void **state)
{
    int pair[2], pipe_fd[2];
    struct arena *a = arena_new();
    struct scan_job job = {.id = 1}, got;
    struct err e;

    (void)state;
    assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair), 0);
    assert_int_equal(pipe(pipe_fd), 0);
    job.mem_fd = pipe_fd[0];
    assert_int_equal(scan_job_send(pair[0], &job, &e), 0);
    assert_int_equal(scan_job_recv(pair[1], NULL, a, &got, &e), -1);
    job.mem_fd = memfd_create("open", MFD_CLOEXEC); /* not sealed */
    assert_int_equal(scan_job_send(pair[0], &job, &e), 0);
    assert_int_equal(scan_job_recv(pair[1], NULL, a, &got, &e), -1);
    close(job.mem_fd);
    assert_int_equal(send(pair[0], "x", 1, 0), 1);
    assert_int_equal(scan_job_recv(pair[1], NULL, a, &got, &e), -1);
    close(pair[0]);
    assert_int_equal(scan_job_recv(pair[1], NULL, a, &got, &e), 0);
    close(pair[1]);
    close(pipe_fd[0]);
    close(pipe_fd[1]);
    arena_free(&a);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, start, stop)
    const struct CMUnitTest tests[] = {
        TEST(works),
        TEST(a_death_is_told_and_the_next_try_goes_elsewhere),
        TEST(a_late_worker_is_given_up),
        TEST(deaths_are_not_charged_to_the_next_message),
        TEST(unreadable_answers),
        TEST(answers_to_other_questions_are_ignored),
        TEST(busy_until_the_deadline),
        TEST(many_threads),
        cmocka_unit_test(a_job_must_be_sealed_memory),
    };

    return cmocka_run_group_tests_name("scan_pool", tests, NULL, NULL);
}
