/* What a worker tells the gate of a message (msg_pack.c): what is read can be written and read again, the same. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "common/arena.h"
#include "common/err.h"
#include "common/jsonx.h"
#include "engine/msg/msg.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static struct msg *
read_facts(struct arena *a, const char *facts, size_t n)
{
    json_t *reply = jsonx_own(a, json_object());
    struct msg *m;
    struct err e;

    json_object_set_new(reply, "facts", json_stringn_nocheck(facts, n));
    return msg_unpack(a, reply, &m, &e) == 0 ? m : NULL;
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    struct arena *a = arena_new();
    const struct msg *m = read_facts(a, (const char *)p, n), *again;

    if (m) {
        const char *facts = msg_pack(m);
        again = read_facts(a, facts, strlen(facts));
        if (!again || strcmp(msg_pack(again), facts) != 0)
            abort();
        jsonx_own(a, msg_to_json(m)); /* what is stored */
    }
    arena_free(&a);
    return 0;
}
