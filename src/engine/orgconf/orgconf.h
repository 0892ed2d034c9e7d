/*
 * What the organisations have set, as the gate needs it at each message: read from the database once
 * and kept in memory until it changes.
 *
 * A snapshot never changes; a message keeps the one that it began with. Nobody uses one that may be
 * older than ORGCONF_MS without asking the database whether it changed, so a change in the console
 * works after that time at the latest. When the database does not answer, there is no snapshot.
 *
 * A topic: a line in orgconf.def, a file orgconf_<id>.c with
 *     int orgconf_<id>_load(struct db *db, struct arena *a, const struct orgconf_<id> **out, struct err *e);
 * and the trigger config_changed() on its tables (0006-orgconf.sql).
 */
#ifndef SEKISHO_ORGCONF_H
#define SEKISHO_ORGCONF_H

#include <stdbool.h>

struct arena;
struct db;
struct err;
struct orgconf_cache;

#define ORGCONF_MS 500

struct orgconf {
#define ORGCONF(id) const struct orgconf_##id *id;
#include "orgconf.def"
#undef ORGCONF
};

struct orgconf_cache *orgconf_cache_new(struct db *db);
/* No snapshot may be in use. */
void orgconf_cache_free(struct orgconf_cache **c);

/* Until the arena ends. fresh: however young the snapshot is, the database is asked. NULL and *e when
 * the database does not answer. Any thread. */
const struct orgconf *orgconf_get(struct orgconf_cache *c, struct arena *a, bool fresh,
                                  struct err *e);

#endif
