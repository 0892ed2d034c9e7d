#include "sources.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "../../common/arena.h"
#include "../../common/err.h"
#include "../../common/ipnet.h"
#include "../../common/jsonx.h"
#include "../../common/textmap.h"
#include "../../common/when.h"
#include "../../store/store_gate.h"

#define HALF_MS (3 * 3600 * 1000.0) /* as in source_note() */
#define SHORTEST_MS (5 * 60 * 1000.0)
#define LONGEST_MS (12 * 3600 * 1000.0)
#define FORGET_MS (24 * 3600 * 1000LL)
#define OVERLAP_MS 5000 /* transactions that were not committed at the last look */

/* How much bad mail it takes, and what share of all: from the least to the most aggressive. At the last
 * level one bad mail is enough. */
static const struct {
    double bad, share;
} levels[SOURCE_LEVELS + 1] = {{0, 0}, {20, 0.9}, {8, 0.5}, {3, 0.3}, {1, 0}};

bool
source_listed(const struct source_record *s, int level, int64_t now)
{
    double more, for_ms;

    if (level < 1 || level > SOURCE_LEVELS || !s->last_bad || s->bad < levels[level].bad ||
        s->bad < levels[level].share * (s->bad + s->good))
        return false;
    more = s->bad / levels[level].bad;
    for_ms = fmin(LONGEST_MS, SHORTEST_MS * more * more);
    return (double)(now - s->last_bad) < for_ms;
}

/* ---------------------------------------------------------------- in memory */

struct seen {
    struct source_record all; /* of all gates, as far as known here */
    int64_t at;               /* of all, wall clock */
    double new_good, new_bad; /* that the database does not know */
};

struct sources {
    pthread_mutex_t lock;
    struct textmap *seen; /* of struct seen */
    int64_t since;        /* changes in the database are known up to then */
};

struct sources *
sources_new(void)
{
    struct sources *s = calloc(1, sizeof *s);

    BUG_IF(!s);
    pthread_mutex_init(&s->lock, NULL);
    s->seen = textmap_new(sizeof(struct seen), SOURCES_MAX);
    s->since = when_now() - FORGET_MS;
    return s;
}

void
sources_free(struct sources **s)
{
    if (!*s)
        return;
    textmap_free(&(*s)->seen);
    pthread_mutex_destroy(&(*s)->lock);
    free(*s);
    *s = NULL;
}

/* This machine says nothing about where mail comes from: a relay in front of us does not tell. */
static const struct ipnet here4 = {{127}, false, 8}, here6 = {{[15] = 1}, true, 128};

static bool
source_of(const char *ip, char out[IPNET_TEXT])
{
    struct ipnet net;

    if (!ipnet_address(ip, &net) || ipnet_covers(&here4, &net) || ipnet_covers(&here6, &net) ||
        !ipnet_source(ip, &net))
        return false;
    ipnet_text(&net, out);
    return true;
}

static void
fade(struct seen *x, int64_t now)
{
    double left = now > x->at ? exp2(-(double)(now - x->at) / HALF_MS) : 1;

    x->all.good *= left;
    x->all.bad *= left;
    x->at = now;
}

static void
note(struct sources *s, const char *ip, double good, double bad)
{
    int64_t now = when_now();
    char key[IPNET_TEXT];
    struct seen *x;

    if (!source_of(ip, key))
        return;
    pthread_mutex_lock(&s->lock);
    x = textmap_need(s->seen, key);
    if (x) {
        fade(x, now);
        x->all.good += good;
        x->all.bad += bad;
        x->new_good += good;
        x->new_bad += bad;
        if (bad > 0)
            x->all.last_bad = now;
    }
    pthread_mutex_unlock(&s->lock);
}

void
sources_note(struct sources *s, const char *ip, bool bad)
{
    note(s, ip, bad ? 0 : 1, bad ? 1 : 0);
}

void
sources_note_guess(struct sources *s, const char *ip)
{
    note(s, ip, 0, 0.5); /* as in refused_by_postfix() */
}

bool
sources_listed(struct sources *s, const char *ip, int level)
{
    char key[IPNET_TEXT];
    const struct seen *x;
    bool listed;

    if (!source_of(ip, key))
        return false;
    pthread_mutex_lock(&s->lock);
    x = textmap_get(s->seen, key);
    listed = x && source_listed(&x->all, level, when_now());
    pthread_mutex_unlock(&s->lock);
    return listed;
}

/* ---------------------------------------------------------------- the database */

#define SEND_MAX 20000 /* sources that one exchange brings; the others wait for the next */

struct collected {
    json_t *list;
    int64_t now;
};

/* Takes what is new. Who never sent anything bad need not stay in memory: the database has his good mail. */
static bool
collect(void *arg, const char *key, void *value)
{
    struct collected *c = arg;
    struct seen *x = value;

    if (x->new_good > 0 || x->new_bad > 0) {
        if (json_array_size(c->list) >= SEND_MAX)
            return true;
        json_array_append_new(c->list, json_pack("{ss sf sf}", "source", key, "good", x->new_good,
                                                 "bad", x->new_bad));
    }
    x->new_good = x->new_bad = 0;
    return x->all.last_bad && c->now - x->all.last_bad < FORGET_MS;
}

/* The database did not take it. */
static void
put_back(struct sources *s, const json_t *list)
{
    const json_t *j;
    size_t i;

    pthread_mutex_lock(&s->lock);
    json_array_foreach(list, i, j)
    {
        struct seen *x = textmap_need(s->seen, jsonx_str(j, "source"));
        if (!x)
            continue;
        x->new_good += jsonx_real(j, "good", 0);
        x->new_bad += jsonx_real(j, "bad", 0);
    }
    pthread_mutex_unlock(&s->lock);
}

static int
look(struct sources *s, struct db *db, struct arena *a, struct err *e)
{
    int64_t latest = s->since;
    char key[IPNET_TEXT];
    struct db_rows r;

    if (store_source_changed(db, a, s->since - OVERLAP_MS, &r, e) < 0)
        return -1;
    pthread_mutex_lock(&s->lock);
    for (int i = 0; i < r.n; i++) {
        struct seen *x = source_of(row_text(&r, i, 0), key) ? textmap_need(s->seen, key) : NULL;
        latest = row_int(&r, i, 4) > latest ? row_int(&r, i, 4) : latest;
        if (!x)
            continue;
        x->all = (struct source_record){row_real(&r, i, 1) + x->new_good,
                                        row_real(&r, i, 2) + x->new_bad, row_int(&r, i, 3)};
        if (x->new_bad > 0)
            x->all.last_bad = when_now();
        x->at = row_int(&r, i, 4);
    }
    pthread_mutex_unlock(&s->lock);
    s->since = latest;
    return 0;
}

int
sources_flush(struct sources *s, struct db *db, struct err *e)
{
    struct arena *a = arena_new();
    struct collected c = {jsonx_own(a, json_array()), when_now()};
    int rc = 0;

    pthread_mutex_lock(&s->lock);
    textmap_each(s->seen, collect, &c);
    pthread_mutex_unlock(&s->lock);
    if (json_array_size(c.list) > 0 &&
        (rc = store_source_note(db, a, jsonx_dump(a, c.list, NULL), e)) < 0)
        put_back(s, c.list);
    if (rc == 0)
        rc = look(s, db, a, e);
    arena_free(&a);
    return rc;
}
