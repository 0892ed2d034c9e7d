/*
 * Brings the database to the newest schema: sql/migrations/NNNN-name.sql in order, each in its own
 * transaction, recorded in schema_version with its SHA-256.
 */
#ifndef SEKISHO_MIGRATE_H
#define SEKISHO_MIGRATE_H

struct err;

/* conninfo: the owner's. Refuses a schema newer than the newest file (ERR_CONFLICT "schema-newer")
 * and files that were changed after they ran ("schema-changed"). Two runners wait for each other.
 * *applied: how many were run; *version: where the database is now. */
int migrate_run(const char *conninfo, const char *folder, int *applied, int *version, struct err *e);
/* The same checks without changing anything: ERR_CONFLICT "schema-older" when files wait. */
int migrate_check(const char *conninfo, const char *folder, int *version, struct err *e);

#endif
