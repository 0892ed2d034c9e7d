#include "feeds.h"

#include <dirent.h>
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "../../common/arena.h"
#include "../../common/err.h"
#include "../../common/evlog.h"
#include "../../common/when.h"

#define CLOCK_COARSE_MS 50 /* two changes may have the same time */

struct snapshot {
    struct feed_set set; /* first */
    atomic_int users;
};

struct feeds {
    char *dir;
    pthread_mutex_t lock; /* of what follows */
    struct snapshot *now;
    struct timespec changed; /* of the folder when it was read */
    int64_t looked_at;       /* monotonic ms */
    int64_t read_at;         /* wall clock, ms */
};

static int
by_name(const void *x, const void *y)
{
    return strcmp(((const struct feed *)x)->head->name, ((const struct feed *)y)->head->name);
}

/* "name.feed" */
static bool
is_feed_file(const char *file)
{
    size_t n = strlen(file), tail = sizeof FEED_SUFFIX - 1;

    return *file != '.' && n > tail && strcmp(file + n - tail, FEED_SUFFIX) == 0;
}

static bool
named_as_file(const struct feed *f, const char *file)
{
    size_t n = strlen(f->head->name);

    return strncmp(f->head->name, file, n) == 0 && strcmp(file + n, FEED_SUFFIX) == 0;
}

/* -1: the folder cannot be read; that there is none means that there are no feeds. */
static int
read_dir(const char *dir, struct feed_set *set, int *damaged)
{
    struct arena *a = arena_new();
    DIR *d = opendir(dir);
    struct dirent *x;
    struct err e;
    int rc = d || errno == ENOENT ? 0 : -1;

    set->n = 0;
    if (rc < 0)
        evlog(EVLOG_ERROR, "feed.not-used", "file", dir, "reason", strerror(errno), NULL);
    while (d && (x = readdir(d))) {
        struct feed *f = &set->feed[set->n];
        if (!is_feed_file(x->d_name))
            continue;
        if (set->n == FEEDS_MAX) {
            evlog(EVLOG_ERROR, "feed.not-used", "file", x->d_name, "reason", "too many feeds",
                  NULL);
            ++*damaged;
            break;
        }
        if (feed_open(arena_printf(a, "%s/%s", dir, x->d_name), f, &e) < 0) {
            evlog(EVLOG_ERROR, "feed.not-used", "reason", e.text, NULL);
            ++*damaged;
        } else if (!named_as_file(f, x->d_name)) {
            evlog(EVLOG_ERROR, "feed.not-used", "reason", "has the name of another file", NULL);
            feed_close(f);
            ++*damaged;
        } else {
            set->n++;
        }
    }
    if (d)
        closedir(d);
    if (set->n)
        qsort(set->feed, (size_t)set->n, sizeof *set->feed, by_name);
    arena_free(&a);
    return rc;
}

static void
close_all(struct feed_set *set)
{
    for (int i = 0; i < set->n; i++)
        feed_close(&set->feed[i]);
}

/* ---------------------------------------------------------------- the gate's */

static void
put(void *arg)
{
    struct snapshot *s = arg;

    if (s && atomic_fetch_sub(&s->users, 1) == 1) {
        close_all(&s->set);
        free(s);
    }
}

struct feeds *
feeds_new(const char *dir)
{
    struct feeds *f = calloc(1, sizeof *f);

    BUG_IF(!f || !(f->dir = strdup(dir)));
    pthread_mutex_init(&f->lock, NULL);
    return f;
}

void
feeds_free(struct feeds **f)
{
    if (*f) {
        put((*f)->now);
        pthread_mutex_destroy(&(*f)->lock);
        free((*f)->dir);
        free(*f);
        *f = NULL;
    }
}

static bool
has_changed(const struct feeds *f, const struct stat *st)
{
    int64_t at = (int64_t)st->st_mtim.tv_sec * 1000 + st->st_mtim.tv_nsec / 1000000;

    return !f->now || st->st_mtim.tv_sec != f->changed.tv_sec ||
           st->st_mtim.tv_nsec != f->changed.tv_nsec || f->read_at - at < CLOCK_COARSE_MS;
}

static void
look(struct feeds *f)
{
    struct stat st = {0};
    struct snapshot *s;
    int damaged = 0;

    (void)stat(f->dir, &st);
    f->looked_at = when_mono();
    if (!has_changed(f, &st))
        return;
    s = calloc(1, sizeof *s);
    BUG_IF(!s);
    f->read_at = when_now();
    f->changed = st.st_mtim;
    atomic_init(&s->users, 1);
    if (read_dir(f->dir, &s->set, &damaged) < 0 && f->now) { /* those of before go on */
        put(s);
        f->changed.tv_nsec = -1; /* and it is tried again */
        return;
    }
    put(f->now);
    f->now = s;
}

const struct feed_set *
feeds_get(struct feeds *f, struct arena *a)
{
    struct snapshot *s;

    pthread_mutex_lock(&f->lock);
    if (!f->now || when_mono() - f->looked_at >= FEEDS_LOOK_MS)
        look(f);
    s = f->now;
    atomic_fetch_add(&s->users, 1);
    pthread_mutex_unlock(&f->lock);
    arena_defer(a, put, s);
    return &s->set;
}

/* ---------------------------------------------------------------- the command's */

static void
close_set(void *arg)
{
    close_all(arg);
}

const struct feed_set *
feeds_read(struct arena *a, const char *dir, int *damaged)
{
    struct feed_set *set = arena_alloc(a, sizeof *set);
    int ignored = 0;

    if (read_dir(dir, set, damaged ? damaged : &ignored) < 0)
        ++*(damaged ? damaged : &ignored);
    arena_defer(a, close_set, set);
    return set;
}
