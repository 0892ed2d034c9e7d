#include "sender_file.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "arena.h"
#include "csv_guard.h"
#include "err.h"
#include "jsonx.h"

#define SHOWN 200
#define MARK "\xef\xbb\xbf"

const char *
sender_line_state_name(enum sender_line_state s)
{
    static const char *const names[] = {"new", "invalid", "duplicate", "conflict", "excess"};

    return names[s];
}

/* ---------------------------------------------------------------- reading */

/* Blanks, and byte order marks: files that were put together have them inside, and nobody sees them. */
static size_t
nothing_at(const char *s, size_t n)
{
    if (n > 0 && s[0] && strchr(" \t\r", s[0]))
        return 1;
    return n >= strlen(MARK) && memcmp(s, MARK, strlen(MARK)) == 0 ? strlen(MARK) : 0;
}

/* Without spaces and quotation marks at both ends. */
static char *
bare(struct arena *a, const char *s, size_t n)
{
    for (size_t k; (k = nothing_at(s, n)) > 0; n -= k)
        s += k;
    while (n > 0 && s[n - 1] && strchr(" \t\r", s[n - 1]))
        n--;
    if (n >= 2 && s[0] == '"' && s[n - 1] == '"')
        s++, n -= 2;
    return arena_strndup(a, s, n);
}

static struct sender_line
invalid(struct sender_line l, enum sender_problem p)
{
    l.state = SENDER_LINE_INVALID;
    l.problem = p;
    return l;
}

static struct sender_line
read_line(struct arena *a, const char *s, size_t n, bool approved)
{
    const char *comma = memchr(s, ',', n);
    const char *first = bare(a, s, comma ? (size_t)(comma - s) : n);
    const char *second = comma ? bare(a, comma + 1, n - (size_t)(comma + 1 - s)) : "";
    bool unverified = strcasecmp(second, "unverified") == 0;
    struct sender_line l = {.text = jsonx_utf8(a, s, n < SHOWN ? n : SHOWN), .pattern = ""};
    enum sender_problem p;

    if (memchr(s, '\0', n))
        return invalid(l, SENDER_NAME);
    if (*second && !unverified)
        return invalid(l, SENDER_COLUMN);
    p = sender_pattern_parse(a, csv_unguarded(first), &l.pattern);
    if (p != SENDER_FINE)
        return invalid(l, p);
    l.only_verified = approved && !unverified;
    return l;
}

static bool
is_blank(const char *s, size_t n)
{
    for (size_t k; (k = nothing_at(s, n)) > 0; n -= k)
        s += k;
    return n == 0;
}

int
sender_file_read(struct arena *a, const char *text, size_t n, bool approved,
                 struct sender_line **lines, int *nlines)
{
    const char *end = text + n;
    int count = 0, cap = 0;

    *lines = NULL;
    *nlines = 0;
    for (int number = 1; text < end; number++) {
        const char *stop = memchr(text, '\n', (size_t)(end - text));
        size_t len = (size_t)((stop ? stop : end) - text);
        const char *s = text;

        text = stop ? stop + 1 : end;
        if (is_blank(s, len) || (number == 1 && strcasecmp(bare(a, s, len), "sender") == 0))
            continue;
        if (count == SENDER_FILE_LINES)
            return -1;
        if (count == cap) {
            struct sender_line *more = arena_calloc(a, (size_t)(cap ? cap * 2 : 64), sizeof *more);
            if (count > 0)
                memcpy(more, *lines, (size_t)count * sizeof *more);
            *lines = more;
            cap = cap ? cap * 2 : 64;
        }
        (*lines)[count] = read_line(a, s, len, approved);
        (*lines)[count++].number = number;
    }
    *nlines = count;
    return 0;
}

/* ---------------------------------------------------------------- comparing */

static int
by_pattern(const void *a, const void *b)
{
    return strcmp(((const struct sender_known *)a)->pattern,
                  ((const struct sender_known *)b)->pattern);
}

/* Of equal patterns the one that stands first in the file is first. */
static int
by_pattern_and_number(const void *a, const void *b)
{
    const struct sender_line *x = *(struct sender_line *const *)a;
    const struct sender_line *y = *(struct sender_line *const *)b;
    int order = strcmp(x->pattern, y->pattern);

    return order ? order : x->number - y->number;
}

static void
mark_repeats(struct sender_line *lines, int n)
{
    struct sender_line **sorted = calloc((size_t)n + 1, sizeof *sorted);
    int k = 0;

    BUG_IF(!sorted);
    for (int i = 0; i < n; i++)
        if (lines[i].state == SENDER_LINE_NEW)
            sorted[k++] = &lines[i];
    if (k)
        qsort(sorted, (size_t)k, sizeof *sorted, by_pattern_and_number);
    for (int i = 1; i < k; i++)
        if (strcmp(sorted[i]->pattern, sorted[i - 1]->pattern) == 0)
            sorted[i]->state = SENDER_LINE_DUPLICATE;
    free(sorted);
}

void
sender_file_compare(struct sender_line *lines, int nlines, struct sender_known *known, int nknown,
                    int room, bool replace)
{
    mark_repeats(lines, nlines);
    if (nknown)
        qsort(known, (size_t)nknown, sizeof *known, by_pattern);
    for (int i = 0; i < nknown && !replace; i++)
        room -= !known[i].other;
    for (int i = 0; i < nlines; i++) {
        struct sender_known key = {.pattern = lines[i].pattern}, *k;

        if (lines[i].state != SENDER_LINE_NEW)
            continue;
        k = nknown ? bsearch(&key, known, (size_t)nknown, sizeof *known, by_pattern) : NULL;
        if (k && (k->other || !replace))
            lines[i].state = k->other ? SENDER_LINE_CONFLICT : SENDER_LINE_DUPLICATE;
        else if (room-- <= 0)
            lines[i].state = SENDER_LINE_EXCESS;
        else if (k) {
            k->kept = true;
            k->changed = k->only_verified != lines[i].only_verified;
        }
    }
}

const char *
sender_file_line(struct arena *a, const char *pattern, bool approved, bool only_verified)
{
    return arena_printf(a, "%s%s%s\n", csv_guard(pattern), pattern,
                        approved && !only_verified ? ",unverified" : "");
}
