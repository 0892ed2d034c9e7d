/* Asking for a mail without being signed in: to register, for a new password, for a link to sign in. */
#ifndef SEKISHO_PG_ASK_H
#define SEKISHO_PG_ASK_H

enum pg_ask_kind { ASK_REGISTER, ASK_RESET, ASK_LINK };

struct pg_ask_view {
    enum pg_ask_kind kind;
    const char *address, *lang;
    const char *problem; /* sentence above the form, NULL = none */
};

#endif
