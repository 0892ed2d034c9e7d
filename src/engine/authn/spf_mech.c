#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "../../common/arena.h"
#include "../../common/buf.h"
#include "spf_run.h"

#define IP_BYTES(r) ((r)->values.v6 ? 16 : 4)

/* The first bits of the peer's address and of net are the same. */
static bool
same_network(const struct spf_run *r, const unsigned char *net, int bits)
{
    int whole = bits / 8, rest = bits % 8;

    if (memcmp(r->values.ip, net, (size_t)whole))
        return false;
    return rest == 0 || ((r->values.ip[whole] ^ net[whole]) >> (8 - rest)) == 0;
}

static enum spf_match
temperror(struct spf_run *r, const char *name)
{
    spf_problem(r, "DNS does not answer for %s", spf_printable(r->arena, name, strlen(name), 253));
    return SPF_MATCH_TEMPERROR;
}

static bool
is_void(const struct dns_answer *answer)
{
    return answer->status == DNS_NODATA || answer->status == DNS_NXDOMAIN;
}

/* Asks for the addresses of the peer's family and compares (5: A for IPv4, AAAA for IPv6). */
static enum spf_match
host_matches(struct spf_run *r, const char *name, const struct spf_term *t, bool *nothing)
{
    int bits = !t ? 8 * IP_BYTES(r) : r->values.v6 ? t->prefix6 : t->prefix4;
    struct dns_answer answer;

    dns_ask(r->dns, r->arena, name, r->values.v6 ? DNS_AAAA : DNS_A, &answer);
    if (answer.status == DNS_TEMPERROR)
        return SPF_MATCH_TEMPERROR;
    *nothing = *nothing || is_void(&answer);
    for (int i = 0; i < answer.n; i++)
        if (answer.records[i].len == (size_t)IP_BYTES(r) &&
            same_network(r, answer.records[i].data, bits))
            return SPF_MATCH;
    return SPF_NO_MATCH;
}

/* --------------------------------------------------------------- a, mx, exists (5.3, 5.4, 5.7) */

static enum spf_match
match_a(struct spf_run *r, const struct spf_term *t, const char *target)
{
    bool nothing = false;
    enum spf_match m = host_matches(r, target, t, &nothing);

    if (m == SPF_MATCH_TEMPERROR)
        return temperror(r, target);
    if (nothing && !spf_count_void(r))
        return SPF_MATCH_PERMERROR;
    return m;
}

static int
by_preference(const void *x, const void *y)
{
    const struct dns_record *a = x, *b = y;
    if (a->preference != b->preference)
        return a->preference < b->preference ? -1 : 1;
    return strcasecmp((const char *)a->data, (const char *)b->data);
}

/* Names in the order of their preference; an eleventh is a permerror unless an earlier one matched.
 * Names without an address of the peer's family make the term void once, not once each: a domain
 * with three IPv4 hosts is no error for a peer with IPv6. */
static enum spf_match
match_mx(struct spf_run *r, const struct spf_term *t, const char *target)
{
    struct dns_answer answer;
    struct dns_record *hosts;
    bool nothing;

    dns_ask(r->dns, r->arena, target, DNS_MX, &answer);
    if (answer.status == DNS_TEMPERROR)
        return temperror(r, target);
    nothing = is_void(&answer);
    hosts = arena_calloc(r->arena, (size_t)answer.n, sizeof *hosts);
    if (answer.n > 0) {
        memcpy(hosts, answer.records, (size_t)answer.n * sizeof *hosts);
        qsort(hosts, (size_t)answer.n, sizeof *hosts, by_preference);
    }
    for (int i = 0; i < answer.n; i++) {
        const char *name = (const char *)hosts[i].data;
        enum spf_match m;
        if (i == SPF_NAMES_MAX) {
            spf_problem(r, "more than %d MX names", SPF_NAMES_MAX);
            return SPF_MATCH_PERMERROR;
        }
        m = host_matches(r, name, t, &nothing);
        if (m == SPF_MATCH_TEMPERROR)
            return temperror(r, name);
        if (m == SPF_MATCH)
            return m;
    }
    return nothing && !spf_count_void(r) ? SPF_MATCH_PERMERROR : SPF_NO_MATCH;
}

/* Any A record, whatever family the peer is of. */
static enum spf_match
match_exists(struct spf_run *r, const char *target)
{
    struct dns_answer answer;

    dns_ask(r->dns, r->arena, target, DNS_A, &answer);
    if (answer.status == DNS_TEMPERROR)
        return temperror(r, target);
    if (is_void(&answer) && !spf_count_void(r))
        return SPF_MATCH_PERMERROR;
    return answer.status == DNS_OK ? SPF_MATCH : SPF_NO_MATCH;
}

/* ------------------------------------------------------------------ ptr, %{p} (5.5, 7.3) */

/* 1.2.0.192.in-addr.arpa, or nibbles.ip6.arpa */
static const char *
reverse_name(struct spf_run *r)
{
    struct buf *b = buf_new(r->arena, 0);
    const char *ip = spf_dotted_ip(r->arena, &r->values);

    if (!r->values.v6) {
        const unsigned char *p = r->values.ip;
        buf_printf(b, "%d.%d.%d.%d.in-addr.arpa", p[3], p[2], p[1], p[0]);
        return buf_cstr(b);
    }
    for (size_t i = strlen(ip); i-- > 0;)
        buf_char(b, ip[i]);
    buf_str(b, ".ip6.arpa");
    return buf_cstr(b);
}

/* The first ten names behind the address. No answer is no name. *nothing: the question was void. */
static void
ask_names(struct spf_run *r, bool *nothing)
{
    struct dns_answer answer;

    if (r->names_known)
        return;
    r->names_known = true;
    dns_ask(r->dns, r->arena, reverse_name(r), DNS_PTR, &answer);
    *nothing = is_void(&answer);
    for (int i = 0; i < answer.n && i < SPF_NAMES_MAX; i++)
        r->names[r->nnames++] = (const char *)answer.records[i].data;
}

/* Asked for only when its name matters. Failures and void answers are passed over: whoever owns the
 * address writes these names, not the domain that is checked (5.5). */
static bool
is_valid(struct spf_run *r, int i)
{
    bool nothing = false;

    if (!r->valid[i])
        r->valid[i] = host_matches(r, r->names[i], NULL, &nothing) == SPF_MATCH ? 1 : -1;
    return r->valid[i] > 0;
}

/* How name relates to domain: 0 the same, 1 below it, 2 neither. */
static int
relation(const char *name, const char *domain)
{
    size_t n = strlen(name), d = strlen(domain);

    if (n > 0 && name[n - 1] == '.')
        n--;
    if (n < d || strncasecmp(name + n - d, domain, d) != 0)
        return 2;
    if (n == d)
        return 0;
    return d > 0 && name[n - d - 1] == '.' ? 1 : 2;
}

static enum spf_match
match_ptr(struct spf_run *r, const char *target)
{
    bool nothing = false;

    ask_names(r, &nothing);
    if (nothing && !spf_count_void(r))
        return SPF_MATCH_PERMERROR;
    for (int i = 0; i < r->nnames; i++)
        if (relation(r->names[i], target) < 2 && is_valid(r, i))
            return SPF_MATCH;
    return SPF_NO_MATCH;
}

const char *
spf_validated_name(void *arg, const char *domain)
{
    struct spf_run *r = arg;
    bool nothing;

    ask_names(r, &nothing);
    for (int wanted = 0; wanted <= 2; wanted++)
        for (int i = 0; i < r->nnames; i++)
            if (relation(r->names[i], domain) == wanted && is_valid(r, i))
                return r->names[i];
    return "unknown";
}

enum spf_match
spf_mechanism(struct spf_run *r, const struct spf_term *t, const char *target)
{
    bool match;

    switch (t->kind) {
    case SPF_A:
        return match_a(r, t, target);
    case SPF_MX:
        return match_mx(r, t, target);
    case SPF_PTR:
        return match_ptr(r, target);
    case SPF_EXISTS:
        return match_exists(r, target);
    case SPF_IP4:
        match = !r->values.v6 && same_network(r, t->net, t->prefix4);
        break;
    case SPF_IP6:
        match = r->values.v6 && same_network(r, t->net, t->prefix6);
        break;
    default:
        match = t->kind == SPF_ALL;
    }
    return match ? SPF_MATCH : SPF_NO_MATCH;
}
