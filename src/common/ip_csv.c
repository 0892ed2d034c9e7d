#include "ip_csv.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "arena.h"
#include "buf.h"
#include "csv_guard.h"
#include "csv_read.h"
#include "err.h"
#include "ipnet.h"
#include "jsonx.h"

#define TEXT_MAX 80

static size_t
characters(const char *s)
{
    size_t n = 0;

    for (; *s; s++)
        n += ((unsigned char)*s & 0xc0) != 0x80;
    return n;
}

static void
judge(struct arena *a, struct ip_csv_entry *x, const char *address)
{
    char text[IPNET_TEXT];
    struct ipnet net;
    struct err e;

    if (ipnet_parse(address, &net, &e) < 0) {
        x->state = strcmp(e.code, "ip-host-bits") == 0 ? IP_CSV_HOST_BITS : IP_CSV_NO_ADDRESS;
        return;
    }
    ipnet_text(&net, text);
    x->network = arena_strdup(a, text);
    if (characters(x->note) > IP_CSV_NOTE)
        x->state = IP_CSV_LONG_NOTE;
}

static int
by_network(const void *x, const void *y)
{
    const struct ip_csv_entry *p = *(const struct ip_csv_entry *const *)x,
                              *q = *(const struct ip_csv_entry *const *)y;
    int order = strcmp(p->network, q->network);

    return order ? order : p->line - q->line;
}

static void
mark_twice(struct arena *a, struct ip_csv_entry *list, int n)
{
    struct ip_csv_entry **sorted = arena_calloc(a, (size_t)n + 1, sizeof *sorted);
    int k = 0;

    for (int i = 0; i < n; i++)
        if (list[i].state == IP_CSV_OK)
            sorted[k++] = &list[i];
    if (k > 1)
        qsort(sorted, (size_t)k, sizeof(struct ip_csv_entry *), by_network);
    for (int i = 1; i < k; i++)
        if (strcmp(sorted[i]->network, sorted[i - 1]->network) == 0)
            sorted[i]->state = IP_CSV_TWICE;
}

static bool
is_head(int line, const char *address)
{
    return line == 1 && (strcasecmp(address, "network") == 0 ||
                         strcasecmp(address, "address") == 0 || strcasecmp(address, "ip") == 0);
}

int
ip_csv_read(struct arena *a, const char *p, size_t n, struct ip_csv_entry **out)
{
    struct csv_at c = {p, p + n, 1};
    struct buf *first = buf_new(a, 0), *second = buf_new(a, 0), *rest = buf_new(a, 0);
    int count = 0;

    *out = arena_calloc(a, IP_CSV_LINES + 1, sizeof **out);
    if (n >= 3 && memcmp(p, "\xef\xbb\xbf", 3) == 0)
        c.p += 3;
    while (c.p < c.end) {
        struct ip_csv_entry x = {.line = c.line, .network = ""};
        char *address, *note;
        char ended;
        buf_clear(first);
        buf_clear(second);
        ended = csv_cell(&c, first);
        if (ended == ',')
            ended = csv_cell(&c, second);
        while (ended == ',') {
            buf_clear(rest);
            ended = csv_cell(&c, rest);
        }
        address = csv_trimmed(a, first);
        note = csv_trimmed(a, second);
        if ((!*address && !*note) || is_head(x.line, address))
            continue;
        x.note = csv_unguarded(csv_one_line(note));
        x.text = jsonx_utf8(a, address, strnlen(address, TEXT_MAX));
        if (count == IP_CSV_LINES) {
            x.state = IP_CSV_TOO_MANY;
            (*out)[count++] = x;
            break;
        }
        judge(a, &x, address);
        (*out)[count++] = x;
    }
    mark_twice(a, *out, count);
    return count;
}

void
ip_csv_head(struct buf *b)
{
    buf_str(b, "network,note\r\n");
}

void
ip_csv_write(struct buf *b, const char *network, const char *note)
{
    buf_printf(b, "%s,\"%s", network, csv_guard(note));
    for (; *note; note++) {
        if (*note == '"')
            buf_char(b, '"');
        buf_char(b, *note);
    }
    buf_str(b, "\"\r\n");
}
