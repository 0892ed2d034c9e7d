/* The table of eval tests, and what is common to them. */
#include "evals.h"
#include "../../common/arena.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static const struct eval evals[] = {
#define EVAL(id) {#id, eval_##id, NULL},
#define EVAL_WITH(id, how) {#id, eval_##id, eval_prepare_##how},
#include "evals.def"
#undef EVAL
#undef EVAL_WITH
};

static const struct {
    const char *begin, *cause;
} lacking[] = {
#define LACKING(begin, cause) {begin, cause},
#include "evals_lacking.def"
#undef LACKING
};

/* Names of before version 4. */
static const char *
today(const char *name, char *room, size_t size)
{
    static const char *const old[] = {"whitelist", "blacklist"}, *const now[] = {"welcomelist",
                                                                                 "blocklist"};
    for (size_t i = 0; i < 2; i++) {
        const char *at = strstr(name, old[i]);
        if (!at || strlen(name) + 3 > size)
            continue;
        size_t before = (size_t)(at - name);
        memcpy(room, name, before);
        memcpy(room + before, now[i], strlen(now[i]));
        memcpy(room + before + strlen(now[i]), at + strlen(old[i]),
               strlen(at + strlen(old[i])) + 1);
        return room;
    }
    return name;
}

const struct eval *
eval_find(const char *name)
{
    char room[100];
    name = today(name, room, sizeof room);
    for (size_t i = 0; i < sizeof evals / sizeof *evals; i++)
        if (strcmp(evals[i].name, name) == 0)
            return &evals[i];
    return NULL;
}

const char *
eval_cause(const char *name)
{
    size_t i = 0;
    while (strncmp(name, lacking[i].begin, strlen(lacking[i].begin)) != 0)
        i++; /* the last one fits all */
    return lacking[i].cause;
}

const char *
eval_prepare_regex(struct ruleset *s, struct rule *r)
{
    struct regex_text t;
    struct regex *re = NULL;
    if (r->nargs < 2)
        return NULL;
    const char *why = regex_read(s->a, r->args[1], true, &t);
    if (!why)
        why = regex_compile(s->a, &t, &re);
    r->prepared = re;
    return why;
}

double
eval_number(const struct rule *r, int arg, double def)
{
    char *end;
    if (arg >= r->nargs)
        return def;
    double v = strtod(r->args[arg], &end);
    return end == r->args[arg] ? def : v;
}

const char *
eval_text(const struct rule *r, int arg, const char *def)
{
    return arg < r->nargs ? r->args[arg] : def;
}

bool
eval_compare(double value, const char *x)
{
    char op[3] = "";
    x += strspn(x, " ");
    for (size_t i = 0; i < 2 && strchr("<>=!", *x) && *x; i++)
        op[i] = *x++;
    double other = strtod(x, NULL);
    if (strcmp(op, "<") == 0)
        return value < other;
    if (strcmp(op, ">") == 0)
        return value > other;
    if (strcmp(op, "<=") == 0)
        return value <= other;
    if (strcmp(op, ">=") == 0)
        return value >= other;
    bool same = !(value < other) && !(value > other);
    return strcmp(op, "!=") == 0 ? !same : same;
}

static void
add_once(struct view *v, struct spans *all, struct span s)
{
    struct span lower = span_lower(v->a, s);
    for (int i = 0; i < all->n; i++)
        if (all->v[i].n == lower.n && memcmp(all->v[i].p, lower.p, lower.n) == 0)
            return;
    if (lower.n > 0)
        spans_add(v->a, all, lower.p, lower.n);
}

struct spans
eval_from_addresses(struct view *v)
{
    static const char *const fields[] = {"From:addr", "Envelope-Sender:addr", "Resent-Sender:addr",
                                         "X-Envelope-From:addr", "EnvelopeFrom:addr"};
    struct spans all = {0};
    const struct values *found = view_get(v, "Resent-From:first:addr");
    for (int i = 0; i < found->n; i++)
        add_once(v, &all, found->v[i]);
    if (found->n > 0)
        return all;
    for (size_t k = 0; k < sizeof fields / sizeof *fields; k++) {
        found = view_get(v, fields[k]);
        for (int i = 0; i < found->n; i++)
            add_once(v, &all, found->v[i]);
    }
    return all;
}

/* Linear but for the last "*": going back to it is enough. */
bool
eval_wildcard(const char *p, struct span text)
{
    const char *star = NULL, *s = text.p, *end = text.p + text.n, *back = NULL;
    while (s < end) {
        if (*p == '*') {
            star = ++p;
            back = s;
        } else if (*p == '?' || (*p && *p == *s)) {
            p++;
            s++;
        } else if (star) {
            p = star;
            s = ++back;
        } else {
            return false;
        }
    }
    while (*p == '*')
        p++;
    return !*p;
}
