/* What a signature's header digest is made of (RFC 6376 3.7, 5.4.2), see auth_sig.h. */
#include "auth_sig.h"

#include <openssl/evp.h>
#include <string.h>

#include "common/arena.h"
#include "common/err.h"

struct auth_sha {
    EVP_MD_CTX *md;
};

static void
release(void *arg)
{
    EVP_MD_CTX_free(((struct auth_sha *)arg)->md);
}

struct auth_sha *
auth_sha_new(struct arena *a)
{
    struct auth_sha *s = arena_alloc(a, sizeof *s);
    s->md = EVP_MD_CTX_new();
    if (!s->md || !EVP_DigestInit_ex(s->md, EVP_sha256(), NULL))
        bug("SHA-256 is not to be had");
    arena_defer(a, release, s);
    return s;
}

static void
update(void *arg, const void *p, size_t n)
{
    EVP_DigestUpdate(((struct auth_sha *)arg)->md, p, n);
}

struct auth_sink
auth_sha_sink(struct auth_sha *s)
{
    return (struct auth_sink){update, s};
}

void
auth_sha_end(struct auth_sha *s, uint8_t digest[AUTH_HASH_BYTES])
{
    EVP_DigestFinal_ex(s->md, digest, NULL);
}

void
auth_sig_own_field(struct arena *a, const struct auth_sig *s, const struct auth_sink *to)
{
    const struct auth_field *f = s->field;
    const struct auth_tag *b = auth_tags_get(&s->tags, "b");
    BUG_IF(!b);
    size_t before = (size_t)(b->whole.p - f->raw), after = before + b->whole.n;
    char *copy = arena_memdup(a, f->raw, f->len);
    memmove(copy + before, f->raw + after, f->len - after);
    auth_canon_field(s->header, copy, f->len - b->whole.n, false, to);
}

void
auth_sig_header(struct arena *a, const struct auth_sig *s, const struct auth_message *m,
                const struct auth_sink *to)
{
    bool *taken = arena_calloc(a, (size_t)m->n, sizeof *taken);
    /* RFC 6376 3.5, h=: the field being verified is not among those it names. */
    for (int f = 0; f < m->n; f++)
        taken[f] = &m->fields[f] == s->field;
    for (int i = 0; i < s->n; i++)
        for (int f = m->n - 1; f >= 0; f--)
            if (!taken[f] && auth_field_named(&m->fields[f], s->names[i].p, s->names[i].n)) {
                taken[f] = true;
                auth_canon_field(s->header, m->fields[f].raw, m->fields[f].len, true, to);
                break;
            }
    auth_sig_own_field(a, s, to);
}

void
auth_sig_digest(struct arena *a, const struct auth_sig *s, const struct auth_message *m,
                uint8_t digest[AUTH_HASH_BYTES])
{
    struct auth_sha *sha = auth_sha_new(a);
    struct auth_sink to = auth_sha_sink(sha);
    auth_sig_header(a, s, m, &to);
    auth_sha_end(sha, digest);
}
