/* What a browser is, in words, from its User-Agent: made up by the browser, so only for recognising one's own. */
#include "pg_security.h"

#include <string.h>

#include "../view.h"

struct mark {
    const char *in, *word;
};

/* The first that is there: others call themselves Safari, Chrome or Mozilla, too. */
static const struct mark browsers[] = {
    {"Edg", "Edge"},        {"OPR/", "Opera"},    {"SamsungBrowser", "Samsung Internet"},
    {"Firefox", "Firefox"}, {"FxiOS", "Firefox"}, {"CriOS", "Chrome"},
    {"Chrome", "Chrome"},   {"Safari", "Safari"}, {NULL, NULL},
};
static const struct mark systems[] = {
    {"iPhone", "iPhone"},   {"iPad", "iPad"},      {"Android", "Android"}, {"CrOS", "ChromeOS"},
    {"Windows", "Windows"}, {"Mac OS X", "macOS"}, {"Linux", "Linux"},     {NULL, NULL},
};

static const char *
find(const struct mark *list, const char *agent)
{
    for (; list->in; list++)
        if (strstr(agent, list->in))
            return list->word;
    return NULL;
}

const char *
pg_device(struct web_req *r, const char *agent)
{
    const char *browser = find(browsers, agent), *system = find(systems, agent);
    if (browser && system)
        return TF(T("{browser} on {system}"), "browser", browser, "system", system);
    if (browser || system)
        return browser ? browser : system;
    return T("Unknown device");
}
