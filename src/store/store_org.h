/*
 * Organisations, the first-run set-up and its one-time link.
 */
#ifndef SEKISHO_STORE_ORG_H
#define SEKISHO_STORE_ORG_H

#include "store.h"

struct store_setup {
    const char *org_name, *lang, *tz;
    int retention_days;
    const unsigned char *sealed_key; /* organisation's body key, sealed with the master key */
    size_t sealed_key_len;
    const char *admin_address, *admin_name; /* normalised address */
    const char *password;                   /* MCF text, NULL: cannot sign in yet */
    const char *domain, *host;              /* NULL: no domain yet */
    int port;
    const char *client_ip;
};
/* All of it in one transaction. link_hash: SHA-256 of the one-time token, used up with it; NULL for
 * the CLI (database owner only). Fills the new ids. ERR_CONFLICT code "done" (set up already),
 * "domain_taken", "address_taken"; ERR_DENIED code "link" (unknown, used or expired). */
int store_org_setup(struct db *db, struct arena *a, const unsigned char *link_hash,
                    const struct store_setup *s, char org_id[37], char account_id[37],
                    struct err *e);

/* 1 when there is an organisation, 0 when there is none, -1. */
int store_org_exists(struct db *db, struct arena *a, struct err *e);

struct store_org {
    const char *org_id, *name, *lang, *tz;
    int retention_days;
};
/* The organisation of the scope. */
int store_org_get(struct db *db, const struct scope *sc, struct arena *a, struct store_org *out,
                  struct err *e);
/* All organisations (CLI). */
int store_org_list(struct db *db, struct arena *a, struct store_org **rows, int *n, struct err *e);

/* A new one-time link; only its hash is stored. Earlier unused links of the purpose end. */
int store_link_create(struct db *db, struct arena *a, const unsigned char hash[32],
                      const char *purpose, int64_t valid_seconds, struct err *e);
/* *state: "valid", "used", "expired", "unknown". */
int store_link_state(struct db *db, struct arena *a, const unsigned char hash[32],
                     const char *purpose, const char **state, struct err *e);

#endif
