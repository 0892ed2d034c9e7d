/* What the gate keeps in memory (engine/orgconf): the statements of its topics. Rows are in the arena;
 * columns as in sql/queries/orgconf.sql. -1 and *e. */
#ifndef SEKISHO_STORE_ORGCONF_H
#define SEKISHO_STORE_ORGCONF_H

#include <stdint.h>

struct arena;
struct db;
struct db_rows;
struct err;

/* A number that changes whenever one of the topics has changed. */
int store_orgconf_version(struct db *db, int64_t *version, struct err *e);
int store_orgconf_domains(struct db *db, struct arena *a, struct db_rows *r, struct err *e);
int store_orgconf_outbound(struct db *db, struct arena *a, struct db_rows *r, struct err *e);
int store_orgconf_suspended(struct db *db, struct arena *a, struct db_rows *r, struct err *e);
int store_orgconf_learned(struct db *db, struct arena *a, struct db_rows *r, struct err *e);
int store_orgconf_tls(struct db *db, struct arena *a, struct db_rows *r, struct err *e);
int store_orgconf_senders(struct db *db, struct arena *a, struct db_rows *r, struct err *e);
int store_orgconf_dkim(struct db *db, struct arena *a, struct db_rows *r, struct err *e);
/* The same columns, of one organisation (role jobs). */
int store_orgconf_dkim_of(struct db *db, struct arena *a, const char *org, struct db_rows *r,
                          struct err *e);
int store_orgconf_conn_settings(struct db *db, struct arena *a, struct db_rows *r, struct err *e);
int store_orgconf_conn_addresses(struct db *db, struct arena *a, struct db_rows *r, struct err *e);
int store_orgconf_conn_countries(struct db *db, struct arena *a, struct db_rows *r, struct err *e);
int store_orgconf_conn_lists(struct db *db, struct arena *a, struct db_rows *r, struct err *e);
int store_orgconf_conn_rdns(struct db *db, struct arena *a, struct db_rows *r, struct err *e);
int store_orgconf_reputation_settings(struct db *db, struct arena *a, struct db_rows *r,
                                      struct err *e);
int store_orgconf_reputation_lists(struct db *db, struct arena *a, struct db_rows *r,
                                   struct err *e);
int store_orgconf_reputation_entries(struct db *db, struct arena *a, struct db_rows *r,
                                     struct err *e);

#endif
