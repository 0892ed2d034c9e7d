#include "mimehead.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "../../common/arena.h"
#include "rawhead.h"

#define FIELDS 200
#define LINE 998 /* RFC 5322 2.1.1 */

/* From where to where a field goes, with its folded lines. */
struct field {
    size_t from, to;
};

static bool
is_plain(const struct raw_line *l)
{
    return l->n <= LINE && !memchr(l->p, '\r', l->n) && !memchr(l->p, '\0', l->n);
}

static bool
is_folded(const struct raw_line *l)
{
    return l->p[0] == ' ' || l->p[0] == '\t';
}

static bool
is_blank(const struct raw_line *l)
{
    for (size_t i = 0; i < l->n; i++)
        if (l->p[i] != ' ' && l->p[i] != '\t')
            return false;
    return true;
}

/* RFC 5322 2.2: printable ASCII, then a colon. */
static bool
is_field(const struct raw_line *l)
{
    size_t n = 0;

    while (n < l->n && l->p[n] > 32 && l->p[n] < 127 && l->p[n] != ':')
        n++;
    return n > 0 && n < l->n && l->p[n] == ':';
}

static bool
says_what_follows(const struct raw_line *l)
{
    return (l->n > 8 && strncasecmp((const char *)l->p, "Content-", 8) == 0) ||
           (l->n > 12 && strncasecmp((const char *)l->p, "MIME-Version", 12) == 0);
}

/* The fields that are kept, and where the empty line is; -1: the header is odd, or has too many of them. */
static int
choose(const unsigned char *raw, size_t n, struct field *list, size_t *end)
{
    bool keep = false;
    int k = 0;

    for (size_t at = 0; at < n;) {
        struct raw_line l = raw_line(raw, n, at);
        if (l.n == 0) {
            *end = at;
            return k;
        }
        if (!is_plain(&l))
            return -1;
        if (is_folded(&l)) {
            if (at == 0 || is_blank(&l))
                return -1;
        } else {
            if (!is_field(&l))
                return -1;
            keep = k == 0 || says_what_follows(&l);
            if (keep && k == FIELDS)
                return -1;
            if (keep)
                list[k++].from = at;
        }
        at = l.next;
        if (keep)
            list[k - 1].to = at;
    }
    return -1; /* no body */
}

const unsigned char *
mimehead(struct arena *a, const unsigned char *raw, size_t n, size_t *out_n)
{
    struct field list[FIELDS];
    unsigned char *copy, *to;
    size_t end;
    int k = n <= MIMEHEAD_BYTES ? choose(raw, n, list, &end) : -1;

    *out_n = n;
    if (k < 1)
        return raw;
    copy = to = arena_alloc(a, n);
    for (int i = 0; i < k; i++) {
        memcpy(to, raw + list[i].from, list[i].to - list[i].from);
        to += list[i].to - list[i].from;
    }
    memcpy(to, raw + end, n - end);
    *out_n = (size_t)(to - copy) + n - end;
    return copy;
}
