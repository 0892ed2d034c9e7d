#include "intake_sign.h"

#include <string.h>

#include "../../common/arena.h"
#include "../../common/err.h"
#include "../../common/evlog.h"
#include "../../common/when.h"
#include "../authn/auth_from.h"
#include "../authn/dkim_sign.h"
#include "../authn/dmarc.h"
#include "../orgconf/orgconf_dkim.h"
#include "../orgconf/orgconf.h"
#include "../orgconf/orgconf_domains.h"
#include "intake_conn.h"
#include "milter.h"

#define FIELD "DKIM-Signature: "
#define DAY (24 * 3600)

/* The domain's keys, when it is the organisation's that sends. */
static const struct orgconf_dkim_domain *
keys_of(const struct mail *m, const char *name)
{
    const struct orgconf_domain *d = orgconf_domain(m->conf->domains, name);

    return d && strcmp(d->org, m->sender_org) == 0 ? orgconf_dkim(m->conf->dkim, name) : NULL;
}

/* The author's own domain, else the sender's: the organisational domain is the same. */
static const struct orgconf_dkim_domain *
who_signs(const struct mail *m, const char *author)
{
    const struct orgconf_dkim_domain *d = keys_of(m, author);

    if (!m->sender[0])
        return d && d->null_sender ? d : NULL;
    if (!dmarc_aligned(dmarc_suffixes(), author, m->sender_domain, false))
        return NULL;
    return d ? d : keys_of(m, m->sender_domain);
}

/* "DKIM-Signature: v=1; ...CRLF" as the milter protocol takes it: the value, folded with LF. */
static const char *
value_of(struct arena *a, const char *field)
{
    char *out = arena_strdup(a, field + strlen(FIELD)), *to = out;

    for (const char *p = out; *p; p++)
        if (*p != '\r')
            *to++ = *p;
    while (to > out && to[-1] == '\n')
        to--;
    *to = '\0';
    return out;
}

/* 1: signed; 0: this message cannot be signed by anybody; -1: the key does not work. */
static int
sign_with(struct ending *x, const struct auth_message *m, const struct orgconf_dkim_domain *d,
          const struct orgconf_dkim_key *k, const char **value)
{
    struct dkim_sign_options o = {
        .domain = d->name,
        .selector = k->selector,
        .header = d->header,
        .body = d->body,
        .headers = d->headers,
        .oversign = d->oversign_all ? AUTH_OVERSIGN_ALL : AUTH_OVERSIGN_FROM,
        .time = when_now() / 1000,
        .key = &k->key,
    };
    struct err e = {0};
    const char *field;

    if (!k->usable)
        return -1;
    if (d->expire_days)
        o.expires = o.time + (int64_t)d->expire_days * DAY;
    field = dkim_sign(x->m->arena, m, &o, &e);
    if (field) {
        *value = value_of(x->m->arena, field);
        return 1;
    }
    evlog(EVLOG_ERROR, "dkim.not-signed", "queue_id", x->j.queue_id, "domain", d->name, "selector",
          k->selector, "reason", e.text, NULL);
    return e.cls == ERR_INPUT && strcmp(e.code, "headers") == 0 ? 0 : -1;
}

int
intake_sign(struct ending *x)
{
    const struct orgconf_dkim_domain *d;
    struct auth_message m;
    const char *author;
    int rc;

    if (!x->c->outbound || dispose_answer(x->c, &x->j) != ANSWER_ACCEPT)
        return 0;
    auth_split(x->m->arena, (const char *)x->j.raw, x->j.raw_len, &m);
    if (auth_from_domain(x->m->arena, &m, &author) || !(d = who_signs(x->m, author)))
        return 0;
    x->signatures = arena_calloc(x->m->arena, (size_t)d->nkeys, sizeof *x->signatures);
    for (int i = 0; i < d->nkeys; i++) {
        rc = sign_with(x, &m, d, &d->keys[i], &x->signatures[x->nsignatures]);
        if (rc < 0)
            return ending_refuse(x, 451, "4.7.5", "Cannot sign this message now, try again later");
        x->nsignatures += rc;
    }
    return 0;
}

void
intake_sign_insert(struct ending *x)
{
    for (int i = x->nsignatures - 1; i >= 0; i--)
        milter_insert_header(x->out, "DKIM-Signature", x->signatures[i]);
}
