/* Eval tests with lists of addresses and hosts from rule files. */
#include "evals.h"
#include "../msg/msg.h"
#include "../../common/arena.h"

#include <string.h>

static bool
listed(struct view *v, const char *list, struct span address)
{
    const struct patterns *l = names_get(&v->set->addrlists, list, strlen(list));
    address = span_lower(v->a, address);
    for (int i = 0; l && i < l->n; i++)
        if (eval_wildcard(l->item[i], address))
            return true;
    return false;
}

static bool
from_listed(struct view *v, const char *list)
{
    struct spans all = eval_from_addresses(v);
    for (int i = 0; i < all.n; i++)
        if (listed(v, list, all.v[i]))
            return true;
    return false;
}

static bool
to_listed(struct view *v, const char *list)
{
    static const char *const fields[] = {"ToCc:addr", "Apparently-To:addr", "Delivered-To:addr",
                                         "Envelope-Recipients:addr", "X-Envelope-To:addr"};
    /* When it is known who gets it, nobody can get in by naming somebody else. */
    bool known = v->env && v->env->nrecipients > 0;
    for (size_t k = 0; !known && k < sizeof fields / sizeof *fields; k++) {
        const struct values *all = view_get(v, fields[k]);
        for (int i = 0; i < all->n; i++)
            if (listed(v, list, all->v[i]))
                return true;
    }
    for (int i = 0; v->env && i < v->env->nrecipients; i++)
        if (listed(v, list, span_of(v->env->recipients[i])))
            return true;
    return false;
}

bool
eval_check_from_in_list(struct view *v, const struct rule *r)
{
    return from_listed(v, eval_text(r, 0, ""));
}

bool
eval_check_from_in_welcomelist(struct view *v, const struct rule *r)
{
    (void)r;
    return from_listed(v, "welcomelist_from");
}

bool
eval_check_from_in_blocklist(struct view *v, const struct rule *r)
{
    (void)r;
    return from_listed(v, "blocklist_from");
}

bool
eval_check_replyto_in_list(struct view *v, const struct rule *r)
{
    struct span s = view_one(v, "Reply-To:addr");
    return s.n > 0 && listed(v, eval_text(r, 0, ""), s);
}

bool
eval_check_to_in_all_spam(struct view *v, const struct rule *r)
{
    (void)r;
    return to_listed(v, "all_spam_to");
}

bool
eval_check_to_in_more_spam(struct view *v, const struct rule *r)
{
    (void)r;
    return to_listed(v, "more_spam_to");
}

bool
eval_check_to_in_blocklist(struct view *v, const struct rule *r)
{
    (void)r;
    return to_listed(v, "blocklist_to");
}

bool
eval_check_to_in_welcomelist(struct view *v, const struct rule *r)
{
    (void)r;
    return to_listed(v, "welcomelist_to");
}

/* The longest name around a host that the list knows decides. */
static bool
host_listed(const struct names *list, struct span host)
{
    while (host.n > 0) {
        const char *entry = names_get(list, host.p, host.n);
        const char *dot = memchr(host.p, '.', host.n);
        if (entry)
            return *entry == 'y';
        if (!dot || domain_is_ip(host))
            return false;
        host.n -= (size_t)(dot + 1 - host.p);
        host.p = dot + 1;
    }
    return false;
}

static bool
uri_listed(struct view *v, const char *name)
{
    const struct names *list = names_get(&v->set->hostlists, name, strlen(name));
    const struct spans *hosts = list ? view_hosts(v) : NULL;
    for (int i = 0; hosts && i < hosts->n; i++)
        if (host_listed(list, hosts->v[i]))
            return true;
    return false;
}

bool
eval_check_uri_host_listed(struct view *v, const struct rule *r)
{
    return uri_listed(v, eval_text(r, 0, ""));
}

bool
eval_check_uri_host_in_blocklist(struct view *v, const struct rule *r)
{
    (void)r;
    return uri_listed(v, "BLOCK");
}

bool
eval_check_uri_host_in_welcomelist(struct view *v, const struct rule *r)
{
    (void)r;
    return uri_listed(v, "WELCOME");
}

bool
eval_check_uri_truncated(struct view *v, const struct rule *r)
{
    (void)r;
    (void)view_uris(v);
    return v->uri_cut;
}
