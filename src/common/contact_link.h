/* Addresses that an administrator gives people to click on: https: and mailto:, nothing else. */
#ifndef SEKISHO_CONTACT_LINK_H
#define SEKISHO_CONTACT_LINK_H

#include <stdbool.h>

/* "https://host…" or "mailto:address", at most 500 bytes of printable ASCII without quotes, brackets and backslashes; a host
 * with a name, without user and password. */
bool contact_link_ok(const char *s);

#endif
