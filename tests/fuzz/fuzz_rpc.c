/* Frames of the RPC as they come from a peer. */
#include "common/arena.h"
#include "common/err.h"
#include "rpc/rpc_codec.h"

int LLVMFuzzerTestOneInput(const unsigned char *p, size_t n);

int
LLVMFuzzerTestOneInput(const unsigned char *p, size_t n)
{
    struct arena *a = arena_new();
    struct err e;
    enum rpc_method m;
    int64_t id;
    json_t *j;
    if (n >= 4)
        (void)rpc_frame_size(p);
    (void)rpc_read_hello(a, p, n, &e);
    (void)rpc_read_request(a, p, n, &m, &id, &j, &e);
    for (int i = 0; i < RPC__COUNT; i++)
        (void)rpc_read_reply(a, p, n, (enum rpc_method)i, 1, &j, &e);
    arena_free(&a);
    return 0;
}
