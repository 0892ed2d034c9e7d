/*
 * Kore's connections, and the only file that reads from and writes to them.
 *
 * The listener's connect callback takes each connection before Kore's HTTP code sees it (web_head.h
 * says why): bytes are collected here up to the end of the head, then up to Content-Length; then
 * nothing more is read until the answer has been sent. While a request is worked on, the receive
 * buffer is NULL, which is how Kore's net_recv_flush() is told to stop. A body that has not come
 * along with its head is only read after web_entry.c has let its sender in.
 *
 * Deadlines are our own, looked at once a second: Kore's begin anew with each byte, would answer
 * 408 without our headers, and its header timer runs on while a download is being sent (K4).
 */
#include "web_call.h"
#include "console.h"
#include "web_body.h"
#include "web_core.h"
#include "web_peers.h"

#include "../common/arena.h"
#include "../common/buf.h"
#include "../common/err.h"
#include "../common/evlog.h"
#include "../common/when.h"

#include <kore/kore.h>

#define KEEPALIVE_MS 20000 /* from an answer to the next request */
#define HEAD_MS 10000      /* from the connection, handshake included, or from the first byte */
#define BODY_MS 30000
#define SEND_MS 60000
#define RATE 10         /* bytes per ms that a slow but honest client must reach, on top */
#define KORE_MS 3600000 /* Kore's own idle time: out of the way */
#define RUNNING_MAX 1000
#define PER_ADDRESS 400 /* connections of one address, per worker; of 2048 */
#define LATE_PAGES 100  /* 408 pages per tick; others who are late are cut off without one */

#define LINGER_MS 2000
#define LINGER_MAX (1024u * 1024)

/* LINGER: the last answer is out and our side is shut; what still comes is thrown away for a while,
 * because closing at once would make the kernel answer it with a reset that can overtake and
 * destroy the answer. */
enum conn_state { HEAD, BODY, RUNNING, SENDING, LINGER };

struct web_conn {
    struct connection *c;
    enum conn_state state;
    int64_t since; /* this state: the connection, the first byte of a head, of a body ... */
    bool waiting;  /* HEAD: no byte of the request yet */
    bool again;    /* not the first request here */
    struct web_call *call;
    struct web_body body;
    size_t drained, sending;
    bool shaking, pumping, last; /* last: no request after this one */
    bool too_many;
    struct web_peer peer;
    char ip[INET6_ADDRSTRLEN];
};

static int running;

static int web_recv(struct netbuf *nb);

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
    w->since = when_mono();
    w->waiting = w->again = true;
    net_recv_reset(w->c, WEB_HEAD_MAX, web_recv);
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
    call->body = arena_memdup(call->a, w->body.p ? w->body.p : "", call->head.length);
    web_body_free(&w->body);
    work(w, 0);
}

static void
body_refused(struct web_conn *w, int status)
{
    web_body_free(&w->body);
    work(w, status);
}

static void
read_body(struct web_conn *w)
{
    w->state = BODY;
    w->since = when_mono();
    if (w->call->head.expect && !w->body.n)
        net_send_queue(w->c, "HTTP/1.1 100 Continue\r\n\r\n", 25);
    net_recv_reset(w->c, WEB_HEAD_MAX, web_recv);
}

/* A body of which something is missing still: whose is it, and may he? */
static void
admit(struct web_conn *w)
{
    bool ask = false;
    int status = web_entry_body(&w->call->head, &ask);
    if (status) {
        body_refused(w, status);
    } else if (!ask) {
        read_body(w);
    } else if (running >= RUNNING_MAX) {
        body_refused(w, 503);
    } else {
        w->state = RUNNING;
        stop_reading(w->c);
        running++;
        web_entry_admit(w->call);
    }
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
    if (!status && !web_body_add(&w->body, p + n, rest, length))
        status = 503;
    if (status)
        body_refused(w, status);
    else if (rest == length)
        body_complete(w);
    else
        admit(w);
}

static int
discard(struct netbuf *nb)
{
    struct web_conn *w = nb->owner->hdlr_extra;
    w->drained += nb->s_off;
    nb->s_off = 0;
    return w->drained > LINGER_MAX ? KORE_RESULT_ERROR : KORE_RESULT_OK;
}

static int
web_recv(struct netbuf *nb)
{
    struct web_conn *w = nb->owner->hdlr_extra;
    if (w->state == BODY) {
        size_t length = w->call->head.length, n = nb->s_off;
        nb->s_off = 0;
        if (n > length - w->body.n)
            body_refused(w, 400);
        else if (!web_body_add(&w->body, nb->buf, n, length))
            body_refused(w, 503);
        else if (w->body.n == length)
            body_complete(w);
        return KORE_RESULT_OK;
    }
    if (w->waiting) {
        /* Empty lines before a request are skipped (RFC 9112 2.2). */
        while (nb->s_off >= 2 && !memcmp(nb->buf, "\r\n", 2)) {
            nb->s_off -= 2;
            memmove(nb->buf, nb->buf + 2, nb->s_off);
        }
        if (!nb->s_off)
            return KORE_RESULT_OK;
        w->waiting = false;
        if (w->again)
            w->since = when_mono();
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
    w->drained = 0;
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
    if (w->too_many)
        return KORE_RESULT_ERROR;
    if (w->shaking) {
        int r = console_tls_shake(c);
        if (r != 1)
            return r ? KORE_RESULT_OK : KORE_RESULT_ERROR;
        w->shaking = false;
        net_recv_queue(c, WEB_HEAD_MAX, NETBUF_CALL_CB_ALWAYS, web_recv);
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
        w->since = when_mono();
        w->sending = call->out_head->len + call->out_n;
        web_body_free(&w->body); /* of one who was not let in */
        if (c->state == CONN_STATE_ESTABLISHED && pump(c) == KORE_RESULT_ERROR)
            kore_connection_disconnect(c);
    }
    arena_free(&(struct arena *){call->a});
}

void
web_conn_go_on(struct web_call *call)
{
    struct web_conn *w = call->conn;
    running--;
    if (!w) {
        arena_free(&(struct arena *){call->a});
        return;
    }
    read_body(w);
    if (w->c->state == CONN_STATE_ESTABLISHED && pump(w->c) == KORE_RESULT_ERROR)
        kore_connection_disconnect(w->c);
}

static void
web_disconnect(struct connection *c)
{
    struct web_conn *w = c->hdlr_extra; /* Kore frees it together with the connection */
    web_peer_leave(&w->peer);
    web_body_free(&w->body);
    if (!w->call)
        return;
    if (w->state == RUNNING)
        w->call->conn = NULL;
    else
        arena_free(&w->call->a);
    w->call = NULL;
}

/* Proxies of ours bring many people by one address. */
static void
count_peer(struct web_conn *w)
{
    static int64_t said;
    if (web_site_proxy(w->ip) || web_peer_enter(&w->peer, w->ip) <= PER_ADDRESS)
        return;
    w->too_many = true; /* Kore wants it alive until the callback has ended */
    if (when_mono() - said > 1000) {
        said = when_mono();
        evlog(EVLOG_WARN, "web.too_many", "ip", w->ip, NULL);
    }
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
    c->idle_timer.length = KORE_MS;
    w->since = when_mono();
    w->waiting = true;
    count_peer(w);
    w->shaking = !w->too_many && console_tls_accept(c);
    if (!w->shaking)
        net_recv_queue(c, WEB_HEAD_MAX, NETBUF_CALL_CB_ALWAYS, web_recv);
}

static bool
too_late(const struct web_conn *w, int64_t now)
{
    int64_t limit = HEAD_MS;
    switch (w->state) {
    case HEAD:
        limit = w->waiting && w->again ? KEEPALIVE_MS : HEAD_MS;
        break;
    case BODY:
        limit = BODY_MS + (int64_t)w->body.n / RATE;
        break;
    case RUNNING: /* each wait in there has a deadline of its own */
        return false;
    case SENDING:
        limit = SEND_MS + (int64_t)w->sending / RATE;
        break;
    case LINGER:
        limit = LINGER_MS;
        break;
    }
    return now - w->since > limit;
}

/* All that are late, in one tick: whoever opens many would otherwise keep them for long. Refusing
 * and disconnecting take the connection itself out of the list, never another one. */
void
web_conn_tick(void)
{
    int64_t now = when_mono();
    int pages = 0;
    struct connection *c, *next;
    for (c = TAILQ_FIRST(&connections); c; c = next) {
        next = TAILQ_NEXT(c, list);
        struct web_conn *w = c->hdlr_extra;
        if (c->disconnect != web_disconnect || (!w->too_many && !too_late(w, now)))
            continue;
        bool asked = (w->state == HEAD && !w->waiting) || w->state == BODY;
        if (!asked || w->shaking || pages++ >= LATE_PAGES) {
            kore_connection_disconnect(c);
            continue;
        }
        if (w->state == HEAD)
            new_call(w);
        body_refused(w, 408);
    }
}
