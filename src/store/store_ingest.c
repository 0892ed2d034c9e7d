#include "store_ingest.h"
#include "../common/arena.h"
#include "../common/err.h"
#include "../common/jsonx.h"

#include <string.h>

#define PIECE (1024 * 1024)

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

static struct db_param
piece_param(const struct store_ingest *m, size_t at)
{
    if (!m->body)
        return P_TEXT(NULL);
    size_t n = m->body_len - at < PIECE ? m->body_len - at : PIECE;
    return P_BYTES(m->body + at, n);
}

static int
put_in_tx(struct db_tx *tx, struct arena *a, const struct store_ingest *m, struct err *e)
{
    struct db_param p[] = {message_param(a, m), P_BYTES(m->sha256, 32), piece_param(m, 0)};
    if (db_tx_query(tx, a, STMT_INGEST_MESSAGE, p, 3, NULL, e))
        return -1;
    for (size_t at = PIECE, seq = 1; m->body && at < m->body_len; at += PIECE, seq++) {
        struct db_param q[] = {P_TEXT(m->org_id), P_TEXT(m->message_id), p_int(a, m->received_at),
                               p_int(a, (int64_t)seq), piece_param(m, at)};
        if (db_tx_query(tx, a, STMT_INGEST_BODY_PIECE, q, 5, NULL, e))
            return -1;
    }
    return 0;
}

int
store_ingest(struct db *db, struct arena *a, const struct store_ingest *list, int n, struct err *e)
{
    if (n == 1 && list->body_len <= PIECE)
        return DB_QUERY(db, NULL, a, STMT_INGEST_MESSAGE, NULL, e, message_param(a, list),
                        P_BYTES(list->sha256, 32), piece_param(list, 0));
    struct db_tx *tx;
    if (db_begin(db, NULL, &tx, e))
        return -1;
    for (int i = 0; i < n; i++) {
        if (put_in_tx(tx, a, &list[i], e)) {
            db_rollback(&tx);
            return -1;
        }
    }
    return db_commit(&tx, e);
}

int
store_ingest_known(struct db *db, struct arena *a, const char *message_id, struct err *e)
{
    struct db_rows r;
    if (DB_QUERY(db, NULL, a, STMT_INGEST_KNOWN, &r, e, P_TEXT(message_id)))
        return -1;
    return r.n > 0;
}

int
store_ingest_org(struct db *db, struct arena *a, const char *domain, char org[37], struct err *e)
{
    struct db_rows r;
    if (DB_QUERY(db, NULL, a, STMT_INGEST_ORG, &r, e, P_TEXT(domain)))
        return -1;
    if (!r.n)
        return 0;
    memcpy(org, row_text(&r, 0, 0), 37);
    return 1;
}
