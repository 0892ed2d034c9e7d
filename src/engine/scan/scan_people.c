/*
 * The name in From: of a high-profile user with a foreign address (F27); an address of somebody else; the
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
#include "../msg/msg.h"
#include "evidence.h"
#include "fold.h"
#include "hosts.h"
#include "lists.h"
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

static void
run(struct scan_ctx *c)
{
    if (!*c->msg->from_name)
        return;
    lists_each(c->msg, look_for_org);
    look_at_address(c->msg, "", NULL);
    look_at_recipient(c->msg);
}

const struct scanner scan_people = {.name = "people",
                                    .help = "Names of high-profile users with foreign addresses",
                                    .prepare = fold_prepare,
                                    .run = run};
