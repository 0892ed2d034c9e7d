/* What the portal's message page asks beside the message itself (store_quarantine.h). */
#ifndef SEKISHO_STORE_PREVIEW_H
#define SEKISHO_STORE_PREVIEW_H

#include "store_quarantine.h"

/* Place of a message in a person's list with that filter and order, from 1; counting stops at STORE_COUNT_MAX. */
int store_preview_position(struct db *db, const struct scope *sc, struct arena *a,
                           const struct store_held_filter *f, const struct store_held *m,
                           int64_t *place, struct err *e);
/* Somebody downloads a held message: an event and an audit row, before it is given out. ERR_NOTFOUND: it is not there for him. */
int store_preview_downloaded(struct db *db, const struct scope *sc, struct arena *a,
                             const struct store_actor *by, const char *id, struct err *e);

#endif
