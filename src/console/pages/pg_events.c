/* Words for the ids that the audit log stores. */
#include <string.h>

#include "../view.h"
#include "pg_audit.h"

static const struct {
    const char *id, *icon, *tone, *text;
} events[] = {
#define EVENT(id, icon, tone, text) {id, icon, tone, text},
#include "../events.def"
#undef EVENT
};
#define NEVENTS (sizeof events / sizeof *events)

/* Some objects are stored as "" or "*", which says nothing. */
static const char *
object_words(struct web_req *r, const char *event, const char *object)
{
    static const struct {
        const char *begin, *object, *words;
    } all[] = {
        {"auth_rule.", "", N_("all domains")},
        {"sender.", "", N_("the whole organisation")},
        {"connection.rdns_changed", "", N_("empty sender")},
        {"connection.rdns_changed", "*", N_("all other domains")},
        {"tls.", "*", N_("all other peers")},
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (!strcmp(object, all[i].object) && !strncmp(event, all[i].begin, strlen(all[i].begin)))
            return T(all[i].words);
    return view_safe(r, object);
}

void
pg_event_words(struct web_req *r, const char *event, const char *object, const char **icon,
               const char **tone, const char **text)
{
    for (size_t i = 0; i < NEVENTS; i++) {
        if (strcmp(events[i].id, event))
            continue;
        *icon = events[i].icon;
        *tone = events[i].tone;
        *text = TF(T(events[i].text), "object", object_words(r, event, object));
        return;
    }
    *icon = "info";
    *tone = "";
    *text = arena_printf(r->a, "%s %s", event, view_safe(r, object));
}

const struct ui_option *
pg_event_options(struct web_req *r)
{
    struct ui_option *o = arena_calloc(r->a, NEVENTS + 2, sizeof *o);

    o[0] = (struct ui_option){"", T("All events"), NULL};
    for (size_t i = 0; i < NEVENTS; i++)
        o[i + 1] = (struct ui_option){events[i].id, TF(T(events[i].text), "object", "…"), NULL};
    return o;
}

const char *
pg_surface_word(struct web_req *r, const char *surface)
{
    static const struct {
        const char *id, *word;
    } words[] = {{"admin", N_("Admin console")},
                 {"portal", N_("Portal")},
                 {"cli", N_("Command line")},
                 {"engine", N_("Mail engine")}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (!strcmp(words[i].id, surface))
            return T(words[i].word);
    return surface;
}
