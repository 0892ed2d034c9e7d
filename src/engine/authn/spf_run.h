/*
 * One evaluation of SPF in progress: between spf_check.c (check_host) and spf_mech.c (mechanisms).
 */
#ifndef SEKISHO_SPF_RUN_H
#define SEKISHO_SPF_RUN_H

#include "dns.h"
#include "spf.h"
#include "spf_macro.h"
#include "spf_parse.h"

struct spf_run {
    struct dns *dns;
    struct arena *arena;
    struct spf_values values; /* values.domain: whose record is being read */
    struct spf_result *out;
    bool explain;
    /* Names behind the address (5.5), asked for once. */
    bool names_known;
    int nnames;
    const char *names[SPF_NAMES_MAX];
    signed char valid[SPF_NAMES_MAX]; /* 0: not known yet, 1: points back to the address, -1: not */
};

enum spf_match { SPF_NO_MATCH, SPF_MATCH, SPF_MATCH_TEMPERROR, SPF_MATCH_PERMERROR };

/* Every mechanism but include. The domain-spec is expanded already; for a mechanism without one it
 * is the current domain. */
enum spf_match spf_mechanism(struct spf_run *r, const struct spf_term *t, const char *target);
/* check_host(): the status of a domain. in_include: only the status counts, neither the
 * explanation (6.2) nor which term decided. */
enum spf_status spf_check_host(struct spf_run *r, const char *domain, bool in_include);

/* %{p}; arg is the run. */
const char *spf_validated_name(void *arg, const char *domain);

/* Counts a term that asks DNS; false, with a problem, when that is one too many (4.6.4). */
bool spf_count_lookup(struct spf_run *r);
/* Counts a term whose question found nothing; false likewise. */
bool spf_count_void(struct spf_run *r);
/* Keeps the first problem of the evaluation. */
void spf_problem(struct spf_run *r, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
