/*
 * Brings the database to the schema of this program: sql/migrations/NNNN-name.sql in their order,
 * each in a transaction of its own, written down in schema_version with the SHA-256 of its text.
 *
 * The only code besides db_*.c that talks to PostgreSQL itself: migrations are texts, not
 * statements. It needs the database owner's role; the roles themselves are made before
 * (sql/roles.sql).
 */
#ifndef SEKISHO_MIGRATE_H
#define SEKISHO_MIGRATE_H

struct err;

struct migrate_result {
    int version; /* of the database now */
    int applied; /* by this call; 0 = it was up to date */
};

/* conninfo from settings_database("sekisho_owner"); dir holds the migrations, NULL: the one that
 * belongs to this program (sql/migrations beside its build directory). Two runners at once wait for
 * each other, a minute at most. Nothing is half applied. -1:
 *   ERR_ENV   "database-down"  no connection, or the other runner does not end
 *   ERR_INPUT "schema-newer"   the database was made by a newer version
 *   ERR_INPUT "schema-changed" a migration differs from the one that was applied
 *   ERR_INPUT "migration"      a file is missing, unreadable or wrong: "0004-jobs.sql:37: reason"
 * out may be NULL. */
int migrate_run(const char *conninfo, const char *dir, struct migrate_result *out, struct err *e);

/* What would happen: 0 when the database has exactly this schema, 1 when migrations are missing,
 * -1 as above. Changes nothing; for doctor and for the start of the engine. */
int migrate_check(const char *conninfo, const char *dir, struct migrate_result *out, struct err *e);

#endif
