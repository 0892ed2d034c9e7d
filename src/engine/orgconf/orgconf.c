#include "orgconf.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>

#include "../../common/arena.h"
#include "../../common/err.h"
#include "../../common/evlog.h"
#include "../../common/when.h"
#include "../../store/store_orgconf.h"

#define ORGCONF(id)                                                                    \
    struct orgconf_##id;                                                               \
    int orgconf_##id##_load(struct db *, struct arena *, const struct orgconf_##id **, \
                            struct err *);
#include "orgconf.def"
#undef ORGCONF

struct snapshot {
    struct orgconf conf; /* first: orgconf_get() gives its address */
    struct arena *arena;
    int64_t version;
    atomic_int users; /* the cache counts as one */
};

struct orgconf_cache {
    struct db *db, *loader;
    int64_t old_ms;
    pthread_mutex_t lock; /* of what follows */
    struct snapshot *now;
    int64_t checked_at;               /* monotonic ms; the database was asked after that */
    pthread_mutex_t loading;          /* of what follows */
    int64_t failing_since, failed_at; /* monotonic ms; 0: the last time all could be read */
    struct err why;
};

struct orgconf_cache *
orgconf_cache_new(struct db *db, struct db *loader, int64_t old_ms)
{
    struct orgconf_cache *c = calloc(1, sizeof *c);

    BUG_IF(!c);
    c->db = db;
    c->loader = loader;
    c->old_ms = old_ms;
    pthread_mutex_init(&c->lock, NULL);
    pthread_mutex_init(&c->loading, NULL);
    return c;
}

static void
put(void *arg)
{
    struct snapshot *s = arg;

    if (s && atomic_fetch_sub(&s->users, 1) == 1)
        arena_free(&s->arena); /* s is in it */
}

void
orgconf_cache_free(struct orgconf_cache **c)
{
    if (*c) {
        put((*c)->now);
        pthread_mutex_destroy(&(*c)->lock);
        pthread_mutex_destroy(&(*c)->loading);
        free(*c);
        *c = NULL;
    }
}

/* The snapshot, when the database was asked at `since` or later. */
static struct snapshot *
take(struct orgconf_cache *c, int64_t since)
{
    struct snapshot *s = NULL;

    pthread_mutex_lock(&c->lock);
    if (c->now && c->checked_at >= since) {
        s = c->now;
        atomic_fetch_add(&s->users, 1);
    }
    pthread_mutex_unlock(&c->lock);
    return s;
}

static int
load_topics(struct db *db, struct snapshot *s, struct err *e)
{
#define ORGCONF(id)                                            \
    if (orgconf_##id##_load(db, s->arena, &s->conf.id, e) < 0) \
        return -1;
#include "orgconf.def"
#undef ORGCONF
    return 0;
}

/* The version is read before what it stands for: a change in between is noticed at the next look. */
static int
load(struct orgconf_cache *c, int64_t version, struct snapshot **out, struct err *e)
{
    struct arena *a = arena_new();
    struct snapshot *s = arena_alloc(a, sizeof *s);

    s->arena = a;
    s->version = version;
    atomic_init(&s->users, 1);
    if (load_topics(c->loader, s, e) < 0) {
        arena_free(&a);
        return -1;
    }
    *out = s;
    return 0;
}

/* Says once that it fails, and once that it works again. */
static void
note_outcome(struct orgconf_cache *c, int rc, const struct err *e)
{
    int64_t now = when_mono();

    if (rc == 0 && c->failing_since)
        evlog(EVLOG_INFO, "orgconf.works-again", NULL);
    if (rc == 0) {
        c->failing_since = c->failed_at = 0;
        return;
    }
    if (!c->failing_since) {
        evlog(EVLOG_ERROR, "orgconf.load-failed", "code", e->code, "reason", e->text, NULL);
        c->failing_since = now;
    }
    c->failed_at = now;
    c->why = *e;
}

/* *fresh: what changed; NULL: the snapshot that there is serves. A load that failed is not tried again for each
 * mail: it may have taken long. */
static int
load_changes(struct orgconf_cache *c, int64_t version, struct snapshot **fresh, struct err *e)
{
    int rc;

    if (c->now && c->now->version == version && !c->failing_since)
        return 0;
    if (c->failing_since && when_mono() - c->failed_at < ORGCONF_RETRY_MS) {
        *e = c->why;
        rc = -1;
    } else {
        rc = load(c, version, fresh, e);
        note_outcome(c, rc, e);
    }
    return rc < 0 && c->now && when_mono() - c->failing_since < c->old_ms ? 0 : rc;
}

/* One thread at a time; c->now changes only here. */
static int
refresh(struct orgconf_cache *c, int64_t asked_at, struct err *e)
{
    struct snapshot *fresh = NULL, *old = NULL;
    int64_t version;

    if (store_orgconf_version(c->db, &version, e) < 0 || load_changes(c, version, &fresh, e) < 0)
        return -1;
    pthread_mutex_lock(&c->lock);
    if (fresh) {
        old = c->now;
        c->now = fresh;
    }
    c->checked_at = asked_at;
    pthread_mutex_unlock(&c->lock);
    put(old);
    return 0;
}

const struct orgconf *
orgconf_get(struct orgconf_cache *c, struct arena *a, bool fresh, struct err *e)
{
    int64_t since = when_mono() - (fresh ? 0 : ORGCONF_MS);
    struct snapshot *s = take(c, since);
    int rc = 0;

    if (!s) {
        pthread_mutex_lock(&c->loading);
        s = take(c, since); /* somebody else has asked meanwhile */
        if (!s) {
            rc = refresh(c, when_mono(), e);
            s = rc == 0 ? take(c, since) : NULL;
        }
        pthread_mutex_unlock(&c->loading);
    }
    if (!s)
        return NULL;
    arena_defer(a, put, s);
    return &s->conf;
}
