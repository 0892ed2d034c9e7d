/* Body canonicalisation and hashing (RFC 6376 3.4.3, 3.4.4, 3.7), see auth_canon.h. */
#include "auth_canon.h"

#include <openssl/evp.h>
#include <string.h>

#include "common/arena.h"
#include "common/err.h"

struct digest {
    EVP_MD_CTX *md;
    enum auth_canon canon;
    int64_t limit;
    uint64_t done;
    uint8_t value[AUTH_HASH_BYTES];
};

/* One canonicalisation. Line ends wait until something follows them: those at the end of the body
 * do not count. */
struct stream {
    bool wanted;
    bool any;      /* a byte that is neither white space nor a line end was there */
    bool cr;       /* the last piece ended with CR */
    bool blank;    /* relaxed: white space before the next byte */
    uint64_t ends; /* line ends that wait */
    uint64_t total;
    const struct auth_sink *copy;
    size_t n;
    char bytes[4096];
};

struct auth_body {
    struct stream stream[2]; /* by enum auth_canon */
    int n;
    struct digest digest[AUTH_BODY_HASHES];
};

static void
release(void *arg)
{
    struct auth_body *b = arg;
    for (int i = 0; i < b->n; i++)
        EVP_MD_CTX_free(b->digest[i].md);
}

struct auth_body *
auth_body_new(struct arena *a)
{
    struct auth_body *b = arena_alloc(a, sizeof *b);
    arena_defer(a, release, b);
    return b;
}

int
auth_body_want(struct auth_body *b, enum auth_canon c, int64_t limit)
{
    for (int i = 0; i < b->n; i++)
        if (b->digest[i].canon == c && b->digest[i].limit == limit)
            return i;
    if (b->n == AUTH_BODY_HASHES)
        return -1;
    struct digest *d = &b->digest[b->n];
    d->canon = c;
    d->limit = limit;
    d->md = EVP_MD_CTX_new();
    if (!d->md || !EVP_DigestInit_ex(d->md, EVP_sha256(), NULL))
        bug("SHA-256 is not to be had");
    b->stream[c].wanted = true;
    return b->n++;
}

void
auth_body_copy(struct auth_body *b, enum auth_canon c, const struct auth_sink *to)
{
    b->stream[c].wanted = true;
    b->stream[c].copy = to;
}

static void
emit(struct auth_body *b, enum auth_canon c, const char *p, size_t n)
{
    struct stream *s = &b->stream[c];
    s->total += n;
    if (s->copy)
        s->copy->put(s->copy->arg, p, n);
    for (int i = 0; i < b->n; i++) {
        struct digest *d = &b->digest[i];
        size_t take = n;
        if (d->canon != c)
            continue;
        if (d->limit >= 0 && (uint64_t)d->limit - d->done < n)
            take = (size_t)((uint64_t)d->limit - d->done);
        if (take)
            EVP_DigestUpdate(d->md, p, take);
        d->done += take;
    }
}

static void
flush(struct auth_body *b, enum auth_canon c)
{
    struct stream *s = &b->stream[c];
    if (s->n)
        emit(b, c, s->bytes, s->n);
    s->n = 0;
}

static void
put(struct auth_body *b, enum auth_canon c, const char *p, size_t n)
{
    struct stream *s = &b->stream[c];
    if (n > sizeof s->bytes - s->n)
        flush(b, c);
    if (n > sizeof s->bytes) {
        emit(b, c, p, n);
        return;
    }
    memcpy(s->bytes + s->n, p, n);
    s->n += n;
}

/* Bytes that count: what waited before them counts now. */
static void
data(struct auth_body *b, enum auth_canon c, const char *p, size_t n)
{
    struct stream *s = &b->stream[c];
    for (; s->ends; s->ends--)
        put(b, c, "\r\n", 2);
    if (s->blank)
        put(b, c, " ", 1);
    s->blank = false;
    s->any = true;
    put(b, c, p, n);
}

/* Part of a line, without its end. */
static void
piece(struct auth_body *b, enum auth_canon c, const char *p, size_t n)
{
    const char *end = p + n;
    if (c == AUTH_SIMPLE) {
        if (n)
            data(b, c, p, n);
        return;
    }
    while (p < end) {
        const char *from = p;
        while (p < end && *p != ' ' && *p != '\t')
            p++;
        if (p > from)
            data(b, c, from, (size_t)(p - from));
        for (; p < end && (*p == ' ' || *p == '\t'); p++)
            b->stream[c].blank = true;
    }
}

static void
line_end(struct stream *s)
{
    s->blank = false;
    s->ends++;
}

static void
add(struct auth_body *b, enum auth_canon c, const char *p, const char *end)
{
    struct stream *s = &b->stream[c];
    while (p < end) {
        if (s->cr) {
            s->cr = false;
            if (*p == '\n') {
                line_end(s);
                p++;
                continue;
            }
            piece(b, c, "\r", 1);
        }
        const char *nl = memchr(p, '\n', (size_t)(end - p)), *stop = nl ? nl : end;
        bool cr = stop > p && stop[-1] == '\r';
        piece(b, c, p, (size_t)(stop - p) - cr);
        if (nl)
            line_end(s);
        else
            s->cr = cr;
        p = nl ? nl + 1 : end;
    }
}

void
auth_body_add(struct auth_body *b, const void *p, size_t n)
{
    for (int c = AUTH_SIMPLE; c <= AUTH_RELAXED; c++)
        if (b->stream[c].wanted && n)
            add(b, (enum auth_canon)c, p, (const char *)p + n);
}

void
auth_body_end(struct auth_body *b)
{
    for (int i = AUTH_SIMPLE; i <= AUTH_RELAXED; i++) {
        enum auth_canon c = (enum auth_canon)i;
        struct stream *s = &b->stream[c];
        if (!s->wanted)
            continue;
        if (s->cr)
            piece(b, c, "\r", 1);
        s->cr = false;
        /* An empty body is one line end in simple, nothing in relaxed. */
        if (s->any || c == AUTH_SIMPLE)
            put(b, c, "\r\n", 2);
        flush(b, c);
    }
    for (int i = 0; i < b->n; i++)
        EVP_DigestFinal_ex(b->digest[i].md, b->digest[i].value, NULL);
}

const uint8_t *
auth_body_digest(const struct auth_body *b, int slot)
{
    return b->digest[slot].value;
}

uint64_t
auth_body_total(const struct auth_body *b, enum auth_canon c)
{
    return b->stream[c].total;
}
