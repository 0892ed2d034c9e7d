/*
 * Rules in SpamAssassin's language (rules/rules.h). Each rule that hits is a finding that adds its score;
 * rules whose names begin with "__" only serve others.
 */
#include "scan.h"
#include "../msg/msg.h"
#include "../rules/rules.h"
#include "../../common/arena.h"
#include "../../common/evlog.h"
#include "../../common/jsonx.h"
#include "../../common/settings.h"

#include <stdlib.h>
#include <string.h>

static struct ruleset *rules;

static void
tell(const struct ruleset *set, bool again)
{
    struct arena *a = arena_new();
    struct rules_totals t = rules_totals(set);
    for (int i = 0; i < rules_problems(set); i++) {
        struct rules_problem p = rules_problem(set, i);
        if (p.severity == 2)
            evlog(EVLOG_WARN, "rules.left-out", "file", p.file, "line",
                  arena_printf(a, "%d", p.line), "rule", p.what, "reason", p.cause, NULL);
    }
    evlog(again ? EVLOG_INFO : EVLOG_DEBUG, "rules.loaded", "files", arena_printf(a, "%d", t.files),
          "rules", arena_printf(a, "%d", t.rules), "running", arena_printf(a, "%d", t.running),
          NULL);
    arena_free(&a);
}

static bool
folder_unread(const struct ruleset *set)
{
    for (int i = 0; i < rules_problems(set); i++) {
        struct rules_problem p = rules_problem(set, i);
        if (p.severity == 2 && strcmp(p.what, "folder") == 0)
            return true;
    }
    return false;
}

/* What cannot be read leaves the rules as they are: those of one folder are not to vanish by a mistake in its rights. */
static void
prepare(void)
{
    struct ruleset *fresh = rules_load(settings_text(SET_rules_folders), RULES_SCORE_SET);
    if (!fresh) {
        evlog(EVLOG_ERROR, "rules.not-read", "folders", settings_text(SET_rules_folders), "reason",
              rules ? "the rules of before go on" : "there are no rules", NULL);
        return;
    }
    tell(fresh, rules != NULL);
    if (rules && folder_unread(fresh)) {
        evlog(EVLOG_ERROR, "rules.not-read", "folders", settings_text(SET_rules_folders), "reason",
              "a folder cannot be read; the rules of before go on", NULL);
        rules_free(&fresh);
        return;
    }
    rules_free(&rules);
    rules = fresh;
}

/* What comes with SpamAssassin gets its scores from checks of much mail by its makers. The file with those of several
 * hundred rules is not in Debian's package, and 1.0 for each, which the language says, is more than most of them ever had
 * (0.001 to 0.25 for those that hit legitimate mail most). An operator's own rule without a score has its 1.0. */
#define PACKAGED "/usr/share/"
#define PACKAGED_UNSCORED 0.01

/*
 * That all hops were our own is worth something when we know who connected. Of a file nobody knows, and fields that name
 * private addresses alone can be written by anybody.
 */
static bool
is_hearsay(const struct msg *m, const struct rule_facts *f)
{
    return strcmp(f->name, "ALL_TRUSTED") == 0 && !(m->env->client_ip && *m->env->client_ip);
}

static double
points(const struct msg *m, const struct rule_facts *f)
{
    if (is_hearsay(m, f))
        return 0;
    bool packaged = strncmp(f->file, PACKAGED, strlen(PACKAGED)) == 0;
    return packaged && !f->scored ? f->score * PACKAGED_UNSCORED : f->score;
}

static void
run(struct scan_ctx *c)
{
    struct msg *m = c->msg;
    struct rules_result r;
    if (!rules)
        return;
    rules_check(rules, m->arena, m->env, (const char *)c->raw, c->raw_len, &r);
    for (int i = 0; i < rules_count(rules); i++) {
        if (r.hits[i] <= 0)
            continue;
        struct rule_facts f = rules_facts(rules, i);
        if (!f.sub)
            msg_add_finding(m, (struct msg_finding){.scanner = "rules",
                                                    .code = f.name,
                                                    .kind = "",
                                                    .score = points(m, &f),
                                                    .evidence = jsonx_utf8(m->arena, f.describe,
                                                                           strlen(f.describe))});
    }
    if (r.late)
        msg_add_anomaly(m, "rules-time");
    if (r.given_up)
        msg_add_anomaly(m, "rules-limit");
}

const struct scanner scan_rules = {
    .name = "rules", .help = "Rules in SpamAssassin's language", .prepare = prepare, .run = run};
