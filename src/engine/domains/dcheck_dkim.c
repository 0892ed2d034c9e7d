/* Are the public keys in DNS, and does one of them sign? */
#include <string.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "../../common/arena.h"
#include "../authn/auth_key.h"
#include "dcheck.h"

/* The same public key, however the record is written. */
static bool
same_key(struct arena *a, const struct dns_record *found, const char *record)
{
    struct auth_key theirs, ours;

    auth_key_parse(a, (const char *)found->data, found->len, &theirs);
    auth_key_parse(a, record, strlen(record), &ours);
    return theirs.status == AUTH_KEY_OK && ours.status == AUTH_KEY_OK &&
           EVP_PKEY_eq(theirs.pkey, ours.pkey) == 1;
}

static void
look(struct dcheck *c, struct dcheck_key *k)
{
    const char *name = arena_printf(c->a, "%s._domainkey.%s", k->selector, c->domain);
    struct dns_answer found;

    k->present = -1;
    dns_ask(c->dns, c->a, name, DNS_TXT, &found);
    if (found.status == DNS_TEMPERROR)
        return;
    /* With two records, verifiers may take the other one (RFC 6376 3.6.2.2). */
    k->present = found.n == 1 && same_key(c->a, &found.records[0], k->record);
    if (!k->present)
        for (int i = 0; i < found.n; i++)
            dcheck_add(c, "found", found.records[i].data, found.records[i].len);
}

static bool
is(const struct dcheck_key *k, const char *state)
{
    return strcmp(k->state, state) == 0;
}

void
dcheck_dkim(struct dcheck *c)
{
    bool signing = false, waiting = false;
    const struct dcheck_key *missing = NULL;

    for (int i = 0; i < c->nkeys; i++) {
        struct dcheck_key *k = &c->keys[i];
        look(c, k);
        if (k->present < 0)
            return;
        if (is(k, "retiring"))
            continue;
        signing |= k->present && is(k, "signing");
        waiting |= k->present && !is(k, "signing");
        if (!k->present && (!missing || is(k, "signing")))
            missing = k;
    }
    if (missing) {
        dcheck_put(c, "name", arena_printf(c->a, "%s._domainkey.%s", missing->selector, c->domain));
        dcheck_put(c, "wanted", missing->record);
    }
    if (missing && is(missing, "signing"))
        dcheck_say(c, DCHECK_WRONG, "dkim-lost");
    else if (signing)
        dcheck_say(c, DCHECK_OK, missing ? "dkim-ok-next" : "dkim-ok");
    else if (waiting)
        dcheck_say(c, DCHECK_WAITING, "dkim-waiting");
    else
        dcheck_say(c, DCHECK_MISSING, missing ? "dkim-missing" : "dkim-none");
}
