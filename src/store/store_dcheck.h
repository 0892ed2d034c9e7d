/*
 * Checks of domains in DNS: when they are due, what they found. The jobs role writes, the console and
 * the command read and ask for a new look.
 */
#ifndef SEKISHO_STORE_DCHECK_H
#define SEKISHO_STORE_DCHECK_H

#include "store.h"

/* ---- the job */

struct store_dcheck_due {
    const char *org_id, *domain_id, *name, *token; /* domain_id "": nothing is due */
};
struct store_dcheck_key {
    const char *key_id, *selector, *algorithm, *record, *state; /* 0012-dkim.sql */
};
/* The domain that waits longest. It is due again after two minutes unless store_dcheck_done() comes. */
int store_dcheck_claim(struct db *db, struct arena *a, struct store_dcheck_due *out, struct err *e);
/* Its keys whose records are needed. */
int store_dcheck_keys(struct db *db, struct arena *a, const struct store_dcheck_due *d,
                      struct store_dcheck_key **keys, int *n, struct err *e);
/* results: [{item, state, code, detail}], seen: [{key_id, present}]; next: seconds to the next look. */
int store_dcheck_done(struct db *db, struct arena *a, const struct store_dcheck_due *d,
                      const char *results, const char *seen, int next, struct err *e);

/* ---- who reads */

struct store_dcheck {
    const char *domain_id, *item, *state, *code, *detail; /* detail: JSON */
    int64_t checked_at, failed_at;                        /* failed_at: DNS did not answer then */
};
/* Of one domain, or (NULL) of all, those of a domain together. */
int store_dcheck_list(struct db *db, const struct scope *sc, struct arena *a, const char *domain_id,
                      struct store_dcheck **rows, int *n, struct err *e);

struct store_dwatch {
    int64_t checked_at, next_at, asked_at;
    bool pending; /* a look was asked for and has not ended */
    const char *token;
    bool vouched, verified; /* whose word says that the domain is the organisation's */
};
int store_dcheck_watch(struct db *db, const struct scope *sc, struct arena *a,
                       const char *domain_id, struct store_dwatch *out, struct err *e);
/* Look now. ERR_NOTFOUND. */
int store_dcheck_ask(struct db *db, const struct scope *sc, struct arena *a, const char *domain_id,
                     struct err *e);

#endif
