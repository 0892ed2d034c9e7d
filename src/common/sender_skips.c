#include "sender_skips.h"

#include <string.h>

static const char *const ids[SENDER_SKIPS] = {
#define SENDER_SKIP(id, label) #id,
#include "sender_skips.def"
#undef SENDER_SKIP
};

const char *
sender_skip_id(enum sender_skip s)
{
    return ids[s];
}

unsigned
sender_skip_bit(const char *id)
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

    for (int i = 0; i < SENDER_SKIPS; i++) {
        size_t n = strlen(ids[i]);
        for (const char *p = list; (p = strstr(p, ids[i])); p += n)
            if ((p == list || p[-1] == ' ') && (p[n] == ' ' || p[n] == '\0'))
                bits &= ~(1u << i);
    }
    return bits;
}
