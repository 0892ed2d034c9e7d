/* One message in full: time line, recipients, envelope and header, what the check said. */
#include <string.h>
#include <strings.h>

#include "../../store/store_looks.h"
#include "../../store/store_message.h"
#include "../view.h"
#include "../web_reply.h"
#include "pages.h"
#include "pg_actor.h"
#include "pg_tracking.h"
#include "templates.h"

static const char *
scan_time(struct web_req *r, int64_t us)
{
    if (us < 1000000)
        return TF(T("{n} ms"), "n", view_decimal(r, (double)us / 1000, us < 10000 ? 1 : 0));
    return TF(T("{n} s"), "n", view_decimal(r, (double)us / 1000000, 1));
}

static void
recipients(struct web_req *r, const struct store_message *m, struct pg_track_page *v)
{
    struct pg_track_rcpt *out = arena_calloc(r->a, (size_t)m->nrecipients + 1, sizeof *out);

    for (int i = 0; i < m->nrecipients; i++) {
        const struct store_message_recipient *c = &m->recipients[i];
        out[i] = (struct pg_track_rcpt){.recipient_id = c->recipient_id,
                                        .address = view_safe(r, c->address),
                                        .state = c->state,
                                        .kind = c->kind,
                                        .rule = view_safe(r, c->rule),
                                        .state_at = c->state_at,
                                        .stored = *c->kind != '\0',
                                        .possible_duplicate = c->possible_duplicate};
        if (*c->kind)
            v->kind = c->kind;
    }
    v->rcpts = out;
    v->nrcpts = m->nrecipients;
}

static bool
passed(const struct store_message *m)
{
    for (int i = 0; i < m->nrecipients; i++)
        if (!strcmp(m->recipients[i].disposition, "deliver"))
            return true;
    return false;
}

/* The stored events, with those in front that the message row itself tells. */
static void
events(struct web_req *r, const struct store_message *m, struct pg_track_page *v)
{
    struct pg_event *e = arena_calloc(r->a, (size_t)m->nevents + 3, sizeof *e);
    int n = 0;

    e[n++] = (struct pg_event){"received", "", "", "{}", m->received_at};
    e[n++] = (struct pg_event){"scanned", "", "", "{}", m->received_at};
    if (passed(m))
        e[n++] = (struct pg_event){"passed", "", "", "{}", m->received_at};
    for (int i = 0; i < m->nevents; i++) {
        const struct store_event *x = &m->events[i];
        e[n++] = (struct pg_event){x->kind, view_safe(r, x->recipient), view_safe(r, x->who),
                                   x->detail, x->at};
    }
    pg_timeline(r, v, e, n);
}

static void
fill(struct web_req *r, const struct store_message *m, struct pg_track_page *v)
{
    *v = (struct pg_track_page){
        .message_id = m->message_id,
        .subject = *m->subject ? view_safe(r, m->subject) : T("(no subject)"),
        .kind = "",
        .sender = *m->envelope_sender ? view_safe(r, m->envelope_sender) : T("(no sender)"),
        .header_from = view_safe(r, m->header_from),
        .header_from_name = view_safe(r, m->header_from_name),
        .header_id = view_safe(r, m->header_id),
        .client_ip = view_safe(r, m->client_ip),
        .client_name = view_safe(r, m->client_name),
        .helo = view_safe(r, m->helo),
        .tls = view_safe(r, m->tls),
        .queue_id = view_safe(r, m->queue_id),
        .sha256 = m->sha256,
        .resend_of = m->resend_of,
        .scan_time = scan_time(r, m->scan_us),
        .from_differs = *m->header_from && strcasecmp(m->header_from, m->envelope_sender),
        .received_at = m->received_at,
        .bytes = m->bytes,
        .score = m->score,
        .threshold = m->threshold};
    v->similar = arena_printf(r->a, "from:\"%s\"",
                              *m->envelope_sender ? m->envelope_sender : m->header_from);
}

int
pg_tracking_message(struct web_req *r)
{
    struct store_message m;
    struct pg_track_page v;

    struct store_actor by = pg_actor(r);
    if (store_message_get(r->db, &r->scope, r->a, r->id, &m, &r->err) ||
        store_looks_tracked(r->db, &r->scope, r->a, &by, r->id, &r->err))
        return -1;
    fill(r, &m, &v);
    recipients(r, &m, &v);
    pg_scan_read(r, m.scan, &v.scan);
    v.nreasons = reasons_read(r, m.reasons, &v.reasons);
    events(r, &m, &v);
    t_tracking_message(r, &v);
    return reply_page(r, 200);
}
