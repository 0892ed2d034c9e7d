/*
 * The wire format, apart from any socket: frames, the handshake, requests and replies, checked by
 * the table of rpc.def. Everything that comes from a peer goes through these functions.
 */
#ifndef SEKISHO_RPC_CODEC_H
#define SEKISHO_RPC_CODEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rpc.h"

enum rpc_type { RPC_TEXT, RPC_INT, RPC_BOOL, RPC_JSON };
struct rpc_field {
    const char *name;
    enum rpc_type type;
    int64_t max;
};
struct rpc_method_def {
    const char *name, *callers; /* letters: C console, P portal, L local root */
    int deadline_ms;
    const struct rpc_field *request, *reply; /* each ends with name NULL */
};
extern const struct rpc_method_def rpc_methods[RPC__COUNT];

/* Bytes of JSON behind the four bytes a frame starts with. 0: none, or more than RPC_FRAME_MAX;
 * close the connection. */
size_t rpc_frame_size(const unsigned char head[4]);
/* A frame with this JSON, in the arena. An object over the limit is our bug. */
unsigned char *rpc_frame(struct arena *a, const json_t *j, size_t *n);

/* p: payload of a frame, without the 4 bytes. -1 and ERR_INPUT: close the connection. */
unsigned char *rpc_hello(struct arena *a, size_t *n);
int rpc_read_hello(struct arena *a, const unsigned char *p, size_t n, struct err *e);

/* NULL and ERR_INPUT "rpc-fields": params are not the declared fields, e.g. somebody's text is
 * longer than its limit or is no UTF-8. Nothing of a value is in the error. */
unsigned char *rpc_request(struct arena *a, enum rpc_method m, int64_t id, json_t *params,
                           size_t *n, struct err *e);
int rpc_read_request(struct arena *a, const unsigned char *p, size_t n, enum rpc_method *m,
                     int64_t *id, json_t **params, struct err *e);

/* error NULL: ok is sent. */
unsigned char *rpc_reply(struct arena *a, enum rpc_method m, int64_t id, json_t *ok,
                         const struct err *error, size_t *n);
/* 0: *ok is the checked object. -1: the error the engine sent, or ERR_ENV "engine-garbled". */
int rpc_read_reply(struct arena *a, const unsigned char *p, size_t n, enum rpc_method m, int64_t id,
                   json_t **ok, struct err *e);

/* Exactly the fields of the list, of their types and within their limits. */
bool rpc_fields_ok(const struct rpc_field *fields, const json_t *obj, char why[80]);

#endif
