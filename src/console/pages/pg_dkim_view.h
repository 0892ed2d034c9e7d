#ifndef SEKISHO_PG_DKIM_VIEW_H
#define SEKISHO_PG_DKIM_VIEW_H

#include "pg_dkim.h"

/* In the reader's language; k must live as long as *out. */
void pg_dkim_key_view(struct web_req *r, const char *domain, const struct store_dkim_key *k,
                      struct pg_dkim_key *out);

#endif
