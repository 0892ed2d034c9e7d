#include "arc.h"

#include <openssl/crypto.h>
#include <string.h>

#include "../../common/arena.h"

/* ---------------------------------------------------------------- reading */

enum kind { RESULTS, MESSAGE, SEAL, OTHER };

static enum kind
kind_of(const struct auth_field *f)
{
    static const char *const names[] = {"ARC-Authentication-Results", "ARC-Message-Signature",
                                        "ARC-Seal"};

    for (int i = 0; i < OTHER; i++)
        if (auth_field_named(f, names[i], strlen(names[i])))
            return (enum kind)i;
    return OTHER;
}

static size_t
blanks(const char *p, const char *end)
{
    size_t n = 0;

    while (p + n < end && strchr(" \t\r\n", p[n]) && p[n])
        n++;
    return n;
}

/* "i=1;" at the beginning (4.1.1); 0: not there. */
static int
results_instance(const struct auth_field *f)
{
    const char *p = f->raw + f->value, *end = f->raw + f->len;
    int i = 0, digits = 0;

    p += blanks(p, end);
    if (p >= end || *p++ != 'i')
        return 0;
    p += blanks(p, end);
    if (p >= end || *p++ != '=')
        return 0;
    p += blanks(p, end);
    for (; p < end && *p >= '0' && *p <= '9' && digits < 3; digits++)
        i = i * 10 + *p++ - '0';
    p += blanks(p, end);
    return p < end && *p == ';' && i <= AUTH_INSTANCE_MAX ? i : 0;
}

static void
broken(struct arc *c, const char *code)
{
    if (!c->code)
        c->code = code;
}

static void
take_results(struct arc *c, const struct auth_field *f)
{
    int i = results_instance(f);

    if (i == 0) {
        broken(c, "instance");
        return;
    }
    if (c->sets[i - 1].results)
        broken(c, "set-twice");
    c->sets[i - 1].results = f;
    c->n = i > c->n ? i : c->n;
}

static void
take_signature(struct arena *a, struct arc *c, const struct auth_field *f, bool seal)
{
    struct auth_sig *s = arena_alloc(a, sizeof *s);
    const char *why = auth_sig_parse(a, f, seal ? AUTH_SIG_AS : AUTH_SIG_AMS, s);
    struct arc_set *set;

    if (why)
        broken(c, why);
    if (s->instance == 0)
        return;
    set = &c->sets[s->instance - 1];
    if (seal ? set->has_seal : set->has_message)
        broken(c, "set-twice");
    *(seal ? &set->seal : &set->message) = *s;
    *(seal ? &set->has_seal : &set->has_message) = true;
    c->n = s->instance > c->n ? s->instance : c->n;
}

/* A seal covers the sets by itself: it names no fields; and nothing else covers a seal (4.1.2, 4.1.3). */
static bool
covers_wrongly(const struct arc_set *s)
{
    if (auth_tags_get(&s->seal.tags, "h") || auth_tags_get(&s->seal.tags, "bh"))
        return true;
    for (int i = 0; i < s->message.n; i++)
        if (auth_text_is_any(s->message.names[i], "arc-seal"))
            return true;
    return false;
}

static const char *
check_sets(const struct arc *c)
{
    for (int i = 0; i < c->n; i++) {
        const struct arc_set *s = &c->sets[i];
        const struct auth_tag *cv;
        if (!s->results || !s->has_message || !s->has_seal)
            return "set-missing";
        if (covers_wrongly(s))
            return "seal-headers";
        cv = auth_tags_get(&s->seal.tags, "cv");
        if (cv && i == c->n - 1 && auth_text_is_any(cv->value, "fail"))
            return "cv-fail";
        if (!cv || !auth_text_is_any(cv->value, i == 0 ? "none" : "pass"))
            return "cv";
    }
    return NULL;
}

void
arc_read(struct arena *a, const struct auth_message *m, struct arc *out)
{
    int seen[OTHER] = {0};

    *out = (struct arc){0};
    for (int i = 0; i < m->n; i++) {
        enum kind k = kind_of(&m->fields[i]);
        if (k == OTHER)
            continue;
        if (!out->sets)
            out->sets = arena_calloc(a, AUTH_INSTANCE_MAX, sizeof *out->sets);
        if (++seen[k] > AUTH_INSTANCE_MAX) {
            broken(out, "sets-limit");
            continue;
        }
        if (k == RESULTS)
            take_results(out, &m->fields[i]);
        else
            take_signature(a, out, &m->fields[i], k == SEAL);
    }
    if (out->sets && out->n == 0)
        out->n = 1; /* there is something, and none of it can be read */
    if (out->sets && m->too_many)
        broken(out, "fields-limit");
    if (out->sets && !out->code)
        out->code = check_sets(out);
}

/* ---------------------------------------------------------------- verifying */

void
arc_ask(const struct arc *c, struct auth_keys *keys)
{
    if (c->code || c->n == 0)
        return;
    (void)auth_keys_get(keys, c->sets[c->n - 1].message.selector, c->sets[c->n - 1].message.domain);
    for (int i = c->n - 1; i >= 0; i--)
        (void)auth_keys_get(keys, c->sets[i].seal.selector, c->sets[i].seal.domain);
}

/* NULL when the key can be used. */
static const char *
get_key(struct auth_keys *keys, const struct auth_sig *s, const struct auth_key **key)
{
    *key = auth_keys_get(keys, s->selector, s->domain);
    if ((*key)->status != AUTH_KEY_OK)
        return (*key)->code;
    return (*key)->type == s->type ? NULL : "key-mismatch";
}

static const char *
verify_message(struct arena *a, const struct auth_message *m, const struct auth_sig *s,
               struct auth_keys *keys)
{
    struct auth_body *body = auth_body_new(a);
    const struct auth_key *key;
    uint8_t digest[AUTH_HASH_BYTES];
    const char *why = get_key(keys, s, &key);
    int slot;

    if (why)
        return why;
    slot = auth_body_want(body, s->body, s->length);
    auth_body_add(body, m->body, m->body_len);
    auth_body_end(body);
    if (CRYPTO_memcmp(auth_body_digest(body, slot), s->body_hash, AUTH_HASH_BYTES) != 0)
        return "body-hash";
    auth_sig_digest(a, s, m, digest);
    if (!auth_key_verify(key, digest, s->signature, s->signature_len))
        return "signature";
    return s->length >= 0 && (uint64_t)s->length != auth_body_total(body, s->body)
               ? "length-uncovered"
               : NULL;
}

static void
put_field(const struct auth_field *f, const struct auth_sink *to)
{
    auth_canon_field(AUTH_RELAXED, f->raw, f->len, true, to);
}

/* The seal of set n covers all sets up to it, its own field last and without its signature (5.1.1). */
static const char *
verify_seal(struct arena *a, const struct arc *c, int n, struct auth_keys *keys)
{
    struct auth_sha *sha = auth_sha_new(a);
    struct auth_sink to = auth_sha_sink(sha);
    const struct auth_sig *seal = &c->sets[n - 1].seal;
    const struct auth_key *key;
    uint8_t digest[AUTH_HASH_BYTES];
    const char *why = get_key(keys, seal, &key);

    if (why)
        return why;
    for (int i = 0; i < n; i++) {
        put_field(c->sets[i].results, &to);
        put_field(c->sets[i].message.field, &to);
        if (i < n - 1)
            put_field(c->sets[i].seal.field, &to);
    }
    auth_sig_own_field(a, seal, &to);
    auth_sha_end(sha, digest);
    return auth_key_verify(key, digest, seal->signature, seal->signature_len) ? NULL : "seal";
}

static void
settle(struct arc_verdict *out, const char *code, int at)
{
    out->status = strcmp(code, "key-dns") == 0 ? ARC_TEMPERROR : ARC_FAIL;
    out->code = code;
    out->at = at;
}

void
arc_verify(struct arena *a, const struct auth_message *m, const struct arc *c,
           struct auth_keys *keys, struct arc_verdict *out)
{
    const char *why;

    *out = (struct arc_verdict){.status = ARC_NONE, .sets = c->n, .domain = ""};
    if (c->n == 0)
        return;
    if (c->code) {
        settle(out, c->code, 0);
        return;
    }
    out->domain = c->sets[c->n - 1].seal.domain;
    why = verify_message(a, m, &c->sets[c->n - 1].message, keys);
    if (why) {
        settle(out, why, c->n);
        return;
    }
    for (int i = c->n; i > 0; i--) {
        why = verify_seal(a, c, i, keys);
        if (why) {
            settle(out, why, i);
            return;
        }
    }
    out->status = ARC_PASS;
}

const char *
arc_status_name(enum arc_status s)
{
    static const char *const names[] = {"none", "pass", "fail", "temperror"};

    return names[s];
}
