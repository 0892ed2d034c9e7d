#include "dns_wire.h"

#include <string.h>

#include "../../common/arena.h"

/* A name in wire form, not compressed (libunbound's answers are not). NULL for one that cannot be
 * written down: a label with a dot or a NUL in it. */
static const unsigned char *
wire_name(struct arena *a, const unsigned char *p, size_t n, size_t *len)
{
    unsigned char *out = arena_alloc(a, 256);
    size_t o = 0, label;

    for (; n > 0 && *p; p += label + 1, n -= label + 1) {
        label = *p;
        if (label > 63 || n < label + 2 || o + label + 1 > 254 || memchr(p + 1, '.', label) ||
            memchr(p + 1, '\0', label))
            return NULL;
        if (o)
            out[o++] = '.';
        memcpy(out + o, p + 1, label);
        o += label;
    }
    *len = o;
    return n == 1 ? out : NULL;
}

static const unsigned char *
wire_text(struct arena *a, const unsigned char *p, size_t n, size_t *len)
{
    unsigned char *out = arena_alloc(a, n + 1);
    size_t o = 0;

    for (; n > 0; n -= *p + 1u, p += *p + 1u) {
        if (n < *p + 1u)
            return NULL;
        memcpy(out + o, p + 1, *p);
        o += *p;
    }
    *len = o;
    return out;
}

bool
dns_wire_record(struct arena *a, enum dns_type type, const unsigned char *p, size_t n,
                struct dns_record *out)
{
    *out = (struct dns_record){.len = n};
    switch (type) {
    case DNS_A:
    case DNS_AAAA:
        if (n != (type == DNS_A ? 4 : 16))
            return false;
        out->data = arena_memdup(a, p, n);
        break;
    case DNS_TXT:
        out->data = wire_text(a, p, n, &out->len);
        break;
    case DNS_MX:
        if (n < 3)
            return false;
        out->preference = (unsigned)(p[0] << 8 | p[1]);
        p += 2;
        n -= 2;
        /* fall through */
    case DNS_CNAME:
    case DNS_PTR:
        out->data = wire_name(a, p, n, &out->len);
        break;
    }
    return out->data != NULL;
}
