#include "intake_seal.h"

#include <string.h>

#include "../../common/arena.h"
#include "../../common/auth_rule.h"
#include "../../common/err.h"
#include "../../common/evlog.h"
#include "../../common/when.h"
#include "../authn/arc_seal.h"
#include "../authn/auth_check.h"
#include "../authn/auth_results.h"
#include "../orgconf/orgconf.h"
#include "../orgconf/orgconf_dkim.h"
#include "gate.h"
#include "intake_conn.h"
#include "milter.h"

/* What neither we nor Postfix change. Subject comes last, so that it can be left out. */
static const char *const signed_fields[] = {"To",
                                            "Cc",
                                            "Date",
                                            "Message-ID",
                                            "Reply-To",
                                            "In-Reply-To",
                                            "References",
                                            "MIME-Version",
                                            "Content-Type",
                                            "Content-Transfer-Encoding",
                                            "DKIM-Signature",
                                            "List-Id",
                                            "List-Unsubscribe",
                                            "Subject",
                                            NULL};
#define SUBJECT (sizeof signed_fields / sizeof *signed_fields - 2)

static const struct orgconf_dkim_key *
find_key(const struct ending *x, const struct orgconf_dkim_domain **domain)
{
    for (int i = 0; i < x->m->nrecipients; i++) {
        const struct auth_rule *rule = x->rules[i];
        if (x->j.decisions[i].disposition != DISP_DELIVER)
            continue;
        if (!rule->method[AUTH_M_dmarc].on || rule->arc == AUTH_ARC_OFF)
            return NULL;
        *domain = orgconf_dkim(x->m->conf->dkim, x->m->recipients[i].domain);
        return *domain && (*domain)->keys[0].usable ? &(*domain)->keys[0] : NULL;
    }
    return NULL;
}

/* One field of "NAME: VALUE CRLF" lines, some of them folded; *rest moves on. */
static void
insert_field(struct ending *x, const char *field, size_t n)
{
    char *text = arena_strndup(x->m->arena, field, n), *value = strchr(text, ':'), *to;

    *value++ = '\0';
    value += *value == ' ';
    to = value;
    for (const char *p = value; *p; p++)
        if (*p != '\r')
            *to++ = *p;
    *to = '\0';
    milter_insert_header(x->out, text, value);
}

/* The last one first: each is inserted above the others. */
static void
insert_fields(struct ending *x, const char *fields)
{
    size_t end = strlen(fields), start;

    while (end > 2) {
        start = end - 2; /* its own CRLF */
        while (start > 0 &&
               !(fields[start - 1] == '\n' && fields[start] != '\t' && fields[start] != ' '))
            start--;
        insert_field(x, fields + start, end - 2 - start);
        end = start;
    }
}

void
intake_seal_insert(struct ending *x, bool tagged)
{
    const char *headers[sizeof signed_fields / sizeof *signed_fields];
    const struct orgconf_dkim_domain *domain;
    const struct orgconf_dkim_key *key = find_key(x, &domain);
    struct auth_message m;
    struct arc chain;
    struct err e = {0};
    char *fields;

    if (!key)
        return;
    memcpy(headers, signed_fields, sizeof headers);
    if (tagged)
        headers[SUBJECT] = NULL;
    struct arc_seal_options o = {
        .domain = domain->name,
        .selector = key->selector,
        .results = auth_results_value(x->m->arena, x->g->node, x->j.auth),
        .headers = headers,
        .time = when_now() / 1000,
        .key = &key->key,
    };
    auth_split(x->m->arena, (const char *)x->j.raw, x->j.raw_len, &m);
    arc_read(x->m->arena, &m, &chain);
    fields = arc_seal(x->m->arena, &m, &chain, &x->j.auth->arc, &o, &e);
    if (fields)
        insert_fields(x, fields);
    else if (e.cls != ERR_NONE)
        evlog(EVLOG_WARN, "arc.not-sealed", "queue_id", x->j.queue_id, "domain", o.domain, "reason",
              e.text, NULL);
}
