/* Policy rules in words. */
#include <string.h>

#include "ui.h"
#include "view.h"

static const struct {
    const char *id, *words;
} rules[] = {
#define RULE(id, words) {id, words},
#include "rules.def"
#undef RULE
};

const char *
ui_rule(struct web_req *r, const char *id)
{
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
        if (!strcmp(rules[i].id, id))
            return T(rules[i].words);
    return view_safe(r, id);
}
