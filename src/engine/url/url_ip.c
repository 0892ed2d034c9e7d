/* IPv4 by the WHATWG URL standard ("ends in a number checker", "IPv4 parser"), which follows inet_aton(3). */
#include <ctype.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "url_host.h"

/* One part: decimal, 0x hex, 0 octal. -1: is no number; capped at 2^33, which is too large anywhere. */
static int64_t
number(const char *p, size_t n, bool *plain)
{
    int base = 10;
    int64_t v = 0;

    if (n >= 2 && p[0] == '0' && (p[1] == 'x' || p[1] == 'X'))
        base = 16, p += 2, n -= 2;
    else if (n >= 2 && p[0] == '0')
        base = 8, p++, n--;
    if (base != 10)
        *plain = false;
    for (size_t i = 0; i < n; i++) {
        int c = tolower((unsigned char)p[i]);
        int d = isdigit(c) ? c - '0' : base == 16 && c >= 'a' && c <= 'f' ? c - 'a' + 10 : 99;

        if (d >= base)
            return -1;
        v = v * base + d;
        if (v > INT64_C(1) << 33)
            v = INT64_C(1) << 33;
    }
    return v;
}

/* The last label decides: all digits, or a number in hex. */
static bool
ends_in_number(const char *host, size_t n)
{
    const char *dot = memrchr(host, '.', n);
    const char *last = dot ? dot + 1 : host;
    size_t len = n - (size_t)(last - host), digits = 0;
    bool plain;

    while (digits < len && isdigit((unsigned char)last[digits]))
        digits++;
    if (len && digits == len)
        return true;
    return len >= 2 && last[0] == '0' && (last[1] == 'x' || last[1] == 'X') &&
           number(last, len, &plain) >= 0;
}

int
url_ipv4(const char *host, unsigned *out, bool *plain)
{
    size_t n = strlen(host);
    int64_t parts[4], v = 0;
    int count = 0;

    if (n && host[n - 1] == '.')
        n--;
    if (!n || !ends_in_number(host, n))
        return 0;
    *plain = true;
    for (size_t i = 0; i <= n;) {
        const char *dot = memchr(host + i, '.', n - i);
        size_t len = dot ? (size_t)(dot - host) - i : n - i;

        if (count == 4 || !len || (parts[count] = number(host + i, len, plain)) < 0)
            return -1;
        count++;
        i += len + 1;
    }
    *plain &= count == 4;
    for (int i = 0; i < count - 1; i++) {
        if (parts[i] > 255)
            return -1;
        v |= parts[i] << (24 - 8 * i);
    }
    if (parts[count - 1] >= INT64_C(1) << (8 * (5 - count)))
        return -1;
    *out = (unsigned)(v | parts[count - 1]);
    return 1;
}
