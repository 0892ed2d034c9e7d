/* DKIM keys of a domain and how it signs. A private key is written sealed and read by the engine only
 * (store_orgconf.h). */
#ifndef SEKISHO_STORE_DKIM_H
#define SEKISHO_STORE_DKIM_H

#include "store.h"

struct store_dkim_key {
    const char *key_id, *domain_id, *selector, *algorithm, *record;
    const char *state; /* 0012-dkim.sql */
    int bits;
    /* missing_since: it was in DNS and is not any more. signs_at: when the waiting is over, 0 before
     * it was seen. needed_until: of a key that is retiring, when its record may go. */
    int64_t created_at, seen_at, missing_since, signing_since, retiring_since, signs_at,
        needed_until;
};

/* Newest first, the retired ones last. domain_id NULL: of all domains. */
int store_dkim_keys(struct db *db, const struct scope *sc, struct arena *a, const char *domain_id,
                    struct store_dkim_key **rows, int *n, struct err *e);
/* One, by its id. ERR_NOTFOUND. */
int store_dkim_key(struct db *db, const struct scope *sc, struct arena *a, const char *key_id,
                   struct store_dkim_key *out, struct err *e);

#define STORE_DKIM_KEYS_MAX 10 /* of one domain */
struct store_dkim_new {
    const char *domain_id, *selector, *algorithm, *record;
    int bits;
    const unsigned char *sealed;
    size_t sealed_len;
};
/* ERR_CONFLICT "selector_taken", "dkim_many"; ERR_NOTFOUND. */
int store_dkim_add(struct db *db, const struct scope *sc, struct arena *a,
                   const struct store_actor *by, const struct store_dkim_new *k, char key_id[37],
                   struct err *e);
/* Ends the waiting. ERR_NOTFOUND unless the key is in DNS and waits. */
int store_dkim_start(struct db *db, const struct scope *sc, struct arena *a,
                     const struct store_actor *by, const char *domain_id, const char *key_id,
                     struct err *e);
int store_dkim_delete(struct db *db, const struct scope *sc, struct arena *a,
                      const struct store_actor *by, const char *domain_id, const char *key_id,
                      struct err *e);

struct store_dkim_setting {
    bool enabled, null_sender;
    const char *header_canon, *body_canon; /* "simple", "relaxed" */
    const char *headers;                   /* names with a space between */
    const char *oversign;                  /* "from", "all" */
    int wait_hours, expire_days;
    const char *version; /* as read; see STORE_CHANGED */
};
int store_dkim_setting(struct db *db, const struct scope *sc, struct arena *a,
                       const char *domain_id, struct store_dkim_setting *out, struct err *e);
/* Compares s->version. */
int store_dkim_setting_change(struct db *db, const struct scope *sc, struct arena *a,
                              const struct store_actor *by, const char *domain_id,
                              const struct store_dkim_setting *s, struct err *e);

#endif
