#include "reasons.h"

#include <string.h>

#include "../common/arena.h"
#include "../common/jsonx.h"
#include "ui.h"
#include "view.h"

static const struct reason table[] = {
#define REASON(code, icon, tone, text) {code, icon, tone, text, NULL, NULL},
#include "reasons.def"
#undef REASON
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

static const char *
sentence_of_kind(struct web_req *r, const char *kind)
{
    for (size_t i = 0; i < sizeof by_kind / sizeof *by_kind; i++)
        if (kind && !strcmp(kind, by_kind[i].kind))
            return T(by_kind[i].text);
    return T("Held for a closer look");
}

/* The one slot, whatever the engine called it. */
static const char *
slot_text(struct web_req *r, const json_t *reason)
{
    const char *key;
    json_t *value, *slots = json_object_get(reason, "slots");
    json_object_foreach(slots, key, value)
    {
        if (json_is_string(value) && *json_string_value(value))
            return view_safe(r, json_string_value(value));
        if (json_is_integer(value))
            return view_int(r, json_integer_value(value));
    }
    return NULL;
}

/* "what → other", at the last arrow: names may have one, addresses and hosts have none. */
static bool
split(struct web_req *r, const char **what, const char **other)
{
    static const char arrow[] = " \u2192 ";
    const char *at = NULL;

    for (const char *p = *what; p && (p = strstr(p, arrow)); p++)
        at = p;
    if (!at || at == *what)
        return false;
    *other = at + sizeof arrow - 1;
    *what = arena_strndup(r->a, *what, (size_t)(at - *what));
    return true;
}

static struct reason
one_reason(struct web_req *r, const json_t *j)
{
    const char *code = jsonx_str(j, "code"), *kind = jsonx_str(j, "kind");
    const char *severity = jsonx_str(j, "severity"), *slot = slot_text(r, j);
    const char *other = "";
    struct reason out = {code ? code : "", "circle-alert", "warn", NULL, NULL, NULL};
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        if (strcmp(out.code, table[i].code))
            continue;
        out = table[i];
        if (strstr(out.text, "{other}") && !split(r, &slot, &other))
            break;
        if (strstr(out.text, "{what}") && !slot)
            break;
        if (!strncmp(out.code, "lookalike-", 10) && *other)
            out.what = slot, out.other = other;
        out.text = TF(T(out.text), "what", slot ? slot : "", "other", other);
        return out;
    }
    if (severity && (!strcmp(severity, "danger") || !strcmp(severity, "high")))
        out.tone = "danger";
    out.text = sentence_of_kind(r, kind ? kind : out.code);
    return out;
}

const char *
reasons_plain(struct web_req *r, const char *code)
{
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (!strcmp(code, table[i].code))
            return strchr(table[i].text, '{') ? NULL : T(table[i].text);
    return NULL;
}

int
reasons_read(struct web_req *r, const char *reasons, const struct reason **out)
{
    json_t *list, *j;
    size_t i;
    *out = NULL;
    if (!reasons || jsonx_load(r->a, reasons, strlen(reasons), 1024 * 1024, &list, NULL) < 0 ||
        !json_is_array(list))
        return 0;
    struct reason *all = arena_calloc(r->a, json_array_size(list) + 1, sizeof *all);
    json_array_foreach(list, i, j) all[i] = one_reason(r, j);
    *out = all;
    return (int)json_array_size(list);
}

const char *
reasons_first(struct web_req *r, const char *reasons, const char *kind)
{
    const struct reason *all;
    if (reasons_read(r, reasons, &all) > 0) {
        for (size_t i = 0; i < sizeof table / sizeof *table; i++)
            if (!strcmp(all[0].code, table[i].code))
                return all[0].text;
    }
    return sentence_of_kind(r, kind);
}
