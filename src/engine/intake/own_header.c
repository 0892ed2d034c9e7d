#include "own_header.h"

#include <string.h>
#include <strings.h>

#include "../../common/arena.h"

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

void
own_headers_add(struct arena *a, struct own_headers *h, const char *name)
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
    one->ordinal = 1;
    for (int i = h->n - 1; i >= 0; i--)
        if (strcasecmp(h->list[i].name, one->name) == 0) {
            one->ordinal = h->list[i].ordinal + 1;
            break;
        }
    h->n++;
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

/* Does a field begin here? -1: this is no header line any more, so the body has begun. */
static int
is_ours(const unsigned char *p, const unsigned char *next)
{
    const unsigned char *colon = memchr(p, ':', (size_t)(next - p));

    if (!colon)
        return -1;
    return own_header_is((const char *)p, (size_t)(colon - p));
}

static bool
is_folded(const unsigned char *p, const unsigned char *end)
{
    return p < end && (*p == ' ' || *p == '\t');
}

const unsigned char *
own_headers_cut(struct arena *a, const unsigned char *raw, size_t n, size_t *out_n)
{
    const unsigned char *p = raw, *end = raw + n, *next, *kept = raw;
    unsigned char *out = NULL;
    size_t len = 0;
    int ours;

    while (p < end && !is_blank(p, end)) {
        next = line_end(p, end);
        ours = is_ours(p, next);
        if (ours < 0)
            break;
        while (is_folded(next, end) && !is_blank(next, end))
            next = line_end(next, end);
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
