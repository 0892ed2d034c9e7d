/*
 * Which organisation owns a domain. Found answers are kept for a few seconds, because each
 * recipient of each message asks; "nobody" is never kept, so that a domain added in the console
 * works at once.
 */
#ifndef SEKISHO_ORG_CACHE_H
#define SEKISHO_ORG_CACHE_H

struct db;
struct err;
struct org_cache;

struct org_cache *org_cache_new(void);
void org_cache_free(struct org_cache **c);

/* 1 and org[] filled, 0 when nobody owns the domain, -1 and *e when the database does not say. Any
 * thread. */
int org_cache_find(struct org_cache *c, struct db *db, const char *domain, char org[37],
                   struct err *e);

#endif
