#include "intake_contact.h"

#include <string.h>

#include "../../common/addr.h"
#include "../../common/arena.h"
#include "../../common/err.h"
#include "../../common/evlog.h"
#include "../../common/jsonx.h"
#include "../../common/suffixes.h"
#include "../../store/store_contact.h"
#include "../authn/auth_check.h"
#include "../contact/contact.h"
#include "../orgconf/orgconf.h"
#include "../orgconf/orgconf_domains.h"
#include "../policy/sender_proof.h"
#include "ending.h"
#include "gate.h"
#include "gate_queue.h"
#include "intake_conn.h"

#define RECIPIENTS 100 /* of one message that are looked at */

static struct addr
address_of(const struct ending *x, const char *text)
{
    struct addr parsed;

    addr_envelope(x->m->arena, text, &parsed);
    return parsed;
}

/* ---------------------------------------------------------------- asking */

/* The first recipient of his organisation? */
static bool
is_first(const struct mail *m, int i)
{
    for (int k = 0; k < i; k++)
        if (m->recipients[k].same_as < 0 && strcmp(m->recipients[k].org, m->recipients[i].org) == 0)
            return false;
    return true;
}

void
intake_contact(struct ending *x)
{
    struct mail *m = x->m;
    struct addr from = address_of(x, x->msg->from);
    const char *orgs[RECIPIENTS], *mailboxes[RECIPIENTS];
    struct store_contact *rows;
    struct err e = {0};
    int n = 0, nrows;
    bool proven;

    if (x->c->outbound || !*from.domain)
        return;
    /* One of each organisation first, so that many of one leave room for the others. */
    for (int others = 0; others < 2; others++)
        for (int i = 0; i < m->nrecipients && n < RECIPIENTS; i++) {
            if (m->recipients[i].same_as >= 0 || !*m->recipients[i].org ||
                is_first(m, i) == (bool)others)
                continue;
            orgs[n] = m->recipients[i].org;
            mailboxes[n++] = m->recipients[i].key;
        }
    if (n == 0)
        return;
    if (store_contact_known(x->g->db, m->arena, orgs, mailboxes, n, from.key, x->msg->from_key,
                            &rows, &nrows, &e) < 0) {
        evlog(EVLOG_WARN, "contacts.failed", "code", e.code, "reason", e.text, NULL);
        return;
    }
    proven = sender_proof(x->j.auth, suffixes(), m->sender_domain, from.domain).header;
    for (int i = 0; i < nrows; i++)
        contact_judge(x->msg, &rows[i], nrows > 1 ? rows[i].org_id : "", proven);
}

/* ---------------------------------------------------------------- noting */

/* The members are read by correspondent_note(). */
static void
note(const struct ending *x, const char *org, const char *address, const char *mailbox,
     const char *way)
{
    struct arena *a = x->m->arena;
    json_t *j = jsonx_own(a, json_object());

    json_object_set_new(j, "org_id", json_string(org));
    json_object_set(j, "address", jsonx_text(a, address, strlen(address)));
    json_object_set(j, "mailbox", jsonx_text(a, mailbox, strlen(mailbox)));
    json_object_set_new(j, "name", json_string(x->msg->from_key));
    json_object_set_new(j, "way", json_string(way));
    gate_queue_add(x->g->contacts, jsonx_dump(a, j, NULL));
}

static void
note_inbound(const struct ending *x)
{
    struct addr from = address_of(x, x->msg->from);

    for (int i = 0; *from.domain && i < x->m->nrecipients && i < RECIPIENTS; i++) {
        const struct mail_recipient *r = &x->m->recipients[i];
        if (r->same_as < 0 && *r->org && x->j.decisions[i].disposition == DISP_DELIVER)
            note(x, r->org, from.key, r->key, x->j.proof.header ? "proven" : "came");
    }
}

const char *
intake_own_address(const struct ending *x)
{
    struct addr from = address_of(x, x->msg->from);
    const struct orgconf_domain *d =
        *from.domain && x->m->conf ? orgconf_domain(x->m->conf->domains, from.domain) : NULL;

    return d && strcmp(d->org, x->m->sender_org) == 0 ? from.key : "";
}

static void
note_outbound(const struct ending *x)
{
    const char *own = intake_own_address(x);

    if (!*own || !*x->m->sender || x->msg->auto_submitted || x->msg->list_mail)
        return;
    note(x, x->m->sender_org, own, own, "self");
    for (int i = 0; i < x->m->nrecipients && i < RECIPIENTS; i++)
        if (x->m->recipients[i].same_as < 0 && x->j.decisions[i].disposition == DISP_DELIVER)
            note(x, x->m->sender_org, x->m->recipients[i].key, own, "sent");
}

void
intake_contact_note(const struct ending *x)
{
    if (x->c->outbound)
        note_outbound(x);
    else
        note_inbound(x);
}
