/* The TXT record that only the owner can write (A04). */
#include <string.h>

#include "../../common/arena.h"
#include "dcheck.h"

void
dcheck_ownership(struct dcheck *c)
{
    const char *wanted = arena_printf(c->a, DCHECK_TOKEN "%s", c->token);
    size_t n = strlen(wanted);
    bool other = false;

    dcheck_put(c, "wanted", wanted);
    if (c->texts.status == DNS_TEMPERROR)
        return;
    for (int i = 0; i < c->texts.n; i++) {
        const struct dns_record *t = &c->texts.records[i];
        if (t->len == n && memcmp(t->data, wanted, n) == 0) {
            dcheck_say(c, DCHECK_OK, "ownership-ok");
            return;
        }
        if (t->len >= strlen(DCHECK_TOKEN) &&
            memcmp(t->data, DCHECK_TOKEN, strlen(DCHECK_TOKEN)) == 0) {
            dcheck_add(c, "found", t->data, t->len);
            other = true;
        }
    }
    dcheck_say(c, other ? DCHECK_WRONG : DCHECK_MISSING,
               other ? "ownership-other" : "ownership-missing");
}
