#include "threat_csv.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "arena.h"
#include "buf.h"
#include "csv_guard.h"
#include "csv_read.h"
#include "jsonx.h"
#include "when.h"

#define TEXT_MAX 120

enum { VALUE, NOTE, ACTION, EXPIRES, COLUMNS };

const char *
threat_csv_text(enum threat_csv_state s, enum threat_problem problem)
{
    static const char *const texts[] = {
        [THREAT_CSV_OK] = "",
        [THREAT_CSV_PROBLEM] = "",
        [THREAT_CSV_NOT_LINK] = "only domains, URLs and IP addresses can be approved",
        [THREAT_CSV_LONG_NOTE] = "its note is longer than 200 characters",
        [THREAT_CSV_ACTION] = "the action is block or log",
        [THREAT_CSV_EXPIRES] = "it expires at a date to come, such as 2030-01-31",
        [THREAT_CSV_TWICE] = "stands in an earlier line",
        [THREAT_CSV_TOO_MANY] = "more than 20,000 lines: from here on nothing was read",
    };

    return s == THREAT_CSV_PROBLEM ? threat_problem_text(problem) : texts[s];
}

bool
threat_fits(bool approved, enum threat_type t)
{
    return !approved || t == THREAT_URL || t == THREAT_DOMAIN || t == THREAT_IP;
}

static bool
is_date(const char *s)
{
    return strlen(s) == 10 && strspn(s, "0123456789-") == 10;
}

int
threat_expires(const char *text, int64_t now, int64_t *out)
{
    struct arena *a;
    int rc;

    *out = 0;
    if (!*text)
        return 0;
    a = arena_new();
    rc = when_parse(is_date(text) ? arena_printf(a, "%sT00:00:00Z", text) : text, out);
    arena_free(&a);
    if (rc == 0 && *out > now)
        return 0;
    *out = 0;
    return -1;
}

static size_t
characters(const char *s)
{
    size_t n = 0;

    for (; *s; s++)
        n += ((unsigned char)*s & 0xc0) != 0x80;
    return n;
}

static void
judge(struct arena *a, struct threat_csv_entry *x, char *const cells[COLUMNS], bool approved,
      int64_t now)
{
    x->problem = threat_parse(a, cells[VALUE], &x->thing);
    if (x->problem != THREAT_FINE)
        x->state = THREAT_CSV_PROBLEM;
    else if (!threat_fits(approved, x->thing.type))
        x->state = THREAT_CSV_NOT_LINK;
    else if (characters(x->note) > THREAT_NOTE)
        x->state = THREAT_CSV_LONG_NOTE;
    else if (!approved && *cells[ACTION] && strcasecmp(cells[ACTION], "block") != 0 &&
             strcasecmp(cells[ACTION], "log") != 0)
        x->state = THREAT_CSV_ACTION;
    else if (!approved && threat_expires(cells[EXPIRES], now, &x->expires_at) < 0)
        x->state = THREAT_CSV_EXPIRES;
    x->block = approved || strcasecmp(cells[ACTION], "log") != 0;
}

static int
by_thing(const void *x, const void *y)
{
    const struct threat_csv_entry *p = *(const struct threat_csv_entry *const *)x,
                                  *q = *(const struct threat_csv_entry *const *)y;
    int order = strcmp(p->thing.value, q->thing.value);

    if (order == 0)
        order = (int)p->thing.type - (int)q->thing.type;
    return order ? order : p->line - q->line;
}

static void
mark_twice(struct arena *a, struct threat_csv_entry *list, int n)
{
    struct threat_csv_entry **sorted = arena_calloc(a, (size_t)n + 1, sizeof *sorted);
    int k = 0;

    for (int i = 0; i < n; i++)
        if (list[i].state == THREAT_CSV_OK)
            sorted[k++] = &list[i];
    if (k > 1)
        qsort(sorted, (size_t)k, sizeof(struct threat_csv_entry *), by_thing);
    for (int i = 1; i < k; i++)
        if (sorted[i]->thing.type == sorted[i - 1]->thing.type &&
            strcmp(sorted[i]->thing.value, sorted[i - 1]->thing.value) == 0)
            sorted[i]->state = THREAT_CSV_TWICE;
}

static bool
is_head(int line, const char *value)
{
    static const char *const names[] = {"value", "object", "url", "domain"};

    for (size_t i = 0; line == 1 && i < sizeof names / sizeof *names; i++)
        if (strcasecmp(value, names[i]) == 0)
            return true;
    return false;
}

/* One line. false: nothing stands there. */
static bool
read_line(struct arena *a, struct csv_at *c, struct buf *b, char *cells[COLUMNS])
{
    char ended = ',';
    bool any = false;

    for (int i = 0; i < COLUMNS || ended == ','; i++) {
        buf_clear(b);
        if (ended == ',')
            ended = csv_cell(c, b);
        if (i < COLUMNS) {
            cells[i] = csv_trimmed(a, b);
            any |= *cells[i] != '\0';
        }
    }
    cells[VALUE] = (char *)csv_unguarded(cells[VALUE]);
    return any;
}

/* At most as many entries as lines. */
static size_t
room(const char *p, size_t n)
{
    size_t lines = 1;

    for (const char *end = p + n; (p = memchr(p, '\n', (size_t)(end - p))); p++)
        lines++;
    return lines < THREAT_CSV_LINES ? lines : THREAT_CSV_LINES;
}

int
threat_csv_read(struct arena *a, const char *p, size_t n, bool approved, int64_t now,
                struct threat_csv_entry **out)
{
    struct csv_at c = {p, p + n, 1};
    struct buf *b = buf_new(a, 0);
    char *cells[COLUMNS];
    int count = 0;

    *out = arena_calloc(a, room(p, n) + 1, sizeof **out);
    if (n >= 3 && memcmp(p, "\xef\xbb\xbf", 3) == 0)
        c.p += 3;
    while (c.p < c.end) {
        struct threat_csv_entry *x = &(*out)[count];
        int line = c.line;
        if (!read_line(a, &c, b, cells) || is_head(line, cells[VALUE]))
            continue;
        *x = (struct threat_csv_entry){.line = line, .thing = {THREAT_URL, ""}};
        x->text = jsonx_utf8(a, cells[VALUE], strnlen(cells[VALUE], TEXT_MAX));
        x->note = csv_unguarded(csv_one_line(cells[NOTE]));
        count++;
        if (count == THREAT_CSV_LINES + 1) {
            x->state = THREAT_CSV_TOO_MANY;
            break;
        }
        judge(a, x, cells, approved, now);
    }
    mark_twice(a, *out, count);
    return count;
}

/* ---------------------------------------------------------------- writing */

static void
quoted(struct buf *b, const char *text)
{
    buf_printf(b, "\"%s", csv_guard(text));
    for (; *text; text++) {
        if (*text == '"')
            buf_char(b, '"');
        buf_char(b, *text);
    }
    buf_char(b, '"');
}

void
threat_csv_head(struct buf *b, bool approved)
{
    buf_str(b, approved ? "value,note\r\n" : "value,note,action,expires\r\n");
}

void
threat_csv_write(struct arena *a, struct buf *b, bool approved, const struct threat_csv_entry *x)
{
    /* "192.0.2.1/24" alone would be read as a network */
    quoted(b, x->thing.type == THREAT_URL ? arena_printf(a, "http://%s", x->thing.value)
                                          : x->thing.value);
    buf_char(b, ',');
    quoted(b, x->note);
    if (!approved)
        buf_printf(b, ",%s,%s", x->block ? "block" : "log",
                   x->expires_at ? when_rfc3339(a, x->expires_at) : "");
    buf_str(b, "\r\n");
}
