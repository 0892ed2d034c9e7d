/* What the commands about settings of a domain share. */
#ifndef SEKISHO_CLI_DOMAIN_H
#define SEKISHO_CLI_DOMAIN_H

#include "cli.h"
#include "store/store_domain.h"

/* The domain of that name. */
int cli_domain(struct cli *c, const char *word, struct store_domain *d);
/* The words "on" and "off". */
int cli_on_off(struct cli *c, const char *word, bool *on);

#endif
