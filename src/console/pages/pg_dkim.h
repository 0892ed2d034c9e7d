/* DKIM keys of a domain and how it signs. */
#ifndef SEKISHO_PG_DKIM_H
#define SEKISHO_PG_DKIM_H

#include "../../store/store_dkim.h"
#include "pg_domains.h"

struct ui_option;

struct pg_dkim_key {
    const struct store_dkim_key *k;
    const char *kind;        /* "RSA, 2048 bits" */
    const char *record_name; /* sk1._domainkey.example.com */
    const char *pieces;      /* the record in strings of 255 bytes at most; NULL: one is enough */
    const char *icon, *tone, *word, *sub; /* its state, translated */
    bool weak, may_start;
};
struct pg_dkim {
    const char *version; /* of the settings that are stored */
    const struct pg_domain *d;
    const struct pg_dkim_key *keys;
    int n;
    bool may_change;
    /* the form, as stored or as typed */
    struct store_dkim_setting s;
    const char *canon;         /* "relaxed/relaxed" */
    const char *wait, *expire; /* as text */
    const struct ui_option *canons;
};
struct pg_dkim_new {
    const struct pg_domain *d;
    const char *selector, *kind;
    const struct ui_option *kinds;
    bool no_engine; /* the last try failed, since the engine did not answer */
};
struct pg_dkim_delete {
    const struct pg_domain *d;
    const struct pg_dkim_key *k;
};

#endif
