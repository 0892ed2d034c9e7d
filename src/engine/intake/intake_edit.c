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

/* true: the subject is another now. */
static bool
write_rulings(struct ending *x)
{
    struct auth_facts f = intake_facts(x);
    const char *tag = "";
    int first = -1;

    for (int i = 0; i < x->m->nrecipients; i++) {
        if (!passes(x, i))
            continue;
        first = first < 0 ? i : first;
        if (!*tag)
            tag = x->rulings[i]->tag;
    }
    if (first < 0)
        return false;
    auth_ruling_headers(x->m->arena, x->rules[first], &f, x->rulings[first], add_header, x->out);
    if (*tag)
        tag_subject(x, tag);
    return *tag != '\0';
}

/* ---------------------------------------------------------------- all */

void
intake_edit(struct ending *x)
{
    const char *approved = senders_header(x);
    char score[48];

    (void)own_headers_remove(&x->m->forged, remove_header, x->out);
    for (int i = 0; i < x->m->nrecipients; i++)
        if (!passes(x, i))
            milter_remove_recipient(x->out, x->m->recipients[i].original);
    (void)snprintf(score, sizeof score, "%.1f / %.1f", policy_score(x->msg), POLICY_THRESHOLD);
    milter_add_header(x->out, "X-Sekisho-Verdict", policy_verdict(x->msg));
    milter_add_header(x->out, "X-Sekisho-Score", score);
    milter_add_header(x->out, "X-Sekisho-Id", x->j.message_id);
    if (approved)
        milter_add_header(x->out, "X-Sekisho-Approved-Sender", approved);
    intake_sign_insert(x);
    if (!x->j.auth)
        return;
    if (one_organisation(x))
        intake_seal_insert(x, write_rulings(x));
    milter_insert_header(x->out, AUTH_RESULTS_FIELD,
                         auth_results_value(x->m->arena, x->g->node, x->j.auth));
}
