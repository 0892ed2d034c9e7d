/* What the commands about organisations, domains and people share. */
#ifndef SEKISHO_CLI_ORG_H
#define SEKISHO_CLI_ORG_H

#include "cli.h"
#include "store/store.h"

/* The organisation that --org names (name or id), or the only one there is (name NULL). */
int cli_org(struct cli *c, const char *name, const char **org_id);
/* Who does it, for the audit log. */
struct store_actor cli_by(struct cli *c);
/* Hash of the password in a file, checked as for people: at least 12 characters. */
int cli_password(struct cli *c, const char *file, char **mcf);

#endif
