/* Rules about the connection: reputation, addresses, countries, reverse DNS, rates. */
#ifndef SEKISHO_PG_CONNECTION_H
#define SEKISHO_PG_CONNECTION_H

#include <stdbool.h>
#include <stdint.h>

#include "../../store/store_connection.h"
#include "../ui.h"

struct web_req;

/* How often reasons refused something in 24 hours. */
struct pg_conn_counts {
    const struct store_refusal_count *rows;
    int n;
};
int pg_conn_counts(struct web_req *r, struct pg_conn_counts *out);
int64_t pg_conn_count(const struct pg_conn_counts *c, const char *reason);

/* ---------------------------------------------------------------- reputation */

struct pg_conn_reputation {
    struct store_conn_setting s; /* in the form */
    const char *version;         /* of what is stored */
    bool sender_domain; /* the check is on in the installation */
    const struct ui_option *levels;
    const struct store_conn_list *lists;
    int nlists;
    const char *zone, *codes; /* as typed */
    struct pg_conn_counts counts;
    bool may_change;
};
/* ---------------------------------------------------------------- addresses */

struct pg_conn_addresses {
    const char *list; /* approved, blocked */
    const char *search;
    const struct store_conn_address *rows; /* notes are safe to show */
    int n;
    struct ui_pager pager;
    const char *network, *note; /* as typed */
    struct pg_conn_counts counts;
    bool may_change, no_spam;
};
/* ---------------------------------------------------------------- countries */

struct pg_conn_country {
    const char *code, *name, *list;
};
struct pg_conn_countries {
    const struct pg_conn_country *rows;
    int n;
    const struct ui_option *all, *lists;
    const char *country, *list; /* in the form */
    bool database, may_change;
    struct pg_conn_counts counts;
};

/* ---------------------------------------------------------------- reverse DNS */

struct pg_conn_rdns {
    const struct store_conn_rdns *rows;
    int n;
    const char *edit; /* "*", "<>", a domain; "" = a new one */
    const char *sender;
    const char *version; /* of the rule that is edited */
    struct ui_pager pager;
    bool missing, invalid;
    struct pg_conn_counts counts;
    bool may_change;
};
/* "All other senders", "Empty sender", or the pattern. */
const char *pg_conn_rdns_name(struct web_req *r, const char *sender);

/* ---------------------------------------------------------------- rates */

struct pg_conn_rates {
    const char *value[STORE_CONN_RATES]; /* as typed */
    const char *version;
    struct pg_conn_counts counts;
    bool on; /* in the installation */
    bool may_change;
};

#endif
