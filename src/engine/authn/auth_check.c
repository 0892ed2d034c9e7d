#include "auth_check.h"

#include <string.h>

#include "../../common/arena.h"
#include "arc_word.h"
#include "auth_canon.h"
#include "auth_from.h"
#include "auth_key.h"
#include "auth_tags.h"
#include "dns.h"

/* Everything of one message. */
struct check {
    struct arena *a;
    const struct auth_request *r;
    struct auth_message m;
    struct auth_keys *keys;
    struct spf_result spf;
    struct dkim_verdict dkim;
    struct arc arc;
};

static const char *
text(const char *s)
{
    return s ? s : "";
}

/* A chain may have more keys than a message has questions. */
static void
ask_arc(struct check *c)
{
    struct dns *d = c->r->dns;
    int back = d->left > ARC_QUESTIONS ? d->left - ARC_QUESTIONS : 0;

    arc_read(c->a, &c->m, &c->arc);
    d->left -= back;
    arc_ask(&c->arc, c->keys);
    d->left += back;
}

/* SPF's own limits allow more questions, too: DMARC's are kept back. */
static void
check_spf(struct check *c)
{
    struct spf_request q = {.ip = c->r->client_ip,
                            .helo = c->r->helo,
                            .sender = c->r->sender,
                            .receiver = c->r->receiver,
                            .now = c->r->now,
                            .explain = true};
    int back = c->r->dns->left < DMARC_QUESTIONS ? c->r->dns->left : DMARC_QUESTIONS;

    c->spf = (struct spf_result){.status = SPF_NONE};
    if (!*q.ip)
        return;
    c->r->dns->left -= back;
    spf_check(c->r->dns, c->a, &q, &c->spf);
    c->r->dns->left += back;
}

static void
fill_spf(const struct check *c, struct auth_outcome *out)
{
    const char *domain = text(c->spf.domain);
    char *plain = auth_domain(c->a, (struct auth_text){domain, strlen(domain)}, 1);

    out->spf.status = c->spf.status;
    out->spf.helo = c->spf.helo;
    out->spf.domain = plain ? plain : "";
    out->spf.mechanism = text(c->spf.mechanism);
    out->spf.explanation = text(c->spf.explanation);
}

static void
fill_dkim(const struct check *c, struct auth_outcome *out)
{
    struct auth_dkim *list = arena_calloc(c->a, (size_t)c->dkim.n, sizeof *list);

    for (int i = 0; i < c->dkim.n; i++) {
        const struct dkim_result *r = &c->dkim.results[i];
        list[i] = (struct auth_dkim){.status = r->status,
                                     .code = r->code,
                                     .domain = text(r->domain),
                                     .selector = text(r->selector),
                                     .identity = text(r->identity),
                                     .algorithm = text(r->algorithm),
                                     .start = text(r->signature_start),
                                     .bits = r->key_bits,
                                     .testing = r->testing};
    }
    out->ndkim = c->dkim.n;
    out->dkim = list;
}

bool
auth_check(struct arena *a, const struct auth_request *r, struct auth_outcome *out)
{
    struct check c = {.a = a, .r = r};
    const char *from, *why;
    struct spf_result spf;

    memset(out, 0, sizeof *out);
    auth_split(a, r->raw, r->n, &c.m);
    why = auth_from_domain(a, &c.m, &from);
    c.keys = auth_keys_new(a, r->dns);
    /* All questions first: what hostile mail asks for last is what it has no questions left for. */
    dmarc_discover(r->dns, a, r->psl, from, why, &out->dmarc);
    dkim_ask(a, &c.m, c.keys, r->now, *from ? from : NULL);
    ask_arc(&c);
    check_spf(&c);
    if (json_array_size(r->missing) > 0)
        return false;
    dkim_verify(a, &c.m, c.keys, r->now, *from ? from : NULL, &c.dkim);
    arc_verify(a, &c.m, &c.arc, c.keys, &out->arc);
    if (out->arc.status == ARC_PASS) {
        out->arc.nwords = c.arc.n;
        out->arc.words = arc_words(a, &c.arc, from, r->psl);
    }
    fill_spf(&c, out);
    fill_dkim(&c, out);
    spf = c.spf;
    spf.domain = out->spf.domain;
    dmarc_judge(r->dns, a, r->psl, &spf, &c.dkim, &out->dmarc);
    return json_array_size(r->missing) == 0;
}
