#include "sender_skips.h"

#include <stdbool.h>
#include <string.h>

static const char *const ids[SENDER_SKIPS] = {
#define SENDER_SKIP(id, checks, label) #id,
#include "sender_skips.def"
#undef SENDER_SKIP
};
static const char *const checks_of[SENDER_SKIPS] = {
#define SENDER_SKIP(id, checks, label) checks,
#include "sender_skips.def"
#undef SENDER_SKIP
};

/* Is it one of the words of a list? */
static bool
listed(const char *list, const char *word)
{
    size_t n = strlen(word);

    for (const char *p = list; n > 0 && (p = strstr(p, word)); p += n)
        if ((p == list || p[-1] == ' ') && (p[n] == ' ' || p[n] == '\0'))
            return true;
    return false;
}

unsigned
sender_skip_bit(const char *check)
{
    for (int i = 0; i < SENDER_SKIPS; i++)
        if (listed(checks_of[i], check))
            return 1u << i;
    return 0;
}

unsigned
sender_skip_named(const char *id)
{
    for (int i = 0; i < SENDER_SKIPS; i++)
        if (strcmp(ids[i], id) == 0)
            return 1u << i;
    return 0;
}

unsigned
sender_skips_without(const char *list)
{
    unsigned bits = (1u << SENDER_SKIPS) - 1;

    for (int i = 0; i < SENDER_SKIPS; i++)
        if (listed(list, ids[i]))
            bits &= ~(1u << i);
    return bits;
}
