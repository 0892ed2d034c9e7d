#include "intake_style.h"

#include <string.h>
#include <strings.h>

#include "../../common/arena.h"
#include "../../common/err.h"
#include "../../common/evlog.h"
#include "../../common/jsonx.h"
#include "../../store/store_style.h"
#include "../orgconf/orgconf.h"
#include "../orgconf/orgconf_domains.h"
#include "../orgconf/orgconf_spam.h"
#include "../style/style.h"
#include "ending.h"
#include "gate.h"
#include "gate_queue.h"
#include "intake_conn.h"
#include "intake_contact.h"
#include "intake_lists.h"

#define NUMBERS 4096 /* bytes of a JSON array of them */

/* ---------------------------------------------------------------- comparing */

static bool
read_numbers(struct arena *a, const char *text, double out[STYLE_FEATURES])
{
    json_t *j;

    if (jsonx_load(a, text, strlen(text), NUMBERS, &j, NULL) < 0 ||
        json_array_size(j) != STYLE_FEATURES)
        return false;
    for (size_t i = 0; i < STYLE_FEATURES; i++)
        out[i] = json_number_value(json_array_get(j, i));
    return true;
}

static bool
read_styles(struct arena *a, const struct store_style *row, struct style *his,
            struct style *everybody)
{
    his->mails = row->mails;
    everybody->mails = row->all_mails;
    return read_numbers(a, row->mean, his->mean) && read_numbers(a, row->m2, his->m2) &&
           read_numbers(a, row->all_mean, everybody->mean) &&
           read_numbers(a, row->all_m2, everybody->m2);
}

static void
judge(struct ending *x, const struct store_style *row)
{
    struct style his, everybody;
    double differs;

    if (!read_styles(x->m->arena, row, &his, &everybody))
        return;
    differs = style_differs(&his, &everybody, x->msg->style);
    if (differs >= STYLE_DIFFERS)
        msg_add_finding(x->msg, (struct msg_finding){.scanner = "style",
                                                     .code = "style-differs",
                                                     .kind = "style",
                                                     .score = 0.5,
                                                     .evidence = x->msg->from_name,
                                                     .part = "",
                                                     .org = row->org_id});
}

void
intake_style(struct ending *x)
{
    struct mail *m = x->m;
    const char **orgs;
    struct store_style *rows;
    struct err e = {0};
    int n, nrows;

    if (x->c->outbound || !x->msg->style || !*x->msg->from_key)
        return;
    n = intake_orgs(x, &orgs);
    if (n == 0)
        return;
    if (store_style_of(x->g->db, m->arena, orgs, n, x->msg->from_key, &rows, &nrows, &e) < 0) {
        evlog(EVLOG_WARN, "styles.failed", "code", e.code, "reason", e.text, NULL);
        return;
    }
    for (int i = 0; i < nrows; i++)
        judge(x, &rows[i]);
}

/* ---------------------------------------------------------------- learning */

/* The members are read by writing_style_note(). */
static void
note(const struct ending *x, const char *org, const char *person)
{
    json_t *j = jsonx_own(x->m->arena, json_object()), *features = json_array();

    for (int i = 0; i < STYLE_FEATURES; i++)
        json_array_append_new(features, json_real(x->msg->style[i]));
    json_object_set_new(j, "org_id", json_string(org));
    json_object_set_new(j, "person", json_string(person));
    json_object_set_new(j, "features", features);
    gate_queue_add(x->g->styles, jsonx_dump(x->m->arena, j, NULL));
}

/* A colleague under his name would teach his own style: where the organisation has said which of its addresses are his, only
 * these count. */
static bool
is_his(const struct ending *x, const char *org, const json_t *addresses)
{
    bool named = false;

    for (size_t i = 0; i < json_array_size(addresses); i++) {
        const char *one = json_string_value(json_array_get(addresses, i));
        const char *at = strrchr(one ? one : "", '@');
        const struct orgconf_domain *d = at ? orgconf_domain(x->m->conf->domains, at + 1) : NULL;
        if (at && strcasecmp(one, x->msg->from) == 0)
            return true;
        named |= d && strcmp(d->org, org) == 0;
    }
    return !named;
}

static bool
is_high_profile(const struct ending *x, const char *org)
{
    const struct orgconf_spam_org *o = orgconf_spam(x->m->conf->spam, org);

    for (int i = 0; i < o->nkeys; i++)
        if (strcmp(o->keys[i], x->msg->from_key) == 0 && is_his(x, org, o->key_addresses[i]))
            return true;
    return false;
}

static void
note_outbound(const struct ending *x)
{
    const char *org = x->m->sender_org;

    if (!*intake_own_address(x) || !*x->m->sender)
        return;
    note(x, org, "");
    if (*x->msg->from_key && is_high_profile(x, org))
        note(x, org, x->msg->from_key);
}

/* From an address of his own outside, which proved to be his. */
static void
note_inbound(const struct ending *x)
{
    for (int i = 0; x->j.proof.header && *x->msg->from_key && i < x->msg->nfindings; i++) {
        const struct msg_finding *f = &x->msg->findings[i];
        if (strcmp(f->code, "person-own-address") == 0 && *f->org)
            note(x, f->org, x->msg->from_key);
    }
}

/* A mail that was said to be somebody else's is not learned as his. */
static bool
is_doubtful(const struct msg *m)
{
    for (int i = 0; i < m->nfindings; i++)
        if (strcmp(m->findings[i].scanner, "style") == 0)
            return true;
    return false;
}

void
intake_style_note(const struct ending *x)
{
    if (!x->msg->style || !x->m->conf || is_doubtful(x->msg))
        return;
    for (int i = 0; i < x->m->nrecipients; i++)
        if (x->m->recipients[i].same_as < 0 && x->j.decisions[i].disposition == DISP_DELIVER) {
            if (x->c->outbound)
                note_outbound(x);
            else
                note_inbound(x);
            return;
        }
}
