/* Keyboard shortcuts (ux.md 4.13). */
#ifndef SEKISHO_PG_KEYS_H
#define SEKISHO_PG_KEYS_H

#include <stdbool.h>

/* one, or one and two: between is "+" together, " " after each other, NULL either. Ended by one NULL. what: msgid. */
struct pg_key {
    const char *one, *two, *between, *what;
};
struct pg_keys {
    const char *back;
    bool on;
    const struct pg_key *lists, *mail, *pages;
};

#endif
