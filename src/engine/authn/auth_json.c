#include <string.h>

#include "../../common/arena.h"
#include "../../common/err.h"
#include "../../common/jsonx.h"
#include "arc_word.h"
#include "auth_check.h"

#define DOMAIN_CHARS "abcdefghijklmnopqrstuvwxyz0123456789-_."
#define CODE_CHARS "abcdefghijklmnopqrstuvwxyz0123456789-"
#define CODE_BYTES 40
#define TEXT_BYTES 2048 /* the longest is SPF's explanation */

/* ---------------------------------------------------------------- writing */

static json_t *
text(struct arena *a, const char *s)
{
    size_t n = 0;

    while (s && n < TEXT_BYTES && s[n])
        n++;
    return json_string(jsonx_utf8(a, s ? s : "", n));
}

static json_t *
dkim_json(struct arena *a, const struct auth_outcome *o)
{
    json_t *list = json_array();

    for (int i = 0; i < o->ndkim; i++) {
        const struct auth_dkim *r = &o->dkim[i];
        json_array_append_new(
            list, json_pack("{ss so so so so so so si sb}", "result", dkim_status_name(r->status),
                            "domain", text(a, r->domain), "selector", text(a, r->selector),
                            "reason", text(a, r->code), "identity", text(a, r->identity),
                            "algorithm", text(a, r->algorithm), "start", text(a, r->start), "bits",
                            r->bits, "testing", r->testing));
    }
    if (o->ndkim == 0)
        json_array_append_new(list, json_pack("{ss ss ss ss}", "result", "none", "domain", "",
                                              "selector", "", "reason", ""));
    return list;
}

static json_t *
dmarc_json(struct arena *a, const struct dmarc_result *d)
{
    json_t *aligned = json_array();

    if (d->spf_aligned)
        json_array_append_new(aligned, json_string("spf"));
    if (d->dkim_aligned)
        json_array_append_new(aligned, json_string("dkim"));
    return json_pack("{ss so ss so so so sb sb}", "result", dmarc_status_name(d->status), "domain",
                     text(a, d->domain), "policy", dmarc_policy_name(d->policy), "aligned", aligned,
                     "from", text(a, d->from_domain), "reason", text(a, d->code), "testing",
                     d->record.testing, "secure", d->secure);
}

static json_t *
arc_json(struct arena *a, const struct arc_verdict *v)
{
    json_t *words = json_array();

    for (int i = 0; i < v->nwords; i++)
        json_array_append_new(words, json_pack("{so sb}", "domain", text(a, v->words[i].sealer),
                                               "author", v->words[i].author));
    return json_pack("{ss si so si so so}", "result", arc_status_name(v->status), "sets", v->sets,
                     "reason", text(a, v->code), "at", v->at, "domain", text(a, v->domain),
                     "sealers", words);
}

json_t *
auth_outcome_json(struct arena *a, const struct auth_outcome *o)
{
    json_t *j =
        json_pack("{s{ss so so so sb} so so so}", "spf", "result", spf_status_name(o->spf.status),
                  "domain", text(a, o->spf.domain), "explanation", text(a, o->spf.explanation),
                  "mechanism", text(a, o->spf.mechanism), "helo", o->spf.helo, "dkim",
                  dkim_json(a, o), "arc", arc_json(a, &o->arc), "dmarc", dmarc_json(a, &o->dmarc));
    if (!j)
        bug("the result of mail authentication cannot be written as JSON");
    return j;
}

/* ---------------------------------------------------------------- reading */

struct reader {
    struct arena *a;
    bool bad;
};

/* A member that has only these characters (NULL: any printable ASCII, and UTF-8). */
static const char *
get(struct reader *r, const json_t *o, const char *key, size_t most, const char *chars)
{
    const char *s = jsonx_str(o, key);

    if (s && strlen(s) <= most && (!chars || strspn(s, chars) == strlen(s))) {
        for (const char *p = s; *p; p++)
            r->bad |= (unsigned char)*p < ' ' || *p == 127;
        return arena_strdup(r->a, s);
    }
    r->bad = true;
    return "";
}

static const char *
get_domain(struct reader *r, const json_t *o, const char *key)
{
    return get(r, o, key, 255, DOMAIN_CHARS);
}

/* "" is none. */
static const char *
get_code(struct reader *r, const json_t *o)
{
    const char *s = get(r, o, "reason", CODE_BYTES, CODE_CHARS);

    return *s ? s : NULL;
}

/* Which of the names it is. */
static int
get_named(struct reader *r, const json_t *o, const char *key, const char *(*name_of)(int), int last)
{
    const char *s = jsonx_str(o, key);

    for (int i = 0; s && i <= last; i++)
        if (strcmp(s, name_of(i)) == 0)
            return i;
    r->bad = true;
    return 0;
}

static const char *
spf_name(int i)
{
    return spf_status_name((enum spf_status)i);
}

static const char *
dkim_name(int i)
{
    return dkim_status_name((enum dkim_status)i);
}

static const char *
arc_name(int i)
{
    return arc_status_name((enum arc_status)i);
}

static const char *
dmarc_name(int i)
{
    return dmarc_status_name((enum dmarc_status)i);
}

static const char *
policy_name(int i)
{
    return dmarc_policy_name((enum dmarc_policy)i);
}

static void
read_spf(struct reader *r, const json_t *j, struct auth_outcome *o)
{
    o->spf.status = (enum spf_status)get_named(r, j, "result", spf_name, SPF_PERMERROR);
    o->spf.domain = get_domain(r, j, "domain");
    o->spf.explanation = get(r, j, "explanation", TEXT_BYTES, NULL);
    o->spf.mechanism = get(r, j, "mechanism", TEXT_BYTES, NULL);
    o->spf.helo = jsonx_bool(j, "helo", false);
}

static struct auth_dkim
read_signature(struct reader *r, const json_t *j)
{
    int64_t bits = jsonx_int(j, "bits", 0);

    r->bad |= bits < 0 || bits > 1000000;
    return (struct auth_dkim){
        .status = (enum dkim_status)get_named(r, j, "result", dkim_name, DKIM_PERMERROR),
        .code = get_code(r, j),
        .domain = get_domain(r, j, "domain"),
        .selector = get_domain(r, j, "selector"),
        .identity = get(r, j, "identity", TEXT_BYTES, NULL),
        .algorithm = get(r, j, "algorithm", CODE_BYTES, CODE_CHARS),
        .start = get(r, j, "start", CODE_BYTES, NULL),
        .bits = (int)bits,
        .testing = jsonx_bool(j, "testing", false)};
}

static void
read_dkim(struct reader *r, const json_t *list, struct auth_outcome *o)
{
    const json_t *first = json_array_get(list, 0);
    size_t n = json_array_size(list);
    struct auth_dkim *out;

    if (n < 1 || n > DKIM_FIELDS) {
        r->bad = true;
        return;
    }
    if (get_named(r, first, "result", dkim_name, DKIM_PERMERROR) == DKIM_NONE)
        return;
    out = arena_calloc(r->a, n, sizeof *out);
    for (size_t i = 0; i < n; i++)
        out[i] = read_signature(r, json_array_get(list, i));
    o->ndkim = (int)n;
    o->dkim = out;
}

static void
read_words(struct reader *r, const json_t *list, struct arc_verdict *v)
{
    size_t n = json_array_size(list);
    struct arc_word *out;

    r->bad |= n != (v->status == ARC_PASS ? (size_t)v->sets : 0);
    if (r->bad)
        return;
    out = arena_calloc(r->a, n, sizeof *out);
    for (size_t i = 0; i < n; i++) {
        const json_t *one = json_array_get(list, i);
        out[i] = (struct arc_word){get_domain(r, one, "domain"), jsonx_bool(one, "author", false)};
    }
    v->nwords = (int)n;
    v->words = out;
}

static void
read_arc(struct reader *r, const json_t *j, struct arc_verdict *v)
{
    int64_t sets = jsonx_int(j, "sets", -1), at = jsonx_int(j, "at", -1);

    r->bad |= sets < 0 || sets > AUTH_INSTANCE_MAX || at < 0 || at > sets;
    v->status = (enum arc_status)get_named(r, j, "result", arc_name, ARC_TEMPERROR);
    v->sets = (int)sets;
    v->at = (int)at;
    v->code = get_code(r, j);
    v->domain = get_domain(r, j, "domain");
    read_words(r, json_object_get(j, "sealers"), v);
}

static void
read_dmarc(struct reader *r, const json_t *j, struct dmarc_result *d)
{
    const json_t *aligned = json_object_get(j, "aligned"), *one;
    size_t i;

    d->status = (enum dmarc_status)get_named(r, j, "result", dmarc_name, DMARC_PERMERROR);
    d->policy = (enum dmarc_policy)get_named(r, j, "policy", policy_name, DMARC_P_REJECT);
    d->domain = get_domain(r, j, "domain");
    d->from_domain = get_domain(r, j, "from");
    d->code = get_code(r, j);
    d->record.rua = "";
    d->record.testing = jsonx_bool(j, "testing", false);
    d->secure = jsonx_bool(j, "secure", false);
    json_array_foreach(aligned, i, one)
    {
        const char *s = json_string_value(one);
        d->spf_aligned |= s && strcmp(s, "spf") == 0;
        d->dkim_aligned |= s && strcmp(s, "dkim") == 0;
    }
    r->bad |= (d->status == DMARC_PASS) != (d->spf_aligned || d->dkim_aligned);
}

int
auth_outcome_from_json(struct arena *a, const json_t *j, struct auth_outcome **out, struct err *e)
{
    struct reader r = {.a = a};
    struct auth_outcome *o = arena_alloc(a, sizeof *o);

    read_spf(&r, json_object_get(j, "spf"), o);
    read_dkim(&r, json_object_get(j, "dkim"), o);
    read_arc(&r, json_object_get(j, "arc"), &o->arc);
    read_dmarc(&r, json_object_get(j, "dmarc"), &o->dmarc);
    if (r.bad)
        return err_set(e, ERR_ENV, "scan-answer", "the scan worker's answer is not understood");
    *out = o;
    return 0;
}
