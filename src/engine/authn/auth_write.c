#include "auth_write.h"

#include <openssl/evp.h>
#include <string.h>
#include <strings.h>

#include "../../common/arena.h"
#include "../../common/buf.h"
#include "auth_private.h"

#define LINE 76

const char *
auth_write_canon(enum auth_canon c)
{
    return c == AUTH_RELAXED ? "relaxed" : "simple";
}

const char *
auth_write_algorithm(const struct auth_private *key)
{
    return key->type == AUTH_RSA ? "rsa-sha256" : "ed25519-sha256";
}

static const char *
base64(struct arena *a, const uint8_t *p, size_t n)
{
    char *out = arena_alloc(a, n / 3 * 4 + 5);
    EVP_EncodeBlock((unsigned char *)out, p, (int)n);
    return out;
}

/* A name and ":", on the next line when this one is full. */
static void
add_name(struct buf *b, size_t *column, bool first, const char *name)
{
    size_t n = strlen(name) + 1;
    if (!first) {
        buf_char(b, ':');
        if (*column + n > LINE) {
            buf_str(b, "\r\n\t ");
            *column = 9;
        }
    }
    buf_str(b, name);
    *column += n;
}

int
auth_write_count(const struct auth_message *m, const char *name)
{
    int n = 0;
    for (int i = 0; i < m->n; i++)
        n += auth_field_named(&m->fields[i], name, strlen(name));
    return n;
}

static bool
listed(const char *const *names, const char *name, const char *const *end)
{
    for (; names != end && *names; names++)
        if (strcasecmp(*names, name) == 0)
            return true;
    return false;
}

void
auth_write_names(struct buf *b, const struct auth_message *m, const char *const *headers,
                 enum auth_oversign oversign)
{
    static const char *const from_only[] = {"From", NULL};
    const char *const *lists[] = {from_only, headers};
    size_t column = 11;
    bool first = true;
    for (int l = 0; l < 2; l++)
        for (const char *const *h = lists[l]; h && *h; h++) {
            /* From is named once, whoever lists it; so is everything else. */
            if (l == 1 && (strcasecmp(*h, "From") == 0 || listed(headers, *h, h)))
                continue;
            int more = oversign == AUTH_OVERSIGN_ALL || (oversign == AUTH_OVERSIGN_FROM && l == 0);
            for (int k = auth_write_count(m, *h) + more; k > 0; k--) {
                add_name(b, &column, first, *h);
                first = false;
            }
        }
}

void
auth_write_signature(struct arena *a, struct buf *b, const uint8_t *sig, size_t len)
{
    const char *text = base64(a, sig, len);
    for (size_t n = strlen(text); n;) {
        size_t take = n < LINE - 4 ? n : LINE - 4;
        buf_str(b, "\r\n\t ");
        buf_add(b, text, take);
        text += take;
        n -= take;
    }
    buf_str(b, "\r\n");
}

const char *
auth_write_body_hash(struct arena *a, const struct auth_message *m, enum auth_canon c)
{
    struct auth_body *body = auth_body_new(a);
    int slot = auth_body_want(body, c, -1);
    auth_body_add(body, m->body, m->body_len);
    auth_body_end(body);
    return base64(a, auth_body_digest(body, slot), AUTH_HASH_BYTES);
}
