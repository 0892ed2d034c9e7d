/* From where somebody did something, in the reader's words. params of the mail: agent, ip. */
#ifndef SEKISHO_USERMAIL_DEVICE_H
#define SEKISHO_USERMAIL_DEVICE_H

#include "usermail.h"

/* "Firefox on Windows", or as much of it as the browser said. */
const char *usermail_device(struct usermail *m);
/* The address of the client; "" when it is not in params. */
const char *usermail_client(struct usermail *m);

#endif
