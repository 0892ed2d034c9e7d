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

#define WORDS 12

struct name {
    const char *words[WORDS]; /* skeletons */
    int n;
    const char *joined; /* all of them, without blanks */
};

static void
read_name(struct arena *a, const char *text, struct name *out)
{
    const char *folded = fold_text(a, text, 500);

    out->n = fold_words(a, folded, out->words, WORDS);
    for (int i = 0; i < out->n; i++)
        out->words[i] = fold_skeleton(a, out->words[i]);
    out->joined = fold_skeleton(a, fold_letters(a, folded));
}

static bool
has_word(const struct name *n, const char *word)
{
    for (int i = 0; i < n->n; i++)
        if (strcmp(n->words[i], word) == 0)
            return true;
    return false;
}

/* All words of a part of a name ("van der Berg"). */
static bool
has_part(struct arena *a, const struct name *shown, const char *part)
{
    struct name p;

    read_name(a, part, &p);
    for (int i = 0; i < p.n; i++)
        if (!has_word(shown, p.words[i]))
            return false;
    return p.n > 0;
}

enum match { MATCH_NO, MATCH_INITIALS, MATCH_NAME };

/* Scripts without blanks, and names that were written in one: 山田太郎, TaroYamada. */
static bool
is_joined(struct arena *a, const struct name *shown, const char *first, const char *last)
{
    struct name one, other;

    read_name(a, arena_printf(a, "%s %s", first, last), &one);
    read_name(a, arena_printf(a, "%s %s", last, first), &other);
    if ((unsigned char)*one.joined >= 0x80 &&
        *one.joined) /* no Latin letters: part of a longer text, too */
        return strstr(shown->joined, one.joined) || strstr(shown->joined, other.joined);
    return strcmp(shown->joined, one.joined) == 0 || strcmp(shown->joined, other.joined) == 0;
}

static bool
is_initial(const struct name *shown, const struct name *first)
{
    for (int i = 0; i < shown->n; i++)
        if (first->n && strlen(shown->words[i]) == 1 && shown->words[i][0] == first->words[0][0])
            return true;
    return false;
}

static enum match
compare(struct arena *a, const struct name *shown, const json_t *person)
{
    const char *first = json_string_value(json_object_get(person, "first")),
               *last = json_string_value(json_object_get(person, "last"));
    struct name f, l;

    if (!first || !last || !shown->n)
        return MATCH_NO;
    read_name(a, first, &f);
    read_name(a, last, &l);
    if (!f.n || !l.n) /* one part only: that and nothing else */
        return strcmp(shown->joined, f.n ? f.joined : l.joined) == 0 ? MATCH_NAME : MATCH_NO;
    if ((has_part(a, shown, first) && has_part(a, shown, last) && shown->n <= f.n + l.n + 4) ||
        is_joined(a, shown, first, last))
        return MATCH_NAME;
    return has_part(a, shown, last) && is_initial(shown, &f) && shown->n <= l.n + 2 ? MATCH_INITIALS
                                                                                    : MATCH_NO;
}

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
says_via(const struct msg *m, const struct name *shown)
{
    return m->list_mail || has_word(shown, "via") || msg_field(m, "List-Id") != NULL;
}

/* false: it is not that person, or nothing is to be said. */
static bool
look_at_person(struct msg *m, const char *org, const struct name *shown, const json_t *person)
{
    enum match match = compare(m->arena, shown, person);
    const char *evidence;

    if (match == MATCH_NO)
        return false;
    evidence = evidence_pair(m, m->from_name, m->from);
    if (has_address(person, m->from))
        add(m, org, "person-own-address", "", 0, evidence);
    else if (says_via(m, shown))
        add(m, org, "person-via", "", 1.0, evidence);
    else if (match == MATCH_INITIALS)
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
    struct name shown;

    read_name(m->arena, m->from_name, &shown);
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
