/*
 * Turns Postfix's own log into states and events of our rows. Lines are read in batches; what they
 * say and how far we are is one transaction, so a line counts exactly once.
 */
#include <string.h>

#include <jansson.h>

#include "../../common/addr.h"
#include "../../common/arena.h"
#include "../../common/err.h"
#include "../../common/evlog.h"
#include "../../common/ipnet.h"
#include "../../common/jsonx.h"
#include "../../common/settings.h"
#include "../../common/when.h"
#include "../../store/store_logfollow.h"
#include "job.h"
#include "logline.h"
#include "logreason.h"
#include "logtail.h"

#define IDLE_MS 2000 /* how often the position is written when there is nothing new */
#define UNACCEPTED_MS 10000

static const char *
key_of(struct arena *a, const char *address)
{
    struct addr parsed;

    if (!address[0])
        return "";
    addr_envelope(a, address, &parsed);
    return jsonx_utf8(a, parsed.key, strlen(parsed.key));
}

/* Postfix's word for what happened -> our state; NULL: not about delivery (verify probes). */
static const char *
state_of(const char *status)
{
    static const char *const map[][2] = {{"sent", "delivered"},
                                         {"deferred", "deferred"},
                                         {"bounced", "bounced"},
                                         {"expired", "expired"},
                                         {"softbounce", "deferred"}};

    for (size_t i = 0; i < sizeof map / sizeof *map; i++)
        if (strcmp(map[i][0], status) == 0)
            return map[i][1];
    return NULL;
}

static json_t *
clean(struct arena *a, const char *s)
{
    return jsonx_text(a, s, strlen(s));
}

static void
add_delivery(struct arena *a, json_t *fact, const struct logline *l, const char *state)
{
    json_t *detail = json_object();

    json_object_set(detail, "relay", clean(a, l->relay));
    json_object_set(detail, "dsn", clean(a, l->dsn));
    json_object_set(detail, "reply", clean(a, l->reply));
    json_object_set_new(fact, "to", json_string(key_of(a, l->to)));
    json_object_set_new(fact, "orig_to", json_string(key_of(a, l->orig_to)));
    json_object_set_new(fact, "status", json_string(state));
    json_object_set_new(fact, "detail", detail);
}

static void
add_fact(struct arena *a, json_t *facts, const struct logline *l, int64_t at)
{
    static const char *const kinds[] = {
        [LOGLINE_DELIVERY] = "delivery", [LOGLINE_QUEUED] = "queued",
        [LOGLINE_EXPIRED] = "expired",   [LOGLINE_REMOVED] = "removed",
        [LOGLINE_RELEASE] = "release",   [LOGLINE_NOTICE] = "notice",
    };
    const char *state = l->kind == LOGLINE_DELIVERY ? state_of(l->status) : "";
    const char *id = l->kind == LOGLINE_NOTICE ? l->notice_id : l->queue_id;
    json_t *fact;

    if (!state)
        return;
    fact =
        json_pack("{s:s, s:s, s:I}", "kind", kinds[l->kind], "queue_id", id, "at", (json_int_t)at);
    if (l->kind == LOGLINE_DELIVERY)
        add_delivery(a, fact, l, state);
    if (l->kind == LOGLINE_QUEUED)
        json_object_set_new(fact, "nrcpt", json_integer(l->nrcpt));
    if (l->kind == LOGLINE_RELEASE)
        json_object_set_new(fact, "release_id", json_string(l->release_id));
    json_array_append_new(facts, fact);
}

/* Whose it is, the database knows by the domain of ours that it concerns. */
static void
add_refusal(struct arena *a, json_t *refusals, const struct logline *l, int64_t at)
{
    bool out = strcmp(l->service, "outbound") == 0;
    struct logreason why = logreason(l, out);
    struct addr ours;
    struct ipnet ip;
    json_t *j;

    if (!why.reason[0] || (!out && strcmp(l->service, "inbound") != 0))
        return;
    addr_envelope(a, out ? l->from : l->to, &ours);
    j = json_pack("{s:I, s:s, s:s, s:i}", "at", (json_int_t)at, "direction", out ? "out" : "in",
                  "reason", why.reason, "code", l->code);
    json_object_set(j, "ip", clean(a, ipnet_address(l->client_ip, &ip) ? l->client_ip : ""));
    json_object_set(j, "name", clean(a, strcmp(l->client_name, "unknown") ? l->client_name : ""));
    json_object_set(j, "helo", clean(a, l->helo));
    json_object_set(j, "sender", clean(a, l->from));
    json_object_set(j, "recipient", clean(a, key_of(a, l->to)));
    json_object_set(j, "domain", clean(a, ours.domain));
    json_object_set(j, "enhanced", clean(a, l->dsn));
    json_object_set(j, "slot", clean(a, why.slot));
    json_array_append_new(refusals, j);
}

/* What the lines say. */
struct heard {
    json_t *facts, *refusals;
};

/* Returns the time of the last line, 0 when no line was understood. */
static int64_t
read_lines(struct arena *a, const char *p, size_t n, struct heard *h)
{
    const char *end = p + n, *lf;
    int64_t now = when_now(), at = 0;
    struct logline l;

    for (; p < end; p = lf + 1) {
        lf = memchr(p, '\n', (size_t)(end - p));
        if (!lf)
            break; /* a piece of an endless line */
        if (!logline_parse(p, (size_t)(lf - p), &l))
            continue;
        at = logline_time(l.stamp, now);
        if (l.kind == LOGLINE_REJECT)
            add_refusal(a, h->refusals, &l, at);
        else
            add_fact(a, h->facts, &l, at);
    }
    return at;
}

struct follower {
    struct logtail *tail;
    int64_t written; /* monotonic ms of the last stored position */
    int64_t looked;  /* ... of the last search for unaccepted mail */
};

static int
open_tail(struct jobs *j, struct arena *a, struct follower *f, struct err *e)
{
    struct store_log_position p;

    if (f->tail)
        return 0;
    if (store_logfollow_position(j->db, a, j->node, &p, e) < 0)
        return -1;
    f->tail = logtail_new(settings_path("log/postfix.log"),
                          (struct logtail_position){p.device, p.inode, p.read_to});
    return 0;
}

static int
store(struct jobs *j, struct arena *a, struct follower *f, int64_t at, const struct heard *h,
      struct err *e)
{
    struct logtail_position t = logtail_after(f->tail);
    struct store_log_position p = {t.device, t.inode, t.read_to};
    int64_t nobodys = 0;

    if (store_logfollow_apply(j->db, a, j->node, &p, at, jsonx_dump(a, h->facts, NULL),
                              jsonx_dump(a, h->refusals, NULL), &nobodys, e) < 0) {
        if (e->cls == ERR_UNCERTAIN) /* read the position again: it says what was committed */
            logtail_free(&f->tail);
        return -1;
    }
    logtail_done(f->tail);
    f->written = when_mono();
    if (nobodys > 0)
        evlog(EVLOG_INFO, "logfollow.refused", "recipients", arena_printf(a, "%d", (int)nobodys),
              "hint", "they belong to no organisation: Postfix's log has them", NULL);
    return 0;
}

static int
look_for_unaccepted(struct jobs *j, struct arena *a, struct follower *f, struct err *e)
{
    int64_t n = 0;

    if (when_mono() - f->looked < UNACCEPTED_MS)
        return 0;
    if (store_logfollow_unaccepted(j->db, a, j->node, &n, e) < 0)
        return -1;
    f->looked = when_mono();
    if (n > 0)
        evlog(EVLOG_WARN, "logfollow.unaccepted", "recipients", arena_printf(a, "%d", (int)n),
              NULL);
    return 0;
}

int
job_logfollow(struct jobs *j, struct arena *a, struct err *e)
{
    static struct follower f;
    int64_t began = when_now(), last;
    struct heard h = {jsonx_own(a, json_array()), jsonx_own(a, json_array())};
    const char *p;
    size_t n;

    if (open_tail(j, a, &f, e) < 0 || logtail_read(f.tail, &p, &n, e) < 0)
        return -1;
    last = read_lines(a, p, n, &h);
    if (json_array_size(h.facts) > 0 || json_array_size(h.refusals) > 0 || n > 256 * 1024 ||
        when_mono() - f.written >= IDLE_MS) {
        if (store(j, a, &f, logtail_at_end(f.tail) ? began : last, &h, e) < 0)
            return -1;
    } else {
        logtail_done(f.tail);
    }
    if (logtail_at_end(f.tail) && look_for_unaccepted(j, a, &f, e) < 0)
        return -1;
    return !logtail_at_end(f.tail);
}
