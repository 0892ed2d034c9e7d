#include "dcheck_mx.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "../../common/arena.h"
#include "../../common/jsonx.h"
#include "dcheck.h"

#define RECORDS_MAX 20

static bool
is_ours(const char *host, const char *const *ours)
{
    for (; *ours; ours++)
        if (strcasecmp(host, *ours) == 0)
            return true;
    return false;
}

const char *
mx_compare(struct mx_record *r, int n, const char *const *ours, unsigned *first)
{
    unsigned best = 65536; /* of ours */
    bool lower = false, same = false;

    *first = 10;
    for (int i = 0; i < n; i++) {
        r[i].ours = is_ours(r[i].host, ours);
        if (r[i].ours && r[i].preference < best)
            best = r[i].preference;
        if (i == 0 || r[i].preference < *first)
            *first = r[i].preference;
    }
    for (int i = 0; i < n; i++) {
        r[i].rival = !r[i].ours && r[i].preference <= best;
        lower |= r[i].rival && r[i].preference < best;
        same |= r[i].rival && r[i].preference == best;
    }
    if (best == 65536)
        return "mx-missing";
    return lower ? "mx-not-first" : same ? "mx-shared" : NULL;
}

static int
by_preference(const void *x, const void *y)
{
    const struct mx_record *a = x, *b = y;
    int d = (int)a->preference - (int)b->preference;

    return d ? d : strcasecmp(a->host, b->host);
}

/* A null MX (RFC 7505) is no record that takes mail. */
static int
read_records(struct dcheck *c, const struct dns_answer *found, struct mx_record *r)
{
    int n = 0;

    for (int i = 0; i < found->n && n < RECORDS_MAX; i++) {
        const struct dns_record *x = &found->records[i];
        if (x->len > 0)
            r[n++] = (struct mx_record){.host = (const char *)x->data, .preference = x->preference};
    }
    if (n)
        qsort(r, (size_t)n, sizeof *r, by_preference);
    if (found->n > 0)
        json_object_set_new(c->detail, "ttl", json_integer(found->ttl));
    return n;
}

void
dcheck_mx(struct dcheck *c)
{
    struct mx_record r[RECORDS_MAX];
    json_t *list = json_array();
    struct dns_answer found;
    const char *why;
    unsigned first;
    int n;

    json_object_set_new(c->detail, "records", list);
    dcheck_put(c, "name", c->mx_names[0]);
    json_object_set_new(c->detail, "first", json_integer(10));
    dns_ask(c->dns, c->a, c->domain, DNS_MX, &found);
    if (found.status == DNS_TEMPERROR)
        return;
    n = read_records(c, &found, r);
    why = mx_compare(r, n, c->mx_names, &first);
    json_object_set_new(c->detail, "first", json_integer(first));
    for (int i = 0; i < n; i++)
        json_array_append_new(list, json_pack("{sO si sb sb}", "host",
                                              jsonx_text(c->a, r[i].host, strlen(r[i].host)),
                                              "preference", (int)r[i].preference, "ours", r[i].ours,
                                              "rival", r[i].rival));
    dcheck_say(c,
               !why     ? DCHECK_OK
               : n == 0 ? DCHECK_MISSING
                        : DCHECK_WRONG,
               !why     ? "mx-ok"
               : n == 0 ? "mx-none"
                        : why);
}
