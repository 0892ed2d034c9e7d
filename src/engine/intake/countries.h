/* The country of an address, by a database in MaxMind's format that the operator brings (country_database). */
#ifndef SEKISHO_COUNTRIES_H
#define SEKISHO_COUNTRIES_H

#include <stdbool.h>

struct countries;
struct err;

/* Opened once, before the process gives up its rights. path "": *out NULL, nothing is known of any address. -1 and *e
 * when the file is none. */
int countries_open(const char *path, struct countries **out, struct err *e);
/* "JP" (ISO 3166-1); false: not known. c may be NULL. Any thread. */
bool countries_of(const struct countries *c, const char *ip, char out[3]);

#endif
