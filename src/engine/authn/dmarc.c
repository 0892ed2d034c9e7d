#include "dmarc.h"

#include <string.h>

#include "../../common/arena.h"
#include "../../common/suffixes.h"
#include "dns.h"

/* ---------------------------------------------------------------- organisational domains */

const char *
dmarc_organisation(const struct psl *psl, const char *domain)
{
    const char *org = suffixes_registrable(psl, domain);

    return org ? org : domain;
}

bool
dmarc_aligned(const struct psl *psl, const char *one, const char *other, bool strict)
{
    if (!*one || !*other)
        return false;
    if (strcmp(one, other) == 0)
        return true;
    return !strict && strcmp(dmarc_organisation(psl, one), dmarc_organisation(psl, other)) == 0;
}

/* ---------------------------------------------------------------- the record */

/* One record, none ("no-record"), "many-records", or "dns". */
static const char *
ask_record(struct dns *d, struct arena *a, const char *domain, struct dmarc_result *out)
{
    struct dns_answer r;
    const char *code = "no-record";
    int found = 0;

    dns_ask(d, a, arena_printf(a, "_dmarc.%s", domain), DNS_TXT, &r);
    if (r.status == DNS_TEMPERROR)
        return "dns";
    for (int i = 0; i < r.n && i < DMARC_RECORDS; i++) {
        struct dmarc_record one;
        const char *why =
            dmarc_record_parse(a, (const char *)r.records[i].data, r.records[i].len, &one);
        if (why && strcmp(why, "dmarc-other") == 0)
            continue;
        if (++found > 1)
            return "many-records";
        code = why;
        if (!why)
            out->record = one;
    }
    if (found)
        out->secure = r.secure;
    return code;
}

void
dmarc_discover(struct dns *d, struct arena *a, const struct psl *psl, const char *from_domain,
               const char *why, struct dmarc_result *out)
{
    const char *org;

    *out = (struct dmarc_result){.status = DMARC_PERMERROR,
                                 .code = why,
                                 .from_domain = from_domain,
                                 .domain = "",
                                 .record = {.rua = ""}};
    if (why)
        return;
    org = dmarc_organisation(psl, from_domain);
    out->domain = from_domain;
    out->code = ask_record(d, a, from_domain, out);
    if (out->code && strcmp(out->code, "no-record") == 0 && strcmp(org, from_domain) != 0) {
        out->domain = org;
        out->code = ask_record(d, a, org, out);
    }
    out->status = !out->code                      ? DMARC_FAIL
                  : strcmp(out->code, "dns") == 0 ? DMARC_TEMPERROR
                                                  : DMARC_NONE;
    if (out->code)
        out->domain = "";
}

/* ---------------------------------------------------------------- judging */

/* RFC 9091 2.7: neither address nor exchange. 1, 0, -1: not known. */
static int
exists(struct dns *d, struct arena *a, const char *domain)
{
    static const enum dns_type types[] = {DNS_A, DNS_AAAA, DNS_MX};

    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        struct dns_answer r;
        dns_ask(d, a, domain, types[i], &r);
        if (r.status == DNS_TEMPERROR)
            return -1;
        if (r.status == DNS_OK)
            return 1;
        if (r.status == DNS_NXDOMAIN)
            return 0;
    }
    return 0;
}

/* The policy of subdomains is in the record of the organisation. */
static enum dmarc_policy
plain_policy(const struct dmarc_result *r)
{
    return strcmp(r->domain, r->from_domain) == 0 ? r->record.p : r->record.sp;
}

/* When it is not known whether the name exists, it is taken for one that does. */
static enum dmarc_policy
policy_for(struct dns *d, struct arena *a, const struct dmarc_result *r)
{
    bool below = strcmp(r->domain, r->from_domain) != 0;

    return below && r->record.np != r->record.sp && exists(d, a, r->from_domain) == 0
               ? r->record.np
               : plain_policy(r);
}

void
dmarc_judge(struct dns *d, struct arena *a, const struct psl *psl, const struct spf_result *spf,
            const struct dkim_verdict *dkim, struct dmarc_result *out)
{
    bool unknown = spf->status == SPF_TEMPERROR &&
                   dmarc_aligned(psl, spf->domain, out->from_domain, out->record.strict_spf);

    if (out->status != DMARC_FAIL)
        return;
    out->spf_aligned = spf->status == SPF_PASS &&
                       dmarc_aligned(psl, spf->domain, out->from_domain, out->record.strict_spf);
    for (int i = 0; i < dkim->n; i++) {
        const struct dkim_result *r = &dkim->results[i];
        bool aligned = dmarc_aligned(psl, r->domain, out->from_domain, out->record.strict_dkim);
        out->dkim_aligned |= aligned && r->status == DKIM_PASS;
        unknown |= aligned && r->status == DKIM_TEMPERROR;
    }
    if (out->spf_aligned || out->dkim_aligned) {
        out->status = DMARC_PASS;
        out->policy = plain_policy(out);
        return;
    }
    out->policy = policy_for(d, a, out);
    if (unknown) { /* it might have passed: not known now is not a failure */
        out->status = DMARC_TEMPERROR;
        out->code = "dns";
    }
}

const char *
dmarc_status_name(enum dmarc_status s)
{
    static const char *const names[] = {"none", "pass", "fail", "temperror", "permerror"};

    return names[s];
}

const char *
dmarc_policy_name(enum dmarc_policy p)
{
    static const char *const names[] = {"none", "quarantine", "reject"};

    return names[p];
}
