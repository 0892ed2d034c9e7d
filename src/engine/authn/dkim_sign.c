#include "dkim_sign.h"

#include <string.h>

#include "auth_private.h"
#include "auth_sig.h"
#include "auth_tags.h"
#include "auth_write.h"
#include "common/arena.h"
#include "common/buf.h"
#include "common/err.h"

/* ------------------------------------------------------------------ signing */

static struct buf *
unsigned_field(struct arena *a, const struct auth_message *m, const struct dkim_sign_options *o)
{
    struct buf *b = buf_new(a, 0);
    buf_printf(b, "DKIM-Signature: v=1; a=%s; c=%s/%s;\r\n\td=%s; s=%s;",
               auth_write_algorithm(o->key), auth_write_canon(o->header), auth_write_canon(o->body),
               o->domain, o->selector);
    buf_printf(b, "\r\n\tt=%lld;", (long long)o->time);
    if (o->expires)
        buf_printf(b, " x=%lld;", (long long)o->expires);
    if (o->identity)
        buf_printf(b, "\r\n\ti=%s;", o->identity);
    buf_str(b, "\r\n\th=");
    auth_write_names(b, m, o->headers, o->oversign);
    buf_printf(b, ";\r\n\tbh=%s;\r\n\tb=", auth_write_body_hash(a, m, o->body));
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
    if (m->too_many || auth_write_count(m, "From") == 0) {
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
    auth_write_signature(a, b, sig, n);
    return arena_strndup(a, b->data, b->len);
}
