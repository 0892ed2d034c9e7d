#include "dnsbl_codes.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "err.h"

#define SEPARATORS " ,\t\r\n"

static unsigned
number(const unsigned char a[4])
{
    return (unsigned)a[0] << 24 | (unsigned)a[1] << 16 | (unsigned)a[2] << 8 | a[3];
}

static bool
one(const char *p, size_t n, unsigned *out)
{
    unsigned char a[4];
    char text[INET_ADDRSTRLEN];

    if (n >= sizeof text)
        return false;
    memcpy(text, p, n);
    text[n] = '\0';
    if (inet_pton(AF_INET, text, a) != 1 || a[0] != 127)
        return false;
    *out = number(a);
    return true;
}

int
dnsbl_codes_parse(const char *text, struct dnsbl_codes *out, struct err *e)
{
    size_t n;

    memset(out, 0, sizeof *out);
    for (const char *p = text + strspn(text, SEPARATORS); *p; p += n + strspn(p + n, SEPARATORS)) {
        const char *dash;
        size_t first;
        n = strcspn(p, SEPARATORS);
        dash = memchr(p, '-', n);
        first = dash ? (size_t)(dash - p) : n;
        if (out->n == DNSBL_CODES_MAX || !one(p, first, &out->range[out->n].from) ||
            !(dash ? one(dash + 1, n - first - 1, &out->range[out->n].to)
                   : one(p, n, &out->range[out->n].to)) ||
            out->range[out->n].from > out->range[out->n].to)
            return err_set(e, ERR_INPUT, "codes",
                           "answers are written 127.0.0.2 or 127.0.0.4-127.0.0.7, at most %d",
                           DNSBL_CODES_MAX);
        out->n++;
    }
    return 0;
}

bool
dnsbl_codes_match(const struct dnsbl_codes *c, const unsigned char address[4])
{
    unsigned v = number(address);

    if (address[0] != 127 || (address[1] == 255 && address[2] == 255))
        return false;
    if (c->n == 0)
        return address[1] == 0 && address[2] == 0;
    for (int i = 0; i < c->n; i++)
        if (v >= c->range[i].from && v <= c->range[i].to)
            return true;
    return false;
}
