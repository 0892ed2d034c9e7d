/* A key in words. */
#include <string.h>

#include "../view.h"
#include "pg_dkim_view.h"

#define STRING_MAX 255 /* of a TXT record (RFC 1035 3.3.14) */

/* "first part" "second part" */
static const char *
pieces(struct web_req *r, const char *record)
{
    struct buf *b;

    if (strlen(record) <= STRING_MAX)
        return NULL;
    b = buf_new(r->a, 0);
    for (size_t n = strlen(record), at = 0; at < n; at += STRING_MAX) {
        buf_str(b, at ? " \"" : "\"");
        buf_add(b, record + at, n - at < STRING_MAX ? n - at : STRING_MAX);
        buf_char(b, '"');
    }
    return arena_strndup(r->a, b->data, b->len);
}

static void
say(struct pg_dkim_key *v, const char *icon, const char *tone, const char *word, const char *sub)
{
    v->icon = icon;
    v->tone = tone;
    v->word = word;
    v->sub = sub;
}

static void
say_state(struct web_req *r, struct pg_dkim_key *v)
{
    const struct store_dkim_key *k = v->k;

    if (!strcmp(k->state, "waiting-dns"))
        say(v, "clock", "info", T("Waiting for DNS"),
            T("Publish this record. We look for it every 10 minutes."));
    else if (!strcmp(k->state, "waiting-time"))
        say(v, "clock", "info", T("Waiting"),
            TF(T("Its record is in DNS. It signs from {when}."), "when",
               view_when_full(r, k->signs_at)));
    else if (!strcmp(k->state, "signing") && k->missing_since)
        say(v, "triangle-alert", "danger", T("Signs, but is not in DNS"),
            T("Other servers cannot verify its signatures. Publish the record again."));
    else if (!strcmp(k->state, "signing"))
        say(v, "check", "ok", T("Signs"),
            TF(T("Since {when}"), "when", view_when_full(r, k->signing_since)));
    else if (!strcmp(k->state, "retiring"))
        say(v, "hourglass", "warn", T("Retiring"),
            TF(T("Leave its record in DNS until {when}: mail that it signed may still be on its "
                 "way."),
               "when", view_when_full(r, k->needed_until)));
    else
        say(v, "archive", "", T("Retired"), T("Its record may be taken out of DNS."));
}

void
pg_dkim_key_view(struct web_req *r, const char *domain, const struct store_dkim_key *k,
                 struct pg_dkim_key *out)
{
    *out = (struct pg_dkim_key){.k = k};
    out->kind = !strcmp(k->algorithm, "ed25519-sha256")
                    ? "Ed25519"
                    : TF(T("RSA, {n} bits"), "n", arena_printf(r->a, "%d", k->bits));
    out->weak = !strcmp(k->algorithm, "rsa-sha256") && k->bits < 2048;
    out->record_name = arena_printf(r->a, "%s._domainkey.%s", k->selector, domain);
    out->pieces = pieces(r, k->record);
    out->may_start = !strcmp(k->state, "waiting-time");
    say_state(r, out);
}
