/* What the RPC handlers share; made once by role_rpc.c. */
#ifndef SEKISHO_HND_CTX_H
#define SEKISHO_HND_CTX_H

#include <stdint.h>

struct countries;
struct db;
struct role_ctx;

struct hnd_ctx {
    struct db *db;
    unsigned char master_key[32];
    const struct role_ctx *role; /* scan_fd: the worker for previews */
    int preview_ms;              /* for it to be free, and for reading and its work, each; 0 = default */
    int64_t started_at;
    const struct countries *countries; /* NULL: none */
};

#endif
