/* Valid recipients of a domain: switch, list, import with a look before it. */
#ifndef SEKISHO_PG_RECIPIENTS_H
#define SEKISHO_PG_RECIPIENTS_H

#include <stdbool.h>
#include <stdint.h>

#include "../../common/address_list.h"
#include "../ui.h"

#define IMPORT_MAX 10000 /* addresses at once in a page; the command takes more */

struct pg_domain;
struct pg_recipients {
    const struct pg_domain *d;
    const char *id;
    bool check, may_change;
    const char *search;
    const char **rows;
    int n;
    int64_t total; /* of the domain; more than RECIPIENTS_COUNTED: not counted on */
    struct ui_pager pager;
    const char *typed; /* what was typed into the form below the list */
};

/* What an import would do. */
struct pg_import {
    const char *id, *domain;
    const struct address_list *list;
    int64_t fresh;     /* valid ones that are not there yet */
    const char *lines; /* the valid ones, for the next step */
};

/* What is wrong with a line, in the reader's language. */
const char *pg_import_why(struct web_req *r, enum address_line_why why);

/* The page of a domain's recipients, also for the errors of its forms. */
int pg_recipients_page(struct web_req *r, int status, const char *typed);

#endif
