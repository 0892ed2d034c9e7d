/* Web reputation and suspicious objects of all organisations (0017-reputation.sql). */
#ifndef SEKISHO_ORGCONF_REPUTATION_H
#define SEKISHO_ORGCONF_REPUTATION_H

#include <stdbool.h>
#include <stdint.h>

#include "../../common/threat.h"
#include "../../common/urlbl_codes.h"

struct rep_list {
    const char *zone;
    struct urlbl_codes codes;
    enum risk_level level;
    bool hosts;     /* asked for whole host names */
    bool addresses; /* and for addresses */
};
struct rep_entry {
    const char *value;
    enum threat_type type;
    bool approved, block;
    bool everywhere;    /* of whoever runs the gateway, for all organisations */
    int64_t expires_at; /* ms; 0: never */
};
struct rep_rules {
    const char *org;
    int level; /* risk.h: 0..5 */
    bool untested;
    const struct rep_list *lists; /* those that are on */
    int nlists;
    const struct rep_entry *entries; /* sorted by value */
    int nentries;
    bool has_files, has_senders, has_ips,
        has_links; /* kinds of suspicious entries that there are, also in those of everybody */
    const struct rep_rules *everywhere; /* what holds for all organisations; NULL: nothing */
};
struct orgconf_reputation {
    int n;
    const struct rep_rules *list; /* sorted by org */
    struct rep_rules rest;        /* of those that are not in it */
};

/* Never NULL: who has set nothing has the defaults. */
const struct rep_rules *orgconf_reputation(const struct orgconf_reputation *c, const char *org);
/* The first of the things that the organisation approved, entries that have expired left out; NULL: none. */
const struct rep_entry *rep_rules_approved(const struct rep_rules *r, const struct threat *t, int n,
                                           int64_t now);
/* ... that is suspicious. What the organisation only watches hides nothing that is to be held for all. */
const struct rep_entry *rep_rules_object(const struct rep_rules *r, const struct threat *t, int n,
                                         int64_t now);

#endif
