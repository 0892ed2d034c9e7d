/*
 * Web reputation: what lists say of a page, and what the security level of an organisation makes of it (F30).
 *
 *   acts on a page that is ...                       from this level on
 *   dangerous, and named by a second list            lowest
 *   dangerous                                        low
 *   highly suspicious, and named by a second list    moderately low
 *   highly suspicious                                moderately high (default)
 *   suspicious                                       high
 *   named by nobody, but made to deceive             highest
 *   named by nobody                                  with the option "untested" only, at any level
 *
 * A safe entry outweighs lists that name the whole domain or host, but not one that names the very page: on a site
 * that everybody uses anybody can put one.
 */
#ifndef SEKISHO_RISK_H
#define SEKISHO_RISK_H

#include <stdbool.h>

/* What a list is of. */
enum risk_level { RISK_SAFE, RISK_SUSPICIOUS, RISK_HIGH, RISK_DANGEROUS, RISK_LEVELS };
/* "safe", "suspicious", "highly-suspicious", "dangerous" */
const char *risk_level_name(enum risk_level l);
/* RISK_LEVELS: no such name. */
enum risk_level risk_level_named(const char *name);

#define RISK_CATCH_LEVELS 6
#define RISK_CATCH_DEFAULT 3 /* moderately high */
/* "lowest" ... "highest" */
const char *risk_catch_name(int level);
int risk_catch_named(const char *name); /* -1 */

/* What was found about one page. */
struct risk {
    int lists[RISK_LEVELS]; /* how many name it, by level; RISK_SAFE: that call its host safe */
    bool page;              /* one of the bad ones names the very page, not only its host */
    bool deceptive;         /* by its form */
};
/* 0: nobody knows it; 1 made to deceive ... 6 dangerous for two lists; -1: safe */
int risk_rank(const struct risk *r);
/* level: 0 lowest ... 5 highest */
bool risk_acts(int level, int rank);

#endif
