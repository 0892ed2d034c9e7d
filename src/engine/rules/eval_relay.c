/* Eval tests about the way that a mail came. */
#include "evals.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

bool
eval_check_all_trusted(struct view *v, const struct rule *r)
{
    (void)r;
    view_relays(v);
    return v->trusted.n > 0 && v->untrusted.n == 0 && v->unparseable == 0;
}

bool
eval_check_no_relays(struct view *v, const struct rule *r)
{
    (void)r;
    view_relays(v);
    return v->trusted.n == 0 && v->untrusted.n == 0 && v->unparseable == 0;
}

bool
eval_check_relays_unparseable(struct view *v, const struct rule *r)
{
    (void)r;
    view_relays(v);
    return v->unparseable > 0;
}

static bool
public_ip(const char *s)
{
    return domain_is_ip(span_of(s)) && !strchr(s, ':') && !ip_private(s);
}

/* The greeting is an address, of another network than the client's. */
bool
eval_helo_ip_mismatch(struct view *v, const struct rule *r)
{
    (void)r;
    view_relays(v);
    for (int i = 0; i < v->untrusted.n; i++) {
        const struct relay *x = &v->untrusted.v[i];
        const char *dot = public_ip(x->helo) && public_ip(x->ip) ? strrchr(x->helo, '.') : NULL;
        if (dot && strncmp(x->helo, x->ip, (size_t)(dot + 1 - x->helo)) != 0)
            return true;
    }
    return false;
}

bool
eval_check_for_no_rdns_dotcom_helo(struct view *v, const struct rule *r)
{
    static const char *const big[] = {"lycos.com",  "lycos.co.uk",  "hotmail.com", "localhost.com",
                                      "excite.com", "caramail.com", "cs.com",      "aol.com",
                                      "msn.com",    "yahoo.com",    "drizzle.com"};
    bool hit = false;
    (void)r;
    view_relays(v);
    for (int i = 0; i < v->untrusted.n; i++) {
        const struct relay *x = &v->untrusted.v[i];
        size_t n = strlen(x->helo);
        if (x->private_ip)
            continue;
        hit = false; /* the last one decides */
        for (size_t k = 0; k < sizeof big / sizeof *big; k++) {
            size_t m = strlen(big[k]);
            hit |= x->no_rdns && n >= m && strcasecmp(x->helo + n - m, big[k]) == 0 &&
                   (n == m || x->helo[n - m - 1] == '.');
        }
    }
    return hit;
}

/* Two labels, or three below a country. */
static struct span
domain(const char *host)
{
    struct span s = span_of(host);
    size_t dots = 0;
    const char *last = strrchr(host, '.');
    bool letters = strpbrk(host, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") != NULL;
    bool wide = last && (strlen(last + 1) >= 3 || strcasecmp(last + 1, "ie") == 0 ||
                         strcasecmp(last + 1, "fr") == 0 || strcasecmp(last + 1, "de") == 0);
    for (size_t i = s.n; letters && i-- > 0;)
        if (s.p[i] == '.' && ++dots == (wide ? 2u : 3u))
            return (struct span){s.p + i + 1, s.n - i - 1};
    return s;
}

/* a.b or more, of word characters at both ends. */
static bool
plausible(struct span s)
{
    if (s.n < 3 || !memchr(s.p, '.', s.n) || s.p[0] == '.' || s.p[s.n - 1] == '.' || s.p[0] == '-')
        return false;
    for (size_t i = 0; i < s.n; i++)
        if (!isalnum((unsigned char)s.p[i]) && !strchr("._-", s.p[i]))
            return false;
    return true;
}

/* A hop's server is not the one that the next hop heard from. */
bool
eval_check_for_forged_received_trail(struct view *v, const struct rule *r)
{
    int mismatches = 0;
    (void)r;
    view_relays(v);
    for (int i = 1; i < v->untrusted.n; i++) {
        const struct relay *x = &v->untrusted.v[i], *before = &v->untrusted.v[i - 1];
        struct span by = domain(x->by), from = domain(before->rdns);
        bool local =
            strncasecmp(before->rdns, "localhost", 9) == 0 && strcmp(before->ip, "127.0.0.1") == 0;
        if (local || !plausible(by) || !plausible(from))
            continue;
        mismatches += by.n != from.n || strncasecmp(by.p, from.p, by.n) != 0;
    }
    return mismatches > 1;
}
