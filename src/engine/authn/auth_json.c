#include <string.h>

#include "../../common/arena.h"
#include "../../common/err.h"
#include "../../common/jsonx.h"
#include "arc_word.h"
#include "auth_check.h"

static json_t *
text(struct arena *a, const char *s)
{
    size_t n = 0;

    while (s && n < AUTH_TEXT_BYTES && s[n])
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
