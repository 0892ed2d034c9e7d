/*
 * The one SPF record that a domain should have: what it has now, and our mechanism (spec 4.4). Never
 * two records (RFC 7208 3.2), and nothing of the owner's is lost.
 */
#ifndef SEKISHO_SPF_MERGE_H
#define SEKISHO_SPF_MERGE_H

#include <stddef.h>

struct arena;

struct spf_text {
    const char *p; /* any bytes */
    size_t n;
};

/* texts: the TXT records of a domain, whatever they are for. ours: a mechanism without qualifier
 * ("include:_spf.example.com"). NULL when there is one record and we pass by it; else
 *   "spf-missing"     no record: *wanted is a new one
 *   "spf-many"        several: *wanted is all of them in one
 *   "spf-syntax"      not to be read: *wanted is "", *problem says where
 *   "spf-without-us"  *wanted has our mechanism in front
 *   "spf-not-pass"    ours is there with a qualifier that does not pass
 *   "spf-behind-all"  ours stands behind all and is never reached
 * *wanted: in the arena; "" with NULL. *problem: "" unless spf-syntax. */
const char *spf_merge(struct arena *a, const struct spf_text *texts, int n, const char *ours,
                      const char **wanted, const char **problem);

#endif
