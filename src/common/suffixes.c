#include "suffixes.h"

#include <libpsl.h>
#include <pthread.h>

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

const char *
suffixes_registrable(const struct psl *psl, const char *domain)
{
    return psl_registrable_domain(of(psl), domain);
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
