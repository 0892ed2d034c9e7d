/* Web reputation: level and DNS lists, approved links, suspicious objects. */
#ifndef SEKISHO_PG_REPUTATION_H
#define SEKISHO_PG_REPUTATION_H

#include <stdbool.h>
#include <stdint.h>

#include "../../common/threat_csv.h"
#include "../../store/store_reputation.h"
#include "../ui.h"

struct web_req;

struct pg_reputation {
    struct store_reputation s; /* in the form */
    const char *version;       /* of what is stored */
    const struct ui_option *levels, *list_levels;
    const struct store_reputation_list *lists;
    int nlists;
    struct store_reputation_list typed; /* in the form to add one */
    bool may_change;
};
/* Words for a level of a list: "Dangerous". */
const char *pg_risk_word(struct web_req *r, const char *level);

struct pg_threats {
    bool approved, everywhere;
    const char *list; /* approved, suspicious, everywhere: of whoever runs the gateway */
    const char *search, *type;
    bool filtered;
    const struct ui_option *types, *actions;
    const struct store_threat *rows; /* values and notes are safe to show */
    int n;
    const char *here; /* this place, for the way back */
    struct ui_pager pager;
    const char *value, *note, *action, *expires; /* as typed */
    bool may_change;
};
const char *pg_threat_word(struct web_req *r, const char *type);
/* msgid of why a value or line is not taken. */
const char *pg_threat_why(enum threat_csv_state s, enum threat_problem p);
/* "/reputation/entries?list=..." */
const char *pg_threats_path(struct web_req *r, const char *list);
/* The list that the request is about. */
const char *pg_threats_list(struct web_req *r);

#endif
