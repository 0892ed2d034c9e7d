/*
 * The database, as everyone above sees it: run a named statement, get rows.
 *
 * Statements live in sql/queries/<aggregate>.sql; src/tools/sqlc makes enum stmt and their texts
 * from them (stmt.h). There is no other way to send SQL: no text is ever put together.
 *
 * Two implementations with this one interface, chosen at link time:
 *   db_sync.c  blocking, a small pool for threads      (engine, CLI, tests)
 *   db_coro.c  awaiting, a pool per Kore worker        (console module)
 * Both reconnect by themselves after a server restart.
 *
 * The scope (organisation, account) travels with every call and is set for that transaction only,
 * so that row-level security holds on pooled connections (T-I4).
 */
#ifndef SEKISHO_DB_H
#define SEKISHO_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stmt.h" /* generated */

struct arena;
struct err;
struct db;    /* a pool */
struct db_tx; /* a transaction: one connection of the pool */

/* Who asks. Empty strings: nobody, sees nothing under row-level security. */
struct scope {
    char org[37];
    char account[37];
};

/* conninfo from settings_database(role). Makes no connection yet. deadline_ms: longest wait for a
 * connection, and statement_timeout of each statement. */
struct db *db_open(const char *conninfo, int max_connections, int deadline_ms);
void db_close(struct db **db);

enum db_kind { DB_TEXT, DB_BYTES };
struct db_param {
    enum db_kind kind;
    const char *p; /* NULL: SQL NULL */
    size_t n;      /* for DB_BYTES */
};
#define P_TEXT(s) ((struct db_param){DB_TEXT, (s), 0})
#define P_BYTES(b, len) ((struct db_param){DB_BYTES, (const char *)(b), (len)})
/* Numbers and booleans as text in the arena; times are milliseconds since 1970 and the statement
 * converts them: to_timestamp($1::float8 / 1000). */
struct db_param p_int(struct arena *a, int64_t v);
struct db_param p_bool(bool v);

struct db_rows {
    int n;
    int columns;
    void *result; /* belongs to the arena */
};

/* Runs one statement as a transaction of its own. -1:
 *   ERR_ENV       no connection, deadline, server stopped: nothing happened
 *   ERR_UNCERTAIN connection lost after sending: it may have been committed
 *   ERR_CONFLICT  unique or exclusion constraint, serialization; code = constraint name
 *   ERR_INPUT     check or foreign key constraint, bad value; code = constraint name
 * out may be NULL. params has exactly as many members as the statement has (checked: bug). */
int db_query(struct db *db, const struct scope *sc, struct arena *a, enum stmt id,
             const struct db_param *params, int nparams, struct db_rows *out, struct err *e);
#define DB_QUERY(db, sc, a, id, out, e, ...)                          \
    db_query((db), (sc), (a), (id), (struct db_param[]){__VA_ARGS__}, \
             (int)(sizeof(struct db_param[]){__VA_ARGS__} / sizeof(struct db_param)), (out), (e))

/* Several statements in one transaction. After an error only db_rollback is allowed. */
int db_begin(struct db *db, const struct scope *sc, struct db_tx **tx, struct err *e);
int db_tx_query(struct db_tx *tx, struct arena *a, enum stmt id, const struct db_param *params,
                int nparams, struct db_rows *out, struct err *e);
int db_commit(struct db_tx **tx, struct err *e); /* may be ERR_UNCERTAIN */
void db_rollback(struct db_tx **tx);             /* accepts NULL in *tx */

/* Columns by position, as the statement's select list has them. */
bool row_null(const struct db_rows *r, int row, int col);
const char *row_text(const struct db_rows *r, int row, int col); /* NULL gives "" */
int64_t row_int(const struct db_rows *r, int row, int col);      /* NULL gives 0 */
double row_real(const struct db_rows *r, int row, int col);
bool row_bool(const struct db_rows *r, int row, int col);
/* Raw bytes of a bytea column (decoded); n may be NULL. */
const unsigned char *row_bytes(struct arena *a, const struct db_rows *r, int row, int col,
                               size_t *n);

#endif
