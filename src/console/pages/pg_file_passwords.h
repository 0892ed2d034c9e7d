/* Passwords that are tried on files in mail: settings and list (common/file_password.h). */
#ifndef SEKISHO_PG_FILE_PASSWORDS_H
#define SEKISHO_PG_FILE_PASSWORDS_H

#include <stdbool.h>

#include "../../common/file_password.h"
#include "../../store/store_file_password.h"
#include "../ui.h"

struct web_req;

struct pg_file_passwords {
    struct store_file_password_setting s; /* in the form */
    const char *version;                  /* of what is stored */
    const char *minutes;
    const struct store_file_password *rows;
    int n;
    const char *priority; /* typed, of one more; passwords are not shown again */
    bool may_change;
};
struct pg_file_password_delete {
    const char *id, *value;
};

#endif
