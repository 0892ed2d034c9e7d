/* A map from names to things, in an arena: rules by name, tags, lists of domains. */
#ifndef SEKISHO_RULES_NAMES_H
#define SEKISHO_RULES_NAMES_H

#include <stddef.h>

struct arena;

struct name_slot {
    const char *name; /* NULL: free */
    size_t len;
    void *value;
};

struct names {
    struct arena *a;
    struct name_slot *slots; /* a power of two, at most half full */
    size_t size, used;
};

void names_init(struct names *t, struct arena *a);
/* NULL: not there. */
void *names_get(const struct names *t, const char *name, size_t len);
/* value is never NULL; the one before is replaced. The name is copied. */
void names_put(struct names *t, const char *name, size_t len, void *value);

#endif
