/* Making a set, and what can be asked of it. */
#include "ruleset.h"
#include "rules.h"
#include "../../common/arena.h"
#include "../../common/suffixes.h"

#include <malloc.h>
#include <string.h>
#include <sys/stat.h>

static const char *const kinds[RULE_KINDS] = {
    [RULE_NONE] = "",     [RULE_HEADER] = "header",   [RULE_MIMEHEADER] = "mimeheader",
    [RULE_BODY] = "body", [RULE_RAWBODY] = "rawbody", [RULE_FULL] = "full",
    [RULE_URI] = "uri",   [RULE_META] = "meta",       [RULE_EVAL] = "eval"};

static const char *const loaded_plugins[] = {
#define PLUGIN(name, loaded, cause) loaded ? "Mail::SpamAssassin::Plugin::" #name : NULL,
#include "plugins.def"
#undef PLUGIN
};

struct rule *
ruleset_rule(struct ruleset *s, const char *name, size_t len)
{
    struct rule *r = names_get(&s->by_name, name, len);
    if (r)
        return r;
    if (s->nrules == s->room) {
        struct rule **old = s->rules;
        s->room = s->room ? s->room * 2 : 1024;
        s->rules = arena_calloc(s->a, (size_t)s->room, sizeof(struct rule *));
        if (old)
            memcpy(s->rules, old, (size_t)s->nrules * sizeof(struct rule *));
    }
    r = arena_alloc(s->a, sizeof *r);
    *r = (struct rule){
        .name = arena_strndup(s->a, name, len), .describe = "", .file = "", .index = s->nrules};
    names_put(&s->by_name, name, len, r);
    return s->rules[s->nrules++] = r;
}

void
ruleset_problem(struct ruleset *s, enum problem_kind k, const char *file, int line,
                const char *what, const char *cause)
{
    if (s->nproblems == s->problem_room) {
        struct problem *old = s->problems;
        s->problem_room = s->problem_room ? s->problem_room * 2 : 256;
        s->problems = arena_calloc(s->a, (size_t)s->problem_room, sizeof *s->problems);
        if (old)
            memcpy(s->problems, old, (size_t)s->nproblems * sizeof *old);
    }
    s->problems[s->nproblems++] =
        (struct problem){k, file, line, arena_strdup(s->a, what), arena_strdup(s->a, cause)};
}

static struct ruleset *
empty(int how)
{
    struct arena *a = arena_new();
    struct ruleset *s = arena_alloc(a, sizeof *s);
    *s = (struct ruleset){.a = a,
                          .score_set = how & 3,
                          .all = (how & RULES_ALL) != 0,
                          .plain = (how & RULES_PLAIN) != 0};
    struct names *all[] = {&s->by_name,   &s->tags,      &s->tag_pre,  &s->tag_inter,
                           &s->tag_post,  &s->plugins,   &s->freemail, &s->freemail_welcome,
                           &s->addrlists, &s->hostlists, &s->tlds,     &s->tlds2,
                           &s->tlds3};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        names_init(all[i], a);
    for (size_t i = 0; i < sizeof loaded_plugins / sizeof *loaded_plugins; i++)
        if (loaded_plugins[i])
            (void)parse_plugin(s, loaded_plugins[i]);
    (void)suffixes(); /* a file that the sandbox could not open */
    return s;
}

static void
finish(struct ruleset *s)
{
    replace_tags(s);
    compile_rules(s);
    compile_metas(s);
    plan_needed(s);
    compile_groups(s);
    plan_order(s);
    (void)malloc_trim(0); /* half of what it took: workers need not share that */
}

static bool
missing(const char *folder)
{
    struct stat st;
    return stat(folder, &st) != 0;
}

struct ruleset *
rules_load(const char *folders, int how)
{
    struct ruleset *s = empty(how);
    int there = 0, read = 0;
    while (*folders) {
        size_t n = strcspn(folders, ":");
        const char *folder = arena_strndup(s->a, folders, n);
        folders += n + (folders[n] == ':');
        if (n == 0 || missing(folder))
            continue;
        there++;
        read += parse_folder(s, folder) == 0;
    }
    if (there > 0 && read == 0) {
        rules_free(&s);
        return NULL;
    }
    finish(s);
    return s;
}

struct ruleset *
rules_from_text(const char *text, size_t n, int how)
{
    struct ruleset *s = empty(how);
    parse_text(s, "text", text, n);
    finish(s);
    return s;
}

void
rules_free(struct ruleset **set)
{
    struct arena *a = *set ? (*set)->a : NULL;
    *set = NULL;
    arena_free(&a);
}

/* ------------------------------------------------------------------ asking */

int
rules_count(const struct ruleset *set)
{
    return set->nrules;
}

struct rule_facts
rules_facts(const struct ruleset *set, int i)
{
    const struct rule *r = set->rules[i];
    return (struct rule_facts){.name = r->name,
                               .describe = r->describe,
                               .kind = kinds[r->kind],
                               .file = r->file,
                               .line = r->line,
                               .score = r->score,
                               .scored = r->scored,
                               .sub = strncmp(r->name, "__", 2) == 0,
                               .needless = r->needless,
                               .runs = !rule_rests(r),
                               .lacks = r->lacks ? r->lacks : ""};
}

int
rules_problems(const struct ruleset *set)
{
    return set->nproblems;
}

struct rules_problem
rules_problem(const struct ruleset *set, int i)
{
    const struct problem *p = &set->problems[i];
    return (struct rules_problem){.severity = p->kind == PROBLEM_ERROR  ? 2
                                              : p->kind == PROBLEM_LACK ? 1
                                                                        : 0,
                                  .file = p->file,
                                  .line = p->line,
                                  .what = p->what,
                                  .cause = p->cause};
}

struct rules_totals
rules_totals(const struct ruleset *set)
{
    struct rules_totals t = {.files = set->files,
                             .lines = set->lines,
                             .skipped_conditions = set->skipped_conditions,
                             .other_languages = set->other_languages,
                             .filtered = set->nfiltered,
                             .unfiltered = set->nunfiltered,
                             .bytes = set->regex_bytes + set->filter_bytes};
    for (int i = 0; i < set->nrules; i++) {
        t.rules += set->rules[i]->kind != RULE_NONE;
        t.running += rules_facts(set, i).runs;
        t.needless += set->rules[i]->needless;
    }
    for (int i = 0; i < set->nproblems; i++) {
        t.errors += set->problems[i].kind == PROBLEM_ERROR;
        t.lacking += set->problems[i].kind == PROBLEM_LACK;
        t.unused += set->problems[i].kind == PROBLEM_UNUSED;
    }
    return t;
}
