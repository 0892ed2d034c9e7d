#include "gate_writer.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <time.h>

#include "../../common/err.h"
#include "../../common/evlog.h"
#include "../../common/settings.h"
#include "../../common/when.h"
#include "../../store/db.h"
#include "gate.h"
#include "gate_queue.h"
#include "rates.h"
#include "refusals.h"
#include "sources.h"

#define WRITE_MS 200
#define COUNT_MS 1000 /* between exchanges of counts with the other gates */

struct gate_writer {
    struct gate *g;
    struct db *db; /* its own connection: a flood of refusals takes none away from mail */
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t stop_asked;
    bool stop;
    int failures;    /* in a row */
    int64_t counted; /* monotonic ms of the last exchange of counts */
};

/* false: it was asked to stop. */
static bool
wait_a_little(struct gate_writer *w)
{
    int64_t until = when_mono() + WRITE_MS;
    struct timespec ts = {.tv_sec = until / 1000, .tv_nsec = until % 1000 * 1000000};
    bool stop;

    pthread_mutex_lock(&w->lock);
    while (!w->stop && pthread_cond_timedwait(&w->stop_asked, &w->lock, &ts) == 0)
        ;
    stop = w->stop;
    pthread_mutex_unlock(&w->lock);
    return !stop;
}

static int
drain(struct gate_queue *q, struct db *db, struct err *e)
{
    int more;

    do
        more = gate_queue_flush(q, db, e);
    while (more > 0);
    return more;
}

/* What counts against senders comes before what is only remembered of them. */
static int
write_all(struct gate_writer *w, bool last, struct err *e)
{
    int more;

    do
        more = refusals_flush(w->g->refusals, w->db, e);
    while (more > 0);
    if (more < 0 || drain(w->g->notices, w->db, e) < 0)
        return -1;
    if (last || when_mono() - w->counted >= COUNT_MS) {
        w->counted = when_mono();
        if (rates_flush(w->g->rates, w->db, e) < 0 || sources_flush(w->g->sources, w->db, e) < 0)
            return -1;
    }
    if (drain(w->g->contacts, w->db, e) < 0)
        return -1;
    return drain(w->g->styles, w->db, e);
}

/* Says once that it fails, and once that it works again. */
static void
note_outcome(struct gate_writer *w, int rc, const struct err *e)
{
    if (rc < 0 && w->failures++ == 0)
        evlog(EVLOG_ERROR, "gate.writer-failed", "code", e->code, "reason", e->text, NULL);
    if (rc >= 0 && w->failures > 0) {
        evlog(EVLOG_INFO, "gate.writer-works-again", NULL);
        w->failures = 0;
    }
}

static void *
run(void *arg)
{
    struct gate_writer *w = arg;
    bool more = true;

    while (more) {
        struct err e = {0};
        more = wait_a_little(w);
        note_outcome(w, write_all(w, !more, &e), &e);
    }
    return NULL;
}

struct gate_writer *
gate_writer_start(struct gate *g)
{
    struct gate_writer *w = calloc(1, sizeof *w);
    pthread_condattr_t attr;

    BUG_IF(!w);
    w->g = g;
    w->db = db_open(settings_database("sekisho_engine"), 1, GATE_DB_MS);
    pthread_mutex_init(&w->lock, NULL);
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&w->stop_asked, &attr);
    BUG_IF(pthread_create(&w->thread, NULL, run, w) != 0);
    return w;
}

void
gate_writer_stop(struct gate_writer **w)
{
    pthread_mutex_lock(&(*w)->lock);
    (*w)->stop = true;
    pthread_cond_signal(&(*w)->stop_asked);
    pthread_mutex_unlock(&(*w)->lock);
    pthread_join((*w)->thread, NULL);
    db_close(&(*w)->db);
    free(*w);
    *w = NULL;
}
