#include "refusals.h"

#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "../../common/arena.h"
#include "../../common/err.h"
#include "../../common/jsonx.h"
#include "../../common/token.h"
#include "../../common/when.h"
#include "../../store/store_refusal.h"
#include "gate_queue.h"
#include "refusal_rate.h"

struct refusals {
    const char *node;
    struct gate_queue *queue;
    struct refusal_rate *rate;
};

struct refusals *
refusals_new(const char *node)
{
    struct refusals *r = calloc(1, sizeof *r);

    BUG_IF(!r);
    r->node = node;
    r->queue = gate_queue_new(REFUSALS_WAITING, REFUSALS_BATCH, "refusals.not-recorded",
                              store_refusal_insert);
    r->rate = refusal_rate_new();
    return r;
}

void
refusals_free(struct refusals **r)
{
    if (!*r)
        return;
    gate_queue_free(&(*r)->queue);
    refusal_rate_free(&(*r)->rate);
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
    struct arena *a;

    if (!refusal_rate_take(r->rate, what->client_ip, when_mono()))
        return;
    a = arena_new();
    gate_queue_add(r->queue, as_json(a, r, what));
    arena_free(&a);
}

int
refusals_flush(struct refusals *r, struct db *db, struct err *e)
{
    (void)refusal_rate_turn(r->rate, when_mono());
    return gate_queue_flush(r->queue, db, e);
}
