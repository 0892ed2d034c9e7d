#include "reason_text.h"

#include <string.h>

#include "arena.h"
#include "i18n.h"
#include "jsonx.h"
#include "local_format.h"
#include "text_safe.h"

#define N_(s) s

static const struct reason table[] = {
#define REASON(code, icon, tone, text) {code, icon, tone, text, NULL, NULL},
#include "reasons.def"
#undef REASON
};
#define REASONS (sizeof table / sizeof *table)

static const struct {
    const char *kind, *word, *meaning;
} kinds[] = {
#define KIND(id, icon, tone, word, admin_word, verdict, user) {#id, word, verdict},
#include "kinds.def"
#undef KIND
};

/* Sentences for mail whose reason we do not know, by kind. */
static const struct {
    const char *kind, *text;
} by_kind[] = {
    {"spam", N_("It looks like spam")},
    {"graymail", N_("Sent to many people at once")},
    {"phishing", N_("It tries to get passwords or money")},
    {"impersonation", N_("The sender pretends to be somebody else")},
    {"malware", N_("It contains malware")},
    {"unverified", N_("We could not confirm where it came from")},
    {"blocked", N_("Its sender is on a list of blocked senders")},
    {"content", N_("A rule of your organisation holds such messages")},
    {"unscannable", N_("It could not be checked completely")},
};

const char *
reason_of_kind(const struct catalog *cat, const char *kind)
{
    for (size_t i = 0; i < sizeof by_kind / sizeof *by_kind; i++)
        if (kind && !strcmp(kind, by_kind[i].kind))
            return i18n_tr(cat, by_kind[i].text);
    return i18n_tr(cat, N_("Held for a closer look"));
}

static const char *
of_kinds(const struct catalog *cat, const char *kind, bool meaning)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (!strcmp(kind, kinds[i].kind))
            return i18n_tr(cat, meaning ? kinds[i].meaning : kinds[i].word);
    return i18n_tr(cat, meaning ? N_("Held for a closer look") : N_("Held"));
}

const char *
kind_word(const struct catalog *cat, const char *kind)
{
    return of_kinds(cat, kind, false);
}

const char *
reason_msgid(const char *code)
{
    for (size_t i = 0; i < REASONS; i++)
        if (!strcmp(code, table[i].code))
            return table[i].text;
    return NULL;
}

bool
reason_known(const char *code)
{
    return reason_msgid(code) != NULL;
}

/* The one slot, whatever the engine called it. */
static const char *
slot_text(struct arena *a, const struct catalog *cat, const json_t *reason)
{
    const char *key;
    json_t *value, *slots = json_object_get(reason, "slots");
    json_object_foreach(slots, key, value)
    {
        if (json_is_string(value) && *json_string_value(value))
            return text_safe(a, json_string_value(value));
        if (json_is_integer(value))
            return local_int(a, i18n_lang(cat), json_integer_value(value));
    }
    return NULL;
}

/* "what → other", at the last arrow: names may have one, addresses and hosts have none. */
static bool
split(struct arena *a, const char **what, const char **other)
{
    static const char arrow[] = " \u2192 ";
    const char *at = NULL;

    for (const char *p = *what; p && (p = strstr(p, arrow)); p++)
        at = p;
    if (!at || at == *what)
        return false;
    *other = at + sizeof arrow - 1;
    *what = arena_strndup(a, *what, (size_t)(at - *what));
    return true;
}

struct reason
reason_read(struct arena *a, const struct catalog *cat, const json_t *j)
{
    const char *code = jsonx_str(j, "code"), *kind = jsonx_str(j, "kind");
    const char *severity = jsonx_str(j, "severity"), *slot = slot_text(a, cat, j);
    const char *other = "";
    struct reason out = {code ? code : "", "circle-alert", "warn", NULL, NULL, NULL};
    for (size_t i = 0; i < REASONS; i++) {
        if (strcmp(out.code, table[i].code))
            continue;
        out = table[i];
        if (strstr(out.text, "{other}") && !split(a, &slot, &other))
            break;
        if (strstr(out.text, "{what}") && !slot)
            break;
        if (!strncmp(out.code, "lookalike-", 10) && *other)
            out.what = slot, out.other = other;
        out.text =
            i18n_fmt(a, i18n_tr(cat, out.text), "what", slot ? slot : "", "other", other, NULL);
        return out;
    }
    if (severity && (!strcmp(severity, "danger") || !strcmp(severity, "high")))
        out.tone = "danger";
    out.text = reason_of_kind(cat, kind ? kind : out.code);
    return out;
}
