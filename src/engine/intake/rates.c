#include "rates.h"

#include <pthread.h>
#include <stdlib.h>

#include <jansson.h>

#include "../../common/arena.h"
#include "../../common/err.h"
#include "../../common/jsonx.h"
#include "../../common/textmap.h"
#include "../../common/when.h"
#include "../../store/store_gate.h"
#include "intake_room.h"

struct window {
    int64_t ends;  /* monotonic ms; 0: not begun */
    int64_t known; /* that the database has counted, of all gates */
    int64_t new;   /* that it has not */
};

struct rates {
    pthread_mutex_t lock;
    struct textmap *windows; /* of struct window */
    bool loaded;             /* what was counted before this process */
    struct turned_away full;
};

struct rates *
rates_new(void)
{
    struct rates *r = calloc(1, sizeof *r);

    BUG_IF(!r);
    pthread_mutex_init(&r->lock, NULL);
    r->windows = textmap_new(sizeof(struct window), RATES_MAX);
    return r;
}

void
rates_free(struct rates **r)
{
    if (!*r)
        return;
    textmap_free(&(*r)->windows);
    pthread_mutex_destroy(&(*r)->lock);
    free(*r);
    *r = NULL;
}

/* The window that is open now. NULL: no room. */
static struct window *
open_window(struct rates *r, const struct rate *rate, int64_t now)
{
    struct window *w = textmap_need(r->windows, rate->key);

    if (w && w->ends <= now)
        *w = (struct window){.ends = now + (int64_t)rate->seconds * 1000};
    return w;
}

int
rates_take(struct rates *r, const struct rate *list, int n, int64_t now)
{
    int over = -1;

    pthread_mutex_lock(&r->lock);
    for (int i = 0; i < n && over < 0; i++) {
        const struct window *w =
            list[i].limit > 0 && *list[i].key ? textmap_get(r->windows, list[i].key) : NULL;
        if (w && w->ends > now && w->known + w->new >= list[i].limit)
            over = i;
    }
    for (int i = 0; i < n && over < 0; i++) {
        struct window *w;
        if (list[i].limit <= 0 || !*list[i].key)
            continue;
        w = open_window(r, &list[i], now);
        if (w)
            w->new ++;
        else
            turned_away(&r->full, "rates.not-counted");
    }
    pthread_mutex_unlock(&r->lock);
    return over;
}

/* ---------------------------------------------------------------- the database */

#define SEND_MAX 20000 /* windows that one exchange brings; the others wait for the next */

struct collected {
    json_t *list;
    int64_t now;
};

/* What is new; windows that are over go. */
static bool
collect(void *arg, const char *key, void *value)
{
    struct collected *c = arg;
    struct window *w = value;

    if (w->ends <= c->now)
        return false;
    if (w->new > 0 && json_array_size(c->list) < SEND_MAX)
        json_array_append_new(c->list, json_pack("{ss sf sI}", "key", key, "left_s",
                                                 (double)(w->ends - c->now) / 1000, "n",
                                                 (json_int_t)w->new));
    return true;
}

/* The database's word about the windows in rows; sent: what it was told, NULL: nothing. */
static void
learn(struct rates *r, const struct db_rows *rows, const json_t *sent, int64_t now)
{
    const json_t *j;
    struct window *w;
    size_t k;

    pthread_mutex_lock(&r->lock);
    json_array_foreach(sent, k, j)
    {
        w = textmap_get(r->windows, jsonx_str(j, "key"));
        if (w)
            w->new -= jsonx_int(j, "n", 0) < w->new ? jsonx_int(j, "n", 0) : w->new;
    }
    for (int i = 0; i < rows->n; i++) {
        w = textmap_need(r->windows, row_text(rows, i, 0));
        if (!w)
            continue;
        w->known = row_int(rows, i, 1);
        w->ends = now + row_int(rows, i, 2);
    }
    pthread_mutex_unlock(&r->lock);
}

/* What was counted before this process began. */
static int
load(struct rates *r, struct db *db, struct arena *a, struct err *e)
{
    struct db_rows rows;

    if (r->loaded)
        return 0;
    if (store_rate_open(db, a, &rows, e) < 0)
        return -1;
    learn(r, &rows, NULL, when_mono());
    r->loaded = true;
    return 0;
}

int
rates_flush(struct rates *r, struct db *db, struct err *e)
{
    struct arena *a = arena_new();
    struct collected c = {jsonx_own(a, json_array()), when_mono()};
    struct db_rows rows;
    int rc = load(r, db, a, e);

    pthread_mutex_lock(&r->lock);
    textmap_each(r->windows, collect, &c);
    pthread_mutex_unlock(&r->lock);
    if (rc == 0 && json_array_size(c.list) > 0) {
        rc = store_rate_note(db, a, jsonx_dump(a, c.list, NULL), &rows, e);
        if (rc == 0)
            learn(r, &rows, c.list, when_mono());
    }
    arena_free(&a);
    return rc;
}
