/* Eval tests about dates: what a mail says of its age, and what the servers said. */
#include "evals.h"
#include "../../common/arena.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#define DATES 100

static const struct {
    const char *name;
    int offset; /* hhmm */
} zones[] = {
    {"UT", 0},     {"UTC", 0},     {"GMT", 0},     {"EDT", -400},  {"EST", -500},  {"CDT", -500},
    {"CST", -600}, {"MDT", -600},  {"MST", -700},  {"PDT", -700},  {"PST", -800},  {"BST", 100},
    {"CET", 100},  {"CEST", 200},  {"MET", 100},   {"MEST", 200},  {"MEZ", 100},   {"WET", 0},
    {"WEST", 100}, {"EET", 200},   {"EEST", 300},  {"JST", 900},   {"KST", 900},   {"HKT", 800},
    {"SGT", 800},  {"IST", 530},   {"MSK", 300},   {"MSD", 400},   {"HST", -1000}, {"AST", -400},
    {"ADT", -300}, {"NZST", 1200}, {"NZDT", 1300}, {"AEST", 1000}, {"AEDT", 1100}, {"SAST", 200}};

static int
month_of(const char *w)
{
    static const char all[] = "janfebmaraprmayjunjulaugsepoctnovdec";
    for (int i = 0; i < 12; i++)
        if (strncasecmp(w, all + i * 3, 3) == 0 && !w[3])
            return i;
    return -1;
}

struct parts {
    int day, month, year, hour, minute, second, zone;
    bool have_zone, have_time;
};

static bool
clock_word(const char *w, struct parts *p)
{
    int n = (int)strcspn(w, ":");
    if (n < 1 || n > 2 || w[n] != ':' || !isdigit((unsigned char)w[n + 1]) || p->have_time)
        return false;
    p->hour = atoi(w);
    p->minute = atoi(w + n + 1);
    const char *s = strchr(w + n + 1, ':');
    p->second = s ? atoi(s + 1) : 0;
    return p->have_time = true;
}

static void
zone_word(const char *w, struct parts *p)
{
    if ((*w == '+' || *w == '-') && strlen(w) == 5 && strspn(w + 1, "0123456789") == 4) {
        p->zone = atoi(w);
        p->have_zone = true;
    }
    for (size_t i = 0; i < sizeof zones / sizeof *zones && !p->have_zone; i++)
        if (strcmp(w, zones[i].name) == 0) {
            p->zone = zones[i].offset;
            p->have_zone = true;
        }
}

static int
years(const char *w)
{
    size_t n = strspn(w, "0123456789");
    int y = atoi(w);
    if (n < 2 || n > 4 || w[n])
        return -1;
    return n == 4 ? y : n == 2 && y < 50 ? y + 2000 : y + 1900;
}

/* "1 Jan 2001" or "Jan 1 12:00:00 2001" at word i. */
static bool
day_words(char **w, int n, int i, struct parts *p)
{
    int m = month_of(w[i]);
    if (m < 0)
        return false;
    p->month = m;
    if (i > 0 && isdigit((unsigned char)*w[i - 1]) && i + 1 < n && years(w[i + 1]) > 0) {
        p->day = atoi(w[i - 1]);
        p->year = years(w[i + 1]);
        return true;
    }
    if (i + 3 < n && isdigit((unsigned char)*w[i + 1]) && strchr(w[i + 2], ':') &&
        years(w[i + 3]) > 0) {
        p->day = atoi(w[i + 1]);
        p->year = years(w[i + 3]);
        return true;
    }
    return false;
}

static int64_t
seconds(const struct parts *p)
{
    struct tm tm = {.tm_year = (p->year > 2037   ? 2037
                                : p->year < 1970 ? 1970
                                                 : p->year) -
                               1900,
                    .tm_mon = p->month,
                    .tm_mday = p->day > 31 ? 1 : p->day,
                    .tm_hour = p->hour > 23 ? 23 : p->hour,
                    .tm_min = p->minute > 59 ? 59 : p->minute,
                    .tm_sec = p->second > 59 ? 59 : p->second};
    int minutes = abs(p->zone) / 100 * 60 + abs(p->zone) % 100;
    int64_t t = (int64_t)timegm(&tm);
    return p->zone < 0 ? t + minutes * 60 : t - minutes * 60;
}

/* Seconds since 1970 of a date in a header field; false: none. */
static bool
eval_date(struct span text, int64_t *out)
{
    char room[200], *w[40], *rest = room, *one;
    struct parts p = {0};
    int n = 0;
    bool day = false;
    size_t len = text.n < sizeof room - 1 ? text.n : sizeof room - 1;
    if (len)
        memcpy(room, text.p, len);
    room[len] = '\0';
    while ((one = strsep(&rest, " ,\t\r\n()")) && n < 40)
        if (*one)
            w[n++] = one;
    for (int i = 0; i < n; i++) {
        day = day || day_words(w, n, i, &p);
        if (!clock_word(w[i], &p) && !p.have_zone)
            zone_word(w[i], &p);
    }
    if (day)
        *out = seconds(&p);
    return day;
}

/* ------------------------------------------------------------------ Date against Received */

static bool
date_field(struct view *v, int64_t *out)
{
    static const char *const names[] = {"Resent-Date", "Date"};
    for (size_t k = 0; k < 2; k++) {
        const struct values *all = view_get(v, names[k]);
        for (int i = 0; i < all->n; i++)
            if (all->v[i].n > 1)
                return eval_date(all->v[i], out);
    }
    return false;
}

/* The part of a line that looks like "1 Jan 2001 00:00:00 +0000". */
static struct span
date_in(struct span s)
{
    for (size_t i = 0; i + 4 < s.n; i++) {
        if (!isspace((unsigned char)s.p[i]) || !isdigit((unsigned char)s.p[i + 1]))
            continue;
        size_t d = i + 1;
        while (d < s.n && isdigit((unsigned char)s.p[d]))
            d++;
        char m[4] = "";
        if (d + 5 >= s.n || s.p[d] != ' ' || s.p[d + 4] != ' ' ||
            !isdigit((unsigned char)s.p[d + 5]))
            continue;
        memcpy(m, s.p + d + 1, 3);
        if (month_of(m) >= 0)
            return (struct span){s.p + i, s.n - i < 60 ? s.n - i : 60};
    }
    return (struct span){0};
}

static bool
from_here(struct span s)
{
    return span_has(s, "from localhost ") || span_has(s, "127.0.0.1") ||
           (span_has(s, "qmail") && span_has(s, "invoked by uid"));
}

static int
received_dates(struct view *v, int64_t *out)
{
    const struct values *all = view_get(v, "Received");
    int n = 0, first = 0;
    bool local = all->n > 0 && from_here(all->v[0]);
    if (all->n > local && span_has(all->v[local ? 1 : 0], "by localhost with ") &&
        span_has(all->v[local ? 1 : 0], "(fetchmail-"))
        first = local ? 2 : 1;
    for (int i = first; i < all->n && n < DATES; i++) {
        struct span d = date_in(all->v[i]);
        if (d.n && eval_date(d, &out[n]))
            n++;
    }
    return n;
}

/* Seconds between Date and the Received field that is nearest to it. */
static double
shift_of(struct view *v)
{
    int64_t mine, server[DATES], best = 0;
    int n = date_field(v, &mine) ? received_dates(v, server) : 0;
    if (n > 1 && mine == server[n - 1])
        n--; /* a program that writes its own Received field */
    for (int i = 0; i < n; i++)
        if (i == 0 || llabs(mine - server[i]) < llabs(best))
            best = mine - server[i];
    return (double)best;
}

bool
eval_check_for_shifted_date(struct view *v, const struct rule *r)
{
    if (!v->have_shift)
        v->shift = shift_of(v);
    v->have_shift = true;
    return v->shift >= 3600 * eval_number(r, 0, -1e15) && v->shift < 3600 * eval_number(r, 1, 1e15);
}

/* Outlook's Message-IDs hold the time that they were made at. */
bool
eval_check_outlook_message_id(struct view *v, const struct rule *r)
{
    struct span id = view_one(v, "MESSAGEID"), received = view_one(v, "Received");
    char token[9] = "";
    int64_t t;
    (void)r;
    if (id.n < 32 || *id.p != '<' || id.p[13] != '$' || id.p[22] != '$' || id.p[31] != '@')
        return false;
    for (size_t i = 1; i < 31; i++)
        if (i != 13 && i != 22 &&
            (!isxdigit((unsigned char)id.p[i]) || isupper((unsigned char)id.p[i])))
            return false;
    memcpy(token, id.p + 5, 8);
    double stamp = (double)strtoul(token, NULL, 16), unit = 0.0023283064365387,
           start = 27111902.8329849;
    if (!eval_date(view_one(v, "Date"), &t))
        t = 0;
    double off = stamp - (double)(int64_t)((double)t * unit + start);
    if (off > -250 && off < 250)
        return false;
    t = 0;
    struct span d = date_in(received);
    if (d.n)
        (void)eval_date(d, &t);
    off = stamp - (double)(int64_t)((double)t * unit + start);
    return off >= 250 || off <= -250;
}
