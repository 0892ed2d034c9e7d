#include "ipnet.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "err.h"

static int
width(const struct ipnet *net)
{
    return net->v6 ? 128 : 32;
}

bool
ipnet_address(const char *text, struct ipnet *out)
{
    static const unsigned char mapped[12] = {[10] = 0xff, [11] = 0xff};

    memset(out, 0, sizeof *out);
    if (inet_pton(AF_INET, text, out->addr) == 1) {
        out->bits = 32;
        return true;
    }
    if (inet_pton(AF_INET6, text, out->addr) != 1)
        return false;
    out->v6 = true;
    out->bits = 128;
    if (memcmp(out->addr, mapped, sizeof mapped) == 0) {
        memmove(out->addr, out->addr + 12, 4);
        memset(out->addr + 4, 0, 12);
        out->v6 = false;
        out->bits = 32;
    }
    return true;
}

/* 1 to 3 digits; -1. */
static int
read_bits(const char *s)
{
    int n = 0;

    if (!*s || strlen(s) > 3)
        return -1;
    for (; *s; s++) {
        if (!isdigit((unsigned char)*s))
            return -1;
        n = n * 10 + (*s - '0');
    }
    return n;
}

static bool
same_bits(const unsigned char *a, const unsigned char *b, int bits)
{
    int whole = bits / 8, rest = bits % 8;

    if (memcmp(a, b, (size_t)whole) != 0)
        return false;
    return rest == 0 || (a[whole] ^ b[whole]) >> (8 - rest) == 0;
}

static bool
bits_behind(const struct ipnet *net)
{
    for (int i = net->bits; i < width(net); i++)
        if (net->addr[i / 8] >> (7 - i % 8) & 1)
            return true;
    return false;
}

int
ipnet_parse(const char *text, struct ipnet *out, struct err *e)
{
    const char *slash = strchr(text, '/');
    size_t n = slash ? (size_t)(slash - text) : strlen(text);
    char address[INET6_ADDRSTRLEN];
    int bits;

    if (n >= sizeof address)
        return err_set(e, ERR_INPUT, "ip", "no IP address");
    memcpy(address, text, n);
    address[n] = '\0';
    if (!ipnet_address(address, out))
        return err_set(e, ERR_INPUT, "ip", "no IP address");
    if (!slash)
        return 0;
    bits = read_bits(slash + 1);
    if (bits < 0 || bits > width(out))
        return err_set(e, ERR_INPUT, "ip-bits", "a network is ADDRESS/LENGTH");
    out->bits = bits;
    if (bits_behind(out))
        return err_set(e, ERR_INPUT, "ip-host-bits", "the address has bits behind the length");
    return 0;
}

bool
ipnet_source(const char *text, struct ipnet *out)
{
    if (!ipnet_address(text, out))
        return false;
    if (out->v6) {
        memset(out->addr + 8, 0, 8);
        out->bits = 64;
    }
    return true;
}

bool
ipnet_covers(const struct ipnet *net, const struct ipnet *inner)
{
    return net->v6 == inner->v6 && inner->bits >= net->bits &&
           same_bits(net->addr, inner->addr, net->bits);
}

bool
ipnet_next(const char **list, char word[IPNET_TEXT])
{
    const char *p = *list + strspn(*list, " \t,");
    size_t n = strcspn(p, " \t,"), kept = n < IPNET_TEXT ? n : IPNET_TEXT - 1;

    memcpy(word, p, kept);
    word[kept] = '\0';
    *list = p + n;
    return n > 0;
}

void
ipnet_text(const struct ipnet *net, char out[IPNET_TEXT])
{
    size_t n;

    (void)inet_ntop(net->v6 ? AF_INET6 : AF_INET, net->addr, out, IPNET_TEXT);
    if (net->bits == width(net))
        return;
    n = strlen(out);
    (void)snprintf(out + n, IPNET_TEXT - n, "/%d", net->bits);
}
