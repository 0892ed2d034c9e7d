/* Days and times of digests, in forms and in words. */
#include "pg_digest.h"

#include <ctype.h>
#include <string.h>

#include "../view.h"

int
pg_digest_minute(const char *text, const char **end)
{
    const char *p = text;
    int hour = 0, minute = 0, n = 0;
    for (; isdigit((unsigned char)*p) && n < 2; n++)
        hour = hour * 10 + (*p++ - '0');
    if (!n || (*p != ':' && *p != '.') || !isdigit((unsigned char)p[1]) ||
        !isdigit((unsigned char)p[2]) || hour > 23)
        return -1;
    minute = (p[1] - '0') * 10 + (p[2] - '0');
    *end = p + 3;
    return minute > 59 ? -1 : hour * 60 + minute;
}

/* "9:00, 17:30" into minutes, each once, in their order. 0: something in it is no time, or there are too many. */
static int
read_times(const char *s, int *times)
{
    int n = 0;
    while (*(s += strspn(s, " ,;"))) {
        int at = pg_digest_minute(s, &s), i;
        if (at < 0 || (*s && !strchr(" ,;", *s)))
            return 0;
        for (i = 0; i < n && times[i] < at; i++)
            ;
        if (i < n && times[i] == at)
            continue;
        if (n == STORE_DIGEST_TIMES)
            return 0;
        memmove(times + i + 1, times + i, (size_t)(n - i) * sizeof *times);
        times[i] = at;
        n++;
    }
    return n;
}

void
pg_digest_take_when(struct web_req *r, int *days, int *times, int *n, const char **tz)
{
    *days = 0;
    for (int d = 1; d <= 7; d++)
        if (in_bool(r, arena_printf(r->a, "day-%d", d)))
            *days |= 1 << (d - 1);
    *n = read_times(in_text(r, "times"), times);
    *tz = in_text(r, "tz");
    if (!*days)
        in_error(r, "day-1", N_("Choose at least one day"));
    if (!*n)
        in_error(r, "times", N_("Enter up to 12 times, for example 9:00, 17:00"));
    ui_check_zone(r, "tz");
}

const char *
pg_digest_clock(struct web_req *r, int minute)
{
    return arena_printf(r->a, "%02d:%02d", minute / 60 % 24, minute % 60);
}

const char *
pg_digest_times(struct web_req *r, const int *times, int n)
{
    struct buf *b = buf_new(r->a, 0);
    for (int i = 0; i < n; i++)
        buf_printf(b, "%s%s", i ? ", " : "", pg_digest_clock(r, times[i]));
    return buf_cstr(b);
}

const char *
pg_digest_day(struct web_req *r, int day)
{
    const char *const names[] = {T("Monday"), T("Tuesday"),  T("Wednesday"), T("Thursday"),
                                 T("Friday"), T("Saturday"), T("Sunday")};
    return names[(day - 1) % 7];
}

const char *
pg_digest_when(struct web_req *r, int days, const int *times, int n)
{
    struct buf *b = buf_new(r->a, 0);
    if (!n)
        return "";
    if (days == 127)
        return TF(T("Every day, {times}"), "times", pg_digest_times(r, times, n));
    for (int d = 1; d <= 7; d++)
        if (days & 1 << (d - 1))
            buf_printf(b, "%s%s", b->len ? ", " : "", pg_digest_day(r, d));
    return TF(T("{days}, {times}"), "days", buf_cstr(b), "times", pg_digest_times(r, times, n));
}
