#include "refusal_rate.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "../../common/err.h"
#include "../../common/evlog.h"
#include "../../common/ipnet.h"
#include "../../common/textmap.h"

#define MINUTE_MS 60000
#define LINES_MAX 20 /* of one minute in the log */

struct refusal_rate {
    pthread_mutex_t lock;
    struct textmap *clients; /* of int: refusals in this minute */
    int64_t began;           /* monotonic ms; 0: nothing yet */
    int64_t nameless;        /* of clients for which there was no room */
};

struct refusal_rate *
refusal_rate_new(void)
{
    struct refusal_rate *r = calloc(1, sizeof *r);

    BUG_IF(!r);
    pthread_mutex_init(&r->lock, NULL);
    r->clients = textmap_new(sizeof(int), REFUSAL_RATE_CLIENTS);
    return r;
}

void
refusal_rate_free(struct refusal_rate **r)
{
    if (!*r)
        return;
    textmap_free(&(*r)->clients);
    pthread_mutex_destroy(&(*r)->lock);
    free(*r);
    *r = NULL;
}

static void
report(const char *client, int64_t n)
{
    char text[24];

    snprintf(text, sizeof text, "%lld", (long long)n);
    evlog(EVLOG_WARN, "refusals.many", "client", client, "not_recorded", text, NULL);
}

struct sum {
    int64_t over;
    int lines;
};

static bool
close_client(void *arg, const char *client, void *value)
{
    struct sum *s = arg;
    int over = *(int *)value - REFUSAL_RATE;

    if (over > 0) {
        s->over += over;
        if (s->lines++ < LINES_MAX)
            report(client, over);
    }
    return false;
}

static int64_t
turn(struct refusal_rate *r, int64_t now)
{
    struct sum s = {r->nameless, 0};

    if (r->began && now - r->began < MINUTE_MS)
        return 0;
    textmap_each(r->clients, close_client, &s);
    if (s.lines > LINES_MAX || r->nameless)
        report("all", s.over);
    r->nameless = 0;
    r->began = now;
    return s.over;
}

int64_t
refusal_rate_turn(struct refusal_rate *r, int64_t now)
{
    int64_t over;

    pthread_mutex_lock(&r->lock);
    over = turn(r, now);
    pthread_mutex_unlock(&r->lock);
    return over;
}

bool
refusal_rate_take(struct refusal_rate *r, const char *client_ip, int64_t now)
{
    char client[IPNET_TEXT] = "";
    struct ipnet net;
    int *n;
    bool may;

    if (ipnet_source(client_ip, &net))
        ipnet_text(&net, client);
    pthread_mutex_lock(&r->lock);
    (void)turn(r, now);
    n = textmap_need(r->clients, client);
    may = n && ++*n <= REFUSAL_RATE;
    r->nameless += !n;
    pthread_mutex_unlock(&r->lock);
    return may;
}
