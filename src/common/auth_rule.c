#include "auth_rule.h"

#include <string.h>

#include "arena.h"
#include "err.h"
#include "jsonx.h"

#define N_(s) s

const struct auth_case_info auth_cases[AUTH_CASES] = {
#define AUTH_CASE(m, id, act, enhanced, words) \
    {AUTH_M_##m, #m "-" #id, AUTH_##act, enhanced, words},
#include "auth_cases.def"
};
const char *const auth_method_ids[AUTH_METHODS] = {
#define AUTH_METHOD(id) #id,
#include "auth_cases.def"
};
const char *const auth_action_ids[4] = {"accept", "quarantine", "reject", "delete"};
const char *const auth_arc_ids[3] = {"off", "listed", "any"};

void
auth_rule_default(struct auth_rule *out)
{
    memset(out, 0, sizeof *out);
    for (int m = 0; m < AUTH_METHODS; m++) {
        out->method[m].tag = "";
        out->method[m].spare_signed = true;
    }
    out->method[AUTH_M_dmarc].on = true;
    for (int c = 0; c < AUTH_CASES; c++)
        out->action[c] = auth_cases[c].action;
    out->arc = AUTH_ARC_LISTED;
}

/* ------------------------------------------------------------------ reading */

struct reader {
    struct arena *a;
    bool bad;
};

/* Which of n names; now when it is absent. */
static int
named(struct reader *r, const json_t *o, const char *key, const char *const *names, int n, int now)
{
    const json_t *v = json_object_get(o, key);
    const char *s = json_string_value(v);

    if (!v)
        return now;
    for (int i = 0; s && i < n; i++)
        if (strcmp(s, names[i]) == 0)
            return i;
    r->bad = true;
    return now;
}

static struct auth_peers
read_peers(struct reader *r, const json_t *o, const char *key, bool domains_only)
{
    const char *text = jsonx_str(o, key);
    struct auth_peers p = {0};
    struct err e;
    int line;

    if (text && auth_peers_read(r->a, text, domains_only, &p, &line, &e) < 0)
        r->bad = true;
    return p;
}

static void
read_method(struct reader *r, const json_t *j, struct auth_method_rule *m)
{
    const char *tag = jsonx_str(j, "tag");

    m->on = jsonx_bool(j, "on", m->on);
    m->skip_null = jsonx_bool(j, "skip_null", m->skip_null);
    m->notify = jsonx_bool(j, "notify", m->notify);
    m->header = jsonx_bool(j, "header", m->header);
    m->spare_signed = jsonx_bool(j, "spare_signed", m->spare_signed);
    if (tag && strlen(tag) <= AUTH_TAG_MAX)
        m->tag = arena_strdup(r->a, tag);
    m->ignored = read_peers(r, j, "ignored", false);
    m->enforced = read_peers(r, j, "enforced", false);
}

int
auth_rule_from_json(struct arena *a, const json_t *j, struct auth_rule *out, struct err *e)
{
    const json_t *actions = json_object_get(j, "actions");
    struct reader r = {.a = a};
    const char *pairs = jsonx_str(j, "pairs"), *notices = jsonx_str(j, "notices");
    int line;

    auth_rule_default(out);
    for (int m = 0; m < AUTH_METHODS; m++)
        read_method(&r, json_object_get(j, auth_method_ids[m]), &out->method[m]);
    for (int c = 0; c < AUTH_CASES; c++)
        out->action[c] = (enum auth_action)named(&r, actions, auth_cases[c].key, auth_action_ids, 4,
                                                 (int)out->action[c]);
    out->arc = (enum auth_arc)named(&r, j, "arc", auth_arc_ids, 3, (int)out->arc);
    out->sealers = read_peers(&r, j, "sealers", true);
    if (pairs && auth_pairs_read(a, pairs, &out->pairs, &out->npairs, &line, e) < 0)
        r.bad = true;
    if (notices && auth_notices_read(a, notices, &out->notices, &out->nnotices, &line, e) < 0)
        r.bad = true;
    if (r.bad || !json_is_object(j))
        return err_set(e, ERR_INPUT, "auth-rule", "a rule of authentication cannot be read");
    return 0;
}

/* ------------------------------------------------------------------ writing */

static json_t *
method_json(struct arena *a, const struct auth_method_rule *m)
{
    return json_pack("{sb sb sb sb sb ss ss ss}", "on", m->on, "notify", m->notify, "skip_null",
                     m->skip_null, "header", m->header, "spare_signed", m->spare_signed, "tag",
                     m->tag, "ignored", auth_peers_text(a, &m->ignored), "enforced",
                     auth_peers_text(a, &m->enforced));
}

json_t *
auth_rule_to_json(struct arena *a, const struct auth_rule *r)
{
    json_t *j = jsonx_own(a, json_object()), *actions = json_object();

    for (int m = 0; m < AUTH_METHODS; m++)
        json_object_set_new(j, auth_method_ids[m], method_json(a, &r->method[m]));
    for (int c = 0; c < AUTH_CASES; c++)
        json_object_set_new(actions, auth_cases[c].key, json_string(auth_action_ids[r->action[c]]));
    json_object_set_new(j, "actions", actions);
    json_object_set_new(j, "pairs", json_string(auth_pairs_text(a, r->pairs, r->npairs)));
    json_object_set_new(j, "arc", json_string(auth_arc_ids[r->arc]));
    json_object_set_new(j, "sealers", json_string(auth_peers_text(a, &r->sealers)));
    json_object_set_new(j, "notices", json_string(auth_notices_text(a, r->notices, r->nnotices)));
    return j;
}
