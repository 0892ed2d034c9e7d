#include "risk.h"

#include <string.h>

static const char *const levels[] = {
    [RISK_SAFE] = "safe",
    [RISK_SUSPICIOUS] = "suspicious",
    [RISK_HIGH] = "highly-suspicious",
    [RISK_DANGEROUS] = "dangerous",
};

static const char *const catches[RISK_CATCH_LEVELS] = {
    "lowest", "low", "moderately-low", "moderately-high", "high", "highest",
};

const char *
risk_level_name(enum risk_level l)
{
    return levels[l];
}

enum risk_level
risk_level_named(const char *name)
{
    int l = 0;

    while (l < RISK_LEVELS && strcmp(levels[l], name) != 0)
        l++;
    return (enum risk_level)l;
}

const char *
risk_catch_name(int level)
{
    return catches[level];
}

int
risk_catch_named(const char *name)
{
    for (int i = 0; i < RISK_CATCH_LEVELS; i++)
        if (strcmp(catches[i], name) == 0)
            return i;
    return -1;
}

int
risk_rank(const struct risk *r)
{
    int bad = r->lists[RISK_SUSPICIOUS] + r->lists[RISK_HIGH] + r->lists[RISK_DANGEROUS];

    if (r->lists[RISK_SAFE] && !r->page)
        return -1;
    if (r->lists[RISK_DANGEROUS])
        return bad > 1 ? 6 : 5;
    if (r->lists[RISK_HIGH])
        return bad > 1 ? 4 : 3;
    if (bad)
        return 2;
    return r->deceptive ? 1 : 0;
}

bool
risk_acts(int level, int rank)
{
    return rank > 0 && rank >= RISK_CATCH_LEVELS - level;
}
