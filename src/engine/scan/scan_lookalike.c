/*
 * Domains that look like those of the organisation, or like its high-profile domains (F28): in From, in Reply-To and
 * in links. An organisation often has the same name under other suffixes without protecting them all here, so another
 * suffix counts for high-profile domains alone.
 */
#include "scan.h"

#include <string.h>

#include "../../common/arena.h"
#include "../msg/msg.h"
#include "evidence.h"
#include "../msg/urls.h"
#include "fold.h"
#include "hosts.h"
#include "lists.h"
#include "lookalike.h"

#define HOSTS 50 /* links to more hosts than that are newsletters */

struct place {
    const char *host, *code, *kind;
    double score;
};

static const char *
text_of(const json_t *list, size_t i)
{
    const char *s = json_string_value(json_array_get(list, i));

    return s ? s : "";
}

/* The first domain of the list that host looks like; NULL: none. */
static const char *
imitated(struct msg *m, const char *host, const json_t *list, bool own, enum spam_close close,
         enum lookalike *how)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        *how = lookalike(m->arena, host, text_of(list, i), close);
        if (*how != LOOKALIKE_NO && !(own && *how == LOOKALIKE_SUFFIX))
            return text_of(list, i);
    }
    return NULL;
}

/* In links, only what cannot be chance decides by itself. */
static const char *
kind_of(const struct place *p, enum lookalike how)
{
    bool certain = how == LOOKALIKE_SAME_LOOK || how == LOOKALIKE_IN_FRONT;

    return strcmp(p->kind, "phishing") != 0 || certain ? p->kind : "";
}

static bool
look_at(struct msg *m, const char *org, const json_t *o, const struct place *p)
{
    enum spam_close close = (enum spam_close)json_integer_value(json_object_get(o, "closeness"));
    const char *domain;
    enum lookalike how;

    if (!*p->host || lists_has(o, "own", p->host) || lists_has(o, "domains", p->host) ||
        lists_has(o, "exceptions", p->host) || host_known(p->host) & (HOST_FREEMAIL | HOST_TRACKER))
        return false;
    domain = imitated(m, p->host, json_object_get(o, "domains"), false, close, &how);
    if (!domain)
        domain = imitated(m, p->host, json_object_get(o, "own"), true, close, &how);
    if (!domain)
        return false;
    msg_add_finding(m, (struct msg_finding){.scanner = "lookalike",
                                            .code = p->code,
                                            .kind = kind_of(p, how),
                                            .score = p->score,
                                            .evidence = evidence_pair(m, p->host, domain),
                                            .part = "",
                                            .org = org});
    return true;
}

static bool
seen(const char *const *hosts, int n, const char *host)
{
    for (int i = 0; i < n; i++)
        if (strcmp(hosts[i], host) == 0)
            return true;
    return false;
}

/* One finding is enough. */
static void
look_at_links(struct msg *m, const char *org, const json_t *o)
{
    const char *hosts[HOSTS];
    int n = 0;

    for (int i = 0; i < m->nurls && n < HOSTS; i++) {
        struct place p = {m->urls[i].host, "lookalike-link", "phishing", 3.0};
        if (seen(hosts, n, p.host))
            continue;
        hosts[n++] = p.host;
        if (look_at(m, org, o, &p))
            return;
    }
}

static void
look_for_org(struct msg *m, const char *org, const json_t *o)
{
    struct place from = {host_of_from(m), "lookalike-from", "impersonation", 4.0};
    struct place reply = {host_of_address(m->arena, host_field_address(m, "Reply-To")),
                          "lookalike-reply-to", "impersonation", 4.0};

    if (!json_is_integer(json_object_get(o, "closeness")))
        return;
    if (!look_at(m, org, o, &from))
        (void)look_at(m, org, o, &reply);
    look_at_links(m, org, o);
}

static void
run(struct scan_ctx *c)
{
    lists_each(c->msg, look_for_org);
}

const struct scanner scan_lookalike = {.name = "lookalike",
                                       .help = "Domains that look like own or high-profile ones",
                                       .prepare = fold_prepare,
                                       .run = run};
