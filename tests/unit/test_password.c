/* A-47, T-I11: hashes with their parameters; what is malformed is no. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <libscrypt.h>

#include "common/arena.h"
#include "common/err.h"
#include "engine/password.h"

static void
right_wrong_and_malformed(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct err e;
    char *mcf, older[SCRYPT_MCF_LEN];
    bool old;
    assert_int_equal(password_hash(a, "correct horse battery", &mcf, &e), 0);
    assert_int_equal(strncmp(mcf, "$s1$110801$", 11), 0); /* N = 2^17, r = 8, p = 1 */
    assert_int_equal(password_verify(a, "correct horse battery", mcf, &old, &e), 1);
    assert_false(old);
    assert_int_equal(password_verify(a, "correct horse batterz", mcf, &old, &e), 0);
    assert_true(libscrypt_hash(older, "correct horse battery", 1 << 10, 8, 1));
    assert_int_equal(password_verify(a, "correct horse battery", older, &old, &e), 1);
    assert_true(old); /* to be made anew */
    static const char *const bad[] = {NULL, "", "x", "$s1$", "$s1$110801$", "$s1$ff0801$AAAA$AAAA", "$s1$110801$A$A", "$2b$12$abcdefghijklmnopqrstuv"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_int_equal(password_verify(a, "x", bad[i], &old, &e), 0);
    }
    assert_int_equal(password_verify(a, "", mcf, &old, &e), 0);
    assert_int_equal(password_hash(a, "", &mcf, &e), -1);
    arena_free(&a);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(right_wrong_and_malformed)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
