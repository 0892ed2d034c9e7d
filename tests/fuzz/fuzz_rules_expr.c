/* Expressions of meta rules: read or refused with a reason, and worked out, in limits. */
#include <math.h>
#include <string.h>

#include "common/arena.h"
#include "common/err.h"
#include "engine/rules/expr.h"

int LLVMFuzzerTestOneInput(const unsigned char *p, size_t n);

static const char *
find(void *ctx, const char *name, size_t len, const char *arg, struct expr_name *out)
{
    (void)ctx;
    BUG_IF(len == 0 && !arg);
    *out = (struct expr_name){.constant = len % 3 == 0, .value = (double)len, .slot = name[0] & 7};
    return arg && *arg == '!' ? "not this one" : NULL;
}

static double
value(void *ctx, int slot)
{
    (void)ctx;
    BUG_IF(slot < 0 || slot > 7);
    return slot - 2;
}

int
LLVMFuzzerTestOneInput(const unsigned char *p, size_t n)
{
    struct arena *a = arena_new();
    struct expr_names names = {find, NULL};
    struct expr x;
    const char *why = expr_parse(a, arena_strndup(a, (const char *)p, n), &names, &x);
    BUG_IF(why && !*why);
    if (!why) {
        BUG_IF(x.nterms < 1 || x.nterms > EXPR_TERMS || x.nslots > 8);
        (void)expr_value(&x, value, NULL);
    }
    arena_free(&a);
    return 0;
}
