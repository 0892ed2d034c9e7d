#include "names.h"
#include "../../common/arena.h"

#include <stdint.h>
#include <string.h>

#define FIRST_SIZE 64

void
names_init(struct names *t, struct arena *a)
{
    *t = (struct names){.a = a, .size = FIRST_SIZE};
    t->slots = arena_calloc(a, t->size, sizeof *t->slots);
}

static uint64_t
hash(const char *p, size_t n)
{
    uint64_t h = 14695981039346656037u;
    for (size_t i = 0; i < n; i++)
        h = (h ^ (unsigned char)p[i]) * 1099511628211u;
    return h ^ (h >> 29);
}

static struct name_slot *
find(const struct names *t, const char *name, size_t len)
{
    size_t i = (size_t)hash(name, len) & (t->size - 1);
    while (t->slots[i].name && (t->slots[i].len != len || memcmp(t->slots[i].name, name, len) != 0))
        i = (i + 1) & (t->size - 1);
    return &t->slots[i];
}

void *
names_get(const struct names *t, const char *name, size_t len)
{
    return find(t, name, len)->value;
}

static void
grow(struct names *t)
{
    struct names bigger = {.a = t->a, .size = t->size * 2, .used = t->used};
    bigger.slots = arena_calloc(t->a, bigger.size, sizeof *bigger.slots);
    for (size_t i = 0; i < t->size; i++)
        if (t->slots[i].name)
            *find(&bigger, t->slots[i].name, t->slots[i].len) = t->slots[i];
    *t = bigger;
}

void
names_put(struct names *t, const char *name, size_t len, void *value)
{
    struct name_slot *s = find(t, name, len);
    if (!s->name) {
        if (++t->used * 2 > t->size) {
            grow(t);
            s = find(t, name, len);
        }
        s->name = arena_memdup(t->a, name, len);
        s->len = len;
    }
    s->value = value;
}
