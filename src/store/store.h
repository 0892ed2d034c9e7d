/*
 * What the store_<aggregate> modules share. Conventions of all of them:
 *   - the scope says whose rows are seen; NULL is for engine, jobs and CLI (all organisations);
 *   - results live in the arena that was passed; text is never NULL ("" for SQL NULL);
 *   - times are milliseconds since 1970, 0 for SQL NULL;
 *   - functions return 0, or -1 with *e as db.h says, plus ERR_NOTFOUND;
 *   - every change writes its audit row in the same statement.
 */
#ifndef SEKISHO_STORE_H
#define SEKISHO_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "db.h"

/* Who changes something, for the audit log. */
struct store_actor {
    const char *account_id; /* NULL: no account (CLI, engine) */
    const char *name;       /* address, or "cli:root", "system" */
    const char *surface;    /* admin, portal, cli, engine */
    const char *client_ip;  /* "" when there is none */
};

/* Keyset position in a list sorted newest first: the last row shown. id "" = from the start. */
struct store_cursor {
    int64_t at;
    char id[37];
};
/* Text form for links ("1764000000000-<id>"), "" for the start. */
const char *store_cursor_text(struct arena *a, int64_t at, const char *id);
/* Anything that is no cursor gives the start. */
struct store_cursor store_cursor_parse(const char *text);

/* {"a","b"} as a PostgreSQL array literal parameter. */
struct db_param store_array(struct arena *a, const char *const *values, int n);

/* "%text%" for LIKE, with the characters that have a meaning there taken literally; at most 200
 * bytes of text; NULL for "" and NULL. */
const char *store_like(struct arena *a, const char *text);

/* Settings that several people may have open: functions that save them take the version that was shown, NULL =
 * whatever is there now, and fail with ERR_CONFLICT and this code when it is another one by now. */
#define STORE_CHANGED "changed"
int store_changed(struct err *e); /* sets that; -1 */

/* NULL for "" and NULL: "filter not set". */
struct db_param store_opt(const char *s);

#endif
