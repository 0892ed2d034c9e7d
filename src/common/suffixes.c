#include "suffixes.h"

#include <libpsl.h>
#include <pthread.h>
#include <string.h>

#define FILE_OF_DEBIAN "/usr/share/publicsuffix/public_suffix_list.dafsa"

static const psl_ctx_t *list;

static void
load(void)
{
    list = psl_latest(FILE_OF_DEBIAN);
    if (!list)
        list = psl_builtin();
}

static const psl_ctx_t *
of(const struct psl *psl)
{
    return (const psl_ctx_t *)psl;
}

const struct psl *
suffixes(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    (void)pthread_once(&once, load);
    return (const struct psl *)list;
}

/* Of one mail the same few hosts are asked for again and again, by all that compare senders and links. */
#define REMEMBERED 64
struct remembered {
    char domain[62];
    short at; /* where the registrable domain begins; -1: there is none */
};

static struct remembered *
place_of(const char *domain, size_t n)
{
    static _Thread_local struct remembered all[REMEMBERED];
    unsigned h = 2166136261u;

    for (size_t i = 0; i < n; i++)
        h = (h ^ (unsigned char)domain[i]) * 16777619u;
    return &all[(h ^ h >> 16) % REMEMBERED];
}

const char *
suffixes_registrable(const struct psl *psl, const char *domain)
{
    size_t n = strlen(domain);
    struct remembered *r;
    const char *found;

    if (of(psl) != list || n == 0 || n >= sizeof r->domain)
        return psl_registrable_domain(of(psl), domain);
    r = place_of(domain, n);
    if (strcmp(r->domain, domain) == 0)
        return r->at < 0 ? NULL : domain + r->at;
    found = psl_registrable_domain(of(psl), domain);
    memcpy(r->domain, domain, n + 1);
    r->at = found ? (short)(found - domain) : -1;
    return found;
}

bool
suffixes_is_public(const char *domain)
{
    return psl_is_public_suffix(of(suffixes()), domain) == 1;
}

bool
suffixes_is_listed(const char *domain, bool registry)
{
    int type = registry ? PSL_TYPE_ICANN : PSL_TYPE_ANY;

    return psl_is_public_suffix2(of(suffixes()), domain, type | PSL_TYPE_NO_STAR_RULE) == 1;
}
