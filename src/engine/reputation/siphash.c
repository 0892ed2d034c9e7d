#include "siphash.h"

#include <endian.h>
#include <string.h>

struct state {
    uint64_t a, b, c, d;
};

static uint64_t
rotated(uint64_t x, int bits)
{
    return x << bits | x >> (64 - bits);
}

static void
rounds(struct state *s, int n)
{
    while (n-- > 0) {
        s->a += s->b;
        s->c += s->d;
        s->b = rotated(s->b, 13) ^ s->a;
        s->d = rotated(s->d, 16) ^ s->c;
        s->a = rotated(s->a, 32);
        s->c += s->b;
        s->a += s->d;
        s->b = rotated(s->b, 17) ^ s->c;
        s->d = rotated(s->d, 21) ^ s->a;
        s->c = rotated(s->c, 32);
    }
}

static uint64_t
word(const unsigned char *p)
{
    uint64_t x;

    memcpy(&x, p, sizeof x);
    return le64toh(x);
}

static void
take(struct state *s, uint64_t m)
{
    s->d ^= m;
    rounds(s, 2);
    s->a ^= m;
}

uint64_t
siphash(const unsigned char key[16], const void *data, size_t n)
{
    uint64_t k0 = word(key), k1 = word(key + 8), last = (uint64_t)n << 56;
    struct state s = {k0 ^ 0x736f6d6570736575u, k1 ^ 0x646f72616e646f6du, k0 ^ 0x6c7967656e657261u,
                      k1 ^ 0x7465646279746573u};
    const unsigned char *p = data;

    for (; n >= 8; p += 8, n -= 8)
        take(&s, word(p));
    for (size_t i = 0; i < n; i++)
        last |= (uint64_t)p[i] << (8 * i);
    take(&s, last);
    s.c ^= 0xff;
    rounds(&s, 4);
    return s.a ^ s.b ^ s.c ^ s.d;
}
