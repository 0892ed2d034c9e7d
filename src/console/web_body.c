#include "web_body.h"

#include "../common/err.h"

#include <stdlib.h>
#include <string.h>

#define FIRST 4096u

static size_t held;

bool
web_body_add(struct web_body *b, const void *p, size_t n, size_t length)
{
    size_t need = b->n + n;
    BUG_IF(need > length);
    if (need > b->cap) {
        size_t cap = b->cap ? b->cap * 2 : FIRST;
        cap = cap < need ? need : cap;
        cap = cap > length ? length : cap;
        if (cap - b->cap > WEB_BODIES_MAX - held)
            return false;
        b->p = realloc(b->p, cap);
        if (!b->p)
            bug("out of memory (%zu bytes)", cap);
        held += cap - b->cap;
        b->cap = cap;
    }
    if (n)
        memcpy(b->p + b->n, p, n);
    b->n = need;
    return true;
}

void
web_body_free(struct web_body *b)
{
    held -= b->cap;
    free(b->p);
    *b = (struct web_body){0};
}

size_t
web_bodies(void)
{
    return held;
}
