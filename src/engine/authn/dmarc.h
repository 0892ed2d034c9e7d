/*
 * DMARC (RFC 7489): does what SPF or DKIM verified belong to the author's domain, and what does that
 * domain ask for when it does not?
 *
 * Organisational domains by the public suffix list (3.2). Subdomains that do not exist have a policy
 * of their own (np=, RFC 9091). t=y means the same as pct=0: the owner is only trying, the policy is
 * one step milder. Other values of pct= are read and have no effect: a message that is judged by a
 * throw of dice cannot be explained to anybody.
 */
#ifndef SEKISHO_DMARC_H
#define SEKISHO_DMARC_H

#include <stdbool.h>
#include <stddef.h>

#include "dkim_verify.h"
#include "spf.h"

struct arena;
struct dns;
struct psl;

#define DMARC_RECORD_BYTES 4096
#define DMARC_RECORDS 20  /* TXT records of one name that are looked at */
#define DMARC_QUESTIONS 5 /* that one message may need: two records, and whether the name exists */

enum dmarc_status { DMARC_NONE, DMARC_PASS, DMARC_FAIL, DMARC_TEMPERROR, DMARC_PERMERROR };
enum dmarc_policy { DMARC_P_NONE, DMARC_P_QUARANTINE, DMARC_P_REJECT };

struct dmarc_record {
    enum dmarc_policy p, sp, np; /* sp and np as inherited when they are not written */
    bool np_written;
    bool strict_spf, strict_dkim;
    bool testing;    /* t=y, or pct=0 */
    int pct;         /* 100 when it is not written */
    const char *rua; /* as written; "" none */
};

/* 6.3. NULL and everything filled; "dmarc-other": the text is about something else; or what is wrong
 * with it: "dmarc-syntax", "dmarc-policy". */
const char *dmarc_record_parse(struct arena *a, const char *text, size_t n,
                               struct dmarc_record *out);

struct dmarc_result {
    enum dmarc_status status;
    const char *code;           /* why neither pass nor fail: "from-…" (auth_from.h), "no-record",
                                 * "many-records", "dns"; NULL */
    const char *from_domain;    /* "" when there is no single one */
    const char *domain;         /* whose record it is; "" without one */
    enum dmarc_policy policy;   /* what applies to this From, before testing is looked at */
    struct dmarc_record record; /* with status pass and fail */
    bool spf_aligned, dkim_aligned;
    bool secure; /* the record came with DNSSEC */
};

/* 3.2; the name itself when it is a public suffix or has none above it. */
const char *dmarc_organisation(const struct psl *psl, const char *domain);
bool dmarc_aligned(const struct psl *psl, const char *one, const char *other, bool strict);

/* Finding the record (6.6.3) comes before the checks, so that they cannot use up its questions; then
 * judging them (6.6.2). why: code of auth_from_domain(), NULL when from_domain is one. */
void dmarc_discover(struct dns *d, struct arena *a, const struct psl *psl, const char *from_domain,
                    const char *why, struct dmarc_result *out);
void dmarc_judge(struct dns *d, struct arena *a, const struct psl *psl,
                 const struct spf_result *spf, const struct dkim_verdict *dkim,
                 struct dmarc_result *out);

const char *dmarc_status_name(enum dmarc_status s); /* "pass" */
const char *dmarc_policy_name(enum dmarc_policy p); /* "none" */

#endif
