#include "outbound_sign.h"

#include <string.h>

#include "../../common/addr.h"
#include "../../common/arena.h"
#include "../../common/err.h"
#include "../../common/evlog.h"
#include "../../common/suffixes.h"
#include "../../common/when.h"
#include "../authn/auth_from.h"
#include "../authn/dkim_sign.h"
#include "../authn/dmarc.h"
#include "../orgconf/orgconf_dkim.h"

#define DAY (24 * 3600)

/* The domain's keys, when it is the organisation's that sends. */
static const struct orgconf_dkim_domain *
keys_of(const struct orgconf_dkim *keys, const char *org, const char *name)
{
    const struct orgconf_dkim_domain *d = orgconf_dkim(keys, name);

    return d && strcmp(d->org, org) == 0 ? d : NULL;
}

/* The author's own domain, else the sender's: the organisational domain is the same. */
static const struct orgconf_dkim_domain *
who_signs(struct arena *a, const struct orgconf_dkim *keys, const struct outbound_mail *mail,
          const char *author)
{
    const struct orgconf_dkim_domain *d = keys_of(keys, mail->org, author);
    struct addr sender;

    if (!mail->sender[0])
        return d && d->null_sender ? d : NULL;
    addr_envelope(a, mail->sender, &sender);
    if (!dmarc_aligned(suffixes(), author, sender.domain, false))
        return NULL;
    return d ? d : keys_of(keys, mail->org, sender.domain);
}

/* 1: signed; 0: this message cannot be signed by anybody; -1: the key does not work. */
static int
sign_with(struct arena *a, const struct auth_message *m, const struct outbound_mail *mail,
          const struct orgconf_dkim_domain *d, const struct orgconf_dkim_key *k, const char **field)
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
    struct err why = {0};

    if (!k->usable)
        return -1;
    if (d->expire_days)
        o.expires = o.time + (int64_t)d->expire_days * DAY;
    *field = dkim_sign(a, m, &o, &why);
    if (*field)
        return 1;
    evlog(EVLOG_ERROR, "dkim.not-signed", mail->id_name, mail->id, "domain", d->name, "selector",
          k->selector, "reason", why.text, NULL);
    return why.cls == ERR_INPUT && strcmp(why.code, "headers") == 0 ? 0 : -1;
}

int
outbound_sign(struct arena *a, const struct orgconf_dkim *keys, const struct outbound_mail *mail,
              struct outbound_signatures *out, struct err *e)
{
    const struct orgconf_dkim_domain *d;
    struct auth_message m;
    const char *author;
    int rc;

    *out = (struct outbound_signatures){0};
    auth_split(a, mail->raw, mail->n, &m);
    if (auth_from_domain(a, &m, &author) || !(d = who_signs(a, keys, mail, author)))
        return 0;
    out->fields = arena_calloc(a, (size_t)d->nkeys, sizeof *out->fields);
    for (int i = 0; i < d->nkeys; i++) {
        rc = sign_with(a, &m, mail, d, &d->keys[i], &out->fields[out->n]);
        if (rc < 0)
            return err_set(e, ERR_ENV, "not-signed", "the key %s._domainkey.%s cannot sign now",
                           d->keys[i].selector, d->name);
        out->n += rc;
    }
    return 0;
}
