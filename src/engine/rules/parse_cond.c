/* Conditions: `if (version >= 4.000000) && plugin(...)`. */
#include "ruleset.h"
#include "../../common/arena.h"

#include <string.h>

#define VERSION 4.000001 /* of the language: SpamAssassin's at the time this was written */
#define PERL_VERSION 5.036
#define PREFIX "Mail::SpamAssassin::"
#define PLUGIN_PREFIX PREFIX "Plugin::"

static const char *const known[] = {
#define PLUGIN(name, loaded, cause) #name,
#include "plugins.def"
#undef PLUGIN
};

static const char *const features[] = {
#define FEATURE(name) name,
#include "features.def"
#undef FEATURE
};

bool
parse_plugin(struct ruleset *s, const char *name)
{
    static char loaded[] = "loaded";
    bool ours = false;
    if (strncmp(name, PLUGIN_PREFIX, strlen(PLUGIN_PREFIX)) == 0)
        for (size_t i = 0; i < sizeof known / sizeof *known && !ours; i++)
            ours = strcmp(known[i], name + strlen(PLUGIN_PREFIX)) == 0;
    if (ours)
        names_put(&s->plugins, name, strlen(name), loaded);
    return ours;
}

/* Names that were changed in version 4. */
static const char *
today(const char *name)
{
    if (strcmp(name, PLUGIN_PREFIX "Dmarc") == 0)
        return PLUGIN_PREFIX "DMARC";
    if (strcmp(name, PLUGIN_PREFIX "WhiteListSubject") == 0)
        return PLUGIN_PREFIX "WelcomeListSubject";
    return name;
}

static bool
has_feature(const char *name)
{
    if (strncmp(name, PREFIX, strlen(PREFIX)) != 0)
        return false;
    for (size_t i = 0; i < sizeof features / sizeof *features; i++)
        if (strcmp(features[i], name + strlen(PREFIX)) == 0)
            return true;
    return false;
}

static bool
is(const char *name, size_t len, const char *word)
{
    return strlen(word) == len && memcmp(name, word, len) == 0;
}

static const char *
find(void *ctx, const char *name, size_t len, const char *arg, struct expr_name *out)
{
    struct ruleset *s = ctx;
    out->constant = true;
    if (is(name, len, "version"))
        out->value = VERSION;
    else if (is(name, len, "perl_version"))
        out->value = PERL_VERSION;
    else if (is(name, len, "local_tests_only"))
        out->value = 1;
    else if (is(name, len, "plugin") && arg)
        out->value = names_get(&s->plugins, today(arg), strlen(today(arg))) != NULL;
    else if ((is(name, len, "can") || is(name, len, "has")) && arg)
        out->value = has_feature(arg);
    else
        return arena_printf(s->a, "\"%.*s\" is not known in conditions", (int)len, name);
    return NULL;
}

static double
nothing(void *ctx, int slot)
{
    (void)ctx, (void)slot;
    return 0;
}

const char *
parse_condition(struct ruleset *s, const char *text, bool *out)
{
    struct expr_names names = {find, s};
    struct expr x;
    const char *why = expr_parse(s->a, text, &names, &x);
    *out = !why && expr_value(&x, nothing, NULL) != 0;
    return why;
}
