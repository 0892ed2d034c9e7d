/* First-run set-up by one-time link. */
#ifndef SEKISHO_PG_SETUP_H
#define SEKISHO_PG_SETUP_H

struct pg_setup {
    const char *token;
    const char *org, *lang, *tz;
    const char *name, *address;
    const char *domain, *server;
};

enum pg_setup_gone { SETUP_LINK_GONE, SETUP_DONE };

#endif
