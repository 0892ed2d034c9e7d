/* Does the domain say what others shall do with mail that only claims to be from it? */
#include <string.h>

#include "../../common/arena.h"
#include "../../common/suffixes.h"
#include "../authn/dmarc.h"
#include "dcheck.h"

void
dcheck_dmarc(struct dcheck *c)
{
    struct dmarc_result r;

    dcheck_put(c, "name", arena_printf(c->a, "_dmarc.%s", c->domain));
    dcheck_put(c, "wanted",
               arena_printf(c->a, "v=DMARC1; p=none; rua=mailto:postmaster@%s", c->domain));
    dmarc_discover(c->dns, c->a, suffixes(), c->domain, NULL, &r);
    if (r.status == DMARC_TEMPERROR)
        return;
    if (r.code && strcmp(r.code, "many-records") == 0) {
        dcheck_say(c, DCHECK_WRONG, "dmarc-many");
        return;
    }
    if (r.code) {
        bool none = strcmp(r.code, "no-record") == 0;
        dcheck_say(c, none ? DCHECK_MISSING : DCHECK_WRONG,
                   none ? "dmarc-missing" : "dmarc-syntax");
        return;
    }
    bool own = strcmp(r.domain, c->domain) == 0; /* sp= is for the domains below */
    dcheck_put(c, "policy", dmarc_policy_name(own ? r.record.p : r.record.sp));
    dcheck_put(c, "of", r.domain);
    dcheck_say(c, DCHECK_OK, "dmarc-ok");
}
