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
#include "cousin.h"

#define HOSTS 300 /* that are looked at; the limit is for the time that it takes */

struct place {
    const char *host, *code, *kind;
    double score;
};

/* A list of one organisation, prepared for all hosts of a message. */
struct watched {
    struct lookalike_name *names;
    int n;
};
struct org {
    const char *id;
    const json_t *o;
    enum spam_close close;
    struct watched own, domains;
};

/* As lists_fold() wrote it, else made here. */
static void
read_name(struct arena *a, const char *domain, const json_t *folded, struct lookalike_name *out)
{
    const char *org = json_string_value(json_array_get(folded, 0)),
               *label = json_string_value(json_array_get(folded, 1)),
               *look = json_string_value(json_array_get(folded, 2));

    if (org && label && look)
        *out = (struct lookalike_name){domain, org, label, look};
    else
        lookalike_name(a, domain, out);
}

static struct watched
read_list(struct arena *a, const json_t *o, const char *list, const char *names)
{
    const json_t *domains = json_object_get(o, list), *folded = json_object_get(o, names);
    struct watched w = {arena_calloc(a, json_array_size(domains) + 1, sizeof *w.names), 0};

    for (size_t i = 0; i < json_array_size(domains); i++) {
        const char *s = json_string_value(json_array_get(domains, i));
        if (s)
            read_name(a, s, json_array_get(folded, i), &w.names[w.n++]);
    }
    return w;
}

/* The first domain of the list that the host looks like; NULL: none. */
static const char *
imitated(const struct lookalike_name *host, const struct watched *w, bool own,
         enum spam_close close, enum lookalike *how)
{
    for (int i = 0; i < w->n; i++) {
        *how = lookalike_compare(host, &w->names[i], close);
        if (*how != LOOKALIKE_NO && !(own && *how == LOOKALIKE_SUFFIX))
            return w->names[i].host;
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
look_at(struct msg *m, const struct org *org, const struct place *p)
{
    struct lookalike_name host;
    const char *domain;
    enum lookalike how;

    if (!*p->host || lists_has(org->o, "own", p->host) || lists_has(org->o, "domains", p->host) ||
        lists_has(org->o, "exceptions", p->host) ||
        host_known(p->host) & (HOST_FREEMAIL | HOST_TRACKER))
        return false;
    lookalike_name(m->arena, p->host, &host);
    domain = imitated(&host, &org->domains, false, org->close, &how);
    if (!domain)
        domain = imitated(&host, &org->own, true, org->close, &how);
    if (!domain)
        return false;
    msg_add_finding(m, (struct msg_finding){.scanner = "lookalike",
                                            .code = p->code,
                                            .kind = kind_of(p, how),
                                            .score = p->score,
                                            .evidence = evidence_pair(m, p->host, domain),
                                            .part = "",
                                            .org = org->id});
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
look_at_links(struct msg *m, const struct org *org)
{
    const char *hosts[HOSTS];
    int n = 0;

    for (int i = 0; i < m->nurls && n < HOSTS; i++) {
        struct place p = {m->urls[i].host, "lookalike-link", "phishing", 3.0};
        if (seen(hosts, n, p.host))
            continue;
        hosts[n++] = p.host;
        if (look_at(m, org, &p))
            return;
    }
}

static void
look_for_org(struct msg *m, const char *id, const json_t *o)
{
    const json_t *close = json_object_get(o, "closeness");
    struct place from = {host_of_from(m), "lookalike-from", "impersonation", 4.0};
    struct place reply = {host_of_address(m->arena, host_field_address(m, "Reply-To")),
                          "lookalike-reply-to", "impersonation", 4.0};
    struct org org = {.id = id, .o = o, .close = (enum spam_close)json_integer_value(close)};

    if (!json_is_integer(close))
        return;
    org.own = read_list(m->arena, o, "own", "own_names");
    org.domains = read_list(m->arena, o, "domains", "domains_names");
    if (!look_at(m, &org, &from))
        (void)look_at(m, &org, &reply);
    look_at_links(m, &org);
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
