/* Rules in SpamAssassin's language: what is in the folders, and whether the engine can run it. */
#include "cli.h"
#include "common/arena.h"
#include "common/buf.h"
#include "common/settings.h"
#include "engine/rules/rules.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

/* The folders of the command line, or of the settings. */
static struct ruleset *
load(struct cli *c)
{
    struct buf *b = buf_new(c->a, 0);
    const char *folder;
    while ((folder = cli_word(c)))
        buf_printf(b, "%s%s", b->len ? ":" : "", folder);
    const char *folders = b->len ? buf_cstr(b) : settings_text(SET_rules_folders);
    struct ruleset *set = rules_load(folders, RULES_SCORE_SET);
    if (!set)
        err_set(&c->err, ERR_INPUT, "rules", "%.150s: no folder can be read", folders);
    return set;
}

/* ------------------------------------------------------------------ check */

static const char *const severities[] = {"no-effect", "unsupported", "error"};

static json_t *
problem_json(const struct rules_problem *p)
{
    return json_pack("{s:s, s:s, s:i, s:s, s:s}", "severity", severities[p->severity], "file",
                     p->file, "line", p->line, "what", p->what, "cause", p->cause);
}

static json_t *
kinds_json(const struct ruleset *set)
{
    json_t *kinds = json_object();
    for (int i = 0; i < rules_count(set); i++) {
        struct rule_facts f = rules_facts(set, i);
        if (*f.kind)
            json_object_set_new(
                kinds, f.kind,
                json_integer(json_integer_value(json_object_get(kinds, f.kind)) + 1));
    }
    return kinds;
}

static json_t *
check_json(const struct ruleset *set)
{
    struct rules_totals t = rules_totals(set);
    json_t *list = json_array();
    for (int i = 0; i < rules_problems(set); i++) {
        struct rules_problem p = rules_problem(set, i);
        json_t *one = problem_json(&p);
        if (one) /* names in files are bytes, JSON is UTF-8 */
            json_array_append_new(list, one);
    }
    return json_pack("{s:i, s:i, s:i, s:i, s:i, s:i, s:i, s:i, s:i, s:i, s:i, s:i, s:o, s:o}",
                     "files", t.files, "lines", t.lines, "rules", t.rules, "running", t.running,
                     "needless", t.needless, "errors", t.errors, "unsupported", t.lacking,
                     "no_effect", t.unused, "skipped_conditions", t.skipped_conditions,
                     "other_languages", t.other_languages, "filtered", t.filtered, "unfiltered",
                     t.unfiltered, "kinds", kinds_json(set), "problems", list);
}

/* Settings without effect are many and alike: without --all one line for each. */
static bool
told_before(const struct ruleset *set, int i, const struct rules_problem *p, int *same)
{
    *same = 0;
    for (int k = 0; k < rules_problems(set); k++) {
        struct rules_problem q = rules_problem(set, k);
        bool equal =
            q.severity == 0 && strcmp(q.what, p->what) == 0 && strcmp(q.cause, p->cause) == 0;
        if (equal && k < i)
            return true;
        *same += equal;
    }
    return false;
}

static void
print_problems(struct cli *c, const struct ruleset *set, bool all)
{
    for (int severity = 2; severity >= 0; severity--)
        for (int i = 0; i < rules_problems(set); i++) {
            struct rules_problem p = rules_problem(set, i);
            int same = 1;
            if (p.severity != severity || (severity == 0 && !all && told_before(set, i, &p, &same)))
                continue;
            printf("%s:%d: %s: %s: %s", cli_safe(c, p.file), p.line, severities[severity],
                   cli_safe(c, p.what), cli_safe(c, p.cause));
            printf(same > 1 ? " (%d lines)\n" : "\n", same);
        }
}

static void
print_totals(const struct ruleset *set)
{
    struct rules_totals t = rules_totals(set);
    json_t *kinds = kinds_json(set), *n;
    const char *kind;
    printf("%d files, %d lines, %d rules, %d can hit:", t.files, t.lines, t.rules, t.running);
    json_object_foreach(kinds, kind, n) printf(" %s %lld", kind, (long long)json_integer_value(n));
    json_decref(kinds);
    printf("\n%d errors, %d rules that cannot be run here, %d lines without effect, "
           "%d conditions that do not hold, %d lines in other languages\n",
           t.errors, t.lacking, t.unused, t.skipped_conditions, t.other_languages);
    printf("%d rules are not run because no rule with a score needs them\n", t.needless);
}

int
cmd_rules_check(struct cli *c)
{
    bool all = cli_flag(c, "--all");
    struct ruleset *set = load(c);
    if (!set || cli_end(c, NULL)) {
        rules_free(&set);
        return -1;
    }
    int errors = rules_totals(set).errors;
    if (c->json) {
        cli_json(c, check_json(set));
    } else {
        print_problems(c, set, all);
        print_totals(set);
    }
    rules_free(&set);
    return errors ? err_set(&c->err, ERR_INPUT, "rules",
                            "%d lines are not correct: the engine leaves those rules out", errors)
                  : 0;
}

/* ------------------------------------------------------------------ list */

int
cmd_rules_list(struct cli *c)
{
    bool all = cli_flag(c, "--all");
    struct ruleset *set = load(c);
    if (!set || cli_end(c, NULL)) {
        rules_free(&set);
        return -1;
    }
    for (int i = 0; i < rules_count(set); i++) {
        struct rule_facts f = rules_facts(set, i);
        if (!*f.kind || (!all && (f.sub || !f.runs)))
            continue;
        if (c->json)
            cli_json(c, json_pack("{s:s, s:s, s:f, s:b, s:s, s:s*, s:s, s:i}", "name", f.name,
                                  "kind", f.kind, "score", f.score, "runs", f.runs, "cause",
                                  f.needless ? "no rule with a score needs it" : f.lacks,
                                  "describe", f.describe, "file", f.file, "line", f.line));
        else
            printf("%-40s %-10s %7.3f %s%s\n", f.name, f.kind, f.score, cli_safe(c, f.describe),
                   f.runs       ? ""
                   : f.needless ? " (not needed)"
                                : " (does not run)");
    }
    rules_free(&set);
    return 0;
}

/* ------------------------------------------------------------------ reload */

/* The engine's process, by its lock: a number in a file that nobody holds is of yesterday. */
static pid_t
engine(struct cli *c)
{
    char text[32] = "";
    int fd = open(settings_run("engine.lock"), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    bool held = fd >= 0 && flock(fd, LOCK_SH | LOCK_NB) < 0 && errno == EWOULDBLOCK;
    ssize_t n = held ? read(fd, text, sizeof text - 1) : 0;
    long pid = n > 0 ? strtol(text, NULL, 10) : 0;
    if (fd >= 0)
        close(fd);
    if (pid <= 1)
        err_set(&c->err, ERR_ENV, "engine",
                "the engine is not running: its rules are read when it starts");
    return (pid_t)pid;
}

int
cmd_rules_reload(struct cli *c)
{
    if (cli_end(c, NULL))
        return -1;
    pid_t pid = engine(c);
    if (pid <= 1)
        return -1;
    if (kill(pid, SIGHUP))
        return err_set(&c->err, ERR_DENIED, "engine", "process %d: %s", (int)pid, strerror(errno));
    if (!c->json)
        printf("the engine reads its rules again; what it leaves out is in its log\n");
    return 0;
}
