/* Memory with a lifetime, text that grows, errors. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "common/arena.h"
#include "common/buf.h"
#include "common/err.h"

static int order[3], norder;

static void
note(void *p)
{
    order[norder++] = *(int *)p;
}

static void
memory_is_zeroed_and_aligned(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    for (size_t n = 0; n < 3000; n += 7) {
        unsigned char *p = arena_alloc(a, n);
        assert_int_equal((uintptr_t)p % _Alignof(max_align_t), 0);
        for (size_t i = 0; i < n; i++)
            assert_int_equal(p[i], 0);
        memset(p, 0xff, n);
    }
    unsigned char *big = arena_alloc(a, 5 * 1024 * 1024);
    assert_int_equal(big[5 * 1024 * 1024 - 1], 0);
    arena_free(&a);
    assert_null(a);
    arena_free(&a);
}

static void
deferred_functions_run_newest_first(void **state)
{
    (void)state;
    int one = 1, two = 2, three = 3;
    struct arena *a = arena_new();
    norder = 0;
    arena_defer(a, note, &one);
    arena_defer(a, note, &two);
    arena_defer(a, note, &three);
    arena_free(&a);
    assert_int_equal(norder, 3);
    assert_int_equal(order[0], 3);
    assert_int_equal(order[2], 1);
}

static void
text_grows_and_stops_at_its_limit(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct buf *b = buf_new(a, 10);
    assert_string_equal(buf_cstr(b), "");
    buf_str(b, "12345");
    buf_printf(b, "%d", 67890123);
    assert_string_equal(buf_cstr(b), "1234567890");
    assert_true(b->truncated);
    buf_clear(b);
    assert_false(b->truncated);
    buf_add(b, "a\0b", 3);
    assert_int_equal(b->len, 3);
    struct buf *free_one = buf_new(a, 0);
    for (int i = 0; i < 10000; i++)
        buf_char(free_one, 'x');
    assert_int_equal(strlen(buf_cstr(free_one)), 10000);
    arena_free(&a);
}

static void
errors_keep_class_code_and_text(void **state)
{
    (void)state;
    struct err e;
    assert_int_equal(err_set(&e, ERR_CONFLICT, "taken", "%s is taken", "x"), -1);
    assert_int_equal(e.cls, ERR_CONFLICT);
    assert_string_equal(e.code, "taken");
    assert_string_equal(e.text, "x is taken");
    assert_int_equal(err_set(NULL, ERR_ENV, "x", "y"), -1);
    char longer[2000];
    memset(longer, 'a', sizeof longer - 1);
    longer[sizeof longer - 1] = '\0';
    err_set(&e, ERR_ENV, longer, "%s", longer);
    assert_int_equal(strlen(e.text), sizeof e.text - 1);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_is_zeroed_and_aligned), cmocka_unit_test(deferred_functions_run_newest_first),
        cmocka_unit_test(text_grows_and_stops_at_its_limit), cmocka_unit_test(errors_keep_class_code_and_text)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
