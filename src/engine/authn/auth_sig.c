#include "auth_sig.h"

#include <string.h>

#include "common/arena.h"

static struct auth_text
value_of(const struct auth_sig *s, const char *name)
{
    const struct auth_tag *t = auth_tags_get(&s->tags, name);
    return t ? t->value : (struct auth_text){NULL, 0};
}

/* d= and s=: read before everything else, so that results can name them. */
static const char *
read_names(struct arena *a, struct auth_sig *s)
{
    struct auth_text d = value_of(s, "d"), sel = value_of(s, "s");
    const char *domain = d.p ? auth_domain(a, d, 2) : NULL;
    const char *selector = sel.p ? auth_domain(a, sel, 1) : NULL;
    if (domain)
        s->domain = domain;
    if (selector)
        s->selector = selector;
    return !domain ? "domain" : !selector ? "selector" : NULL;
}

static const char *
read_algorithm(struct auth_sig *s)
{
    struct auth_text t = value_of(s, "a");
    if (auth_text_is_any(t, "rsa-sha256")) {
        s->algorithm = "rsa-sha256";
        s->type = AUTH_RSA;
    } else if (auth_text_is_any(t, "ed25519-sha256")) {
        s->algorithm = "ed25519-sha256";
        s->type = AUTH_ED25519;
    } else if (auth_text_is_any(t, "rsa-sha1")) {
        /* RFC 8301 3.1: must not be verified. */
        s->algorithm = "rsa-sha1";
        return "algorithm-sha1";
    } else {
        return "algorithm";
    }
    return NULL;
}

static bool
canon_named(struct auth_text t, enum auth_canon *out)
{
    *out = auth_text_is_any(t, "relaxed") ? AUTH_RELAXED : AUTH_SIMPLE;
    return *out == AUTH_RELAXED || auth_text_is_any(t, "simple");
}

static const char *
read_canon(struct auth_sig *s)
{
    struct auth_text t = value_of(s, "c"), head, body;
    if (!t.p)
        return NULL;
    auth_list_next(&t, '/', &head);
    if (!canon_named(head, &s->header))
        return "canon";
    if (auth_list_next(&t, '/', &body) && !canon_named(body, &s->body))
        return "canon";
    return t.p ? "canon" : NULL;
}

/* q=: a list of ways, of which there is only one. */
static const char *
read_query(const struct auth_sig *s)
{
    struct auth_text t = value_of(s, "q"), item;
    if (!t.p)
        return NULL;
    while (auth_list_next(&t, ':', &item))
        if (auth_text_is_any(item, "dns/txt"))
            return NULL;
    return "query";
}

static const char *
read_identity(struct arena *a, struct auth_sig *s)
{
    struct auth_text t = value_of(s, "i");
    s->identity = arena_printf(a, "@%s", s->domain);
    s->identity_domain = s->domain;
    if (!t.p)
        return NULL;
    char *identity = auth_quoted(a, t);
    char *at = identity ? strrchr(identity, '@') : NULL;
    char *domain = at ? auth_domain(a, (struct auth_text){at + 1, strlen(at + 1)}, 2) : NULL;
    if (!domain || !auth_domain_within(domain, s->domain))
        return "identity";
    *at = '\0';
    s->identity = arena_printf(a, "%s@%s", identity, domain);
    s->identity_domain = domain;
    return NULL;
}

static const char *
read_numbers(struct auth_sig *s)
{
    struct auth_text l = value_of(s, "l"), t = value_of(s, "t"), x = value_of(s, "x");
    if (l.p && !auth_number(l, 76, &s->length))
        return "length";
    if (t.p && !auth_number(t, 12, &s->time))
        return "time";
    if (x.p && !auth_number(x, 12, &s->expires))
        return "expires";
    if (s->time >= 0 && s->expires >= 0 && s->expires <= s->time)
        return "expires";
    return NULL;
}

static bool
is_field_name(struct auth_text t)
{
    for (size_t i = 0; i < t.n; i++)
        if (t.p[i] <= ' ' || t.p[i] >= 127)
            return false;
    return t.n > 0 && t.n <= AUTH_SIG_NAME_BYTES;
}

static const char *
read_header_names(struct arena *a, struct auth_sig *s)
{
    struct auth_text h = value_of(s, "h"), rest = h, item;
    int n = 0, i = 0;
    while (auth_list_next(&rest, ':', &item)) {
        if (!is_field_name(item))
            return "headers";
        if (auth_text_is_any(item, "from"))
            s->from_named = true;
        if (++n > AUTH_SIG_NAMES)
            return "headers-limit";
    }
    struct auth_text *names = arena_calloc(a, (size_t)n, sizeof *names);
    for (rest = h; auth_list_next(&rest, ':', &names[i]);)
        if (++i == n)
            break;
    s->names = names;
    s->n = n;
    return s->from_named ? NULL : "headers-from";
}

static const char *
read_hashes(struct arena *a, struct auth_sig *s)
{
    uint8_t *p;
    size_t n;
    if (s->kind != AUTH_SIG_AS) {
        struct auth_text bh = value_of(s, "bh");
        if (bh.n > 256 || !auth_base64(a, bh, &p, &n) || n != AUTH_HASH_BYTES)
            return "body-hash-syntax";
        memcpy(s->body_hash, p, n);
    }
    struct auth_text b = value_of(s, "b");
    if (b.n > 4 * AUTH_SIG_B_BYTES || !auth_base64(a, b, &p, &n) || n == 0 || n > AUTH_SIG_B_BYTES)
        return "signature-syntax";
    s->signature = p;
    s->signature_len = n;
    return NULL;
}

/* v= (DKIM) or i= (ARC). */
static const char *
read_kind(struct arena *a, struct auth_sig *s)
{
    int64_t instance;
    if (s->kind == AUTH_SIG_DKIM)
        return auth_text_is(value_of(s, "v"), "1") ? read_identity(a, s) : "version";
    if (!auth_number(value_of(s, "i"), 3, &instance) || instance < 1 ||
        instance > AUTH_INSTANCE_MAX)
        return "instance";
    s->instance = (int)instance;
    return NULL;
}

/* ------------------------------------------------------------------ all of it */

static bool
complete(const struct auth_sig *s)
{
    static const char *const needed[] = {"a", "b", "d", "s", "h", "bh"};
    for (size_t i = 0; i < (s->kind == AUTH_SIG_AS ? 4 : 6); i++)
        if (!auth_tags_get(&s->tags, needed[i]))
            return false;
    return s->kind != AUTH_SIG_DKIM || auth_tags_get(&s->tags, "v");
}

const char *
auth_sig_parse(struct arena *a, const struct auth_field *f, enum auth_sig_kind kind,
               struct auth_sig *s)
{
    memset(s, 0, sizeof *s);
    s->kind = kind;
    s->field = f;
    s->algorithm = s->domain = s->selector = s->identity = s->identity_domain = "";
    s->header = s->body = kind == AUTH_SIG_AS ? AUTH_RELAXED : AUTH_SIMPLE;
    s->length = s->time = s->expires = -1;
    const char *why = auth_tags_parse(f->raw + f->value, f->len - f->value, &s->tags);
    const char *names = why ? why : read_names(a, s);
    if (!why && !complete(s))
        why = "tag-missing";
    if (!why)
        why = names;
    if (!why)
        why = read_kind(a, s);
    if (!why)
        why = read_algorithm(s);
    if (!why && kind != AUTH_SIG_AS)
        why = read_canon(s);
    if (!why && kind != AUTH_SIG_AS)
        why = read_query(s);
    if (!why)
        why = read_numbers(s);
    if (!why && kind != AUTH_SIG_AS)
        why = read_header_names(a, s);
    return why ? why : read_hashes(a, s);
}
