#include "intake_passwords.h"

#include <string.h>

#include "../../common/arena.h"
#include "../../common/jsonx.h"
#include "../../common/when.h"
#include "../orgconf/orgconf.h"
#include "../orgconf/orgconf_passwords.h"
#include "ending.h"
#include "gate.h"
#include "intake_conn.h"
#include "passwords_seen.h"

#define RECIPIENTS 10 /* of a message for which its words are kept */

/* Of one recipient; org "" : none. */
static struct seen_key
key_of(const struct ending *x, int i)
{
    const struct mail_recipient *r = &x->m->recipients[i];
    char *sender = arena_strdup(x->m->arena, x->m->sender);

    for (char *p = sender; *p; p++)
        if (*p >= 'A' && *p <= 'Z')
            *p = (char)(*p + 'a' - 'A');
    return (struct seen_key){.org = x->c->outbound ? x->m->sender_org
                                    : r->org       ? r->org
                                                   : "",
                             .sender = sender,
                             .sender_domain = x->m->sender_domain ? x->m->sender_domain : "",
                             .recipient = r->key};
}

static int
minutes(const struct ending *x, const char *org)
{
    const struct orgconf_passwords_org *o = orgconf_passwords(x->m->conf->passwords, org);

    return *org && *x->m->sender && (x->c->outbound ? o->outbound : o->inbound) ? o->earlier_minutes
                                                                                : 0;
}

void
intake_passwords_recall(const struct ending *x, json_t *lists)
{
    json_t *orgs = json_object();
    int64_t now = when_mono();

    for (int i = 0; i < x->m->nrecipients && i < RECIPIENTS; i++) {
        struct seen_key k = key_of(x, i);
        json_t *words = json_object_get(orgs, k.org);
        if (!minutes(x, k.org))
            continue;
        if (!words) {
            words = json_array();
            json_object_set_new(orgs, k.org, words);
        }
        passwords_seen_get(x->g->passwords, &k, now, words);
        if (!json_array_size(words))
            json_object_del(orgs, k.org);
    }
    if (json_object_size(orgs))
        json_object_set(lists, "recent_passwords", orgs);
    json_decref(orgs);
}

static bool
is_word(const char *s)
{
    size_t n = s ? strlen(s) : 0;

    if (!n || n > SEEN_BYTES)
        return false;
    for (size_t i = 0; i < n; i++)
        if ((unsigned char)s[i] < ' ' || s[i] == 127)
            return false;
    return true;
}

void
intake_passwords_read(struct ending *x, const json_t *reply)
{
    const json_t *all = json_object_get(reply, "passwords");

    x->passwords = jsonx_own(x->m->arena, json_array());
    for (size_t i = 0; i < json_array_size(all) && i < SEEN_WORDS; i++)
        if (is_word(json_string_value(json_array_get(all, i))))
            json_array_append(x->passwords, json_array_get(all, i));
}

/* A mail from inside was let in by its network; one from outside must be its sender's. */
static bool
is_proven(const struct ending *x)
{
    return x->c->outbound || x->j.proof.envelope;
}

void
intake_passwords_keep(const struct ending *x)
{
    int64_t now = when_mono();

    if (!x->m->conf || !json_array_size(x->passwords) || !is_proven(x))
        return;
    for (int i = 0; i < x->m->nrecipients && i < RECIPIENTS; i++) {
        struct seen_key k = key_of(x, i);
        int keep = minutes(x, k.org);
        if (keep)
            passwords_seen_add(x->g->passwords, &k, x->passwords, now, now + keep * INT64_C(60000));
    }
}
