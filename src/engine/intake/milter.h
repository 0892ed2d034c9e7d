/*
 * The milter protocol, version 6, as Postfix speaks it (milter_protocol = 6).
 *
 * Why not libmilter: its pool of workers costs four poll(2) and two read(2) for each of the 20 to
 * 50 packets of a message, 1.5 ms of CPU for a short one, more than all the rest of the gate.
 * Between RCPT and the end of the message nothing is answered, so Postfix sends it all in a few
 * writes, and this reader takes it in a few reads, one thread per session.
 *
 * The peer is our own Postfix, but what it forwards is hostile: every length is checked, order is
 * checked by the callbacks, and anything wrong ends this connection only (F-19).
 */
#ifndef SEKISHO_MILTER_H
#define SEKISHO_MILTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "intake_reply.h"

struct arena;
struct buf;
struct err;

#define MILTER_PACKET_MAX (1024 * 1024)

/* What a callback answers. Only rcpt and end are asked. */
enum milter_answer {
    MILTER_CONTINUE, /* at the end: the message passes, with the changes made */
    MILTER_DISCARD,
    MILTER_REPLY /* refused with out->reply */
};

/* Collects what is sent back to one packet. */
struct milter_out {
    struct buf *changes;
    struct reply reply;
};
/* Only from the end callback. value without the space behind the colon, folded with LF. Added below
 * the message's own fields, or above them. Removing comes first: it counts fields. */
void milter_add_header(struct milter_out *o, const char *name, const char *value);
void milter_insert_header(struct milter_out *o, const char *name, const char *value);
void milter_remove_header(struct milter_out *o, const char *name, int ordinal);
/* Another value for one that is there; ordinal counts from 1 those of this name. */
void milter_change_header(struct milter_out *o, const char *name, int ordinal, const char *value);
void milter_remove_recipient(struct milter_out *o, const char *address); /* without <> */
/* Fills o->reply and returns MILTER_REPLY. */
enum milter_answer milter_refuse(struct milter_out *o, int code, const char *enhanced,
                                 const char *text);

/* Macros that are asked for; "" until they are known. */
struct milter_macros {
    char daemon_name[64], client_addr[64], client_name[256], tls_version[32], queue_id[64];
};

/* Any pointer is valid only during the call. session: what open() returned. Never called at the
 * same time for one session. close() is called exactly once. */
struct milter_callbacks {
    void *(*open)(void);
    void (*connect)(void *session, const struct milter_macros *m, const char *host, const char *ip);
    void (*helo)(void *session, const char *name);
    /* size: of its SIZE=, 0 = not said. Anybody's word. */
    void (*mail)(void *session, const struct milter_macros *m, const char *sender, int64_t size);
    enum milter_answer (*rcpt)(void *session, const char *recipient, struct milter_out *o);
    /* value with the space behind the colon, folded with LF */
    void (*header)(void *session, const char *name, const char *value);
    void (*end_of_header)(void *session);
    void (*body)(void *session, const void *p, size_t n);
    enum milter_answer (*end)(void *session, const struct milter_macros *m, struct milter_out *o);
    void (*abort)(void *session);
    void (*close)(void *session);
};

/* One connection, apart from sockets: tests and the fuzzer feed it bytes. */
struct milter_conn;
struct milter_conn *milter_conn_new(const struct milter_callbacks *cb);
void milter_conn_free(struct milter_conn **c);
/* Room for up to *room more bytes from the peer; then milter_conn_take() how many came. */
char *milter_conn_space(struct milter_conn *c, size_t *room);
/* Handles the complete packets. Answers are in out (cleared first). false: close the connection,
 * after sending what is in out. */
bool milter_conn_take(struct milter_conn *c, size_t n, struct buf *out);

#endif
