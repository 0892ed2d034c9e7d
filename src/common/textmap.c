#include "textmap.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "err.h"
#include "token.h"

#define SLOTS 65536u

struct entry {
    struct entry *next;
    char *key;
    _Alignas(16) unsigned char value[];
};

struct textmap {
    size_t size, max, n;
    uint64_t seed; /* what peers choose as keys must not meet in one slot */
    struct entry *slots[SLOTS];
};

struct textmap *
textmap_new(size_t size, size_t max)
{
    struct textmap *m = calloc(1, sizeof *m);

    BUG_IF(!m);
    m->size = size;
    m->max = max;
    token_random(&m->seed, sizeof m->seed);
    return m;
}

static bool
drop(void *arg, const char *key, void *value)
{
    (void)arg;
    (void)key;
    (void)value;
    return false;
}

void
textmap_free(struct textmap **m)
{
    if (!*m)
        return;
    textmap_each(*m, drop, NULL);
    free(*m);
    *m = NULL;
}

static struct entry **
slot_of(struct textmap *m, const char *key)
{
    uint64_t h = m->seed ^ UINT64_C(0xcbf29ce484222325);

    for (; *key; key++) {
        h = (h ^ (unsigned char)*key) * UINT64_C(0x9e3779b97f4a7c15);
        h ^= h >> 29;
    }
    return &m->slots[(h ^ h >> 32) % SLOTS];
}

void *
textmap_get(struct textmap *m, const char *key)
{
    for (struct entry *e = *slot_of(m, key); e; e = e->next)
        if (strcmp(e->key, key) == 0)
            return e->value;
    return NULL;
}

void *
textmap_need(struct textmap *m, const char *key)
{
    void *found = textmap_get(m, key);
    struct entry *e, **slot;

    if (found || m->n >= m->max)
        return found;
    e = calloc(1, sizeof *e + m->size);
    BUG_IF(!e);
    e->key = strdup(key);
    BUG_IF(!e->key);
    slot = slot_of(m, key);
    e->next = *slot;
    *slot = e;
    m->n++;
    return e->value;
}

size_t
textmap_count(const struct textmap *m)
{
    return m->n;
}

void
textmap_each(struct textmap *m, bool (*keep)(void *arg, const char *key, void *value), void *arg)
{
    for (size_t i = 0; i < SLOTS && m->n > 0; i++) {
        struct entry **here = &m->slots[i];
        while (*here) {
            struct entry *e = *here;
            if (keep(arg, e->key, e->value)) {
                here = &e->next;
                continue;
            }
            *here = e->next;
            free(e->key);
            free(e);
            m->n--;
        }
    }
}
