#include "dispose.h"

#include "../policy/policy.h"

#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include "../../common/arena.h"
#include "../../common/err.h"
#include "../../common/jsonx.h"
#include "../../common/token.h"
#include "../../common/when.h"
#include "../../store/store_body.h"
#include "../../store/store_ingest.h"
#include "../authn/auth_check.h"
#include "../intake/gate.h"
#include "../intake/intake_conn.h"
#include "../intake/intake_room.h"
#include "../msg/msg.h"

#define KNOWN_MS 1000 /* to find out about a commit whose answer was lost */

enum answer
dispose_answer(const struct conn *c, const struct judged *j)
{
    int passing = 0, refused = 0, n = c->mail->nrecipients;

    for (int i = 0; i < n; i++) {
        passing += j->decisions[i].disposition == DISP_DELIVER;
        refused += j->decisions[i].disposition == DISP_REJECT;
    }
    return refused == n ? ANSWER_REJECT : passing > 0 ? ANSWER_ACCEPT : ANSWER_DISCARD;
}

/* SMTP has one answer for all recipients after DATA. A refusal for only some of them cannot be told
 * to the sender, so those copies are held: nothing disappears silently. */
static const char *
state_of(enum disposition d, enum answer answer)
{
    switch (d) {
    case DISP_DELIVER:
        return "passed";
    case DISP_DELETE:
        return "dropped";
    case DISP_REJECT:
        return answer == ANSWER_REJECT ? "rejected" : "held";
    case DISP_QUARANTINE:
    case DISP_HOLD:
        break;
    }
    return "held";
}

static const char *
severity_of(const char *kind)
{
    static const char *const danger[] = {"malware", "phishing", "impersonation"};

    for (size_t i = 0; i < sizeof danger / sizeof *danger; i++)
        if (strcmp(kind, danger[i]) == 0)
            return "danger";
    return "warn";
}

/* What one organisation gets: its recipients, and the reasons of their decisions. */
struct group {
    const char *org;
    const struct policy_for *who; /* of its first recipient */
    struct store_ingest row;
    struct store_ingest_recipient *recipients;
    json_t *reasons;
    bool held, passing;
};

static void
add_reason(struct arena *a, json_t *reasons, const char *code, const char *kind, const char *slot)
{
    json_t *one, *slots;
    size_t i;

    if (!code || !code[0])
        return;
    json_array_foreach(reasons, i, one) if (strcmp(jsonx_str(one, "code"), code) == 0) return;
    slots = json_object();
    if (slot && slot[0])
        json_object_set(slots, "what", jsonx_text(a, slot, strlen(slot)));
    json_array_append_new(reasons, json_pack("{s:s, s:s, s:s, s:o}", "code", code, "kind", kind,
                                             "severity", severity_of(kind), "slots", slots));
}

/* Whoever never wrote here before is said of held mail, by what the gate found for that organisation. The limit of points alone says
 * less: there it is what people read first when the stranger also asks for something or leads elsewhere (contact.c gives points then). */
static void
add_first_contact(struct arena *a, const struct msg *m, struct group *g)
{
    for (int i = 0; g->held && i < m->nfindings; i++) {
        const struct msg_finding *f = &m->findings[i];
        const json_t *first = json_array_get(g->reasons, 0);

        if (strncmp(f->code, "first-contact", 13) != 0 ||
            (f->org && *f->org && strcmp(f->org, g->org) != 0))
            continue;
        add_reason(a, g->reasons, f->code, "", "");
        if (f->score > 0 && json_array_size(g->reasons) == 2 &&
            strcmp(jsonx_str(first, "code"), "spam-score") == 0) {
            json_array_append(g->reasons, json_array_get(g->reasons, 0));
            json_array_remove(g->reasons, 0);
        }
        return;
    }
}

static struct group *
group_of(struct group *groups, int *n, struct arena *a, const char *org, int most)
{
    struct group *g;

    for (int i = 0; i < *n; i++)
        if (strcmp(groups[i].org, org) == 0)
            return &groups[i];
    g = &groups[(*n)++];
    g->org = org;
    g->recipients = arena_calloc(a, (size_t)most, sizeof *g->recipients);
    g->reasons = jsonx_own(a, json_array());
    return g;
}

static char *
fresh_id(struct arena *a)
{
    char id[UUID_LEN + 1];

    token_uuid7(id);
    return arena_strdup(a, id);
}

static void
add_recipient(struct arena *a, struct group *g, const struct mail_recipient *r,
              const struct decision *d, enum answer answer)
{
    const char *state = state_of(d->disposition, answer);

    g->recipients[g->row.nrecipients++] = (struct store_ingest_recipient){
        .recipient_id = fresh_id(a),
        .address = jsonx_utf8(a, r->key, strlen(r->key)),
        .domain = r->domain,
        .original = jsonx_utf8(a, r->original, strlen(r->original)),
        .state = state,
        .disposition = disposition_name(d->disposition),
        .kind = d->kind,
        .rule = d->rule,
    };
    g->held |= strcmp(state, "held") == 0;
    g->passing |= strcmp(state, "passed") == 0;
    add_reason(a, g->reasons, d->reason, d->kind, d->slot);
}

static const char *
text(struct arena *a, const char *s)
{
    return s ? jsonx_utf8(a, s, strlen(s)) : "";
}

static void
fill_row(struct arena *a, const struct gate *gate, const struct conn *c, const struct judged *j,
         struct group *g, const char *scan)
{
    const struct msg *m = j->msg;
    struct store_ingest *row = &g->row;

    row->org_id = g->org;
    row->message_id = fresh_id(a);
    row->received_at = when_now();
    row->node = gate->node;
    row->direction = j->env->direction;
    row->queue_id = j->queue_id;
    row->client_ip = text(a, c->client_ip);
    row->client_name = text(a, c->client_name);
    row->helo = text(a, c->helo);
    row->tls = text(a, c->mail->tls);
    row->envelope_sender = text(a, c->mail->sender);
    row->sender_domain = text(a, c->mail->sender_domain);
    row->header_from = text(a, m->from);
    row->header_from_name = text(a, m->from_name);
    row->header_id = text(a, m->message_id);
    row->subject = text(a, m->subject);
    row->bytes = m->bytes;
    memcpy(row->sha256, m->sha256, sizeof row->sha256);
    row->verdict = policy_verdict_for(m, g->who);
    row->score = policy_score_for(m, g->who);
    row->threshold = policy_threshold(g->who);
    row->reasons = jsonx_dump(a, g->reasons, NULL);
    row->scan = scan;
    row->scan_us = m->microseconds;
    row->recipients = g->recipients;
    if (j->deaths > 0)
        row->note =
            arena_printf(a, "{\"kind\":\"worker_died\",\"detail\":{\"times\":%d}}", j->deaths);
}

/* What is held is sealed while it is written (store_ingest). */
static int
add_body(struct gate *gate, struct arena *a, const struct judged *j, struct group *g, struct err *e)
{
    if (!g->held)
        return 0;
    g->row.raw = j->raw;
    g->row.raw_len = j->raw_len;
    return store_body_key(gate->db, a, g->org, gate->master_key, g->row.key, e);
}

/* A commit whose answer was lost is looked up by key, not repeated (F-5). */
static int
was_it_stored(struct gate *gate, struct arena *a, const char *message_id, struct err *e)
{
    int64_t until = when_mono() + KNOWN_MS;
    struct err ignored;

    do {
        int known = store_ingest_known(gate->db, a, message_id, &ignored);
        if (known == 1)
            return 0;
        if (known == 0)
            return err_set(e, ERR_ENV, "not-stored", "the connection broke before the commit");
        usleep(100000);
    } while (when_mono() < until);
    return -1;
}

static int
write_rows(struct gate *gate, struct arena *a, const struct group *groups, int n, struct err *e)
{
    struct store_ingest *rows = arena_calloc(a, (size_t)n, sizeof *rows);

    for (int i = 0; i < n; i++)
        rows[i] = groups[i].row;
    if (store_ingest(gate->db, a, rows, n, e) == 0)
        return 0;
    return e->cls == ERR_UNCERTAIN ? was_it_stored(gate, a, rows[0].message_id, e) : -1;
}

/* Sealing costs the same for any number of organisations, since it is one after the other. That of
 * small mail is not counted: the database connections limit it, and those who wait for one must not
 * take the room of others meanwhile. */
static int
write_in_room(struct gate *gate, const struct conn *c, const struct judged *j,
              const struct group *groups, int n, struct err *e)
{
    int64_t need = 0;
    int rc;

    for (int i = 0; i < n; i++)
        if (groups[i].held && j->raw_len > ROOM_SMALL)
            need = STORE_BODY_MEMORY;
    if (need > 0 && !room_take(need, c->mail->kept))
        return err_set(e, ERR_ENV, DISPOSE_NO_ROOM, "no memory left to seal this message");
    rc = write_rows(gate, c->mail->arena, groups, n, e);
    room_give(need);
    return rc;
}

/* Which senders are proven: lists of senders count with it (sender_seen). */
static json_t *
verified_json(const struct sender_proof *p)
{
    json_t *list = json_array();

    if (p->envelope)
        json_array_append_new(list, json_string("envelope"));
    if (p->header)
        json_array_append_new(list, json_string("from"));
    return list;
}

/* Findings by what another organisation has set are not for this one. */
static void
leave_out_others(json_t *scan, const char *org)
{
    json_t *list = json_object_get(scan, "findings");

    for (size_t i = json_array_size(list); i-- > 0;) {
        const char *of = jsonx_str(json_array_get(list, i), "org");
        if (of && *of && strcmp(of, org) != 0)
            json_array_remove(list, i);
    }
}

/* Facts, findings and whom the mail is from, as `sekisho scan` prints them. */
static const char *
scan_text(struct arena *a, const struct judged *j, const struct group *g)
{
    json_t *scan = jsonx_own(a, msg_to_json(j->msg));

    leave_out_others(scan, g->org);
    if (g->held && j->features && *j->features) /* 0015-learning.sql takes them */
        json_object_set_new(scan, "features", json_string(j->features));
    if (j->auth) {
        json_object_set_new(scan, "auth", auth_outcome_json(a, j->auth));
        json_object_set_new(scan, "verified", verified_json(&j->proof));
    }
    return jsonx_dump(a, scan, NULL);
}

static bool
has_own_findings(const struct msg *m)
{
    for (int i = 0; i < m->nfindings; i++)
        if (m->findings[i].org && *m->findings[i].org)
            return true;
    return false;
}

int
dispose_store(struct gate *gate, struct conn *c, struct judged *j, struct err *e)
{
    struct arena *a = c->mail->arena;
    struct mail *m = c->mail;
    enum answer answer = dispose_answer(c, j);
    struct group *groups = arena_calloc(a, (size_t)m->nrecipients, sizeof *groups);
    const char *id, *scan = NULL;
    bool shared = !has_own_findings(j->msg);
    int n = 0;

    for (int i = 0; i < m->nrecipients; i++)
        if (m->recipients[i].same_as < 0)
            add_recipient(a, group_of(groups, &n, a, m->recipients[i].org, m->nrecipients),
                          &m->recipients[i], &j->decisions[i], answer);
    /* Behind the reasons of all: the first one is what lists show. */
    for (int i = 0; i < m->nrecipients; i++)
        if (m->recipients[i].same_as < 0)
            add_reason(a, group_of(groups, &n, a, m->recipients[i].org, m->nrecipients)->reasons,
                       j->decisions[i].note, "", "");
    for (int i = 0; i < n; i++)
        add_first_contact(a, j->msg, &groups[i]);
    for (int i = m->nrecipients - 1; j->who && i >= 0; i--)
        group_of(groups, &n, a, m->recipients[i].org, m->nrecipients)->who = &j->who[i];
    for (int i = 0; i < n; i++) {
        if (!scan || !shared || groups[i].held != groups[i - 1].held)
            scan = scan_text(a, j, &groups[i]);
        fill_row(a, gate, c, j, &groups[i], scan);
        if (add_body(gate, a, j, &groups[i], e) < 0)
            return -1;
    }
    id = groups[0].row.message_id;
    for (int i = n - 1; i >= 0; i--)
        if (groups[i].passing)
            id = groups[i].row.message_id;
    memcpy(j->message_id, id, sizeof j->message_id);
    return write_in_room(gate, c, j, groups, n, e);
}
