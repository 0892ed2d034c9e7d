/*
 * Parity: the same rule files on the same mails, here and in SpamAssassin itself (oracles.d/rules_oracle.pl).
 * Of all pairs (mail, rule) where at least one of the two sees a hit, 99 % must agree. Rules that cannot be
 * run here (the network, authentication: `sekisho rules check` lists them) do not count.
 *
 * SpamAssassin needs 0.1 s a mail: make check takes a sample of 200 mails, PARITY_MAILS=3000 (make bench-rules)
 * all of it. Half are ham, half spam, chosen by a hash of their names. What SpamAssassin said is kept in
 * $BUILD/rules-oracle by a hash of the rule files.
 *
 * The engine runs only what a rule with a score needs (rules.h, RULES_ALL): those rules must say the same then.
 *
 * Classes of differences that are known, with their causes:
 *   expressions too large for PCRE2 (3 rules of forms to fill in), and metas that depend on them;
 *   Received fields of rare programs: the forms are recognised by their common parts, not one by one;
 *   which addresses in a text count as those of a person (freemail_reply);
 *   the few pieces in which broken HTML is taken apart differently.
 */
#include <dirent.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

#include "unpack.h"
#include "common/arena.h"
#include "common/buf.h"
#include "common/err.h"
#include "engine/rules/names.h"
#include "engine/rules/rules.h"

#define PACK "../shared/data/mail/spamassassin-corpus.tar.zst"
#define RULES "/usr/share/spamassassin"
#define SITE "/etc/spamassassin"
#define SAMPLE 200
#define LEAST 99.0 /* per cent */
#define SHOWN 25   /* rules that differ, with the most first */

struct mail {
    uint32_t order;
    const char *name;
    bool spam;
};

struct difference {
    const char *rule, *mail;
    int missing, more;
};

static struct arena *a;
static char dir[] = "/tmp/sekisho-parity-XXXXXX";

static uint32_t
hash(const char *p, size_t n, uint32_t h)
{
    for (size_t i = 0; i < n; i++)
        h = (h ^ (unsigned char)p[i]) * 16777619u;
    return h;
}

static char *
slurp(struct arena *where, const char *path, size_t *n)
{
    FILE *f = fopen(path, "re");
    struct buf *b = buf_new(where, 0);
    char part[65536];
    if (!f)
        return NULL;
    for (size_t k; (k = fread(part, 1, sizeof part, f)) > 0;)
        buf_add(b, part, k);
    fclose(f);
    *n = b->len;
    return arena_strndup(where, buf_cstr(b), b->len);
}

/* ------------------------------------------------------------------ which mails */

static int
by_order(const void *x, const void *y)
{
    const struct mail *m = x, *n = y;
    return m->order != n->order ? (m->order > n->order) - (m->order < n->order)
                                : strcmp(m->name, n->name);
}

static int
choose(struct mail *out, int want)
{
    size_t n;
    char *rest = slurp(a, arena_printf(a, "%s/spamassassin-corpus/labels.tsv", dir), &n), *line;
    struct mail *all = arena_calloc(a, 10000, sizeof *all);
    int have = 0, taken = 0, half[2] = {0};
    (void)strsep(&rest, "\n");
    while ((line = strsep(&rest, "\n")) && have < 10000) {
        char *name = strsep(&line, "\t");
        if (!line)
            continue;
        all[have++] =
            (struct mail){hash(name, strlen(name), 2166136261u), name, strcmp(line, "spam") == 0};
    }
    qsort(all, (size_t)have, sizeof *all, by_order);
    for (int i = 0; i < have && taken < want; i++)
        if (half[all[i].spam] < want / 2) {
            half[all[i].spam]++;
            out[taken++] = all[i];
        }
    return taken;
}

/* ------------------------------------------------------------------ what SpamAssassin says */

static uint32_t
rules_hash(void)
{
    static const char *const folders[] = {RULES, SITE};
    uint32_t h = 2166136261u;
    for (size_t k = 0; k < 2; k++) {
        struct dirent **list;
        int n = scandir(folders[k], &list, NULL, alphasort);
        for (int i = 0; i < n; i++) {
            struct arena *b = arena_new();
            size_t len = 0;
            char *text = strstr(list[i]->d_name, ".cf")
                             ? slurp(b, arena_printf(b, "%s/%s", folders[k], list[i]->d_name), &len)
                             : NULL;
            h = text ? hash(text, len, h) : h;
            arena_free(&b);
            free(list[i]);
        }
        if (n >= 0)
            free(list);
    }
    return h;
}

/* Lines "name<TAB>rules" of earlier runs. */
static void
read_known(struct names *known, const char *file)
{
    size_t n;
    char *rest = slurp(a, file, &n), *line;
    while (rest && (line = strsep(&rest, "\n"))) {
        char *name = strsep(&line, "\t");
        const char *in_pack = line ? strstr(name, "spamassassin-corpus/") : NULL;
        if (in_pack)
            names_put(known, in_pack + 20, strlen(in_pack + 20), line);
    }
}

static bool
ask(const char *list, const char *file)
{
    char *argv[] = {"perl", "tests/corpus/oracles.d/rules_oracle.pl", RULES, SITE, "-", NULL};
    posix_spawn_file_actions_t acts;
    pid_t p;
    int status = 1;
    posix_spawn_file_actions_init(&acts);
    posix_spawn_file_actions_addopen(&acts, 0, list, O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&acts, 1, file, O_WRONLY | O_CREAT | O_APPEND, 0644);
    if (posix_spawnp(&p, "perl", &acts, NULL, argv, environ) == 0)
        waitpid(p, &status, 0);
    posix_spawn_file_actions_destroy(&acts);
    return status == 0;
}

static double
seconds_of(int who)
{
    struct rusage u;
    getrusage(who, &u);
    return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
           (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

/* Asks for those that are not known yet. *cpu: seconds for each of them, 0 = none was asked. */
static bool
oracle(struct names *known, const struct mail *mails, int n, double *cpu)
{
    const char *build = getenv("BUILD"),
               *folder = arena_printf(a, "%s/rules-oracle", build ? build : "build");
    const char *file = arena_printf(a, "%s/%08x.tsv", folder, rules_hash()),
               *list = arena_printf(a, "%s/list", dir);
    FILE *f = fopen(list, "we");
    int asked = 0;
    bool good = true;
    (void)mkdir(folder, 0755);
    read_known(known, file);
    for (int i = 0; f && i < n; i++)
        if (!names_get(known, mails[i].name, strlen(mails[i].name))) {
            fprintf(f, "%s/spamassassin-corpus/%s\n", dir, mails[i].name);
            asked++;
        }
    if (f)
        fclose(f);
    *cpu = 0;
    if (asked) {
        double before = seconds_of(RUSAGE_CHILDREN);
        good = ask(list, file);
        *cpu = (seconds_of(RUSAGE_CHILDREN) - before) / asked;
        read_known(known, file);
    }
    return good;
}

/* ------------------------------------------------------------------ comparing */

struct comparison {
    struct names differences; /* struct difference by rule */
    struct difference **list;
    long agree, missing, more;
    long other; /* with a score, and not the same when only what is needed is run */
    double cpu, cpu_all;
};

static bool
listed(const char *list, const char *name)
{
    size_t n = strlen(name);
    for (const char *p = list; (p = strstr(p, name)); p += n)
        if ((p == list || p[-1] == ' ') && (p[n] == ' ' || !p[n]))
            return true;
    return false;
}

static void
differs(struct comparison *c, const char *rule, const char *mail, bool more)
{
    struct difference *d = names_get(&c->differences, rule, strlen(rule));
    if (!d) {
        d = arena_alloc(a, sizeof *d);
        *d = (struct difference){.rule = rule, .mail = mail};
        names_put(&c->differences, rule, strlen(rule), d);
    }
    d->more += more;
    d->missing += !more;
    c->more += more;
    c->missing += !more;
}

static double
timed(const struct ruleset *set, struct arena *scratch, const char *raw, size_t n,
      struct rules_result *r)
{
    double before = seconds_of(RUSAGE_SELF);
    rules_check(set, scratch, NULL, raw, n, r);
    return seconds_of(RUSAGE_SELF) - before;
}

static void
compare(struct comparison *c, const struct ruleset *set, const struct ruleset *needed,
        const struct mail *m, const char *theirs)
{
    struct arena *scratch = arena_new();
    struct rules_result r, short_cut;
    size_t n = 0;
    const char *raw =
        slurp(scratch, arena_printf(scratch, "%s/spamassassin-corpus/%s", dir, m->name), &n);
    c->cpu_all += timed(set, scratch, raw ? raw : "", n, &r);
    c->cpu += timed(needed, scratch, raw ? raw : "", n, &short_cut);
    for (int i = 0; i < rules_count(set); i++) {
        struct rule_facts f = rules_facts(set, i);
        if (!f.runs)
            continue;
        bool mine = r.hits[i] > 0, other = listed(theirs, f.name);
        c->other += !f.sub && mine != (short_cut.hits[i] > 0);
        c->agree += mine && other;
        if (mine != other)
            differs(c, f.name, m->name, mine);
    }
    arena_free(&scratch);
}

static int
by_weight(const void *x, const void *y)
{
    const struct difference *d = *(const struct difference *const *)x,
                            *e = *(const struct difference *const *)y;
    int w = e->missing + e->more - d->missing - d->more;
    return w ? w : strcmp(d->rule, e->rule);
}

static void
show(struct comparison *c)
{
    int n = 0;
    c->list = arena_calloc(a, c->differences.used + 1, sizeof(struct difference *));
    for (size_t i = 0; i < c->differences.size; i++)
        if (c->differences.slots[i].name)
            c->list[n++] = c->differences.slots[i].value;
    qsort(c->list, (size_t)n, sizeof(struct difference *), by_weight);
    for (int i = 0; i < n && i < SHOWN; i++)
        printf("# %-34s -%d +%d  %s\n", c->list[i]->rule, c->list[i]->missing, c->list[i]->more,
               c->list[i]->mail);
}

static int
run(int want)
{
    struct mail *mails = arena_calloc(a, (size_t)want, sizeof *mails);
    struct names known;
    struct comparison c = {0};
    double theirs;
    int n = choose(mails, want);
    names_init(&known, a);
    names_init(&c.differences, a);
    if (!oracle(&known, mails, n, &theirs)) {
        printf("ok 1 - parity # SKIP SpamAssassin does not run here\n1..1\n");
        return 0;
    }
    struct ruleset *set = rules_load(RULES ":" SITE, RULES_ALL),
                   *needed = rules_load(RULES ":" SITE, 0);
    for (int i = 0; i < n; i++) {
        const char *said = names_get(&known, mails[i].name, strlen(mails[i].name));
        compare(&c, set, needed, &mails[i], said ? said : "");
    }
    double share = 100.0 * (double)c.agree / (double)(c.agree + c.missing + c.more);
    show(&c);
    printf("# shown: rules on %d mails: %ld pairs agree, %ld are missing, %ld are more: %.2f %%\n",
           n, c.agree, c.missing, c.more, share);
    printf("# shown: CPU %.2f ms a mail, %.2f ms when all rules are run", c.cpu / n * 1000,
           c.cpu_all / n * 1000);
    if (theirs > 0)
        printf("; SpamAssassin %.1f ms: 1/%.0f", theirs * 1000, theirs / (c.cpu / n));
    printf("\n%sok 1 - rules agree with SpamAssassin for %.0f %% of pairs\n"
           "%sok 2 - and the same rules hit when only what is needed is run\n1..2\n",
           share >= LEAST ? "" : "not ", LEAST, c.other == 0 ? "" : "not ");
    rules_free(&set);
    rules_free(&needed);
    return share < LEAST || c.other > 0;
}

int
main(void)
{
    const char *many = getenv("PARITY_MAILS");
    int want = many ? atoi(many) : SAMPLE;
    a = arena_new();
    if (access(PACK, R_OK) || access(RULES "/20_head_tests.cf", R_OK) || !unpack(PACK, dir)) {
        printf("ok 1 - parity # SKIP no corpus, or no rules of SpamAssassin\n1..1\n");
        return 0;
    }
    int rc = run(want < 2 || want > 6000 ? SAMPLE : want);
    unpack_remove(dir);
    arena_free(&a);
    return rc;
}
