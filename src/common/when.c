#include "when.h"
#include "arena.h"

#include <ctype.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static _Atomic int64_t frozen = -1;

int64_t
when_now(void)
{
    int64_t f = frozen;
    if (f >= 0)
        return f;
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

int64_t
when_mono_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

int64_t
when_mono(void)
{
    return when_mono_us() / 1000;
}

void
when_freeze(int64_t ms)
{
    frozen = ms;
}

/* Days since 1970-01-01 of a date in the proleptic Gregorian calendar. */
static int64_t
days_from_civil(int64_t y, int m, int d)
{
    y -= m <= 2;
    int64_t era = (y >= 0 ? y : y - 399) / 400;
    int64_t yoe = y - era * 400;
    int64_t doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
    return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

static void
civil_from_days(int64_t z, int64_t *y, int *m, int *d)
{
    z += 719468;
    int64_t era = (z >= 0 ? z : z - 146096) / 146097;
    int64_t doe = z - era * 146097;
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    int64_t mp = (5 * doy + 2) / 153;
    *d = (int)(doy - (153 * mp + 2) / 5 + 1);
    *m = (int)(mp < 10 ? mp + 3 : mp - 9);
    *y = yoe + era * 400 + (*m <= 2);
}

char *
when_rfc3339(struct arena *a, int64_t ms)
{
    int64_t days = ms / 86400000, rest = ms % 86400000, y;
    int m, d;
    if (rest < 0) {
        rest += 86400000;
        days--;
    }
    civil_from_days(days, &y, &m, &d);
    return arena_printf(a, "%04lld-%02d-%02dT%02d:%02d:%02d.%03dZ", (long long)y, m, d,
                        (int)(rest / 3600000), (int)(rest / 60000 % 60), (int)(rest / 1000 % 60),
                        (int)(rest % 1000));
}

/* n digits at *s, or -1. */
static int
digits(const char **s, int n)
{
    int v = 0;
    while (n--) {
        if (!isdigit((unsigned char)**s))
            return -1;
        v = v * 10 + (*(*s)++ - '0');
    }
    return v;
}

static bool
literal(const char **s, const char *set)
{
    if (!**s || !strchr(set, **s))
        return false;
    (*s)++;
    return true;
}

static bool
fraction(const char **s, int *ms)
{
    *ms = 0;
    if (**s != '.')
        return true;
    (*s)++;
    int n = 0;
    for (; n < 9 && isdigit((unsigned char)**s); n++, (*s)++)
        if (n < 3)
            *ms = *ms * 10 + (**s - '0');
    for (int i = n; i < 3; i++)
        *ms *= 10;
    return n > 0 && !isdigit((unsigned char)**s);
}

static bool
offset(const char **s, int *minutes)
{
    if (literal(s, "Zz")) {
        *minutes = 0;
        return true;
    }
    int sign = **s == '-' ? -1 : 1;
    if (!literal(s, "+-"))
        return false;
    int h = digits(s, 2);
    if (h < 0 || h > 23 || !literal(s, ":"))
        return false;
    int m = digits(s, 2);
    if (m < 0 || m > 59)
        return false;
    *minutes = sign * (h * 60 + m);
    return true;
}

static int
month_days(int y, int m)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
    return days[m - 1] + (m == 2 && leap);
}

int
when_parse(const char *s, int64_t *out)
{
    int y, mo, d, h, mi, sec, ms, off;
    if ((y = digits(&s, 4)) < 0 || !literal(&s, "-") || (mo = digits(&s, 2)) < 1 || mo > 12 ||
        !literal(&s, "-") || (d = digits(&s, 2)) < 1 || d > month_days(y, mo) ||
        !literal(&s, "Tt "))
        return -1;
    if ((h = digits(&s, 2)) < 0 || h > 23 || !literal(&s, ":") || (mi = digits(&s, 2)) < 0 ||
        mi > 59 || !literal(&s, ":") || (sec = digits(&s, 2)) < 0 || sec > 60)
        return -1;
    if (!fraction(&s, &ms) || !offset(&s, &off) || *s)
        return -1;
    *out = (((days_from_civil(y, mo, d) * 24 + h) * 60 + mi - off) * 60 + sec) * 1000 + ms;
    return 0;
}
