#include "store_ingest.h"
#include "../common/arena.h"
#include "../common/err.h"
#include "../common/jsonx.h"
#include "store_body.h"

#include <string.h>

static json_t *
recipients_json(const struct store_ingest *m)
{
    json_t *list = json_array();
    for (int i = 0; i < m->nrecipients; i++) {
        const struct store_ingest_recipient *r = &m->recipients[i];
        json_array_append_new(list,
                              json_pack("{ss ss ss ss ss ss ss ss}", "recipient_id",
                                        r->recipient_id, "address", r->address, "domain", r->domain,
                                        "original", r->original, "state", r->state, "disposition",
                                        r->disposition, "kind", r->kind, "rule", r->rule));
    }
    return list;
}

/* JSON text made by ourselves; anything else is our bug. */
static json_t *
own_json(const char *text)
{
    json_t *j = json_loads(text, JSON_DECODE_ANY, NULL);
    if (!j)
        bug("ingest: bad JSON %.100s", text);
    return j;
}

static struct db_param
message_param(struct arena *a, const struct store_ingest *m)
{
    json_t *j = json_pack(
        "{ss ss sI ss ss ss ss ss ss ss ss ss ss ss ss ss sI ss sf sf so so sI so}", "org_id",
        m->org_id, "message_id", m->message_id, "received_at", (json_int_t)m->received_at, "node",
        m->node, "direction", m->direction, "queue_id", m->queue_id, "client_ip", m->client_ip,
        "client_name", m->client_name, "helo", m->helo, "tls", m->tls, "envelope_sender",
        m->envelope_sender, "sender_domain", m->sender_domain, "header_from", m->header_from,
        "header_from_name", m->header_from_name, "header_id", m->header_id, "subject", m->subject,
        "bytes", (json_int_t)m->bytes, "verdict", m->verdict, "score", m->score, "threshold",
        m->threshold, "reasons", own_json(m->reasons), "scan", own_json(m->scan), "scan_us",
        (json_int_t)m->scan_us, "recipients", recipients_json(m));
    if (!j)
        bug("ingest: a text is NULL or not UTF-8");
    jsonx_own(a, j);
    if (m->note)
        json_object_set_new(j, "note", own_json(m->note));
    return P_TEXT(jsonx_dump(a, j, NULL));
}

/* What is written now, and where it goes. */
struct writing {
    struct db *db;
    struct db_tx *tx; /* NULL: not begun */
    struct arena *a;
    bool alone; /* there is one message: no transaction when it is one statement */
};

static int
put_message(struct writing *w, const struct store_ingest *m, struct db_param piece, bool last,
            struct err *e)
{
    struct db_param p[] = {message_param(w->a, m), P_BYTES(m->sha256, 32), piece};
    if (w->alone && last)
        return db_query(w->db, NULL, w->a, STMT_INGEST_MESSAGE, p, 3, NULL, e);
    if (!w->tx && db_begin(w->db, NULL, &w->tx, e))
        return -1;
    return db_tx_query(w->tx, w->a, STMT_INGEST_MESSAGE, p, 3, NULL, e);
}

static int
put_with_body(struct writing *w, const struct store_ingest *m, struct store_sealer *s,
              struct err *e)
{
    bool last;
    size_t n;
    const unsigned char *piece = store_sealer_piece(s, &n, &last);
    if (put_message(w, m, P_BYTES(piece, n), last, e))
        return -1;
    for (int64_t seq = 1; !last; seq++) {
        piece = store_sealer_piece(s, &n, &last);
        struct db_param q[] = {P_TEXT(m->org_id), P_TEXT(m->message_id),
                               p_int(w->a, m->received_at), p_int(w->a, seq), P_BYTES(piece, n)};
        if (db_tx_query(w->tx, w->a, STMT_INGEST_BODY_PIECE, q, 5, NULL, e))
            return -1;
    }
    return 0;
}

static int
put(struct writing *w, const struct store_ingest *m, struct err *e)
{
    struct store_sealer *s;
    int rc;
    if (!m->raw)
        return put_message(w, m, P_TEXT(NULL), true, e);
    s = store_sealer_new(m->key, m->message_id, m->raw, m->raw_len);
    rc = put_with_body(w, m, s, e);
    store_sealer_free(&s);
    return rc;
}

int
store_ingest(struct db *db, struct arena *a, const struct store_ingest *list, int n, struct err *e)
{
    struct writing w = {.db = db, .a = a, .alone = n == 1};
    for (int i = 0; i < n; i++) {
        if (put(&w, &list[i], e)) {
            db_rollback(&w.tx);
            return -1;
        }
    }
    return w.tx ? db_commit(&w.tx, e) : 0;
}

int
store_ingest_known(struct db *db, struct arena *a, const char *message_id, struct err *e)
{
    struct db_rows r;
    if (DB_QUERY(db, NULL, a, STMT_INGEST_KNOWN, &r, e, P_TEXT(message_id)))
        return -1;
    return r.n > 0;
}
