#include "dns_unbound.h"

#include <ctype.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unbound.h>
#include <unistd.h>

#include "../../common/arena.h"
#include "../../common/err.h"
#include "../../common/when.h"
#include "dns_shared.h"
#include "dns_wire.h"

#define CLASS_IN 1
#define RECORDS_MAX 200
#define SERVERS_MAX 8
#define ON_THE_WAY_MAX 4000 /* questions, those given up included */

/* When the servers are taken for dead: this many questions without an answer, each waited for so
 * long. From then on nobody waits longer than SHORT_MS, until an answer comes that took SLOW_MS. (A
 * quick one may be from the cache, and says nothing about them.) Questions are still asked: their
 * late answers are what shows that the servers are back. */
#define DEAD_QUESTIONS 4
#define DEAD_MS 2000
#define SHORT_MS 25
#define SLOW_MS 5

struct dns_unbound {
    struct ub_ctx *ctx;
    pthread_t thread;
    int stop;    /* eventfd */
    bool shared; /* set before it is asked anything */
    pthread_mutex_t lock;
    /* Answers are taken from libunbound by one thread at a time: by one of those that wait for some, so that it is woken
     * itself and not by another thread, and by a thread of our own when there are only questions that were given up. */
    bool reading, stopping;
    int asking;          /* threads in dns_unbound_ask() */
    int sleepers;        /* those of them that wait while another one reads */
    pthread_cond_t idle; /* our own thread waits here */
    int on_the_way;
    struct question *first;   /* all that are on their way, the newest first */
    _Atomic int64_t spoke_at; /* monotonic ms: the last answer that said something; 0: none yet */
    int unanswered;           /* in a row, since an answer that says that the servers live */
};

/* One question. It belongs to the one that asks until it gives up, then to the callback, which
 * always comes: libunbound's own patience ends. (ub_cancel() cannot tell whether it was in time.) */
struct question {
    struct dns_unbound *resolver;
    struct question *next, **here;
    pthread_cond_t answered;
    int64_t began; /* monotonic ms */
    bool done, given_up;
    bool asleep;              /* somebody waits for `answered`, who may be made the reader */
    struct ub_result *result; /* NULL: failed */
};

static void
question_free(struct question *q)
{
    if (q->result)
        ub_resolve_free(q->result);
    pthread_cond_destroy(&q->answered);
    free(q);
}

/* Both with the lock held. */
static void
link_question(struct dns_unbound *u, struct question *q)
{
    q->next = u->first;
    q->here = &u->first;
    if (q->next)
        q->next->here = &q->next;
    u->first = q;
    u->on_the_way++;
}

static void
unlink_question(struct question *q)
{
    *q->here = q->next;
    if (q->next)
        q->next->here = q->here;
    q->resolver->on_the_way--;
}

static bool
said_something(const struct question *q)
{
    return q->result && (q->result->rcode == 0 || q->result->nxdomain);
}

static void
on_answer(void *arg, int rc, struct ub_result *result)
{
    struct question *q = arg;
    struct dns_unbound *u = q->resolver;
    bool given_up;

    pthread_mutex_lock(&u->lock);
    q->result = rc == 0 ? result : NULL;
    q->done = true;
    if (said_something(q) && when_mono() - q->began >= SLOW_MS)
        u->unanswered = 0;
    else if (!said_something(q) && !q->given_up && when_mono() - q->began >= DEAD_MS)
        u->unanswered++;
    unlink_question(q);
    given_up = q->given_up;
    if (!given_up)
        pthread_cond_signal(&q->answered);
    pthread_mutex_unlock(&u->lock);
    if (given_up)
        question_free(q);
}

/* With the lock held, which is given back for that time: answers are taken for as long as ms (-1: until there are some,
 * or stop). Nobody else reads meanwhile. */
static void
read_answers(struct dns_unbound *u, int ms)
{
    struct pollfd p[] = {{.fd = ub_fd(u->ctx), .events = POLLIN},
                         {.fd = u->stop, .events = POLLIN}};

    u->reading = true;
    pthread_mutex_unlock(&u->lock);
    if (poll(p, 2, ms) < 0 && errno != EINTR)
        bug("poll: %s", strerror(errno));
    if (p[0].revents)
        (void)ub_process(u->ctx);
    pthread_mutex_lock(&u->lock);
    u->reading = false;
}

/* With the lock held: who reads no longer wakes one that waits, or else our own thread. */
static void
hand_on(struct dns_unbound *u)
{
    struct question *q = u->sleepers ? u->first : NULL;

    while (q && !q->asleep)
        q = q->next;
    if (q)
        pthread_cond_signal(&q->answered);
    else if (!u->asking && u->first)
        pthread_cond_signal(&u->idle);
}

static void *
take_answers(void *arg)
{
    struct dns_unbound *u = arg;

    pthread_mutex_lock(&u->lock);
    while (!u->stopping) {
        if (u->reading || u->asking || !u->first) {
            pthread_cond_wait(&u->idle, &u->lock);
            continue;
        }
        read_answers(u, -1);
        if (u->asking)
            hand_on(u);
    }
    pthread_mutex_unlock(&u->lock);
    return NULL;
}

/* ---------------------------------------------------------------- making one */

/* "192.0.2.1", "192.0.2.1:53", "2001:db8::1", "[2001:db8::1]:53" -> "address@port" of libunbound. */
static bool
server_name(const char *word, size_t n, char *out, size_t size)
{
    const char *end = word + n, *port = NULL;
    const char *host = word, *host_end = end;
    const char *colon = memchr(word, ':', n);

    if (n > 0 && *word == '[') {
        host = word + 1;
        host_end = memchr(word, ']', n);
        if (!host_end || (host_end + 1 < end && host_end[1] != ':'))
            return false;
        port = host_end + 1 < end ? host_end + 2 : NULL;
    } else if (colon && !memchr(colon + 1, ':', (size_t)(end - colon - 1))) {
        host_end = colon;
        port = colon + 1;
    }
    if (host_end == host || port == end || (port && end - port > 5))
        return false;
    for (const char *p = port; p && p < end; p++)
        if (!isdigit((unsigned char)*p))
            return false;
    return snprintf(out, size, "%.*s%s%.*s", (int)(host_end - host), host, port ? "@" : "",
                    port ? (int)(end - port) : 0, port ? port : "") < (int)size;
}

static int
use_servers(struct dns_unbound *u, const char *servers, struct err *e)
{
    const char *p = servers + strspn(servers, " ,");
    char name[128];
    int n = 0;

    if (!*p) {
        int rc = ub_ctx_resolvconf(u->ctx, NULL);
        return rc ? err_set(e, ERR_ENV, "resolver", "/etc/resolv.conf: %s: set resolver",
                            ub_strerror(rc))
                  : 0;
    }
    for (; *p; p += strspn(p, " ,")) {
        size_t len = strcspn(p, " ,");
        if (++n > SERVERS_MAX || !server_name(p, len, name, sizeof name) ||
            ub_ctx_set_fwd(u->ctx, name) != 0)
            return err_set(e, ERR_INPUT, "resolver",
                           "resolver: %.*s is not ADDRESS or ADDRESS:PORT (at most %d)",
                           (int)(len < 80 ? len : 80), p, SERVERS_MAX);
        p += len;
    }
    return 0;
}

/* The order of options is that of their use; all of them must be known to the library. */
static int
configure(struct dns_unbound *u, const char *servers, bool dnssec, struct err *e)
{
    static const struct {
        const char *name, *value;
    } options[] = {{"do-not-query-localhost:", "no"},
                   /* names of private addresses: the servers know better than the library */
                   {"unblock-lan-zones:", "yes"},
                   {"insecure-lan-zones:", "yes"},
                   {"cache-max-ttl:", "3600"},
                   {"cache-max-negative-ttl:", "300"},
                   {"msg-cache-size:", "8m"},
                   {"rrset-cache-size:", "16m"},
                   {"num-queries-per-thread:", "4096"},
                   {"outgoing-range:", "512"}};

    for (size_t i = 0; i < sizeof options / sizeof *options; i++)
        if (ub_ctx_set_option(u->ctx, options[i].name, options[i].value))
            return err_set(e, ERR_ENV, "resolver", "libunbound does not know %s", options[i].name);
    if (!dnssec && ub_ctx_set_option(u->ctx, "module-config:", "iterator"))
        return err_set(e, ERR_ENV, "resolver", "libunbound has no iterator");
    if (dnssec && ub_ctx_add_ta_file(u->ctx, "/usr/share/dns/root.key"))
        return err_set(e, ERR_ENV, "resolver", "no trust anchor for DNSSEC: install dns-root-data");
    return use_servers(u, servers, e);
}

struct dns_unbound *
dns_unbound_new(const char *servers, bool dnssec, struct err *e)
{
    struct dns_unbound *u = calloc(1, sizeof *u);

    BUG_IF(!u);
    u->stop = -1;
    u->ctx = ub_ctx_create();
    BUG_IF(!u->ctx);
    if (configure(u, servers, dnssec, e) < 0) {
        ub_ctx_delete(u->ctx);
        free(u);
        return NULL;
    }
    /* A thread of this process: a child could not be made in ours. */
    BUG_IF(ub_ctx_async(u->ctx, 1) != 0);
    u->stop = eventfd(0, EFD_CLOEXEC);
    BUG_IF(u->stop < 0);
    pthread_mutex_init(&u->lock, NULL);
    pthread_cond_init(&u->idle, NULL);
    BUG_IF(pthread_create(&u->thread, NULL, take_answers, u) != 0);
    return u;
}

void
dns_unbound_free(struct dns_unbound **u)
{
    static const uint64_t one = 1;
    struct question *q;

    if (!*u)
        return;
    pthread_mutex_lock(&(*u)->lock);
    (*u)->stopping = true;
    pthread_cond_signal(&(*u)->idle);
    pthread_mutex_unlock(&(*u)->lock);
    BUG_IF(write((*u)->stop, &one, sizeof one) != sizeof one);
    pthread_join((*u)->thread, NULL);
    ub_ctx_delete((*u)->ctx);
    while ((q = (*u)->first)) { /* given up, and never answered now */
        unlink_question(q);
        question_free(q);
    }
    close((*u)->stop);
    pthread_cond_destroy(&(*u)->idle);
    pthread_mutex_destroy(&(*u)->lock);
    free(*u);
    *u = NULL;
}

/* ---------------------------------------------------------------- answers */

static void
read_result(struct arena *a, enum dns_type type, const struct ub_result *r, struct dns_answer *out)
{
    struct dns_record *list = arena_calloc(a, RECORDS_MAX, sizeof *list);

    if (!r || r->bogus || (r->rcode != 0 && !r->nxdomain)) /* out says DNS_TEMPERROR */
        return;
    out->secure = r->secure != 0;
    out->ttl = r->ttl > 0 ? (uint32_t)r->ttl : 0;
    out->records = list;
    for (int i = 0; r->data && r->data[i] && out->n < RECORDS_MAX; i++)
        if (dns_wire_record(a, type, (const unsigned char *)r->data[i], (size_t)r->len[i],
                            &list[out->n]))
            out->n++;
    out->status = out->n ? DNS_OK : r->nxdomain ? DNS_NXDOMAIN : DNS_NODATA;
}

/* ---------------------------------------------------------------- asking */

/* libunbound takes names as zone files have them. */
static const char *
zone_name(struct arena *a, const char *name)
{
    char *out = arena_alloc(a, strlen(name) * 4 + 2), *o = out;

    for (const unsigned char *p = (const unsigned char *)name; *p; p++) {
        if (*p == '.' || isalnum(*p) || *p == '-' || *p == '_')
            *o++ = (char)*p;
        else
            o += snprintf(o, 5, "\\%03u", *p);
    }
    return out;
}

/* NULL when too many are on their way. */
static struct question *
question_new(struct dns_unbound *u)
{
    struct question *q = calloc(1, sizeof *q);
    pthread_condattr_t attr;
    bool room;

    BUG_IF(!q);
    pthread_mutex_lock(&u->lock);
    room = u->on_the_way < ON_THE_WAY_MAX;
    q->resolver = u;
    q->began = when_mono();
    if (room)
        link_question(u, q);
    pthread_mutex_unlock(&u->lock);
    if (!room) {
        free(q);
        return NULL;
    }
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&q->answered, &attr);
    pthread_condattr_destroy(&attr);
    return q;
}

/* With the lock held. Those that wait now count, too. */
static bool
servers_are_dead(const struct dns_unbound *u)
{
    int64_t before = when_mono() - DEAD_MS;
    int silent = u->unanswered;

    for (const struct question *q = u->first; q && silent < DEAD_QUESTIONS; q = q->next)
        silent += !q->given_up && q->began <= before;
    return silent >= DEAD_QUESTIONS;
}

/* true: q is answered and the caller's. false: it is the callback's now. */
static bool
wait_for_answer(struct question *q, int64_t deadline)
{
    struct dns_unbound *u = q->resolver;
    int64_t now, until;

    pthread_mutex_lock(&u->lock);
    while (!q->done && (now = when_mono()) < deadline) {
        struct timespec ts;
        bool dead = servers_are_dead(u);
        if (dead && now - q->began >= SHORT_MS)
            break;
        until = dead ? q->began + SHORT_MS : now + DEAD_MS / 8;
        until = until < deadline ? until : deadline;
        if (!u->reading) {
            read_answers(u, until > now ? (int)(until - now) : 0);
            continue;
        }
        ts = (struct timespec){.tv_sec = until / 1000, .tv_nsec = until % 1000 * 1000000};
        q->asleep = true;
        u->sleepers++;
        (void)pthread_cond_timedwait(&q->answered, &u->lock, &ts);
        u->sleepers--;
        q->asleep = false;
    }
    if (!u->reading)
        hand_on(u);
    q->given_up = !q->done;
    if (q->given_up && when_mono() - q->began >= DEAD_MS)
        u->unanswered++;
    pthread_mutex_unlock(&u->lock);
    return !q->given_up;
}

/* NULL: cannot be asked now. */
static struct question *
send_question(struct dns_unbound *u, struct arena *a, const struct dns_query *query)
{
    struct question *q = question_new(u);

    if (!q || ub_resolve_async(u->ctx, zone_name(a, query->name), query->type, CLASS_IN, q,
                               on_answer, NULL) == 0)
        return q;
    pthread_mutex_lock(&u->lock);
    unlink_question(q);
    pthread_mutex_unlock(&u->lock);
    question_free(q);
    return NULL;
}

void
dns_unbound_share(struct dns_unbound *u)
{
    u->shared = true;
}

void
dns_unbound_ask(struct dns_unbound *u, struct arena *a, struct dns_query *queries, int n,
                int64_t deadline)
{
    struct question **sent = arena_calloc(a, (size_t)n, sizeof(struct question *));

    pthread_mutex_lock(&u->lock);
    u->asking++;
    pthread_mutex_unlock(&u->lock);
    for (int i = 0; i < n; i++) {
        queries[i].answer = (struct dns_answer){.status = DNS_TEMPERROR};
        if (u->shared && dns_shared_get(a, queries[i].name, queries[i].type, &queries[i].answer))
            continue;
        if (when_mono() < deadline)
            sent[i] = send_question(u, a, &queries[i]);
    }
    for (int i = 0; i < n; i++) {
        if (!sent[i] || !wait_for_answer(sent[i], deadline))
            continue;
        read_result(a, queries[i].type, sent[i]->result, &queries[i].answer);
        if (queries[i].answer.status != DNS_TEMPERROR && queries[i].type != DNS_PTR)
            atomic_store(&u->spoke_at, when_mono());
        if (u->shared)
            dns_shared_put(queries[i].name, queries[i].type, &queries[i].answer);
        question_free(sent[i]);
    }
    pthread_mutex_lock(&u->lock);
    u->asking--;
    if (!u->reading)
        hand_on(u);
    pthread_mutex_unlock(&u->lock);
}

bool
dns_unbound_works(struct dns_unbound *u)
{
    int64_t at = atomic_load(&u->spoke_at);

    return at && when_mono() - at < DNS_SILENCE_MS;
}

static void
ask(struct dns *d, struct arena *a, const char *name, enum dns_type type, struct dns_answer *out)
{
    struct dns_message *m = d->arg;
    struct dns_query q = {.name = name, .type = type};

    dns_unbound_ask(m->resolver, a, &q, 1, m->deadline);
    *out = q.answer;
}

void
dns_message_begin(struct dns_message *m, struct dns_unbound *u, int64_t deadline)
{
    *m = (struct dns_message){
        .dns = {.ask = ask, .arg = m, .left = DNS_QUESTIONS}, .resolver = u, .deadline = deadline};
}
