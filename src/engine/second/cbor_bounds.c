#include "cbor_bounds.h"

#include <stdbool.h>
#include <stdint.h>

enum major { UNSIGNED, NEGATIVE, BYTES, TEXT, ARRAY, MAP, TAG, SIMPLE };

struct walk {
    const unsigned char *p;
    size_t n, at;
    int items;
};

/* The initial byte and its argument. */
static bool
head(struct walk *w, enum major *major, uint64_t *argument)
{
    if (w->at >= w->n)
        return false;
    unsigned first = w->p[w->at++], info = first & 0x1f;
    *major = (enum major)(first >> 5);
    *argument = info;
    if (info < 24)
        return true;
    size_t bytes = (size_t)1 << (info - 24);
    if (info > 27 || bytes > w->n - w->at) /* reserved, or open */
        return false;
    *argument = 0;
    while (bytes-- > 0)
        *argument = *argument << 8 | w->p[w->at++];
    return true;
}

static bool
item(struct walk *w, int depth)
{
    enum major major;
    uint64_t argument, inside;

    if (depth > CBOR_DEPTH || ++w->items > CBOR_ITEMS || !head(w, &major, &argument))
        return false;
    size_t left = w->n - w->at;
    switch (major) {
    case UNSIGNED:
    case NEGATIVE:
    case SIMPLE:
        return true;
    case BYTES:
    case TEXT:
        if (argument > left)
            return false;
        w->at += (size_t)argument;
        return true;
    case ARRAY:
    case MAP:
    case TAG:
        if (argument > left && major != TAG) /* an item has a byte at least */
            return false;
        inside = major == TAG ? 1 : major == MAP ? 2 * argument : argument;
        while (inside-- > 0)
            if (!item(w, depth + 1))
                return false;
        return true;
    }
    return false;
}

size_t
cbor_item_bytes(const unsigned char *p, size_t n)
{
    struct walk w = {.p = p, .n = n};

    return item(&w, 1) ? w.at : 0;
}
