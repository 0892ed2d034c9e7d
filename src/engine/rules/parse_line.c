/*
 * One line of a rule file. Whatever it is, something is done with it: it becomes (part of) a rule, a
 * setting, or a problem that says why not.
 */
#include "ruleset.h"
#include "evals.h"
#include "rules.h"
#include "../../common/arena.h"
#include "../../common/buf.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static void
problem(struct parse *p, enum problem_kind k, const char *what, const char *cause)
{
    ruleset_problem(p->set, k, p->file, p->line, what, cause);
}

static void
wrong(struct parse *p, const char *what, const char *cause)
{
    problem(p, PROBLEM_ERROR, what, cause);
}

/* The next word of the value, NULL at its end. */
static char *
word(char **rest)
{
    char *w = *rest + strspn(*rest, " \t\r\f\v");
    if (!*w)
        return NULL;
    *rest = w + strcspn(w, " \t\r\f\v");
    if (**rest)
        *(*rest)++ = '\0';
    *rest += strspn(*rest, " \t\r\f\v");
    return w;
}

static bool
is_rule_name(const char *s)
{
    size_t n = 0;
    if (!isalpha((unsigned char)*s) && *s != '_')
        return false;
    while (isalnum((unsigned char)s[n]) || s[n] == '_')
        n++;
    return !s[n] && n <= RULES_NAME;
}

/* The rule that the line is about; NULL after a problem. */
static struct rule *
named(struct parse *p, const char *key, char **value)
{
    char *name = word(value);
    if (!name)
        wrong(p, key, "the rule's name is missing");
    else if (!is_rule_name(name))
        wrong(p, name, "this cannot be a rule's name");
    else if (p->set->nrules >= RULES_MAX)
        wrong(p, name, "there are too many rules");
    else
        return ruleset_rule(p->set, name, strlen(name));
    return NULL;
}

/* A definition replaces the one before; score, flags and description stay. */
static void
define(struct parse *p, struct rule *r, enum rule_kind kind)
{
    r->kind = kind;
    r->file = p->file;
    r->line = p->line;
    r->header = r->if_unset = r->lacks = r->expression = r->eval_name = NULL;
    r->negated = r->exists = false;
    r->eval = NULL;
    r->nargs = 0;
    r->text = (struct regex_text){0};
}

static void
undefine(struct parse *p, struct rule *r, const char *cause)
{
    wrong(p, r->name, cause);
    r->kind = RULE_NONE;
}

/* ------------------------------------------------------------------ eval:name(arguments) */

/* One argument: in quotes, or a bare word. false: neither. */
static bool
argument(struct parse *p, struct rule *r, char **at)
{
    char *s = *at, *end;
    if (*s == '\'' || *s == '"') {
        for (end = s + 1; *end && *end != *s; end++)
            if (*end == '\\' && end[1])
                end++;
        if (!*end)
            return false;
        s++;
        *at = end + 1;
    } else {
        end = s + strcspn(s, ", \t)");
        *at = end;
    }
    if (r->nargs < RULES_ARGS)
        r->args[r->nargs++] = arena_strndup(p->set->a, s, (size_t)(end - s));
    return true;
}

static bool
arguments(struct parse *p, struct rule *r, char *s)
{
    for (;;) {
        s += strspn(s, " \t,");
        if (*s == ')')
            return true;
        if (!*s || !argument(p, r, &s))
            return false;
    }
}

static void
eval_test(struct parse *p, struct rule *r, char *value)
{
    size_t n = strcspn(value, "( \t");
    r->eval_name = arena_strndup(p->set->a, value, n);
    value += n;
    value += strspn(value, " \t");
    if (*value != '(' || !arguments(p, r, value + 1)) {
        undefine(p, r, "the arguments of an eval test cannot be read");
        return;
    }
    r->kind = RULE_EVAL;
    r->eval = eval_find(r->eval_name);
    if (!r->eval)
        r->lacks = eval_cause(r->eval_name);
}

/* ------------------------------------------------------------------ rules with an expression */

static void
with_expression(struct parse *p, struct rule *r, const char *text)
{
    const char *why = regex_read(p->set->a, text, false, &r->text);
    if (why)
        undefine(p, r, why);
}

static void
body_like(struct parse *p, const char *key, char *value, enum rule_kind kind)
{
    struct rule *r = named(p, key, &value);
    if (!r)
        return;
    define(p, r, kind);
    if (strncmp(value, "eval:", 5) == 0)
        eval_test(p, r, value + 5);
    else if (!*value)
        undefine(p, r, "the expression is missing");
    else
        with_expression(p, r, value);
}

static void
key_body(struct parse *p, const char *key, char *value)
{
    body_like(p, key, value, RULE_BODY);
}

static void
key_rawbody(struct parse *p, const char *key, char *value)
{
    body_like(p, key, value, RULE_RAWBODY);
}

static void
key_full(struct parse *p, const char *key, char *value)
{
    body_like(p, key, value, RULE_FULL);
}

static void
key_uri(struct parse *p, const char *key, char *value)
{
    body_like(p, key, value, RULE_URI);
}

/* Only what is known is asked for: a spelling mistake must not be a rule that never hits. */
static bool
good_request(const char *h)
{
    static const char *const modifiers[] = {"raw", "addr",  "name",  "host", "domain",
                                            "ip",  "revip", "first", "last"};
    h += strcspn(h, ":");
    while (*h == ':' && h[1]) {
        size_t n = strcspn(++h, ":");
        bool known = false;
        for (size_t i = 0; i < sizeof modifiers / sizeof *modifiers; i++)
            known |= strlen(modifiers[i]) == n && strncmp(h, modifiers[i], n) == 0;
        if (!known)
            return false;
        h += n;
    }
    return true;
}

/* `Name:modifier =~ /expression/ [if-unset: text]` */
static void
header_match(struct parse *p, struct rule *r, char *value)
{
    struct arena *a = p->set->a;
    size_t n = strcspn(value, " \t=!");
    char *op = value + n + strspn(value + n, " \t"), *unset;
    size_t len = n > 0 && value[n - 1] == ':' ? n - 1 : n;
    r->header = arena_strndup(a, value, len);
    if (len == 0 || (strncmp(op, "=~", 2) != 0 && strncmp(op, "!~", 2) != 0)) {
        undefine(p, r, "\"Field =~ /expression/\" is expected");
        return;
    }
    if (!good_request(r->header)) {
        undefine(p, r, "the field's modifier is not known");
        return;
    }
    r->negated = *op == '!';
    op += 2 + strspn(op + 2, " \t");
    unset = strstr(op, "[if-unset:");
    if (unset && unset > op && unset[strlen(unset) - 1] == ']') {
        char *text = unset + strlen("[if-unset:");
        text += strspn(text, " \t");
        r->if_unset = arena_strndup(a, text, strlen(text) - 1);
        while (unset > op && isspace((unsigned char)unset[-1]))
            unset--;
        *unset = '\0';
    }
    with_expression(p, r, op);
}

static void
key_header(struct parse *p, const char *key, char *value)
{
    struct rule *r = named(p, key, &value);
    if (!r)
        return;
    define(p, r, RULE_HEADER);
    if (strncmp(value, "eval:", 5) == 0) {
        eval_test(p, r, value + 5);
    } else if (strncmp(value, "exists:", 7) == 0) {
        size_t n = strlen(value + 7);
        r->exists = true;
        r->header = arena_strndup(p->set->a, value + 7, n > 0 && value[6 + n] == ':' ? n - 1 : n);
        if (!*r->header || strpbrk(r->header, " \t:"))
            undefine(p, r, "the field's name is missing or wrong");
    } else {
        header_match(p, r, value);
    }
}

static void
key_mimeheader(struct parse *p, const char *key, char *value)
{
    struct rule *r = named(p, key, &value);
    if (!r)
        return;
    define(p, r, RULE_MIMEHEADER);
    header_match(p, r, value);
}

static void
key_meta(struct parse *p, const char *key, char *value)
{
    struct rule *r = named(p, key, &value);
    if (!r)
        return;
    define(p, r, RULE_META);
    r->expression = arena_strdup(p->set->a, value);
    if (!*value)
        undefine(p, r, "the expression is missing");
}

/* ------------------------------------------------------------------ about rules */

static void
key_describe(struct parse *p, const char *key, char *value)
{
    struct rule *r = named(p, key, &value);
    if (r)
        r->describe = arena_strdup(p->set->a, value);
}

/* One number for all sets, or four; in parentheses: added to the score before. */
static void
key_score(struct parse *p, const char *key, char *value)
{
    struct rule *r = named(p, key, &value);
    double score[4];
    bool add = false;
    int n = 0;
    char *w, *end;
    if (!r)
        return;
    while (n < 4 && (w = word(&value))) {
        add = *w == '(';
        score[n++] = strtod(w + add, &end);
        if (end == w + add || strcmp(end, add ? ")" : "") != 0) {
            wrong(p, r->name, "a score is not a number");
            return;
        }
    }
    if ((n != 1 && n != 4) || word(&value)) {
        wrong(p, r->name, "a score is one number, or four");
        return;
    }
    double mine = score[n == 1 ? 0 : p->set->score_set];
    if (add && r->scored)
        mine += r->score;
    if (!(mine >= -RULES_SCORE_MOST && mine <= RULES_SCORE_MOST)) {
        wrong(p, r->name, "a score is a number from -1000 to 1000");
        return;
    }
    r->score = mine;
    r->scored = true;
}

static void
range(struct rule *r, const char *text)
{
    const char *dash = strchr(text, '-');
    int from = atoi(text);
    r->from_part = from;
    r->to_part = !dash ? from : dash[1] ? atoi(dash + 1) : 0;
}

static void
key_tflags(struct parse *p, const char *key, char *value)
{
    /* Those of learning and of publishing, and the ones that change nothing for us. */
    static const char *const others[] = {
        "learn",   "noautolearn", "autolearn_force", "autolearn_body", "autolearn_header",
        "publish", "nopublish",   "userconf",        "domains_only",   "ips_only",
        "a",       "ns",          "notrim",          "noawl",          "nolog",
        "dynamic", "nosubtest"};
    struct rule *r = named(p, key, &value);
    char *w;
    if (!r)
        return;
    r->multiple = r->nice = r->net = r->nosubject = r->concat = false;
    r->maxhits = r->from_part = r->to_part = 0;
    while ((w = word(&value))) {
        bool known = true;
        if (strcmp(w, "multiple") == 0)
            r->multiple = true;
        else if (strcmp(w, "nice") == 0)
            r->nice = true;
        else if (strcmp(w, "net") == 0)
            r->net = true;
        else if (strcmp(w, "nosubject") == 0)
            r->nosubject = true;
        else if (strcmp(w, "concat") == 0)
            r->concat = true;
        else if (strncmp(w, "maxhits=", 8) == 0)
            r->maxhits = atoi(w + 8);
        else if (strncmp(w, "range=", 6) == 0)
            range(r, w + 6);
        else
            for (size_t i = known = false; i < sizeof others / sizeof *others; i++)
                known |= strcmp(w, others[i]) == 0;
        if (!known)
            problem(p, PROBLEM_UNUSED, "tflags",
                    arena_printf(p->set->a, "the flag \"%s\" is not known", w));
    }
}

/* All rules of a priority are run with all others: only short-circuiting would show a difference. */
static void
key_priority(struct parse *p, const char *key, char *value)
{
    struct rule *r = named(p, key, &value);
    char *w = r ? word(&value) : NULL, *end;
    if (r && (!w || (strtol(w, &end, 10), *end)))
        wrong(p, r->name, "a priority is a whole number");
}

static void
key_test(struct parse *p, const char *key, char *value)
{
    struct rule *r = named(p, key, &value);
    char *w = r ? word(&value) : NULL;
    if (r && (!w || (strcmp(w, "ok") != 0 && strcmp(w, "fail") != 0)))
        wrong(p, r->name, "a test is \"ok\" or \"fail\" with a text");
    else if (r)
        p->set->regression_tests++;
}

/* ------------------------------------------------------------------ tags */

static void
tag(struct parse *p, struct names *t, const char *key, char *value)
{
    char *name = word(&value);
    if (!name || !*value)
        wrong(p, key, "a name and its text are expected");
    else
        names_put(t, name, strlen(name), arena_strdup(p->set->a, value));
}

static void
key_replace_tag(struct parse *p, const char *key, char *value)
{
    tag(p, &p->set->tags, key, value);
}

static void
key_replace_pre(struct parse *p, const char *key, char *value)
{
    tag(p, &p->set->tag_pre, key, value);
}

static void
key_replace_inter(struct parse *p, const char *key, char *value)
{
    tag(p, &p->set->tag_inter, key, value);
}

static void
key_replace_post(struct parse *p, const char *key, char *value)
{
    tag(p, &p->set->tag_post, key, value);
}

static void
key_replace_rules(struct parse *p, const char *key, char *value)
{
    char *w;
    if (!*value)
        wrong(p, key, "names of rules are expected");
    while ((w = word(&value)))
        if (is_rule_name(w))
            ruleset_rule(p->set, w, strlen(w))->replace = true;
        else
            wrong(p, w, "this cannot be a rule's name");
}

static void
key_replace_sign(struct parse *p, const char *key, char *value)
{
    if (strcmp(value, strcmp(key, "replace_start") == 0 ? "<" : ">") != 0)
        wrong(p, key, "only < and > are understood around tags");
}

/* ------------------------------------------------------------------ lists */

static char yes[] = "yes", no[] = "no";

static void
each_lower(struct parse *p, char *value, void (*take)(struct parse *p, const char *w, void *to),
           void *to)
{
    char *w;
    while ((w = word(&value))) {
        for (char *c = w; *c; c++)
            *c = (char)tolower((unsigned char)*c);
        take(p, w, to);
    }
}

static void
take_name(struct parse *p, const char *w, void *to)
{
    (void)p;
    names_put(to, w, strlen(w), yes);
}

static void
take_pattern(struct parse *p, const char *w, void *to)
{
    struct patterns *l = to;
    if (l->n == l->room) {
        const char **old = l->item;
        l->room = l->room ? l->room * 2 : 16;
        l->item = arena_calloc(p->set->a, (size_t)l->room, sizeof *l->item);
        if (old)
            memcpy(l->item, old, (size_t)l->n * sizeof *old);
    }
    l->item[l->n++] = arena_strdup(p->set->a, w);
}

static void
take_freemail(struct parse *p, const char *w, void *to)
{
    (void)to;
    if (strpbrk(w, "*?"))
        take_pattern(p, w, &p->set->freemail_wild);
    else
        take_name(p, w, &p->set->freemail);
}

static void
key_freemail_domains(struct parse *p, const char *key, char *value)
{
    (void)key;
    each_lower(p, value, take_freemail, NULL);
}

static void
key_freemail_welcomelist(struct parse *p, const char *key, char *value)
{
    (void)key;
    each_lower(p, value, take_name, &p->set->freemail_welcome);
}

static void
key_util_rb_tld(struct parse *p, const char *key, char *value)
{
    (void)key;
    each_lower(p, value, take_name, &p->set->tlds);
}

static void
key_util_rb_2tld(struct parse *p, const char *key, char *value)
{
    (void)key;
    each_lower(p, value, take_name, &p->set->tlds2);
}

static void
key_util_rb_3tld(struct parse *p, const char *key, char *value)
{
    (void)key;
    each_lower(p, value, take_name, &p->set->tlds3);
}

static void
key_clear_util_rb(struct parse *p, const char *key, char *value)
{
    (void)key, (void)value;
    names_init(&p->set->tlds, p->set->a);
    names_init(&p->set->tlds2, p->set->a);
    names_init(&p->set->tlds3, p->set->a);
}

static struct patterns *
addrlist(struct ruleset *s, const char *name)
{
    struct patterns *l = names_get(&s->addrlists, name, strlen(name));
    if (!l) {
        l = arena_alloc(s->a, sizeof *l);
        names_put(&s->addrlists, name, strlen(name), l);
    }
    return l;
}

/* "(NAME)" before the entries; NULL after a problem. */
static const char *
list_name(struct parse *p, const char *key, char **value)
{
    char *end;
    if (**value != '(' || !(end = strchr(*value, ')'))) {
        wrong(p, key, "the list's name is missing: (NAME)");
        return NULL;
    }
    const char *name = arena_strndup(p->set->a, *value + 1, (size_t)(end - *value - 1));
    *value = end + 1;
    return name;
}

static void
key_enlist_addrlist(struct parse *p, const char *key, char *value)
{
    const char *name = list_name(p, key, &value);
    if (name)
        each_lower(p, value, take_pattern, addrlist(p->set, name));
}

static void
take_host(struct parse *p, const char *w, void *to)
{
    (void)p;
    bool in = *w != '!';
    w += !in;
    w += *w == '.';
    names_put(to, w, strlen(w), in ? yes : no);
}

static void
enlist_hosts(struct parse *p, const char *name, char *value)
{
    struct names *t = names_get(&p->set->hostlists, name, strlen(name));
    if (!t) {
        t = arena_alloc(p->set->a, sizeof *t);
        names_init(t, p->set->a);
        names_put(&p->set->hostlists, name, strlen(name), t);
    }
    each_lower(p, value, take_host, t);
}

static void
key_enlist_uri_host(struct parse *p, const char *key, char *value)
{
    const char *name = list_name(p, key, &value);
    if (name)
        enlist_hosts(p, name, value);
}

static void
key_blocklist_uri_host(struct parse *p, const char *key, char *value)
{
    (void)key;
    enlist_hosts(p, "BLOCK", value);
}

static void
key_welcomelist_uri_host(struct parse *p, const char *key, char *value)
{
    (void)key;
    enlist_hosts(p, "WELCOME", value);
}

/* welcomelist_from, blocklist_to, more_spam_to ...: the list has the setting's name, in today's words. */
static void
key_addresses(struct parse *p, const char *key, char *value)
{
    const char *name =
        strncmp(key, "whitelist", 9) == 0   ? arena_printf(p->set->a, "welcomelist%s", key + 9)
        : strncmp(key, "blacklist", 9) == 0 ? arena_printf(p->set->a, "blocklist%s", key + 9)
                                            : key;
    each_lower(p, value, take_pattern, addrlist(p->set, arena_strdup(p->set->a, name)));
}

static void
key_redirector_pattern(struct parse *p, const char *key, char *value)
{
    struct ruleset *s = p->set;
    struct regex_text t;
    struct regex *re;
    const char *why = regex_read(s->a, value, false, &t);
    if (!why)
        why = regex_compile(s->a, &t, &re);
    if (why || s->nredirectors >= 1000) {
        wrong(p, key, why ? why : "there are too many");
        return;
    }
    struct regex **all = arena_calloc(s->a, (size_t)s->nredirectors + 1, sizeof *all);
    if (s->nredirectors)
        memcpy(all, s->redirectors, (size_t)s->nredirectors * sizeof *all);
    all[s->nredirectors++] = re;
    s->redirectors = all;
}

/* ------------------------------------------------------------------ files and plugins */

static void
key_loadplugin(struct parse *p, const char *key, char *value)
{
    char *name = word(&value);
    if (!name)
        wrong(p, key, "the plugin's name is missing");
    else if (!parse_plugin(p->set, name))
        problem(p, PROBLEM_UNUSED, key,
                arena_printf(p->set->a, "the plugin %s is not known here", name));
}

static void
key_require_version(struct parse *p, const char *key, char *value)
{
    if (strcmp(value, "@@VERSION@@") != 0 && strtod(value, NULL) < 3)
        wrong(p, key, "rules of before version 3 are not understood");
}

/* ------------------------------------------------------------------ the table */

#define PLAIN(key)      \
    {                   \
#key, key_##key \
    }
static const struct {
    const char *key;
    void (*read)(struct parse *p, const char *key, char *value);
} keys[] = {
    PLAIN(body),
    PLAIN(header),
    PLAIN(meta),
    PLAIN(score),
    PLAIN(describe),
    PLAIN(tflags),
    PLAIN(rawbody),
    PLAIN(full),
    PLAIN(uri),
    PLAIN(mimeheader),
    PLAIN(priority),
    PLAIN(test),
    PLAIN(replace_tag),
    PLAIN(replace_pre),
    PLAIN(replace_inter),
    PLAIN(replace_post),
    PLAIN(replace_rules),
    {"replace_start", key_replace_sign},
    {"replace_end", key_replace_sign},
    PLAIN(freemail_domains),
    PLAIN(freemail_welcomelist),
    {"freemail_whitelist", key_freemail_welcomelist},
    PLAIN(util_rb_tld),
    PLAIN(util_rb_2tld),
    PLAIN(util_rb_3tld),
    PLAIN(clear_util_rb),
    PLAIN(enlist_addrlist),
    PLAIN(enlist_uri_host),
    PLAIN(blocklist_uri_host),
    {"blacklist_uri_host", key_blocklist_uri_host},
    PLAIN(welcomelist_uri_host),
    {"whitelist_uri_host", key_welcomelist_uri_host},
    {"welcomelist_from", key_addresses},
    {"whitelist_from", key_addresses},
    {"blocklist_from", key_addresses},
    {"blacklist_from", key_addresses},
    {"welcomelist_to", key_addresses},
    {"whitelist_to", key_addresses},
    {"blocklist_to", key_addresses},
    {"blacklist_to", key_addresses},
    {"more_spam_to", key_addresses},
    {"all_spam_to", key_addresses},
    PLAIN(redirector_pattern),
    PLAIN(loadplugin),
    PLAIN(require_version),
};

static const struct {
    const char *key, *cause;
} unused[] = {
#define UNUSED(key, cause) {key, cause},
#include "unused.def"
#undef UNUSED
};

void
parse_line(struct parse *p, char *key, char *value)
{
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (strcmp(keys[i].key, key) == 0) {
            keys[i].read(p, key, value);
            return;
        }
    for (size_t i = 0; i < sizeof unused / sizeof *unused; i++)
        if (strcmp(unused[i].key, key) == 0) {
            problem(p, PROBLEM_UNUSED, unused[i].key, unused[i].cause);
            return;
        }
    key = arena_strndup(p->set->a, key, strnlen(key, 60));
    if (strncmp(key, "def_w", 5) == 0 || strstr(key, "list_auth") || strstr(key, "_from_rcvd") ||
        strstr(key, "_from_spf") || strstr(key, "_from_dkim"))
        problem(p, PROBLEM_UNUSED, key, "authentication is checked by the gateway itself");
    else
        wrong(p, key, "this is not known");
}
