/*
 * Addresses inside addresses: those that mail filters wrap around links, redirectors of big sites, and whatever carries
 * another address in a parameter (T-E6). The address inside is one of its own: nobody's good name covers it.
 *
 * To add one: a line in wrappers.def, and in url_unwrap.c a function if it hides the address in a new way.
 */
#ifndef SEKISHO_URL_UNWRAP_H
#define SEKISHO_URL_UNWRAP_H

struct arena;
struct url;

#define URL_WRAPS 5 /* wrappers around wrappers that are opened */

/* The address inside, "" when there is none. Not parsed yet; it may be wrapped again. */
const char *url_unwrap(struct arena *a, const struct url *u);

#endif
