#include "device.h"

#include <stddef.h>
#include <string.h>

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

void
device_words(const char *agent, const char **browser, const char **system)
{
    *browser = find(browsers, agent);
    *system = find(systems, agent);
}
