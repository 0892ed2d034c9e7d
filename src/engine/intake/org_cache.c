#include "org_cache.h"

#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../common/addr.h"
#include "../../common/arena.h"
#include "../../common/err.h"
#include "../../common/when.h"
#include "../../store/store_ingest.h"

#define SLOTS 1024 /* a power of two; two domains that meet in a slot push each other out */
#define KEEP_MS 5000

struct entry {
    char domain[DOMAIN_MAX + 1];
    char org[37];
    int64_t until;
};

struct org_cache {
    pthread_mutex_t lock;
    struct entry entries[SLOTS];
};

struct org_cache *
org_cache_new(void)
{
    struct org_cache *c = calloc(1, sizeof *c);

    BUG_IF(!c);
    pthread_mutex_init(&c->lock, NULL);
    return c;
}

void
org_cache_free(struct org_cache **c)
{
    if (*c) {
        pthread_mutex_destroy(&(*c)->lock);
        free(*c);
        *c = NULL;
    }
}

static struct entry *
slot_of(struct org_cache *c, const char *domain)
{
    uint32_t h = 2166136261u; /* FNV-1a */

    for (; *domain; domain++)
        h = (h ^ (unsigned char)*domain) * 16777619u;
    return &c->entries[h & (SLOTS - 1)];
}

static int
ask(struct db *db, const char *domain, char org[37], struct err *e)
{
    struct arena *a = arena_new();
    int found = store_ingest_org(db, a, domain, org, e);

    arena_free(&a);
    return found;
}

int
org_cache_find(struct org_cache *c, struct db *db, const char *domain, char org[37], struct err *e)
{
    struct entry *slot = slot_of(c, domain);
    int found = 0;

    if (!domain[0] || strlen(domain) > DOMAIN_MAX)
        return 0;
    pthread_mutex_lock(&c->lock);
    if (strcmp(slot->domain, domain) == 0 && when_mono() < slot->until) {
        memcpy(org, slot->org, 37);
        found = 1;
    }
    pthread_mutex_unlock(&c->lock);
    if (found)
        return 1;
    found = ask(db, domain, org, e);
    if (found == 1) {
        pthread_mutex_lock(&c->lock);
        memcpy(slot->domain, domain, strlen(domain) + 1);
        memcpy(slot->org, org, 37);
        slot->until = when_mono() + KEEP_MS;
        pthread_mutex_unlock(&c->lock);
    }
    return found;
}
