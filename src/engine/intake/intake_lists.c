#include "intake_lists.h"

#include <string.h>

#include "../../common/arena.h"
#include "../../common/evlog.h"
#include "../../common/jsonx.h"
#include "../orgconf/orgconf.h"
#include "../orgconf/orgconf_learned.h"
#include "../orgconf/orgconf_spam.h"
#include "../scan_job.h"
#include "ending.h"
#include "intake_conn.h"

/* Borrowed from the settings, which never change; NULL: nothing is set. */
typedef const json_t *list_of(const struct orgconf *conf, const char *org);

static const json_t *
spam_lists(const struct orgconf *conf, const char *org)
{
    return orgconf_spam(conf->spam, org)->lists;
}

static const json_t *
learned(const struct orgconf *conf, const char *org)
{
    return orgconf_learned(conf->learned, org);
}

/* One line each; the name is the key in envelope.lists. */
static const struct {
    const char *name;
    list_of *of;
} topics[] = {
    {"spam", spam_lists},
    {"statistics", learned},
    {NULL, NULL},
};

/* json_t counts its users atomically, so threads may share what is in the settings. */
static void
add(json_t *lists, const char *topic, const char *org, const json_t *value, size_t *room)
{
    json_t *of_topic = json_object_get(lists, topic);
    size_t n = json_dumpb(value, NULL, 0, JSON_COMPACT | JSON_ENCODE_ANY) + strlen(org) + 8;

    if (n > *room) {
        evlog(EVLOG_ERROR, "lists.no-room", "org", org, "topic", topic, NULL);
        return;
    }
    *room -= n;
    if (!of_topic) {
        of_topic = json_object();
        json_object_set_new(lists, topic, of_topic);
    }
    json_object_set(of_topic, org, (json_t *)(uintptr_t)value);
}

json_t *
intake_lists_of(struct arena *a, const struct orgconf *conf, const char *const *orgs, int n)
{
    json_t *lists = jsonx_own(a, json_object());
    size_t room = SCAN_JOB_LISTS - 1024; /* names of topics, brackets */

    for (int i = 0; topics[i].name; i++)
        for (int k = 0; k < n; k++) {
            const json_t *value = topics[i].of(conf, orgs[k]);
            if (value)
                add(lists, topics[i].name, orgs[k], value, &room);
        }
    return json_object_size(lists) ? lists : NULL;
}

json_t *
intake_lists(const struct ending *x)
{
    const struct mail *m = x->m;
    const char **orgs;
    int n = 0;

    if (x->c->outbound || !m->conf)
        return NULL;
    orgs = arena_calloc(m->arena, (size_t)m->nrecipients, sizeof *orgs);
    for (int i = 0; i < m->nrecipients; i++) {
        int k = 0;
        while (k < n && strcmp(orgs[k], m->recipients[i].org) != 0)
            k++;
        if (k == n && m->recipients[i].org)
            orgs[n++] = m->recipients[i].org;
    }
    return intake_lists_of(m->arena, m->conf, orgs, n);
}
