/*
 * Kore's connections, and the only file that reads from and writes to them.
 *
 * The listener's connect callback takes each connection before Kore's HTTP code sees it (web_head.h
 * says why): bytes are collected here up to the end of the head, then up to Content-Length; then
 * nothing more is read until the answer has been sent. While a request is worked on, the receive
 * buffer is NULL, which is how Kore's net_recv_flush() is told to stop.
 *
 * Deadlines are our own, looked at once a second: Kore's would answer 408 without our headers, and
 * its header timer runs on while a download is being sent (K4).
 */
#include "web_call.h"
#include "console.h"

#include "../common/arena.h"
#include "../common/buf.h"
#include "../common/err.h"
#include "../common/when.h"

#include <kore/kore.h>

#define KEEPALIVE_MS 20000
#define HEAD_MS 10000
#define BODY_MS 30000
#define BODY_RATE 10      /* bytes per ms that a slow but honest upload must reach */
#define BUSY_MS 60000     /* Kore's idle time while we look at deadlines ourselves, or send */
#define RUNNING_MAX 1000
#define BODIES_MAX (64u * 1024 * 1024) /* memory of all bodies being received, per worker */

#define LINGER_MS 2000
#define LINGER_MAX (1024u * 1024)

/* LINGER: the last answer is out and our side is shut; what still comes is thrown away for a while,
 * because closing at once would make the kernel answer it with a reset that can overtake and
 * destroy the answer. */
enum conn_state { HEAD, BODY, RUNNING, SENDING, LINGER };

struct web_conn {
    struct connection *c;
    enum conn_state state;
    int64_t since; /* first byte of the head, of the body */
    struct web_call *call;
    char *body;
    size_t got;
    bool shaking, pumping, last; /* last: no request after this one */
    char ip[INET6_ADDRSTRLEN];
};

static int running;
static size_t bodies; /* bytes reserved */

static int web_recv(struct netbuf *nb);

int
web_conn_running(void)
{
    return running;
}

static void
stop_reading(struct connection *c)
{
    kore_free(c->rnb->buf);
    c->rnb->buf = NULL;
    c->rnb->m_len = 0;
    c->rnb->s_off = 0;
}

static void
read_head(struct web_conn *w)
{
    w->state = HEAD;
    w->since = 0;
    w->c->idle_timer.length = KEEPALIVE_MS;
    net_recv_reset(w->c, WEB_HEAD_MAX, web_recv);
}

static void
drop_body(struct web_conn *w)
{
    if (!w->body)
        return;
    bodies -= w->call->head.length;
    free(w->body);
    w->body = NULL;
}

static void
new_call(struct web_conn *w)
{
    struct arena *a = arena_new();
    struct web_call *call = arena_alloc(a, sizeof *call);
    call->a = a;
    call->conn = w;
    call->client_ip = arena_strdup(a, w->ip);
    call->tls = w->c->ssl != NULL;
    call->start_us = when_mono_us();
    w->call = call;
}

static void
work(struct web_conn *w, int status)
{
    struct web_call *call = w->call;
    w->state = RUNNING;
    w->c->idle_timer.length = 10 * BUSY_MS;
    stop_reading(w->c);
    running++;
    if (!status && running > RUNNING_MAX)
        status = 503;
    if (status) {
        call->close = true;
        web_entry_refuse(call, status);
    } else {
        web_entry(call);
    }
}

static void
body_complete(struct web_conn *w)
{
    struct web_call *call = w->call;
    call->body = arena_memdup(call->a, w->body ? w->body : "", call->head.length);
    drop_body(w);
    work(w, 0);
}

/* The head is complete: n bytes in p, the rest of the buffer belongs to the body. */
static void
head_complete(struct web_conn *w, const char *p, size_t n, size_t rest)
{
    new_call(w);
    struct web_call *call = w->call;
    char *copy = arena_memdup(call->a, p, n);
    int status = web_head_parse(copy, n, &call->head);
    size_t length = status ? 0 : call->head.length;
    if (!status && rest > length) /* K1, and no pipelining: nobody agrees on what it would mean */
        status = 400;
    if (!status && length > web_entry_body_max(&call->head))
        status = 413;
    if (!status && length > BODIES_MAX - bodies)
        status = 503;
    if (status || !length) {
        if (status)
            work(w, status);
        else
            body_complete(w);
        return;
    }
    w->body = malloc(length);
    if (!w->body)
        bug("out of memory (%zu bytes)", length);
    bodies += length;
    memcpy(w->body, p + n, rest);
    w->got = rest;
    if (rest == length) {
        body_complete(w);
        return;
    }
    w->state = BODY;
    w->since = when_mono();
    if (call->head.expect && !rest)
        net_send_queue(w->c, "HTTP/1.1 100 Continue\r\n\r\n", 25);
    net_recv_reset(w->c, WEB_HEAD_MAX, web_recv);
}

static int
discard(struct netbuf *nb)
{
    struct web_conn *w = nb->owner->hdlr_extra;
    w->got += nb->s_off;
    nb->s_off = 0;
    return w->got > LINGER_MAX ? KORE_RESULT_ERROR : KORE_RESULT_OK;
}

static int
web_recv(struct netbuf *nb)
{
    struct web_conn *w = nb->owner->hdlr_extra;
    if (w->state == BODY) {
        size_t left = w->call->head.length - w->got;
        if (nb->s_off > left) {
            drop_body(w);
            work(w, 400);
            return KORE_RESULT_OK;
        }
        memcpy(w->body + w->got, nb->buf, nb->s_off);
        w->got += nb->s_off;
        nb->s_off = 0;
        if (w->got == w->call->head.length)
            body_complete(w);
        return KORE_RESULT_OK;
    }
    if (!w->since) {
        /* Empty lines before a request are skipped (RFC 9112 2.2). */
        while (nb->s_off >= 2 && !memcmp(nb->buf, "\r\n", 2)) {
            nb->s_off -= 2;
            memmove(nb->buf, nb->buf + 2, nb->s_off);
        }
        if (!nb->s_off)
            return KORE_RESULT_OK;
        w->since = when_mono();
        w->c->idle_timer.length = BUSY_MS;
    }
    long end = web_head_end((const char *)nb->buf, nb->s_off);
    if (end > 0) {
        head_complete(w, (const char *)nb->buf, (size_t)end, nb->s_off - (size_t)end);
    } else if (end < 0) {
        new_call(w);
        work(w, 431);
    }
    return KORE_RESULT_OK;
}

static void
sent(struct web_conn *w)
{
    struct connection *c = w->c;
    if (!w->last) {
        read_head(w);
        return;
    }
    if (c->ssl)
        SSL_shutdown(c->ssl);
    shutdown(c->fd, SHUT_WR);
    w->state = LINGER;
    w->since = when_mono();
    w->got = 0;
    net_recv_reset(c, WEB_HEAD_MAX, discard);
}

/* Reads and writes as far as it goes. Answers given meanwhile ask for another round instead of
 * calling us again, so a client cannot make the stack grow. */
static int
pump(struct connection *c)
{
    struct web_conn *w = c->hdlr_extra;
    if (w->pumping)
        return KORE_RESULT_OK;
    w->pumping = true;
    int r = KORE_RESULT_OK;
    for (bool again = true; again && r == KORE_RESULT_OK && c->state == CONN_STATE_ESTABLISHED;) {
        again = false;
        r = kore_connection_handle(c);
        if (c->state == CONN_STATE_ESTABLISHED && w->state == SENDING &&
            TAILQ_EMPTY(&c->send_queue)) {
            sent(w);
            again = (c->evt.flags & KORE_EVENT_READ) != 0;
        }
    }
    w->pumping = false;
    return r;
}

static int
web_handle(struct connection *c)
{
    struct web_conn *w = c->hdlr_extra;
    if (c->state == CONN_STATE_DISCONNECTING)
        return KORE_RESULT_OK;
    if (w->shaking) {
        int r = console_tls_shake(c);
        if (r != 1)
            return r ? KORE_RESULT_OK : KORE_RESULT_ERROR;
        w->shaking = false;
        net_recv_queue(c, WEB_HEAD_MAX, NETBUF_CALL_CB_ALWAYS, web_recv);
        c->idle_timer.length = KEEPALIVE_MS;
        c->evt.flags |= KORE_EVENT_READ | KORE_EVENT_WRITE;
    }
    return pump(c);
}

void
web_conn_answer(struct web_call *call)
{
    struct web_conn *w = call->conn;
    running--;
    if (w) {
        struct connection *c = w->c;
        w->call = NULL;
        net_send_queue(c, call->out_head->data, call->out_head->len);
        if (call->out_n)
            net_send_queue(c, call->out_body, call->out_n);
        w->last = call->close;
        w->state = SENDING;
        c->idle_timer.length = BUSY_MS;
        if (c->state == CONN_STATE_ESTABLISHED && pump(c) == KORE_RESULT_ERROR)
            kore_connection_disconnect(c);
    }
    arena_free(&(struct arena *){call->a});
}

static void
web_disconnect(struct connection *c)
{
    struct web_conn *w = c->hdlr_extra; /* Kore frees it together with the connection */
    if (!w->call)
        return;
    if (w->state == RUNNING) {
        w->call->conn = NULL;
    } else {
        drop_body(w);
        arena_free(&w->call->a);
    }
    w->call = NULL;
}

/* Named in kore_server_bind(). */
void web_connect(struct connection *c);
void
web_connect(struct connection *c)
{
    struct web_conn *w = kore_calloc(1, sizeof *w);
    w->c = c;
    if (c->family == AF_INET6 && IN6_IS_ADDR_V4MAPPED(&c->addr.ipv6.sin6_addr))
        inet_ntop(AF_INET, c->addr.ipv6.sin6_addr.s6_addr + 12, w->ip, sizeof w->ip);
    else if (c->family == AF_INET6)
        inet_ntop(AF_INET6, &c->addr.ipv6.sin6_addr, w->ip, sizeof w->ip);
    else
        inet_ntop(AF_INET, &c->addr.ipv4.sin_addr, w->ip, sizeof w->ip);
    c->proto = CONN_PROTO_UNKNOWN; /* keeps Kore's HTTP timers away */
    c->hdlr_extra = w;
    c->handle = web_handle;
    c->disconnect = web_disconnect;
    c->idle_timer.length = HEAD_MS;
    w->shaking = console_tls_accept(c);
    if (!w->shaking)
        net_recv_queue(c, WEB_HEAD_MAX, NETBUF_CALL_CB_ALWAYS, web_recv);
}

static bool
too_late(const struct web_conn *w, int64_t now)
{
    if (!w->since)
        return false;
    if (w->state == HEAD)
        return now - w->since > HEAD_MS;
    if (w->state == LINGER)
        return now - w->since > LINGER_MS;
    return w->state == BODY && now - w->since > BODY_MS + (int64_t)w->got / BODY_RATE;
}

void
web_conn_tick(void)
{
    int64_t now = when_mono();
    struct connection *c, *next;
    for (c = TAILQ_FIRST(&connections); c; c = next) {
        next = TAILQ_NEXT(c, list);
        struct web_conn *w = c->hdlr_extra;
        if (c->disconnect != web_disconnect || !too_late(w, now))
            continue;
        if (w->state == LINGER) {
            kore_connection_disconnect(c);
            continue;
        }
        if (w->state == HEAD)
            new_call(w);
        drop_body(w);
        work(w, 408);
        break; /* the list may have changed; the rest has its turn in the next tick */
    }
}
