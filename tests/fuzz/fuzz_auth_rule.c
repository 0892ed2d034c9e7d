/* Documents of rules of sender authentication: what is read is written, and read again the same. */
#include <stdlib.h>
#include <string.h>

#include "common/arena.h"
#include "common/auth_rule.h"
#include "common/err.h"
#include "common/jsonx.h"

int LLVMFuzzerTestOneInput(const unsigned char *p, size_t n);

int
LLVMFuzzerTestOneInput(const unsigned char *p, size_t n)
{
    struct arena *a = arena_new();
    struct auth_rule rule, back;
    struct auth_peers peers;
    const struct auth_pair *pairs;
    struct err e;
    json_t *j;
    int line, count;
    char *text = arena_strndup(a, (const char *)p, n), *once;

    (void)auth_peers_read(a, text, n % 2, &peers, &line, &e);
    (void)auth_pairs_read(a, text, &pairs, &count, &line, &e);
    if (jsonx_load(a, (const char *)p, n, 65536, &j, &e) == 0 &&
        auth_rule_from_json(a, j, &rule, &e) == 0) {
        j = auth_rule_to_json(a, &rule);
        once = jsonx_dump(a, j, NULL);
        if (auth_rule_from_json(a, j, &back, &e) < 0 ||
            strcmp(once, jsonx_dump(a, auth_rule_to_json(a, &back), NULL)) != 0)
            abort();
    }
    arena_free(&a);
    return 0;
}
