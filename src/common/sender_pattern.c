#include "sender_pattern.h"

#include <string.h>

#include "addr.h"
#include "arena.h"
#include "err.h"

static const struct {
    const char *code, *text;
} problems[SENDER_PROBLEMS] = {
    [SENDER_FINE] = {"", ""},
    [SENDER_EMPTY] = {"empty", "enter an address such as name@example.com or *@example.com"},
    [SENDER_NO_AT] = {"no-at", "an @ is missing; for a whole domain write *@example.com"},
    [SENDER_EVERYBODY] = {"everybody", "*@* would stand for everybody"},
    [SENDER_NAME_STAR] = {"name-star", "before the @ write a whole name, or only *"},
    [SENDER_DOMAIN_STAR] = {"domain-star",
                            "behind the @, * is allowed alone or as *. at the start"},
    [SENDER_TOP_LEVEL] = {"top-level", "behind *. at least two parts are needed: *.example.com"},
    [SENDER_NAME] = {"name", "what stands before the @ is not valid in an address"},
    [SENDER_DOMAIN] = {"domain", "what stands behind the @ is not a domain name"},
    [SENDER_COLUMN] = {"column", "the second column is empty or \"unverified\""},
};

const char *
sender_problem_code(enum sender_problem p)
{
    BUG_IF(p >= SENDER_PROBLEMS);
    return problems[p].code;
}

const char *
sender_problem_text(enum sender_problem p)
{
    BUG_IF(p >= SENDER_PROBLEMS);
    return problems[p].text;
}

/* ---------------------------------------------------------------- typed text */

#define TYPED_MAX 1000
#define STAND_IN "example.com"

static const char *
trimmed(struct arena *a, const char *s)
{
    size_t n;

    s += strspn(s, " \t\r\n");
    n = strlen(s);
    while (n > 0 && strchr(" \t\r\n", s[n - 1]))
        n--;
    return arena_strndup(a, s, n);
}

static enum sender_problem
check_domain(struct arena *a, const char *typed, const char **out)
{
    const char *rest = typed;
    char *domain;
    bool below;

    if (strcmp(typed, "*") == 0) {
        *out = "*";
        return SENDER_FINE;
    }
    below = strncmp(typed, "*.", 2) == 0;
    rest += below ? 2 : 0;
    if (strchr(rest, '*'))
        return SENDER_DOMAIN_STAR;
    if (addr_domain(a, rest, &domain, NULL) < 0)
        return below && *rest && !strchr(rest, '.') ? SENDER_TOP_LEVEL : SENDER_DOMAIN;
    *out = below ? arena_printf(a, "*.%s", domain) : domain;
    return SENDER_FINE;
}

/* The name in lower case, as addr_parse() has it. */
static enum sender_problem
check_name(struct arena *a, const char *typed, const char **out)
{
    struct addr x;

    if (strcmp(typed, "*") == 0) {
        *out = "*";
        return SENDER_FINE;
    }
    if (strchr(typed, '*'))
        return SENDER_NAME_STAR;
    if (addr_parse(a, arena_printf(a, "%s@" STAND_IN, typed), &x, NULL) < 0)
        return SENDER_NAME;
    *out = arena_strndup(a, x.key, strlen(x.key) - strlen("@" STAND_IN));
    return SENDER_FINE;
}

enum sender_problem
sender_pattern_parse(struct arena *a, const char *text, const char **out)
{
    const char *s, *at, *name, *domain, *made;
    enum sender_problem p;
    struct addr whole;

    if (!text || !*(s = trimmed(a, strlen(text) > TYPED_MAX ? "" : text)))
        return text && *text ? SENDER_NAME : SENDER_EMPTY;
    if (!strchr(s, '*') && addr_parse(a, s, &whole, NULL) == 0) { /* also Name <address> */
        *out = whole.key;
        return SENDER_FINE;
    }
    at = strrchr(s, '@');
    if (!at)
        return SENDER_NO_AT;
    if (strcmp(s, "*@*") == 0)
        return SENDER_EVERYBODY;
    if ((p = check_name(a, arena_strndup(a, s, (size_t)(at - s)), &name)) != SENDER_FINE ||
        (p = check_domain(a, at + 1, &domain)) != SENDER_FINE)
        return p;
    made = arena_printf(a, "%s@%s", name, domain);
    if (strcmp(made, "*@*") == 0)
        return SENDER_EVERYBODY;
    if (strlen(made) > ADDR_MAX)
        return SENDER_NAME;
    *out = made;
    return SENDER_FINE;
}

const char *
sender_pattern_of(struct arena *a, const char *sender, bool whole)
{
    const char *at = strrchr(sender, '@'), *out;

    if (!at || strchr(sender, '*') ||
        sender_pattern_parse(a, whole ? arena_printf(a, "*%s", at) : sender, &out) != SENDER_FINE)
        return "";
    return out;
}

/* ---------------------------------------------------------------- matching */

int
sender_candidates(struct arena *a, const struct addr *address, const char *const **out)
{
    size_t domain = strlen(address->domain);
    const char **list, *name, *up;
    int n = 0;

    *out = NULL;
    if (domain == 0 || strlen(address->key) <= domain + 1)
        return 0;
    list = arena_calloc(a, SENDER_CANDIDATES, sizeof *list);
    name = arena_strndup(a, address->key, strlen(address->key) - domain - 1);
    list[n++] = address->key;
    list[n++] = arena_printf(a, "*@%s", address->domain);
    list[n++] = arena_printf(a, "%s@*", name);
    /* A name has at most 253 bytes, so at most 126 dots: all of its parents have room. */
    for (up = strchr(address->domain, '.'); up && strchr(up + 1, '.'); up = strchr(up + 1, '.')) {
        BUG_IF(n + 2 > SENDER_CANDIDATES);
        list[n++] = arena_printf(a, "%s@*%s", name, up);
        list[n++] = arena_printf(a, "*@*%s", up);
    }
    *out = list;
    return n;
}

bool
sender_pattern_matches(struct arena *a, const char *pattern, const struct addr *address)
{
    const char *const *list;
    int n = sender_candidates(a, address, &list);

    for (int i = 0; i < n; i++)
        if (strcmp(pattern, list[i]) == 0)
            return true;
    return false;
}
