#include "gate_queue.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "../../common/arena.h"
#include "../../common/buf.h"
#include "../../common/err.h"
#include "intake_room.h"

struct gate_queue {
    int room, batch;
    const char *event;
    gate_queue_write *write;
    pthread_mutex_t lock;
    int first, n;
    struct turned_away lost;
    char *waiting[]; /* a ring */
};

struct gate_queue *
gate_queue_new(int room, int batch, const char *lost, gate_queue_write *write)
{
    struct gate_queue *q = calloc(1, sizeof *q + (size_t)room * sizeof q->waiting[0]);

    BUG_IF(!q);
    q->room = room;
    q->batch = batch;
    q->event = lost;
    q->write = write;
    pthread_mutex_init(&q->lock, NULL);
    return q;
}

void
gate_queue_free(struct gate_queue **q)
{
    if (!*q)
        return;
    for (int i = 0; i < (*q)->n; i++)
        free((*q)->waiting[((*q)->first + i) % (*q)->room]);
    pthread_mutex_destroy(&(*q)->lock);
    free(*q);
    *q = NULL;
}

void
gate_queue_add(struct gate_queue *q, const char *object)
{
    char *text = strdup(object);
    bool taken;

    BUG_IF(!text);
    pthread_mutex_lock(&q->lock);
    taken = q->n < q->room;
    if (taken)
        q->waiting[(q->first + q->n++) % q->room] = text;
    pthread_mutex_unlock(&q->lock);
    if (!taken) {
        free(text);
        turned_away(&q->lost, q->event);
    }
}

/* The first of those that wait, as a JSON array. They stay until they are written: only the writer
 * takes any away. */
static int
collect(struct gate_queue *q, struct buf *b)
{
    int n;

    pthread_mutex_lock(&q->lock);
    n = q->n < q->batch ? q->n : q->batch;
    for (int i = 0; i < n; i++) {
        buf_char(b, i ? ',' : '[');
        buf_str(b, q->waiting[(q->first + i) % q->room]);
    }
    pthread_mutex_unlock(&q->lock);
    buf_char(b, ']');
    return n;
}

static int
written(struct gate_queue *q, int n)
{
    int left;

    pthread_mutex_lock(&q->lock);
    for (int i = 0; i < n; i++)
        free(q->waiting[(q->first + i) % q->room]);
    q->first = (q->first + n) % q->room;
    q->n -= n;
    left = q->n;
    pthread_mutex_unlock(&q->lock);
    return left > 0;
}

int
gate_queue_flush(struct gate_queue *q, struct db *db, struct err *e)
{
    struct arena *a = arena_new();
    struct buf *b = buf_new(a, 0);
    struct err why = {0};
    int n = collect(q, b), rc = 0;

    if (n > 0)
        rc = q->write(db, a, buf_cstr(b), &why);
    arena_free(&a);
    if (rc == 0)
        return written(q, n);
    /* What the database will never take must not stop the rest. */
    if (why.cls != ERR_ENV && why.cls != ERR_UNCERTAIN) {
        for (int i = 0; i < n; i++)
            turned_away(&q->lost, q->event);
        (void)written(q, n);
    }
    *e = why;
    return -1;
}
