#include "sender_proof.h"

#include <string.h>

#include "../authn/auth_check.h"

static bool
signed_by(const struct auth_outcome *auth, const struct psl *psl, const char *domain)
{
    for (int i = 0; i < auth->ndkim; i++) {
        const struct auth_dkim *d = &auth->dkim[i];
        if (d->status == DKIM_PASS && !d->testing && dmarc_aligned(psl, d->domain, domain, false))
            return true;
    }
    return false;
}

static bool
spf_passes(const struct auth_outcome *auth)
{
    return auth->spf.status == SPF_PASS && !auth->spf.helo;
}

static bool
from_proven(const struct auth_outcome *auth, const struct psl *psl, const char *domain)
{
    /* What people see and what was authenticated must be the same. */
    if (!*domain || strcmp(auth->dmarc.from_domain, domain) != 0)
        return false;
    if (auth->dmarc.status == DMARC_PASS)
        return true;
    if (auth->dmarc.status != DMARC_NONE)
        return false;
    return signed_by(auth, psl, domain) ||
           (spf_passes(auth) && dmarc_aligned(psl, auth->spf.domain, domain, false));
}

struct sender_proof
sender_proof(const struct auth_outcome *auth, const struct psl *psl, const char *envelope_domain,
             const char *from_domain)
{
    struct sender_proof p = {false, false};

    if (!auth)
        return p;
    p.header = from_proven(auth, psl, from_domain);
    p.envelope =
        *envelope_domain && ((spf_passes(auth) && strcmp(auth->spf.domain, envelope_domain) == 0) ||
                             signed_by(auth, psl, envelope_domain));
    return p;
}
