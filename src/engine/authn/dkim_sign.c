#include "dkim_sign.h"

#include <openssl/evp.h>
#include <string.h>
#include <strings.h>

#include "auth_private.h"
#include "auth_sig.h"
#include "auth_tags.h"
#include "common/arena.h"
#include "common/buf.h"
#include "common/err.h"

#define LINE 76

/* ------------------------------------------------------------------ text */

static const char *
canon_name(enum auth_canon c)
{
    return c == AUTH_RELAXED ? "relaxed" : "simple";
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

static int
count(const struct auth_message *m, const char *name)
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

static void
add_names(struct buf *b, const struct auth_message *m, const struct dkim_sign_options *o)
{
    static const char *const from_only[] = {"From", NULL};
    const char *const *lists[] = {from_only, o->headers};
    size_t column = 11;
    bool first = true;
    for (int l = 0; l < 2; l++)
        for (const char *const *h = lists[l]; h && *h; h++) {
            /* From is named once, whoever lists it; so is everything else. */
            if (l == 1 && (strcasecmp(*h, "From") == 0 || listed(o->headers, *h, h)))
                continue;
            for (int k = count(m, *h) + o->oversign; k > 0; k--) {
                add_name(b, &column, first, *h);
                first = false;
            }
        }
}

static void
add_signature(struct buf *b, const char *text)
{
    for (size_t n = strlen(text); n;) {
        size_t take = n < LINE - 4 ? n : LINE - 4;
        buf_str(b, "\r\n\t ");
        buf_add(b, text, take);
        text += take;
        n -= take;
    }
    buf_str(b, "\r\n");
}

/* ------------------------------------------------------------------ signing */

static const char *
body_hash(struct arena *a, const struct auth_message *m, enum auth_canon c)
{
    struct auth_body *body = auth_body_new(a);
    int slot = auth_body_want(body, c, -1);
    auth_body_add(body, m->body, m->body_len);
    auth_body_end(body);
    return base64(a, auth_body_digest(body, slot), AUTH_HASH_BYTES);
}

static struct buf *
unsigned_field(struct arena *a, const struct auth_message *m, const struct dkim_sign_options *o)
{
    struct buf *b = buf_new(a, 0);
    buf_printf(b, "DKIM-Signature: v=1; a=%s; c=%s/%s;\r\n\td=%s; s=%s;",
               o->key->type == AUTH_RSA ? "rsa-sha256" : "ed25519-sha256", canon_name(o->header),
               canon_name(o->body), o->domain, o->selector);
    buf_printf(b, "\r\n\tt=%lld;", (long long)o->time);
    if (o->expires)
        buf_printf(b, " x=%lld;", (long long)o->expires);
    if (o->identity)
        buf_printf(b, "\r\n\ti=%s;", o->identity);
    buf_str(b, "\r\n\th=");
    add_names(b, m, o);
    buf_printf(b, ";\r\n\tbh=%s;\r\n\tb=", body_hash(a, m, o->body));
    return b;
}

/* What we sign is read by our own reader first: nothing goes out that we would not accept, and no
 * option smuggles a tag in. */
static int
read_back(struct arena *a, const struct buf *b, const struct dkim_sign_options *o,
          struct auth_field *f, struct auth_sig *s, struct err *e)
{
    *f = (struct auth_field){b->data, b->len, strlen("DKIM-Signature"), strlen("DKIM-Signature:")};
    const char *why = auth_sig_parse(a, f, AUTH_SIG_DKIM, s);
    if (why && strcmp(why, "signature-syntax") == 0)
        why = NULL; /* b= is empty still */
    if (!why && strcmp(s->domain, o->domain) != 0)
        why = "domain";
    if (!why && strcmp(s->selector, o->selector) != 0)
        why = "selector";
    if (!why && s->tags.n != 9 + (o->expires != 0) + (o->identity != NULL))
        why = "identity";
    if (!why)
        return 0;
    return err_set(e, ERR_INPUT, why, "the signature would not be valid (%s)", why);
}

char *
dkim_sign(struct arena *a, const struct auth_message *m, const struct dkim_sign_options *o,
          struct err *e)
{
    struct auth_field f;
    uint8_t digest[AUTH_HASH_BYTES], *sig;
    size_t n;
    if (m->too_many || count(m, "From") == 0) {
        err_set(e, ERR_INPUT, "headers", "a message without From cannot be signed");
        return NULL;
    }
    struct buf *b = unsigned_field(a, m, o);
    struct auth_sig *s = arena_alloc(a, sizeof *s);
    if (read_back(a, b, o, &f, s, e) < 0)
        return NULL;
    auth_sig_digest(a, s, m, digest);
    if (auth_private_sign(a, o->key, digest, &sig, &n) < 0) {
        err_set(e, ERR_ENV, "signature", "the key did not sign");
        return NULL;
    }
    add_signature(b, base64(a, sig, n));
    return arena_strndup(a, b->data, b->len);
}
