/* Hosts that are made to look like a brand's (F26; scan/brands.h): hosts of very many labels, too. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "engine/scan/brands.h"

#define MANY 110 /* labels of one letter; a host has at most 253 bytes */

/* before labels, then what, then after labels, below a domain of nobody's. */
static const char *
host(int before, const char *what, int after)
{
    static char text[300];
    size_t n = 0;
    for (int i = 0; i < before; i++)
        n += (size_t)snprintf(text + n, sizeof text - n, "a.");
    n += (size_t)snprintf(text + n, sizeof text - n, "%s%s", what, *what ? "." : "");
    for (int i = 0; i < after; i++)
        n += (size_t)snprintf(text + n, sizeof text - n, "b.");
    (void)snprintf(text + n, sizeof text - n, "evil-host.example");
    return text;
}

static void
f26_a_brands_domain_is_found_in_front_wherever_it_stands(void **unused)
{
    (void)unused;
    static const int places[] = {0, 1, MANY / 2, MANY - 3, MANY};
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        int brand = brand_imitated(host(places[i], "paypal.com", MANY - places[i]));
        assert_true(brand >= 0);
        assert_string_equal(brand_name(brand), "PayPal");
        brand = brand_imitated(host(places[i], "amazon.co.jp", MANY - places[i] - 1));
        assert_true(brand >= 0);
        assert_string_equal(brand_name(brand), "Amazon");
    }
}

static void
f26_no_brand_no_word(void **unused)
{
    (void)unused;
    assert_int_equal(brand_imitated(host(MANY, "", 0)), -1);
    assert_int_equal(brand_imitated(host(MANY, "com.paypal", 0)), -1);
    assert_int_equal(brand_imitated(""), -1);
    assert_int_equal(brand_imitated("."), -1);
    assert_int_equal(brand_imitated("www.paypal.com"), -1);
}

static double
cpu_of(const char *text, int times)
{
    struct timespec from, to;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &from);
    for (int i = 0; i < times; i++)
        if (brand_imitated(text) >= 0)
            fail();
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &to);
    return (double)(to.tv_sec - from.tv_sec) * 1e9 + (double)(to.tv_nsec - from.tv_nsec);
}

/* The work of one label is bounded: ten times as many labels take about ten times as long, pairs of labels would take a hundred times.
 * CPU time of this thread, the least of some rounds, and far from both. */
static void
f26_time_grows_with_the_labels_not_with_their_pairs(void **unused)
{
    (void)unused;
    double few = 1e18, many = 1e18;
    for (int round = 0; round < 7; round++) {
        double x = cpu_of(host(MANY / 10, "", 0), 2000);
        few = x < few ? x : few;
        x = cpu_of(host(MANY, "", 0), 2000);
        many = x < many ? x : many;
    }
    if (many > 35 * few)
        fail_msg("%.0f ns for a tenth of the labels, %.0f ns for all", few / 2000, many / 2000);
}

int
main(void)
{
    brands_prepare();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(f26_a_brands_domain_is_found_in_front_wherever_it_stands),
        cmocka_unit_test(f26_no_brand_no_word),
        cmocka_unit_test(f26_time_grows_with_the_labels_not_with_their_pairs),
    };
    return cmocka_run_group_tests_name("brands", tests, NULL, NULL);
}
