/*
 * Checks of a domain in DNS: what is there, what should be, in words that can be copied (spec 4.4).
 * Pure but for the questions; the job asks (jobs/job_domaincheck.c), the console shows.
 */
#ifndef SEKISHO_DCHECK_H
#define SEKISHO_DCHECK_H

#include <jansson.h>
#include <stdbool.h>

#include "../authn/dns.h"

struct arena;

#define DCHECK_TOKEN "sekisho-verification=" /* the ownership record, before the token */

enum dcheck_state {
    DCHECK_OK,
    DCHECK_WAITING, /* nothing to do but to wait */
    DCHECK_WRONG,
    DCHECK_MISSING,
    DCHECK_UNKNOWN, /* DNS did not answer: what was known before stands */
};

struct dcheck_key {
    const char *id, *selector, *record;
    const char *state; /* of the key: sql/migrations/0012-dkim.sql */
    int present;       /* out: 1, 0; -1 not known */
};

struct dcheck {
    struct arena *a;
    struct dns *dns;
    const char *domain; /* A-labels */
    const char *token;
    const char *const *mx_names; /* ended by NULL; at least one, lower case */
    const char *spf;             /* a mechanism */
    struct dcheck_key *keys;
    int nkeys;
    struct dns_answer texts; /* TXT of the domain, asked once for all */
    /* the result */
    enum dcheck_state state;
    const char *code;
    json_t *detail; /* an object, empty at first; belongs to the arena */
};

typedef void dcheck_fn(struct dcheck *c);
#define DCHECK(id) dcheck_fn dcheck_##id;
#include "dchecks.def"
#undef DCHECK

static inline void
dcheck_say(struct dcheck *c, enum dcheck_state state, const char *code)
{
    c->state = state;
    c->code = code;
}
/* Anything from DNS goes into the detail by this: text of any bytes, made printable, cut. */
void dcheck_add(struct dcheck *c, const char *list, const void *text, size_t n);
void dcheck_put(struct dcheck *c, const char *key, const char *text);

/* All checks: [{item, state, code, detail}], in the arena. *ok: every one is. Members of c up to
 * nkeys are given. */
json_t *dcheck_all(struct dcheck *c, bool *ok);

#endif
