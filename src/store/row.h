/*
 * Shared by db_sync.c and db_coro.c: results tied to an arena, errors of the server as struct err.
 */
#ifndef SEKISHO_ROW_H
#define SEKISHO_ROW_H

#include <libpq-fe.h>

struct arena;
struct err;
struct db_rows;

/* Ties a result (NULL: no rows) to the arena and describes it in *out. */
void row_take(struct arena *a, PGresult *r, struct db_rows *out);

/* Fills *e from SQLSTATE, constraint name and message (each may be NULL); returns -1. */
int db_sql_error(const char *state, const char *constraint, const char *text, struct err *e);

#endif
