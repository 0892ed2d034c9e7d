/* What pages share. */
#ifndef SEKISHO_PG_ACTOR_H
#define SEKISHO_PG_ACTOR_H

#include "../../store/store.h"
#include "../web_req.h"

/* Who does it, for the audit log. */
struct store_actor pg_actor(struct web_req *r);
/* The reader's role is one of these. */
bool pg_may(const struct web_req *r, unsigned roles);
/* Start of a period such as "24h", "7d", "30d": ms since 1970; 0 for any other word. */
int64_t pg_since(const char *period);
/* The ids to act on: that of the row whose button was pressed ("one"), else the ticked ones ("id"). Returns how many. */
int pg_chosen(struct web_req *r, const char *const **ids);
/* A list of ids with commas between, for the Undo button. */
const char *pg_joined(struct web_req *r, const char *const *ids, int n);

#endif
