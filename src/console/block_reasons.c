#include "block_reasons.h"

#include <string.h>

#include "ui.h"
#include "view.h"

static const struct {
    const char *code, *word, *text;
} table[] = {
#define BLOCK(code, word, text) {code, word, text},
#include "block_reasons.def"
#undef BLOCK
};
#define NREASONS (sizeof table / sizeof *table)

const char block_reason_codes[] = ""
#define BLOCK(code, word, text) "|" code
#include "block_reasons.def"
#undef BLOCK
    ;

/* Names of countries come from their code. */
static const char *
slot_of(struct web_req *r, const char *code, const char *slot)
{
    return !strcmp(code, "country-blocked") ? view_country(r, slot) : view_safe(r, slot);
}

const char *
block_reason(struct web_req *r, const char *code, const char *slot)
{
    for (size_t i = 0; i < NREASONS; i++) {
        if (strcmp(code, table[i].code))
            continue;
        if (strstr(table[i].text, "{what}") && !*slot)
            return T(table[i].word);
        return TF(T(table[i].text), "what", slot_of(r, code, slot));
    }
    return view_safe(r, code);
}

const struct ui_option *
block_reason_options(struct web_req *r)
{
    struct ui_option *o = arena_calloc(r->a, NREASONS + 2, sizeof *o);

    o[0] = (struct ui_option){"", T("All reasons"), NULL};
    for (size_t i = 0; i < NREASONS; i++)
        o[i + 1] = (struct ui_option){table[i].code, T(table[i].word), NULL};
    return o;
}
