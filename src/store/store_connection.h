/* Rules about the connection, of one organisation. */
#ifndef SEKISHO_STORE_CONNECTION_H
#define SEKISHO_STORE_CONNECTION_H

#include "store.h"

#define STORE_CONN_RATES 6
struct store_conn_setting {
    int dynamic_level; /* 0..4 */
    bool check_sender, approved_no_spam;
    /* message-recipients: inbound by address, recipient and domain, outbound by address, sender and domain */
    int rate[STORE_CONN_RATES];
    const char *reputation_version, *rates_version; /* as read; see STORE_CHANGED */
};
/* Who has set nothing has the defaults. */
int store_conn_setting(struct db *db, const struct scope *sc, struct arena *a, const char *org,
                       struct store_conn_setting *out, struct err *e);
/* These two compare the version. */
int store_conn_reputation_put(struct db *db, const struct scope *sc, struct arena *a,
                              const struct store_actor *by, const char *org,
                              const struct store_conn_setting *s, struct err *e);
int store_conn_rates_put(struct db *db, const struct scope *sc, struct arena *a,
                         const struct store_actor *by, const char *org,
                         const struct store_conn_setting *s, struct err *e);

struct store_conn_address {
    const char *address_id, *list, *network, *note; /* list: approved, blocked */
    int64_t created_at;
};
struct store_conn_address_filter {
    const char *list;
    const char *search; /* beginning of the written network, or part of the note; "" = all */
    const char *network, *address_id; /* from behind this one; "" = from the start */
    bool back;                        /* before it */
    int limit;
};
/* Sorted by network. */
int store_conn_addresses(struct db *db, const struct scope *sc, struct arena *a, const char *org,
                         const struct store_conn_address_filter *f,
                         struct store_conn_address **rows, int *n, bool *more, struct err *e);
int store_conn_address_get(struct db *db, const struct scope *sc, struct arena *a,
                           const char *address_id, struct store_conn_address *out, struct err *e);
int store_conn_address_find(struct db *db, const struct scope *sc, struct arena *a, const char *org,
                            const char *network, struct store_conn_address *out, struct err *e);
/* Those of the networks that are listed already: only network and list are filled. */
int store_conn_addresses_known(struct db *db, const struct scope *sc, struct arena *a,
                               const char *org, const char *const *networks, int nnetworks,
                               struct store_conn_address **rows, int *n, struct err *e);
/* ERR_CONFLICT address_listed: it is in one of the lists; too_many: there are 20,000. */
int store_conn_address_add(struct db *db, const struct scope *sc, struct arena *a,
                           const struct store_actor *by, const char *org, const char *list,
                           const char *network, const char *note, struct err *e);
int store_conn_address_delete(struct db *db, const struct scope *sc, struct arena *a,
                              const struct store_actor *by, const char *address_id, struct err *e);
/* rows: JSON, [{"network", "note"}]; what is listed already stays. All or none: too_many as above. import_id: for
 * Undo. */
int store_conn_addresses_import(struct db *db, const struct scope *sc, struct arena *a,
                                const struct store_actor *by, const char *org, const char *list,
                                const char *rows, int64_t *added, char import_id[37],
                                struct err *e);
/* What is left of what that import added goes. *removed may be 0. */
int store_conn_addresses_import_undo(struct db *db, const struct scope *sc, struct arena *a,
                                     const struct store_actor *by, const char *org,
                                     const char *import_id, int64_t *removed, struct err *e);

struct store_conn_country {
    const char *country, *list;
};
int store_conn_countries(struct db *db, const struct scope *sc, struct arena *a, const char *org,
                         struct store_conn_country **rows, int *n, struct err *e);
/* list "": no rule any more. */
int store_conn_country_put(struct db *db, const struct scope *sc, struct arena *a,
                           const struct store_actor *by, const char *org, const char *country,
                           const char *list, struct err *e);

struct store_conn_list {
    const char *list_id, *zone, *codes;
    bool enabled;
};
int store_conn_lists(struct db *db, const struct scope *sc, struct arena *a, const char *org,
                     struct store_conn_list **rows, int *n, struct err *e);
/* ERR_CONFLICT list_twice, or too_many: there are ten. */
int store_conn_list_add(struct db *db, const struct scope *sc, struct arena *a,
                        const struct store_actor *by, const char *org, const char *zone,
                        const char *codes, struct err *e);
int store_conn_list_switch(struct db *db, const struct scope *sc, struct arena *a,
                           const struct store_actor *by, const char *list_id, bool on,
                           struct err *e);
int store_conn_list_delete(struct db *db, const struct scope *sc, struct arena *a,
                           const struct store_actor *by, const char *list_id, struct err *e);

struct store_conn_rdns {
    const char *sender; /* pattern; "*" all others, "" the null sender */
    bool missing, invalid;
    const char *version; /* as read; "" = a new rule; see STORE_CHANGED */
};
#define STORE_CONN_RDNS_BASE 2
/* The two that are always there, then `limit` others (1 to 100) by name, behind `from` ("" = from the start) or
 * before it. */
int store_conn_rdns_list(struct db *db, const struct scope *sc, struct arena *a, const char *org,
                         const char *from, bool back, int limit, struct store_conn_rdns **rows,
                         int *n, bool *more, struct err *e);
/* The two that are always there exist without a row, too. ERR_NOTFOUND. */
int store_conn_rdns_get(struct db *db, const struct scope *sc, struct arena *a, const char *org,
                        const char *sender, struct store_conn_rdns *out, struct err *e);
/* ERR_CONFLICT too_many: there are 1,000. */
int store_conn_rdns_put(struct db *db, const struct scope *sc, struct arena *a,
                        const struct store_actor *by, const char *org,
                        const struct store_conn_rdns *rule, struct err *e);
int store_conn_rdns_delete(struct db *db, const struct scope *sc, struct arena *a,
                           const struct store_actor *by, const char *org, const char *sender,
                           struct err *e);

/* How often each reason refused something in 24 hours. */
struct store_refusal_count {
    const char *reason;
    int64_t n;
};
int store_refusal_counts(struct db *db, const struct scope *sc, struct arena *a, const char *org,
                         struct store_refusal_count **rows, int *n, struct err *e);

#endif
