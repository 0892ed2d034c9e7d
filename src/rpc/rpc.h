/*
 * Calls from console, portal and CLI to the engine, over a Unix stream socket.
 *
 * Frame: 4 bytes big-endian length (<= 1 MiB), then one JSON object. The first frame of each side
 * is the handshake {"sekisho":1,"version":"0.1.0"}; another major number is refused. Then
 *   request {"id":n,"method":"auth.verify","params":{...}}
 *   reply   {"id":n,"ok":{...}}  or  {"id":n,"error":{"class":"input","code":"...","text":"..."}}
 * Decoding is by table (rpc.def): unknown, missing, duplicate, too long or wrong type = the
 * connection is closed and the process lives (T-I1). The server checks SO_PEERCRED.
 */
#ifndef SEKISHO_RPC_H
#define SEKISHO_RPC_H

#include <jansson.h>
#include <stddef.h>

struct arena;
struct err;

#define RPC_FRAME_MAX (1024 * 1024)
#define RPC_VERSION 1

enum rpc_method {
#define RPC(id, name, callers, deadline, req, rep) RPC_##id,
#include "rpc.def"
#undef RPC
    RPC__COUNT
};

/* One call. params: object with exactly the declared fields, checked before sending: ERR_INPUT
 * "rpc-fields", since the texts in it are often what somebody typed. On success *reply is the
 * checked "ok" object, owned by the arena. Two implementations, chosen at link time: rpc_sync.c
 * blocks (CLI), rpc_coro.c awaits (console module). -1: ERR_ENV "engine-down" or "engine-late", or
 * the error the engine sent. */
int rpc_call(struct arena *a, enum rpc_method m, json_t *params, json_t **reply, struct err *e);

#endif
