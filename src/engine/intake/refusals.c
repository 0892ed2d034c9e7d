#include "refusals.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "../../common/arena.h"
#include "../../common/buf.h"
#include "../../common/err.h"
#include "../../common/jsonx.h"
#include "../../common/token.h"
#include "../../common/when.h"
#include "../../store/store_refusal.h"
#include "intake_room.h"

struct refusals {
    const char *node;
    pthread_mutex_t lock;
    char *waiting[REFUSALS_WAITING]; /* JSON objects, a ring */
    int first, n;
    struct turned_away lost;
};

struct refusals *
refusals_new(const char *node)
{
    struct refusals *r = calloc(1, sizeof *r);

    BUG_IF(!r);
    r->node = node;
    pthread_mutex_init(&r->lock, NULL);
    return r;
}

void
refusals_free(struct refusals **r)
{
    if (!*r)
        return;
    for (int i = 0; i < (*r)->n; i++)
        free((*r)->waiting[((*r)->first + i) % REFUSALS_WAITING]);
    pthread_mutex_destroy(&(*r)->lock);
    free(*r);
    *r = NULL;
}

static void
set(struct arena *a, json_t *j, const char *key, const char *text)
{
    json_object_set(j, key, jsonx_text(a, text, strlen(text)));
}

static char *
as_json(struct arena *a, const struct refusals *r, const struct refusal *w)
{
    char id[UUID_LEN + 1];
    json_t *j = jsonx_own(a, json_object());

    token_uuid7(id);
    json_object_set_new(j, "org_id", json_string(w->org));
    json_object_set_new(j, "refusal_id", json_string(id));
    json_object_set_new(j, "at", json_integer(when_now()));
    json_object_set_new(j, "direction", json_string(w->outbound ? "out" : "in"));
    json_object_set_new(j, "code", json_integer(w->code));
    set(a, j, "node", r->node);
    set(a, j, "client_ip", w->client_ip);
    set(a, j, "client_name", w->client_name);
    set(a, j, "helo", w->helo);
    set(a, j, "sender", w->sender);
    set(a, j, "recipient", w->recipient);
    set(a, j, "enhanced", w->enhanced);
    set(a, j, "reason", w->reason);
    set(a, j, "slot", w->slot);
    return jsonx_dump(a, j, NULL);
}

void
refusals_add(struct refusals *r, const struct refusal *what)
{
    struct arena *a = arena_new();
    char *text = strdup(as_json(a, r, what));
    bool taken;

    arena_free(&a);
    BUG_IF(!text);
    pthread_mutex_lock(&r->lock);
    taken = r->n < REFUSALS_WAITING;
    if (taken)
        r->waiting[(r->first + r->n++) % REFUSALS_WAITING] = text;
    pthread_mutex_unlock(&r->lock);
    if (!taken) {
        free(text);
        turned_away(&r->lost, "refusals.not-recorded");
    }
}

/* The first of those that wait, as a JSON array. They stay until they are written: only the writer
 * takes any away. */
static int
batch(struct refusals *r, struct buf *b)
{
    int n;

    pthread_mutex_lock(&r->lock);
    n = r->n < REFUSALS_BATCH ? r->n : REFUSALS_BATCH;
    for (int i = 0; i < n; i++) {
        buf_char(b, i ? ',' : '[');
        buf_str(b, r->waiting[(r->first + i) % REFUSALS_WAITING]);
    }
    pthread_mutex_unlock(&r->lock);
    buf_char(b, ']');
    return n;
}

static int
written(struct refusals *r, int n)
{
    int left;

    pthread_mutex_lock(&r->lock);
    for (int i = 0; i < n; i++)
        free(r->waiting[(r->first + i) % REFUSALS_WAITING]);
    r->first = (r->first + n) % REFUSALS_WAITING;
    r->n -= n;
    left = r->n;
    pthread_mutex_unlock(&r->lock);
    return left > 0;
}

int
refusals_flush(struct refusals *r, struct db *db, struct err *e)
{
    struct arena *a = arena_new();
    struct buf *b = buf_new(a, 0);
    struct err why = {0};
    int n = batch(r, b), rc = 0;

    if (n > 0)
        rc = store_refusal_insert(db, a, buf_cstr(b), &why);
    arena_free(&a);
    if (rc == 0)
        return written(r, n);
    /* What the database will never take must not stop the rest. */
    if (why.cls != ERR_ENV && why.cls != ERR_UNCERTAIN) {
        for (int i = 0; i < n; i++)
            turned_away(&r->lost, "refusals.not-recorded");
        (void)written(r, n);
    }
    *e = why;
    return -1;
}
