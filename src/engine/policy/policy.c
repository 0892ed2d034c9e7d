#include "policy.h"
#include "rule.h"
#include "sender_decide.h"
#include "../msg/msg.h"

#include <pthread.h>
#include <string.h>

static const struct {
    const char *name, *kind;
    rule_matches *matches;
} rules[] = {
#define RULE(id, kind) {#id, kind, rule_##id},
#include "rules.def"
#undef RULE
};

const char *
disposition_name(enum disposition d)
{
    static const char *const names[] = {"deliver", "quarantine", "reject", "delete", "hold"};
    return names[d];
}

static struct spam_rule defaults;

static void
fill_defaults(void)
{
    spam_rule_default(&defaults);
}

const struct spam_rule *
rule_settings(const struct policy_for *who)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    (void)pthread_once(&once, fill_defaults);
    return who && who->spam ? who->spam : &defaults;
}

bool
rule_counts(const struct msg_finding *f, const struct policy_for *who)
{
    return !f->org || !*f->org || (who && who->org && strcmp(f->org, who->org) == 0);
}

const struct msg_finding *
rule_finding(const struct msg *m, const struct policy_for *who, const char *kind)
{
    for (int i = 0; i < m->nfindings; i++)
        if (strcmp(m->findings[i].kind, kind) == 0 && rule_counts(&m->findings[i], who))
            return &m->findings[i];
    return NULL;
}

bool
rule_spam_action(const struct policy_for *who, enum spam_kind kind, enum disposition *d)
{
    enum spam_action action = rule_settings(who)->action[kind];

    *d = action == SPAM_HOLD ? DISP_QUARANTINE : DISP_DELIVER;
    return action != SPAM_DELIVER;
}

static bool
has_statistics(const struct msg *m)
{
    for (int i = 0; i < m->nfindings; i++)
        if (strcmp(m->findings[i].scanner, "statistics") == 0)
            return true;
    return false;
}

/* Rules of SpamAssassin were given their scores to be the only word about a mail. Beside the statistics, which know
 * most of what they say already, a share of it is right. 0.3 was found while rules of a package without a score still
 * counted 1.0 each. With their 0.01 (scan_rules.c), of 0, 0.15, 0.3, 0.5, 0.7 and 1, a half found about as much as more of
 * them at 0.1, 0.5 and 1 % false positives (93.3, 93.2, 93.6 %; 0.3: 92.4 %), on average of three ways to part the mail
 * that parameters are chosen on (tests/bench/ACCURACY.md), and more of them gives legitimate mail more points. Rules that
 * alone are enough to hold a mail, as operators write them, and without statistics all rules, count as they are. */
#define RULES_SHARE 0.5
#define RULES_WHOLE 5.0
/* All rules together take away so much at most: nearly all that speak for a mail look at what its sender wrote (lists of
 * From addresses, signs of mailing lists, of answers), and whoever knows one could wipe out what the others found. Whom
 * people trust is in the sender lists, which want a proof. */
#define RULES_LESS 5.0

static double
points(const struct msg_finding *f, bool statistics)
{
    bool share = statistics && strcmp(f->scanner, "rules") == 0 && f->score < RULES_WHOLE &&
                 f->score > -RULES_WHOLE;
    return share ? f->score * RULES_SHARE : f->score;
}

double
policy_score_for(const struct msg *m, const struct policy_for *who)
{
    bool statistics = has_statistics(m);
    double sum = 0, less = 0; /* less: what rules take away */

    for (int i = 0; i < m->nfindings; i++) {
        double x = points(&m->findings[i], statistics);
        if (!rule_counts(&m->findings[i], who))
            continue;
        if (x < 0 && strcmp(m->findings[i].scanner, "rules") == 0)
            less += x;
        else
            sum += x;
    }
    return sum + (less < -RULES_LESS ? -RULES_LESS : less);
}

double
policy_score(const struct msg *m)
{
    return policy_score_for(m, NULL);
}

double
policy_threshold(const struct policy_for *who)
{
    return spam_levels[rule_settings(who)->level].threshold;
}

/* A rule that only tags does not end it: what is found behind it may be worse. */
static struct decision
by_rules(const struct msg *m, const struct policy_for *who)
{
    struct decision tagged = {DISP_DELIVER, "", "", "", "", "", ""};
    struct rule_reason why;

    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        if (!rules[i].matches(m, who, &why))
            continue;
        struct decision d = {
            why.disposition, rules[i].kind, rules[i].name, why.code, why.slot, "", ""};
        if (d.disposition != DISP_DELIVER)
            return d;
        if (!*tagged.kind) {
            tagged = d;
            tagged.tag = rule_settings(who)->tag;
        }
    }
    return tagged;
}

/* A blocked sender is refused. What is worse than a blocked sender keeps its name: when the refusal
 * cannot be told to the sender, the copy is held, and nobody must take malware for less. */
static void
by_sender(const struct sender_decision *sender, struct decision *d)
{
    if (sender->verdict == SENDER_BLOCKED) {
        d->disposition = DISP_REJECT;
        if (*d->kind && strcmp(d->kind, "spam") != 0)
            d->note = "sender-blocked";
        else
            *d = (struct decision){DISP_REJECT, "blocked", "sender_list", "sender-blocked", "",
                                   "",          ""};
    } else if (sender->verdict == SENDER_APPROVED) {
        d->note = "sender-approved";
    } else if (sender->unproven) {
        d->note = "sender-unproven";
    }
}

/* Mail for a domain whose owner is not known is not judged by anybody's rules (A12). The name of the
 * rule is in tracking also when nothing was found. */
static struct decision
decide_unproven(const struct msg *m, const struct policy_for *who)
{
    struct rule_reason why;
    if (rule_malware(m, who, &why))
        return (struct decision){
            DISP_QUARANTINE, "malware", POLICY_RULE_UNPROVEN, why.code, why.slot, "", ""};
    if (rule_unscannable(m, who, &why)) /* nobody knows whether there is a virus in it */
        return (struct decision){
            DISP_QUARANTINE, "unscannable", POLICY_RULE_UNPROVEN, why.code, why.slot, "", ""};
    return (struct decision){DISP_DELIVER, "", POLICY_RULE_UNPROVEN, "", "", "", ""};
}

struct decision
policy_decide(const struct msg *m, const struct policy_for *who)
{
    static const struct policy_for nobody = {.recipient = ""};
    struct decision d;

    if (who && who->unproven)
        return decide_unproven(m, who);
    d = by_rules(m, who ? who : &nobody);

    if (who && who->sender)
        by_sender(who->sender, &d);
    return d;
}

const char *
policy_verdict_for(const struct msg *m, const struct policy_for *who)
{
    struct decision d = policy_decide(m, who);
    return *d.kind ? d.kind : "clean";
}

const char *
policy_verdict(const struct msg *m)
{
    return policy_verdict_for(m, NULL);
}
