#include "spam_entry.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "addr.h"
#include "arena.h"
#include "buf.h"
#include "err.h"
#include "ipnet.h"
#include "jsonx.h"

#define SHOWN 200

const char *const spam_list_ids[SPAM_LISTS] = {"person", "domain", "exception", "graymail"};
const int spam_list_max[SPAM_LISTS] = {500, 100, 1000, 1000};

enum spam_list
spam_list_of(const char *id)
{
    int i = 0;

    while (i < SPAM_LISTS && strcmp(spam_list_ids[i], id) != 0)
        i++;
    return (enum spam_list)i;
}

/* ------------------------------------------------------------------ one line */

/* Without blanks around it, runs of blanks and control bytes as one blank; stops at `end` or NUL. */
static const char *
column(struct arena *a, const char **at, char end)
{
    const char *p = *at;
    char *out = arena_alloc(a, strlen(p) + 1);
    size_t n = 0;

    for (; *p && *p != end; p++) {
        if ((unsigned char)*p > ' ' && *p != 0x7f)
            out[n++] = *p;
        else if (n && out[n - 1] != ' ')
            out[n++] = ' ';
    }
    if (n && out[n - 1] == ' ')
        n--;
    out[n] = '\0';
    *at = *p ? p + 1 : p;
    return out;
}

static enum spam_problem
parse_addresses(struct arena *a, const char *text, struct buf *out)
{
    int n = 0;

    for (char *word, *save = NULL, *p = arena_strdup(a, text); (word = strtok_r(p, " ,;", &save));
         p = NULL) {
        struct addr one;
        if (n++ == SPAM_ADDRESSES || addr_parse(a, word, &one, NULL) < 0)
            return SPAM_NO_ADDRESS;
        buf_printf(out, "%s%s", n > 1 ? " " : "", one.key);
    }
    return SPAM_FINE;
}

static enum spam_problem
parse_person(struct arena *a, const char *line, const char **value)
{
    const char *first = column(a, &line, ','), *middle = column(a, &line, ','),
               *last = column(a, &line, ',');
    struct buf *b = buf_new(a, 2 * SPAM_ENTRY_MAX);
    enum spam_problem p;

    if (!*first && !*last)
        return SPAM_NO_NAME;
    if (strchr(first, '@') || strchr(last, '@')) /* a column is missing */
        return SPAM_NO_NAME;
    buf_printf(b, "%s,%s,%s,", first, middle, last);
    p = parse_addresses(a, column(a, &line, '\0'), b);
    *value = buf_cstr(b);
    return p;
}

enum spam_problem
spam_entry_parse(struct arena *a, enum spam_list list, const char *line, const char **value)
{
    const char *utf8 = jsonx_utf8(a, line, strlen(line)), *text = utf8;
    enum spam_problem p = SPAM_FINE;
    char net[IPNET_TEXT], *domain;
    struct ipnet parsed;

    *value = "";
    if (strlen(utf8) > SPAM_ENTRY_MAX)
        return SPAM_TOO_LONG;
    if (list == SPAM_PERSON) {
        p = parse_person(a, text, value);
    } else if (list == SPAM_GRAYMAIL) {
        if (ipnet_parse(column(a, &text, '\0'), &parsed, NULL) < 0)
            return SPAM_NO_NETWORK;
        ipnet_text(&parsed, net);
        *value = arena_strdup(a, net);
    } else {
        if (addr_domain(a, column(a, &text, '\0'), &domain, NULL) < 0)
            return SPAM_NO_DOMAIN;
        *value = domain;
    }
    return p == SPAM_FINE && strlen(*value) > SPAM_ENTRY_MAX ? SPAM_TOO_LONG : p;
}

void
spam_person_read(struct arena *a, const char *value, struct spam_person *out)
{
    char *save = NULL;

    *out = (struct spam_person){.first = column(a, &value, ','),
                                .middle = column(a, &value, ','),
                                .last = column(a, &value, ',')};
    for (char *p = arena_strdup(a, column(a, &value, '\0')), *word;
         out->naddresses < SPAM_ADDRESSES && (word = strtok_r(p, " ", &save)); p = NULL)
        out->addresses[out->naddresses++] = word;
}

/* ------------------------------------------------------------------ a file */

static int
by_value(const void *x, const void *y)
{
    const struct spam_line *const *a = x, *const *b = y;
    int c = strcmp((*a)->value, (*b)->value);

    return c ? c : (*a)->number - (*b)->number;
}

static void
mark_repeats(struct arena *a, struct spam_line *lines, int n)
{
    struct spam_line **sorted = arena_calloc(a, (size_t)n, sizeof *sorted);
    int good = 0;

    for (int i = 0; i < n; i++)
        if (lines[i].problem == SPAM_FINE)
            sorted[good++] = &lines[i];
    if (good > 1)
        qsort(sorted, (size_t)good, sizeof *sorted, by_value);
    for (int i = 1; i < good; i++)
        if (strcmp(sorted[i - 1]->value, sorted[i]->value) == 0)
            sorted[i]->problem = SPAM_TWICE;
}

int
spam_file_read(struct arena *a, enum spam_list list, const char *p, size_t n,
               struct spam_line **out)
{
    int number = 0, used = 0;
    const char *end, *next;
    size_t lines = 1;

    if (!n) { /* there may be no bytes to point at */
        *out = arena_calloc(a, 1, sizeof **out);
        return 0;
    }
    end = p + n;
    for (size_t i = 0; i < n; i++)
        lines += p[i] == '\n';
    *out = arena_calloc(a, lines, sizeof **out);
    if (n >= 3 && memcmp(p, "\xef\xbb\xbf", 3) == 0)
        p += 3;
    for (; p < end; p = next) {
        const char *nl = memchr(p, '\n', (size_t)(end - p)), *stop = nl ? nl : end;
        struct spam_line *l = &(*out)[used];
        next = nl ? nl + 1 : end;
        number++;
        while (p < stop && (unsigned char)*p <= ' ')
            p++;
        while (stop > p && (unsigned char)stop[-1] <= ' ')
            stop--;
        if (p == stop || *p == '#')
            continue;
        l->number = number;
        l->text = jsonx_utf8(a, p, stop - p > SHOWN ? SHOWN : (size_t)(stop - p));
        l->problem =
            stop - p > SPAM_ENTRY_MAX
                ? SPAM_TOO_LONG
                : spam_entry_parse(a, list, jsonx_utf8(a, p, (size_t)(stop - p)), &l->value);
        used++;
    }
    mark_repeats(a, *out, used);
    return used;
}
