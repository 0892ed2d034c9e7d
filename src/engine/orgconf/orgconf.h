/*
 * What the organisations have set, as the gate needs it at each message: read from the database once
 * and kept in memory until it changes.
 *
 * A snapshot never changes; a message keeps the one that it began with. Nobody uses one that may be
 * older than ORGCONF_MS without asking the database whether it changed, so a change in the console
 * works after that time at the latest. When the database does not answer, there is no snapshot. When it
 * answers, but what changed cannot be read, the snapshot before goes on for a while: one organisation's
 * settings must not stop the mail of all others.
 *
 * A topic: a line in orgconf.def, a file orgconf_<id>.c with
 *     int orgconf_<id>_load(struct db *db, struct arena *a, const struct orgconf_<id> **out, struct err *e);
 * and the trigger config_changed() on its tables (0006-orgconf.sql).
 */
#ifndef SEKISHO_ORGCONF_H
#define SEKISHO_ORGCONF_H

#include <stdbool.h>
#include <stdint.h>

struct arena;
struct db;
struct err;
struct orgconf_cache;

#define ORGCONF_MS 500
/* Longest wait for each of the statements that read all settings. */
#define ORGCONF_LOAD_MS 10000
/* How long the old snapshot goes on when the new one cannot be read, and when that is tried again. */
#define ORGCONF_OLD_MS (5 * 60 * 1000)
#define ORGCONF_RETRY_MS 3000

struct orgconf {
#define ORGCONF(id) const struct orgconf_##id *id;
#include "orgconf.def"
#undef ORGCONF
};

/* db: asked whether anything changed. loader: a connection of its own reads the settings. Both must outlive it. */
struct orgconf_cache *orgconf_cache_new(struct db *db, struct db *loader, int64_t old_ms);
/* No snapshot may be in use. */
void orgconf_cache_free(struct orgconf_cache **c);

/* Until the arena ends. fresh: however young the snapshot is, the database is asked. NULL and *e when
 * there is none to use. Any thread. */
const struct orgconf *orgconf_get(struct orgconf_cache *c, struct arena *a, bool fresh,
                                  struct err *e);

#endif
