/* A tokenizer for XML that has no DTD, no entities of its own, no depth: tags and text, one after the other. */
#ifndef SEKISHO_OFFICEXML_H
#define SEKISHO_OFFICEXML_H

#include <stdbool.h>
#include <stddef.h>

struct arena;

struct officexml_tag {
    const char *name; /* without its prefix; not NUL-terminated */
    size_t n;
    bool closing; /* also comes for <x/> */
    const char *attributes;
    size_t attributes_len;
};

/* UTF-8 text. Texts are lent; of text, entities are resolved. */
void officexml_walk(struct arena *a, const char *p, size_t n,
                    void (*tag)(void *ctx, const struct officexml_tag *t),
                    void (*text)(void *ctx, const char *p, size_t n), void *ctx);
/* Value of an attribute, whatever its prefix; "" when it has none. */
const char *officexml_value(struct arena *a, const struct officexml_tag *t, const char *name);

#endif
