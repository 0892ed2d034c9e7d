/* Users: accounts of administrators and of people with a mailbox. */
#ifndef SEKISHO_PG_USERS_H
#define SEKISHO_PG_USERS_H

#include <stdbool.h>
#include <stdint.h>

#include "../ui.h"

struct web_req;

struct pg_user {
    const char *id, *address, *name;
    const char *role;  /* as stored: "owner" */
    const char *lang;  /* "" = the organisation's */
    bool active, self, has_password;
    int64_t created_at, last_sign_in; /* 0: never */
};

struct pg_users {
    const struct pg_user *rows;
    int n;
    const char *search;
    bool may_change;
    struct ui_pager pager;
};

/* Adding (u NULL) or changing one. */
struct pg_user_form {
    const struct pg_user *u;
    const char *address, *name, *role, *lang;
    const struct ui_option *roles; /* those the reader may give */
    bool role_fixed;               /* own role, or the last owner's */
    const char *role_why;          /* why it is fixed; translated */
    bool may_change, removable;
    const struct store_mailbox_of *mailboxes;
    int nmailboxes;
    const char *mailbox, *mailbox_how; /* of the form that gives one */
    int64_t second_since; /* 0: no second step */
    int passkeys;
    bool second_removable; /* there is one or the other, and the reader may take it away */
};

/* Whether the reader may have to do with a user of this role: operators are above owners. */
bool pg_user_role_allowed(struct web_req *r, const char *role);
struct store_account;
struct pg_user pg_user_of(struct web_req *r, const struct store_account *x);

/* The page of one user, again after a form that was wrong: about the user, or another card's. */
int pg_user_page(struct web_req *r, int status, const struct store_account *x, bool sent);

#endif
