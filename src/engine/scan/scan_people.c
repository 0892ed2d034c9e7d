/*
 * The name in From: of a high-profile user with a foreign address (F27); an address or a domain of somebody else; the
 * organisation's own domain.
 *
 * A name is the same in any order of its parts, with or without middle name or its initial, in full-width or
 * look-alike letters. His own addresses and those of the organisation's domains are not foreign: whether such mail is
 * genuine is for authentication to say (rule_impersonation has both). Mailing lists and services that write
 * "Name via Service" say so themselves and only get a note.
 */
#include "scan.h"

#include <string.h>
#include <strings.h>

#include "../../common/arena.h"
#include "../../common/suffixes.h"
#include "../msg/msg.h"
#include "../msg/urls.h"
#include "brands.h"
#include "evidence.h"
#include "fold.h"
#include "hosts.h"
#include "lists.h"
#include "origin.h"
#include "people_name.h"

static bool
has_address(const json_t *person, const char *address)
{
    const json_t *list = json_object_get(person, "addresses");

    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *s = json_string_value(json_array_get(list, i));
        if (s && strcasecmp(s, address) == 0)
            return true;
    }
    return false;
}

static void
add(struct msg *m, const char *org, const char *code, const char *kind, double score,
    const char *evidence)
{
    msg_add_finding(m, (struct msg_finding){.scanner = "people",
                                            .code = code,
                                            .kind = kind,
                                            .score = score,
                                            .evidence = evidence,
                                            .part = "",
                                            .org = org});
}

/* "Taro Yamada via Forum", "Taro Yamada (Google Docs)" from a list. */
static bool
says_via(const struct msg *m, const struct people_name *shown)
{
    return m->list_mail || people_has_word(shown, "via") || msg_field(m, "List-Id") != NULL;
}

/* false: it is not that person, or nothing is to be said. */
static bool
look_at_person(struct msg *m, const char *org, const struct people_name *shown,
               const json_t *person)
{
    struct people_person p;
    enum people_match match;
    const char *evidence;

    people_read(m->arena, person, &p);
    match = people_compare(shown, &p);
    if (match == PEOPLE_NO)
        return false;
    evidence = evidence_pair(m, m->from_name, m->from);
    if (has_address(person, m->from))
        add(m, org, "person-own-address", "", 0, evidence);
    else if (says_via(m, shown))
        add(m, org, "person-via", "", 1.0, evidence);
    else if (match == PEOPLE_INITIALS)
        add(m, org, "person-initials", "", 2.0, evidence);
    else
        add(m, org, "person-foreign", "impersonation", 4.0, evidence);
    return true;
}

/* ------------------------------------------------------------------ addresses and domains as names */

/* The first address in a name; "". */
static const char *
address_in(struct arena *a, const char *name)
{
    const char *at = strchr(name, '@'), *begin = at, *end = at;

    if (!at)
        return "";
    while (begin > name && !strchr(" \t<\"'(,;", begin[-1]))
        begin--;
    while (*end && !strchr(" \t>\"'),;", *end))
        end++;
    return begin < at && strchr(at, '.') ? arena_strndup(a, begin, (size_t)(end - begin)) : "";
}

static void
look_at_address(struct msg *m, const char *org, const json_t *o)
{
    const char *written = address_in(m->arena, fold_text(m->arena, m->from_name, 500)),
               *host = host_of_address(m->arena, written), *from = host_of_from(m), *evidence;

    if (!*host || host_same_org(host, from))
        return;
    evidence = evidence_pair(m, written, m->from);
    if (o && lists_has(o, "own", host) && !lists_has(o, "exceptions", from))
        add(m, org, "name-own-address", m->list_mail ? "" : "impersonation", 3.0, evidence);
    else if (!o)
        add(m, "", "name-other-address", "", m->list_mail ? 0.5 : 1.5, evidence);
}

/* "example.com IT desk": the organisation's own domain as a word. */
static void
look_at_domain(struct msg *m, const char *org, const json_t *o)
{
    const char *name = fold_text(m->arena, m->from_name, 500);
    const json_t *own = json_object_get(o, "own");

    for (size_t i = 0; i < json_array_size(own); i++) {
        const char *domain = json_string_value(json_array_get(own, i));
        const char *p = domain && *domain ? strstr(name, domain) : NULL;
        if (!p || (p > name && (p[-1] == '@' || p[-1] == '.' || p[-1] == '-')))
            continue;
        add(m, org, "name-own-domain", "", m->list_mail ? 0.5 : 1.8,
            evidence_pair(m, domain, m->from));
        return;
    }
}

static void
look_for_org(struct msg *m, const char *org, const json_t *o)
{
    const char *from = host_of_from(m);
    const json_t *people = json_object_get(o, "people");
    struct people_name shown;

    people_name(m->arena, m->from_name, &shown);
    /* His own address is looked at even where the domain is ours. */
    for (size_t i = 0; i < json_array_size(people); i++) {
        const json_t *person = json_array_get(people, i);
        if (lists_has(o, "own", from) && !has_address(person, m->from))
            continue;
        if (look_at_person(m, org, &shown, person))
            break;
    }
    if (lists_has(o, "own", from))
        return;
    look_at_address(m, org, o);
    look_at_domain(m, org, o);
}

/* The recipient's own name, as those take it who know nothing but his address. */
static void
look_at_recipient(struct msg *m)
{
    const char *name = fold_letters(m->arena, fold_text(m->arena, m->from_name, 200));

    for (int i = 0; m->env && i < m->env->nrecipients; i++) {
        const char *r = m->env->recipients[i], *at = strrchr(r, '@');
        const char *local =
            at ? fold_letters(m->arena, fold_text(m->arena, r, (size_t)(at - r))) : "";
        if (strlen(local) < 3 || strcmp(local, name) != 0 || strcasecmp(r, m->from) == 0 ||
            host_same_org(host_of_address(m->arena, r), host_of_from(m)))
            continue;
        add(m, "", "name-of-recipient", "", 1.5, evidence_pair(m, m->from_name, m->from));
        return;
    }
}

/* ------------------------------------------------------------------ a domain as name */

/* A name of a host that somebody can have registered: "example.com", not "node.js" or "st.george". */
static bool
is_domain(const char *word)
{
    const char *dot = strrchr(word, '.'), *org = host_org(word);

    return dot && dot > word && strlen(word) <= 253 &&
           strspn(word, "abcdefghijklmnopqrstuvwxyz0123456789-.") == strlen(word) &&
           suffixes_is_listed(dot + 1, false) && strcspn(org, ".") >= 4;
}

/* "wei.lang" is a person, too, where a suffix has two letters or is a word. */
static bool
is_in_address(struct arena *a, const char *word, const char *address)
{
    const char *letters = fold_letters(a, word), *all = fold_letters(a, fold_text(a, address, 320));

    return strstr(all, letters) != NULL;
}

/* The first word of the sender's name that is somebody else's domain; NULL: none. */
static const char *
foreign_domain(struct msg *m, const char *from)
{
    char *p = arena_strdup(m->arena, fold_text(m->arena, m->from_name, 500)), *save = NULL;

    if (strchr(p, '@'))
        return NULL; /* an address: look_at_address() */
    for (char *w = strtok_r(p, " \t\"'()[]<>|,;:/", &save); w;
         w = strtok_r(NULL, " \t\"'()[]<>|,;:/", &save)) {
        if (is_domain(w) && !host_same_org(w, from) && !brand_related(w, from) &&
            !is_in_address(m->arena, w, m->from))
            return w;
    }
    return NULL;
}

static bool
leads_to(const struct msg *m, const char *domain)
{
    for (int i = 0; i < m->nurls; i++)
        if (host_same_org(m->urls[i].host, domain))
            return true;
    return false;
}

/* "example.com support" with an address elsewhere. Senders of newsletters have addresses elsewhere and links to the domain. */
static void
look_at_named_domain(struct msg *m)
{
    struct people_name shown;
    const char *from = host_of_from(m), *claimed = *from ? foreign_domain(m, from) : NULL;

    if (!claimed)
        return;
    people_name(m->arena, m->from_name, &shown);
    if (says_via(m, &shown))
        return;
    /* who signs or links in his own name may be the claimed one's sender of newsletters */
    bool agrees = !origin_disagrees(origin_of(m)) && !origin_of(m)->freemail;
    add(m, "", "name-other-domain", "",
        leads_to(m, claimed) ? 0.5
        : agrees             ? 1
                             : 2,
        evidence_pair(m, m->from_name, m->from));
}

static void
run(struct scan_ctx *c)
{
    if (!*c->msg->from_name)
        return;
    look_at_named_domain(c->msg);
    lists_each(c->msg, look_for_org);
    look_at_address(c->msg, "", NULL);
    look_at_recipient(c->msg);
}

static void
prepare(void)
{
    fold_prepare();
    brands_prepare();
    suffixes();
}

const struct scanner scan_people = {.name = "people",
                                    .help = "Names of high-profile users with foreign addresses",
                                    .prepare = prepare,
                                    .run = run};
