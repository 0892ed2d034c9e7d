/* T-I1: nothing but exactly the declared fields gets through, in both directions. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "common/arena.h"
#include "common/err.h"
#include "common/jsonx.h"
#include "rpc/rpc_codec.h"

static struct arena *a;

static int
begin(void **state)
{
    (void)state;
    a = arena_new();
    return 0;
}

static int
end(void **state)
{
    (void)state;
    arena_free(&a);
    return 0;
}

static json_t *
params(enum rpc_method m)
{
    json_t *j = json_object();
    for (const struct rpc_field *f = rpc_methods[m].request; f->name; f++)
        json_object_set_new(j, f->name,
                            f->type == RPC_TEXT   ? json_string("x")
                            : f->type == RPC_INT  ? json_integer(0)
                            : f->type == RPC_BOOL ? json_true()
                                                  : json_object());
    return jsonx_own(a, j);
}

static int
read_text(const char *text)
{
    enum rpc_method m;
    int64_t id;
    json_t *p;
    struct err e;
    return rpc_read_request(a, (const unsigned char *)text, strlen(text), &m, &id, &p, &e);
}

static void
every_method_good_missing_extra_wrong_and_long(void **state)
{
    (void)state;
    for (int i = 0; i < RPC__COUNT; i++) {
        enum rpc_method m = (enum rpc_method)i, got;
        const struct rpc_field *f = rpc_methods[m].request;
        struct err e;
        size_t n;
        int64_t id;
        json_t *p;
        char why[80];
        unsigned char *frame = rpc_request(a, m, 7, params(m), &n, &e);
        assert_int_equal(rpc_frame_size(frame) + 4, n);
        assert_int_equal(rpc_read_request(a, frame + 4, n - 4, &got, &id, &p, &e), 0);
        assert_int_equal(got, m);
        assert_int_equal(id, 7);
        json_t *extra = params(m);
        json_object_set_new(extra, "undeclared", json_true());
        assert_false(rpc_fields_ok(f, extra, why));
        for (int k = 0; f[k].name; k++) {
            json_t *missing = params(m), *wrong = params(m), *large = params(m);
            json_object_del(missing, f[k].name);
            assert_false(rpc_fields_ok(f, missing, why));
            json_object_set_new(wrong, f[k].name, json_real(1.5));
            assert_false(rpc_fields_ok(f, wrong, why));
            if (f[k].type == RPC_TEXT) {
                char *text = arena_alloc(a, (size_t)f[k].max + 2);
                memset(text, 'x', (size_t)f[k].max);
                json_object_set_new(large, f[k].name, json_string(text));
                assert_true(rpc_fields_ok(f, large, why)); /* at the limit */
                text[f[k].max] = 'x';
                json_object_set_new(large, f[k].name, json_string(text));
                assert_false(rpc_fields_ok(f, large, why)); /* one above */
                e = (struct err){0};
                assert_null(
                    rpc_request(a, m, 7, large, &n, &e)); /* what somebody typed is no bug */
                assert_int_equal(e.cls, ERR_INPUT);
                assert_null(strstr(e.text, "xx"));
            }
        }
    }
}

static void
frames(void **state)
{
    (void)state;
    static const unsigned char empty[4] = {0}, huge[4] = {0, 0x10, 0, 1},
                               exact[4] = {0, 0x10, 0, 0};
    static const unsigned char largest[4] = {255, 255, 255, 255};
    assert_int_equal(rpc_frame_size(empty), 0);
    assert_int_equal(rpc_frame_size(huge), 0);
    assert_int_equal(rpc_frame_size(largest), 0);
    assert_int_equal(rpc_frame_size(exact), RPC_FRAME_MAX);
}

static void
bad_requests(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        "{}",
        "[]",
        "null",
        "{\"id\":1,\"method\":\"engine.status\"}",
        "{\"id\":-1,\"method\":\"engine.status\",\"params\":{}}",
        "{\"id\":1,\"method\":\"engine.stop\",\"params\":{}}",
        "{\"id\":1,\"method\":\"engine.status\",\"params\":[]}",
        "{\"id\":1,\"method\":\"engine.status\",\"params\":{},\"more\":1}",
        "{\"id\":1,\"method\":\"engine.status\",\"params\":{\"x\":1}}",
        "{\"id\":1,\"id\":2,\"method\":\"engine.status\",\"params\":{}}",
        "{\"id\":\"1\",\"method\":\"engine.status\",\"params\":{}}"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (read_text(bad[i]) == 0)
            fail_msg("%s", bad[i]);
    assert_int_equal(read_text("{\"id\":1,\"method\":\"engine.status\",\"params\":{}}"), 0);
}

static void
handshake(void **state)
{
    (void)state;
    struct err e;
    size_t n;
    unsigned char *p = rpc_hello(a, &n);
    assert_int_equal(rpc_read_hello(a, p + 4, n - 4, &e), 0);
    static const char *const bad[] = {"{\"sekisho\":2,\"version\":\"9\"}",
                                      "{\"version\":\"1\",\"x\":1}", "{\"sekisho\":1}", "x"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(rpc_read_hello(a, (const unsigned char *)bad[i], strlen(bad[i]), &e), -1);
}

static void
errors_travel_and_garbage_does_not_pass(void **state)
{
    (void)state;
    struct err sent, e;
    json_t *ok;
    size_t n;
    err_set(&sent, ERR_CONFLICT, "taken", "it is taken");
    unsigned char *p = rpc_reply(a, RPC_auth_hash, 3, NULL, &sent, &n);
    assert_int_equal(rpc_read_reply(a, p + 4, n - 4, RPC_auth_hash, 3, &ok, &e), -1);
    assert_int_equal(e.cls, ERR_CONFLICT);
    assert_string_equal(e.code, "taken");
    static const char *const bad[] = {
        "", "{\"id\":3,\"ok\":{}}", "{\"id\":4,\"ok\":{\"mcf\":\"x\"}}", "{\"id\":3,\"error\":{}}",
        "{\"id\":3,\"error\":{\"class\":\"none\",\"code\":\"\",\"text\":\"\"}}"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_int_equal(rpc_read_reply(a, (const unsigned char *)bad[i], strlen(bad[i]),
                                        RPC_auth_hash, 3, &ok, &e),
                         -1);
        assert_int_equal(e.cls, ERR_ENV);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_method_good_missing_extra_wrong_and_long), cmocka_unit_test(frames),
        cmocka_unit_test(bad_requests), cmocka_unit_test(handshake),
        cmocka_unit_test(errors_travel_and_garbage_does_not_pass)};
    return cmocka_run_group_tests(tests, begin, end);
}
