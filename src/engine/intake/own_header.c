#include "own_header.h"

#include <string.h>
#include <strings.h>

#include "../../common/arena.h"
#include "../authn/auth_results.h"

static size_t
trimmed(const char *name, size_t n)
{
    while (n > 0 && (name[n - 1] == ' ' || name[n - 1] == '\t'))
        n--;
    return n;
}

bool
own_header_is(const char *name, size_t n)
{
    static const size_t prefix = sizeof OWN_HEADER_PREFIX - 1;

    return trimmed(name, n) >= prefix && strncasecmp(name, OWN_HEADER_PREFIX, prefix) == 0;
}

static bool
is_results(const char *name, size_t n)
{
    static const size_t len = sizeof AUTH_RESULTS_FIELD - 1;

    return trimmed(name, n) == len && strncasecmp(name, AUTH_RESULTS_FIELD, len) == 0;
}

/* ordinal 0: one more than the last of this name in the list. */
static void
add(struct arena *a, struct own_headers *h, const char *name, int ordinal)
{
    struct own_header *one, *bigger;

    if (h->n == OWN_HEADERS_MAX) {
        h->too_many = true;
        return;
    }
    if (h->n == h->cap) {
        h->cap = h->cap ? 2 * h->cap : 8;
        bigger = arena_calloc(a, (size_t)h->cap, sizeof *bigger);
        if (h->n > 0)
            memcpy(bigger, h->list, (size_t)h->n * sizeof *bigger);
        h->list = bigger;
    }
    one = &h->list[h->n];
    one->name = arena_strndup(a, name, trimmed(name, strlen(name)));
    one->ordinal = ordinal ? ordinal : 1;
    for (int i = h->n - 1; i >= 0 && !ordinal; i--)
        if (strcasecmp(h->list[i].name, one->name) == 0) {
            one->ordinal = h->list[i].ordinal + 1;
            break;
        }
    h->n++;
}

void
own_headers_see(struct arena *a, struct own_headers *h, const char *name, const char *value)
{
    size_t n = strlen(name);

    if (own_header_is(name, n)) {
        add(a, h, name, 0);
    } else if (is_results(name, n)) {
        h->results++; /* those of others stay, and are counted */
        if (h->host && auth_results_claims(value, strlen(value), h->host))
            add(a, h, name, h->results);
    }
}

int
own_headers_remove(const struct own_headers *h, int (*remove)(void *ctx, char *name, int ordinal),
                   void *ctx)
{
    for (int i = h->n - 1; i >= 0; i--) {
        int rc = remove(ctx, h->list[i].name, h->list[i].ordinal);
        if (rc != 0)
            return rc;
    }
    return 0;
}

/* End of the line at p, behind its LF; end of the bytes when there is none. */
static const unsigned char *
line_end(const unsigned char *p, const unsigned char *end)
{
    const unsigned char *lf = memchr(p, '\n', (size_t)(end - p));

    return lf ? lf + 1 : end;
}

static bool
is_blank(const unsigned char *p, const unsigned char *end)
{
    return p < end && (*p == '\n' || (*p == '\r' && p + 1 < end && p[1] == '\n'));
}

/* Of the field from p to end, whose first line ends at line. -1: this is no header line any more, so
 * the body has begun. */
static int
is_ours(const unsigned char *p, const unsigned char *line, const unsigned char *end,
        const char *host)
{
    const unsigned char *colon = memchr(p, ':', (size_t)(line - p));
    size_t n = colon ? (size_t)(colon - p) : 0;

    if (!colon)
        return -1;
    return own_header_is((const char *)p, n) ||
           (host && is_results((const char *)p, n) &&
            auth_results_claims((const char *)colon + 1, (size_t)(end - colon - 1), host));
}

static bool
is_folded(const unsigned char *p, const unsigned char *end)
{
    return p < end && (*p == ' ' || *p == '\t');
}

const unsigned char *
own_headers_cut(struct arena *a, const unsigned char *raw, size_t n, const char *host,
                size_t *out_n)
{
    const unsigned char *p = raw, *end = raw + n, *next, *kept = raw;
    unsigned char *out = NULL;
    size_t len = 0;
    int ours;

    while (p < end && !is_blank(p, end)) {
        const unsigned char *line = next = line_end(p, end);
        while (is_folded(next, end) && !is_blank(next, end))
            next = line_end(next, end);
        ours = is_ours(p, line, next, host);
        if (ours < 0)
            break;
        if (ours) {
            if (!out)
                out = arena_alloc(a, n);
            memcpy(out + len, kept, (size_t)(p - kept));
            len += (size_t)(p - kept);
            kept = next;
        }
        p = next;
    }
    if (!out) {
        *out_n = n;
        return raw;
    }
    memcpy(out + len, kept, (size_t)(end - kept));
    *out_n = len + (size_t)(end - kept);
    return out;
}
