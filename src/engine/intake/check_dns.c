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

static void
ask(struct check *k, struct arena *a, struct dns_query *list, int n)
{
    k->m->dns_asked += n;
    if (n > 0)
        dns_unbound_ask(k->g->resolver, a, list, n, when_mono() + CHECK_DNS_MS);
}

static const struct conn_answer *
find(const struct conn_answer *x, const struct dns_query *q)
{
    while (x && (x->type != q->type || strcmp(x->name, q->name) != 0))
        x = x->next;
    return x;
}

/* Where answers are remembered. What DNS did not say is remembered for the mail only: the next one asks again. */
struct memory {
    struct arena *arena;
    struct conn_answer **answers, **unknown;
};

static const struct conn_answer *
known(const struct memory *mem, const struct dns_query *q)
{
    const struct conn_answer *x = find(*mem->answers, q);

    return x ? x : find(*mem->unknown, q);
}

static void
remember(struct check *k, const struct memory *mem, const struct dns_query *q)
{
    bool is_unknown = q->answer.status == DNS_TEMPERROR;
    struct arena *a = is_unknown ? k->m->arena : mem->arena;
    struct conn_answer **list = is_unknown ? mem->unknown : mem->answers;
    struct conn_answer *x = arena_alloc(a, sizeof *x);

    *x = (struct conn_answer){*list, arena_strdup(a, q->name), q->type, q->answer};
    *list = x;
}

/* At most `room` questions. false: there was no room for all. */
static bool
ask_once(struct check *k, const struct memory *mem, int room, struct dns_query *list, int n)
{
    struct dns_query *new = arena_calloc(k->m->arena, (size_t)n, sizeof *new);
    int nnew = 0, asked;

    for (int i = 0; i < n; i++)
        if (!known(mem, &list[i]))
            new[nnew++] = (struct dns_query){.name = list[i].name, .type = list[i].type};
    asked = room < 0 ? 0 : nnew < room ? nnew : room;
    ask(k, mem->arena, new, asked);
    for (int i = 0; i < asked; i++)
        remember(k, mem, &new[i]);
    for (int i = 0; i < n; i++) {
        const struct conn_answer *x = known(mem, &list[i]);
        list[i].answer = x ? x->answer : (struct dns_answer){.status = DNS_TEMPERROR};
    }
    return asked == nnew;
}

bool
check_ask_client(struct check *k, struct dns_query *list, int n)
{
    const struct memory mem = {k->c->arena, &k->c->answers, &k->m->unknown};
    int before = k->m->dns_asked;
    bool all = ask_once(k, &mem, CLIENT_QUESTIONS - k->m->client_asked, list, n);

    k->m->client_asked += k->m->dns_asked - before;
    return all;
}

void
check_ask_sender(struct check *k, struct dns_query *list, int n)
{
    const struct memory mem = {k->m->arena, &k->m->answers, &k->m->answers};

    (void)ask_once(k, &mem, DNS_QUESTIONS - k->m->dns_asked, list, n);
}

bool
check_refuse_rest(struct check *k)
{
    return check_refuse(k, 452, "4.5.3", "Too many recipients, send the rest separately", "", "");
}
