/* The result of authentication as packed text (common/packed.h), between worker and gate. */
#include <string.h>

#include "../../common/arena.h"
#include "../../common/buf.h"
#include "../../common/err.h"
#include "../../common/packed.h"
#include "arc_word.h"
#include "auth_check.h"

#define DOMAIN_CHARS "abcdefghijklmnopqrstuvwxyz0123456789-_."
#define CODE_CHARS "abcdefghijklmnopqrstuvwxyz0123456789-"
#define CODE_BYTES 40
#define BITS_MOST 1000000

/* ---------------------------------------------------------------- writing */

static void
put(struct buf *b, struct arena *a, const char *s)
{
    packed_text(b, a, arena_strndup(a, s ? s : "", AUTH_TEXT_BYTES));
}

static void
put_dkim(struct buf *b, struct arena *a, const struct auth_outcome *o)
{
    packed_number(b, o->ndkim);
    for (int i = 0; i < o->ndkim; i++) {
        const struct auth_dkim *r = &o->dkim[i];
        packed_number(b, r->status);
        put(b, a, r->code);
        put(b, a, r->domain);
        put(b, a, r->selector);
        put(b, a, r->identity);
        put(b, a, r->algorithm);
        put(b, a, r->start);
        packed_number(b, r->bits);
        packed_number(b, r->testing);
    }
}

static void
put_arc(struct buf *b, struct arena *a, const struct arc_verdict *v)
{
    packed_number(b, v->status);
    packed_number(b, v->sets);
    packed_number(b, v->at);
    put(b, a, v->code);
    put(b, a, v->domain);
    packed_number(b, v->nwords);
    for (int i = 0; i < v->nwords; i++) {
        put(b, a, v->words[i].sealer);
        packed_number(b, v->words[i].author);
    }
}

static void
put_dmarc(struct buf *b, struct arena *a, const struct dmarc_result *d)
{
    packed_number(b, d->status);
    packed_number(b, d->policy);
    put(b, a, d->domain);
    put(b, a, d->from_domain);
    put(b, a, d->code);
    packed_number(b, d->record.testing);
    packed_number(b, d->secure);
    packed_number(b, d->spf_aligned);
    packed_number(b, d->dkim_aligned);
}

const char *
auth_outcome_pack(struct arena *a, const struct auth_outcome *o)
{
    struct buf *b = buf_new(a, 0);

    packed_number(b, o->spf.status);
    packed_number(b, o->spf.helo);
    put(b, a, o->spf.domain);
    put(b, a, o->spf.mechanism);
    put(b, a, o->spf.explanation);
    put_dkim(b, a, o);
    put_arc(b, a, &o->arc);
    put_dmarc(b, a, &o->dmarc);
    return b->data;
}

/* ---------------------------------------------------------------- reading */

/* It has only these characters (NULL: any but controls). */
static const char *
get(struct packed_reader *r, size_t most, const char *chars)
{
    const char *s = packed_get_text(r);

    if (strlen(s) > most || (chars && strspn(s, chars) != strlen(s)))
        r->bad = true;
    for (const char *p = s; *p; p++)
        r->bad |= (unsigned char)*p < ' ' || *p == 127;
    return r->bad ? "" : s;
}

static const char *
get_domain(struct packed_reader *r)
{
    return get(r, 255, DOMAIN_CHARS);
}

/* "" is none. */
static const char *
get_code(struct packed_reader *r)
{
    const char *s = get(r, CODE_BYTES, CODE_CHARS);

    return *s ? s : NULL;
}

static struct auth_dkim
get_signature(struct packed_reader *r)
{
    struct auth_dkim s = {.status = (enum dkim_status)packed_get_count(r, DKIM_PERMERROR)};

    s.code = get_code(r);
    s.domain = get_domain(r);
    s.selector = get_domain(r);
    s.identity = get(r, AUTH_TEXT_BYTES * 3, NULL);
    s.algorithm = get(r, CODE_BYTES, CODE_CHARS);
    s.start = get(r, CODE_BYTES, NULL);
    s.bits = packed_get_count(r, BITS_MOST);
    s.testing = packed_get_count(r, 1);
    return s;
}

static void
get_dkim(struct packed_reader *r, struct auth_outcome *o)
{
    int n = packed_get_count(r, DKIM_FIELDS);
    struct auth_dkim *out = arena_calloc(r->a, (size_t)n, sizeof *out);

    for (int i = 0; i < n && !r->bad; i++) {
        out[i] = get_signature(r);
        r->bad |= out[i].status == DKIM_NONE;
    }
    o->ndkim = n;
    o->dkim = out;
}

static void
get_arc(struct packed_reader *r, struct arc_verdict *v)
{
    struct arc_word *words;

    v->status = (enum arc_status)packed_get_count(r, ARC_TEMPERROR);
    v->sets = packed_get_count(r, AUTH_INSTANCE_MAX);
    v->at = packed_get_count(r, v->sets);
    v->code = get_code(r);
    v->domain = get_domain(r);
    v->nwords = packed_get_count(r, v->sets);
    r->bad |= v->nwords != (v->status == ARC_PASS ? v->sets : 0);
    words = arena_calloc(r->a, (size_t)v->nwords, sizeof *words);
    for (int i = 0; i < v->nwords && !r->bad; i++) {
        words[i].sealer = get_domain(r);
        words[i].author = packed_get_count(r, 1);
    }
    v->words = words;
}

static void
get_dmarc(struct packed_reader *r, struct dmarc_result *d)
{
    d->status = (enum dmarc_status)packed_get_count(r, DMARC_PERMERROR);
    d->policy = (enum dmarc_policy)packed_get_count(r, DMARC_P_REJECT);
    d->domain = get_domain(r);
    d->from_domain = get_domain(r);
    d->code = get_code(r);
    d->record.rua = "";
    d->record.testing = packed_get_count(r, 1);
    d->secure = packed_get_count(r, 1);
    d->spf_aligned = packed_get_count(r, 1);
    d->dkim_aligned = packed_get_count(r, 1);
    r->bad |= (d->status == DMARC_PASS) != (d->spf_aligned || d->dkim_aligned);
}

int
auth_outcome_unpack(struct arena *a, const char *text, struct auth_outcome **out, struct err *e)
{
    struct packed_reader r = {.a = a, .p = text ? text : "", .bad = false};
    struct auth_outcome *o = arena_alloc(a, sizeof *o);

    r.end = r.p + strlen(r.p);
    o->spf.status = (enum spf_status)packed_get_count(&r, SPF_PERMERROR);
    o->spf.helo = packed_get_count(&r, 1);
    o->spf.domain = get_domain(&r);
    o->spf.mechanism = get(&r, AUTH_TEXT_BYTES * 3, NULL);
    o->spf.explanation = get(&r, AUTH_TEXT_BYTES * 3, NULL);
    get_dkim(&r, o);
    get_arc(&r, &o->arc);
    get_dmarc(&r, &o->dmarc);
    if (r.bad || r.p != r.end)
        return err_set(e, ERR_ENV, "scan-answer", "the scan worker's answer is not understood");
    *out = o;
    return 0;
}
