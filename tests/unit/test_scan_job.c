/* The packets between callers and scan workers: what each side does with what the other may send.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <fcntl.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "common/arena.h"
#include "common/err.h"
#include "common/jsonx.h"
#include "common/when.h"
#include "engine/scan_begun.h"
#include "engine/scan_job.h"

static struct arena *a;
static int caller, worker;
static struct err e;

static int
setup(void **state)
{
    int ends[2];
    (void)state;
    a = arena_new();
    assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends), 0);
    caller = ends[0];
    worker = ends[1];
    return 0;
}

static int
teardown(void **state)
{
    (void)state;
    close(caller);
    close(worker);
    arena_free(&a);
    return 0;
}

static const struct envelope no_env = {"", "", "", "", "", NULL, 0, "in", NULL};

static int
post(uint64_t id, const char *raw, const struct envelope *env)
{
    int fd = scan_job_memfd(raw, strlen(raw), &e);
    assert_true(fd >= 0);
    struct scan_job job = {.id = id, .kind = SCAN_JOB_SCAN, .mem_fd = fd, .env = env};
    int rc = scan_job_send(caller, &job, &e);
    close(fd);
    return rc;
}

static enum scan_job_news
wait_for(uint64_t id, json_t **reply)
{
    return scan_job_wait(caller, id, when_mono() + 50, a, reply, NULL);
}

/* The packet as it is on the wire, for lies. */
struct wire {
    uint32_t magic, type;
    uint64_t id, total, at;
    char data[64];
};
#define MAGIC 0x53434a31u
enum { JOB, PIECE, DIED };

static void
lie(int fd, struct wire w, size_t data_len)
{
    size_t n = offsetof(struct wire, data) + data_len;
    assert_int_equal(send(fd, &w, n, 0), n);
}

/* ------------------------------------------------------------------ both honest */

static void
a_job_there_and_back(void **state)
{
    static const char *const to[] = {"u@a.example", "\xff\x01\"@b"};
    const struct envelope env = {"192.0.2.1", "c.example", "helo", "TLSv1.3", "s@x",
                                 to,          2,           "out",  NULL};
    struct scan_job job;
    json_t *reply;
    (void)state;
    assert_int_equal(post(7, "the message", &env), 0);
    assert_int_equal(scan_job_recv(worker, NULL, a, &job, &e), 1);
    assert_int_equal(job.id, 7);
    assert_int_equal(job.kind, SCAN_JOB_SCAN);
    assert_int_equal(job.raw_len, 11);
    assert_memory_equal(job.raw, "the message", 11);
    assert_string_equal(job.env->client_ip, "192.0.2.1");
    assert_string_equal(job.env->direction, "out");
    assert_int_equal(job.env->nrecipients, 2);
    assert_string_equal(job.env->recipients[0], "u@a.example");
    json_t *j = jsonx_own(a, json_pack("{s:s}", "x", "y"));
    assert_int_equal(scan_job_reply(worker, 7, j), 0);
    assert_int_equal(wait_for(7, &reply), SCAN_JOB_DONE);
    assert_string_equal(jsonx_str(reply, "x"), "y");
}

/* What is long goes beside the JSON, and both sides see one reply all the same. */
static void
features_go_beside_the_json(void **state)
{
    json_t *reply, *j = jsonx_own(a, json_pack("{s:s, s:s, s:s, s:s}", "x", "y", "features",
                                               "AbC_-", "auth", "1;", "facts", "\xc3\xa4;"));
    (void)state;
    assert_int_equal(scan_job_reply(worker, 7, j), 0);
    assert_string_equal(jsonx_str(j, "features"), "AbC_-");
    assert_int_equal(wait_for(7, &reply), SCAN_JOB_DONE);
    assert_int_equal(json_object_size(reply), 4);
    assert_string_equal(jsonx_str(reply, "facts"), "\xc3\xa4;");
    assert_string_equal(jsonx_str(reply, "auth"), "1;");
    assert_string_equal(jsonx_str(reply, "features"), "AbC_-");
    j = jsonx_own(a, json_pack("{s:s}", "features", ""));
    assert_int_equal(scan_job_reply(worker, 8, j), 0);
    assert_int_equal(wait_for(8, &reply), SCAN_JOB_DONE);
    assert_null(jsonx_str(reply, "features")); /* the same as none */
    assert_null(jsonx_str(reply, "facts"));
}

/* It is text, each once, beside an object. */
static void
lies_beside_the_json(void **state)
{
    static const struct {
        const char *data;
        size_t n;
    } lies[] = {
        {"{}\0a\0b\0c\0", 9},  {"{}\0a\0b\0c\0d", 10}, {"{}\0a\0b", 6},  {"{}\0\xff\0b\0c", 8},
        {"{}\0a\0b\0\xff", 8}, {"[]\0a\0b\0c", 8},     {"\0a\0b\0c", 6}, {"\0", 1}};
    json_t *reply;
    (void)state;
    for (size_t i = 0; i < sizeof lies / sizeof *lies; i++) {
        struct wire w = {MAGIC, PIECE, i, lies[i].n, 0, ""};
        memcpy(w.data, lies[i].data, lies[i].n);
        lie(worker, w, lies[i].n);
        assert_int_equal(wait_for(i, &reply), SCAN_JOB_BROKEN);
    }
}

static void
an_empty_message(void **state)
{
    struct scan_job job;
    (void)state;
    assert_int_equal(post(1, "", &no_env), 0);
    assert_int_equal(scan_job_recv(worker, NULL, a, &job, &e), 1);
    assert_int_equal(job.raw_len, 0);
    assert_non_null(job.raw);
}

static void *
slow_reply(void *arg)
{
    scan_job_reply(worker, 3, arg);
    return NULL;
}

static void
a_long_answer_comes_in_pieces(void **state)
{
    char *big = arena_alloc(a, 3000001);
    json_t *reply;
    pthread_t t;
    (void)state;
    memset(big, 'x', 3000000);
    json_t *j = jsonx_own(a, json_pack("{s:s}", "x", big));
    pthread_create(&t, NULL, slow_reply, j);
    assert_int_equal(scan_job_wait(caller, 3, when_mono() + 5000, a, &reply, NULL), SCAN_JOB_DONE);
    pthread_join(t, NULL);
    assert_int_equal(strlen(jsonx_str(reply, "x")), 3000000);
}

static void
long_recipients_do_not_stop_a_job(void **state)
{
    const char *to[300];
    char *longest = arena_alloc(a, 2001);
    struct scan_job job;
    (void)state;
    memset(longest, '\x01', 2000);
    for (int i = 0; i < 300; i++)
        to[i] = longest;
    const struct envelope env = {longest, longest, longest, longest, longest, to, 300, "in", NULL};
    assert_int_equal(post(1, "x", &env), 0);
    assert_int_equal(scan_job_recv(worker, NULL, a, &job, &e), 1);
    assert_int_equal(job.env->nrecipients, 0);
    assert_int_equal(strlen(job.env->sender), 1000);
    for (int i = 0; i < 300; i++)
        to[i] = "u@example.com";
    assert_int_equal(post(2, "x", &env), 0);
    assert_int_equal(scan_job_recv(worker, NULL, a, &job, &e), 1);
    assert_int_equal(job.env->nrecipients, SCAN_JOB_RECIPIENTS);
}

/* ------------------------------------------------------------------ a worker that lies */

static void
late_died_broken(void **state)
{
    struct scan_job job;
    json_t *reply;
    (void)state;
    assert_int_equal(wait_for(1, &reply), SCAN_JOB_LATE);
    assert_int_equal(post(1, "x", &no_env), 0);
    assert_int_equal(scan_job_recv(worker, NULL, a, &job, &e), 1);
    assert_true(scan_job_send_died(worker, 1));
    assert_int_equal(wait_for(1, &reply), SCAN_JOB_DIED);
    scan_job_reply(worker, 1, NULL);
    assert_int_equal(wait_for(1, &reply), SCAN_JOB_BROKEN);
    assert_int_equal(send(worker, "junk", 4, 0), 4);
    assert_int_equal(wait_for(1, &reply), SCAN_JOB_BROKEN);
    close(worker);
    assert_int_equal(wait_for(1, &reply), SCAN_JOB_BROKEN);
    worker = -1;
}

static void
lists_of_organisations_go_along(void **state)
{
    struct scan_job job;
    json_t *lists = json_pack("{s[ss]}", "people", "A", "B");
    struct envelope env = no_env;

    (void)state;
    env.lists = lists;
    assert_int_equal(post(1, "x", &env), 0);
    assert_int_equal(scan_job_recv(worker, NULL, a, &job, &e), 1);
    assert_true(json_equal((json_t *)job.env->lists, lists));
    assert_null(job.answers);
    assert_int_equal(post(2, "x", &no_env), 0);
    assert_int_equal(scan_job_recv(worker, NULL, a, &job, &e), 1);
    assert_null(job.env->lists);
    json_decref(lists);
}

static void
answers_of_others_are_dropped(void **state)
{
    json_t *reply;
    (void)state;
    scan_job_reply(worker, 41, jsonx_own(a, json_pack("{s:s}", "x", "old")));
    scan_job_reply(worker, 42, jsonx_own(a, json_pack("{s:s}", "x", "new")));
    assert_int_equal(wait_for(42, &reply), SCAN_JOB_DONE);
    assert_string_equal(jsonx_str(reply, "x"), "new");
    scan_job_reply(worker, 42, jsonx_own(a, json_pack("{s:s}", "x", "left over")));
    scan_job_send_died(worker, 42);
    assert_int_equal(post(43, "x", &no_env), 0); /* throws both away */
    assert_int_equal(wait_for(43, &reply), SCAN_JOB_LATE);
}

/* The worker dies of an earlier job, or of nothing, while the next one is in its socket already. */
static void
a_death_is_of_the_job_that_was_begun(void **state)
{
    struct scan_begun *begun = scan_begun_new();
    struct scan_job job;
    json_t *reply;
    (void)state;
    assert_non_null(begun);
    assert_int_equal(post(1, "x", &no_env), 0);
    assert_true(scan_job_send_died(worker, begun->id));
    assert_int_equal(scan_job_recv(worker, begun, a, &job, &e), 1); /* its successor */
    assert_int_equal(begun->id, 1);
    scan_job_reply(worker, 1, jsonx_own(a, json_pack("{s:s}", "x", "y")));
    assert_int_equal(wait_for(1, &reply), SCAN_JOB_DONE);
    /* Another caller's job is in its hands, and ours in the socket. */
    assert_int_equal(post(2, "x", &no_env), 0);
    assert_int_equal(scan_job_recv(worker, begun, a, &job, &e), 1);
    assert_int_equal(post(3, "y", &no_env), 0);
    assert_true(scan_job_send_died(worker, begun->id));
    assert_int_equal(wait_for(3, &reply), SCAN_JOB_LATE);
    assert_int_equal(scan_job_recv(worker, begun, a, &job, &e), 1);
    assert_true(scan_job_send_died(worker, begun->id));
    assert_int_equal(wait_for(3, &reply), SCAN_JOB_DIED);
    scan_begun_leave(begun);
}

static void *
late_death(void *arg)
{
    usleep(100000);
    scan_job_reply(worker, 1, arg);
    usleep(100000);
    assert_true(scan_job_send_died(worker, 1));
    return NULL;
}

static void
the_news_of_a_death_is_waited_for(void **state)
{
    int64_t start_ms = when_mono();
    pthread_t t;
    (void)state;
    pthread_create(&t, NULL, late_death, jsonx_own(a, json_pack("{s:s}", "x", "y")));
    scan_job_wait_death(caller);
    assert_in_range(when_mono() - start_ms, 200, SCAN_JOB_KILL_MS - 500);
    pthread_join(t, NULL);
}

/* A worker that talks and talks: its death finds no room, and is told later. */
static void
no_death_is_lost_in_a_full_socket(void **state)
{
    json_t *reply;
    ssize_t n;
    int filled = 0;
    (void)state;
    do {
        struct wire w = {MAGIC, PIECE, 9, 0, 0, ""};
        n = send(worker, &w, sizeof w, MSG_DONTWAIT);
        filled += n > 0;
    } while (n > 0);
    assert_true(filled > 1);
    assert_false(scan_job_send_died(worker, 1));
    assert_int_equal(wait_for(1, &reply), SCAN_JOB_LATE); /* reads all that */
    assert_true(scan_job_send_died(worker, 1));
}

static void
pieces_that_do_not_fit(void **state)
{
    static const struct {
        struct wire first, second;
        size_t n1, n2;
    } cases[] = {
        {{MAGIC, PIECE, 1, SCAN_JOB_REPLY_MAX + 1ull, 0, "{"}, {0, 0, 0, 0, 0, ""}, 1, 0},
        {{MAGIC, PIECE, 1, UINT64_MAX, 0, "{"}, {0, 0, 0, 0, 0, ""}, 1, 0},
        {{MAGIC, PIECE, 1, 4, 1, "{}"}, {0, 0, 0, 0, 0, ""}, 2, 0},
        {{MAGIC, PIECE, 1, 1, 0, "{}"}, {0, 0, 0, 0, 0, ""}, 2, 0},
        {{MAGIC, PIECE, 1, 4, 0, "{}"}, {MAGIC, PIECE, 1, 4, 0, "{}"}, 2, 2},
        {{MAGIC, PIECE, 1, 4, 0, "{}"}, {MAGIC, PIECE, 1, 5, 2, "{}"}, 2, 2},
        {{MAGIC, PIECE, 1, 4, 0, "{}"}, {MAGIC, PIECE, 1, 4, 2, "{}}"}, 2, 3},
        {{MAGIC, PIECE, 1, 2, 0, "{x"}, {0, 0, 0, 0, 0, ""}, 2, 0},
        {{MAGIC, PIECE, 1, 0, 0, ""}, {0, 0, 0, 0, 0, ""}, 0, 0},
        {{MAGIC + 1, PIECE, 1, 2, 0, "{}"}, {0, 0, 0, 0, 0, ""}, 2, 0},
    };
    json_t *reply;
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        lie(worker, cases[i].first, cases[i].n1);
        if (cases[i].second.magic)
            lie(worker, cases[i].second, cases[i].n2);
        assert_int_equal(wait_for(1, &reply), SCAN_JOB_BROKEN);
    }
    char deep[80];
    memset(deep, '[', sizeof deep);
    struct wire w = {MAGIC, PIECE, 1, 64, 0, ""};
    memcpy(w.data, deep, 64);
    lie(worker, w, 64);
    assert_int_equal(wait_for(1, &reply), SCAN_JOB_BROKEN);
}

/* ------------------------------------------------------------------ a caller that lies */

static void
send_with_fd(int mem, struct wire w, size_t n)
{
    union {
        char space[CMSG_SPACE(sizeof(int))];
        struct cmsghdr align;
    } control = {0};
    struct iovec iov = {&w, offsetof(struct wire, data) + n};
    struct msghdr m = {.msg_iov = &iov,
                       .msg_iovlen = 1,
                       .msg_control = control.space,
                       .msg_controllen = sizeof control.space};
    struct cmsghdr *c = CMSG_FIRSTHDR(&m);
    c->cmsg_level = SOL_SOCKET;
    c->cmsg_type = SCM_RIGHTS;
    c->cmsg_len = CMSG_LEN(sizeof mem);
    memcpy(CMSG_DATA(c), &mem, sizeof mem);
    assert_true(sendmsg(caller, &m, 0) > 0);
}

static void
what_is_no_job(void **state)
{
    struct scan_job job;
    struct wire good = {MAGIC, JOB, 1, 0, 0, "0"};
    int open_fd = memfd_create("x", MFD_ALLOW_SEALING), plain = open("/dev/null", O_RDONLY);
    int sealed = scan_job_memfd("x", 1, &e);
    (void)state;
    assert_int_equal(send(caller, "x", 1, 0), 1);
    assert_int_equal(scan_job_recv(worker, NULL, a, &job, &e), -1);
    lie(caller, good, 2); /* no descriptor */
    assert_int_equal(scan_job_recv(worker, NULL, a, &job, &e), -1);
    send_with_fd(open_fd, good, 2); /* could shrink while it is read */
    assert_int_equal(scan_job_recv(worker, NULL, a, &job, &e), -1);
    send_with_fd(plain, good, 2);
    assert_int_equal(scan_job_recv(worker, NULL, a, &job, &e), -1);
    send_with_fd(sealed, (struct wire){MAGIC, PIECE, 1, 0, 0, "{}"}, 2);
    assert_int_equal(scan_job_recv(worker, NULL, a, &job, &e), -1);
    send_with_fd(sealed, (struct wire){MAGIC, JOB, 1, 0, 0, "{"}, 1);
    assert_int_equal(scan_job_recv(worker, NULL, a, &job, &e), -1);
    send_with_fd(sealed, (struct wire){MAGIC, JOB, 1, 0, 0, "0x"}, 2); /* a text without an end */
    assert_int_equal(scan_job_recv(worker, NULL, a, &job, &e), -1);
    send_with_fd(sealed, good, 0);
    assert_int_equal(scan_job_recv(worker, NULL, a, &job, &e), -1);
    send_with_fd(sealed, (struct wire){MAGIC, JOB, 1, 1, 0, "0{"}, 2); /* no JSON beside it */
    assert_int_equal(scan_job_recv(worker, NULL, a, &job, &e), -1);
    send_with_fd(sealed, good, 1);
    assert_int_equal(scan_job_recv(worker, NULL, a, &job, &e), 1);
    assert_string_equal(job.env->sender, ""); /* never NULL */
    close(caller);
    caller = -1;
    assert_int_equal(scan_job_recv(worker, NULL, a, &job, &e), 0);
    close(open_fd);
    close(plain);
    close(sealed);
}

static void
descriptors_do_not_pile_up(void **state)
{
    struct scan_job job;
    int before = dup(0);
    (void)state;
    close(before);
    for (int i = 0; i < 50; i++) {
        struct arena *one = arena_new();
        assert_int_equal(post((uint64_t)i, "x", &no_env), 0);
        assert_int_equal(scan_job_recv(worker, NULL, one, &job, &e), 1);
        arena_free(&one);
        assert_int_equal(send(caller, "x", 1, 0), 1);
        assert_int_equal(scan_job_recv(worker, NULL, a, &job, &e), -1);
    }
    int after = dup(0);
    close(after);
    assert_int_equal(before, after);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(a_job_there_and_back),
        T(features_go_beside_the_json),
        T(lies_beside_the_json),
        T(an_empty_message),
        T(a_long_answer_comes_in_pieces),
        T(long_recipients_do_not_stop_a_job),
        T(late_died_broken),
        T(lists_of_organisations_go_along),
        T(answers_of_others_are_dropped),
        T(a_death_is_of_the_job_that_was_begun),
        T(the_news_of_a_death_is_waited_for),
        T(no_death_is_lost_in_a_full_socket),
        T(pieces_that_do_not_fit),
        T(what_is_no_job),
        T(descriptors_do_not_pile_up),
    };
    return cmocka_run_group_tests_name("scan_job", tests, NULL, NULL);
}
