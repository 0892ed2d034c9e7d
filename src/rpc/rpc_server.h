/*
 * The engine's end: accepts, checks who calls (SO_PEERCRED), decodes by table and calls the
 * handler. A thread per connection, at most RPC_CONNECTIONS; a bad frame closes that connection
 * only.
 */
#ifndef SEKISHO_RPC_SERVER_H
#define SEKISHO_RPC_SERVER_H

#include "rpc.h"

#define RPC_CONNECTIONS 64
#define RPC_CONNECTIONS_EACH \
    40                    /* of one class of callers: a portal gone mad leaves room for others */
#define RPC_IDLE_MS 30000 /* a connection that asks nothing for so long is closed */

struct rpc_caller {
    char class; /* 'C' console, 'P' portal, 'L' local root (or our own user) */
    int uid;
    void *ctx; /* of rpc_serve */
};
/* Fills *reply with an object that has exactly the declared fields (a reference that the server
 * drops), or returns -1. */
typedef int rpc_handler(struct arena *a, const struct rpc_caller *c, json_t *params, json_t **reply,
                        struct err *e);
#define RPC(id, name, callers, deadline, req, rep) rpc_handler hnd_##id;
#include "rpc.def"
#undef RPC

/* Serves a listening socket until stop() says true (asked at least each 200 ms). handlers: one per
 * method, in the order of rpc.def. Waits up to 5 s for the calls under way; returns how many are
 * still running then: they still use ctx. */
int rpc_serve(int listener, void *ctx, int (*stop)(void), rpc_handler *const *handlers);

#endif
