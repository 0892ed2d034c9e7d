/* A request to kill a late worker names a process: its successor in the slot is left alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <fcntl.h>
#include <unistd.h>

#include <cmocka.h>

#include "engine/role_kill.h"

static void
who_is_meant(void **state)
{
    static const struct {
        struct role_kill k;
        int slot;
        pid_t pid;
        int64_t started;
        uint64_t begun;
        bool hit;
    } cases[] = {
        {{5, 1000, 3}, 3, 77, 900, 5, true},
        {{5, 1000, 3}, 3, 77, 900, 4, true},    /* it has something else in hand, so ours waits */
        {{5, 1000, 3}, 3, 77, 1000, 0, true},   /* it was there in its first millisecond */
        {{5, 1000, 3}, 3, 78, 1001, 0, false},  /* a successor that has begun nothing */
        {{5, 1000, 3}, 3, 78, 1001, 6, false},  /* or something else */
        {{5, 1000, 3}, 3, 78, 1001, 5, true},   /* a successor that has begun ours */
        {{5, 1000, 3}, 3, 0, 900, 5, false},    /* dead already */
        {{5, 1000, 3}, 2, 77, 900, 5, false},   /* another slot */
        {{5, 1000, -1}, -1, 77, 900, 5, false}, /* no worker at all: gate, rpc, jobs */
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (role_kill_hits(&cases[i].k, cases[i].slot, cases[i].pid, cases[i].started,
                           cases[i].begun) != cases[i].hit)
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
    role_kill_worker(-1, 1, 1, 1); /* nobody to ask */
    for (int i = 0; i < 128; i++)
        role_kill_worker(ends[1], i, (uint64_t)i + 7, INT64_C(5000000000) + i);
    for (int i = 0; i < 128; i++) {
        assert_true(role_kill_next(ends[0], &k));
        assert_int_equal(k.slot, i);
        assert_int_equal(k.job, i + 7);
        assert_true(k.seen == INT64_C(5000000000) + i);
    }
    assert_false(role_kill_next(ends[0], &k));
    close(ends[1]);
    assert_false(role_kill_next(ends[0], &k));
    close(ends[0]);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_is_meant),
        cmocka_unit_test(requests_come_whole_and_in_order),
    };

    return cmocka_run_group_tests_name("role_kill", tests, NULL, NULL);
}
