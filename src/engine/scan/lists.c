#include "lists.h"

#include <string.h>

#include "../msg/msg.h"
#include "cousin.h"
#include "people_name.h"

static void
fold_domains(struct arena *a, json_t *o, const char *list, const char *names)
{
    const json_t *from = json_object_get(o, list);
    json_t *out = json_array();

    for (size_t i = 0; i < json_array_size(from); i++) {
        const char *s = json_string_value(json_array_get(from, i));
        struct lookalike_name n;
        lookalike_name(a, s ? s : "", &n);
        json_array_append_new(out, json_pack("[s, s, s]", n.org, n.label, n.look));
    }
    json_object_set_new(o, names, out);
}

void
lists_fold(struct arena *a, json_t *o)
{
    const json_t *people = json_object_get(o, "people");

    for (size_t i = 0; i < json_array_size(people); i++)
        people_fold(a, json_array_get(people, i));
    fold_domains(a, o, "own", "own_names");
    fold_domains(a, o, "domains", "domains_names");
}

static const json_t *
topic(const struct msg *m)
{
    return m->env ? json_object_get(m->env->lists, "spam") : NULL;
}

void
lists_each(struct msg *m, void (*each)(struct msg *m, const char *org, const json_t *o))
{
    const char *org;
    json_t *o, *all = (json_t *)(uintptr_t)topic(m);

    json_object_foreach(all, org, o) each(m, org, o);
}

static bool
below(const char *host, const char *domain)
{
    size_t h = strlen(host), d = strlen(domain);

    return d && h >= d && strcmp(host + h - d, domain) == 0 && (h == d || host[h - d - 1] == '.');
}

bool
lists_has(const json_t *o, const char *which, const char *host)
{
    const json_t *list = json_object_get(o, which);

    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *s = json_string_value(json_array_get(list, i));
        if (s && below(host, s))
            return true;
    }
    return false;
}

bool
lists_is_ours(struct msg *m, const char *host)
{
    const char *org;
    json_t *o, *all = (json_t *)(uintptr_t)topic(m);

    json_object_foreach(all, org, o)
    {
        (void)org;
        if (lists_has(o, "own", host) || lists_has(o, "domains", host))
            return true;
    }
    return false;
}
