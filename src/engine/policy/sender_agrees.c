#include "sender_agrees.h"

#include <string.h>

#include "../../common/suffixes.h"
#include "../authn/auth_check.h"
#include "../msg/msg.h"
#include "sender_proof.h"

#define REST 0.4 /* what is left: links elsewhere from somebody who may be at a stolen account */

void
sender_agrees(struct msg *m, const struct auth_outcome *auth)
{
    if (!auth || !sender_proof(auth, suffixes(), "", auth->dmarc.from_domain).header)
        return;
    for (int i = 0; i < m->nfindings; i++) {
        struct msg_finding *f = &m->findings[i];
        if (strcmp(f->code, "origin-elsewhere") == 0 || strcmp(f->code, "origin-name") == 0)
            f->score *= REST;
    }
}
