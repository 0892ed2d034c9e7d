#include "dcheck.h"

#include <string.h>

#include "../../common/arena.h"
#include "../../common/jsonx.h"
#include "../authn/spf_parse.h"

#define TEXT_MAX 2000
#define LIST_MAX 20

static const struct {
    const char *id;
    dcheck_fn *run;
} checks[] = {
#define DCHECK(id) {#id, dcheck_##id},
#include "dchecks.def"
#undef DCHECK
};

void
dcheck_put(struct dcheck *c, const char *key, const char *text)
{
    json_object_set(c->detail, key,
                    jsonx_text(c->a, text, strlen(text) < TEXT_MAX ? strlen(text) : TEXT_MAX));
}

void
dcheck_add(struct dcheck *c, const char *list, const void *text, size_t n)
{
    json_t *all = json_object_get(c->detail, list);
    const char *s = spf_printable(c->a, text, n, TEXT_MAX);

    if (!all) {
        all = json_array();
        json_object_set_new(c->detail, list, all);
    }
    if (json_array_size(all) < LIST_MAX)
        json_array_append(all, jsonx_text(c->a, s, strlen(s)));
}

static const char *
state_name(enum dcheck_state s)
{
    static const char *const names[] = {"ok", "waiting", "wrong", "missing", "unknown"};

    return names[s];
}

json_t *
dcheck_all(struct dcheck *c, bool *ok)
{
    json_t *all = jsonx_own(c->a, json_array());

    *ok = true;
    dns_ask(c->dns, c->a, c->domain, DNS_TXT, &c->texts);
    for (size_t i = 0; i < sizeof checks / sizeof *checks; i++) {
        c->detail = jsonx_own(c->a, json_object());
        dcheck_say(c, DCHECK_UNKNOWN, "dns");
        checks[i].run(c);
        *ok = *ok && c->state == DCHECK_OK;
        json_array_append_new(all, json_pack("{ss ss ss sO}", "item", checks[i].id, "state",
                                             state_name(c->state), "code", c->code, "detail",
                                             c->detail));
    }
    return all;
}
