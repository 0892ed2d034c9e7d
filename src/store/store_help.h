/* The help desk of an organisation (ux.md U15): what its administrators say about whom to ask. */
#ifndef SEKISHO_STORE_HELP_H
#define SEKISHO_STORE_HELP_H

#include "store.h"

/* Texts, "" = none. link: https: or mailto:, ASCII. */
struct store_help {
    const char *name, *note, *email, *phone, *link;
    const char *version; /* as read, "" = nothing is set; see STORE_CHANGED */
};
int store_help_get(struct db *db, const struct scope *sc, struct arena *a, const char *org,
                   struct store_help *out, struct err *e);
/* STORE_CHANGED. */
int store_help_put(struct db *db, const struct scope *sc, struct arena *a,
                   const struct store_actor *by, const char *org, const struct store_help *x,
                   struct err *e);
/* For the portal: of the scope's organisation, without a scope of the only one here. All "" when there is none. */
int store_help_mine(struct db *db, const struct scope *sc, struct arena *a, struct store_help *out,
                    struct err *e);

#endif
