/* What one client may hold of a web worker: connections per address, memory for bodies. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "console/web_body.h"
#include "console/web_peers.h"

static void
connections_are_counted_by_address(void **state)
{
    (void)state;
    static struct web_peer p[300];
    for (int i = 0; i < 100; i++) {
        assert_int_equal(web_peer_enter(&p[i], "192.0.2.1"), i + 1);
        assert_int_equal(web_peer_enter(&p[100 + i], "192.0.2.2"), i + 1);
    }
    /* They leave in any order, and twice does no harm. */
    for (int i = 0; i < 100; i += 2)
        web_peer_leave(&p[i]);
    web_peer_leave(&p[0]);
    assert_int_equal(web_peer_enter(&p[200], "192.0.2.1"), 51);
    for (int i = 99; i > 0; i -= 2)
        web_peer_leave(&p[i]);
    web_peer_leave(&p[200]);
    assert_int_equal(web_peer_enter(&p[0], "192.0.2.1"), 1);
    assert_int_equal(web_peer_enter(&p[201], "192.0.2.2"), 101);
    web_peer_leave(&p[0]);
    for (int i = 100; i < 202; i++)
        web_peer_leave(&p[i]);
    assert_int_equal(web_peer_enter(&p[0], "192.0.2.2"), 1);
    web_peer_leave(&p[0]);
}

static void
a_whole_64_is_one_address(void **state)
{
    (void)state;
    struct web_peer p[5] = {0};
    assert_int_equal(web_peer_enter(&p[0], "2001:db8:1:2::1"), 1);
    assert_int_equal(web_peer_enter(&p[1], "2001:db8:1:2:ffff::9"), 2);
    assert_int_equal(web_peer_enter(&p[2], "2001:db8:2:3::1"), 1);
    assert_int_equal(web_peer_enter(&p[3], "32.1.13.184"), 1); /* the same first bytes */
    for (int i = 0; i < 4; i++)
        web_peer_leave(&p[i]);
}

/* A customer's /48 has 65536 of them, and no more than twice what one may have. */
static void
a_48_counts_as_a_whole(void **state)
{
    (void)state;
    static struct web_peer p[22];
    char ip[40];
    for (int i = 0; i < 20; i++) {
        (void)snprintf(ip, sizeof ip, "2001:db8:9:%x::1", (unsigned)i);
        assert_int_equal(web_peer_enter(&p[i], ip), (i + 2) / 2);
    }
    assert_int_equal(web_peer_enter(&p[20], "2001:db8:9:7::2"), 11);
    assert_int_equal(web_peer_enter(&p[21], "2001:db8:a:7::2"), 1);
    for (int i = 0; i < 22; i++)
        web_peer_leave(&p[i]);
    assert_int_equal(web_peer_enter(&p[0], "2001:db8:9:7::2"), 1);
    assert_int_equal(web_peer_enter(&p[1], "::ffff:192.0.2.1"), 1);
    assert_int_equal(web_peer_enter(&p[2], "::ffff:192.0.2.2"), 1);
    assert_int_equal(web_peer_enter(&p[3], "192.0.2.1"), 2); /* the same in other words */
    for (int i = 0; i < 4; i++)
        web_peer_leave(&p[i]);
}

static void
bodies_cost_what_came_and_not_what_was_announced(void **state)
{
    (void)state;
    static struct web_body b[1000];
    for (int i = 0; i < 1000; i++)
        assert_true(web_body_add(&b[i], "abc", 3, 1 << 20));
    assert_true(web_bodies() <= 1000 * 4096);
    assert_int_equal(b[7].n, 3);
    assert_memory_equal(b[7].p, "abc", 3);
    for (int i = 0; i < 1000; i++)
        web_body_free(&b[i]);
    assert_int_equal(web_bodies(), 0);
}

static void
a_body_grows_and_stays_whole(void **state)
{
    (void)state;
    struct web_body b = {0};
    char piece[1000];
    for (int i = 0; i < 1000; i++) {
        memset(piece, 'a' + i % 26, sizeof piece);
        assert_true(web_body_add(&b, piece, sizeof piece, 1000 * 1000));
    }
    assert_int_equal(b.n, 1000 * 1000);
    assert_true(b.cap <= 1000 * 1000);
    for (int i = 0; i < 1000; i++)
        assert_int_equal(b.p[i * 1000 + i], 'a' + i % 26);
    web_body_free(&b);
    assert_null(b.p);
}

static void
the_budget_holds_for_all_together(void **state)
{
    (void)state;
    static struct web_body b[70];
    static char mib[1 << 20];
    int n = 0;
    while (n < 70 && web_body_add(&b[n], mib, sizeof mib, 2 << 20))
        n++;
    assert_int_equal(n, WEB_BODIES_MAX >> 20);
    assert_int_equal(web_bodies(), WEB_BODIES_MAX);
    assert_false(web_body_add(&b[0], "x", 1, 2 << 20));
    assert_int_equal(b[0].n, sizeof mib); /* as it was */
    web_body_free(&b[1]);
    assert_true(web_body_add(&b[0], "x", 1, 2 << 20));
    for (int i = 0; i < 70; i++)
        web_body_free(&b[i]);
    assert_int_equal(web_bodies(), 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(connections_are_counted_by_address),
        cmocka_unit_test(a_whole_64_is_one_address),
        cmocka_unit_test(a_48_counts_as_a_whole),
        cmocka_unit_test(bodies_cost_what_came_and_not_what_was_announced),
        cmocka_unit_test(a_body_grows_and_stays_whole),
        cmocka_unit_test(the_budget_holds_for_all_together),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
