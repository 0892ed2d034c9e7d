/* In the digest of who decides about release requests (N8): those that wait for him. */
#ifndef SEKISHO_USERMAIL_WAITING_H
#define SEKISHO_USERMAIL_WAITING_H

#include "usermail.h"

/* Writes nothing when none waits. The links lead to the console, where one signs in. -1 and *e. */
int usermail_waiting(struct usermail *m, const char *tz, struct err *e);

#endif
