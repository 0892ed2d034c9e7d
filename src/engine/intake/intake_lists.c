#include "intake_lists.h"

#include <string.h>

#include "../../common/arena.h"
#include "../../common/evlog.h"
#include "../../common/jsonx.h"
#include "../orgconf/orgconf.h"
#include "../orgconf/orgconf_learned.h"
#include "../orgconf/orgconf_passwords.h"
#include "../orgconf/orgconf_spam.h"
#include "../scan_job.h"
#include "ending.h"
#include "intake_conn.h"
#include "intake_passwords.h"

/* Borrowed from the settings, which never change; NULL: nothing is set. */
typedef const json_t *list_of(const struct orgconf *conf, const char *org, bool outbound);

static const json_t *
spam_lists(const struct orgconf *conf, const char *org, bool outbound)
{
    (void)outbound;
    return orgconf_spam(conf->spam, org)->lists;
}

static const json_t *
learned(const struct orgconf *conf, const char *org, bool outbound)
{
    (void)outbound;
    return orgconf_learned(conf->learned, org);
}

static const json_t *
passwords(const struct orgconf *conf, const char *org, bool outbound)
{
    return orgconf_passwords_list(conf->passwords, org, outbound);
}

/* One line each; the name is the key in envelope.lists. outbound: for mail from inside, too. */
static const struct {
    const char *name;
    list_of *of;
    bool outbound;
} topics[] = {
    {"spam", spam_lists, false},
    {"statistics", learned, false},
    {"passwords", passwords, true},
    {NULL, NULL, false},
};

/* json_t counts its users atomically, so threads may share what is in the settings. */
static void
set(json_t *lists, const char *topic, const char *org, const json_t *value)
{
    json_t *of_topic = json_object_get(lists, topic);

    if (!of_topic) {
        of_topic = json_object();
        json_object_set_new(lists, topic, of_topic);
    }
    json_object_set(of_topic, org, (json_t *)(uintptr_t)value);
}

static void
add(json_t *lists, const char *topic, const char *org, const json_t *value, size_t *room)
{
    size_t n = json_dumpb(value, NULL, 0, JSON_COMPACT | JSON_ENCODE_ANY) + strlen(org) + 8;

    if (n > *room) {
        evlog(EVLOG_ERROR, "lists.no-room", "org", org, "topic", topic, NULL);
        set(lists, LISTS_LEFT_OUT, org, json_true());
        return;
    }
    *room -= n;
    set(lists, topic, org, value);
}

json_t *
intake_lists_of(struct arena *a, const struct orgconf *conf, const char *const *orgs, int n,
                bool outbound)
{
    json_t *lists = jsonx_own(a, json_object());
    size_t room = SCAN_JOB_LISTS - 65536; /* names of topics, brackets, what was left out */

    for (int i = 0; topics[i].name; i++)
        for (int k = 0; k < n && (!outbound || topics[i].outbound); k++) {
            const json_t *value = topics[i].of(conf, orgs[k], outbound);
            if (value)
                add(lists, topics[i].name, orgs[k], value, &room);
        }
    return json_object_size(lists) ? lists : NULL;
}

int
intake_orgs(const struct ending *x, const char ***out)
{
    const struct mail *m = x->m;
    const char **orgs = arena_calloc(m->arena, (size_t)m->nrecipients + 1, sizeof *orgs);
    int n = 0;

    *out = orgs;
    if (x->c->outbound) {
        orgs[0] = m->sender_org;
        return *m->sender_org ? 1 : 0;
    }
    for (int i = 0; i < m->nrecipients; i++) {
        const char *org = m->recipients[i].org;
        int k = 0;
        while (k < n && strcmp(orgs[k], org) != 0)
            k++;
        if (k == n && *org)
            orgs[n++] = org;
    }
    return n;
}

json_t *
intake_lists(const struct ending *x)
{
    const char **orgs;
    json_t *lists;
    int n;

    if (!x->m->conf)
        return NULL;
    n = intake_orgs(x, &orgs);
    lists = intake_lists_of(x->m->arena, x->m->conf, orgs, n, x->c->outbound);
    if (lists)
        intake_passwords_recall(x, lists);
    return lists;
}
