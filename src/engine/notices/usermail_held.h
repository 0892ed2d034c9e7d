/* What mails about one held message share. For usermail_*.c only. */
#ifndef SEKISHO_USERMAIL_HELD_H
#define SEKISHO_USERMAIL_HELD_H

#include <string.h>

#include "../../common/arena.h"
#include "../../common/err.h"
#include "../../common/jsonx.h"
#include "../../common/token.h"
#include "usermail.h"

/* A text of params, harmless to be shown; "" when it is not there. */
const char *held_text(const struct usermail *m, const char *name, size_t max);
/* Lines: sender, subject, what it is held as. */
void held_facts(struct usermail *m);

#endif
