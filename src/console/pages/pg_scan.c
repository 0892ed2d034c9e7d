/* What the engine stored about a message, made ready for the admin's pages. */
#include <stdlib.h>
#include <string.h>

#include "../../common/jsonx.h"
#include "../reasons.h"
#include "../view.h"
#include "pg_held.h"
#include "pg_tracking.h"

#define SCAN_BYTES (8 * 1024 * 1024)
#define SHOWN 200 /* parts, findings, anomalies on one page */

static const struct pg_state states[] = {
#define STATE(id, icon, tone, word) {#id, icon, tone, word},
#include "../states.def"
#undef STATE
};

const struct pg_state *
pg_state(const char *id)
{
    static const struct pg_state unknown = {"", "circle-help", "", N_("Unknown")};
    for (size_t i = 0; i < sizeof states / sizeof *states; i++)
        if (!strcmp(states[i].id, id))
            return &states[i];
    return &unknown;
}

static const char *
text_of(struct web_req *r, const json_t *j, const char *key)
{
    const char *s = jsonx_str(j, key);
    return s ? view_safe(r, s) : "";
}

static void
read_parts(struct web_req *r, const json_t *list, struct pg_scan *out)
{
    struct pg_part *p = arena_calloc(r->a, SHOWN, sizeof *p);
    const json_t *j;
    size_t i;

    json_array_foreach(list, i, j)
    {
        if (out->nparts == SHOWN)
            break;
        p[out->nparts++] = (struct pg_part){
            .id = text_of(r, j, "id"),
            .type = text_of(r, j, "type"),
            .true_type = text_of(r, j, "true_type"),
            .name = text_of(r, j, "name"),
            .sha256 = text_of(r, j, "sha256"),
            .bytes = jsonx_int(j, "bytes", 0),
            .encrypted = jsonx_bool(j, "encrypted", false),
            .opened = jsonx_bool(j, "opened_with_password", false),
        };
    }
    out->parts = p;
}

static const struct {
    const char *code, *words;
} findings[] = {
#define FINDING(code, words) {code, words},
#include "../findings.def"
#undef FINDING
};

static const char *
words_of(struct web_req *r, const char *code)
{
    for (size_t i = 0; i < sizeof findings / sizeof *findings; i++)
        if (!strcmp(findings[i].code, code))
            return T(findings[i].words);
    return reasons_plain(r, code);
}

/* What weighs most first; a finding that decides by itself before all others. */
static int
by_weight(const void *x, const void *y)
{
    const struct pg_finding *a = x, *b = y;
    int kind = (*b->kind != '\0') - (*a->kind != '\0');

    if (kind)
        return kind;
    return a->score < b->score ? 1 : a->score > b->score ? -1 : strcmp(a->code, b->code);
}

static void
read_findings(struct web_req *r, const json_t *list, struct pg_scan *out)
{
    struct pg_finding *f = arena_calloc(r->a, SHOWN, sizeof *f);
    const json_t *j;
    size_t i;

    json_array_foreach(list, i, j)
    {
        if (out->nfindings == SHOWN)
            break;
        f[out->nfindings++] = (struct pg_finding){
            .scanner = text_of(r, j, "scanner"),
            .code = text_of(r, j, "code"),
            .kind = text_of(r, j, "kind"),
            .evidence = text_of(r, j, "evidence"),
            .part = text_of(r, j, "part"),
            .score = jsonx_real(j, "score", 0),
        };
        f[out->nfindings - 1].words = words_of(r, f[out->nfindings - 1].code);
    }
    if (out->nfindings > 1)
        qsort(f, (size_t)out->nfindings, sizeof *f, by_weight);
    out->findings = f;
}

/* ------------------------------------------------------------------ authentication */

static const struct {
    const char *id, *icon, *tone, *word;
} auth_results[] = {
#define AUTH_RESULT(id, icon, tone, word) {#id, icon, tone, word},
#include "../auth_results.def"
#undef AUTH_RESULT
};

static const struct {
    const char *code, *words;
} auth_codes[] = {
#define AUTH_CODE(code, words) {code, words},
#include "../auth_codes.def"
#undef AUTH_CODE
};

static void
explain(struct web_req *r, const json_t *j, struct pg_auth *one)
{
    one->code = text_of(r, j, "reason");
    for (size_t i = 0; i < sizeof auth_codes / sizeof *auth_codes; i++) {
        if (strcmp(auth_codes[i].code, one->code) != 0)
            continue;
        one->why = auth_codes[i].words;
        one->code = "";
        return;
    }
}

static void
add_auth(struct web_req *r, struct pg_scan *out, struct pg_auth *list, const char *method,
         const json_t *j)
{
    const char *result = jsonx_str(j, "result");
    struct pg_auth *one = &list[out->nauth];

    for (size_t i = 0; result && i < sizeof auth_results / sizeof *auth_results; i++) {
        if (strcmp(auth_results[i].id, result) != 0)
            continue;
        *one = (struct pg_auth){.method = method,
                                .icon = auth_results[i].icon,
                                .tone = auth_results[i].tone,
                                .word = auth_results[i].word,
                                .domain = text_of(r, j, "domain")};
        explain(r, j, one);
        out->nauth++;
    }
}

/* What the domain asks for is of interest when the mail is not its own. */
static const char *
asks(const json_t *dmarc)
{
    const char *result = jsonx_str(dmarc, "result"), *policy = jsonx_str(dmarc, "policy");

    if (!result || !policy || strcmp(result, "fail") != 0)
        return NULL;
    return !strcmp(policy, "reject")       ? N_("The domain asks to refuse such mail")
           : !strcmp(policy, "quarantine") ? N_("The domain asks to hold such mail")
                                           : N_("The domain asks for nothing to be done");
}

static void
read_auth(struct web_req *r, const json_t *auth, struct pg_scan *out)
{
    struct pg_auth *list = arena_calloc(r->a, SHOWN + 3, sizeof *list);
    const json_t *dmarc = json_object_get(auth, "dmarc"), *arc = json_object_get(auth, "arc"), *j;
    size_t i;

    out->auth = list;
    add_auth(r, out, list, "DMARC", dmarc);
    if (out->nauth) {
        list->asks = asks(dmarc);
        if (!*list->domain)
            list->domain = text_of(r, dmarc, "from");
    }
    add_auth(r, out, list, "SPF", json_object_get(auth, "spf"));
    json_array_foreach(json_object_get(auth, "dkim"), i, j)
    {
        if (out->nauth < SHOWN)
            add_auth(r, out, list, "DKIM", j);
    }
    if (jsonx_int(arc, "sets", 0) > 0)
        add_auth(r, out, list, "ARC", arc);
}

void
pg_scan_read(struct web_req *r, const char *scan, struct pg_scan *out)
{
    json_t *j;
    const json_t *a;
    size_t i;

    memset(out, 0, sizeof *out);
    if (jsonx_load(r->a, scan, strlen(scan), SCAN_BYTES, &j, NULL) < 0)
        return;
    read_parts(r, json_object_get(j, "parts"), out);
    read_findings(r, json_object_get(j, "findings"), out);
    read_auth(r, json_object_get(j, "auth"), out);
    const char **names = arena_calloc(r->a, SHOWN, sizeof *names);
    json_array_foreach(json_object_get(j, "anomalies"), i,
                       a) if (json_is_string(a) && out->nanomalies < SHOWN)
        names[out->nanomalies++] = view_safe(r, json_string_value(a));
    out->anomalies = names;
}
