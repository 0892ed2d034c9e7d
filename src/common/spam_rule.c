#include "spam_rule.h"

#include <string.h>

#include "arena.h"
#include "err.h"
#include "jsonx.h"

#define N_(s) s

const char *const spam_action_ids[SPAM_ACTIONS] = {"hold", "tag", "deliver"};
const struct spam_level_info spam_levels[SPAM_LEVELS] = {
#define SPAM_LEVEL(id, threshold, label) {#id, threshold, label},
#include "spam_rule.def"
};
const struct spam_kind_info spam_kinds[SPAM_KINDS] = {
#define SPAM_KIND(id, action, label, about) {#id, label, about, SPAM_##action},
#include "spam_rule.def"
};
const struct spam_gray_info spam_grays[SPAM_GRAYS] = {
#define SPAM_GRAY(id, on, label) {#id, label, on},
#include "spam_rule.def"
};
const struct spam_close_info spam_closes[SPAM_CLOSES] = {
#define SPAM_CLOSE(id, label) {#id, label},
#include "spam_rule.def"
};

void
spam_rule_default(struct spam_rule *out)
{
    *out = (struct spam_rule){.level = SPAM_L_moderately_low,
                              .tag = "[SPAM]",
                              .people = true,
                              .domains = true,
                              .close = SPAM_C_normal};
    for (int k = 0; k < SPAM_KINDS; k++)
        out->action[k] = spam_kinds[k].action;
    for (int g = 0; g < SPAM_GRAYS; g++)
        out->gray[g] = spam_grays[g].on;
}

/* Which of n names; now when it is absent, -1 when it is none of them. */
#define NAMED(j, key, table, n, now, out)                         \
    do {                                                          \
        const json_t *v_ = json_object_get(j, key);               \
        const char *s_ = json_string_value(v_);                   \
        int i_ = 0;                                               \
        while (s_ && i_ < (n) && strcmp(s_, (table)[i_].id) != 0) \
            i_++;                                                 \
        (out) = !v_ ? (int)(now) : !s_ || i_ == (n) ? -1 : i_;    \
    } while (0)

static int
read_actions(const json_t *j, struct spam_rule *out)
{
    for (int k = 0; k < SPAM_KINDS; k++) {
        const json_t *v = json_object_get(j, spam_kinds[k].id);
        const char *s = json_string_value(v);
        int i = 0;
        while (s && i < SPAM_ACTIONS && strcmp(s, spam_action_ids[i]) != 0)
            i++;
        if (!v)
            continue;
        if (!s || i == SPAM_ACTIONS)
            return -1;
        out->action[k] = (enum spam_action)i;
    }
    return 0;
}

int
spam_rule_from_json(struct arena *a, const json_t *j, struct spam_rule *out, struct err *e)
{
    const char *tag = jsonx_str(j, "tag");
    const json_t *gray = json_object_get(j, "graymail");
    int level, close;

    spam_rule_default(out);
    NAMED(j, "level", spam_levels, SPAM_LEVELS, out->level, level);
    NAMED(j, "closeness", spam_closes, SPAM_CLOSES, out->close, close);
    if (!json_is_object(j) || level < 0 || close < 0 || (tag && strlen(tag) > SPAM_TAG_MAX) ||
        read_actions(json_object_get(j, "actions"), out) < 0)
        return err_set(e, ERR_INPUT, "spam-rule", "the settings about spam cannot be read");
    out->level = (enum spam_level)level;
    out->close = (enum spam_close)close;
    if (tag)
        out->tag = arena_strdup(a, tag);
    for (int g = 0; g < SPAM_GRAYS; g++)
        out->gray[g] = jsonx_bool(gray, spam_grays[g].id, out->gray[g]);
    out->people = jsonx_bool(j, "people", out->people);
    out->domains = jsonx_bool(j, "domains", out->domains);
    return 0;
}

json_t *
spam_rule_to_json(struct arena *a, const struct spam_rule *r)
{
    json_t *actions = json_object(), *gray = json_object();

    for (int k = 0; k < SPAM_KINDS; k++)
        json_object_set_new(actions, spam_kinds[k].id, json_string(spam_action_ids[r->action[k]]));
    for (int g = 0; g < SPAM_GRAYS; g++)
        json_object_set_new(gray, spam_grays[g].id, json_boolean(r->gray[g]));
    return jsonx_own(a, json_pack("{ss so ss so sb sb ss}", "level", spam_levels[r->level].id,
                                  "actions", actions, "tag", r->tag, "graymail", gray, "people",
                                  r->people, "domains", r->domains, "closeness",
                                  spam_closes[r->close].id));
}
