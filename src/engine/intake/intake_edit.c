#include "intake_edit.h"

#include <stdio.h>
#include <string.h>

#include "../../common/arena.h"
#include "../../common/encoded_word.h"
#include "../authn/auth_results.h"
#include "../policy/policy.h"
#include "ending.h"
#include "gate.h"
#include "intake_conn.h"
#include "intake_judge.h"
#include "intake_senders.h"
#include "intake_seal.h"
#include "intake_sign.h"
#include "milter.h"

static bool
passes(const struct ending *x, int i)
{
    return x->j.decisions[i].disposition == DISP_DELIVER;
}

static int
remove_header(void *ctx, char *name, int ordinal)
{
    milter_remove_header(ctx, name, ordinal);
    return 0;
}

static void
add_header(void *ctx, const char *name, const char *value)
{
    milter_add_header(ctx, name, value);
}

/* ---------------------------------------------------------------- subject */

static void
tag_subject(struct ending *x, const char *tag)
{
    const char *now = x->m->subject_value ? x->m->subject_value : "";
    struct arena *a = x->m->arena;

    now += strspn(now, " \t");
    /* Spaces between encoded words are not shown: the tag brings its own. */
    tag = encoded_words(a, arena_printf(a, "%s ", tag));
    now = arena_printf(a, "%s%s%s", tag, tag[strlen(tag) - 1] == ' ' ? "" : " ", now);
    if (x->m->subject_value)
        milter_change_header(x->out, "Subject", 1, now);
    else
        milter_add_header(x->out, "Subject", now);
}

static bool
one_organisation(const struct ending *x)
{
    const char *org = NULL;

    for (int i = 0; i < x->m->nrecipients; i++) {
        const char *other = x->m->recipients[i].org;
        if (!passes(x, i))
            continue;
        if (org && strcmp(org, other) != 0)
            return false;
        org = other;
    }
    return true;
}

static void
write_rulings(struct ending *x)
{
    struct auth_facts f = intake_facts(x);

    for (int i = 0; x->rulings && i < x->m->nrecipients; i++)
        if (passes(x, i)) {
            auth_ruling_headers(x->m->arena, x->rules[i], &f, x->rulings[i], add_header, x->out);
            return;
        }
}

/* What the rules about authentication and about spam want before the subject. true: it is another now. */
static bool
write_tags(struct ending *x)
{
    const char *auth = "", *spam = "";

    for (int i = 0; i < x->m->nrecipients; i++) {
        if (!passes(x, i))
            continue;
        if (!*auth && x->rulings)
            auth = x->rulings[i]->tag;
        if (!*spam)
            spam = x->j.decisions[i].tag;
    }
    if (*spam)
        tag_subject(x, *auth ? arena_printf(x->m->arena, "%s %s", auth, spam) : spam);
    else if (*auth)
        tag_subject(x, auth);
    return *auth || *spam;
}

/* Whose numbers the fields show: nobody's own when it goes to several organisations. */
static const struct policy_for *
shown_to(const struct ending *x)
{
    for (int i = 0; one_organisation(x) && i < x->m->nrecipients; i++)
        if (passes(x, i))
            return &x->j.who[i];
    return NULL;
}

/* ---------------------------------------------------------------- all */

void
intake_edit(struct ending *x)
{
    const char *approved = senders_header(x);
    const struct policy_for *who = shown_to(x);
    bool tagged = false;
    char score[48];

    (void)own_headers_remove(&x->m->forged, remove_header, x->out);
    for (int i = 0; i < x->m->nrecipients; i++)
        if (!passes(x, i))
            milter_remove_recipient(x->out, x->m->recipients[i].original);
    (void)snprintf(score, sizeof score, "%.1f / %.1f", policy_score_for(x->msg, who),
                   policy_threshold(who));
    milter_add_header(x->out, "X-Sekisho-Verdict", policy_verdict_for(x->msg, who));
    milter_add_header(x->out, "X-Sekisho-Score", score);
    milter_add_header(x->out, "X-Sekisho-Id", x->j.message_id);
    if (approved)
        milter_add_header(x->out, "X-Sekisho-Approved-Sender", approved);
    intake_sign_insert(x);
    if (one_organisation(x)) {
        write_rulings(x);
        tagged = !x->c->outbound && write_tags(x); /* ours would break the sender's own signature */
    }
    if (!x->j.auth)
        return;
    if (one_organisation(x))
        intake_seal_insert(x, tagged);
    milter_insert_header(x->out, AUTH_RESULTS_FIELD,
                         auth_results_value(x->m->arena, x->g->node, x->j.auth));
}
