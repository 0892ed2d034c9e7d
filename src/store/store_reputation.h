/* Web reputation and suspicious objects of one organisation (0017-reputation.sql). */
#ifndef SEKISHO_STORE_REPUTATION_H
#define SEKISHO_STORE_REPUTATION_H

#include "store.h"

#define STORE_REPUTATION_MAX 20000 /* entries of both lists */

struct store_reputation {
    int level; /* 0..5, risk.h */
    bool untested;
    const char *version; /* as read; see STORE_CHANGED */
};
/* Who has set nothing has the defaults. */
int store_reputation(struct db *db, const struct scope *sc, struct arena *a, const char *org,
                     struct store_reputation *out, struct err *e);
/* Compares the version. */
int store_reputation_put(struct db *db, const struct scope *sc, struct arena *a,
                         const struct store_actor *by, const char *org,
                         const struct store_reputation *s, struct err *e);

struct store_reputation_list {
    const char *list_id, *zone, *codes, *level;
    bool hosts, addresses, enabled;
};
int store_reputation_lists(struct db *db, const struct scope *sc, struct arena *a, const char *org,
                           struct store_reputation_list **rows, int *n, struct err *e);
/* ERR_CONFLICT reputation_list_twice, or too_many: there are ten. */
int store_reputation_list_add(struct db *db, const struct scope *sc, struct arena *a,
                              const struct store_actor *by, const char *org,
                              const struct store_reputation_list *l, struct err *e);
int store_reputation_list_switch(struct db *db, const struct scope *sc, struct arena *a,
                                 const struct store_actor *by, const char *list_id, bool on,
                                 struct err *e);
int store_reputation_list_delete(struct db *db, const struct scope *sc, struct arena *a,
                                 const struct store_actor *by, const char *list_id, struct err *e);

/* list: "approved" or "suspicious". */
struct store_threat {
    const char *entry_id, *type, *value, *action, *note, *added_by; /* action: block, log */
    int64_t expires_at, added_at;                                   /* expires_at 0: never */
    bool expired;
};
struct store_threat_query {
    const char *list;
    const char *search; /* part of value or note; "" all */
    const char *type;   /* "" all */
    struct store_cursor from;
    bool back; /* towards the newest */
    int limit; /* 1..1000 */
};
/* Newest first. */
int store_threats(struct db *db, const struct scope *sc, struct arena *a, const char *org,
                  const struct store_threat_query *q, struct store_threat **rows, int *n,
                  bool *more, struct err *e);
/* ERR_NOTFOUND entry. */
int store_threat_find(struct db *db, const struct scope *sc, struct arena *a, const char *org,
                      const char *list, const char *type, const char *value, const char **entry_id,
                      struct err *e);
/* Those that are listed already: only type and value are filled. */
int store_threats_known(struct db *db, const struct scope *sc, struct arena *a, const char *org,
                        const char *list, const char *const *types, const char *const *values,
                        int nvalues, struct store_threat **rows, int *n, struct err *e);
/* ERR_CONFLICT "reputation_twice": it is listed; "too_many". */
int store_threat_add(struct db *db, const struct scope *sc, struct arena *a,
                     const struct store_actor *by, const char *org, const char *list,
                     const struct store_threat *x, struct err *e);
/* rows: JSON, as reputation_import in reputation.sql wants it; what is listed already stays. All or none: too_many as
 * above. import_id: for Undo. */
int store_threats_import(struct db *db, const struct scope *sc, struct arena *a,
                         const struct store_actor *by, const char *org, const char *list,
                         const char *rows, int64_t *added, char import_id[37], struct err *e);
/* What is left of what that import added goes. *removed may be 0. */
int store_threats_import_undo(struct db *db, const struct scope *sc, struct arena *a,
                              const struct store_actor *by, const char *org, const char *import_id,
                              int64_t *removed, struct err *e);
/* *n: how many there were; *value: of one of them. What was removed can be put back for a day. */
int store_threats_remove(struct db *db, const struct scope *sc, struct arena *a,
                         const struct store_actor *by, const char *org, const char *const *ids,
                         int nids, int *n, const char **value, struct err *e);
int store_threats_restore(struct db *db, const struct scope *sc, struct arena *a,
                          const struct store_actor *by, const char *org, const char *const *ids,
                          int nids, int *n, const char **value, struct err *e);

#endif
