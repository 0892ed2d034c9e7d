#include "check_dns.h"

#include <string.h>

#include "../../common/arena.h"
#include "../../common/buf.h"
#include "../../common/ipnet.h"
#include "../../common/when.h"
#include "check.h"
#include "gate.h"
#include "intake_conn.h"

#define CHECK_DNS_MS \
    6000 /* for the questions of one check: Postfix waits 30 s for an answer to RCPT */

const char *
check_reverse(struct arena *a, const struct ipnet *ip)
{
    struct buf *b = buf_new(a, 0);

    if (!ip->v6)
        return arena_printf(a, "%d.%d.%d.%d.", ip->addr[3], ip->addr[2], ip->addr[1], ip->addr[0]);
    for (int i = 15; i >= 0; i--)
        buf_printf(b, "%x.%x.", ip->addr[i] & 15, ip->addr[i] >> 4);
    return buf_cstr(b);
}

void
check_ask(struct check *k, struct arena *a, struct dns_query *list, int n)
{
    int may = DNS_QUESTIONS - k->m->dns_asked;

    may = may < 0 ? 0 : may < n ? may : n;
    k->m->dns_asked += may;
    if (may > 0)
        dns_unbound_ask(k->g->resolver, a, list, may, when_mono() + CHECK_DNS_MS);
    for (int i = may; i < n; i++)
        list[i].answer = (struct dns_answer){.status = DNS_TEMPERROR};
}

static const struct conn_answer *
known(const struct conn_answer *x, const struct dns_query *q)
{
    while (x && (x->type != q->type || strcmp(x->name, q->name) != 0))
        x = x->next;
    return x;
}

static void
ask_once(struct check *k, struct arena *a, struct conn_answer **answers, struct dns_query *list,
         int n)
{
    struct dns_query *ask = arena_calloc(k->m->arena, (size_t)n, sizeof *ask);
    int asked = 0;

    for (int i = 0; i < n; i++)
        if (!known(*answers, &list[i]))
            ask[asked++] =
                (struct dns_query){.name = arena_strdup(a, list[i].name), .type = list[i].type};
    check_ask(k, a, ask, asked);
    for (int i = 0; i < asked; i++) {
        struct conn_answer *x = arena_alloc(a, sizeof *x);
        *x = (struct conn_answer){*answers, ask[i].name, ask[i].type, ask[i].answer};
        *answers = x;
    }
    for (int i = 0; i < n; i++)
        list[i].answer = known(*answers, &list[i])->answer;
}

void
check_ask_client(struct check *k, struct dns_query *list, int n)
{
    ask_once(k, k->c->arena, &k->c->answers, list, n);
}

void
check_ask_sender(struct check *k, struct dns_query *list, int n)
{
    ask_once(k, k->m->arena, &k->m->answers, list, n);
}
