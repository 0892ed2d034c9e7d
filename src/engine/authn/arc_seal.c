#include "arc_seal.h"

#include <string.h>

#include "../../common/arena.h"
#include "../../common/buf.h"
#include "../../common/err.h"
#include "auth_private.h"
#include "auth_write.h"

static struct auth_field
field_of(const struct buf *b)
{
    size_t n = b->len, name = strcspn(b->data, ":");

    if (n >= 2 && b->data[n - 1] == '\n')
        n -= 2;
    return (struct auth_field){b->data, n, name, name + 1};
}

/* LF of the milter protocol becomes CRLF. */
static void
results_field(struct buf *b, int instance, const char *results)
{
    buf_printf(b, "ARC-Authentication-Results: i=%d; ", instance);
    for (; *results; results++) {
        if (*results == '\n')
            buf_char(b, '\r');
        buf_char(b, *results);
    }
    buf_str(b, "\r\n");
}

/* As in dkim_sign.c, our own reader must take what goes out. */
static int
read_back(struct arena *a, const struct auth_field *f, enum auth_sig_kind kind,
          const struct arc_seal_options *o, struct auth_sig *s, struct err *e)
{
    const char *why = auth_sig_parse(a, f, kind, s);

    if (why && strcmp(why, "signature-syntax") == 0)
        why = NULL; /* b= is empty still */
    if (!why && (strcmp(s->domain, o->domain) != 0 || strcmp(s->selector, o->selector) != 0))
        why = "domain";
    return why ? err_set(e, ERR_INPUT, why, "the seal would not be valid (%s)", why) : 0;
}

static int
sign(struct arena *a, struct buf *b, const uint8_t digest[AUTH_HASH_BYTES],
     const struct arc_seal_options *o, struct err *e)
{
    uint8_t *sig;
    size_t n;

    if (auth_private_sign(a, o->key, digest, &sig, &n) < 0)
        return err_set(e, ERR_ENV, "signature", "the key did not sign");
    auth_write_signature(a, b, sig, n);
    return 0;
}

static int
message_field(struct arena *a, struct buf *b, int instance, const struct auth_message *m,
              const struct arc_seal_options *o, struct err *e)
{
    struct auth_sig *s = arena_alloc(a, sizeof *s);
    uint8_t digest[AUTH_HASH_BYTES];
    struct auth_field f;

    buf_printf(b,
               "ARC-Message-Signature: i=%d; a=%s; c=relaxed/relaxed;\r\n\td=%s; s=%s;\r\n\t"
               "t=%lld;\r\n\th=",
               instance, auth_write_algorithm(o->key), o->domain, o->selector, (long long)o->time);
    auth_write_names(b, m, o->headers, false);
    buf_printf(b, ";\r\n\tbh=%s;\r\n\tb=", auth_write_body_hash(a, m, AUTH_RELAXED));
    f = field_of(b);
    if (read_back(a, &f, AUTH_SIG_AMS, o, s, e) < 0)
        return -1;
    auth_sig_digest(a, s, m, digest);
    return sign(a, b, digest, o, e);
}

static void
put(const struct auth_field *f, const struct auth_sink *to)
{
    auth_canon_field(AUTH_RELAXED, f->raw, f->len, true, to);
}

/* A broken chain is sealed as if this set were the only one (5.1.2). */
static int
seal_field(struct arena *a, struct buf *b, int instance, const struct arc *chain, const char *cv,
           const struct buf *results, const struct buf *message, const struct arc_seal_options *o,
           struct err *e)
{
    struct auth_sha *sha = auth_sha_new(a);
    struct auth_sink to = auth_sha_sink(sha);
    struct auth_sig *s = arena_alloc(a, sizeof *s);
    uint8_t digest[AUTH_HASH_BYTES];
    struct auth_field f, r = field_of(results), ms = field_of(message);

    buf_printf(b, "ARC-Seal: i=%d; a=%s; t=%lld; cv=%s;\r\n\td=%s; s=%s;\r\n\tb=", instance,
               auth_write_algorithm(o->key), (long long)o->time, cv, o->domain, o->selector);
    f = field_of(b);
    if (read_back(a, &f, AUTH_SIG_AS, o, s, e) < 0)
        return -1;
    for (int i = 0; strcmp(cv, "fail") != 0 && i < instance - 1; i++) {
        put(chain->sets[i].results, &to);
        put(chain->sets[i].message.field, &to);
        put(chain->sets[i].seal.field, &to);
    }
    put(&r, &to);
    put(&ms, &to);
    auth_sig_own_field(a, s, &to);
    auth_sha_end(sha, digest);
    return sign(a, b, digest, o, e);
}

char *
arc_seal(struct arena *a, const struct auth_message *m, const struct arc *chain,
         const struct arc_verdict *found, const struct arc_seal_options *o, struct err *e)
{
    struct buf *results = buf_new(a, 0), *message = buf_new(a, 0), *seal = buf_new(a, 0);
    int i = chain->n + 1;
    const char *cv = found->status == ARC_NONE   ? "none"
                     : found->status == ARC_PASS ? "pass"
                                                 : "fail";

    *e = (struct err){0};
    if (found->status == ARC_TEMPERROR || i > AUTH_INSTANCE_MAX || m->too_many ||
        (found->code && strcmp(found->code, "cv-fail") == 0))
        return NULL;
    results_field(results, i, o->results);
    if (message_field(a, message, i, m, o, e) < 0 ||
        seal_field(a, seal, i, chain, cv, results, message, o, e) < 0)
        return NULL;
    return arena_printf(a, "%s%s%s", seal->data, message->data, results->data);
}
