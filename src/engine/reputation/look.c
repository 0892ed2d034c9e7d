#include "look.h"

#include <stdlib.h>
#include <string.h>

#include "../../common/arena.h"
#include "../../common/ipnet.h"
#include "../intake/check_dns.h"
#include "../msg/msg.h"
#include "../orgconf/orgconf_reputation.h"
#include "../url/url.h"
#include "feeds.h"

/* ---------------------------------------------------------------- the links */

/* It is written so that people take it for something else: an address that nobody can read, or a name in front of "@"
 * that is not the one it leads to; or it leads to a bare address. Scanners say which; here it is only a reason to
 * look, and to act at the highest level. */
static bool
is_deceptive(const char *url, const struct url *u)
{
    const char *p = strstr(url, "//");

    return u->ip || (u->userinfo && p && memchr(p, '.', strcspn(p, "@")));
}

/* What the feeds say. A feed counts once, by what is most exact in it. */
static void
ask_feeds(struct look_link *x, const struct feed_set *feeds)
{
    int worst = RISK_SAFE;

    for (int i = 0; i < feeds->n; i++) {
        const struct feed_head *h = feeds->feed[i].head;
        for (int k = 0; k < x->ncandidates; k++) {
            if (!feed_has(&feeds->feed[i], &x->candidates[k]))
                continue;
            x->risk.lists[h->level]++;
            if (h->level == RISK_SAFE)
                break;
            x->risk.page |= x->candidates[k].type == THREAT_URL;
            if ((int)h->level > worst) {
                worst = (int)h->level;
                x->list = h->name;
                x->malware = h->malware;
            }
            break;
        }
    }
}

static int
by_key(const void *x, const void *y)
{
    const struct look_link *p = x, *q = y;
    int order = strcmp(p->key, q->key);

    return order ? order : q->risk.deceptive - p->risk.deceptive;
}

static int
by_place(const void *x, const void *y)
{
    return ((const struct look_link *)x)->host_no - ((const struct look_link *)y)->host_no;
}

/* Once each, in the order of the message. host_no holds the place meanwhile. */
static int
once_each(struct look_link *list, int n)
{
    int k = 0;

    if (n > 1)
        qsort(list, (size_t)n, sizeof *list, by_key);
    for (int i = 0; i < n; i++)
        if (k == 0 || strcmp(list[k - 1].key, list[i].key) != 0)
            list[k++] = list[i];
    if (k > 1)
        qsort(list, (size_t)k, sizeof *list, by_place);
    return k;
}

void
look_begin(struct look *l, struct arena *a, const struct msg *m, const struct feed_set *feeds)
{
    struct threat list[THREAT_CANDIDATES];
    struct ipnet ip;

    *l = (struct look){.arena = a, .msg = m, .feeds = feeds};
    l->links = arena_calloc(a, (size_t)m->nurls, sizeof *l->links);
    for (int i = 0; i < m->nurls; i++) {
        struct look_link *x = &l->links[l->nlinks];
        struct url u;
        if (!url_parse(a, m->urls[i].url, &u) || !(x->key = threat_url(a, u.text, &x->host)))
            continue;
        x->part = m->urls[i].part;
        x->host_no = i;
        x->is_ip = ipnet_address(x->host, &ip);
        x->domain = x->is_ip ? "" : u.domain;
        x->risk.deceptive = is_deceptive(m->urls[i].url, &u);
        l->nlinks++;
    }
    l->nlinks = once_each(l->links, l->nlinks);
    for (int i = 0; i < l->nlinks; i++) {
        struct look_link *x = &l->links[i];
        x->host_no = -1;
        x->list = "";
        x->ncandidates = threat_candidates(a, x->key, x->host, list);
        x->candidates = arena_memdup(a, list, (size_t)x->ncandidates * sizeof *list);
        ask_feeds(x, feeds);
    }
}

/* ---------------------------------------------------------------- DNS lists */

static bool
is_approved(const struct rep_rules *r, const struct look_link *x, int64_t now)
{
    return rep_rules_approved(r, x->candidates, x->ncandidates, now) != NULL;
}

/* Nothing new could be learned of it, or nobody wants to. */
static bool
not_worth_asking(const struct look_link *x, const struct rep_rules *const *rules, int nrules)
{
    if (risk_rank(&x->risk) != 0 && risk_rank(&x->risk) != 1)
        return true;
    for (int i = 0; i < nrules; i++)
        if (!is_approved(rules[i], x, 0))
            return false;
    return true;
}

/* Hosts that are asked for, numbered; those with deceptive links first. */
static int
choose_hosts(struct look *l, const struct rep_rules *const *rules, int nrules,
             const struct look_link *hosts[LOOK_HOSTS])
{
    int n = 0, left_out = 0;

    for (int pass = 0; pass < 2; pass++)
        for (int i = 0; i < l->nlinks; i++) {
            struct look_link *x = &l->links[i];
            int k = 0;
            if (x->risk.deceptive != (pass == 0) || not_worth_asking(x, rules, nrules))
                continue;
            while (k < n && strcmp(hosts[k]->host, x->host) != 0)
                k++;
            if (k == LOOK_HOSTS) {
                left_out++;
                continue;
            }
            if (k == n)
                hosts[n++] = x;
            x->host_no = k;
        }
    l->unasked = left_out;
    return n;
}

static bool
is_asked(const struct look *l, const char *name)
{
    for (int i = 0; i < l->nqueries; i++)
        if (strcmp(l->queries[i].name, name) == 0)
            return true;
    return false;
}

static const char *
question(struct arena *a, const struct rep_list *list, const struct look_link *x)
{
    struct ipnet ip;

    if (x->is_ip)
        return list->addresses && ipnet_address(x->host, &ip)
                   ? arena_printf(a, "%s%s", check_reverse(a, &ip), list->zone)
                   : NULL;
    if (!*x->domain)
        return NULL;
    return arena_printf(a, "%s.%s", list->hosts ? x->host : x->domain, list->zone);
}

static void
add_question(struct look *l, const struct rep_list *list, const struct look_link *x, int room)
{
    const char *name = question(l->arena, list, x);

    if (!name || !dns_is_name(name) || is_asked(l, name))
        return;
    if (l->nqueries == room) {
        l->unasked++;
        return;
    }
    l->queries[l->nqueries++] = (struct dns_query){.name = name, .type = DNS_A};
}

void
look_questions(struct look *l, const struct rep_rules *const *rules, int nrules, int room)
{
    const struct look_link *hosts[LOOK_HOSTS];
    bool any = false;
    int n;

    for (int i = 0; i < nrules; i++)
        any |= rules[i]->nlists > 0;
    if (!any || !l->nlinks)
        return;
    room = room < 0 ? 0 : room > LOOK_QUESTIONS ? LOOK_QUESTIONS : room;
    n = choose_hosts(l, rules, nrules, hosts);
    l->queries = arena_calloc(l->arena, LOOK_QUESTIONS, sizeof *l->queries);
    for (int k = 0; k < n; k++)
        for (int i = 0; i < nrules; i++)
            for (int z = 0; z < rules[i]->nlists; z++)
                add_question(l, &rules[i]->lists[z], hosts[k], room);
}

/* ---------------------------------------------------------------- judging */

/* What is known of a link for one organisation. */
struct said {
    struct risk risk;
    bool malware;
    const char *list;
    const char *silent; /* a list that did not answer; "" */
};

static const struct dns_answer *
answer_of(const struct look *l, const struct rep_list *list, const struct look_link *x)
{
    const char *name = question(l->arena, list, x);

    for (int i = 0; name && i < l->nqueries; i++)
        if (strcmp(l->queries[i].name, name) == 0)
            return &l->queries[i].answer;
    return NULL;
}

static int
worst_level(const struct rep_list *list, const struct dns_answer *answer)
{
    int worst = -1;

    for (int i = 0; answer->status == DNS_OK && i < answer->n; i++)
        if (answer->records[i].len == 4) {
            int says = urlbl_codes_level(&list->codes, list->level, answer->records[i].data);
            worst = says > worst ? says : worst;
        }
    return worst;
}

static struct said
said_of(const struct look *l, const struct rep_rules *r, const struct look_link *x)
{
    struct said s = {x->risk, x->malware, x->list, ""};
    int worst = RISK_SAFE;

    for (int i = RISK_SUSPICIOUS; i < RISK_LEVELS; i++)
        if (s.risk.lists[i])
            worst = i;
    for (int i = 0; x->host_no >= 0 && i < r->nlists; i++) {
        const struct dns_answer *answer = answer_of(l, &r->lists[i], x);
        int says = answer ? worst_level(&r->lists[i], answer) : -1;
        if (answer && answer->status == DNS_TEMPERROR)
            s.silent = r->lists[i].zone;
        if (says < 0)
            continue;
        s.risk.lists[says]++;
        if (says > worst) {
            worst = says;
            s.list = r->lists[i].zone;
            s.malware = false;
        }
    }
    return s;
}

static void
add(const struct look *l, struct msg *m, const struct look_about *w, struct msg_finding f,
    const char *name, const char *list)
{
    f.scanner = "reputation";
    f.org = w->org;
    f.evidence = *list ? arena_printf(l->arena, "%s (%s)", name, list) : name;
    if (!f.part)
        f.part = "";
    msg_add_finding(m, f);
}

/* Named, but not badly enough for the level: it still speaks against the mail. */
static double
note_score(int rank)
{
    static const double scores[] = {0, 0, 1.5, 2.5, 3, 4, 4};

    return rank > 0 && rank < 7 ? scores[rank] : 0;
}

/* "object-link", "operator-link-seen": whose word it is, about what, and whether it is only to be noted. */
static const char *
object_code(const struct look *l, const struct rep_entry *x, const char *what)
{
    return arena_printf(l->arena, "%s-%s%s", x->everywhere ? "operator" : "object", what,
                        x->block ? "" : "-seen");
}

/* false: it is nothing to write down. */
static bool
judge_link(const struct look *l, struct msg *m, const struct look_about *w,
           const struct look_link *x)
{
    const struct rep_rules *r = w->rules;
    const struct rep_entry *object;
    struct said s;
    int rank;

    if (is_approved(r, x, w->now))
        return false;
    object = r->has_links ? rep_rules_object(r, x->candidates, x->ncandidates, w->now) : NULL;
    if (object)
        add(l, m, w,
            (struct msg_finding){.code = object_code(l, object, "link"),
                                 .kind = object->block ? "phishing" : "",
                                 .part = x->part},
            object->value, "");
    if (object && object->block && !x->malware)
        return true;
    s = said_of(l, r, x);
    rank = risk_rank(&s.risk);
    if (*s.silent)
        add(l, m, w, (struct msg_finding){.code = "link-list-silent", .kind = "", .part = x->part},
            x->host, s.silent);
    if (risk_acts(r->level, rank)) {
        add(l, m, w,
            (struct msg_finding){.code = rank == 1   ? "link-deceptive"
                                         : s.malware ? "link-malware"
                                                     : "link-listed",
                                 .kind = rank > 1 && s.malware ? "malware" : "phishing",
                                 .part = x->part},
            x->host, rank == 1 ? "" : s.list);
        return true;
    }
    if (rank > 1)
        add(l, m, w,
            (struct msg_finding){
                .code = "link-named", .kind = "", .score = note_score(rank), .part = x->part},
            x->host, s.list);
    if (r->untested && (rank == 0 || rank == 1))
        add(l, m, w,
            (struct msg_finding){.code = "link-untested", .kind = "phishing", .part = x->part},
            x->host, "");
    return object || rank > 1 || (r->untested && rank >= 0) || *s.silent;
}

/* 0: nothing that decides, 1: phishing, 2: malware. */
static int
worst_kind(const struct msg *m, int from)
{
    int worst = 0;

    for (int i = from; i < m->nfindings; i++) {
        int kind = strcmp(m->findings[i].kind, "malware") == 0 ? 2 : *m->findings[i].kind ? 1 : 0;
        worst = kind > worst ? kind : worst;
    }
    return worst;
}

/* All links are judged: what is said about the first must not hide what is worse about the last. */
static void
judge_links(const struct look *l, struct msg *m, const struct look_about *w)
{
    int said[3] = {0};

    for (int i = 0; i < l->nlinks; i++) {
        int before = m->nfindings;
        if (judge_link(l, m, w, &l->links[i]) && ++said[worst_kind(m, before)] > LOOK_FINDINGS)
            m->nfindings = before;
    }
    if (l->unasked > 0 && w->rules->nlists > 0)
        add(l, m, w, (struct msg_finding){.code = "link-not-asked", .kind = ""},
            arena_printf(l->arena, "%d", l->unasked), "");
}

/* ---------------------------------------------------------------- files, senders, the client */

/* The worst feed that names one of these; NULL: none, or a safe one does. */
static const struct feed_head *
feed_naming(const struct feed_set *feeds, const struct threat *t, int n)
{
    const struct feed_head *worst = NULL;

    for (int i = 0; i < feeds->n; i++)
        for (int k = 0; k < n; k++)
            if (feed_has(&feeds->feed[i], &t[k])) {
                const struct feed_head *h = feeds->feed[i].head;
                if (h->level == RISK_SAFE)
                    return NULL;
                if (!worst || h->level > worst->level)
                    worst = h;
                break;
            }
    return worst;
}

static void
judge_files(const struct look *l, struct msg *m, const struct look_about *w)
{
    int bad = 0, notes = 0;

    for (int i = 0; i < l->msg->nparts && bad < LOOK_FINDINGS; i++) {
        const struct msg_part *p = &l->msg->parts[i];
        struct threat t = {THREAT_FILE, p->sha256};
        const char *name = *p->name ? p->name : p->sha256;
        const struct rep_entry *object =
            *p->sha256 && w->rules->has_files ? rep_rules_object(w->rules, &t, 1, w->now) : NULL;
        bool block = object && object->block;
        const struct feed_head *feed = *p->sha256 && !block ? feed_naming(l->feeds, &t, 1) : NULL;
        bad += feed || block;
        if (object && (block || ++notes <= LOOK_FINDINGS))
            add(l, m, w,
                (struct msg_finding){.code = object_code(l, object, "file"),
                                     .kind = object->block ? "malware" : "",
                                     .part = p->id},
                name, "");
        if (feed)
            add(l, m, w,
                (struct msg_finding){.code = "file-listed", .kind = "malware", .part = p->id}, name,
                feed->name);
    }
}

/* What it is about: "sender"; the code when a feed has it, and its name. */
struct about {
    const char *what, *listed, *name;
};

static bool
judge_named(const struct look *l, struct msg *m, const struct look_about *w, const struct threat *t,
            int n, const struct about *c)
{
    const struct rep_entry *object = rep_rules_object(w->rules, t, n, w->now);
    const struct feed_head *feed = object && object->block ? NULL : feed_naming(l->feeds, t, n);

    if (object)
        add(l, m, w,
            (struct msg_finding){.code = object_code(l, object, c->what),
                                 .kind = object->block ? "phishing" : ""},
            object->value, "");
    if (feed)
        add(l, m, w,
            (struct msg_finding){.code = c->listed,
                                 .kind = "",
                                 .score = note_score(feed->level == RISK_DANGEROUS ? 5
                                                     : feed->level == RISK_HIGH    ? 3
                                                                                   : 2)},
            c->name, feed->name);
    return object || feed;
}

static bool
judge_sender(const struct look *l, struct msg *m, const struct look_about *w, const char *address)
{
    struct threat t[1 + THREAT_CANDIDATES];
    struct about c = {"sender", "sender-listed", ""};
    struct threat one;
    const char *at;

    if (!*address || threat_parse(l->arena, address, &one) != THREAT_FINE ||
        one.type != THREAT_SENDER)
        return false;
    at = strrchr(one.value, '@');
    t[0] = one;
    c.name = one.value;
    return judge_named(l, m, w, t, 1 + threat_domain_candidates(l->arena, at + 1, t + 1), &c);
}

/* Of envelope and From, once; but a note about the first must not hide what decides about the second. */
static void
judge_senders(const struct look *l, struct msg *m, const struct look_about *w)
{
    int before = m->nfindings, between;

    if (!l->feeds->n && !w->rules->nentries && !w->rules->everywhere)
        return; /* nobody could name them */
    (void)judge_sender(l, m, w, w->sender);
    between = m->nfindings;
    if (worst_kind(m, before) == 0 && judge_sender(l, m, w, l->msg->from) && between > before &&
        worst_kind(m, between) == 0)
        m->nfindings = between;
}

static void
judge_client(const struct look *l, struct msg *m, const struct look_about *w)
{
    struct about c = {"client", "client-listed", w->client_ip};
    struct threat t = {THREAT_IP, NULL};
    char text[IPNET_TEXT];
    struct ipnet ip;

    if (!ipnet_address(w->client_ip, &ip))
        return;
    ipnet_text(&ip, text);
    t.value = text;
    (void)judge_named(l, m, w, &t, 1, &c);
}

void
look_judge(const struct look *l, struct msg *m, const struct look_about *w)
{
    judge_links(l, m, w);
    judge_files(l, m, w);
    judge_senders(l, m, w);
    judge_client(l, m, w);
}
