/* Rules of sender authentication. */
#ifndef SEKISHO_PG_AUTHENTICATION_H
#define SEKISHO_PG_AUTHENTICATION_H

#include <stdbool.h>

#include "../../common/auth_rule.h"
#include "../ui.h"

struct web_req;

/* A row of the list: the rule for all domains, or a domain. */
struct pg_auth_row {
    const char *id;   /* of the domain; "" for all */
    const char *name; /* "" */
    bool own;         /* has a rule; a domain without one goes by that for all */
    struct auth_rule rule;
};
struct pg_auth_list {
    const struct pg_auth_row *rows;
    int n;
    struct ui_pager pager;
    bool may_change;
};

/* One method in the form: its words, and what is in the text areas. */
struct pg_auth_method {
    const char *title, *about;
    const char *ignored, *enforced;
    bool wrong; /* one of its fields has an error */
};
struct pg_auth_page {
    const char *id, *name; /* as in pg_auth_row */
    const char *version; /* of the own rule */
    bool own, may_change;
    const struct auth_rule *rule;
    struct pg_auth_method methods[AUTH_METHODS];
    const char *pairs, *sealers, *notices;
};

/* Of a case: the actions that can be chosen; ended by value NULL. */
const struct ui_option *pg_auth_actions(struct web_req *r, enum auth_case c);
const char *pg_auth_action_word(struct web_req *r, enum auth_action a);
const char *pg_auth_title(struct web_req *r, enum auth_method m);
/* Name of a field of the form: "spf-on". */
const char *pg_auth_field(struct web_req *r, int method, const char *what);

#endif
