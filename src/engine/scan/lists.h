/* What organisations have set for the scanners about impersonation (envelope.lists, topic "spam"; orgconf_spam.h). */
#ifndef SEKISHO_LISTS_H
#define SEKISHO_LISTS_H

#include <jansson.h>
#include <stdbool.h>

struct arena;
struct msg;

/* Adds what scanners would otherwise make of the lists for each message anew: folded names of people and of domains
 * ("own_names", "domains_names": organisational domain, label, skeleton). Called once when settings are read. */
void lists_fold(struct arena *a, json_t *o);

/* Calls each() for every organisation with its object. */
void lists_each(struct msg *m, void (*each)(struct msg *m, const char *org, const json_t *o));
/* Is the host one of an organisation's own or high-profile domains, or below one? */
bool lists_has(const json_t *o, const char *which, const char *host);
/* Of any organisation of the recipients. */
bool lists_is_ours(struct msg *m, const char *host);

#endif
