#include <string.h>

#include "../../common/arena.h"
#include "auth_tags.h"
#include "dmarc.h"

/* false: written, and not one of the three. */
static bool
read_policy(const struct auth_tags *t, const char *name, enum dmarc_policy *out)
{
    const struct auth_tag *tag = auth_tags_get(t, name);

    if (!tag)
        return true;
    for (int p = DMARC_P_NONE; p <= DMARC_P_REJECT; p++) {
        if (auth_text_is_any(tag->value, dmarc_policy_name((enum dmarc_policy)p))) {
            *out = (enum dmarc_policy)p;
            return true;
        }
    }
    return false;
}

static bool
is_strict(const struct auth_tags *t, const char *name)
{
    const struct auth_tag *tag = auth_tags_get(t, name);

    return tag && auth_text_is_any(tag->value, "s");
}

/* What cannot be read has its default (6.3). */
static void
read_rest(struct arena *a, const struct auth_tags *t, struct dmarc_record *out)
{
    const struct auth_tag *pct = auth_tags_get(t, "pct"), *test = auth_tags_get(t, "t"),
                          *rua = auth_tags_get(t, "rua");
    int64_t n = 100;

    out->strict_spf = is_strict(t, "aspf");
    out->strict_dkim = is_strict(t, "adkim");
    if (pct && (!auth_number(pct->value, 3, &n) || n > 100))
        n = 100;
    out->pct = (int)n;
    out->testing = n == 0 || (test && auth_text_is_any(test->value, "y"));
    out->rua = rua ? arena_strndup(a, rua->value.p, rua->value.n) : "";
}

const char *
dmarc_record_parse(struct arena *a, const char *text, size_t n, struct dmarc_record *out)
{
    struct auth_tags *t = arena_alloc(a, sizeof *t);
    const char *why;

    memset(out, 0, sizeof *out);
    out->rua = "";
    out->pct = 100;
    /* v=DMARC1 comes first, and says what the rest is (6.3). */
    n = n > DMARC_RECORD_BYTES ? DMARC_RECORD_BYTES : n;
    while (n > 0 && (*text == ' ' || *text == '\t')) {
        text++;
        n--;
    }
    if (n < 8 || *text != 'v' || !memchr(text, '=', n < 40 ? n : 40))
        return "dmarc-other";
    why = auth_tags_parse(text, n, t);
    if (t->n < 1 || !auth_text_is(t->tag[0].name, "v") || !auth_text_is(t->tag[0].value, "DMARC1"))
        return "dmarc-other";
    if (why)
        return "dmarc-syntax";
    read_rest(a, t, out);
    out->np_written = auth_tags_get(t, "np") != NULL;
    if (auth_tags_get(t, "p") && read_policy(t, "p", &out->p)) {
        out->sp = out->p;
        if (read_policy(t, "sp", &out->sp)) {
            out->np = out->sp;
            if (read_policy(t, "np", &out->np))
                return NULL;
        }
    }
    /* Without a policy that can be read it is one of "none", if reports are asked for (6.6.3). */
    out->p = out->sp = out->np = DMARC_P_NONE;
    return *out->rua ? NULL : "dmarc-policy";
}
