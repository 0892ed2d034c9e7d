#include "intake_senders.h"

#include <string.h>

#include "../../common/addr.h"
#include "../../common/arena.h"
#include "../../common/err.h"
#include "../../common/evlog.h"
#include "../../common/sender_pattern.h"
#include "../../common/sender_skips.h"
#include "../../common/suffixes.h"
#include "../../store/store_sender.h"
#include "../authn/auth_check.h"
#include "../orgconf/orgconf.h"
#include "../orgconf/orgconf_senders.h"
#include "../policy/sender_proof.h"
#include "check.h"
#include "ending.h"
#include "gate.h"
#include "intake_conn.h"

static const struct sender_decision nothing = {.pattern = ""};

/* The patterns that stand for an address. */
struct candidates {
    const char *const *list;
    int n;
};

static struct candidates
candidates_of(struct arena *a, const char *address, const char **domain)
{
    struct candidates c;
    struct addr parsed;

    addr_envelope(a, address, &parsed);
    c.n = sender_candidates(a, &parsed, &c.list);
    if (domain)
        *domain = parsed.domain;
    return c;
}

static bool
has(const struct candidates *c, const char *pattern)
{
    for (int i = 0; i < c->n; i++)
        if (strcmp(c->list[i], pattern) == 0)
            return true;
    return false;
}

static struct candidates
both(struct arena *a, const struct candidates *one, const struct candidates *other)
{
    const char **list = arena_calloc(a, (size_t)(one->n + other->n), sizeof *list);

    for (int i = 0; i < one->n; i++)
        list[i] = one->list[i];
    for (int i = 0; i < other->n; i++)
        list[one->n + i] = other->list[i];
    return (struct candidates){list, one->n + other->n};
}

static int
match(struct gate *g, struct arena *a, const char *org, const char *const *addresses, int n,
      const struct candidates *c, struct store_sender_match **rows, int *nrows)
{
    struct err e;

    *nrows = 0;
    if (c->n == 0 ||
        store_sender_match(g->db, a, org, addresses, n, c->list, c->n, rows, nrows, &e) == 0)
        return 0;
    evlog(EVLOG_ERROR, "senders.failed", "code", e.code, "reason", e.text, NULL);
    return -1;
}

static struct sender_hit
hit_of(const struct store_sender_match *m, const struct candidates *envelope,
       const struct candidates *header)
{
    return (struct sender_hit){.pattern = m->pattern,
                               .of_address = m->of_address,
                               .blocked = m->blocked,
                               .only_verified = m->only_verified,
                               .envelope = has(envelope, m->pattern),
                               .header = header && has(header, m->pattern)};
}

/* ---------------------------------------------------------------- at RCPT TO */

int
senders_of_envelope(struct check *k)
{
    static const struct sender_proof unproven;
    struct store_sender_match *rows;
    struct candidates envelope;
    struct sender_hit *hits;
    int n;

    k->sender = nothing;
    k->skips = 0;
    if (k->c->outbound || !orgconf_sender(k->conf->senders, k->org)->used)
        return 0;
    envelope = candidates_of(k->m->arena, k->m->sender, NULL);
    if (match(k->g, k->m->arena, k->org, &k->r->key, 1, &envelope, &rows, &n) < 0) {
        (void)check_refuse(k, 451, "4.3.0", "Temporary failure, try again later", "", "");
        return -1;
    }
    hits = arena_calloc(k->m->arena, (size_t)n, sizeof *hits);
    for (int i = 0; i < n; i++)
        hits[i] = hit_of(&rows[i], &envelope, NULL);
    k->sender = sender_decide(hits, n, &unproven);
    if (k->sender.verdict == SENDER_APPROVED)
        k->skips = orgconf_sender(k->conf->senders, k->org)->skips;
    return 0;
}

/* ---------------------------------------------------------------- at the end */

/* Of one message. */
struct senders {
    struct ending *x;
    struct candidates envelope, header, all;
};

/* The recipients of one organisation, and where they are among all. */
static int
recipients_of(const struct mail *m, const char *org, const char **addresses, int *index)
{
    int n = 0;

    for (int i = 0; i < m->nrecipients; i++) {
        if (strcmp(m->recipients[i].org, org) != 0)
            continue;
        addresses[n] = m->recipients[i].key;
        index[n++] = i;
    }
    return n;
}

/* Rows are sorted by recipient. */
static void
decide(const struct senders *s, const struct store_sender_match *rows, int nrows, const int *index,
       int n, bool header_match)
{
    struct sender_hit *hits = arena_calloc(s->x->m->arena, (size_t)nrows, sizeof *hits);
    int at = 0;

    for (int r = 0; r < n; r++) {
        int first = at;
        for (; at < nrows && rows[at].recipient == r; at++)
            hits[at] = hit_of(&rows[at], &s->envelope, header_match ? &s->header : NULL);
        s->x->j.senders[index[r]] = sender_decide(hits + first, at - first, &s->x->j.proof);
    }
}

static int
decide_org(const struct senders *s, const char *org)
{
    struct mail *m = s->x->m;
    const struct orgconf_sender *conf = orgconf_sender(m->conf->senders, org);
    const char **addresses = arena_calloc(m->arena, (size_t)m->nrecipients, sizeof *addresses);
    int *index = arena_calloc(m->arena, (size_t)m->nrecipients, sizeof *index), n, nrows;
    struct store_sender_match *rows;

    if (!conf->used)
        return 0;
    n = recipients_of(m, org, addresses, index);
    if (match(s->x->g, m->arena, org, addresses, n, conf->header_match ? &s->all : &s->envelope,
              &rows, &nrows) < 0)
        return ending_refuse(s->x, 451, "4.3.0", "Temporary failure, try again later");
    decide(s, rows, nrows, index, n, conf->header_match);
    return 0;
}

static bool
seen_before(const struct mail *m, int i)
{
    for (int k = 0; k < i; k++)
        if (strcmp(m->recipients[k].org, m->recipients[i].org) == 0)
            return true;
    return false;
}

int
senders_of_message(struct ending *x)
{
    struct mail *m = x->m;
    struct senders s = {.x = x};
    const char *from_domain;

    x->j.senders = arena_calloc(m->arena, (size_t)m->nrecipients, sizeof *x->j.senders);
    for (int i = 0; i < m->nrecipients; i++)
        x->j.senders[i] = nothing;
    if (x->c->outbound)
        return 0;
    s.envelope = candidates_of(m->arena, m->sender, NULL);
    s.header = candidates_of(m->arena, x->msg->from, &from_domain);
    s.all = both(m->arena, &s.envelope, &s.header);
    x->j.proof = sender_proof(x->j.auth, suffixes(), m->sender_domain, from_domain);
    for (int i = 0; i < m->nrecipients; i++)
        if (!seen_before(m, i) && decide_org(&s, m->recipients[i].org) < 0)
            return -1;
    return 0;
}

bool
senders_skip_spam(const struct ending *x, int i)
{
    return x->j.senders[i].verdict == SENDER_APPROVED &&
           orgconf_sender(x->m->conf->senders, x->m->recipients[i].org)->skips &
               sender_skip_bit("spam");
}

bool
senders_refuse_all(const struct ending *x)
{
    for (int i = 0; i < x->m->nrecipients; i++)
        if (x->j.senders[i].verdict != SENDER_BLOCKED)
            return false;
    return true;
}

const char *
senders_header(const struct ending *x)
{
    bool by_header = false, any = false;

    for (int i = 0; i < x->m->nrecipients; i++) {
        const struct sender_decision *d = &x->j.senders[i];
        if (x->j.decisions[i].disposition != DISP_DELIVER)
            continue;
        if (d->verdict != SENDER_APPROVED ||
            !orgconf_sender(x->m->conf->senders, x->m->recipients[i].org)->insert_header)
            return NULL;
        any = true;
        by_header |= d->by_header;
    }
    return !any ? NULL : by_header ? "header-sender" : "envelope-sender";
}
