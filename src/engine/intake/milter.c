#include "milter.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "../../common/arena.h"
#include "../../common/buf.h"
#include "../../common/err.h"
#include "../../common/evlog.h"

#define VERSION 6
#define FIRST_ROOM (64 * 1024)
#define KEPT_ROOM (4 * FIRST_ROOM)

/* Actions and protocol flags (mfdef.h of Sendmail is their only list). */
#define ACTION_ADD_HEADERS 0x001u
#define ACTION_DELETE_RECIPIENTS 0x008u
#define ACTION_CHANGE_HEADERS 0x010u
#define ACTION_SET_SYMBOLS 0x100u
#define ACTIONS \
    (ACTION_ADD_HEADERS | ACTION_DELETE_RECIPIENTS | ACTION_CHANGE_HEADERS | ACTION_SET_SYMBOLS)

#define NO_REPLY_HEADER 0x000080u
#define NO_UNKNOWN 0x000100u
#define NO_DATA 0x000200u
#define NO_REPLY_CONNECT 0x001000u
#define NO_REPLY_HELO 0x002000u
#define NO_REPLY_MAIL 0x004000u
#define NO_REPLY_END_OF_HEADER 0x040000u
#define NO_REPLY_BODY 0x080000u
#define LEADING_SPACE 0x100000u
/* Nothing is answered before RCPT, nor between DATA and its end. */
#define PROTOCOL                                                                                 \
    (NO_REPLY_HEADER | NO_UNKNOWN | NO_DATA | NO_REPLY_CONNECT | NO_REPLY_HELO | NO_REPLY_MAIL | \
     NO_REPLY_END_OF_HEADER | NO_REPLY_BODY | LEADING_SPACE)

/* Macros by stage: connect 0, helo 1, mail 2, rcpt 3, data 4, end of message 5, end of header 6. */
static const char *const symbols[] = {
    "{daemon_name} {client_addr} {client_name}", "", "{tls_version}", "", "", "i", ""};

struct milter_conn {
    const struct milter_callbacks *cb;
    void *session;
    char *data;
    size_t cap, start, end; /* data[start..end) is unread */
    bool negotiated;
    struct milter_macros macros;
};

/* What is left of a packet. */
struct packet {
    char command;
    const char *p, *end;
};

struct milter_conn *
milter_conn_new(const struct milter_callbacks *cb)
{
    struct milter_conn *c = calloc(1, sizeof *c);

    BUG_IF(!c);
    c->cb = cb;
    c->session = cb->open();
    return c;
}

void
milter_conn_free(struct milter_conn **c)
{
    if (!*c)
        return;
    (*c)->cb->close((*c)->session);
    free((*c)->data);
    free(*c);
    *c = NULL;
}

char *
milter_conn_space(struct milter_conn *c, size_t *room)
{
    if (c->start == c->end) {
        c->start = c->end = 0;
        if (c->cap > KEPT_ROOM) { /* one long header does not cost its memory for the session */
            free(c->data);
            c->data = NULL;
            c->cap = 0;
        }
    } else if (c->start > 0) {
        memmove(c->data, c->data + c->start, c->end - c->start);
        c->end -= c->start;
        c->start = 0;
    }
    if (c->cap - c->end < FIRST_ROOM / 2) {
        /* A packet is at most MILTER_PACKET_MAX long, so this ends. */
        size_t cap = c->cap ? 2 * c->cap : FIRST_ROOM;
        char *bigger = realloc(c->data, cap);
        BUG_IF(!bigger || cap > 4 * (size_t)MILTER_PACKET_MAX);
        c->data = bigger;
        c->cap = cap;
    }
    *room = c->cap - c->end;
    return c->data + c->end;
}

/* ---------------------------------------------------------------- reading packets */

static uint32_t
number(const char *p)
{
    uint32_t v;

    memcpy(&v, p, sizeof v);
    return ntohl(v);
}

/* 1: a packet; 0: not complete; -1: not the protocol. */
static int
next_packet(struct milter_conn *c, struct packet *out)
{
    size_t have = c->end - c->start, n;

    if (have < 4)
        return 0;
    n = number(c->data + c->start);
    if (n == 0 || n > MILTER_PACKET_MAX)
        return -1;
    if (have < 4 + n)
        return 0;
    out->command = c->data[c->start + 4];
    out->p = c->data + c->start + 5;
    out->end = c->data + c->start + 4 + n;
    c->start += 4 + n;
    return 1;
}

/* The next text of the packet; NULL when there is none with its NUL. */
static const char *
text(struct packet *p)
{
    const char *start = p->p, *nul = memchr(p->p, '\0', (size_t)(p->end - p->p));

    if (!nul)
        return NULL;
    p->p = nul + 1;
    return start;
}

/* ---------------------------------------------------------------- writing packets */

static void
add_number(struct buf *b, uint32_t v)
{
    v = htonl(v);
    buf_add(b, &v, sizeof v);
}

static void
add_packet(struct buf *b, char command, const void *p, size_t n)
{
    add_number(b, (uint32_t)n + 1);
    buf_char(b, command);
    buf_add(b, p, n);
}

/* We asked for values with their leading space, so ours brings one. */
static void
add_field(struct buf *b, const char *name, const char *value)
{
    buf_add(b, name, strlen(name) + 1);
    buf_char(b, ' ');
    buf_add(b, value, strlen(value) + 1);
}

static uint32_t
field_size(const char *name, const char *value)
{
    return (uint32_t)(strlen(name) + 1 + 1 + strlen(value) + 1);
}

void
milter_add_header(struct milter_out *o, const char *name, const char *value)
{
    add_number(o->changes, 1 + field_size(name, value));
    buf_char(o->changes, 'h');
    add_field(o->changes, name, value);
}

void
milter_insert_header(struct milter_out *o, const char *name, const char *value)
{
    add_number(o->changes, 1 + 4 + field_size(name, value));
    buf_char(o->changes, 'i');
    add_number(o->changes, 0); /* before the first */
    add_field(o->changes, name, value);
}

void
milter_change_header(struct milter_out *o, const char *name, int ordinal, const char *value)
{
    add_number(o->changes, 1 + 4 + field_size(name, value));
    buf_char(o->changes, 'm');
    add_number(o->changes, (uint32_t)ordinal);
    add_field(o->changes, name, value);
}

void
milter_remove_header(struct milter_out *o, const char *name, int ordinal)
{
    struct buf *b = o->changes;

    add_number(b, (uint32_t)(1 + 4 + strlen(name) + 1 + 1));
    buf_char(b, 'm');
    add_number(b, (uint32_t)ordinal);
    buf_add(b, name, strlen(name) + 1);
    buf_add(b, "", 1); /* no value: it goes */
}

void
milter_remove_recipient(struct milter_out *o, const char *address)
{
    struct buf *b = o->changes;

    add_number(b, (uint32_t)(1 + strlen(address) + 3));
    buf_char(b, '-');
    buf_char(b, '<');
    buf_str(b, address);
    buf_add(b, ">", 2);
}

enum milter_answer
milter_refuse(struct milter_out *o, int code, const char *enhanced, const char *text_)
{
    reply_make(&o->reply, code, enhanced, text_);
    return MILTER_REPLY;
}

static void
add_answer(struct buf *b, enum milter_answer answer, struct milter_out *o)
{
    char line[256];

    switch (answer) {
    case MILTER_CONTINUE:
        if (o->changes->len > 0)
            buf_add(b, o->changes->data, o->changes->len);
        add_packet(b, 'c', "", 0);
        return;
    case MILTER_DISCARD:
        add_packet(b, 'd', "", 0);
        return;
    case MILTER_REPLY:
        break;
    }
    (void)snprintf(line, sizeof line, "%s %s %s", o->reply.code, o->reply.enhanced, o->reply.text);
    add_packet(b, 'y', line, strlen(line) + 1);
}

/* ---------------------------------------------------------------- commands */

static bool
negotiate(struct milter_conn *c, struct packet *p, struct buf *out)
{
    uint32_t version, actions, protocol, n = 1 + 12;

    if (c->negotiated || p->end - p->p < 12)
        return false;
    version = number(p->p);
    actions = number(p->p + 4);
    protocol = number(p->p + 8);
    if (version < VERSION || (actions & ACTIONS) != ACTIONS || (protocol & PROTOCOL) != PROTOCOL) {
        evlog(EVLOG_ERROR, "milter.too-old", "hint",
              "needs Postfix 2.6 or newer, milter_protocol = 6", NULL);
        return false;
    }
    for (uint32_t i = 0; i < sizeof symbols / sizeof *symbols; i++)
        n += 4 + (uint32_t)strlen(symbols[i]) + 1;
    add_number(out, n);
    buf_char(out, 'O');
    add_number(out, VERSION);
    add_number(out, ACTIONS);
    add_number(out, PROTOCOL);
    for (uint32_t i = 0; i < sizeof symbols / sizeof *symbols; i++) {
        add_number(out, i);
        buf_add(out, symbols[i], strlen(symbols[i]) + 1);
    }
    c->negotiated = true;
    return true;
}

static bool
take_macros(struct milter_conn *c, struct packet *p)
{
    struct milter_macros *m = &c->macros;
    const struct {
        const char *name;
        char *to;
        size_t size;
    } known[] = {{"{daemon_name}", m->daemon_name, sizeof m->daemon_name},
                 {"{client_addr}", m->client_addr, sizeof m->client_addr},
                 {"{client_name}", m->client_name, sizeof m->client_name},
                 {"{tls_version}", m->tls_version, sizeof m->tls_version},
                 {"i", m->queue_id, sizeof m->queue_id}};
    const char *name, *value;

    if (p->p == p->end)
        return false;
    p->p++; /* the command they belong to */
    while (p->p < p->end) {
        name = text(p);
        value = name ? text(p) : NULL;
        if (!value)
            return false;
        for (size_t i = 0; i < sizeof known / sizeof *known; i++)
            if (strcmp(name, known[i].name) == 0)
                (void)snprintf(known[i].to, known[i].size, "%s", value);
    }
    return true;
}

/* host NUL family [port address NUL] */
static bool
on_connect(struct milter_conn *c, struct packet *p)
{
    const char *host = text(p), *ip = "";
    char family;

    if (!host || p->p == p->end)
        return false;
    family = *p->p++;
    if (family == '4' || family == '6') {
        if (p->end - p->p < 3)
            return false;
        p->p += 2;
        ip = text(p);
        if (!ip)
            return false;
        if (strncmp(ip, "IPv6:", 5) == 0)
            ip += 5;
    }
    c->cb->connect(c->session, &c->macros, host, ip);
    return true;
}

static bool
on_rcpt(struct milter_conn *c, struct packet *p, struct buf *out)
{
    struct arena *a;
    struct milter_out o = {0};
    const char *address = text(p);

    if (!address)
        return false;
    a = arena_new();
    o.changes = buf_new(a, 0);
    add_answer(out, c->cb->rcpt(c->session, address, &o), &o);
    arena_free(&a);
    return true;
}

static bool
on_header(struct milter_conn *c, struct packet *p)
{
    const char *name = text(p), *value = name ? text(p) : NULL;

    if (!value)
        return false;
    c->cb->header(c->session, name, value);
    return true;
}

/* The other parameters of MAIL: "SIZE=123". */
static int64_t
declared_size(struct packet *p)
{
    const char *s;

    while ((s = text(p)) != NULL)
        if (strncasecmp(s, "SIZE=", 5) == 0 && strspn(s + 5, "0123456789") == strlen(s + 5) &&
            strlen(s + 5) < 16)
            return strtoll(s + 5, NULL, 10);
    return 0;
}

static bool
on_text(struct milter_conn *c, struct packet *p)
{
    const char *s = text(p);

    if (!s)
        return false;
    if (p->command == 'H') {
        c->cb->helo(c->session, s);
    } else {
        c->macros.queue_id[0] = '\0';
        c->cb->mail(c->session, &c->macros, s, declared_size(p));
    }
    return true;
}

static bool
on_end(struct milter_conn *c, struct packet *p, struct buf *out)
{
    struct arena *a = arena_new();
    struct milter_out o = {.changes = buf_new(a, 0)};

    if (p->p < p->end)
        c->cb->body(c->session, p->p, (size_t)(p->end - p->p));
    add_answer(out, c->cb->end(c->session, &c->macros, &o), &o);
    arena_free(&a);
    return true;
}

/* The same connection, another SMTP session. */
static bool
start_again(struct milter_conn *c)
{
    c->cb->close(c->session);
    c->session = c->cb->open();
    memset(&c->macros, 0, sizeof c->macros);
    return true;
}

static bool
handle(struct milter_conn *c, struct packet *p, struct buf *out)
{
    if (!c->negotiated || p->command == 'O')
        return p->command == 'O' && negotiate(c, p, out);
    switch (p->command) {
    case 'D':
        return take_macros(c, p);
    case 'C':
        return on_connect(c, p);
    case 'H':
    case 'M':
        return on_text(c, p);
    case 'R':
        return on_rcpt(c, p, out);
    case 'L':
        return on_header(c, p);
    case 'N':
        c->cb->end_of_header(c->session);
        return true;
    case 'B':
        c->cb->body(c->session, p->p, (size_t)(p->end - p->p));
        return true;
    case 'E':
        return on_end(c, p, out);
    case 'A':
        c->cb->abort(c->session);
        return true;
    case 'K':
        return start_again(c);
    default: /* 'Q' and everything unknown */
        return false;
    }
}

bool
milter_conn_take(struct milter_conn *c, size_t n, struct buf *out)
{
    struct packet p;
    int rc;
    bool go = true;

    BUG_IF(n > c->cap - c->end);
    c->end += n;
    buf_clear(out);
    while (go && (rc = next_packet(c, &p)) != 0) {
        if (rc < 0)
            return false;
        go = handle(c, &p, out);
    }
    return go;
}
