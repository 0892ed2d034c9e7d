#include "track_query.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "arena.h"

static const char *const key_names[TRACK__KEYS + 1] = {
    [TRACK_WORD] = "",           [TRACK_FROM] = "from",     [TRACK_TO] = "to",
    [TRACK_SUBJECT] = "subject", [TRACK_ID] = "id",         [TRACK_IP] = "ip",
    [TRACK_STATUS] = "status",   [TRACK_DOMAIN] = "domain", [TRACK_BEFORE] = "before",
    [TRACK_AFTER] = "after"};

const char *const track_statuses[] = {"delivered",  "held",    "waiting",  "released", "refused",
                                      "deleted",    "bounced", "expired",  "purged",   "gone",     "releasing",
                                      "passed",     "queued",  "deferred", "rejected", "dropped",
                                      "unaccepted", NULL};

const char *
track_key_name(enum track_key k)
{
    return k < TRACK__KEYS ? key_names[k] : "";
}

/* ------------------------------------------------------------------ did you mean */

#define NEAR_MAX 24

/* Edits (insert, delete, replace, swap of neighbours) from a to b; lengths are at most NEAR_MAX. */
static int
distance(const char *a, size_t n, const char *b, size_t m)
{
    int d[NEAR_MAX + 1][NEAR_MAX + 1];

    for (size_t i = 0; i <= n; i++)
        d[i][0] = (int)i;
    for (size_t j = 0; j <= m; j++)
        d[0][j] = (int)j;
    for (size_t i = 1; i <= n; i++) {
        for (size_t j = 1; j <= m; j++) {
            int same = tolower((unsigned char)a[i - 1]) == tolower((unsigned char)b[j - 1]);
            int best = d[i - 1][j - 1] + !same;
            if (d[i - 1][j] + 1 < best)
                best = d[i - 1][j] + 1;
            if (d[i][j - 1] + 1 < best)
                best = d[i][j - 1] + 1;
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
                d[i - 2][j - 2] + 1 < best)
                best = d[i - 2][j - 2] + 1;
            d[i][j] = best;
        }
    }
    return d[n][m];
}

static const char *
nearest(const char *word, size_t n, const char *const *list)
{
    const char *found = "";
    int best = n <= 3 ? 2 : 3; /* at most one, or two, edits */

    if (n == 0 || n > NEAR_MAX)
        return "";
    for (; *list; list++) {
        if (!**list)
            continue;
        size_t m = strlen(*list);
        int d = distance(word, n, *list, m);
        if (d < best && d < (int)m) {
            best = d;
            found = *list;
        }
    }
    return found;
}

/* What the product calls a thing elsewhere, and what other search boxes call it. */
static const struct {
    const char *said, *meant;
} synonyms[] = {
    {"sender", "from"},     {"recipient", "to"},    {"rcpt", "to"},          {"title", "subject"},
    {"since", "after"},     {"until", "before"},    {"state", "status"},     {"result", "status"},
    {"is", "status"},       {"msgid", "id"},        {"message-id", "id"},    {"queue", "id"},
    {"client", "ip"},       {"host", "ip"},         {"quarantined", "held"}, {"sent", "delivered"},
    {"blocked", "refused"}, {"pending", "waiting"}, {"quarantine", "held"},
};

static const char *
suggestion(const char *word, size_t n, const char *const *list)
{
    for (size_t i = 0; i < sizeof synonyms / sizeof *synonyms; i++) {
        if (strlen(synonyms[i].said) != n || strncasecmp(synonyms[i].said, word, n))
            continue;
        for (const char *const *p = list; *p; p++)
            if (!strcmp(*p, synonyms[i].meant))
                return *p;
    }
    return nearest(word, n, list);
}

/* ------------------------------------------------------------------ times */

/* Days from 1970-01-01 of a civil date (Howard Hinnant, chrono-compatible algorithms). */
static int64_t
days_from_civil(int y, int m, int d)
{
    y -= m <= 2;
    int era = y / 400;
    int yoe = y - era * 400;
    int doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
    int doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
    return (int64_t)era * 146097 + doe - 719468;
}

static int64_t
offset_ms(const struct track_clock *c, int64_t utc)
{
    return c->offset ? (int64_t)c->offset(c->ctx, utc) * 60000 : 0;
}

static int64_t
local_to_utc(const struct track_clock *c, int64_t local)
{
    int64_t guess = local - offset_ms(c, local);
    return local - offset_ms(c, guess);
}

static bool
digits(const char **p, int min, int max, int *out)
{
    int n = 0;
    *out = 0;
    while (n < max && isdigit((unsigned char)**p)) {
        *out = *out * 10 + (**p - '0');
        (*p)++;
        n++;
    }
    return n >= min;
}

static int
month_days(int y, int m)
{
    static const int len[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = y % 4 == 0 && (y % 100 != 0 || y % 400 == 0);
    return m == 2 && leap ? 29 : len[m - 1];
}

static bool
civil_time(const char *p, const struct track_clock *c, int64_t *ms)
{
    int y, mo, d, h = 0, mi = 0;

    if (!digits(&p, 4, 4, &y) || (*p != '-' && *p != '/'))
        return false;
    char sep = *p++;
    if (!digits(&p, 1, 2, &mo) || *p++ != sep || !digits(&p, 1, 2, &d))
        return false;
    if (*p == ' ' || *p == 'T' || *p == 't') {
        p++;
        if (!digits(&p, 1, 2, &h) || *p++ != ':' || !digits(&p, 2, 2, &mi))
            return false;
    }
    if (*p || y < 1970 || y > 9999 || mo < 1 || mo > 12 || d < 1 || d > month_days(y, mo) ||
        h > 23 || mi > 59)
        return false;
    *ms = local_to_utc(c, days_from_civil(y, mo, d) * 86400000 + (h * 60 + mi) * 60000LL);
    return true;
}

/* -3h: that long before now. */
static bool
relative_time(const char *p, const struct track_clock *c, int64_t *ms)
{
    static const struct {
        char unit;
        int64_t ms;
    } units[] = {{'m', 60000}, {'h', 3600000}, {'d', 86400000}, {'w', 7 * 86400000LL}};
    int n;

    if (*p++ != '-' || !digits(&p, 1, 4, &n) || !*p || p[1])
        return false;
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        if (tolower((unsigned char)*p) == units[i].unit) {
            *ms = c->now - n * units[i].ms;
            return true;
        }
    }
    return false;
}

bool
track_time(const char *text, const struct track_clock *c, int64_t *ms)
{
    int64_t local = c->now + offset_ms(c, c->now);
    int64_t midnight = local - local % 86400000;

    if (!strcasecmp(text, "now")) {
        *ms = c->now;
    } else if (!strcasecmp(text, "today")) {
        *ms = local_to_utc(c, midnight);
    } else if (!strcasecmp(text, "yesterday")) {
        *ms = local_to_utc(c, midnight - 86400000);
    } else {
        return relative_time(text, c, ms) || civil_time(text, c, ms);
    }
    return true;
}

/* ------------------------------------------------------------------ the query */

struct reader {
    struct arena *a;
    const struct track_clock *clock;
    struct track_query *q;
    const char *text;
    size_t pos, len;
};

static void
problem(struct reader *r, enum track_problem_code code, size_t start, size_t len,
        const char *suggest)
{
    struct track_query *q = r->q;

    if (q->nproblems == TRACK_PROBLEMS)
        return;
    q->problems[q->nproblems++] =
        (struct track_problem){.code = code,
                               .text = arena_strndup(r->a, r->text + start, len),
                               .start = start,
                               .len = len,
                               .suggest = suggest};
}

static bool
is_space(const char *p)
{
    /* U+3000, what a Japanese keyboard types between words */
    return (unsigned char)*p <= ' ' || !strncmp(p, "\xe3\x80\x80", 3);
}

static void
skip_space(struct reader *r)
{
    while (r->pos < r->len && is_space(r->text + r->pos))
        r->pos += (unsigned char)r->text[r->pos] <= ' ' ? 1 : 3;
    if (r->pos > r->len)
        r->pos = r->len;
}

/* A value: quoted, or up to the next space. */
static const char *
value(struct reader *r)
{
    size_t start = r->pos;

    if (r->pos < r->len && r->text[r->pos] == '"') {
        const char *from = r->text + r->pos + 1;
        const char *end = memchr(from, '"', r->len - r->pos - 1);
        if (end) {
            r->pos = (size_t)(end - r->text) + 1;
            return arena_strndup(r->a, from, (size_t)(end - from));
        }
        problem(r, TRACK_OPEN_QUOTE, start, r->len - start, "");
        r->pos = r->len;
        return arena_strdup(r->a, from);
    }
    while (r->pos < r->len && !is_space(r->text + r->pos))
        r->pos++;
    return arena_strndup(r->a, r->text + start, r->pos - start);
}

/* Length of "word" when "word:" stands here, else 0. "https://..." is no key. */
static size_t
key_length(const struct reader *r)
{
    size_t n = 0;
    while (r->pos + n < r->len &&
           (isalpha((unsigned char)r->text[r->pos + n]) || (n && r->text[r->pos + n] == '-')))
        n++;
    const char *end = r->text + r->pos + n;
    if (!n || n > NEAR_MAX || r->pos + n >= r->len || *end != ':')
        return 0;
    return strncmp(end, "://", 3) ? n : 0;
}

static int
find_key(const char *p, size_t n)
{
    for (int k = TRACK_WORD + 1; k < TRACK__KEYS; k++)
        if (strlen(key_names[k]) == n && !strncasecmp(key_names[k], p, n))
            return k;
    return -1;
}

static const char *
find_status(const char *v)
{
    for (const char *const *s = track_statuses; *s; s++)
        if (!strcasecmp(*s, v))
            return *s;
    return NULL;
}

/* false: the value does not fit its key, a problem was added. */
static bool
check_value(struct reader *r, struct track_term *t, size_t start)
{
    size_t len = r->pos - start;

    if (!*t->value || !strcmp(t->value, "*")) {
        if (!*t->value)
            problem(r, TRACK_EMPTY_VALUE, start, len, "");
        return false;
    }
    if (t->key == TRACK_STATUS) {
        const char *s = find_status(t->value);
        if (!s) {
            problem(r, TRACK_BAD_STATUS, start, len,
                    suggestion(t->value, strlen(t->value), track_statuses));
            return false;
        }
        t->value = s;
    } else if (t->key == TRACK_BEFORE || t->key == TRACK_AFTER) {
        if (t->exclude || !track_time(t->value, r->clock, &t->at)) {
            problem(r, t->exclude ? TRACK_NOT_EXCLUDABLE : TRACK_BAD_TIME, start, len, "");
            return false;
        }
    }
    return true;
}

static void
term(struct reader *r)
{
    struct track_term t = {.key = TRACK_WORD};
    size_t start = r->pos;

    if (r->text[r->pos] == '-' && r->pos + 1 < r->len && !is_space(r->text + r->pos + 1)) {
        t.exclude = true;
        r->pos++;
    }
    size_t n = key_length(r);
    int k = n ? find_key(r->text + r->pos, n) : TRACK_WORD;
    if (k < 0) {
        size_t at = r->pos;
        r->pos += n + 1;
        value(r);
        problem(r, TRACK_UNKNOWN_KEY, at, n, suggestion(r->text + at, n, key_names + 1));
        return;
    }
    t.key = (enum track_key)k;
    if (n)
        r->pos += n + 1;
    t.value = value(r);
    if (!check_value(r, &t, start))
        return;
    if (r->q->nterms == TRACK_TERMS)
        problem(r, TRACK_TOO_MANY, start, r->pos - start, "");
    else
        r->q->terms[r->q->nterms++] = t;
}

struct track_query *
track_query_parse(struct arena *a, const char *text, const struct track_clock *clock)
{
    static const struct track_clock utc = {0};
    struct reader r = {.a = a, .clock = clock ? clock : &utc, .text = text, .len = strlen(text)};

    r.q = arena_alloc(a, sizeof *r.q);
    if (r.len > TRACK_QUERY_MAX) {
        r.len = TRACK_QUERY_MAX;
        while (r.len && ((unsigned char)text[r.len] & 0xc0) == 0x80)
            r.len--; /* not in the middle of a character */
        problem(&r, TRACK_TOO_LONG, r.len, strlen(text) - r.len, "");
        r.text = arena_strndup(a, text, r.len);
    }
    for (skip_space(&r); r.pos < r.len; skip_space(&r))
        term(&r);
    return r.q;
}
