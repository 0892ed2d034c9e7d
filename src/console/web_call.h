/*
 * Between the connection (web_conn.c, Kore) and the request (web_entry.c, pages): a complete
 * request as it came, before anything in it is believed.
 */
#ifndef SEKISHO_WEB_CALL_H
#define SEKISHO_WEB_CALL_H

#include "web_head.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct buf;
struct web_conn;

struct web_call {
    struct arena *a;       /* holds all of it; freed with the answer */
    struct web_conn *conn; /* NULL: the client has gone; the work is finished all the same */
    struct web_head head;
    const char *body;      /* head.length bytes, NUL behind; complete before web_entry() */
    const char *client_ip; /* of the TCP peer */
    bool tls;              /* our own TLS */
    int64_t start_us;

    /* The answer, filled in by web_entry.c. */
    struct buf *out_head;
    const void *out_body; /* in the arena or static */
    size_t out_n;
    bool close;
};

/* web_entry.c, called in the event loop. Each leads to exactly one web_conn_answer(). */
void web_entry(struct web_call *call);
/* Refuses a request whose head or body cannot be used; status as from web_head_parse(). */
void web_entry_refuse(struct web_call *call, int status);
/* A body has begun to come. 0, or the status to refuse it with unread: nobody wants it, it is too
 * long, there is no session at all. *ask: only some may send it, see web_entry_admit(). */
int web_entry_body(const struct web_head *h, bool *ask);
/* Has the sender a session with a fitting role? Leads to exactly one web_conn_go_on() or, refused,
 * web_conn_answer(). */
void web_entry_admit(struct web_call *call);

/* web_conn.c: sends the answer if the client is there, and frees the call. Event loop only. */
void web_conn_answer(struct web_call *call);
/* Reads the body; web_entry() follows when it is complete. */
void web_conn_go_on(struct web_call *call);

#endif
