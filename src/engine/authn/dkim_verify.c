#include "dkim_verify.h"

#include <openssl/crypto.h>
#include <string.h>

#include "auth_sig.h"
#include "common/arena.h"

#define FIELD_NAME "DKIM-Signature"
#define START_CHARS 12

/* A signature on its way through the stages. */
struct job {
    struct dkim_result r;
    bool going;  /* no verdict yet */
    bool theirs; /* of the author's domain */
    int slot;    /* of its body hash */
    const struct auth_key *key;
    struct auth_sig sig;
};

struct verify {
    struct arena *a;
    const struct auth_message *m;
    struct auth_keys *keys;
    int64_t now;
    const char *from_domain;
    int n, froms;
    struct job *jobs;
};

static void
settle(struct job *j, enum dkim_status status, const char *code)
{
    j->r.status = status;
    j->r.code = code;
    j->going = false;
}

/* Aligned in the widest sense; who decides about alignment knows public suffixes. */
static bool
related(const char *one, const char *other)
{
    return auth_domain_within(one, other) || auth_domain_within(other, one);
}

/* ------------------------------------------------------------------ stages */

static const char *
signature_start(struct arena *a, const struct auth_sig *s)
{
    const struct auth_tag *b = auth_tags_get(&s->tags, "b");
    size_t n = 0;
    while (b && n < b->value.n && n < START_CHARS && b->value.p[n] > ' ' && b->value.p[n] < 127)
        n++;
    return b ? arena_strndup(a, b->value.p, n) : "";
}

static bool
signs_all_from(const struct verify *v, const struct auth_sig *s)
{
    int named = 0;
    for (int i = 0; i < s->n; i++)
        named += auth_text_is_any(s->names[i], "from");
    return v->froms > 0 && named >= v->froms;
}

/* Syntax and dates. */
static void
read_one(struct verify *v, int field, struct job *j)
{
    struct dkim_result *r = &j->r;
    const char *why = auth_sig_parse(v->a, &v->m->fields[field], AUTH_SIG_DKIM, &j->sig);
    r->field = field;
    r->domain = j->sig.domain;
    r->selector = j->sig.selector;
    r->identity = j->sig.identity;
    r->algorithm = j->sig.algorithm;
    r->signature_start = signature_start(v->a, &j->sig);
    r->time = j->sig.time;
    r->expires = j->sig.expires;
    r->expired = r->expires >= 0 && r->expires < v->now;
    r->future = r->time > v->now + DKIM_CLOCK_SKEW;
    j->going = true;
    j->theirs = v->from_domain && *r->domain && related(r->domain, v->from_domain);
    if (why) {
        settle(j, DKIM_PERMERROR, why);
        return;
    }
    r->from_signed = signs_all_from(v, &j->sig);
    if (r->expired)
        settle(j, DKIM_POLICY, "expired");
}

/* Leaves DKIM_TRIED of them going: first the author's, then the others from the top. */
static void
choose(struct verify *v)
{
    int places = DKIM_TRIED;
    for (int theirs = 1; theirs >= 0; theirs--)
        for (int i = 0; i < v->n; i++)
            if (v->jobs[i].going && v->jobs[i].theirs == theirs && places-- <= 0)
                settle(&v->jobs[i], DKIM_POLICY, "too-many");
}

static void
find_key(struct verify *v, struct job *j)
{
    const struct auth_key *k = auth_keys_get(v->keys, j->sig.selector, j->sig.domain);
    j->key = k;
    j->r.key_bits = k->bits;
    j->r.testing = k->testing;
    j->r.secure = k->secure;
    if (k->status == AUTH_KEY_TEMPERROR)
        settle(j, DKIM_TEMPERROR, k->code);
    else if (k->status == AUTH_KEY_PERMERROR)
        settle(j, DKIM_PERMERROR, k->code);
    else if (k->type != j->sig.type)
        settle(j, DKIM_PERMERROR, "key-mismatch");
    else if (k->strict && strcmp(j->sig.identity_domain, j->sig.domain) != 0)
        settle(j, DKIM_PERMERROR, "identity-strict");
    else if (k->status == AUTH_KEY_POLICY)
        settle(j, DKIM_POLICY, k->code);
}

static void
check(struct verify *v, struct job *j, const struct auth_body *body)
{
    uint8_t digest[AUTH_HASH_BYTES];
    uint64_t total = auth_body_total(body, j->sig.body);
    if (j->sig.length >= 0 && (uint64_t)j->sig.length > total) {
        settle(j, DKIM_PERMERROR, "length-beyond");
        return;
    }
    if (j->sig.length >= 0)
        j->r.uncovered = total - (uint64_t)j->sig.length;
    if (CRYPTO_memcmp(auth_body_digest(body, j->slot), j->sig.body_hash, AUTH_HASH_BYTES) != 0) {
        settle(j, DKIM_FAIL, "body-hash");
        return;
    }
    auth_sig_digest(v->a, &j->sig, v->m, digest);
    if (!auth_key_verify(j->key, digest, j->sig.signature, j->sig.signature_len))
        settle(j, DKIM_FAIL, "signature");
    else if (j->r.uncovered)
        settle(j, DKIM_POLICY, "length-uncovered");
    else if (!j->r.from_signed && v->froms > 0)
        settle(j, DKIM_POLICY, "from-unsigned");
    else
        settle(j, DKIM_PASS, NULL);
}

static void
verify_chosen(struct verify *v)
{
    struct auth_body *body = NULL;
    for (int i = 0; i < v->n; i++) {
        struct job *j = &v->jobs[i];
        if (j->going)
            find_key(v, j);
        if (!j->going)
            continue;
        if (!body)
            body = auth_body_new(v->a);
        j->slot = auth_body_want(body, j->sig.body, j->sig.length);
    }
    if (!body)
        return;
    auth_body_add(body, v->m->body, v->m->body_len);
    auth_body_end(body);
    for (int i = 0; i < v->n; i++)
        if (v->jobs[i].going)
            check(v, &v->jobs[i], body);
}

/* ------------------------------------------------------------------ verdict */

static enum dkim_status
best_of(const struct dkim_result *r, int n)
{
    static const enum dkim_status order[] = {DKIM_PASS, DKIM_TEMPERROR, DKIM_POLICY,
                                             DKIM_FAIL, DKIM_NEUTRAL,   DKIM_PERMERROR};
    for (size_t o = 0; o < sizeof order / sizeof *order; o++)
        for (int i = 0; i < n; i++)
            if (r[i].status == order[o])
                return order[o];
    return DKIM_NONE;
}

/* Reads the signatures and leaves those going that are worth their cost. How many were left out. */
static int
begin(struct verify *v)
{
    const struct auth_message *m = v->m;
    int fields[DKIM_FIELDS], ignored = 0;
    for (int i = 0; i < m->n; i++) {
        v->froms += auth_field_named(&m->fields[i], "From", 4);
        if (!auth_field_named(&m->fields[i], FIELD_NAME, sizeof FIELD_NAME - 1))
            continue;
        if (v->n < DKIM_FIELDS)
            fields[v->n++] = i;
        else
            ignored++;
    }
    v->jobs = arena_calloc(v->a, (size_t)v->n, sizeof *v->jobs);
    for (int i = 0; i < v->n; i++) {
        read_one(v, fields[i], &v->jobs[i]);
        /* With fields left out nobody knows what is signed. */
        if (m->too_many)
            settle(&v->jobs[i], DKIM_PERMERROR, "fields-limit");
    }
    choose(v);
    return ignored;
}

void
dkim_ask(struct arena *a, const struct auth_message *m, struct auth_keys *keys, int64_t now,
         const char *from_domain)
{
    struct verify v = {.a = a, .m = m, .keys = keys, .now = now, .from_domain = from_domain};
    (void)begin(&v);
    for (int i = 0; i < v.n; i++)
        if (v.jobs[i].going)
            find_key(&v, &v.jobs[i]);
}

void
dkim_verify(struct arena *a, const struct auth_message *m, struct auth_keys *keys, int64_t now,
            const char *from_domain, struct dkim_verdict *out)
{
    struct verify v = {.a = a, .m = m, .keys = keys, .now = now, .from_domain = from_domain};
    *out = (struct dkim_verdict){.ignored = begin(&v)};
    verify_chosen(&v);
    struct dkim_result *r = arena_calloc(a, (size_t)v.n, sizeof *r);
    for (int i = 0; i < v.n; i++)
        r[i] = v.jobs[i].r;
    out->n = v.n;
    out->results = r;
    out->best = best_of(r, v.n);
}

const char *
dkim_status_name(enum dkim_status s)
{
    static const char *const names[] = {"none",    "pass",      "fail",     "policy",
                                        "neutral", "temperror", "permerror"};
    return names[s];
}
