/* DNS lists that are asked about mail, on the pages of connection and of web reputation: adding, switching, deleting. What
 * their answers mean differs, and is each page's own. */
#ifndef SEKISHO_PG_DNS_LIST_H
#define SEKISHO_PG_DNS_LIST_H

#include "../../store/store.h"
#include "../web_req.h"

struct pg_dns_lists {
    const char *path;  /* of the page with the lists */
    const char *twice; /* code of the error when a zone is there already */
    /* The zone of a list by its id, borrowed from the request; *zone NULL: there is none. */
    int (*find)(struct web_req *r, const char *id, const char **zone);
    int (*turn)(struct db *db, const struct scope *sc, struct arena *a,
                const struct store_actor *by, const char *id, bool on, struct err *e);
    int (*drop)(struct db *db, const struct scope *sc, struct arena *a,
                const struct store_actor *by, const char *id, struct err *e);
};

/* The field "zone", normal; NULL and its error: that is no list. */
const char *pg_dns_list_zone(struct web_req *r);
/* When adding failed: 0 and the form has the error, or -1: it was no fault of what was typed. */
int pg_dns_list_refused(struct web_req *r, const struct pg_dns_lists *l);
int pg_dns_list_added(struct web_req *r, const struct pg_dns_lists *l, const char *zone);
/* r->id: which. */
int pg_dns_list_switch(struct web_req *r, const struct pg_dns_lists *l);
int pg_dns_list_delete_form(struct web_req *r, const struct pg_dns_lists *l);
int pg_dns_list_delete(struct web_req *r, const struct pg_dns_lists *l);

#endif
